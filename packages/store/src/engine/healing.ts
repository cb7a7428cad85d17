import { type Batch, decodeHeader, encodeHeader, type MakeCrypto } from "@jarvis-crdt/batch";
import {
  type AbandonProof,
  type AnewBatch,
  type Dot,
  type Hlc,
  type HybridClock,
  hlcAt,
  isBeyondDrift,
  type LogAbandon,
  type LogId,
  lastBeyondDrift,
  maxAnewBatches,
  type NodeId,
  nodeOf,
  type SignedHeader,
} from "@jarvis-crdt/crdt";
import { AnewStamps } from "./anew-stamps.ts";
import { AnewWriter } from "./anew-writer.ts";
import { type BranchBatch, opened, readable, untilWhole } from "./branch-batch.ts";
import { compareBytes, equalBytes, keyOf } from "./bytes.ts";
import type { Medium } from "./medium.ts";
import { anewOperation } from "./mint-anew.ts";
import type { TransactionRange } from "./waiting.ts";

export interface HealingOptions extends MakeCrypto {
  readonly medium: Medium;
  readonly node: NodeId;
  readonly cluster: Uint8Array;
  /** A log of this node that nothing was minted into. */
  readonly newLog: () => { readonly log: LogId; readonly previous: Uint8Array };
  readonly clock: HybridClock;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** No stamp of this node lies before this. */
  readonly earliest: Hlc;
  readonly interpret: (range: TransactionRange) => void;
}

interface Abandoned {
  readonly log: LogId;
  readonly from: number;
  readonly proof: AbandonProof;
}

const noId: Uint8Array = new Uint8Array(32);
const originDomain = Uint8Array.from("crdtsync/1 origin\0", (character) => character.charCodeAt(0));

/**
 * Heals a log of this node that was written twice, or by a clock that was ahead: abandons it from there on, and mints anew
 * every branch that is stored or shown, each in a log of its own and operation by operation, so that what was written keeps
 * its order, and its time where that was right.
 */
export class Healing {
  readonly #options: HealingOptions;

  constructor(options: HealingOptions) {
    this.#options = options;
  }

  /**
   * `shown` is what somebody else holds of the log, verified, in order, from a batch on that follows a common one. Returns
   * whether anything was minted: not where the log only goes on, nor where all that was minted anew before.
   */
  heal(log: LogId, shown: readonly Batch[]): boolean {
    const { medium, node } = this.#options;
    if (nodeOf(log) !== node) throw new Error("a node heals its own logs only");
    const known = this.#known(log);
    const split = shown.findIndex(({ id, header }) => !this.#isStored(log, header.first, id));
    const other = split < 0 ? [] : shown.slice(split);
    const proven = this.#proven(log, other[0]);
    const abandoned = earlier(known, proven);
    if (abandoned === undefined || !this.#follows(log, other)) return false;
    const stored = this.#stored(log, abandoned.from);
    const start = other[0]?.header.first ?? 0;
    const branches = [stored];
    if (other.length > 0) {
      const common = stored.filter(({ open }) => open.last < start);
      branches.push([...common, ...other.map(opened)]);
    }
    let isNews = known === undefined || abandoned.from < known.from;
    let minted = false;
    for (const branch of branches) {
      const todo = branch.filter(({ id }) => medium.anew(id) === undefined);
      const whole = readable(untilWhole(todo));
      if (whole.length === 0 && !(isNews && branch === branches.at(-1))) continue;
      this.#mint(abandoned, branch, whole);
      isNews = false;
      minted = true;
    }
    return minted;
  }

  /**
   * Abandons what a log of this node holds that is stamped further ahead of now than clocks may differ, with the transaction in
   * which that begins, and mints it anew. Returns whether there was any.
   */
  abandonFuture(log: LogId): boolean {
    const { medium, now } = this.#options;
    const time = hlcAt(now());
    let ahead: BranchBatch["open"] | undefined;
    let from = Number.POSITIVE_INFINITY;
    for (let last = medium.log(log)?.seq ?? 0; last > 0; ) {
      const open = medium.open(log, last)!;
      if (isBeyondDrift(open.header.hlcMax, time)) ahead = open;
      else if (ahead === undefined || !open.header.continues) break;
      from = open.header.first;
      last = from - 1;
    }
    if (ahead === undefined) return false;
    const branch = this.#stored(log, from);
    const proof = [copyOf(medium.signedHeader(log, ahead.header.first)!)] as const;
    const todo = readable(untilWhole(branch)).filter(({ id }) => medium.anew(id) === undefined);
    this.#mint({ log, from, proof }, branch, todo);
    return true;
  }

  /** Whether something is stored of a log beyond what counts, that nobody has minted anew. */
  isUnsettled(log: LogId): boolean {
    const { medium } = this.#options;
    const from = medium.voidFrom(log);
    return from !== undefined && this.#stored(log, from).some(({ id }) => medium.anew(id) === undefined);
  }

  #known(log: LogId): Abandoned | undefined {
    for (const interval of this.#options.medium.voids()) if (interval.log === log) return interval;
    return undefined;
  }

  #isStored(log: LogId, first: number, id: Uint8Array): boolean {
    const stored = this.#options.medium.batchId(log, first);
    return stored !== undefined && equalBytes(stored, id);
  }

  /** The proof that this batch and a stored one exclude each other, and from where on nothing counts by it. */
  #proven(log: LogId, batch: Batch | undefined): Abandoned | undefined {
    const { medium } = this.#options;
    const mine = batch && medium.signedHeader(log, batch.header.first);
    if (batch === undefined || mine === undefined) return undefined;
    const { envelope } = batch;
    const theirs = { header: envelope.header, signature: envelope.signature };
    const proof = [copyOf(mine), copyOf(theirs)].sort((a, b) => compareBytes(a.header, b.header));
    let from = batch.header.first;
    for (;;) {
      const before = from > 1 ? medium.open(log, from - 1) : undefined;
      if (before === undefined || !before.header.continues) break;
      from = before.header.first;
    }
    return { log, from, proof: [proof[0]!, proof[1]!] };
  }

