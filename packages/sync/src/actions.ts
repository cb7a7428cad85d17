import type { Action } from "./action.ts";
import type { Message } from "./message.ts";

/** Collects what a step of the session asks of its driver. */
export class Actions {
  /** Messages and loads. They precede the rest, so that a driver which awaits the rest keeps messages in order. */
  #outgoing: Action[] = [];
  #rest: Action[] = [];

  send(message: Message): void {
    this.add({ type: "send", message });
  }

  add(action: Action): void {
    const isOutgoing = action.type === "send" || action.type === "load";
    (isOutgoing ? this.#outgoing : this.#rest).push(action);
  }

  take(): Action[] {
    const all = [...this.#outgoing, ...this.#rest];
    this.#outgoing = [];
    this.#rest = [];
    return all;
  }
}
