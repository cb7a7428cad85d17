import type { PlannedRow, RowKey, State } from "../state/state.ts";

/** All of these rows as they should be shown, in portions that fit into memory. */
export function* lookAtAll(
  state: Pick<State, "look">,
  rows: readonly RowKey[],
): Iterable<readonly PlannedRow[]> {
  for (let at = 0; at < rows.length; ) {
    const seen = state.look(at === 0 ? rows : rows.slice(at));
    yield seen;
    at += seen.length;
  }
}
