import type { LogId } from "@jarvis-crdt/crdt";
import type { SpentHere, Store } from "@jarvis-crdt/store";
import type { Vouching } from "@jarvis-crdt/sync";

/** What is asked and answered in one session about spent operations. */
export class Inquiries {
  readonly #store: Store;
  readonly #say: (message: Vouching) => Promise<void>;
  /** Who waits for the answer to a question. */
  readonly #open = new Map<string, ((answer: SpentHere | undefined) => void)[]>();
  #isOver = false;

  constructor(store: Store, say: (message: Vouching) => Promise<void>) {
    this.#store = store;
    this.#say = say;
  }

  /** What of a log is spent at the peer after a sequence, by its own word; undefined where it does not answer any more. */
  async ask(log: LogId, after: number): Promise<SpentHere | undefined> {
    if (this.#isOver) return undefined;
    const { promise, resolve } = Promise.withResolvers<SpentHere | undefined>();
    const question = nameOf(log, after);
    const waiting = this.#open.get(question);
    if (waiting !== undefined) waiting.push(resolve);
    else {
      this.#open.set(question, [resolve]);
      await this.#say({ type: "inquire", log, after });
    }
    return promise;
  }

  async receive(message: Vouching): Promise<void> {
    const { log, after } = message;
    if (message.type === "inquire") {
      await this.#say({ type: "spent", log, after, ...(await this.#store.spent(log, after)) });
      return;
    }
    const question = nameOf(log, after);
    // What nobody asked for is nobody's answer.
    const waiting = this.#open.get(question) ?? [];
    this.#open.delete(question);
    for (const resolve of waiting) resolve(message);
  }

  end(): void {
    this.#isOver = true;
    for (const waiting of this.#open.values()) for (const resolve of waiting) resolve(undefined);
    this.#open.clear();
  }
}

function nameOf(log: LogId, after: number): string {
  return `${log} ${after}`;
}
