import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadConfiguration } from "@jarvis-crdt/config";
import { Lock, openArchiveDatabase } from "@jarvis-crdt/store-sqlite";
import { afterAll, beforeEach, expect, test } from "vitest";
import { insertRow, makeNode, runOnce } from "../testing/one-node.ts";
import { inProcess } from "../testing/run.ts";
import { examine } from "./examine.ts";

const root = mkdtempSync(join(tmpdir(), "doctor-"));
afterAll(() => rmSync(root, { recursive: true }));

const dayMs = 86_400_000;
let folders = 0;
let folder: string;
let config: string;
const at = (name: string) => join(folder, name);

beforeEach(async () => {
  folder = join(root, String(folders++));
  config = await makeNode(folder);
});

const insert = () => insertRow(folder);
const run = () => runOnce(folder);

function found(now = Date.now()): readonly string[] {
  return examine(loadConfiguration(config), now)
    .filter(({ level }) => level !== "good")
    .map(({ level, code }) => `${level} ${code}`);
}

/** What is so of every node that is stopped and was never backed up. */
const usual = ["note stopped", "note no-backup"];
const but = (...codes: string[]) => expect.arrayContaining([...codes, ...usual]);

test("a node in order is in order", async () => {
  expect(found()).toEqual(usual);
  const { code, out } = await inProcess("doctor", "--config", config);
  expect(code).toBe(0);
  expect(out).toContain("good     The last jarvisd closed its files: the next one continues its log.");
  expect(out).toContain("note     jarvisd does not run.");
  const { findings } = JSON.parse((await inProcess("doctor", "--config", config, "--json")).out);
  expect(findings).toContainEqual({
    code: "archive",
    level: "good",
    sentence: "Archive and state belong together.",
  });
  expect((await inProcess("doctor")).code).toBe(2);
});

test("whoever runs is named, and what is open to others is left alone", () => {
  const lock = Lock.take(at("state.db.lock"))!;
  const running = examine(loadConfiguration(config), Date.now()).find(({ code }) => code === "running");
  expect(running?.sentence).toContain(`process ${process.pid} has`);
  rmSync(at("state.db"));
  expect(found()).toContain("problem state-gone");
  lock.release();
});

test.each<[string, string, () => void]>([
  ["killed", "note fence-none", () => rmSync(at("fence"))],
  [
    "copied",
    "note fence-other-file",
    () => {
      copyFileSync(at("state.db"), at("copy"));
      renameSync(at("copy"), at("state.db"));
    },
  ],
  [
    "cloned",
    "warning fence-other-machine",
    () => edit("fence", (text) => text.replace(/^(clean \S+) \S+/, "$1 another")),
  ],
  [
    "state restored from an older copy",
    "note fence-other-batch",
    () => {
      const older = readFileSync(at("state.db"));
      insert();
      run();
      writeFileSync(at("state.db"), older);
    },
  ],
  ["fence damaged", "note fence-unreadable", () => writeFileSync(at("fence"), "what")],
  [
    "archive restored from an older copy",
    "note archive-replaced",
    () => {
      const older = readFileSync(at("archive.db"));
      insert();
      run();
      writeFileSync(at("archive.db"), older);
    },
  ],
  ["archive of another node", "warning archive-foreign", () => sql("UPDATE crdt_marker SET node='x'")],
  ["written while stopped", "note outbox", insert],
  ["archive gone", "note no-archive", () => rmSync(at("archive.db"))],
  ["archive damaged", "problem archive-damaged", () => writeFileSync(at("archive.db"), "no database at all")],
  ["archive empty", "note archive-empty", () => writeFileSync(at("archive.db"), "")],
  [
    "archive that SQLite cannot look into",
    "warning archive-unread",
    () => {
      sql("PRAGMA journal_mode = WAL");
      mkdirSync(at("archive.db-wal"));
    },
  ],
  ["state that SQLite cannot look into", "warning state-unread", () => mkdirSync(at("state.db-wal"))],
  ["archive not adopted", "note not-adopted", () => sql("DROP TABLE crdt_marker")],
  ["state gone", "note no-state", () => rmSync(at("state.db"))],
  ["state damaged", "problem state-damaged", () => flip("state.db")],
  ["key readable by others", "warning not-private", () => chmodSync(at("certs/node.key"), 0o644)],
  [
    "backup damaged",
    "problem backup-damaged",
    () => mkdirSync(at("backups/20260102T030405Z-00000000"), { recursive: true }),
  ],
])("%s: %s", (_what, code, happen) => {
  happen();
  expect(found()).toEqual(but(code));
  for (const { level, next } of examine(loadConfiguration(config), Date.now()))
    if (level === "problem" || level === "warning") expect(next).toBeTruthy();
});

test("a certificate that expires, and a clock that was set back", () => {
  expect(found(Date.now() - 3_600_000)).toEqual(but("warning clock"));
  expect(found(Date.now() + 10 * 365 * dayMs)).toEqual(but("problem cert-expired"));
  expect(found(Date.now() - dayMs)).toEqual(but("problem cert-not-yet"));
});

test("no certificate at all is said with what to do", async () => {
  rmSync(at("certs/node.pem"));
  expect(await inProcess("doctor", "--config", config)).toMatchObject({
    code: 1,
    out: expect.stringContaining("→ Put node.pem, node.key and ca.pem there"),
  });
});

function edit(name: string, change: (text: string) => string): void {
  writeFileSync(at(name), change(readFileSync(at(name), "utf8")));
}

function sql(text: string): void {
  const db = openArchiveDatabase(at("archive.db"));
  db.exec(text);
  db.close();
}

/** Damages the head of a page. */
function flip(name: string): void {
  const bytes = readFileSync(at(name));
  bytes.fill(0xff, 3 * 4096, 3 * 4096 + 64);
  writeFileSync(at(name), bytes);
}
