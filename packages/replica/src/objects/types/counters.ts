import { BoundedCounter, type CounterState, counterValue, nodeOf } from "@jarvis-crdt/crdt";
import { partMark } from "@jarvis-crdt/store";
import { amountOf, numberOf, textOf, twoValues } from "../arguments.ts";
import { ObjectError } from "../error.ts";
import type { Access, Bases, Kind, Operation } from "../kind.ts";

const part = (base: string, name: string) => `${base}${partMark}${name}`;
const granted = (base: string) => part(base, "granted");
const used = (base: string) => part(base, "used");
const given = (base: string) => part(base, "given");

export const gCounter: Kind = {
  summary: "counts up",
  value: total,
  operations: { increment: adds("[BY]", 0, 1) },
};

export const pnCounter: Kind = {
  summary: "counts up and down",
  value: total,
  operations: {
    increment: adds("[BY]", Number.MIN_SAFE_INTEGER, 1),
    decrement: adds("[BY]", Number.MIN_SAFE_INTEGER, -1),
  },
};

/**
 * Rights belong to nodes, so that a new incarnation goes on with those of the last one. A node whose state was restored
 * from an older copy does not know what it spent since, until a peer has told it.
 */
export const boundedCounter: Kind = {
  summary: "a quota that cannot be overspent, not even by nodes that do not hear of each other",
  value: async (bases, access) => {
    const { counter, nodes } = await bounded(bases, access);
    const rights = [...nodes].sort().map((node): [string, number] => [node, counter.rights(node)]);
    return { value: counter.value, rights: Object.fromEntries(rights) };
  },
  operations: {
    increment: {
      usage: "[BY]",
      plan: async (bases, values, access) => {
        const by = amountOf(values, 0);
        (await bounded(bases, access)).counter.increment(by);
        return [{ kind: "counter.add", object: granted(bases[0]), by }];
      },
    },
    decrement: {
      usage: "[BY]",
      plan: async (bases, values, access) => {
        const by = amountOf(values, 0);
        (await bounded(bases, access)).counter.decrement(by);
        return [{ kind: "counter.add", object: used(bases[0]), by }];
      },
    },
    transfer: {
      usage: "NODE BY",
      plan: async (bases, values, access) => {
        const [to, amount] = twoValues(values, "a node and how much it gets");
        const receiver = textOf(to, "node");
        const by = numberOf(amount, "amount");
        if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(receiver)) {
          throw new ObjectError("invalid-argument", "rights are given to a node, by its UUID");
        }
        (await bounded(bases, access)).counter.transfer(receiver, by);
        return [{ kind: "counter.add", object: part(given(bases[0]), receiver), by }];
      },
    },
  },
};

function adds(usage: string, least: number, sign: 1 | -1): Operation {
  return {
    usage,
    plan: ([object], values) => [{ kind: "counter.add", object, by: sign * amountOf(values, least) || 0 }],
  };
}

async function total(bases: Bases, access: Access): Promise<number> {
  const cells = await Promise.all(bases.map((base) => access.cells("counter", base)));
  return counterValue(cells.flat().map(({ sum }) => ({ seq: 1, sum })));
}

/** The counter as the container of the same name holds it, by nodes instead of logs. */
async function bounded(
  bases: Bases,
  access: Access,
): Promise<{ readonly counter: BoundedCounter; readonly nodes: ReadonlySet<string> }> {
  const nodes = new Set<string>();
  const sums = async (names: readonly string[]): Promise<CounterState> => {
    const byNode = new Map<string, number>();
    for (const name of names) {
      for (const { log, sum } of await access.cells("counter", name)) {
        nodes.add(nodeOf(log));
        byNode.set(nodeOf(log), (byNode.get(nodeOf(log)) ?? 0) + sum);
      }
    }
    return [...byNode].map(([node, sum]) => [node, { seq: 1, sum }] as const);
  };
  const receivers = new Map<string, string[]>();
  for (const base of bases) {
    for (const name of await access.below(given(base))) {
      const receiver = name.slice(given(base).length + 1);
      nodes.add(receiver);
      receivers.set(receiver, [...(receivers.get(receiver) ?? []), name]);
    }
  }
  const gifts: [string, CounterState][] = [];
  for (const [receiver, names] of receivers) gifts.push([receiver, await sums(names)]);
  const counter = new BoundedCounter(access.node);
  counter.merge({ granted: await sums(bases.map(granted)), used: await sums(bases.map(used)), given: gifts });
  return { counter, nodes };
}
