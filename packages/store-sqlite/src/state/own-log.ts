import { type LogId, makeLogId, type NodeId, nodeOf } from "@jarvis-crdt/crdt";
import { noId } from "@jarvis-crdt/store";
import type { Fence } from "./fence.ts";
import type { SqlMedium } from "./medium.ts";

/** Where a node mints: its log, and what the header of the first batch there names. */
export interface Claim {
  readonly log: LogId;
  readonly previous: Uint8Array;
}

export interface OwnLogParts {
  readonly node: NodeId;
  readonly medium: SqlMedium;
  readonly fence: Fence;
  readonly random: (bytes: number) => Uint8Array;
}

/** The log that this process mints into, and the proof that nobody else continues it. */
export class OwnLog {
  readonly #parts: OwnLogParts;
  /** Once something was minted in this process; until the commit only `#claimed`. */
  #current: LogId | undefined;
  #claimed: LogId | undefined;
  /** The last process's log, where the fence proved that it ended there. */
  #proven: LogId | undefined;

  constructor(parts: OwnLogParts) {
    this.#parts = parts;
  }

  /** Undefined before the first mint of this process. */
  get current(): LogId | undefined {
    return this.#current;
  }

  /** The log of this process or, before its first mint, of the last one. */
  get last(): LogId | undefined {
    return this.#current ?? this.#parts.medium.meta.text("log");
  }

  /**
   * The log to mint into. The first time in a process that is the last one's log, where the fence proves that nobody
   * else continued it, and otherwise a new incarnation whose first batch names the old head.
   */
  claim(): Claim {
    const { medium, node, fence } = this.#parts;
    const { meta } = medium;
    const known = this.#claimed ?? this.#current;
    if (known !== undefined) return { log: known, previous: meta.bytes("previous") ?? noId };
    const last = meta.text("log");
    const head = last === undefined ? undefined : medium.log(last)?.head;
    const counts = last !== undefined && medium.voidFrom(last) === undefined;
    if (counts && head !== undefined && nodeOf(last) === node && fence.isClean(head)) {
      this.#proven = last;
    }
    fence.remove();
    if (last === undefined || this.#proven !== last) return this.#take(last);
    this.#claimed = last;
    return { log: last, previous: meta.bytes("previous") ?? noId };
  }

  /** A new incarnation, wherever this process has minted before. */
  renew(): Claim {
    this.#parts.fence.remove();
    return this.#take(this.#current ?? this.#claimed ?? this.last);
  }

  #take(before: LogId | undefined): Claim {
    const { medium, node, random } = this.#parts;
    const { meta } = medium;
    const head = before === undefined ? undefined : medium.log(before)?.head;
    this.#claimed = makeLogId(node, Buffer.from(random(8)).toString("hex"));
    if (head !== undefined) meta.set("previous", head);
    meta.set("log", this.#claimed);
    return { log: this.#claimed, previous: meta.bytes("previous") ?? noId };
  }

  committed(): void {
    this.#current = this.#claimed ?? this.#current;
    this.#claimed = undefined;
  }

  rolledBack(): void {
    this.#claimed = undefined;
  }

  /** Somebody else continued it: I am the restored or cloned one, and go on under another name. */
  leave(): void {
    this.#claimed = undefined;
    this.#current = undefined;
    this.#proven = undefined;
  }

  /** After the file was closed: the next process may continue the log. */
  handOver(head: Uint8Array): void {
    this.#parts.fence.write(head);
  }
}
