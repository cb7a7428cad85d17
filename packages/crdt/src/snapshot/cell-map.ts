import type { CausalContext } from "../causal-context.ts";
import type { ByteReader } from "../codec/byte-reader.ts";
import type { ByteWriter } from "../codec/byte-writer.ts";
import { readElement, writeElement } from "../codec/object-codec.ts";
import { encodeElement } from "../codec/value-codec.ts";
import { compareDots, type Dot } from "../dot.ts";
import { CrdtError } from "../error.ts";
import type { CellMapState } from "../parts/cell-map.ts";
import { type ElementKey, elementKey } from "../parts/element-key.ts";
import type { Value } from "../value.ts";
import { contextPart } from "./context.ts";
import { compareBytes } from "./elements.ts";
import { type ItemPart, readItems, writeItems } from "./items.ts";
import { type NameIndex, type NameList, outOfOrder } from "./names.ts";
import type { Part } from "./part.ts";

type Cell<Item> = readonly [key: Value, items: readonly Item[]];

/**
 * Context, whether it is a whole state, then the cells in the order of their first dots, which costs no comparison of
 * keys: a dot is in one cell only. Cells that a delta empties stand behind them, in the order of their keys.
 */
export function cellMapPart<Item>(
  part: ItemPart<Item>,
  checkKey?: (key: Value) => boolean,
): Part<CellMapState<Value, Item>> {
  return {
    names({ cells, context }, add) {
      contextPart.names(context, add);
      if (part.names === undefined) return;
      for (const [, items] of cells) for (const item of items) part.names(item, add);
    },
    write(writer, { cells, context, whole }, names) {
      contextPart.write(writer, context, names);
      writer.u8(whole ? 1 : 0);
      const { full, empty } = inOrder(cells, part, names);
      writer.varint(full.length);
      for (const [key, items] of full) {
        checkSeen(items, part, context);
        writeItems(writer, items, part, names);
        writeKey(writer, key, checkKey);
      }
      // In a whole state a cell that is not there is empty.
      writer.varint(whole ? 0 : empty.length);
      if (!whole) for (const [key] of empty) writeKey(writer, key, checkKey);
    },
    read(reader, names) {
      const context = contextPart.read(reader, names);
      const form = reader.u8();
      if (form > 1) throw new CrdtError("invalid-value", "neither a state nor a delta");
      const cells: Cell<Item>[] = [];
      const keys = new Set<ElementKey>();
      readFull(reader, names, part, checkKey, context, cells, keys);
      readEmpty(reader, checkKey, form === 1, cells, keys);
      return { cells, context, whole: form === 1 };
    },
  };
}

function readFull<Item>(
  reader: ByteReader,
  names: NameList,
  part: ItemPart<Item>,
  checkKey: ((key: Value) => boolean) | undefined,
  context: CausalContext,
  cells: Cell<Item>[],
  keys: Set<ElementKey>,
): void {
  const count = reader.count(Number.MAX_SAFE_INTEGER, 4);
  let last: Dot | undefined;
  for (let i = 0; i < count; i++) {
    const items = readItems(reader, part, names);
    if (items.length === 0) throw new CrdtError("not-canonical", "an empty cell among the full ones");
    checkSeen(items, part, context);
    const key = readKey(reader, checkKey);
    const first = part.dotOf(items[0]!);
    const order = last === undefined ? -1 : compareDots(last, first);
    if (order > 0 || (order === 0 && compareKeys(cells[i - 1]![0], key) >= 0)) throw outOfOrder("cells");
    last = first;
    addKey(keys, key);
    cells.push([key, items]);
  }
}

function readEmpty<Item>(
  reader: ByteReader,
  checkKey: ((key: Value) => boolean) | undefined,
  whole: boolean,
  cells: Cell<Item>[],
  keys: Set<ElementKey>,
): void {
  const count = reader.count(whole ? 0 : Number.MAX_SAFE_INTEGER);
  let last: Value | undefined;
  for (let i = 0; i < count; i++) {
    const key = readKey(reader, checkKey);
    if (last !== undefined && compareKeys(last, key) >= 0) throw outOfOrder("emptied cells");
    last = key;
    addKey(keys, key);
    cells.push([key, []]);
  }
}

/** Cells with something in them by the first dot, the others by their keys. */
function inOrder<Item>(
  cells: Iterable<Cell<Item>>,
  part: ItemPart<Item>,
  names: NameIndex,
): { readonly full: readonly Cell<Item>[]; readonly empty: readonly Cell<Item>[] } {
  const byLog = new Map<string, { cells: Cell<Item>[]; last: number; sorted: boolean }>();
  const empty: Cell<Item>[] = [];
  for (const cell of cells) {
    const first = cell[1][0];
    if (first === undefined) {
      empty.push(cell);
      continue;
    }
    const { log, seq } = part.dotOf(first);
    let own = byLog.get(log);
    if (own === undefined) {
      own = { cells: [], last: 0, sorted: true };
      byLog.set(log, own);
    }
    if (seq <= own.last) own.sorted = false;
    own.last = seq;
    own.cells.push(cell);
  }
  const seqOf = (cell: Cell<Item>) => part.dotOf(cell[1][0]!).seq;
  const full: Cell<Item>[] = [];
  for (const [, own] of [...byLog].sort(([a], [b]) => names.of(a) - names.of(b))) {
    if (!own.sorted) own.cells.sort((a, b) => seqOf(a) - seqOf(b) || compareKeys(a[0], b[0]));
    for (const cell of own.cells) full.push(cell);
  }
  return { full, empty: empty.sort(([a], [b]) => compareKeys(a, b)) };
}

function checkSeen<Item>(items: readonly Item[], part: ItemPart<Item>, context: CausalContext): void {
  for (const item of items) {
    if (!context.has(part.dotOf(item)))
      throw new CrdtError("invalid-dot", "a dot that its context does not know");
  }
}

function writeKey(writer: ByteWriter, key: Value, check: ((key: Value) => boolean) | undefined): void {
  if (check?.(key) === false) throw foreignKey();
  writeElement(writer, key);
}

function readKey(reader: ByteReader, check: ((key: Value) => boolean) | undefined): Value {
  const key = readElement(reader);
  if (check?.(key) === false) throw foreignKey();
  return key;
}

function addKey(keys: Set<ElementKey>, key: Value): void {
  const before = keys.size;
  if (keys.add(elementKey(key)).size === before) throw new CrdtError("not-canonical", "a key twice");
}

function compareKeys(a: Value, b: Value): number {
  return compareBytes(encodeElement(a), encodeElement(b));
}

function foreignKey(): CrdtError {
  return new CrdtError("invalid-value", "a key that this type does not have");
}
