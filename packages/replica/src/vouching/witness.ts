import type { LogId, NodeId } from "@jarvis-crdt/crdt";
import type { SpentHere } from "@jarvis-crdt/store";

/** A session with a node that can be asked what is spent. */
export interface Witness {
  readonly node: NodeId;
  /** Undefined when the session ends before. */
  ask(log: LogId, after: number): Promise<SpentHere | undefined>;
  /** Whether it can still be asked. */
  isPresent(): boolean;
  /** Whether it is known to have a log up to there, by its own word. */
  has(log: LogId, through: number): boolean;
}

/** Who may witness. */
export interface Witnesses {
  /** Other nodes that are not known to be readers, whether or not they can be reached. */
  members(): ReadonlySet<NodeId>;
  /** One session with each member that can be asked now. */
  present(): readonly Witness[];
}
