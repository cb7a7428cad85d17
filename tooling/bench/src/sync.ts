import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateArchive, proveOutside } from "@jarvis-crdt/fixtures";
import { Cluster, type ClusterNode, waitFor } from "@jarvis-crdt/harness";
import Database from "better-sqlite3";
import type { Timed } from "./yardsticks.ts";

export interface SyncOptions {
  readonly rows: number;
  readonly seed: number;
  /** Give the receiver an adopted, empty archive in journal mode `delete` instead of letting it make its own. */
  readonly adopted?: boolean;
  /** Folder for the nodes' files; default: the system's temporary folder. */
  readonly folder?: string;
  /** Counts what passes between the nodes; a relay stands in between, so the time is not to be used then. */
  readonly countBytes?: boolean;
  /** Default 600,000. */
  readonly timeoutMs?: number;
}

export interface SyncFigures extends Timed {
  /** Bytes between the nodes, both ways, encrypted; absent unless counted. */
  readonly wireBytes?: number;
  /** Greatest resident memory of the receiving process so far. */
  readonly receiverRssBytes: number;
  /** What the receiver keeps on disk: archive and state, with their side files. */
  readonly receiverDiskBytes: number;
  /** The archive alone. */
  readonly archiveBytes: number;
}

/**
 * Two `jarvisd` processes as users run them: node 1 has adopted and logged `rows` entries, node 2 is empty and dials
 * node 1. Measured from node 2's ready line until its archive shows every row and both nodes have one digest. Then an
 * independent process compares the two files.
 */
export async function measureSync(options: SyncOptions): Promise<SyncFigures> {
  const { rows, seed, adopted = false, countBytes = false, timeoutMs = 600_000 } = options;
  const dir = mkdtempSync(join(options.folder ?? tmpdir(), "bench-sync-"));
  const cluster = await Cluster.create({ dir, nodes: 2, wires: countBytes ? "proxied" : "direct" });
  try {
    const [sender, receiver] = [cluster.node(1), cluster.node(2)];
    generateArchive({ path: sender.archive, rows, seed, profile: "bench", activities: 0, queued: false });
    await sender.adopt();
    if (adopted) {
      generateArchive({ path: receiver.archive, rows: 0, seed });
      await receiver.adopt();
    }
    await sender.start();
    const wait = { timeoutMs, intervalMs: 25 };
    await waitFor(async () => (await sender.client.status()).counts.rows >= rows, {
      ...wait,
      what: `${rows} rows in the log of node 1`,
    });
    // It notes in its archive where each row comes from, and must not still be at it.
    await waitFor(
      () => none(sender.archive, "SELECT 1 FROM archive_entries WHERE crdt_operation_id IS NULL"),
      {
        ...wait,
        what: "every row of node 1 stamped",
      },
    );
    const { digest } = await sender.client.digest();

    await receiver.start();
    const started = performance.now();
    // The file is asked first: it costs the receiver next to nothing, whereas a digest makes it compute one.
    await waitFor(() => shows(receiver.archive, rows), {
      ...wait,
      what: `${rows} rows in the archive of node 2`,
    });
    await waitFor(async () => (await receiver.client.digest()).digest === digest, {
      ...wait,
      what: "one digest",
    });
    const ms = performance.now() - started;

    const figures = await figuresOf(receiver);
    const traffic = countBytes ? cluster.link(2, 1).traffic : undefined;
    await cluster.stop();
    await assertEqual(sender, receiver, rows);
    return { rows, ms, ...figures, ...(traffic ? { wireBytes: traffic.up + traffic.down } : {}) };
  } finally {
    await cluster.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

/**
 * Whether the archive shows so many rows. They are counted only once the greatest id is there: counting holds a read lock
 * for milliseconds, for which a commit in journal mode `delete` has to wait.
 */
function shows(archive: string, rows: number): boolean {
  const db = new Database(archive, { readonly: true });
  try {
    const ask = (sql: string) => (db.prepare(sql).pluck().get() as number | null) ?? 0;
    return (
      ask("SELECT max(id) FROM archive_entries") >= rows &&
      ask("SELECT count(*) FROM archive_entries") >= rows
    );
  } finally {
    db.close();
  }
}

function none(archive: string, sql: string): boolean {
  const db = new Database(archive, { readonly: true });
  try {
    return db.prepare(`${sql} LIMIT 1`).get() === undefined;
  } finally {
    db.close();
  }
}

async function figuresOf(node: ClusterNode) {
  const status = readFileSync(`/proc/${node.ready.pid}/status`, "utf8");
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(status);
  const size = (path: string) =>
    ["", "-wal", "-journal"].reduce(
      (sum, side) => sum + (statSync(path + side, { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
  const archiveBytes = size(node.archive);
  return {
    receiverRssBytes: Number(peak?.[1] ?? 0) * 1024,
    receiverDiskBytes: archiveBytes + size(node.state),
    archiveBytes,
  };
}

async function assertEqual(sender: ClusterNode, receiver: ClusterNode, rows: number): Promise<void> {
  const [sent, received] = [await proveOutside(sender.archive), await proveOutside(receiver.archive)];
  if (sent.rows !== rows || sent.sha256 !== received.sha256) {
    throw new Error(`the archives differ: ${JSON.stringify(sent)} and ${JSON.stringify(received)}`);
  }
}
