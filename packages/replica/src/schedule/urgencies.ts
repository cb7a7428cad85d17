import { type Compressor, decodeHeader, type Envelope, isHollow, unpackBody } from "@jarvis-crdt/batch";
import { decodeSchema, type LogId, type Outline, outlineOperation, type Schema } from "@jarvis-crdt/crdt";
import { partMark, type Store } from "@jarvis-crdt/store";
import type { Change } from "../announcer.ts";
import { type Priority, priorities } from "./interval.ts";

/** Of a large change so much is looked at: its beginning is what leaves first. */
const readBytes = 256 * 1024;

/** Priorities of objects and tables: by name, or by how their names begin where it ends in `*`; the first that fits counts. */
export type PriorityRules = Readonly<Record<string, Priority>>;

/** Finds how urgent a change is by what it is about. */
export class Urgencies {
  readonly #rules: readonly (readonly [pattern: string, priority: Priority])[];
  readonly #store: Pick<Store, "read" | "schema">;
  readonly #compressor: Compressor;

  constructor(rules: PriorityRules, store: Pick<Store, "read" | "schema">, compressor: Compressor) {
    this.#rules = Object.entries(rules);
    this.#store = store;
    this.#compressor = compressor;
  }

  /** Of each log the most urgent priority that a rule gives to something in it. O(what is read). */
  async of(change: Change): Promise<ReadonlyMap<LogId, Priority>> {
    const found = new Map<LogId, Priority>();
    if (this.#rules.length === 0) return found;
    for (const [log, { from, through }] of change) {
      let most: Priority | undefined;
      for (const envelope of await this.#store.read(log, from, readBytes)) {
        if (decodeHeader(envelope.header).first > through) break;
        most = moreUrgent(most, await this.#ofBatch(envelope));
      }
      if (most !== undefined) found.set(log, most);
    }
    return found;
  }

  async #ofBatch(envelope: Envelope): Promise<Priority | undefined> {
    if (isHollow(envelope)) return undefined;
    const header = decodeHeader(envelope.header);
    const bytes = await this.#store.schema(header.schema);
    const schema = bytes && decodeSchema(bytes);
    const names = new Set<string>();
    for (const operation of unpackBody(envelope, header.count, this.#compressor)) {
      const name = nameOf(outlineOperation(operation, header), schema);
      if (name !== undefined) names.add(name);
    }
    let most: Priority | undefined;
    for (const name of names) most = moreUrgent(most, this.#ofName(name));
    return most;
  }

  #ofName(name: string): Priority | undefined {
    return this.#rules.find(([pattern]) =>
      pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
    )?.[1];
  }
}

/** The object or table that an operation is about; of a part of an object, the object. */
function nameOf(operation: Outline, schema: Schema | undefined): string | undefined {
  if ("object" in operation) return operation.object.split(partMark)[0];
  if ("table" in operation) return schema?.tables[operation.table]?.name;
  return undefined;
}

/** The more urgent of two priorities, where there are any. */
export function moreUrgent(a: Priority | undefined, b: Priority | undefined): Priority | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return priorities.indexOf(a) <= priorities.indexOf(b) ? a : b;
}
