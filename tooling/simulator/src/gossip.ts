import { decodeHeader } from "@jarvis-crdt/batch";
import { decodeMessage } from "@jarvis-crdt/sync";
import { History } from "./history.ts";
import type { Plan } from "./plan.ts";
import { run } from "./run.ts";
import type { Violation } from "./violation.ts";

export interface GossipOptions {
  readonly nodes: number;
  /** Connections of each node, on average; at least 2. */
  readonly degree: number;
  readonly writes: number;
  readonly seed: number;
}

export interface GossipReport extends GossipOptions {
  readonly violation: Violation | undefined;
  /** How many nodes got a batch over so many connections, for all batches together. */
  readonly hops: readonly number[];
  /** How often a batch arrived at a node, on average; 1 is the least. */
  readonly redundancy: number;
  /** Of all messages, and of batches alone: sent by a node, on average. */
  readonly bytesPerNode: number;
  readonly batchBytesPerNode: number;
  readonly messagesPerNode: number;
  /** For each hundredth of the nodes, ms after the write until they had it, averaged over the writes. */
  readonly reached: readonly number[];
  /** Virtual ms, events. */
  readonly ms: number;
  readonly events: number;
}

/** When the writes begin: every connection stands. */
const settledMs = 10_000;
const betweenMs = 2_000;

/**
 * Writes spread through a random overlay: a ring, and to it random edges. Reports over how many connections, how
 * often, and how fast each write reaches everybody.
 */
export async function gossip(options: GossipOptions): Promise<GossipReport> {
  const { nodes, seed } = options;
  const plan = gossipPlan(options);
  const spread = new Spread(nodes);
  const result = await run(plan, {
    seed,
    watch: false,
    onRead: (from, to, message, at) => spread.read(from, to, message, at),
  });
  const written = plan.steps.map(({ at }) => at);
  return {
    ...options,
    violation: result.violation,
    hops: spread.hops(),
    redundancy: spread.arrivals / (options.writes * (nodes - 1)),
    bytesPerNode: result.bytes / nodes,
    batchBytesPerNode: spread.bytes / nodes,
    messagesPerNode: result.messages / nodes,
    reached: spread.reached(written),
    ms: result.ms,
    events: result.events,
  };
}

export function gossipPlan({ nodes, degree, writes, seed }: GossipOptions): Plan {
  const history = new History(seed, "gossip");
  const { random } = history;
  for (let i = 0; i < nodes; i++) history.machine();
  for (let i = 0; i < nodes; i++) history.edges.push([i, (i + 1) % nodes]);
  for (let more = Math.round((nodes * (degree - 2)) / 2); more > 0; more--)
    history.edges.push([random.below(nodes), random.below(nodes)]);
  for (let i = 0; i < writes; i++) {
    const machine = random.below(nodes);
    history.at(settledMs + i * betweenMs, { do: "write", machine, change: "add", key: i });
  }
  const network = { latency: 40, jitter: 20, bandwidth: 10_000, loss: 0 };
  return history.plan("gossip", { network, smallWindows: false });
}

/** Follows each batch from node to node. */
class Spread {
  arrivals = 0;
  bytes = 0;
  readonly #nodes: number;
  /** For each batch, by log and sequence: of each node the hops from its author, and when it came. */
  readonly #batches = new Map<string, Map<number, { readonly hops: number; readonly at: number }>>();

  constructor(nodes: number) {
    this.#nodes = nodes;
  }

  read(from: number, to: number, bytes: Uint8Array, at: number): void {
    if (bytes[1] !== 5) return;
    const message = decodeMessage(bytes);
    if (message.type !== "batch") return;
    this.arrivals++;
    this.bytes += bytes.length;
    const { log, first } = decodeHeader(message.envelope.header);
    const name = `${log}/${first}`;
    const nodes = this.#batches.get(name) ?? new Map([[from, { hops: 0, at }]]);
    this.#batches.set(name, nodes);
    if (!nodes.has(to)) nodes.set(to, { hops: (nodes.get(from)?.hops ?? 0) + 1, at });
  }

  hops(): readonly number[] {
    const counts: number[] = [];
    for (const nodes of this.#batches.values())
      for (const { hops } of nodes.values()) counts[hops] = (counts[hops] ?? 0) + 1;
    return Array.from(counts, (count) => count ?? 0);
  }

  reached(written: readonly number[]): readonly number[] {
    const sums = new Array<number>(101).fill(0);
    for (const nodes of this.#batches.values()) {
      const times = [...nodes.values()].map(({ at }) => at).sort((a, b) => a - b);
      const begun = written.findLast((at) => at <= times[0]!) ?? 0;
      for (let hundredth = 0; hundredth <= 100; hundredth++) {
        const index = Math.min(times.length - 1, Math.ceil((hundredth / 100) * this.#nodes) - 1);
        sums[hundredth]! += (times[Math.max(0, index)]! - begun) / this.#batches.size;
      }
    }
    return sums;
  }
}
