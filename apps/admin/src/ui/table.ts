import { escapeText } from "@jarvis-crdt/config";
import { textWidth, wrapText } from "./text-width.ts";

type Cell = string | number | null;

/** A column is not made narrower than this, even where the table is wider than the terminal then. */
const leastWidth = 8;
/** Characters of a cell, at most. */
const longest = 2000;

/**
 * Rows under a head. On a terminal of `width` columns framed, numbers to the right, long cells in several lines so
 * that it fits; where words would be torn for it, one fact a line instead. Without a width, for pipes, as columns
 * separated by tabs, so that `cut` and `awk` work. Cells may come from another machine and are escaped.
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  width: number | undefined,
): string {
  if (width === undefined) return [head, ...rows.map((row) => row.map(plain))].map(joinTabs).join("\n");
  const cells = rows.map((row) => row.map(shown));
  const columns = head.map((name, at) => [name, ...cells.map((row) => row[at]!)]);
  const words = columns.map((texts) => Math.max(...texts.flatMap((text) => text.split(" ")).map(textWidth)));
  const room = width - 3 * head.length - 1;
  if (head.length > 1 && cells.length > 0 && sum(words) > room) return records(head, cells, width);
  const widths = fit(
    columns.map((texts) => Math.max(...texts.map(textWidth))),
    words,
    room,
  );
  const toRight = head.map((_, at) => rows.some((row) => typeof row[at] === "number"));
  const border = (left: string, middle: string, right: string) =>
    left + widths.map((columns) => "─".repeat(columns + 2)).join(middle) + right;
  return [
    border("┌", "┬", "┐"),
    ...lines(head, widths, toRight),
    border("├", "┼", "┤"),
    ...cells.flatMap((row) => lines(row, widths, toRight)),
    border("└", "┴", "┘"),
  ].join("\n");
}

/** One fact a line, the names in one column. */
export function facts(pairs: readonly (readonly [string, Cell])[]): string {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${name.padEnd(width)}  ${plain(value)}`).join("\n");
}

function plain(cell: Cell): string {
  return cell === null ? "-" : escapeText(String(cell), longest);
}

function shown(cell: Cell): string {
  return typeof cell === "number" ? cell.toLocaleString("en-US") : plain(cell);
}

function joinTabs(cells: readonly string[]): string {
  return cells.join("\t");
}

/** Widths that together take no more than there is, taken where words stay whole as long as there is such a column. */
function fit(widths: number[], words: readonly number[], room: number): number[] {
  for (let over = sum(widths) - room; over > 0; over--) {
    const breakable = widths.map((width, at) => (width > words[at]! ? width : 0));
    const isBreakable = Math.max(...breakable) > 0;
    const shrinking = isBreakable ? breakable : widths;
    const widest = Math.max(...shrinking);
    if (!isBreakable && widest <= leastWidth) break;
    widths[shrinking.indexOf(widest)]!--;
  }
  return widths;
}

function sum(widths: readonly number[]): number {
  return widths.reduce((all, one) => all + one, 0);
}

/** Each row as facts, one a line, with an empty line between two rows. */
function records(head: readonly string[], cells: readonly (readonly string[])[], width: number): string {
  const left = Math.max(...head.map(textWidth)) + 2;
  const room = Math.max(leastWidth, width - left);
  const fact = (name: string, value: string) =>
    wrapText(value, room).map((line, at) => `${at === 0 ? name : ""}`.padEnd(left) + line);
  return cells.map((row) => row.flatMap((value, at) => fact(head[at]!, value)).join("\n")).join("\n\n");
}

/** One row, in as many lines as its highest cell. */
function lines(
  cells: readonly string[],
  widths: readonly number[],
  toRight: readonly boolean[],
): readonly string[] {
  const wrapped = cells.map((cell, at) => wrapText(cell, widths[at]!));
  const height = Math.max(...wrapped.map(({ length }) => length));
  return Array.from({ length: height }, (_, line) => {
    const parts = wrapped.map((cell, at) => {
      const text = cell[line] ?? "";
      const space = " ".repeat(widths[at]! - textWidth(text));
      return toRight[at] ? space + text : text + space;
    });
    return `│ ${parts.join(" │ ")} │`;
  });
}
