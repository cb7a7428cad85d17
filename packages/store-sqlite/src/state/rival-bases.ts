import { encodeRowValues, type RowCell, type RowEntry, type Value } from "@jarvis-crdt/crdt";

/**
 * Whether a value that this node adopted is the latest of several that nodes adopted for one row, by the time that such
 * values carry themselves, then by their bytes. Then this node says so with a write, which all nodes follow; an adopted
 * value has no time of its own by which they could tell. False once anybody really wrote the group.
 */
export function isLatestBase(
  cell: RowCell,
  part: number,
  here: readonly Value[],
  time: number,
  valuesOf: (entry: RowEntry) => readonly Value[],
): boolean {
  const entries = cell.groups[part] ?? [];
  if (entries.length < 2 || entries.some(({ stamp }) => stamp !== "base")) return false;
  const orders = entries.map((entry) => compare(here, valuesOf(entry), time));
  return orders.every((order) => order >= 0) && orders.some((order) => order > 0);
}

function compare(a: readonly Value[], b: readonly Value[], time: number): number {
  const [x, y] = [timeOf(a[time]), timeOf(b[time])];
  if (x !== y) return x < y ? -1 : 1;
  return Buffer.compare(encodeRowValues(a), encodeRowValues(b));
}

function timeOf(value: Value | undefined): string {
  return typeof value === "string" ? value : "";
}
