import type { Hasher } from "@jarvis-crdt/batch";
import { encodeLogId, type Frontier, type FrontierEntry, type LogId, logIdBytes } from "@jarvis-crdt/crdt";

/** The logs below one place of the tree: how many, and a hash that is equal where all of them are. */
export interface Summary {
  readonly count: number;
  /** 32 bytes, zero where `count` is 0. */
  readonly hash: Uint8Array;
}

/** A place in the tree: the first hex digits of the keys below it, one per byte. */
export type Prefix = Uint8Array;

/** A place with at most so many logs is not divided further. */
export const bucketSize = 16;
const fanout = 16;

interface Held {
  readonly log: LogId;
  readonly key: Uint8Array;
  readonly entry: FrontierEntry;
}

interface Place {
  readonly count: number;
  /** Sum of the sequences below. */
  readonly operations: number;
  /** By key where it is a bucket, by their next digit otherwise. */
  readonly held?: readonly Held[];
  readonly children?: readonly (Place | undefined)[];
  hash: Uint8Array | undefined;
}

const empty: Summary = { count: 0, hash: new Uint8Array(32) };
const keyDomain = ascii("crdtsync/1 frontier-key\0");
const bucketDomain = ascii("crdtsync/1 frontier-bucket\0");
const branchDomain = ascii("crdtsync/1 frontier-branch\0");

/**
 * A frontier as a hash tree over (log, sequence, batch id), so that two nodes find where theirs differ by looking at the
 * places that differ: O(differences × log logs) instead of all logs that ever were. Logs are placed by the hash of their
 * name, so nobody chooses the shape, and its shape and hashes depend on what it holds alone. Immutable: `with` gives
 * another tree, which shares what did not change. Normative: docs/wire/session.md.
 */
export class FrontierTree {
  readonly #hasher: Hasher;
  readonly #root: Place | undefined;

  private constructor(hasher: Hasher, root: Place | undefined) {
    this.#hasher = hasher;
    this.#root = root;
  }

  static of(frontier: Frontier, hasher: Hasher): FrontierTree {
    return new FrontierTree(hasher, undefined).with(frontier);
  }

  /** How many logs. */
  get size(): number {
    return this.#root?.count ?? 0;
  }

  /** Operations in all logs. */
  get operations(): number {
    return this.#root?.operations ?? 0;
  }

  /** O(log logs). */
  get(log: LogId): FrontierEntry | undefined {
    const key = this.#key(log);
    let place = this.#root;
    for (let depth = 0; place?.children; depth++) place = place.children[digit(key, depth)];
    return place?.held?.find((one) => one.log === log)?.entry;
  }

  /** The same tree with these entries in place of those of the same logs. O(entries × log logs). */
  with(entries: Frontier): FrontierTree {
    const held = [...entries].map(([log, entry]) => ({ log, key: this.#key(log), entry }));
    return held.length === 0 ? this : new FrontierTree(this.#hasher, put(this.#root, held, 0));
  }

  summary(prefix: Prefix): Summary {
    const place = this.#at(prefix);
    return place === undefined ? empty : { count: place.count, hash: this.#hash(place) };
  }

  /** Summaries of the sixteen places one digit further; of a place that is divided. */
  children(prefix: Prefix): readonly Summary[] {
    return Array.from({ length: fanout }, (_, i) => this.summary(Uint8Array.of(...prefix, i)));
  }

  /** Everything below a place, in the order of the tree. O(what is below). */
  *below(prefix: Prefix): Generator<readonly [log: LogId, entry: FrontierEntry]> {
    const place = this.#at(prefix);
    if (place !== undefined) for (const { log, entry } of all(place)) yield [log, entry];
  }

  [Symbol.iterator](): Generator<readonly [log: LogId, entry: FrontierEntry]> {
    return this.below(new Uint8Array(0));
  }

  #at(prefix: Prefix): Place | undefined {
    let place = this.#root;
    for (const one of prefix) place = place?.children?.[one];
    return place;
  }

  #hash(place: Place): Uint8Array {
    place.hash ??= place.held ? this.#hashBucket(place.held) : this.#hashBranch(place.children!);
    return place.hash;
  }

  #hashBucket(held: readonly Held[]): Uint8Array {
    const size = logIdBytes + 8 + 32;
    const bytes = new Uint8Array(held.length * size);
    const view = new DataView(bytes.buffer);
    for (const [i, { log, entry }] of held.entries()) {
      const at = i * size;
      encodeLogId(log, bytes, at);
      view.setUint32(at + logIdBytes, Math.floor(entry.seq / 2 ** 32));
      view.setUint32(at + logIdBytes + 4, entry.seq % 2 ** 32);
      bytes.set(entry.batch, at + logIdBytes + 8);
    }
    return this.#hasher.hash([bucketDomain, bytes]);
  }

  #hashBranch(children: readonly (Place | undefined)[]): Uint8Array {
    const bytes = new Uint8Array(fanout * 32);
    for (const [i, child] of children.entries()) if (child) bytes.set(this.#hash(child), i * 32);
    return this.#hasher.hash([branchDomain, bytes]);
  }

  #key(log: LogId): Uint8Array {
    return this.#hasher.hash([keyDomain, encodeLogId(log)]);
  }
}

/** All at once, so that each place is copied once. */
function put(place: Place | undefined, added: readonly Held[], depth: number): Place {
  if (place?.children) return branch(place.children, added, depth);
  const logs = new Set(added.map(({ log }) => log));
  const held = [...(place?.held ?? []).filter(({ log }) => !logs.has(log)), ...added];
  if (held.length > bucketSize) return branch(Array<undefined>(fanout).fill(undefined), held, depth);
  return bucket(held.sort((a, b) => compare(a.key, b.key)));
}

function branch(before: readonly (Place | undefined)[], added: readonly Held[], depth: number): Place {
  const parts = Array.from({ length: fanout }, (): Held[] => []);
  for (const one of added) parts[digit(one.key, depth)]!.push(one);
  const children = before.map((child, i) =>
    parts[i]!.length === 0 ? child : put(child, parts[i]!, depth + 1),
  );
  let count = 0;
  let operations = 0;
  for (const child of children) {
    count += child?.count ?? 0;
    operations += child?.operations ?? 0;
  }
  return { count, operations, children, hash: undefined };
}

function bucket(held: readonly Held[]): Place {
  const operations = held.reduce((sum, { entry }) => sum + entry.seq, 0);
  return { count: held.length, operations, held, hash: undefined };
}

function* all(place: Place): Generator<Held> {
  if (place.held) yield* place.held;
  else for (const child of place.children!) if (child) yield* all(child);
}

function digit(key: Uint8Array, depth: number): number {
  const byte = key[depth >> 1]!;
  return depth % 2 === 0 ? byte >> 4 : byte & 15;
}

function compare(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return 0;
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
