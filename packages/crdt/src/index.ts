export * from "./dot.ts";
export * from "./error.ts";
export * from "./frontier.ts";
export * from "./hlc.ts";
export * from "./log.ts";
export type * from "./operation.ts";
export type * from "./schema.ts";
export * from "./value.ts";
