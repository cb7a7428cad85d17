import type { Envelope } from "@jarvis-crdt/batch";
import { testCrypto } from "@jarvis-crdt/batch/testing";
import type { Frontier, FrontierEntry, LogId } from "@jarvis-crdt/crdt";
import type { Action } from "../action.ts";
import { decodeMessage, encodeMessage } from "../codec.ts";
import { FrontierTree } from "../frontier-tree.ts";
import type { SessionLimits } from "../limits.ts";
import { batchCost } from "../message.ts";
import { Session } from "../session.ts";
import { Sources } from "../sources.ts";
import type { Urgency } from "../turns.ts";
import { type FakeBatch, fakeBatch, fakeHeading, fakeOf, nodeName } from "./fake.ts";

const { hasher } = testCrypto();
const cluster = new Uint8Array(16).fill(7);

/** A store of fake batches in memory. */
export class FakeNode {
  readonly index: number;
  readonly logs = new Map<LogId, FakeBatch[]>();
  readonly ends = new Set<End>();
  readonly sources = new Sources();
  /** Logs that it cannot judge for the time being. */
  readonly unready = new Set<LogId>();
  /** What it says of the urgency of logs that grew; where there is such a thing, it waits for `flush`. */
  lazily: ((log: LogId) => Urgency) | undefined;
  /** Whether it compares frontiers as trees. */
  readonly #isModern: boolean;

  constructor(index: number, isModern = false) {
    this.index = index;
    this.#isModern = isModern;
  }

  /** What a session begins with. */
  get base(): Frontier | FrontierTree {
    return this.#isModern ? FrontierTree.of(this.frontier(), hasher) : this.frontier();
  }

  frontier(): Map<LogId, FrontierEntry> {
    return new Map([...this.logs].map(([log, batches]) => [log, batches.at(-1)!.entry]));
  }

  /** Appends batches and tells every session, as a store's subscription does. */
  append(batches: readonly FakeBatch[]): void {
    const advanced = new Map<LogId, FrontierEntry>();
    for (const batch of batches) {
      const { log, first } = batch.heading;
      const own = this.logs.get(log) ?? [];
      const seq = own.at(-1)?.entry.seq ?? 0;
      if (batch.entry.seq <= seq) continue;
      if (first !== seq + 1) throw new Error(`${first} does not continue ${seq} of ${log}`);
      own.push(batch);
      this.logs.set(log, own);
      advanced.set(log, batch.entry);
    }
    if (advanced.size === 0) return;
    const { lazily } = this;
    const urgencies = new Map(lazily && [...advanced.keys()].map((log) => [log, lazily(log)] as const));
    for (const end of this.ends) end.run(end.session.advanced(advanced, lazily !== undefined, urgencies));
  }

  flush(): void {
    for (const end of this.ends) end.run(end.session.flush());
  }

  commit(log: LogId, count: number, bodyBytes: number, variant = 0): void {
    const first = (this.logs.get(log)?.at(-1)?.entry.seq ?? 0) + 1;
    this.append([fakeBatch(log, first, count, bodyBytes, variant)]);
  }
}

/** One end of a connection: the session and its driver, whose work is done when the test says so. */
export class End {
  readonly node: FakeNode;
  readonly session: Session;
  readonly #limits: SessionLimits;
  /** Encoded messages under way to this end. */
  readonly inbox: Uint8Array[] = [];
  readonly loads: { log: LogId; after: number; maxBytes: number }[] = [];
  readonly applies: Envelope[] = [];
  readonly seen: Action[] = [];
  /** Names of batches sent; a second time only after the peer asked again. */
  readonly sent = new Map<string, number>();
  peer: End | undefined;
  closed: string | undefined;

  constructor(node: FakeNode, peer: FakeNode, limits: SessionLimits) {
    this.node = node;
    this.#limits = limits;
    this.session = new Session({
      node: nodeName(node.index),
      cluster,
      clock: () => 1,
      headingOf: fakeHeading,
      peer: nodeName(peer.index),
      sources: node.sources,
      limits,
    });
  }

