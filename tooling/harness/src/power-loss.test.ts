import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type DiskEvent, readRecord } from "./disk-record.ts";
import { type Chance, losePower, nothingLost } from "./power-loss.ts";

const folder = mkdtempSync(join(tmpdir(), "power-loss-"));
afterAll(() => rmSync(folder, { recursive: true }));

const hex = (text: string) =>
  [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");

test("a record tells of writes, syncs and names, also where calls of threads cross, and leaves out what failed", () => {
  const trace = join(folder, "trace");
  const path = hex("/home/db");
  const lines = [
    `11 1000.000001 openat(AT_FDCWD</>, "${hex("/home/new")}", O_WRONLY|O_CREAT|O_TRUNC, 0600) = 4<${hex("/home/new")}>`,
    `11 1000.000002 pwrite64(3<${path}>, "${hex("page")}", 4, 4096 <unfinished ...>`,
    `12 1000.000003 write(1<pipe:[5]>, "${hex("ack row 1\n")}", 10) = 10`,
    "11 1000.000004 <... pwrite64 resumed>) = 4",
    `11 1000.000005 fsync(3<${path}>) = 0`,
    `11 1000.000006 fsync(3<${path}>) = -1 EIO (Input/output error)`,
    `11 1000.000007 pwrite64(3<${hex("/elsewhere/db")}>, "${hex("page")}", 4, 0) = 4`,
    `11 1000.000008 rename("${hex("/home/new")}", "${hex("/home/fence")}") = 0`,
    `11 1000.000010 unlink("${path}") = 0`,
  ];
  writeFileSync(trace, lines.join("\n"));
  const another = join(folder, "another trace");
  writeFileSync(another, `13 1000.000009 ftruncate(3<${path}>, 8192) = 0`);
  const bytes = Buffer.from("page");
  expect(readRecord([trace, another], "/home")).toEqual([
    { time: 1_000_000_001, do: "empty", path: "/home/new" },
    { time: 1_000_000_003, do: "say", text: "ack row 1\n" },
    { time: 1_000_000_004, do: "write", path: "/home/db", at: 4096, bytes },
    { time: 1_000_000_005, do: "sync", path: "/home/db" },
    { time: 1_000_000_008, do: "move", path: "/home/new", to: "/home/fence" },
    { time: 1_000_000_009, do: "truncate", path: "/home/db", size: 8192 },
    { time: 1_000_000_010, do: "remove", path: "/home/db" },
  ]);
});

const home = join(folder, "files");
const path = join(home, "db");
let time = 0;
const at = <T extends object>(deed: T) => ({ time: time++, ...deed });
const write = (offset: number, text: string) =>
  at({ do: "write" as const, path, at: offset, bytes: Buffer.from(text) });
const sync = () => at({ do: "sync" as const, path });

/** What is left of a folder that began with these files. */
function left(events: readonly DiskEvent[], chance: Chance, files: { readonly [name: string]: string } = {}) {
  const before = mkdtempSync(join(folder, "before-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(before, name), text);
  rmSync(home, { recursive: true, force: true });
  cpSync(before, home, { recursive: true });
  losePower(home, before, events, chance);
  return Object.fromEntries(readdirSync(home).map((name) => [name, readFileSync(join(home, name), "utf8")]));
}

test("what was synced stays, what was not goes or stays by chance", () => {
  const events = [write(0, "one"), sync(), write(3, "two")];
  expect(left(events, () => 0)).toEqual({ db: "one" });
  expect(left(events, nothingLost)).toEqual({ db: "onetwo" });
});

test("names change in order, and a sync keeps those before it", () => {
  const moved = at({ do: "move" as const, path, to: join(home, "moved") });
  const removed = at({ do: "remove" as const, path: join(home, "moved") });
  const files = { db: "zero" };
  expect(left([write(0, "one!"), sync(), moved, write(0, "two!"), removed], () => 0, files)).toEqual({
    db: "one!",
  });
  const second: Chance = (most) => (most === 4 ? 2 : most - 1);
  expect(left([write(0, "one!"), sync(), moved, write(0, "two!"), removed], second, files)).toEqual({
    db: "two!",
    moved: "one!",
  });
  expect(left([moved, removed, write(0, "two!")], nothingLost, files)).toEqual({ db: "two!" });
  expect(left([removed, moved, write(0, "two!"), sync()], () => 0, files)).toEqual({
    db: "two!",
    moved: "zero",
  });
});

test("a file that is there again keeps its inode", () => {
  mkdirSync(home, { recursive: true });
  writeFileSync(path, "as it was last");
  const before = mkdtempSync(join(folder, "before-"));
  const { ino } = statSync(path);
  losePower(home, before, [write(0, "first"), sync()], () => 0);
  expect([readFileSync(path, "utf8"), statSync(path).ino]).toEqual(["first", ino]);
});
