export * from "./sodium.ts";
export * from "./test-crypto.ts";
