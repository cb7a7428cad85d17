import { type Batch, decodeHeader, encodeHeader, type MakeCrypto, makeBatch } from "@jarvis-crdt/batch";
import {
  type AnewBatch,
  CrdtError,
  compareDots,
  type Dot,
  encodeOperation,
  type Hlc,
  type LogAbandon,
  type LogId,
  maxAnewBatches,
  type NodeId,
  nodeOf,
  type Operation,
  type SignedHeader,
  type Stamp,
  sameDot,
} from "@jarvis-crdt/crdt";
import { compareBytes, equalBytes, keyOf } from "./bytes.ts";
import type { Medium } from "./medium.ts";
import { OpenBatch } from "./open-batch.ts";
import type { TransactionRange } from "./waiting.ts";

export interface HealingOptions extends MakeCrypto {
  readonly medium: Medium;
  readonly node: NodeId;
  readonly cluster: Uint8Array;
  /** A log of this node that nothing was minted into. */
  readonly newLog: () => { readonly log: LogId; readonly previous: Uint8Array };
  /** No stamp of this node lies before this. */
  readonly earliest: Hlc;
  readonly interpret: (range: TransactionRange) => void;
}

interface BranchBatch {
  readonly id: Uint8Array;
  readonly open: OpenBatch;
}

interface Abandoned {
  readonly log: LogId;
  readonly from: number;
  readonly proof: readonly [SignedHeader, SignedHeader];
}

const noId: Uint8Array = new Uint8Array(32);
const originDomain = Uint8Array.from("crdtsync/1 origin\0", (character) => character.charCodeAt(0));

/**
 * Heals a log of this node that was written twice: abandons it from there on, and mints anew every branch that is stored or
 * shown, each in a log of its own and operation by operation, so that what was written keeps its time and its order.
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
    const stamp = todo[0] === undefined ? this.#now(branch) : todo[0].open.header.hlcMin;
    const abandons = Array.from({ length: says }, (_, i): LogAbandon => {
      const part = anew.slice(i * maxAnewBatches, (i + 1) * maxAnewBatches);
      return { kind: "log.abandon", stamp: this.#stamp(stamp), abandoned, from, proof, anew: part };
    });
    writer.write(abandons, { hlcMin: stamp, hlcMax: stamp, schema: noId, epoch: 0 }, todo.length > 0);
    for (const [i, { id, open }] of todo.entries()) {
      const operations = Array.from({ length: open.header.count }, (_, index) => {
        const operation = open.of(open.header.first + index);
        return this.#anew(operation, { place, log, abandoned, origin: () => this.#origin(id, index) });
      });
      writer.write(operations, open.header, i < todo.length - 1);
    }
    for (const { batch, first } of anew) medium.putAnew(batch, { log, seq: first });
    this.#options.interpret({ log, first: 1, last: writer.last });
  }

  /** The operation as it is minted anew: with the names that others have now. */
  #anew(
    operation: Operation,
    {
      place,
      log,
      abandoned,
      origin,
    }: {
      readonly place: (dot: Dot) => Dot | undefined;
      readonly log: LogId;
      readonly abandoned: LogId;
      readonly origin: () => Uint8Array;
    },
  ): Operation {
    const stamp = this.#stamp(operation.stamp);
    switch (operation.kind) {
      case "counter.add":
        return { kind: "counter.again", stamp, object: operation.object, by: operation.by, origin: origin() };
      case "counter.again":
      case "row.add":
      case "piece":
        return { ...operation, stamp };
      case "log.abandon": {
        const anew = operation.anew.flatMap(({ batch, first }) => {
          const dot = place({ log: abandoned, seq: first });
          return dot?.log === log ? [{ batch, first: dot.seq }] : [];
        });
        return { ...operation, stamp, anew };
      }
      case "row.set":
        return {
          ...operation,
          stamp,
          adds: placed(operation.adds, place),
          seen: renamed(operation.seen, place),
        };
      case "row.remove":
        return { ...operation, stamp, adds: placed(operation.adds, place) };
      case "set.remove":
      case "keyed.remove":
        return { ...operation, stamp, seen: placed(operation.seen, place) };
      default:
        return { ...operation, stamp, seen: renamed(operation.seen, place) };
    }
  }

  #stamp<S extends Stamp>(stamp: S): S | Hlc {
    return stamp === "base" ? stamp : Math.max(stamp as Hlc, this.#options.earliest);
  }

  /** Where nothing is minted anew: the time of the last thing that counts no more. */
  #now(branch: readonly BranchBatch[]): Hlc {
    return branch.at(-1)?.open.header.hlcMax ?? this.#options.earliest;
  }

  #origin(batch: Uint8Array, index: number): Uint8Array {
    const place = new Uint8Array(4);
    new DataView(place.buffer).setUint32(0, index);
    return this.#options.hasher.hash([originDomain, batch, place]).slice(0, 8);
  }
}

