import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sameDot } from "../dot.ts";
import {
  type Action,
  honestHistory,
  hostileHistory,
  play,
  replicaCount,
  rotated,
} from "../testing/cell-histories.ts";
import { meaning } from "../testing/cell-meaning.ts";
import type { Replica } from "../testing/cell-replica.ts";
import { counterValue } from "./counter-cell.ts";
import { winner } from "./entry.ts";
import { joinRegisters } from "./register-cell.ts";
import { joinRows } from "./row-cell.ts";
import { joinSets } from "./set-cell.ts";
import "../testing/seed.ts";

describe.each([
  ["honest", honestHistory],
  ["hostile", hostileHistory],
] as const)("an %s history", (_, history: fc.Arbitrary<Action[]>) => {
  test("at any moment the state is the meaning of the interpreted operations", () => {
    fc.assert(
      fc.property(replicaCount, history, (count, actions) => {
        for (const replica of play(count, actions).replicas) {
          expect(replica.state).toEqual(meaning(replica.interpreted));
        }
      }),
      { numRuns: 400 },
    );
  });

  test("replicas with the same operations interpret the same ones and agree", () => {
    fc.assert(
      fc.property(replicaCount, history, fc.nat(), (count, actions, turn) => {
        const { replicas, all } = play(count, actions);
        replicas.forEach((replica, i) => {
          const order = rotated(i % 2 === 0 ? all : [...all].reverse(), turn * (i + 1));
          for (const written of order) replica.receive(written);
        });
        const first = replicas[0]!;
        expect(first.state).toEqual(meaning(first.interpreted));
        for (const replica of replicas) {
          expect(replica.state).toEqual(first.state);
          expect(replica.interpreted.length).toBe(first.interpreted.length);
        }
      }),
      { numRuns: 400 },
    );
  });

  test("the join of two states is the meaning of what either interpreted", () => {
    fc.assert(
      fc.property(replicaCount, history, (count, actions) => {
        const { replicas } = play(count, actions);
        const [a, b] = replicas as [Replica, Replica];
        const both = new Map([...a.interpreted, ...b.interpreted].map((one) => [one.operation, one]));
        const expected = meaning([...both.values()]);
        const { register, keyed, set, row } = expected;
        const x = a.state;
        const y = b.state;
        const saw = (cell: string) => [a.seen(cell), b.seen(cell)] as const;
        const [r1, r2] = saw("register");
        expect(joinRegisters(x.register, r1, y.register, r2)).toEqual(register);
        const [k1, k2] = saw("keyed");
        expect(joinRegisters(x.keyed, k1, y.keyed, k2)).toEqual(keyed);
        const [s1, s2] = saw("set");
        expect(joinSets(x.set, s1, y.set, s2)).toEqual(set);
        const [w1, w2] = saw("row");
        expect(joinRows(x.row, w1, y.row, w2)).toEqual(row);
        expect(joinRows(y.row, w2, x.row, w1)).toEqual(row);
      }),
      { numRuns: 400 },
    );
  });
});

test("an honest history interprets everything in the end", () => {
  fc.assert(
    fc.property(replicaCount, honestHistory, (count, actions) => {
      const { replicas, all } = play(count, actions);
      for (const replica of replicas) {
        for (const written of [...all].reverse()) replica.receive(written);
        expect(replica.interpreted.length).toBe(all.length);
      }
    }),
    { numRuns: 100 },
  );
});

test("a write is lost exactly where no one who removed it had seen it", () => {
  fc.assert(
    fc.property(replicaCount, honestHistory, (count, actions) => {
      const { replicas } = play(count, actions);
      for (const { interpreted, lost, state } of replicas) {
        for (const { dot, operation } of interpreted) {
          if (operation.kind !== "row.set") continue;
          const isLive =
            state.row?.groups[operation.group]?.some((entry) => sameDot(entry.dot, dot)) === true;
          const isNamed = interpreted.some(
            ({ operation: by }) =>
              (by.kind === "row.remove" && by.adds.some((one) => sameDot(one, dot))) ||
              (by.kind === "row.set" && by.seen.some((one) => sameDot(one, dot))),
          );
          const isLost = lost.some(({ entry }) => sameDot(entry.dot, dot));
          if (isLive) expect(isLost).toBe(false);
          else if (!isNamed) expect(isLost).toBe(true);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test("a read does not depend on the order of delivery", () => {
  fc.assert(
    fc.property(replicaCount, honestHistory, (count, actions) => {
      const { replicas, all } = play(count, actions);
      const [a, b] = replicas as [Replica, Replica];
      for (const written of all) a.receive(written);
      for (const written of [...all].reverse()) b.receive(written);
      expect(winner(a.state.register ?? [])).toEqual(winner(b.state.register ?? []));
      expect(counterValue(a.state.counter.values())).toBe(counterValue(b.state.counter.values()));
    }),
    { numRuns: 100 },
  );
});
