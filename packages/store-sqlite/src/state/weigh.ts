import { hasDot, incarnationOf, nodeOf, type RowCell, type Value, winner } from "@jarvis-crdt/crdt";
import type { PlannedRow, RowKey } from "./state.ts";
import { jsonOfValue } from "./value-json.ts";

/** A row that stands in a file otherwise than the state shows it. */
export interface FoundRow extends RowKey {
  readonly groups: readonly FoundGroup[];
}

export interface FoundGroup {
  readonly name: string;
  /** What stands in the file. */
  readonly values: readonly Value[];
  /** Whether it is later than what the state shows, by a time of its own; undefined where nothing tells. */
  readonly isLater: boolean | undefined;
  /**
   * Given where the row was adopted and is shown as ever: which of the values is their time. Then nothing is weighed but
   * whether other nodes adopted older ones.
   */
  readonly time?: number;
}

export interface Weighed {
  /** Rows of which values were taken, as they shall be shown now. */
  readonly rows: readonly PlannedRow[];
  /** Groups of which the file's values became writes of this node. */
  readonly taken: number;
  /** Groups of which the file's values became conflict records. */
  readonly recorded: number;
}

/**
 * What to do with a group's values that stand in a file and not in the state.
 *
 * - `take`: a write that the log does not know;
 * - `pass`: older than what the state shows;
 * - `record`: nobody can tell, so the state's value stays and the file's becomes a conflict record.
 */
export type Verdict = "take" | "pass" | "record";

/**
 * Weighs one group. What says itself that it is later is a write that the log does not know: of a lost state, or made
 * while nobody captured. What the row began with is old, and so is what says that it was before that.
 */
export function weigh(
  cell: RowCell,
  part: number,
  { isLater }: FoundGroup,
  isFirst: () => boolean,
  isFixed: boolean,
): Verdict {
  if (isLater && !isFixed) return "take";
  const entries = cell.groups[part] ?? [];
  const onlyFirst = entries.every(({ dot }) => hasDot(cell.adds, dot));
  return (isLater === false && onlyFirst) || isFirst() ? "pass" : "record";
}

/** A conflict record's details: what stood in the file, by column, and what is shown instead. */
export function detailsOf(
  group: string,
  columns: readonly string[],
  values: readonly Value[],
  cell: RowCell | undefined,
  part: number,
): string {
  const best = cell && winner(cell.groups[part] ?? []);
  return JSON.stringify({
    group,
    archive: Object.fromEntries(columns.map((column, i) => [column, jsonOfValue(values[i] ?? null)])),
    shown: best && {
      node: nodeOf(best.dot.log),
      incarnation: incarnationOf(best.dot.log),
      seq: best.dot.seq,
      stamp: best.stamp,
    },
  });
}
