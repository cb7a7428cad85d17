export * from "./seeded.ts";
export * from "./test-cluster.ts";
