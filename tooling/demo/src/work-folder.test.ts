import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { UsageError } from "./options.ts";
import { openWorkFolder } from "./work-folder.ts";

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "work-folder-"));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

it("removes a temporary folder, unless it is to be kept", () => {
  const folder = openWorkFolder({ data: undefined, keep: false });
  writeFileSync(join(folder.path, "x"), "");
  folder.leave(true);
  expect(existsSync(folder.path)).toBe(false);

  const kept = openWorkFolder({ data: undefined, keep: true });
  kept.leave(true);
  expect(existsSync(kept.path)).toBe(true);
  rmSync(kept.path, { recursive: true });
});

it("leaves a named folder when finished, and nothing half-written otherwise", () => {
  const data = join(base, "new");
  const folder = openWorkFolder({ data, keep: false });
  mkdirSync(join(data, "node1"));
  folder.leave(false);
  expect(existsSync(data)).toBe(false);

  mkdirSync(data);
  const again = openWorkFolder({ data, keep: false });
  mkdirSync(join(data, "node1"));
  again.leave(false);
  expect(readdirSync(data)).toEqual([]);

  const done = openWorkFolder({ data, keep: false });
  writeFileSync(join(data, "report.json"), "{}");
  done.leave(true);
  expect(readdirSync(data)).toEqual(["report.json"]);
});

it("goes on where a demonstration finished, and never removes it", () => {
  writeFileSync(join(base, "report.json"), "{}");
  const folder = openWorkFolder({ data: base, keep: false });
  expect(folder.resumed).toBe(true);
  folder.leave(false);
  expect(existsSync(join(base, "report.json"))).toBe(true);
});

it("refuses a folder that holds something else", () => {
  writeFileSync(join(base, "thesis.txt"), "");
  expect(() => openWorkFolder({ data: base, keep: false })).toThrow(UsageError);
  expect(readdirSync(base)).toEqual(["thesis.txt"]);
});