/** Writes the batches of one transaction into a fresh log. */
class AnewWriter {
  readonly #options: HealingOptions & { readonly log: LogId };
  #previous: Uint8Array;
  #number = 1;
  #first = 1;

  constructor(options: HealingOptions & { readonly log: LogId; readonly previous: Uint8Array }) {
    this.#options = options;
    this.#previous = options.previous;
  }

  /** The last sequence that was written. */
  get last(): number {
    return this.#first - 1;
  }

  write(
    operations: readonly Operation[],
    like: Pick<OpenBatch["header"], "hlcMin" | "hlcMax" | "schema" | "epoch">,
    continues: boolean,
  ): void {
    const { log, cluster, medium, earliest } = this.#options;
    const hlcMin = Math.max(like.hlcMin, earliest);
    const batch = makeBatch(
      {
        cluster,
        log,
        number: this.#number++,
        first: this.#first,
        previous: this.#previous,
        continues,
        schema: like.schema,
        epoch: like.epoch,
        hlcMin,
        hlcMax: Math.max(like.hlcMax, hlcMin),
        operations: operations.map((operation) => encodeOperation(operation, { log, hlcMin })),
      },
      this.#options,
    );
    const { header, envelope } = batch;
    medium.append(batch, new OpenBatch(header, batch, envelope.rawLength));
    this.#previous = batch.id;
    this.#first += header.count;
  }
}

function earlier(a: Abandoned | undefined, b: Abandoned | undefined): Abandoned | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return b.from < a.from ? b : a;
}

function opened(batch: Batch): BranchBatch {
  return { id: batch.id, open: new OpenBatch(batch.header, batch, batch.envelope.rawLength) };
}

/** Without a transaction at the end that is not whole: nobody was told that it is written. */
function untilWhole(batches: readonly BranchBatch[]): readonly BranchBatch[] {
  const last = batches.findLastIndex(({ open }) => !open.header.continues);
  return batches.slice(0, last + 1);
}

/** Without transactions that this version cannot read: they stay as they are, and are listed. */
function readable(batches: readonly BranchBatch[]): readonly BranchBatch[] {
  const kept: BranchBatch[] = [];
  let transaction: BranchBatch[] = [];
  for (const batch of batches) {
    transaction.push(batch);
    if (batch.open.header.continues) continue;
    if (transaction.every(({ open }) => isReadable(open))) kept.push(...transaction);
    transaction = [];
  }
  return kept;
}

function isReadable(batch: OpenBatch): boolean {
  if (batch.isHollow) return false;
  try {
    for (let i = 0; i < batch.header.count; i++) batch.outline(i);
    return true;
  } catch (error) {
    if (error instanceof CrdtError) return false;
    throw error;
  }
}

/** The dots as they are called now, without those that nobody minted anew. */
function renamed(dots: readonly Dot[], place: (dot: Dot) => Dot | undefined): readonly Dot[] {
  const found = dots.map(place).filter((dot) => dot !== undefined);
  return found.sort(compareDots).filter((dot, i) => i === 0 || !sameDot(dot, found[i - 1]!));
}

/** The same for an operation that must name some: where none is left it names what counts no more, to no effect. */
function placed(dots: readonly Dot[], place: (dot: Dot) => Dot | undefined): readonly Dot[] {
  const found = renamed(dots, place);
  return found.length > 0 ? found : dots;
}

function copyOf({ header, signature }: SignedHeader): SignedHeader {
  // What a store gives may be a view on its memory.
  return { header: encodeHeader(decodeHeader(header)), signature: new Uint8Array(signature) };
}
