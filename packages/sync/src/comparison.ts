import { SyncError } from "./error.ts";
import { bucketSize, type FrontierTree, type Prefix, type Summary } from "./frontier-tree.ts";
import type { Branch, Leaves, LogEntry } from "./message.ts";

/**
 * Finds where two frontiers differ by exchanging the parts of the places whose hashes differ. Both sides see the same
 * pairs of summaries, so both know without a question what the other says next: the parts of a place where both have
 * many logs, else all logs there. Ends when everything awaited has come; then the other side has all it awaits, too.
 */
export class Comparison {
  readonly #tree: FrontierTree;
  readonly #page: number;
  /** What the peer is to say next, by place. */
  readonly #awaited = new Map<string, "branch" | "leaves">();
  /** Places of which both sides name all logs. */
  readonly #named: Prefix[] = [];

  constructor(tree: FrontierTree, page: number) {
    this.#tree = tree;
    this.#page = page;
  }

  get isDone(): boolean {
    return this.#awaited.size === 0;
  }

  /** Places in which the frontiers differ; every log elsewhere is the same on both sides. */
  get differing(): readonly Prefix[] {
    return this.#named;
  }

  /** Begins with the root of the peer's tree; gives what to send. */
  start(theirs: Summary): Iterable<Branch | Leaves> {
    return this.#compare(new Uint8Array(0), theirs);
  }

  branch({ prefix, children }: Branch): (Branch | Leaves)[] {
    this.#take(prefix, "branch");
    return children.flatMap((theirs, digit) => [...this.#compare(Uint8Array.of(...prefix, digit), theirs)]);
  }

  /** The peer's logs at a place; whether these are all. */
  leaves({ prefix, last }: Leaves): void {
    this.#take(prefix, "leaves");
    if (!last) this.#awaited.set(prefix.join(), "leaves");
  }

  *#compare(prefix: Prefix, theirs: Summary): Generator<Branch | Leaves> {
    const mine = this.#tree.summary(prefix);
    if (mine.count === theirs.count && mine.hash.every((byte, i) => byte === theirs.hash[i])) return;
    if (Math.min(mine.count, theirs.count) > bucketSize) {
      this.#awaited.set(prefix.join(), "branch");
      yield { type: "branch", prefix, children: this.#tree.children(prefix) };
      return;
    }
    this.#named.push(prefix);
    if (theirs.count > 0) this.#awaited.set(prefix.join(), "leaves");
    if (mine.count > 0) yield* this.#leaves(prefix, mine.count);
  }

  *#leaves(prefix: Prefix, count: number): Generator<Leaves> {
    let entries: LogEntry[] = [];
    let left = count;
    for (const [log, { seq, batch }] of this.#tree.below(prefix)) {
      entries.push({ log, seq, batch });
      left--;
      if (entries.length < this.#page && left > 0) continue;
      yield { type: "leaves", prefix, entries, last: left === 0 };
      entries = [];
    }
  }

  #take(prefix: Prefix, what: "branch" | "leaves"): void {
    const place = prefix.join();
    if (this.#awaited.get(place) !== what) throw new SyncError("unexpected", "a place that differs nowhere");
    this.#awaited.delete(place);
  }
}
