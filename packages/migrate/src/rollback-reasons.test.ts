import { expect, it } from "vitest";
import { rollbackReasons } from "./rollback-reasons.ts";

it.each([
  [{ healthScore: 85, testFailureRate: 0.05, syncFailureRate: 0.1, corruption: [], slowdown: 1.99 }, []],
  [{}, []],
  [{ healthScore: 84.9 }, ["the health score dropped to 84.9, below 85"]],
  [{ testFailureRate: 0.051 }, ["5.1 % of the tests fail, more than 5 %"]],
  [{ syncFailureRate: 0.5 }, ["50 % of the synchronisations fail, more than 10 %"]],
  [{ corruption: ["page 7", "page 8"] }, ["data are damaged: page 7"]],
  [{ slowdown: 2 }, ["the assistant is 2 times slower than before, 2 times or more"]],
])("%j gives %j", (measured, reasons) => expect(rollbackReasons(measured)).toEqual(reasons));

it("names every reason", () => {
  expect(
    rollbackReasons({
      healthScore: 0,
      testFailureRate: 1,
      syncFailureRate: 1,
      corruption: ["x"],
      slowdown: 9,
    }),
  ).toHaveLength(5);
});
