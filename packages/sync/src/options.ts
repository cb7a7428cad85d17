import type { Hlc, NodeId } from "@jarvis-crdt/crdt";
import type { HeadingOf } from "./heading.ts";
import type { SessionLimits } from "./limits.ts";
import type { Sources } from "./sources.ts";

/** Who this side is, what it reads of batches, and what it lets the other side do. */
export interface SessionOptions {
  readonly node: NodeId;
  /** 16 bytes. */
  readonly cluster: Uint8Array;
  /** This node's clock, shown to the peer. */
  readonly clock: () => Hlc;
  readonly headingOf: HeadingOf;
  /** Who the peer is by its certificate; its hello must agree. */
  readonly peer?: NodeId;
  readonly features?: readonly string[];
  /** Of all sessions of this node, so that each log comes from one peer. */
  readonly sources?: Sources;
  readonly limits?: Partial<SessionLimits>;
}
