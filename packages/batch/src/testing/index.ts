export * from "./test-crypto.ts";
