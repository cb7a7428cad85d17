export type * from "./action.ts";
export { decodeMessage, encodeMessage } from "./codec.ts";
export * from "./error.ts";
export type * from "./heading.ts";
export * from "./limits.ts";
export * from "./message.ts";
export * from "./missing.ts";
export type { Loaded } from "./outbound.ts";
export * from "./session.ts";
