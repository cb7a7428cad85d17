import { type LogHead, verifyBatch } from "@jarvis-crdt/batch";
import { type Frontier, hlcAt, type LogId, nodeOf } from "@jarvis-crdt/crdt";
import { MemoryStore, type Store } from "@jarvis-crdt/store";
import type { Crypto } from "./crypto.ts";
import { authorityOf, cluster, schemas } from "./identity.ts";
import { covers, type Entry, expected, type Trust } from "./ledger.ts";
import type { Machine } from "./machine.ts";
import { openEnvelope } from "./memory-disk.ts";
import type { World } from "./world.ts";
import { bulkPart } from "./writer.ts";

/**
 * What a machine shows, against what its frontier says that it must and must not show; at the `end` also what was minted anew.
 * O(writes).
 */
export async function inspectContent(world: World, machine: Machine, end = false): Promise<void> {
  const store = machine.process?.store.inner;
  if (!store) return;
  const frontier = await store.frontier();
  const { entries } = world.ledger;
  const trust = (entry: Entry): Trust => trustIn(world, entry, end);
  // What came hollow is compared some time later; and it may be there before what removed it.
  const inDoubt = (await store.doubts()) !== undefined;
  const mayBeAhead = !end && world.emptied > 0;
  const isDropped = (target: unknown) =>
    entries.some(
      (one) => (one.change === "drop" || one.change === "unrow") && String(one.target) === String(target),
    );
  const live = new Set((await store.set("once"))?.map(String));
  const elements = expected(entries, frontier, ["add", "drop"], trust);
  for (const element of elements.present)
    if (!live.has(String(element)) && !(mayBeAhead && isDropped(element)))
      world.judge.violate(
        "acknowledged-write-lost",
        `machine ${machine.index} has the add of ${element}, and does not show it`,
      );
  for (const element of elements.absent)
    if (live.has(String(element)) && !inDoubt)
      world.judge.violate(
        "resurrected",
        `machine ${machine.index} has the remove of ${element}, and shows it`,
      );
  const rows = expected(entries, frontier, ["row", "unrow"], trust);
  for (const uid of rows.present as Uint8Array[])
    if (!(await store.row(uid)) && !(mayBeAhead && isDropped(uid)))
      world.judge.violate(
        "acknowledged-write-lost",
        `machine ${machine.index} has the add of row ${uid}, and does not show it`,
      );
  for (const uid of rows.absent as Uint8Array[])
    if ((await store.row(uid)) && !inDoubt)
      world.judge.violate(
        "resurrected",
        `machine ${machine.index} has the remove of row ${uid}, and shows it`,
      );
  for (const { step, change, by } of entries.filter((entry) => trust(entry) === "dotted")) {
    if (change !== "bulk") continue;
    let shown = 0;
    for (let part = 0; part < by!; part++) if (await store.register(bulkPart(step, part))) shown++;
    if (shown !== 0 && shown !== by)
      world.judge.violate(
        "half-a-transaction",
        `machine ${machine.index} shows ${shown} of ${by} parts of step ${step}`,
      );
  }
}

/** Everything that must hold when nothing is left to do. */
export async function inspectEnd(world: World, crypto: Crypto): Promise<void> {
  const machines = world.honest;
  const frontiers = await Promise.all(machines.map(({ process }) => process!.store.inner.frontier()));
  const [first] = frontiers;
  if (!first) return;
  if (!inspectFrontiers(world, machines, frontiers)) return;
  for (const machine of machines) await inspectContent(world, machine, true);
  inspectAcknowledged(world, first);
  await inspectCounter(world, machines, first);
  const verified = new Map<string, Uint8Array>();
  for (const machine of machines) await inspectLogs(world, machine, crypto, verified);
  if (world.forked.size === 0 || !world.plan.forksStay) await inspectState(world, machines, first, crypto);
}

/** Whether all honest machines have the same of every log that nobody wrote twice. */
export function sameFrontiers(world: World, frontiers: readonly Frontier[]): boolean {
  const texts = new Set(frontiers.map((frontier) => textOf(world, frontier)));
  return texts.size <= 1;
}

