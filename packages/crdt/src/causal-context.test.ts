import fc from "fast-check";
import { expect, test } from "vitest";
import { CausalContext, type ContextJson } from "./causal-context.ts";
import { CrdtError } from "./error.ts";
import "./testing/seed.ts";

const dot = fc.record({ log: fc.constantFrom("a", "b"), seq: fc.integer({ min: 1, max: 12 }) });
const key = ({ log, seq }: { log: string; seq: number }) => `${log}${seq}`;

const action = fc.oneof(
  fc.record({ do: fc.constant("add" as const), dot }),
  fc.record({ do: fc.constant("run" as const), dot }),
  fc.record({ do: fc.constant("merge" as const), dots: fc.array(dot, { maxLength: 6 }) }),
);

test("is a set of dots", () => {
  fc.assert(
    fc.property(fc.array(action, { maxLength: 25 }), (actions) => {
      const context = new CausalContext();
      const model = new Set<string>();
      for (const one of actions) {
        const added =
          one.do === "merge"
            ? one.dots
            : one.do === "add"
              ? [one.dot]
              : Array.from({ length: one.dot.seq }, (_, i) => ({ log: one.dot.log, seq: i + 1 }));
        const isNew = added.some((each) => !model.has(key(each)));
        const changed =
          one.do === "merge"
            ? context.merge(CausalContext.of(one.dots))
            : one.do === "add"
              ? context.add(one.dot)
              : context.addRun(one.dot.log, one.dot.seq);
        expect(changed).toBe(isNew);
        for (const each of added) model.add(key(each));
        for (const log of ["a", "b"]) {
          let run = 0;
          while (model.has(`${log}${run + 1}`)) run++;
          expect(context.run(log)).toBe(run);
          for (let seq = 1; seq <= 14; seq++)
            expect(context.has({ log, seq })).toBe(model.has(`${log}${seq}`));
          const above = [...model].filter((each) => each.startsWith(log) && Number(each.slice(1)) > run);
          expect(context.cloud(log)).toEqual(
            above.map((each) => Number(each.slice(1))).sort((x, y) => x - y),
          );
        }
      }
      expect([...context.logs()].sort()).toEqual([...new Set([...model].map((each) => each[0]!))].sort());
      expect(CausalContext.fromJSON(JSON.parse(JSON.stringify(context)) as ContextJson).toJSON()).toEqual(
        context.toJSON(),
      );
      expect(context.clone().toJSON()).toEqual(context.toJSON());
    }),
    { numRuns: 300 },
  );
});

test("a run that jumps far costs nothing", () => {
  const context = CausalContext.of([{ log: "a", seq: 5 }]);
  context.addRun("a", Number.MAX_SAFE_INTEGER - 1);
  expect([context.run("a"), context.cloudSize]).toEqual([Number.MAX_SAFE_INTEGER - 1, 0]);
});

test("refuses JSON that is none of its own", () => {
  for (const json of [{ a: 1 }, { a: [-1] }, { a: [0, 0.5] }, { a: ["1"] }]) {
    expect(() => CausalContext.fromJSON(json as unknown as ContextJson)).toThrow(CrdtError);
  }
});
