import type { Hasher } from "@jarvis-crdt/batch";
import type { NodeId } from "@jarvis-crdt/crdt";
import type { TableMapping } from "../mapping.ts";
import type { State } from "../state/state.ts";
import type { ArchiveDatabase } from "./database.ts";
import type { OutboxLimits } from "./outbox.ts";

/** The archive's file, how its tables replicate, and the state that it is shown from. */
export interface ArchiveOptions {
  readonly path: string;
  readonly mappings: readonly TableMapping[];
  /** Says how the tables replicate after the application has changed them; as before, unless given. */
  readonly remap?: (db: ArchiveDatabase) => readonly TableMapping[];
  readonly state: State;
  readonly node: NodeId;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
  readonly hasher: Hasher;
  /** `full` survives power loss in WAL mode too; a file in another journal mode always does. */
  readonly durability?: "normal" | "full";
  /** How long a statement waits for another program's lock, in ms; this process stands still meanwhile. */
  readonly busyMs?: number;
  readonly outbox?: OutboxLimits;
  /** Whether nothing long is to be begun or finished any more; a run that reads much is then left as if the file were busy. */
  readonly isEnding?: () => boolean;
}