/** A log that was written twice, where nobody heals it. */
function isLeftOut({ plan, forked }: World, log: LogId): boolean {
  return plan.forksStay && forked.has(log);
}

function textOf(world: World, frontier: Frontier): string {
  return [...frontier]
    .filter(([log]) => !isLeftOut(world, log))
    .map(([log, { seq, batch }]) => `${log} ${seq} ${hex(batch)}`)
    .sort()
    .join("\n");
}

function inspectFrontiers(
  world: World,
  machines: readonly Machine[],
  frontiers: readonly Frontier[],
): boolean {
  if (sameFrontiers(world, frontiers)) return true;
  const logs = new Set(frontiers.flatMap((frontier) => [...frontier.keys()]));
  for (const log of logs) {
    if (isLeftOut(world, log)) continue;
    const has = frontiers.map((frontier, i) => {
      const entry = frontier.get(log);
      return `${machines[i]!.index}: ${entry ? `${entry.seq} ${hex(entry.batch).slice(0, 8)}` : "-"}`;
    });
    if (new Set(has.map((text) => text.slice(text.indexOf(":")))).size === 1) continue;
    world.judge.violate("convergence", `log ${log} stays different: ${has.join(", ")}`);
  }
  return false;
}

function inspectAcknowledged(world: World, frontier: Frontier): void {
  for (const entry of world.ledger.entries) {
    // Nothing is owed to a Byzantine machine.
    const isOwed = world.machines[entry.machine]!.isHonest && !entry.excused;
    if (!isOwed || trustIn(world, entry, true) !== "dotted") continue;
    for (const dot of entry.dots ?? [])
      if (dot && !covers(frontier, dot))
        world.judge.violate(
          "acknowledged-write-lost",
          `step ${entry.step} was answered by machine ${entry.machine} with ${dot.log}/${dot.seq}, which nobody has`,
        );
  }
}

async function inspectCounter(world: World, machines: readonly Machine[], frontier: Frontier): Promise<void> {
  let least = 0;
  let most = 0;
  for (const entry of world.ledger.entries) {
    if (entry.change !== "count") continue;
    const trust = trustIn(world, entry, true);
    const isCovered = entry.dots?.some((dot) => dot && covers(frontier, dot)) ?? false;
    if (trust === "anew" || (trust === "dotted" && isCovered)) least += entry.by!;
    most += entry.by!;
  }
  for (const machine of machines) {
    const value = (await machine.process!.store.inner.counter("count")) ?? 0;
    if (value < least || value > most)
      world.judge.violate(
        "acknowledged-write-lost",
        `machine ${machine.index} counts ${value}, not ${least} to ${most}`,
      );
  }
}

/** Every log is there without a hole, each batch as its author signed it. */
async function inspectLogs(
  world: World,
  machine: Machine,
  crypto: Crypto,
  verified: Map<string, Uint8Array>,
): Promise<void> {
  const store = machine.process!.store.inner;
  const authority = authorityOf(crypto.hasher);
  let operations = 0;
  for (const [log, { seq, batch: head }] of await store.frontier()) {
    let previous: LogHead | undefined;
    const authors = (await store.certificates(nodeOf(log))).map((der) => authority.author(der));
    for (const envelope of await store.read(log, 0, Number.MAX_SAFE_INTEGER)) {
      try {
        const batch = verifyBatch(envelope, {
          ...crypto,
          cluster,
          previous,
          maxHlc: Number.MAX_SAFE_INTEGER,
          takesHollow: true,
          authorKey: (_node, key) => {
            const found = authors.find((author) => hex(author.key) === hex(key));
            return found && { publicKey: found.publicKey, from: hlcAt(0), until: Number.MAX_SAFE_INTEGER };
          },
          compressor: knownBodies(crypto, verified),
        });
        previous = { id: batch.id, header: batch.header };
      } catch (error) {
        world.judge.violate(
          "forged-content-accepted",
          `machine ${machine.index} holds of ${log}: ${(error as Error).message}`,
        );
        return;
      }
    }
    const last = previous ? previous.header.first + previous.header.count - 1 : 0;
    if (last !== seq || hex(previous?.id ?? new Uint8Array()) !== hex(head))
      world.judge.violate(
        "frontier-is-content",
        `machine ${machine.index} says ${seq} of ${log} and holds ${last}`,
      );
    operations += seq;
  }
  const counts = await store.counts();
  if (counts.operations !== operations && world.forked.size === 0)
    world.judge.violate(
      "frontier-is-content",
      `machine ${machine.index} counts ${counts.operations}, holds ${operations}`,
    );
  // What an honest machine wrote on one branch waits where the other is stored, as long as the author heals nothing.
  // What names an operation that a fault took from everybody who had it waits for good.
  const mayWait =
    (world.plan.forksStay && world.forked.size > 0) || world.ledger.entries.some(({ excused }) => excused);
  if (counts.quarantined > 0 && !mayWait)
    world.judge.violate(
      "convergence",
      `machine ${machine.index} still does not interpret ${counts.quarantined} transactions`,
    );
}

