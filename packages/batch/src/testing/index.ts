export * from "./test-crypto.ts";
export * from "./test-log.ts";
