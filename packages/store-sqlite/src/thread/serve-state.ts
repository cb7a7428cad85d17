import type { MessagePort } from "node:worker_threads";
import type { State } from "../state/state.ts";
import { decodeEntries, decodeRequest, encodePlanned } from "./plan-codec.ts";
import type { StateAnswer, StateCall, StateSignals } from "./remote-state.ts";

/** Does what a `RemoteState` at the other end of the port asks. */
export function serveState(state: State, port: MessagePort, signals: StateSignals): void {
  port.on("message", (call: StateCall) => {
    let answer: StateAnswer;
    try {
      answer = { result: carryOut(state, call, signals) };
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

function carryOut(state: State, call: StateCall, signals: StateSignals): unknown {
  switch (call.call) {
    case "drained":
      return state.drained(decodeEntries(call.bytes));
    case "plan":
      return encodePlanned(state.plan(decodeRequest(call.bytes)));
    case "hasWork": {
      const hasWork = state.hasWork();
      // Set again, by this thread, when there is more.
      if (!hasWork) Atomics.store(signals, 1, 0);
      return hasWork;
    }
    case "confirm":
      return state.confirm();
    case "nonces":
      return state.nonces();
  }
}
