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
    ["rows: 1000 of 2400 (41 %)", "rows: 1100 of 2400 (45 %)", "rows: 1200 of 2400 (50 %)", ""]
      .map((line) => `\r\u001b[K${line}`)
      .join(""),
  );
});

test("piped, a plain line comes at most every five seconds", () => {
  const { sink, progress } = watched(false);
  for (sink.clock = 0; sink.clock <= 7000; sink.clock += 100) progress.update("rows", sink.clock, 0);
  progress.end();
  expect(sink.text).toBe("rows: 1000 of 0\nrows: 6000 of 0\n");
});
