import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type DiskEvent, readRecord } from "./disk-record.ts";
import { losePower } from "./power-loss.ts";

const folder = mkdtempSync(join(tmpdir(), "power-loss-"));
afterAll(() => rmSync(folder, { recursive: true }));

const hex = (text: string) =>
  [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`).join("");

test("a record tells of writes, syncs and names, also where calls of threads cross, and leaves out what failed", () => {
  const trace = join(folder, "trace");
  const path = hex("/home/db");
  const lines = [
    `11 openat(AT_FDCWD</>, "${hex("/home/new")}", O_WRONLY|O_CREAT|O_TRUNC, 0600) = 4<${hex("/home/new")}>`,
    `11 pwrite64(3<${path}>, "${hex("page")}", 4, 4096 <unfinished ...>`,
    `12 write(1<pipe:[5]>, "${hex("ack row 1\n")}", 10) = 10`,
    "11 <... pwrite64 resumed>) = 4",
    `11 fsync(3<${path}>) = 0`,
    `11 fsync(3<${path}>) = -1 EIO (Input/output error)`,
    `11 pwrite64(3<${hex("/elsewhere/db")}>, "${hex("page")}", 4, 0) = 4`,
    `11 rename("${hex("/home/new")}", "${hex("/home/fence")}") = 0`,
    `11 unlink("${path}") = 0`,
  ];
  writeFileSync(trace, lines.join("\n"));
  const bytes = Buffer.from("page");
  expect(readRecord(trace, "/home")).toEqual([
    { do: "empty", path: "/home/new" },
    { do: "say", text: "ack row 1\n" },
    { do: "write", path: "/home/db", at: 4096, bytes },
    { do: "sync", path: "/home/db" },
    { do: "move", path: "/home/new", to: "/home/fence" },
    { do: "remove", path: "/home/db" },
  ]);
});

test("what was synced stays, what was not goes or stays by chance, and names change", () => {
  const path = join(folder, "files", "db");
  const write = (at: number, text: string): DiskEvent => ({
    do: "write",
    path,
    at,
    bytes: Buffer.from(text),
  });
  const events: DiskEvent[] = [
    write(0, "one"),
    { do: "sync", path },
    write(3, "two"),
    { do: "move", path, to: `${path}2` },
  ];
  const after = (chance: () => number) => {
    rmSync(join(folder, "files"), { recursive: true, force: true });
    const home = mkdtempSync(join(folder, "home-"));
    const there = events.map((event) =>
      "path" in event
        ? { ...event, path: join(home, "db"), ...("to" in event ? { to: join(home, "moved") } : {}) }
        : event,
    );
    losePower(home, there as DiskEvent[], events.length, chance);
    return readdirSync(home).map((name) => [name, readFileSync(join(home, name), "utf8")]);
  };
  expect(after(() => 0)).toEqual([["moved", "one"]]);
  expect(after(() => 1)).toEqual([["moved", "onetwo"]]);
});
