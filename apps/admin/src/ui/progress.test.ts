import { expect, test } from "vitest";
import { Progress } from "./progress.ts";

function watched(terminal: boolean) {
  const sink = {
    terminal,
    clock: 0,
    text: "",
    now: () => sink.clock,
    write: (text: string) => {
      sink.text += text;
    },
  };
  return { sink, progress: new Progress(sink) };
}

test("what takes less than a second is not told", () => {
  const { sink, progress } = watched(true);
  sink.clock = 999;
  progress.update("rows", 1, 2);
  progress.end();
  expect(sink.text).toBe("");
});

test("on a terminal one line is written over and cleared at the end", () => {
  const { sink, progress } = watched(true);
  for (sink.clock = 0; sink.clock <= 1200; sink.clock += 50) progress.update("rows", sink.clock, 2400);
  progress.end();
  expect(sink.text).toBe(
    [
      "rows: 1000 of 2400 (41 %), 1000/s, 2 s left",
      "rows: 1100 of 2400 (45 %), 1000/s, 2 s left",
      "rows: 1200 of 2400 (50 %), 1000/s, 2 s left",
      "",
    ]
      .map((line) => `\r\u001b[K${line}`)
      .join(""),
  );
});

test("piped, a plain line comes at most every five seconds", () => {
  const { sink, progress } = watched(false);
  for (sink.clock = 0; sink.clock <= 7000; sink.clock += 100) progress.update("rows", sink.clock, 9000);
  progress.end();
  expect(sink.text).toBe(
    "rows: 1000 of 9000 (11 %), 1000/s, 8 s left\nrows: 6000 of 9000 (66 %), 1000/s, 3 s left\n",
  );
});

test("each thing that is told of has its own pace, in words that fit", () => {
  const { sink, progress } = watched(false);
  progress.update("pages", 5, 10);
  sink.clock = 5000;
  progress.update("rows", 100, 10_000);
  sink.clock = 15_000;
  progress.update("rows", 200, 10_000);
  sink.clock = 25_000;
  progress.update("rows", 2300, 1_000_000);
  expect(sink.text.split("\n").slice(1, 3)).toEqual([
    "rows: 200 of 10000 (2 %), 10/s, 16 min 20 s left",
    "rows: 2300 of 1000000 (0 %), 110/s, 2 h 31 min left",
  ]);
});
