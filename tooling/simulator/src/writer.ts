import type { Uid } from "@jarvis-crdt/crdt";
import { type Intent, type Store, StoreError } from "@jarvis-crdt/store";
import type { Entry, Ledger } from "./ledger.ts";
import type { Machine } from "./machine.ts";
import type { Step } from "./step.ts";

type Write = Extract<Step, { do: "write" }>;

/** Writes at machines, and enters in the ledger what it was told. */
export class Writer {
  readonly #ledger: Ledger;
  readonly #rows: Uid[] = [];

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** Resolves when the caller was answered: never, where the process ends before. */
  async write(machine: Machine, step: Write): Promise<void> {
    const process = machine.process;
    if (!process) return;
    if (step.change === "task" && machine.schema === 0) return;
    const asked = await intentsOf(process.store.inner, step, this.#rows);
    if (!asked) return;
    if (step.change === "row") this.#rows.push(asked.about.target as Uid);
    const entry = this.#ledger.ask({
      step: step.id,
      machine: machine.index,
      change: step.change,
      ...asked.about,
    });
    try {
      const { dots } = await process.store.commit({ intents: asked.intents });
      entry.dots = dots;
      const log = dots.find((dot) => dot !== null)?.log;
      if (log) machine.ownLog = log;
    } catch (error) {
      // What the caller saw is gone by the time of the commit.
      if (!(error instanceof StoreError)) throw error;
      entry.dots = [];
    }
  }
}

interface Asked {
  readonly intents: readonly Intent[];
  readonly about: Pick<Entry, "target" | "by">;
}

/** Elements that anybody adds and removes, and rows that anybody edits: what concurrent writes are about. */
const hotElements = 3;

/** A row's uid by the step that adds it. */
export function uidOf(step: number): Uid {
  const uid = new Uint8Array(16).fill(1);
  new DataView(uid.buffer).setUint32(12, step);
  return uid;
}

/**
 * What a write step asks of a store, by what that store shows; undefined where there is nothing to change. Elements
 * and rows that one step adds are never added by another, so that what becomes of them can be foretold.
 */
async function intentsOf(
  store: Store,
  { id, change, key }: Write,
  rows: readonly Uid[],
): Promise<Asked | undefined> {
  const only = (intent: Intent, about: Asked["about"] = {}): Asked => ({ intents: [intent], about });
  switch (change) {
    case "count":
      return only({ kind: "counter.add", object: "count", by: 1 + (key % 5) }, { by: 1 + (key % 5) });
    case "add":
      return only({ kind: "set.add", object: "once", element: `e${id}` }, { target: `e${id}` });
    case "drop": {
      const element = await pick((await store.set("once"))?.map(String), key);
      if (element === undefined) return undefined;
      return only({ kind: "set.remove", object: "once", element }, { target: element });
    }
    case "hot":
      return only({ kind: "set.add", object: "hot", element: key % hotElements });
    case "cool":
      return only({ kind: "set.remove", object: "hot", element: key % hotElements });
    case "set":
      return only({ kind: "register.set", object: `register ${key % 2}`, value: id });
    case "row": {
      const values = [`text ${id}`, null];
      return only(
        { kind: "row.add", table: "notes", uid: uidOf(id), hint: id, values },
        { target: uidOf(id) },
      );
    }
    case "edit": {
      const uid = await liveRow(store, rows, key);
      const intent = {
        kind: "row.set",
        table: "notes",
        uid: uid!,
        group: key % 2 ? "mark" : "text",
      } as const;
      return uid && only({ ...intent, values: [id] });
    }
    case "unrow": {
      const uid = await liveRow(store, rows, key);
      return uid && only({ kind: "row.remove", table: "notes", uid }, { target: uid });
    }
    case "task":
      return only({ kind: "row.add", table: "tasks", uid: uidOf(id), hint: null, values: [`task ${id}`] });
    case "bulk": {
      const parts = 3 + (key % 3);
      const intents = Array.from({ length: parts }, (_, part): Intent => {
        return { kind: "register.set", object: bulkPart(id, part), value: `${key}`.padEnd(bulkBytes) };
      });
      return { intents, about: { target: `bulk ${id}`, by: parts } };
    }
  }
}

/** Three of them are more than a batch holds: whoever shows one part of such a write shows all. */
const bulkBytes = 100_000;

/** The register that a part of a bulk write sets. */
export function bulkPart(step: number, part: number): string {
  return `bulk ${step} ${part}`;
}

async function liveRow(store: Store, rows: readonly Uid[], key: number): Promise<Uid | undefined> {
  const live: Uid[] = [];
  for (const uid of rows) if (await store.row(uid)) live.push(uid);
  return pick(live, key);
}

async function pick<T>(items: readonly T[] | undefined, key: number): Promise<T | undefined> {
  if (items === undefined || items.length === 0) return undefined;
  return items.toSorted((a, b) => (String(a) < String(b) ? -1 : 1))[key % items.length];
}
