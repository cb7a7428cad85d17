import { randomFillSync } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Batch, type LogHead, verifyBatch } from "@jarvis-crdt/batch";
import { testCrypto } from "@jarvis-crdt/batch/testing";
import { nodeOf } from "@jarvis-crdt/crdt";
import { schemaOf, type TableMapping } from "../../mapping.ts";
import type { State } from "../../state/state.ts";
import { StateFile } from "../../state/state-file.ts";
import {
  decodeKeys,
  decodePlan,
  decodeRequest,
  encodeKeys,
  encodePlan,
  encodeRequest,
} from "../../thread/plan-codec.ts";
import {
  decodeFound,
  decodeSurvey,
  decodeWeighed,
  encodeFound,
  encodeSurvey,
  encodeWeighed,
} from "../../thread/reconcile-codec.ts";
import { decodeRows, encodeRows } from "../../thread/row-codec.ts";
import { ArchiveFile } from "../archive-file.ts";
import type { ArchiveOptions } from "../archive-options.ts";
import type { Budget, Exchange } from "../exchange.ts";
import type { OutboxLimits } from "../outbox.ts";

export const cluster = new Uint8Array(16).fill(0xc1);

/** A folder in memory, where the system has one: what is tried here is kills, not a loss of power. */
const memory = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

/** Where a node may be killed: before the archive's commit, or between it and the confirmation. */
export type Kill = "before-commit" | "before-confirm" | undefined;

/** A node without network: state file and archive, which can be killed and started again. */
export class TestNode implements Disposable {
  readonly folder = mkdtempSync(join(memory, "node-"));
  readonly archivePath = join(this.folder, "archive.db");
  readonly crypto;
  readonly id: string;
  /** Taken up when the files are opened. */
  mappings: readonly TableMapping[];
  readonly #now: () => number;
  #state: StateFile | undefined;
  #file: ArchiveFile | undefined;
  kill: Kill;
  /** Called once when the next plan is made: the application may be faster than whoever is to carry it out. */
  overtake: (() => void) | undefined;
  /** Set before the archive is opened. */
  outbox: OutboxLimits | undefined;
  remap: ArchiveOptions["remap"];

  constructor(seed: number, mappings: readonly TableMapping[], now: () => number) {
    this.id = `00000000-0000-4000-8000-${seed.toString().padStart(12, "0")}`;
    this.crypto = testCrypto(seed);
    this.mappings = mappings;
    this.#now = now;
  }

  get state(): StateFile {
    this.#state ??= new StateFile({
      ...this.crypto,
      path: join(this.folder, "state.db"),
      node: this.id,
      cluster,
      now: this.#now,
      random: (bytes) => randomFillSync(new Uint8Array(bytes)),
      schema: schemaOf(this.mappings),
      durability: "normal",
    });
    return this.#state;
  }

  get file(): ArchiveFile {
    this.#file ??= ArchiveFile.open({
      path: this.archivePath,
      mappings: this.mappings,
      state: this.#killable(this.state),
      node: this.id,
      now: this.#now,
      random: (bytes) => randomFillSync(new Uint8Array(bytes)),
      hasher: this.crypto.hasher,
      ...(this.outbox && { outbox: this.outbox }),
      ...(this.remap && { remap: this.remap }),
    });
    return this.#file;
  }

  /** One run of rule M; undefined where the node was killed in it. */
  exchange(budget?: Budget): Exchange | undefined {
    return this.#live(() => this.file.exchange(budget));
  }

  /** What a run does without the write lock; undefined where the node was killed in it. */
  capture(): Exchange | undefined {
    return this.#live(() => this.file.capture());
  }

  #live(run: () => Exchange): Exchange | undefined {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      this.crash();
      return undefined;
    }
  }

  settle(): void {
    for (let runs = 0; this.exchange()?.outcome !== "idle"; runs++) {
      if (runs > 100) throw new Error("the archive does not come to rest");
    }
  }

  crash(): void {
    this.kill = undefined;
    this.#file?.close();
    this.#state?.abandon();
    this.#file = undefined;
    this.#state = undefined;
  }

  stop(): void {
    this.#file?.close();
    this.#state?.close();
    this.#file = undefined;
    this.#state = undefined;
  }

  /** Opens the archive again, which may be another file now. */
  reopen(): void {
    try {
      this.#file?.captureRest();
      this.#file?.close();
      this.#file = undefined;
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      this.crash();
    }
  }

  /** As if the state file had been deleted. */
  forgetState(): void {
    this.stop();
    for (const name of readdirSync(this.folder)) {
      if (name.startsWith("state.db") || name === "fence") rmSync(join(this.folder, name));
    }
  }

  /** Takes every batch that the other one has and this one lacks. */
  pull(other: TestNode): void {
    const schema = schemaOf(this.mappings);
    for (const [log, { seq }] of other.state.frontier()) {
      let have = this.state.frontier().get(log)?.seq ?? 0;
      while (have < seq) {
        const batches: Batch[] = [];
        let previous: LogHead | undefined = this.state.head(log);
        for (const envelope of other.state.read(log, have, 1 << 20)) {
          const batch = verifyBatch(envelope, {
            ...this.crypto,
            cluster,
            authorKey: (node) => ({
              publicKey: testCrypto(Number(node.slice(-12))).publicKey,
              from: 1,
              until: Number.MAX_SAFE_INTEGER,
            }),
            previous,
            maxHlc: Number.MAX_SAFE_INTEGER,
          });
          if (nodeOf(batch.header.log) !== nodeOf(log)) throw new Error("a batch of another log");
          previous = batch;
          batches.push(batch);
          have = batch.header.first + batch.header.count - 1;
        }
        for (const { header } of batches) {
          const bytes = other.state.schema(header.schema);
          if (bytes !== undefined) this.state.putSchema(header.schema, bytes);
        }
        this.state.apply(batches);
      }
    }
    if (schema.tables.length === 0) throw new Error("nothing replicates");
  }

  [Symbol.dispose](): void {
    this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The same state, which dies when `kill` says so: after the plan is durable, or before it is confirmed. */
  #killable(state: StateFile): State {
    const { archive } = state;
    return {
      within: (_ms, body) => body(),
      drained: (entries) => archive.drained(entries),
      hasWork: () => archive.hasWork(),
      plan: (request) => {
        // As between the threads of a node.
        const packed = encodePlan(archive.planPacked(decodeRequest(encodeRequest(request))));
        const plan = decodePlan(packed, this.crypto.compressor);
        if (this.kill === "before-commit") throw new Killed();
        const { overtake } = this;
        this.overtake = undefined;
        overtake?.();
        return plan;
      },
      confirm: () => {
        if (this.kill === "before-confirm") throw new Killed();
        archive.confirm();
      },
      shown: (rows) => archive.shown(rows),
      declare: (schema, present) => archive.declare(schema, present),
      look: (rows) => decodeRows(encodeRows(archive.look(decodeKeys(encodeKeys(rows))))),
      unshown: (change) => archive.unshown(change),
      nonces: () => archive.nonces(),
      survey: (request) => decodeSurvey(encodeSurvey(archive.survey(request))),
      weigh: (found) => decodeWeighed(encodeWeighed(archive.weigh(decodeFound(encodeFound(found))))),
    };
  }
}

class Killed extends Error {}
