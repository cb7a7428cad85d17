import { decodeHeader, type Envelope, type Hasher, isHollow, schemaId } from "@jarvis-crdt/batch";
import { type LogId, nodeOf } from "@jarvis-crdt/crdt";
import type { Store } from "@jarvis-crdt/store";
import type { Loaded } from "@jarvis-crdt/sync";
import { ReplicaError } from "./error.ts";

/** Batches with what they need to be understood, from the store to a peer and back; waits while the link is full. */
export class Loads {
  readonly #store: Store;
  readonly #hasher: Hasher;
  /** Loads that wait until the link takes more. */
  #waiting: (() => void)[] = [];
  #writable = true;

  constructor(store: Store, hasher: Hasher) {
    this.#store = store;
    this.#hasher = hasher;
  }

  /** Runs a load, at once or when the link takes more. */
  schedule(load: () => void): void {
    if (this.#writable) load();
    else this.#waiting.push(load);
  }

  /** The link is full. */
  pause(): void {
    this.#writable = false;
  }

  /** The link takes more again. */
  resume(): void {
    this.#writable = true;
    for (const load of this.#waiting.splice(0)) load();
  }

  /** The link is gone. */
  drop(): void {
    this.#waiting = [];
  }

  /** With `hollow` also batches without operations: a peer that does not know them gets nothing of the log from there on. */
  async read(log: LogId, after: number, maxBytes: number, hollow: boolean): Promise<Loaded> {
    const stored = await this.#store.read(log, after, maxBytes);
    const unknown = hollow ? -1 : stored.findIndex(isHollow);
    const envelopes = unknown < 0 ? stored : stored.slice(0, unknown);
    const ders = await this.#store.certificates(nodeOf(log));
    return {
      envelopes,
      certificates: ders.map((der) => ({ node: nodeOf(log), der })),
      schemas: await this.schemasOf(envelopes),
    };
  }

  async schemasOf(envelopes: readonly Envelope[]): Promise<Loaded["schemas"]> {
    const schemas: { id: Uint8Array; bytes: Uint8Array }[] = [];
    let last: Uint8Array | undefined;
    for (const { header } of envelopes) {
      const { schema: id } = decodeHeader(header);
      if (last && equal(last, id)) continue;
      last = id;
      const bytes = await this.#store.schema(id);
      if (bytes) schemas.push({ id, bytes });
    }
    return schemas;
  }

  /** Keeps a schema that the peer sent. Throws `ReplicaError` `bad-schema`. */
  async keepSchema(id: Uint8Array, bytes: Uint8Array): Promise<void> {
    if (!equal(schemaId(bytes, this.#hasher), id))
      throw new ReplicaError("bad-schema", "a schema does not have the id under which it was offered");
    if (!(await this.#store.schema(id))) await this.#store.putSchema(id, bytes);
  }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