  run(actions: readonly Action[]): void {
    const firstOther = actions.findIndex(({ type }) => type !== "send" && type !== "load");
    if (firstOther >= 0 && actions.slice(firstOther).some(({ type }) => type === "send" || type === "load"))
      throw new Error("a message comes late");
    for (const action of actions) {
      if (action.type === "send") {
        if (action.message.type === "batch") {
          const { log, first } = fakeHeading(action.message.envelope);
          const name = `${log} ${first}`;
          this.sent.set(name, (this.sent.get(name) ?? 0) + 1);
        }
        this.peer?.inbox.push(encodeMessage(action.message));
      } else if (action.type === "load") this.loads.push(action);
      else if (action.type === "deliver") this.applies.push(...action.envelopes);
      else {
        this.seen.push(action);
        if (action.type === "close") this.closed = action.code;
      }
    }
    const waiting = this.applies.reduce((sum, envelope) => sum + batchCost(envelope), 0);
    if (waiting > this.#limits.window) throw new Error(`${waiting} bytes wait for the driver`);
    if (this.loads.length > this.#limits.maxLoads) throw new Error(`${this.loads.length} loads`);
  }

  deliver(): boolean {
    const bytes = this.inbox.shift();
    if (bytes === undefined) return false;
    this.run(this.session.receive(decodeMessage(bytes)));
    return true;
  }

  load(): boolean {
    const load = this.loads.shift();
    if (load === undefined) return false;
    const envelopes: Envelope[] = [];
    let bytes = 0;
    for (const { heading, envelope } of this.node.logs.get(load.log) ?? []) {
      if (heading.first <= load.after || bytes >= load.maxBytes) continue;
      envelopes.push(envelope);
      bytes += envelope.body.length;
    }
    const author = load.log.slice(0, 36);
    const certificates = [{ node: author, der: envelopes[0]?.header ?? new Uint8Array(1) }];
    this.run(this.session.loaded(load.log, { envelopes, certificates, schemas: [] }));
    return true;
  }

  /** Applies up to `most` batches in one go. */
  apply(most: number): boolean {
    const envelopes = this.applies.splice(0, most);
    const unready = new Set<LogId>();
    const batches = envelopes.map(fakeOf).filter(({ heading }) => {
      if (!this.node.unready.has(heading.log)) return true;
      unready.add(heading.log);
      return false;
    });
    this.node.append(batches);
    for (const log of unready) {
      const gone = this.applies.filter((envelope) => fakeHeading(envelope).log === log);
      const rest = this.applies.filter((envelope) => fakeHeading(envelope).log !== log);
      this.applies.splice(0, this.applies.length, ...rest);
      this.run(this.session.consumed(gone));
      this.run(this.session.refused(log));
    }
    this.run(this.session.consumed(envelopes));
    return envelopes.length > 0;
  }
}

/** Connects two nodes; both ends begin. */
export function connect(a: FakeNode, b: FakeNode, limits: SessionLimits): [End, End] {
  const one = new End(a, b, limits);
  const two = new End(b, a, limits);
  one.peer = two;
  two.peer = one;
  for (const end of [one, two]) {
    end.node.ends.add(end);
    end.run(end.session.open(end.node.base));
  }
  return [one, two];
}

/** Loses everything under way, as a broken connection does. */
export function cut(ends: readonly [End, End]): void {
  for (const end of ends) {
    end.node.ends.delete(end);
    end.peer = undefined;
    end.session.lost();
    for (const other of end.node.ends) other.run(other.session.consider());
  }
}

/** What a node does every few seconds: has others bring what does not come. */
export function rebalance(node: FakeNode): void {
  const awaited = [...node.ends].flatMap((end) => end.session.awaited);
  for (const log of node.sources.stalled(awaited)) {
    const other = [...node.ends].find(({ session }) => session.awaited.includes(log) && !session.brings(log));
    if (other === undefined) continue;
    const before = [...node.ends].find(({ session }) => session.brings(log));
    other.run(other.session.request(log));
    before?.run(before.session.quiet(log));
  }
}

/** Lets everything happen that can, until nothing moves. */
export function settle(ends: readonly End[]): void {
  for (let moved = true; moved; ) {
    moved = false;
    for (const end of ends) for (const step of [end.deliver(), end.load(), end.apply(8)]) moved ||= step;
  }
}
