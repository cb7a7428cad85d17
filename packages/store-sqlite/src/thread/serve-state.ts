import type { MessagePort } from "node:worker_threads";
import type { PackedPlan, PackingState, PlanRequest } from "../state/state.ts";
import { decodeEntries, decodeKeys, decodeRequest, encodePlan } from "./plan-codec.ts";
import { decodeFound, encodeSurvey, encodeWeighed } from "./reconcile-codec.ts";
import { type StateAnswer, type StateCall, type StateSignals, work } from "./remote-state.ts";
import { encodeRows } from "./row-codec.ts";

/** What the thread of the state learns of what the other one does. */
export interface StateObserver {
  /** A plan was made; `more` waits for another one. */
  readonly planned: (more: boolean) => void;
  /** The archive carries the plan. */
  readonly confirmed: () => void;
  /** What nobody waits for failed. */
  readonly failed: (error: unknown) => void;
}

/** What takes longer than a tenth of a second is not begun any more where the thread is to end. */
const longBytes = 1024 * 1024;

/** Does what a `RemoteState` at the other end of the port asks. */
export function serveState(
  state: PackingState,
  port: MessagePort,
  signals: StateSignals,
  observer: StateObserver,
): void {
  /** The archive carries a nonce that the state could not confirm yet: no plan may come before that. */
  let unconfirmed = false;
  const confirm = (): void => {
    unconfirmed = true;
    state.confirm();
    unconfirmed = false;
  };
  const plan = (request: PlanRequest): PackedPlan => {
    const made = state.planPacked(request);
    Atomics.store(signals, 1, made.more ? work.some : work.none);
    observer.planned(made.more);
    return made;
  };
  port.on("message", (call: StateCall) => {
    if (call.call === "confirm" || call.call === "unshown") {
      try {
        if (call.call === "unshown") state.unshown(call.change);
        else {
          observer.confirmed();
          confirm();
        }
      } catch (error) {
        // Whoever asks next has it confirmed first.
        Atomics.store(signals, 1, work.unknown);
        observer.failed(error);
      }
      return;
    }
    let answer: StateAnswer;
    try {
      if (unconfirmed) confirm();
      const isLeft = Atomics.load(signals, 3) === 1 && "bytes" in call && call.bytes.length > longBytes;
      answer = isLeft ? { busy: true } : { result: carryOut(state, plan, call, signals) };
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      const code = (error as { code?: unknown }).code;
      answer = { error: { name, message, code: typeof code === "string" ? code : undefined } };
    }
    const bytes = "result" in answer && answer.result instanceof Uint8Array ? answer.result : undefined;
    port.postMessage(answer, bytes ? [bytes.buffer as ArrayBuffer] : []);
    Atomics.store(signals, 0, 1);
    Atomics.notify(signals, 0);
  });
}

function carryOut(
  state: PackingState,
  plan: (request: PlanRequest) => PackedPlan,
  call: Exclude<StateCall, { call: "confirm" | "unshown" }>,
  signals: StateSignals,
): unknown {
  switch (call.call) {
    case "drained":
      return state.drained(decodeEntries(call.bytes));
    case "plan":
      return encodePlan(plan(decodeRequest(call.bytes)));
    case "look":
      return encodeRows(state.look(decodeKeys(call.bytes)));
    case "survey":
      return encodeSurvey(state.survey(call.request));
    case "weigh":
      return encodeWeighed(state.weigh(decodeFound(call.bytes)));
    case "shown":
      return encodeRows(state.shown(decodeKeys(call.bytes)));
    case "declare":
      return state.declare(call.schema, call.present);
    case "hasWork": {
      const hasWork = state.hasWork();
      // Set again, by this thread, when there is more.
      if (!hasWork) Atomics.store(signals, 1, work.none);
      return hasWork;
    }
    case "nonces":
      return state.nonces();
  }
}
