import { describe, expect, test } from "vitest";
import { HybridClock, hlcEpoch } from "../hlc.ts";
import { testType } from "../testing/type-tests.ts";
import { GrowLog, type GrowLogState } from "./grow-log.ts";

describe("GrowLog", () => {
  testType<GrowLog<number>, GrowLogState<number>, { value: number; stamp: number }>({
    create: (node) => new GrowLog(node),
    mutate: (log, choice) => {
      const op = { value: choice, stamp: 1 + (choice % 5) };
      return [op, log.append(op.value, op.stamp)];
    },
    merge: (log, state) => log.merge(state),
    state: (log) => log.state,
    read: (log) => log.entries().map(({ dot, stamp, value }) => [dot.log, stamp, value]),
    meaning: (done) =>
      [...done]
        .sort((a, b) => a.op.stamp - b.op.stamp || (a.at < b.at ? -1 : a.at > b.at ? 1 : a.id - b.id))
        .map(({ at, op }) => [at, op.stamp, op.value]),
  });

  test("gives another what it lacks, and no more", () => {
    const [a, b] = [new GrowLog<string>("a"), new GrowLog<string>("b")];
    b.merge(a.append("one", 1));
    a.append("two", 2);
    const missing = [...a.since(b.context)];
    expect(missing.map(({ value }) => value)).toEqual(["two"]);
    expect([b.merge(missing), b.merge(missing), b.size]).toEqual([true, false, 2]);
  });

  test("a clock that observes what it reads puts an answer after its question", () => {
    let time = hlcEpoch + 5000;
    const [early, late] = [new HybridClock(() => time - 1000), new HybridClock(() => time)];
    const [a, b] = [new GrowLog<string>("a"), new GrowLog<string>("b")];
    const question = [...b.append("question", late.tick())];
    a.merge(question);
    early.observe(question[0]!.stamp as number);
    time += 1;
    b.merge(a.append("answer", early.tick()));
    expect([...b.values()]).toEqual(["question", "answer"]);
  });
});
