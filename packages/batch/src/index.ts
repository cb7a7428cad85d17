export type * from "./batch.ts";
export type * from "./crypto.ts";
export type * from "./envelope.ts";
export type * from "./header.ts";
