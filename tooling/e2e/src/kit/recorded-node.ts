import { cpSync } from "node:fs";
import { join } from "node:path";
import {
  type Chance,
  type ClusterNode,
  type DiskEvent,
  losePower,
  readRecord,
  recordDisk,
} from "@jarvis-crdt/harness";
import { assistantWrites } from "./assistant.ts";
import { TimedLedger } from "./timed-ledger.ts";

type FileEvent = Exclude<DiskEvent, { do: "say" }>;

/** A node of which all is recorded that its processes, and those of its assistant, do to its files. */
export class RecordedNode {
  readonly node: ClusterNode;
  /** What its assistants were told by SQLite. */
  readonly assistants = new TimedLedger();
  readonly #before: string;
  readonly #traces: string[] = [];
  #events: readonly FileEvent[] | undefined;

  /** Begins with the files as they are; copies and records go to `folder`. */
  constructor(node: ClusterNode, folder: string) {
    this.node = node;
    this.#before = join(folder, `before ${node.index}`);
    cpSync(node.folder, this.#before, { recursive: true });
  }

  async start(): Promise<void> {
    await this.node.start({ wrap: this.#recorder() });
  }

  async assistantWrites(count: number, seed: number): Promise<void> {
    const options = { archive: this.node.archive, count, seed, intervalMs: 2 };
    await assistantWrites(options, this.assistants, this.#recorder());
  }

  /** In order; nothing is recorded any more. */
  get events(): readonly FileEvent[] {
    this.#events ??= readRecord(this.#traces, this.node.folder).filter(
      (event) => event.do !== "say" && event.path !== this.node.log,
    ) as FileEvent[];
    return this.#events;
  }

  eventsUntil(time: number): readonly FileEvent[] {
    return this.events.filter((event) => event.time <= time);
  }

  /** The files as an end at that time may leave them; the log is begun anew. */
  layBack(time: number, chance: Chance): void {
    losePower(this.node.folder, this.#before, this.eventsUntil(time), chance);
  }

  #recorder(): readonly string[] {
    const trace = `${this.#before} trace ${this.#traces.length}`;
    this.#traces.push(trace);
    return recordDisk(trace);
  }
}