/** Bodies cost most, and all machines hold the same ones. */
function knownBodies({ compressor }: Crypto, known: Map<string, Uint8Array>): Crypto["compressor"] {
  return {
    ...compressor,
    inflate(bytes, length) {
      const name = `${length} ${hex(bytes.subarray(0, 64))} ${bytes.length}`;
      const before = known.get(name);
      if (before) return before;
      const raw = compressor.inflate(bytes, length);
      if (bytes.length <= 64) known.set(name, raw);
      return raw;
    },
  };
}

/** Equal digests, and the digest that the same operations give in another order. */
async function inspectState(
  world: World,
  machines: readonly Machine[],
  frontier: Frontier,
  crypto: Crypto,
): Promise<void> {
  const digests = await Promise.all(
    machines.map(async ({ process }) => hex((await process!.store.inner.digest()).digest)),
  );
  const [machine] = machines;
  if (new Set(digests).size > 1) {
    const all = digests.map((digest, i) => `${machines[i]!.index}: ${digest.slice(0, 8)}`);
    world.judge.violate("convergence", `equal frontiers, and different digests: ${all.join(", ")}`);
    return;
  }
  // What was thrown away nobody can play again, whether honestly or by who lies of it.
  if (world.emptied > 0 || (await holdsHollow(machine!.process!.store.inner, frontier))) return;
  const again = await replayed(machine!, [...frontier.keys()].sort().reverse(), crypto);
  if (again !== digests[0])
    world.judge.violate(
      "state-follows-from-operations",
      "the same operations in another order give another state",
    );
}

async function replayed(machine: Machine, logs: readonly LogId[], crypto: Crypto): Promise<string> {
  const { inner } = machine.process!.store;
  const store = new MemoryStore({
    ...crypto,
    node: machine.node,
    cluster,
    now: () => machine.now(),
    random: (bytes) => new Uint8Array(bytes),
    schema: schemas[machine.schema],
  });
  for (const log of logs) {
    for (const envelope of await inner.read(log, 0, Number.MAX_SAFE_INTEGER)) {
      const batch = openEnvelope(envelope, crypto);
      const schema = await inner.schema(batch.header.schema);
      if (schema) await store.putSchema(batch.header.schema, schema);
      await store.apply([batch]);
    }
  }
  return hex((await store.digest()).digest);
}

function trustIn(world: World, { machine, dots, excused }: Entry, end: boolean): Trust {
  const { machines, forked, plan } = world;
  const isForked = dots?.some((dot) => dot !== null && forked.has(dot.log)) ?? false;
  if (!machines[machine]!.isHonest) return isForked || dots === undefined ? "unknown" : "dotted";
  if (!isForked) return "dotted";
  return end && !plan.forksStay && !excused ? "anew" : "unknown";
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

async function holdsHollow(store: Store, frontier: Frontier): Promise<boolean> {
  for (const [log, { seq }] of frontier) if ((await store.weight(log, 0, seq)).hollow > 0) return true;
  return false;
}
