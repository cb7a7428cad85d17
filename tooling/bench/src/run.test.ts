import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Measured } from "./report.ts";
import { run } from "./run.ts";
import type { Subject, Task } from "./subject.ts";

const folder = mkdtempSync(join(tmpdir(), "bench-run-"));
afterAll(() => rmSync(folder, { recursive: true }));

const silent = { began: () => undefined, ended: () => undefined };

function subject(name: string, measure: (task: Task) => object, mostRows?: number): Subject {
  return {
    name,
    title: name,
    group: "peers",
    ...(mostRows === undefined ? {} : { mostRows }),
    measure: async (task) => measure(task),
  };
}

async function measured(subjects: readonly Subject[]) {
  const sizes = [
    { rows: 10, rounds: 2 },
    { rows: 20, rounds: 1 },
  ];
  const options = { sizes, seed: 5, subjects, folder, out: folder, json: undefined };
  const all: Measured[] = [];
  for await (const one of run(options, silent)) all.push(one);
  return all;
}

test("everything in turn; a round has rows of its own, and all the same ones", async () => {
  const seeds: string[] = [];
  const note = (name: string) =>
    subject(name, ({ rows, seed }) => ({ noted: seeds.push(`${name} ${rows} ${seed}`) }));
  await measured([note("a"), note("b")]);
  expect(seeds).toEqual(["a 10 5", "b 10 5", "a 10 6", "b 10 6", "a 20 5", "b 20 5"]);
});

test("what fails is noted and not tried again; nobody is asked for more rows than he bears, or fewer", async () => {
  const all = await measured([
    subject("broken", () => {
      throw new Error("wrong digest");
    }),
    subject("small", () => ({}), 10),
    { ...subject("large", () => ({})), leastRows: 20 },
  ]);
  expect(all.map(({ subject: { name }, rows, outcome }) => [name, rows, "error" in outcome])).toEqual([
    ["broken", 10, true],
    ["small", 10, false],
    ["small", 10, false],
    ["large", 20, false],
  ]);
});

test("each has an empty folder, of which nothing remains", async () => {
  const folders = new Set<string>();
  await measured([
    subject("writer", (task) => {
      expect(readdirSync(task.folder)).toEqual([]);
      writeFileSync(join(task.folder, "file"), "x");
      folders.add(task.folder);
      return {};
    }),
  ]);
  expect(folders.size).toBe(3);
  for (const one of folders) expect(existsSync(one)).toBe(false);
});
