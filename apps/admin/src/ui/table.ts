import { escapeText } from "@jarvis-crdt/config";
import CliTable from "cli-table3";

/**
 * Rows under a head. On a terminal with lines, piped as columns separated by tabs, so that `cut` and `awk` work.
 * Cells may come from another machine and are escaped.
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
  terminal: boolean,
): string {
  const cells = rows.map((row) => row.map((cell) => (cell === null ? "-" : escapeText(String(cell)))));
  if (!terminal) return [head, ...cells].map((row) => row.join("\t")).join("\n");
  const drawn = new CliTable({ head: [...head], style: { head: ["bold"], border: ["gray"] } });
  for (const row of cells) drawn.push(row);
  return drawn.toString();
}

/** One fact a line, the names in one column. */
export function facts(pairs: readonly (readonly [string, string | number | null])[]): string {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs
    .map(([name, value]) => `${name.padEnd(width)}  ${value === null ? "-" : escapeText(String(value))}`)
    .join("\n");
}