  /** Whether the batches follow each other, and the first a stored one. */
  #follows(log: LogId, batches: readonly Batch[]): boolean {
    const { medium } = this.#options;
    const [first] = batches;
    if (first === undefined || first.header.number === 1) return true;
    const before = medium.open(log, first.header.first - 1);
    const id = before && medium.batchId(log, before.header.first);
    if (id === undefined || !equalBytes(id, first.header.previous)) return false;
    return batches.every(({ header }, i) => i === 0 || equalBytes(header.previous, batches[i - 1]!.id));
  }

  #stored(log: LogId, from: number): readonly BranchBatch[] {
    const { medium } = this.#options;
    const batches: BranchBatch[] = [];
    for (let seq = from; ; ) {
      const open = medium.open(log, seq);
      if (open === undefined) return batches;
      batches.push({ id: medium.batchId(log, open.header.first)!, open });
      seq = open.last + 1;
    }
  }

  #mint(
    { log: abandoned, from, proof }: Abandoned,
    branch: readonly BranchBatch[],
    todo: readonly BranchBatch[],
  ): void {
    const { medium, newLog } = this.#options;
    const { log, previous } = newLog();
    const says = Math.max(1, Math.ceil(todo.length / maxAnewBatches));
    const firsts = new Map<string, number>();
    const anew: AnewBatch[] = [];
    let next = says + 1;
    for (const { id, open } of todo) {
      firsts.set(keyOf(id), next);
      anew.push({ batch: id, first: next });
      next += open.header.count;
    }
    const place = (dot: Dot): Dot | undefined => {
      if (dot.log !== abandoned || dot.seq < from) return dot;
      const batch = branch.find(({ open }) => open.header.first <= dot.seq && dot.seq <= open.last);
      if (batch === undefined) return undefined;
      const first = firsts.get(keyOf(batch.id));
      const start = first === undefined ? medium.anew(batch.id) : { log, seq: first };
      return start && { log: start.log, seq: start.seq + dot.seq - batch.open.header.first };
    };
    const writer = new AnewWriter({ ...this.#options, log, previous });
    const stamps = new AnewStamps(this.#options);
    const stamp = this.#stampOf(proof, stamps.of(todo[0]?.open.header.hlcMin ?? this.#end(branch)));
    const abandons = Array.from({ length: says }, (_, i): LogAbandon => {
      const part = anew.slice(i * maxAnewBatches, (i + 1) * maxAnewBatches);
      return { kind: "log.abandon", stamp, abandoned, from, proof, anew: part };
    });
    writer.write(abandons, { hlcMin: stamp, hlcMax: stamp, schema: noId, epoch: 0 }, todo.length > 0);
    for (const [i, { id, open }] of todo.entries()) {
      const { schema, epoch, count, first } = open.header;
      const hlcMin = stamps.of(open.header.hlcMin);
      const operations = Array.from({ length: count }, (_, index) =>
        anewOperation(open.of(first + index), {
          place,
          log,
          abandoned,
          stamp: (given) => stamps.ofOperation(given),
          origin: () => this.#origin(id, index),
        }),
      );
      const hlcMax = stamps.of(open.header.hlcMax);
      writer.write(operations, { hlcMin, hlcMax, schema, epoch }, i < todo.length - 1);
    }
    for (const { batch, first } of anew) medium.putAnew(batch, { log, seq: first });
    this.#options.interpret({ log, first: 1, last: writer.last });
  }

  /** A batch that is stamped ahead must be so compared with what abandons it, even after its time has come. */
  #stampOf(proof: AbandonProof, first: Hlc): Hlc {
    if (proof.length === 2) return first;
    const [{ header }] = proof;
    return Math.min(first, hlcAt(this.#options.now()), lastBeyondDrift(decodeHeader(header).hlcMax));
  }

  /** Where nothing is minted anew: the time of the last thing that counts no more. */
  #end(branch: readonly BranchBatch[]): Hlc {
    return branch.at(-1)?.open.header.hlcMax ?? this.#options.earliest;
  }

  #origin(batch: Uint8Array, index: number): Uint8Array {
    const place = new Uint8Array(4);
    new DataView(place.buffer).setUint32(0, index);
    return this.#options.hasher.hash([originDomain, batch, place]).slice(0, 8);
  }
}

function earlier(a: Abandoned | undefined, b: Abandoned | undefined): Abandoned | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return b.from < a.from ? b : a;
}

function copyOf({ header, signature }: SignedHeader): SignedHeader {
  // What a store gives may be a view on its memory.
  return { header: encodeHeader(decodeHeader(header)), signature: new Uint8Array(signature) };
}
