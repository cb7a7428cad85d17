/** Bytes of a cell's name in the digest's tree: an author who wants two cells to collide has 2^96 names to try. */
export const nameBytes = 24;
/** Length of a cell's leaf, in bytes. */
export const leafBytes = 32;
const entryBytes = nameBytes + leafBytes;

/** What the digest says of a cell. */
export interface CellLeaf {
  /** At least `nameBytes` bytes, of which the first count. */
  readonly name: Uint8Array;
  /** Undefined where the cell is gone. */
  readonly leaf: Uint8Array | undefined;
}

/** Order of cells' names by their bytes; as `Array.sort` wants it. */
export function compareNames(a: Uint8Array, b: Uint8Array): number {
  return compareAt(a, 0, b, 0);
}

/** The hexadecimal digit of a name at a depth. */
export function nibbleAt(name: Uint8Array, depth: number, at = 0): number {
  const byte = name[at + (depth >> 1)]!;
  return depth % 2 === 0 ? byte >> 4 : byte & 15;
}

/** Cells in the order of their names, name and leaf of each, as one flat buffer. */
export const entries = {
  count: (body: Uint8Array): number => body.length / entryBytes,

  /** `body` after the changes, which are in order, each name once. */
  merge(body: Uint8Array | undefined, changes: readonly CellLeaf[]): Uint8Array {
    const old = body ?? new Uint8Array(0);
    const merged = new Uint8Array(old.length + changes.length * entryBytes);
    let from = 0;
    let to = 0;
    for (const { name, leaf } of changes) {
      let order = -1;
      const start = from;
      while (from < old.length) {
        order = compareAt(old, from, name, 0);
        if (order >= 0) break;
        from += entryBytes;
      }
      merged.set(old.subarray(start, from), to);
      to += from - start;
      if (from < old.length && order === 0) from += entryBytes;
      if (leaf === undefined) continue;
      merged.set(name.subarray(0, nameBytes), to);
      merged.set(leaf, to + nameBytes);
      to += entryBytes;
    }
    merged.set(old.subarray(from), to);
    return merged.subarray(0, to + old.length - from);
  },

  /** Where the entries end whose name has this digit at the depth; they begin at `from` if there are any. */
  endOf(body: Uint8Array, from: number, depth: number, nibble: number): number {
    let to = from;
    while (to * entryBytes < body.length && nibbleAt(body, depth, to * entryBytes) === nibble) to++;
    return to;
  },

  part: (body: Uint8Array, from: number, to: number): Uint8Array =>
    body.subarray(from * entryBytes, to * entryBytes),

  /** The entries whose names begin with these hexadecimal digits. */
  withPrefix(body: Uint8Array, path: string): Uint8Array {
    const parts: Uint8Array[] = [];
    for (let at = 0; at < body.length; at += entryBytes) {
      let depth = 0;
      while (depth < path.length && nibbleAt(body, depth, at) === Number.parseInt(path[depth]!, 16)) depth++;
      if (depth === path.length) parts.push(body.subarray(at, at + entryBytes));
    }
    return entries.join(parts);
  },

  join(bodies: readonly Uint8Array[]): Uint8Array {
    const joined = new Uint8Array(bodies.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const body of bodies) {
      joined.set(body, at);
      at += body.length;
    }
    return joined;
  },
};

function compareAt(a: Uint8Array, from: number, b: Uint8Array, at: number): number {
  for (let i = 0; i < nameBytes; i++) {
    const difference = a[from + i]! - b[at + i]!;
    if (difference !== 0) return difference;
  }
  return 0;
}
