import {
  CausalContext,
  EWFlag,
  GSet,
  ORSet,
  type ORSetState,
  RWSet,
  TwoPhaseSet,
  type Value,
} from "@jarvis-crdt/crdt";
import { type Intent, partMark } from "@jarvis-crdt/store";
import { noValues, someValues } from "../arguments.ts";
import type { Access, Bases, Kind, Operation } from "../kind.ts";
import { keyedState, writesUnder } from "./keyed.ts";

const added = (base: string) => `${base}${partMark}added`;
const removed = (base: string) => `${base}${partMark}removed`;

export const gSet: Kind = {
  summary: "elements are only added",
  value: async (bases, access) => {
    const set = new GSet<Value>();
    for (const base of bases) set.merge(await elements(base, access));
    return [...set.values()];
  },
  operations: { add: each("ELEMENT…", ([object], element) => [{ kind: "set.add", object, element }]) },
};

export const twoPhaseSet: Kind = {
  summary: "what was removed once never comes back",
  value: async (bases, access) => [...(await twoPhase(bases, access)).values()],
  operations: {
    add: each("ELEMENT…", ([base], element) => [{ kind: "set.add", object: added(base), element }]),
    remove: {
      usage: "ELEMENT…",
      plan: async (bases, values, access) => {
        const set = await twoPhase(bases, access);
        return someValues(values, "element")
          .filter((element) => set.has(element))
          .map((element) => ({ kind: "set.add", object: removed(bases[0]), element }));
      },
    },
  },
};

export const orSet: Kind = {
  summary: "an add wins against a concurrent remove",
  value: async (bases, access) => {
    const set = new ORSet<Value>(access.node);
    for (const base of bases) set.merge(await dotted(base, access));
    return [...set.values()];
  },
  operations: { add: each("ELEMENT…", addedTo), remove: each("ELEMENT…", removedFrom) },
};

export const rwSet: Kind = {
  summary: "a remove wins against a concurrent add",
  value: async (bases, access) => {
    const set = new RWSet<Value>(access.node);
    for (const base of bases) set.merge(await keyedState<boolean>(base, access));
    return [...set.values()];
  },
  operations: {
    add: each("ELEMENT…", (bases, element) => writesUnder(bases, element, true)),
    remove: each("ELEMENT…", (bases, element) => writesUnder(bases, element, false)),
  },
};

export const ewFlag: Kind = {
  summary: "enabled where it is enabled and disabled at the same time",
  value: async (bases, access) => {
    const flag = new EWFlag(access.node);
    for (const base of bases) flag.merge((await dotted(base, access)) as ORSetState<true>);
    return flag.value;
  },
  operations: { enable: switches(addedTo), disable: switches(removedFrom) },
};

function each(usage: string, plan: (bases: Bases, element: Value) => readonly Intent[]): Operation {
  return {
    usage,
    plan: (bases, values) => someValues(values, "element").flatMap((element) => plan(bases, element)),
  };
}

function switches(plan: (bases: Bases, element: Value) => readonly Intent[]): Operation {
  return {
    usage: "",
    plan: (bases, values) => {
      noValues(values);
      return plan(bases, true);
    },
  };
}

function addedTo([first, ...others]: Bases, element: Value): readonly Intent[] {
  return [
    { kind: "set.add", object: first, element },
    ...others.map((object): Intent => ({ kind: "set.remove", object, element })),
  ];
}

function removedFrom(bases: Bases, element: Value): readonly Intent[] {
  return bases.map((object) => ({ kind: "set.remove", object, element }));
}

async function elements(name: string, access: Access): Promise<readonly Value[]> {
  return (await access.cells("set", name)).map(({ element }) => element);
}

async function twoPhase(bases: Bases, access: Access): Promise<TwoPhaseSet<Value>> {
  const set = new TwoPhaseSet<Value>();
  for (const base of bases) {
    set.merge({
      added: await elements(added(base), access),
      removed: await elements(removed(base), access),
    });
  }
  return set;
}

async function dotted(base: string, access: Access): Promise<ORSetState<Value>> {
  const cells = await access.cells("set", base);
  return {
    cells: cells.map(({ element, dots }) => [element, dots] as const),
    context: CausalContext.of(cells.flatMap(({ dots }) => dots)),
    whole: false,
  };
}
