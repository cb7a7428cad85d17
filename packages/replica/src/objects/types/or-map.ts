import { encodeElement, type Value } from "@jarvis-crdt/crdt";
import { type Intent, partMark } from "@jarvis-crdt/store";
import { someValues, textOf } from "../arguments.ts";
import { ObjectError } from "../error.ts";
import type { Access, Bases, Kind, Operation } from "../kind.ts";
import { removesUnder } from "./keyed.ts";

const idBytes = 16;
const hashBytes = 20;
const groups = (base: string) => `${base}${partMark}groups`;

/**
 * Under its keys the map keeps the ids of their makings, one register a key: concurrent makings are siblings, a remove
 * names those it saw. What is written into a key is kept below a name made of the ids of the makings it was written to,
 * and is read while one of them lives, as in the container. Names of several ids are listed, with the ids, in `groups`.
 */
export function orMap(nested: Kind): Kind {
  return {
    summary: `nests under each key: ${nested.summary}`,
    value: async (bases, access) => {
      const keys = new Map<string, Value>();
      for (const base of bases) {
        for (const { key } of await access.cells("keyed", base)) keys.set(hex(encodeElement(key)), key);
      }
      const entries: Value[] = [];
      for (const [, key] of [...keys].sort(([a], [b]) => (a < b ? -1 : 1))) {
        const ids = await makings(bases, key, access);
        if (ids.length > 0)
          entries.push([key, await nested.value(await below(bases, key, ids, access), access)]);
      }
      return entries;
    },
    operations: { update: update(nested), remove: { usage: "KEY…", plan: remove } },
  };
}

function remove(bases: Bases, keys: readonly Value[]): readonly Intent[] {
  return someValues(keys, "key").flatMap((key) => removesUnder(bases, key));
}

function update(nested: Kind): Operation {
  const usages = Object.entries(nested.operations).map(([name, { usage }]) => `${name} ${usage}`.trim());
  return {
    usage: `KEY ${usages.join(" | ")}`,
    plan: async (bases, [key, name, ...values], access) => {
      if (key === undefined || name === undefined) {
        throw new ObjectError("invalid-argument", "an update takes a key and what to do there");
      }
      const operation = textOf(name, "operation");
      const known = Object.hasOwn(nested.operations, operation) ? nested.operations[operation] : undefined;
      if (known === undefined) {
        throw new ObjectError("unknown-operation", `under a key one can: ${usages.join(", ")}`);
      }
      const live = await makings(bases, key, access);
      const ids = live.length > 0 ? live : [access.newId()];
      const intents: Intent[] = [];
      if (live.length === 0) intents.push({ kind: "keyed.set", object: bases[0], key, value: ids[0]! });
      const places = await below(bases, key, ids, access);
      if (ids.length > 1)
        intents.push({
          kind: "keyed.set",
          object: groups(bases[0]),
          key: [key, hashOf(ids, access)],
          value: ids,
        });
      return [...intents, ...(await known.plan(places, values, access))];
    },
  };
}

/** Ids of the live makings of a key, in order. */
async function makings(bases: Bases, key: Value, access: Access): Promise<readonly Uint8Array[]> {
  const ids = new Map<string, Uint8Array>();
  for (const base of bases) {
    for (const { entries } of await access.cells("keyed", base, key)) {
      for (const { value } of entries) if (isId(value)) ids.set(hex(value), value);
    }
  }
  return [...ids].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, id]) => id);
}

/** Where to find what was written under a key whose makings live: first the place for what is written to all of them. */
async function below(bases: Bases, key: Value, ids: readonly Uint8Array[], access: Access): Promise<Bases> {
  const root = bases[0].split(partMark).slice(0, 2).join(partMark);
  const place = (hash: Uint8Array) => `${root}${partMark}${hex(hash)}`;
  const live = new Set(ids.map(hex));
  const places = new Set([place(hashOf(ids, access))]);
  for (const id of ids) places.add(place(hashOf([id], access)));
  const ofKey = hex(encodeElement(key));
  for (const base of bases) {
    for (const cell of await access.cells("keyed", groups(base))) {
      const [of, hash] = Array.isArray(cell.key) ? (cell.key as readonly Value[]) : [];
      if (of === undefined || hex(encodeElement(of)) !== ofKey || !(hash instanceof Uint8Array)) continue;
      const members = cell.entries.flatMap(({ value }) =>
        Array.isArray(value) ? (value as readonly Value[]) : [],
      );
      if (members.some((id) => isId(id) && live.has(hex(id)))) places.add(place(hash));
    }
  }
  return [...places] as unknown as Bases;
}

function hashOf(ids: readonly Uint8Array[], access: Access): Uint8Array {
  return access.hash(ids).slice(0, hashBytes);
}

function isId(value: Value): value is Uint8Array {
  return value instanceof Uint8Array && value.length === idBytes;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
