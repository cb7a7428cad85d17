import type { Hasher } from "@jarvis-crdt/batch";
import type { NodeId } from "@jarvis-crdt/crdt";
import type { PlannedRow, State } from "../state/state.ts";
import type { AsCaptured } from "./as-captured.ts";
import type { Check } from "./check.ts";
import type { ArchiveDatabase } from "./database.ts";
import type { FileTables } from "./file-tables.ts";
import type { HiddenRows } from "./hidden.ts";
import type { Identities } from "./identities.ts";
import type { OutboxReader } from "./outbox-reader.ts";
import type { Pace } from "./pace.ts";
import type { Leftovers } from "./reconcile/leftovers.ts";

/** An archive that is open, as the runs over it share it. */
export interface OpenArchive {
  readonly db: ArchiveDatabase;
  readonly state: State;
  readonly node: NodeId;
  readonly hasher: Hasher;
  readonly tables: FileTables;
  readonly identities: Identities;
  readonly asCaptured: AsCaptured;
  readonly hidden: HiddenRows;
  readonly leftovers: Leftovers;
  readonly outbox: OutboxReader;
  readonly check: Check;
  readonly pace: Pace;
  nonce(): string;
  /** Makes the file show these rows, inside the caller's transaction. */
  show(rows: readonly PlannedRow[]): void;
  /** What `show` did so far. */
  readonly totals: { readonly shown: number; readonly refused: number };
  /** Reads again what is remembered of the file: a transaction was undone, or the file is another. */
  reload(): void;
}
