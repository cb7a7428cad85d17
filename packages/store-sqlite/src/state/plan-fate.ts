import type { SqlMeta } from "./meta.ts";
import type { Nonces, OutboxEntry } from "./state.ts";

interface Intended {
  readonly nonce: string;
  /** The last entry of the list that the plan covers. */
  readonly through: number;
}

/** Which plan the archive is known to carry, and which it may carry. */
export class PlanFate {
  readonly #meta: SqlMeta;
  #through: number;

  constructor(meta: SqlMeta) {
    this.#meta = meta;
    this.#through = this.#intended?.through ?? 0;
  }

  /** After a transaction was rolled back. */
  reload(): void {
    this.#through = this.#intended?.through ?? 0;
  }

  /** Position of the plan whose fate is not known; 0 where there is none. */
  get through(): number {
    return this.#through;
  }

  intend(nonce: string, through: number): void {
    this.#through = through;
    this.#meta.set("intended", JSON.stringify({ nonce, through } satisfies Intended));
  }

  /** The archive carries the intended plan. Returns its position; undefined where none is intended. */
  confirm(): number | undefined {
    const intended = this.#intended;
    if (intended === undefined) return undefined;
    this.#through = 0;
    this.#meta.set("confirmed", intended.nonce);
    this.#meta.delete("intended");
    this.#meta.delete("awaited");
    return intended.through;
  }

  /** What was captured up to this entry counts as shown, and the entry is there until the archive carries the plan. */
  await({ id, token }: OutboxEntry): void {
    this.#meta.set("awaited", JSON.stringify({ id, token: Buffer.from(token).toString("hex") }));
  }

  nonces(): Nonces {
    const awaited = this.#meta.text("awaited");
    return {
      awaited:
        awaited === undefined ? undefined : entryOf(JSON.parse(awaited) as { id: number; token: string }),
      intended: this.#intended?.nonce,
      confirmed: this.#meta.text("confirmed"),
    };
  }

  get #intended(): Intended | undefined {
    const intended = this.#meta.text("intended");
    return intended === undefined ? undefined : (JSON.parse(intended) as Intended);
  }
}

function entryOf({ id, token }: { readonly id: number; readonly token: string }): OutboxEntry {
  return { id, token: Buffer.from(token, "hex") };
}
