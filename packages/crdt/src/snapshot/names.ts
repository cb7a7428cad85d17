import type { ByteReader } from "../codec/byte-reader.ts";
import type { ByteWriter } from "../codec/byte-writer.ts";
import type { Dot } from "../dot.ts";
import { CrdtError } from "../error.ts";

/** UTF-8 bytes of a replica's name: those under which a map's nested containers write are made of several dots. */
const maxReplicaName = 4096;

/** Collects the names of replicas that stand in a state. */
export type AddName = (name: string) => void;

/** The names of a snapshot, each written once, in the order in which dots are compared. */
export class NameIndex {
  readonly #index = new Map<string, number>();
  #lastName: string | undefined;
  #lastIndex = 0;

  constructor(names: ReadonlySet<string>, writer: ByteWriter) {
    const sorted = [...names].sort();
    writer.varint(sorted.length);
    for (const name of sorted) {
      const start = writer.length;
      writer.str(name);
      if (writer.length - start > maxReplicaName) {
        throw new CrdtError("too-large", `a replica's name may have ${maxReplicaName} bytes`);
      }
      this.#index.set(name, this.#index.size);
    }
  }

  of(name: string): number {
    if (name === this.#lastName) return this.#lastIndex;
    const index = this.#index.get(name);
    if (index === undefined) throw new CrdtError("invalid-dot", "a dot that its context does not know");
    this.#lastName = name;
    this.#lastIndex = index;
    return index;
  }

  write(writer: ByteWriter, { log, seq }: Dot): void {
    if (!Number.isSafeInteger(seq) || seq < 1) throw invalidSequence();
    writer.varint(this.of(log));
    writer.varint(seq);
  }
}

/** The names of a snapshot that is read. All must be used, or one state would have several snapshots. */
export class NameList {
  readonly #names: readonly string[];
  readonly #used: Uint8Array;

  constructor(reader: ByteReader) {
    const count = reader.count(Number.MAX_SAFE_INTEGER);
    const names: string[] = [];
    for (let i = 0; i < count; i++) {
      const name = reader.str(maxReplicaName);
      if (i > 0 && name <= names[i - 1]!) throw outOfOrder("names");
      names.push(name);
    }
    this.#names = names;
    this.#used = new Uint8Array(count);
  }

  at(index: number): string {
    const name = this.#names[index];
    if (name === undefined) throw new CrdtError("invalid-dot", "a name that the snapshot does not have");
    this.#used[index] = 1;
    return name;
  }

  read(reader: ByteReader): Dot {
    const log = this.at(reader.varint());
    const seq = reader.varint();
    if (seq === 0) throw invalidSequence();
    return { log, seq };
  }

  end(): void {
    if (this.#used.includes(0)) throw new CrdtError("not-canonical", "a name that nothing uses");
  }
}

/** Indices that must ascend. */
export class Ascending {
  #last = -1;
  readonly #what: string;

  constructor(what: string) {
    this.#what = what;
  }

  next(index: number): number {
    if (index <= this.#last) throw outOfOrder(this.#what);
    this.#last = index;
    return index;
  }
}

export function outOfOrder(what: string): CrdtError {
  return new CrdtError("not-canonical", `${what} out of order`);
}

function invalidSequence(): CrdtError {
  return new CrdtError("invalid-dot", "a sequence is a safe integer from 1");
}
