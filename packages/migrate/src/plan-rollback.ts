import { existsSync, statSync } from "node:fs";
import { mapArchive } from "@jarvis-crdt/archive";
import { type ArchiveDatabase, hasCapture, quote, readMarker } from "@jarvis-crdt/store-sqlite";
import { adoptionBackup } from "./backup.ts";
import { examine } from "./examine.ts";
import { countRemoteRows, type RemoteRows } from "./remote-rows.ts";
import { findTraces, type Traces } from "./remove-capture.ts";
import { refuseRunningNode } from "./running-node.ts";
import { stateFiles } from "./set-aside.ts";

/** What rolling an adoption back would do. Printable data. */
export interface RollbackPlan {
  readonly path: string;
  /** `adopted`: ours is taken out · `legacy`: nothing of ours is in the file. */
  readonly state: "adopted" | "legacy";
  readonly bytes: number;
  /** The node that worked with this archive; null where none did yet. */
  readonly node: string | null;
  readonly traces: Traces;
  /** Rows that stay, by table. */
  readonly rows: readonly { readonly table: string; readonly rows: number }[];
  /** Entries among them that other nodes wrote. They stay, too. */
  readonly remote: number;
  /** Writes of the assistant that were not sent to other nodes. They stay in the file. */
  readonly unsent: number;
  /** Rows that came from other nodes and go, by table: only where that was asked for. */
  readonly removed: readonly RemoteRows[];
  /** State file and what belongs to it: moved aside, not deleted. */
  readonly setAside: readonly string[];
  /** The backup from before the adoption. */
  readonly backup: string | undefined;
  /** Milliseconds for which the assistant cannot write, roughly. */
  readonly lockMs: number;
  /** What will be done, in order, one sentence each. */
  readonly steps: readonly string[];
}

/** Bytes of a file whose rows are rewritten in a millisecond, on a disk that is not fast; in memory it is three times that. */
const rewrittenPerMs = 150_000;

/**
 * Examines an adopted file and says what rolling back would do. Changes nothing. Reads the whole file once.
 *
 * @throws ArchiveError `missing`, `not-sqlite`, `damaged`; MigrateError `in-use`, and with `localOnly` `no-state`
 */
export function planRollback(path: string, state: string, localOnly = false): RollbackPlan {
  const plan = examine(path, (db) => planOf(db, path, state, localOnly));
  refuseRunningNode(path, state);
  return plan ?? emptyPlan(path, state);
}

function planOf(db: ArchiveDatabase, path: string, state: string, localOnly: boolean): RollbackPlan {
  const adopted = hasCapture(db);
  const traces = findTraces(db);
  const setAside = stateFiles(state).filter((file) => existsSync(file));
  const marker = adopted ? readMarker(db) : { node: null };
  const bytes = statSync(path).size;
  const removed = adopted && localOnly ? countRemoteRows(db, path, state) : [];
  const plan = {
    path,
    bytes,
    removed: removed.filter(({ rows }) => rows > 0),
    node: marker.node,
    traces,
    rows: mapArchive(db).map(({ name }) => ({ table: name, rows: count(db, quote(name)) })),
    remote: marker.node === null ? 0 : countRemote(db, traces, marker.node),
    unsent: adopted ? count(db, "crdt_outbox WHERE kind<>4") : 0,
    setAside,
    backup: adoptionBackup(path),
    lockMs: traces.stamped.length === 0 ? 0 : Math.ceil(bytes / rewrittenPerMs),
  };
  const isAdopted = traces.tables.length + traces.triggers.length + traces.stamped.length > 0;
  return { ...plan, state: isAdopted ? "adopted" : "legacy", steps: stepsOf(plan, isAdopted) };
}

function stepsOf(
  { traces, setAside, remote, removed }: Pick<RollbackPlan, "traces" | "setAside" | "remote" | "removed">,
  isAdopted: boolean,
): string[] {
  const steps = [];
  if (isAdopted) {
    const columns =
      traces.stamped.length === 0 ? "" : `, and the six columns of ${traces.stamped.join(", ")}`;
    steps.push(
      "Back the file up as it is, with a checksum, into crdt_backups beside it.",
      `Remove ${traces.triggers.length} triggers and ${traces.tables.length} tables crdt_*${columns}, in one transaction; ${whatStays(remote, removed)}.`,
      "Check the file and compare its schema with the backup from before the adoption.",
    );
  }
  if (setAside.length > 0)
    steps.push(`Move ${setAside.join(", ")} into crdt_backups; nothing of it is deleted.`);
  return steps;
}

function whatStays(remote: number, removed: readonly RemoteRows[]): string {
  if (removed.length > 0) {
    const rows = removed.map(({ table, rows }) => `${rows} of ${table}`).join(", ");
    return `rows that came from other nodes go: ${rows}`;
  }
  return `all rows stay${remote > 0 ? `, also ${remote} that other nodes wrote` : ""}`;
}

function emptyPlan(path: string, state: string): RollbackPlan {
  const setAside = stateFiles(state).filter((file) => existsSync(file));
  const traces = { tables: [], triggers: [], stamped: [] };
  return {
    path,
    state: "legacy",
    bytes: 0,
    node: null,
    traces,
    rows: [],
    remote: 0,
    unsent: 0,
    removed: [],
    setAside,
    backup: undefined,
    lockMs: 0,
    steps: stepsOf({ traces, setAside, remote: 0, removed: [] }, false),
  };
}

function countRemote(db: ArchiveDatabase, { stamped }: Traces, node: string): number {
  return stamped.reduce(
    (sum, table) =>
      sum +
      (db
        .prepare(`SELECT count(*) FROM ${quote(table)} WHERE crdt_node_id IS NOT NULL AND crdt_node_id<>?`)
        .pluck()
        .get(node) as number),
    0,
  );
}

function count(db: ArchiveDatabase, from: string): number {
  return db.prepare(`SELECT count(*) FROM ${from}`).pluck().get() as number;
}
