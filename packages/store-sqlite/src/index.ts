export * from "./mapping.ts";
export type * from "./state/state.ts";
