import {
  CausalContext,
  LWWRegister,
  MaxRegister,
  MinRegister,
  MVRegister,
  type Ordered,
  type RegisterState,
  type Value,
} from "@jarvis-crdt/crdt";
import { type Intent, partMark } from "@jarvis-crdt/store";
import { oneValue } from "../arguments.ts";
import type { Access, Bases, Kind } from "../kind.ts";

/** The key of an object that has only one. */
const onlyKey = null;

export const lwwRegister: Kind = {
  summary: "the last write is read, concurrent ones stay visible as siblings",
  value: async (bases, access) => {
    const register = await filled(new LWWRegister(access.node), bases, access);
    return { value: register.value ?? null, siblings: register.siblings.length };
  },
  operations: {
    set: {
      usage: "VALUE",
      plan: (bases, values) => {
        const value = oneValue(values, "value");
        return isPlain(bases[0]) ? [{ kind: "register.set", object: bases[0], value }] : writes(bases, value);
      },
    },
  },
};

export const mvRegister: Kind = {
  summary: "every write is read that no other has seen",
  value: async (bases, access) => (await filled(new MVRegister(access.node), bases, access)).values,
  operations: {
    set: { usage: "VALUE", plan: (bases, values) => writes(bases, oneValue(values, "value")) },
  },
};

export const maxRegister = extreme(
  "the greatest number ever written",
  (node) => new MaxRegister<Ordered>(node),
);
export const minRegister = extreme(
  "the smallest number ever written",
  (node) => new MinRegister<Ordered>(node),
);

function extreme(summary: string, make: (node: string) => MaxRegister<Ordered> | MinRegister<Ordered>): Kind {
  return {
    summary,
    value: async (bases, access) => (await filled(make(access.node), bases, access)).value ?? null,
    operations: {
      set: {
        usage: "NUMBER",
        plan: async (bases, values, access) => {
          const value = oneValue(values, "number");
          const register = await filled(make(access.node), bases, access);
          // It refuses what has no order, and its delta is empty where nothing is greater than what is there.
          const { entries } = register.set(value as number);
          return entries.length === 0 ? [] : writes(bases, value);
        },
      },
    },
  };
}

/** A register that people named is one of the store's; below another object it has a key, so that it can be removed. */
function isPlain(base: string): boolean {
  return !base.includes(partMark);
}

function writes([first, ...others]: Bases, value: Value): readonly Intent[] {
  return [
    { kind: "keyed.set", object: first, key: onlyKey, value },
    ...others.map((object): Intent => ({ kind: "keyed.remove", object, key: onlyKey })),
  ];
}

async function filled<R extends { merge(state: RegisterState<never>): boolean }>(
  register: R,
  bases: Bases,
  access: Access,
): Promise<R> {
  for (const base of bases) {
    const cells = isPlain(base)
      ? await access.cells("register", base)
      : await access.cells("keyed", base, onlyKey);
    for (const { entries } of cells) {
      register.merge({ entries: entries as never, context: CausalContext.of(entries.map(({ dot }) => dot)) });
    }
  }
  return register;
}
