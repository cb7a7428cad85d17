import type { Sequences } from "@jarvis-crdt/sync";
import { ReplicaError } from "./error.ts";
import type { PeerSession } from "./peer-session.ts";

/** What went over a session, in operations, until both sides had what the other had when it was asked for. */
export interface Exchanged {
  readonly sent: number;
  readonly received: number;
}

/** What is used of an `AbortSignal`, which not every platform has. */
export interface Signal {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

interface Wanted extends Exchanged {
  readonly session: PeerSession;
  /** What is still to be reached; undefined until the peer has told what it has. */
  goal: { readonly there: Sequences; readonly here: Sequences } | undefined;
  readonly resolve: (exchanged: Exchanged) => void;
  readonly reject: (reason: unknown) => void;
}

/** Exchanges that somebody waits for: both sides tell what they have, then it has to be stored on the other. */
export class Exchanges {
  readonly #wanted = new Map<number, Wanted>();
  #number = 0;

  /** Counts what goes over the session beyond `before`. Rejects with `disconnected` when the session ends before, and with the signal's reason. */
  begin(session: PeerSession, before: Exchanged, signal: Signal | undefined): Promise<Exchanged> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    const { promise, resolve, reject } = Promise.withResolvers<Exchanged>();
    const number = this.#number++;
    this.#wanted.set(number, { session, goal: undefined, ...before, resolve, reject });
    const abort = () => {
      this.#wanted.delete(number);
      reject(signal?.reason);
    };
    signal?.addEventListener("abort", abort);
    session.ask(number);
    return promise.finally(() => signal?.removeEventListener("abort", abort));
  }

  /** The peer has told what it had when it was asked. */
  told(session: PeerSession, number: number): void {
    const wanted = this.#wanted.get(number);
    if (wanted?.session !== session) return;
    wanted.goal = session.outstandingLogs;
    this.check(session);
  }

  /** Something was stored here or there. */
  check(session: PeerSession): void {
    for (const [number, wanted] of this.#wanted) {
      if (wanted.session !== session || wanted.goal === undefined) continue;
      const { there, here } = wanted.goal;
      const isThere = [...there].every(([log, seq]) => session.hasReached(log, seq, "there"));
      if (!isThere || ![...here].every(([log, seq]) => session.hasReached(log, seq, "here"))) continue;
      this.#wanted.delete(number);
      wanted.resolve({
        sent: session.sentOperations - wanted.sent,
        received: session.receivedOperations.all - wanted.received,
      });
    }
  }

  ended(session: PeerSession): void {
    for (const [number, wanted] of this.#wanted) {
      if (wanted.session !== session) continue;
      this.#wanted.delete(number);
      wanted.reject(new ReplicaError("disconnected", "the session ended before both sides had everything"));
    }
  }
}
