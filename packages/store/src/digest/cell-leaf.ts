import type { Hasher } from "@jarvis-crdt/batch";
import {
  ByteWriter,
  type CounterCell,
  type Dot,
  type RegisterCell,
  type RowCell,
  type SetCell,
  sameDot,
} from "@jarvis-crdt/crdt";
import type { ObjectRef, ObjectType } from "../engine/object.ts";

/** Leaf hash of the operation with this dot, 32 bytes. */
export type LeafOf = (dot: Dot) => Uint8Array;

const cellDomain = ascii("crdtsync/1 cell\0");
const leafDomain = ascii("crdtsync/1 cell-leaf\0");
const types: Record<ObjectType, number> = { counter: 1, register: 2, set: 3, table: 4, keyed: 5 };

/**
 * Hashes cells for the digest: by names, keys, dots and the hashes of operations, by nothing that is local. A group
 * whose entries are just the row's live adds is left out, so that a node that knows more groups has the same leaf.
 */
export class CellHasher {
  readonly #hasher: Hasher;
  readonly #leafOf: LeafOf;
  readonly #writer = new ByteWriter(512);

  constructor(hasher: Hasher, leafOf: LeafOf) {
    this.#hasher = hasher;
    this.#leafOf = leafOf;
  }

  /** Names a cell: where it stands in the digest's tree. 32 bytes. */
  name(object: ObjectRef, key: Uint8Array): Uint8Array {
    const writer = this.#writer;
    writer.truncate();
    writer.u8(types[object.type]);
    writer.str(object.name);
    writer.raw(key);
    return this.#hasher.hash([cellDomain, writer.subarray()]);
  }

  /** A counter's cell: what one log added. */
  counter(name: Uint8Array, cell: CounterCell): Uint8Array {
    return this.#leaf(name, (writer) => {
      writer.varint(cell.seq);
      writer.int(cell.sum);
    });
  }

  register(name: Uint8Array, cell: RegisterCell): Uint8Array {
    const dots = cell.map(({ dot }) => dot);
    return this.#leaf(name, (writer) => this.#dots(writer, dots));
  }

  element(name: Uint8Array, cell: SetCell): Uint8Array {
    return this.#leaf(name, (writer) => this.#dots(writer, cell));
  }

  /** A row that is nothing but what this operation added. */
  newRow(name: Uint8Array, add: Dot): Uint8Array {
    return this.#leaf(name, (writer) => this.#dots(writer, [add]));
  }

  row(name: Uint8Array, table: ObjectRef, cell: RowCell): Uint8Array {
    return this.#leaf(name, (writer) => {
      this.#dots(writer, cell.adds);
      const groups = cell.groups
        .map((entries, part) => ({ name: table.groups[part]!, dots: entries.map(({ dot }) => dot) }))
        .filter(({ dots }) => !sameDots(dots, cell.adds))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      for (const group of groups) {
        writer.str(group.name);
        this.#dots(writer, group.dots);
      }
    });
  }

  #leaf(name: Uint8Array, write: (writer: ByteWriter) => void): Uint8Array {
    const writer = this.#writer;
    writer.truncate();
    writer.raw(name);
    write(writer);
    return this.#hasher.hash([leafDomain, writer.subarray()]);
  }

  #dots(writer: ByteWriter, dots: readonly Dot[]): void {
    writer.varint(dots.length);
    for (const dot of dots) {
      writer.logId(dot.log);
      writer.u64(dot.seq);
      writer.raw(this.#leafOf(dot));
    }
  }
}

function sameDots(a: readonly Dot[], b: readonly Dot[]): boolean {
  return a.length === b.length && a.every((dot, i) => sameDot(dot, b[i]!));
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
