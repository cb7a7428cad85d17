import { LWWMap, type Value } from "@jarvis-crdt/crdt";
import { someValues, twoValues } from "../arguments.ts";
import type { Kind } from "../kind.ts";
import { keyedState, removesUnder, writesUnder } from "./keyed.ts";

export const lwwMap: Kind = {
  summary: "per key the last write is read; a set wins against a concurrent delete",
  value: async (bases, access) => {
    const map = new LWWMap<Value, Value>(access.node);
    for (const base of bases) map.merge(await keyedState(base, access));
    return [...map.entries()].map(([key, value]) => [key, value]);
  },
  operations: {
    set: {
      usage: "KEY VALUE",
      plan: (bases, values) => {
        const [key, value] = twoValues(values, "a key and a value");
        return writesUnder(bases, key, value);
      },
    },
    delete: {
      usage: "KEY…",
      plan: (bases, values) => someValues(values, "key").flatMap((key) => removesUnder(bases, key)),
    },
  },
};
