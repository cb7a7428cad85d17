import { describe, expect, test } from "vitest";
import { checkLaws, type LawStep, type LawSubject, LawViolation } from "./laws.ts";

describe("the kit finds", () => {
  const steps: LawStep[] = [
    { do: "mutate", at: 0, choice: 1 },
    { do: "mutate", at: 1, choice: 2 },
    { do: "mutate", at: 1, choice: 3 },
  ];
  const lawOf = (subject: LawSubject<unknown, unknown>): string => {
    try {
      checkLaws(subject, steps);
    } catch (error) {
      if (error instanceof LawViolation) return error.law;
      throw error;
    }
    return "none";
  };
  const cell = (merge: (mine: number, theirs: number) => number, honest = true) =>
    ({
      create: () => ({ n: 0 }),
      mutate: (one: { n: number }, choice: number) => {
        one.n += choice;
        return choice;
      },
      merge: (one: { n: number }, theirs: number) => {
        const before = one.n;
        one.n = merge(one.n, theirs);
        return honest ? one.n !== before : true;
      },
      state: (one: { n: number }) => one.n,
      view: (one: { n: number }) => one.n,
    }) as LawSubject<unknown, unknown>;

  test.each([
    ["a merge that takes the later", cell((_, theirs) => theirs), "commutative"],
    ["a merge that adds", cell((mine, theirs) => mine + theirs), "idempotent"],
    ["a merge that forgets", cell((mine) => mine), "a state says all"],
    ["deltas that are not enough", cell(Math.max), "deltas are the state"],
    ["a merge that always says changed", cell(Math.max, false), "merge says whether it changed"],
  ])("%s", (_, subject, law) => {
    expect(lawOf(subject)).toBe(law);
  });
});
