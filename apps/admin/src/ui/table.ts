import { escapeText } from "@jarvis-crdt/config";
import { textWidth, wrapText } from "./text-width.ts";

type Cell = string | number | null;

/** A column is not made narrower than this, even where the table is wider than the terminal then. */
const leastWidth = 8;

/**
 * Rows under a head. On a terminal of `width` columns framed, numbers to the right, long cells in several lines so
 * that it fits; without a width, for pipes, as columns separated by tabs, so that `cut` and `awk` work. Cells may
 * come from another machine and are escaped.
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  width: number | undefined,
): string {
  if (width === undefined) return [head, ...rows.map((row) => row.map(plain))].map(joinTabs).join("\n");
  const cells = rows.map((row) => row.map(shown));
  const columns = head.map((name, at) => [name, ...cells.map((row) => row[at]!)]);
  const widths = fit(
    columns.map((texts) => Math.max(...texts.map(textWidth))),
    columns.map((texts) => Math.max(...texts.flatMap((text) => text.split(" ")).map(textWidth))),
    width - 3 * head.length - 1,
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
  return cell === null ? "-" : escapeText(String(cell));
}

function shown(cell: Cell): string {
  return typeof cell === "number" ? cell.toLocaleString("en-US") : plain(cell);
}

function joinTabs(cells: readonly string[]): string {
  return cells.join("\t");
}

/** Widths that together take no more than there is, taken where words stay whole as long as there is such a column. */
function fit(widths: number[], words: readonly number[], room: number): number[] {
  for (let over = widths.reduce((sum, one) => sum + one, 0) - room; over > 0; over--) {
    const breakable = widths.map((width, at) => (width > words[at]! ? width : 0));
    const shrinking = Math.max(...breakable) > leastWidth ? breakable : widths;
    const widest = Math.max(...shrinking);
    if (widest <= leastWidth) break;
    widths[shrinking.indexOf(widest)]!--;
  }
  return widths;
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
