import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import type { Compressor } from "@jarvis-crdt/batch";
import type { Schema } from "@jarvis-crdt/crdt";
import {
  type Nonces,
  type OutboxEntry,
  type Plan,
  type PlannedRow,
  type PlanRequest,
  type PresentColumns,
  type RowKey,
  type State,
  StateBusy,
  type Unshown,
} from "../state/state.ts";
import type { SurveyPage, SurveyRequest } from "../state/survey.ts";
import type { FoundRow, Weighed } from "../state/weigh.ts";
import { decodePlan, encodeEntries, encodeKeys, encodeRequest } from "./plan-codec.ts";
import { decodeSurvey, decodeWeighed, encodeFound } from "./reconcile-codec.ts";
import { decodeRows } from "./row-codec.ts";

/** The methods of `State`, called from one thread and done by another. */
export type StateCall =
  | {
      readonly call: "drained" | "plan" | "look" | "shown" | "weigh";
      readonly bytes: Uint8Array<ArrayBuffer>;
    }
  | { readonly call: "declare"; readonly schema: Schema; readonly present: PresentColumns }
  | { readonly call: "unshown"; readonly change: Unshown }
  | { readonly call: "survey"; readonly request: SurveyRequest }
  | { readonly call: "confirm" }
  | { readonly call: "hasWork" | "nonces" };

export type StateAnswer =
  | { readonly result: unknown }
  /** The node stops, and does nothing long any more. */
  | { readonly busy: true }
  | {
      readonly error: { readonly name: string; readonly code: string | undefined; readonly message: string };
    };

/**
 * What both threads see: [0] becomes 1 when an answer is there, [1] is what is known of the worklist (`work`), [2] is how many
 * leftovers the archive has, [3] becomes 1 when the archive's thread is to end.
 */
export type StateSignals = Int32Array<SharedArrayBuffer>;

/** What the thread of the state says of the worklist, so that the other one need not ask. */
export const work = { none: 0, unknown: 1, some: 2 } as const;

export function makeSignals(): StateSignals {
  const signals = new Int32Array(new SharedArrayBuffer(16));
  signals[1] = work.unknown;
  return signals;
}

/** An error that was thrown in the thread of the state. */
export class RemoteStateError extends Error {
  readonly code: string | undefined;

  constructor(error: { readonly name: string; readonly code: string | undefined; readonly message: string }) {
    super(error.message);
    this.name = error.name;
    this.code = error.code;
  }
}

/** The state as the archive's thread sees it: each call stands still until the state's thread has answered. */
export class RemoteState implements State {
  readonly #port: MessagePort;
  readonly #signals: StateSignals;
  readonly #compressor: Compressor;
  #nonces: Nonces | undefined;
  /** A plan that shows rows has not taken place, as far as is known here. */
  #isUnsure = true;
  /** The last plan left something. */
  #more = false;
  /** Until then answers are waited for, by the clock of `performance`. */
  #deadline = Number.POSITIVE_INFINITY;
  /** A question was asked whose answer was not read. */
  #isOwed = false;

  constructor(port: MessagePort, signals: StateSignals, compressor: Compressor) {
    this.#port = port;
    this.#signals = signals;
    this.#compressor = compressor;
  }

  drained(entries: readonly OutboxEntry[]): ReadonlySet<number> {
    if (entries.length === 0) return new Set();
    return this.#ask({ call: "drained", bytes: encodeEntries(entries) }) as ReadonlySet<number>;
  }

  hasWork(): boolean {
    if (this.#more) return true;
    // The worklist is looked at every few milliseconds, and is empty nearly always.
    const known = Atomics.load(this.#signals, 1);
    if (known === work.some) return true;
    if (known === work.unknown || this.#isUnsure) this.#isUnsure = this.#ask({ call: "hasWork" }) as boolean;
    return this.#isUnsure;
  }

  plan(request: PlanRequest): Plan {
    const { confirmed, awaited } = this.nonces();
    this.#nonces = undefined;
    this.#isUnsure = true;
    const answer = this.#ask({ call: "plan", bytes: encodeRequest(request) }) as Uint8Array;
    const plan = decodePlan(answer, this.#compressor);
    this.#nonces = {
      intended: request.nonce,
      confirmed,
      awaited: request.captured.entries.at(-1) ?? awaited,
    };
    this.#more = plan.more;
    this.#isUnsure = plan.count > 0;
    return plan;
  }

  /**
   * Told, not waited for: it is done before whatever is asked next. Where it fails, that fails too, and tries again.
   */
  confirm(): void {
    const { intended } = this.nonces();
    this.#isUnsure = false;
    this.#port.postMessage({ call: "confirm" } satisfies StateCall);
    this.#nonces = { intended: undefined, confirmed: intended };
  }

  look(rows: readonly RowKey[]): readonly PlannedRow[] {
    return decodeRows(this.#ask({ call: "look", bytes: encodeKeys(rows) }) as Uint8Array);
  }

  shown(rows: readonly RowKey[]): readonly PlannedRow[] {
    return decodeRows(this.#ask({ call: "shown", bytes: encodeKeys(rows) }) as Uint8Array);
  }

  declare(schema: Schema, present: PresentColumns): Schema {
    return this.#ask({ call: "declare", schema, present }) as Schema;
  }

  /** Told, not waited for: what is lost is told again when the file is opened. */
  unshown(change: Unshown): void {
    this.#port.postMessage({ call: "unshown", change } satisfies StateCall);
  }

  /** Nobody else changes them, so they are asked for once. */
  nonces(): Nonces {
    this.#nonces ??= this.#ask({ call: "nonces" }) as Nonces;
    return this.#nonces;
  }

  survey(request: SurveyRequest): SurveyPage {
    return decodeSurvey(this.#ask({ call: "survey", request }) as Uint8Array);
  }

  weigh(found: readonly FoundRow[]): Weighed {
    return decodeWeighed(this.#ask({ call: "weigh", bytes: encodeFound(found) }) as Uint8Array);
  }

  within<T>(ms: number, body: () => T): T {
    this.#deadline = performance.now() + ms;
    try {
      return body();
    } finally {
      this.#deadline = Number.POSITIVE_INFINITY;
    }
  }

  #ask(call: StateCall): unknown {
    if (this.#isOwed) this.#answer();
    Atomics.store(this.#signals, 0, 0);
    this.#port.postMessage(call, "bytes" in call ? [call.bytes.buffer] : []);
    const answer = this.#answer();
    if ("busy" in answer) throw new StateBusy();
    if ("error" in answer) throw new RemoteStateError(answer.error);
    return answer.result;
  }

  /** The next answer, whose question nobody may remember. Throws `StateBusy`. */
  #answer(): StateAnswer {
    this.#isOwed = true;
    // A thread that wakes up need not have its answer: the last one may have been read before its wake-up was sent.
    while (Atomics.load(this.#signals, 0) === 0) {
      const left = this.#deadline - performance.now();
      if (left <= 0) throw new StateBusy();
      Atomics.wait(this.#signals, 0, 0, left);
    }
    this.#isOwed = false;
    const received = receiveMessageOnPort(this.#port) as { message: StateAnswer } | undefined;
    if (!received) throw new Error("the thread of the state signalled an answer and sent none");
    return received.message;
  }
}
