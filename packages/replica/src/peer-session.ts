import { BatchError, decodeHeader, type Envelope, type Hasher, schemaId } from "@jarvis-crdt/batch";
import { type Frontier, hlcAt, type LogId, type NodeId, nodeOf } from "@jarvis-crdt/crdt";
import type { Store } from "@jarvis-crdt/store";
import {
  type Action,
  decodeMessage,
  encodeMessage,
  type Loaded,
  Session,
  type SessionLimits,
  SyncError,
} from "@jarvis-crdt/sync";
import type { Authors } from "./authors.ts";
import { codeOf, ReplicaError } from "./error.ts";
import type { Inbox, Outcome } from "./inbox.ts";
import type { PeerLink } from "./link.ts";

/** The log goes on as it is for everybody else; a refusal of these kinds may end when something else arrives. */
const holding = new Set(["unknown-author", "outside-certificate", "clock-ahead", "forbidden", "gap", "fork"]);

export interface PeerSessionOptions {
  readonly store: Store;
  readonly authors: Authors;
  readonly inbox: Inbox;
  readonly hasher: Hasher;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly limits?: Partial<SessionLimits>;
  /** Something of this peer was refused. */
  readonly onProblem: (peer: NodeId, code: string, message: string) => void;
  /** Both sides have what the other offered when the session began. */
  readonly onSynced: (peer: NodeId) => void;
}

/** Drives one session: carries out what the state machine asks, over a link, with the store and the inbox. */
export class PeerSession {
  readonly link: PeerLink;
  readonly #options: PeerSessionOptions;
  readonly #session: Session;
  /** Loads that wait until the link takes more. */
  #waiting: (() => void)[] = [];
  #writable = true;
  #open = true;
  #behindSince: number | undefined;
  /** Logs of which the peer has what cannot be judged yet. */
  readonly #held = new Set<LogId>();

  constructor(link: PeerLink, options: PeerSessionOptions) {
    this.link = link;
    this.#options = options;
    const { store, now, limits } = options;
    this.#session = new Session({
      node: store.node,
      cluster: store.cluster,
      clock: () => hlcAt(now()),
      headingOf: (envelope) => decodeHeader(envelope.header),
      peer: link.node,
      ...(limits && { limits }),
    });
  }

  get status(): { readonly lagOperations: number; readonly lagSeconds: number; readonly synced: boolean } {
    const { lagOperations, synced } = this.#session.status;
    if (lagOperations === 0) this.#behindSince = undefined;
    else this.#behindSince ??= this.#options.now();
    const lagSeconds = this.#behindSince === undefined ? 0 : (this.#options.now() - this.#behindSince) / 1000;
    return { lagOperations, lagSeconds, synced };
  }

  open(frontier: Frontier): Promise<void> {
    return this.#perform(this.#session.open(frontier));
  }

  /** Takes one message; resolves when the next may come. Never rejects: what is wrong ends the session. */
  async receive(bytes: Uint8Array): Promise<void> {
    try {
      await this.#perform(this.#session.receive(decodeMessage(bytes)));
    } catch (error) {
      this.#fail(error);
    }
  }

  /** The link takes more again. */
  drained(): void {
    this.#writable = true;
    for (const load of this.#waiting.splice(0)) load();
  }

  advanced(entries: Frontier): void {
    this.#spawn(this.#perform(this.#session.advanced(entries)));
  }

  /** Asks again for what could not be judged: a clock may have come near, a certificate may have arrived. */
  retryHeld(): void {
    for (const log of this.#held) this.#spawn(this.#perform(this.#session.resume(log)));
    this.#held.clear();
  }

  close(code: string, reason: string): void {
    this.#spawn(this.#perform(this.#session.close(code, reason)));
  }

  /** The link is gone; nothing more is done for it. */
  closed(): void {
    this.#open = false;
    this.#waiting = [];
  }

  async #perform(actions: readonly Action[]): Promise<void> {
    for (const action of actions) {
      if (!this.#open) return;
      switch (action.type) {
        case "send":
          if (!this.link.send(encodeMessage(action.message))) this.#writable = false;
          break;
        case "load":
          this.#schedule(() => this.#spawn(this.#load(action.log, action.after, action.maxBytes)));
          break;
        case "deliver":
          for (const envelope of action.envelopes) await this.#deliver(envelope);
          break;
        case "certificate":
          await this.#options.authors.learn(action.node, action.der);
          break;
        case "schema":
          await this.#keepSchema(action.id, action.bytes);
          break;
        case "fork":
          this.#report("fork", `two versions of ${action.log} end at ${action.seq}`);
          break;
        case "synced":
          this.#options.onSynced(this.link.node);
          break;
        case "close":
          this.#open = false;
          this.link.close(action.code, action.reason);
          break;
        case "offer":
          break;
      }
    }
  }

  async #deliver(envelope: Envelope): Promise<void> {
    const { log } = decodeHeader(envelope.header);
    try {
      await this.#options.inbox.accept(envelope, (outcome) => this.#released(envelope, log, outcome));
    } catch (error) {
      if (!holding.has(codeOf(error))) throw error;
      this.#report(codeOf(error), `${log}: ${(error as Error).message}`);
      this.#released(envelope, log, "refused");
    }
  }

  #released(envelope: Envelope, log: LogId, outcome: Outcome): void {
    this.#spawn(this.#perform(this.#session.consumed([envelope])));
    if (outcome !== "refused") return;
    this.#held.add(log);
    this.#spawn(this.#perform(this.#session.refused(log)));
  }

  #schedule(load: () => void): void {
    if (this.#writable) load();
    else this.#waiting.push(load);
  }

  async #load(log: LogId, after: number, maxBytes: number): Promise<void> {
    const { store } = this.#options;
    const envelopes = await store.read(log, after, maxBytes);
    const loaded: Loaded = {
      envelopes,
      certificates: (await store.certificates(nodeOf(log))).map((der) => ({ node: nodeOf(log), der })),
      schemas: await this.#schemasOf(envelopes),
    };
    if (this.#open) await this.#perform(this.#session.loaded(log, loaded));
  }

  async #schemasOf(envelopes: readonly Envelope[]): Promise<Loaded["schemas"]> {
    const schemas: { id: Uint8Array; bytes: Uint8Array }[] = [];
    let last: Uint8Array | undefined;
    for (const { header } of envelopes) {
      const { schema: id } = decodeHeader(header);
      if (last && equal(last, id)) continue;
      last = id;
      const bytes = await this.#options.store.schema(id);
      if (bytes) schemas.push({ id, bytes });
    }
    return schemas;
  }

  async #keepSchema(id: Uint8Array, bytes: Uint8Array): Promise<void> {
    const { store, hasher } = this.#options;
    if (!equal(schemaId(bytes, hasher), id))
      throw new ReplicaError("bad-schema", "a schema does not have the id under which it was offered");
    if (!(await store.schema(id))) await store.putSchema(id, bytes);
  }

  #spawn(work: Promise<void>): void {
    work.catch((error: unknown) => this.#fail(error));
  }

  #fail(error: unknown): void {
    if (!this.#open) return;
    const typed = error instanceof BatchError || error instanceof SyncError || codeOf(error) !== "internal";
    const message =
      error instanceof Error ? (typed ? error.message : (error.stack ?? error.message)) : String(error);
    this.#report(codeOf(error), message);
    this.close(codeOf(error), typed ? "refused" : "internal error");
  }

  #report(code: string, message: string): void {
    this.#options.onProblem(this.link.node, code, message);
  }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
