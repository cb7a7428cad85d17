import { nothingCaptured, type State } from "../state/state.ts";

/** No file that there is carries the plan that the state takes for its last. */
export function disown(state: State, nonce: string): void {
  state.plan({ nonce, captured: nothingCaptured, maxRows: 0, also: [] });
  state.confirm();
}
