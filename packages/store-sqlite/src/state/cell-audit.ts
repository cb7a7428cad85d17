import type { Compressor, Hasher } from "@jarvis-crdt/batch";
import { CellHasher, checkedPages, type DigestNode } from "@jarvis-crdt/store";
import type { Database } from "better-sqlite3";
import { SqlBatches } from "./batches.ts";
import { SqlCells } from "./cells.ts";
import { leafOfCell } from "./leaf-of-cell.ts";
import { SqlLogs } from "./logs.ts";
import { SqlObjects } from "./objects.ts";
import { checkTables } from "./table-audit.ts";

/** `differ`: cells, the digest's tree, or what stands beside them was changed by nobody of ours · `unknown`: the digest lags behind. */
export type CellAudit = "sound" | "differ" | "unknown";

/** Cells that one step looks at: some 20 ms. */
const step = 1_000;
/** Sums stay whole numbers below this. */
const modulus = 2 ** 48;

/**
 * Compares all cells with the leaves that the digest took in when they were written, in one snapshot, and first what stands
 * beside them with itself. Yields after each step
 * how many cells it has looked at. O(cells).
 */
export function* auditCells(
  database: Database,
  hasher: Hasher,
  compressor: Compressor,
): Generator<number, CellAudit> {
  database.exec("BEGIN");
  try {
    checkTables(database, hasher);
    if (database.prepare("SELECT 1 FROM crdt_undigested LIMIT 1").get() !== undefined) return "unknown";
    const sum = new LeafSum(hasher);
    const counted = yield* addCells(database, hasher, compressor, sum);
    const get = database.prepare<[string], DigestNode>("SELECT cells, body FROM crdt_digests WHERE path = ?");
    let inTree = 0;
    for (const cells of checkedPages(hasher, { get: (path) => get.get(path) })) {
      for (const { name, leaf } of cells) sum.subtract(name, leaf);
      inTree += cells.length;
    }
    return counted === inTree && sum.isZero ? "sound" : "differ";
  } catch (error) {
    // What was changed may be anything: also something that cannot be read.
    if (error instanceof RangeError && /memory/i.test(error.message)) throw error;
    return "differ";
  } finally {
    database.exec("ROLLBACK");
  }
}

/** Returns how many cells there are; throws where an object counted others. */
function* addCells(
  database: Database,
  hasher: Hasher,
  compressor: Compressor,
  sum: LeafSum,
): Generator<number, number> {
  const logs = new SqlLogs(database);
  const objects = new SqlObjects(database);
  const batches = new SqlBatches(database, logs, compressor);
  const cells = new SqlCells(database, logs, objects, {
    rowsAdded: unused,
    rowChanged: unused,
    registerChanged: unused,
    changed: unused,
    stampOf: unused,
  });
  const cellHasher = new CellHasher(hasher, ({ log, seq }) => batches.leaf(log, seq));
  const next = database.prepare<[number, Uint8Array, number], { object: number; key: Buffer }>(
    "SELECT object, key FROM crdt_cells WHERE (object, key) > (?, ?) ORDER BY object, key LIMIT ?",
  );
  const counts = new Map<number, number>();
  let seen = 0;
  for (let [object, key]: [number, Uint8Array] = [0, new Uint8Array(0)]; ; ) {
    const page = next.all(object, key, step);
    for (const one of page) {
      const ref = objects.byId(one.object);
      const name = cellHasher.name(ref, one.key);
      sum.add(name, leafOfCell(cellHasher, cells, name, ref, one.key)!);
      counts.set(one.object, (counts.get(one.object) ?? 0) + 1);
    }
    seen += page.length;
    const last = page.at(-1);
    if (last === undefined) break;
    yield seen;
    object = last.object;
    key = last.key;
  }
  const said = database
    .prepare<[], { id: number; cells: number }>("SELECT id, cells FROM crdt_objects")
    .all();
  if (said.some(({ id, cells: count }) => (counts.get(id) ?? 0) !== count))
    throw new Error("an object does not have as many cells as it says");
  return seen;
}

/** A sum of hashes, in whatever order: nobody forges bytes that flip. */
class LeafSum {
  readonly #hasher: Hasher;
  #sum = 0;

  constructor(hasher: Hasher) {
    this.#hasher = hasher;
  }

  get isZero(): boolean {
    return this.#sum === 0;
  }

  add(name: Uint8Array, leaf: Uint8Array): void {
    this.#sum = (this.#sum + this.#of(name, leaf)) % modulus;
  }

  subtract(name: Uint8Array, leaf: Uint8Array): void {
    this.#sum = (this.#sum + modulus - this.#of(name, leaf)) % modulus;
  }

  #of(name: Uint8Array, leaf: Uint8Array): number {
    const hash = this.#hasher.hash([name.subarray(0, 24), leaf]);
    return Buffer.from(hash.buffer, hash.byteOffset, hash.length).readUIntBE(0, 6);
  }
}

function unused(): never {
  throw new Error("a check changes nothing");
}
