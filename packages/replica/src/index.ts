export type * from "./authority.ts";
export { codeOf, ReplicaError } from "./error.ts";
export type * from "./link.ts";
export type * from "./peer-report.ts";
export type { PeerSession } from "./peer-session.ts";
export * from "./replica.ts";
export type { Round } from "./rounds.ts";
