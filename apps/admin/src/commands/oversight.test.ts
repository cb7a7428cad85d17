import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fakeHttp, token } from "../../../node/src/testing/http.ts";
import { inProcess } from "../testing/run.ts";

const folder = mkdtempSync(join(tmpdir(), "jarvisctl-oversight-"));
let http: Awaited<ReturnType<typeof fakeHttp>>;
let node: readonly string[];

beforeAll(async () => {
  http = await fakeHttp();
  const url = await http.app.listen({ host: "127.0.0.1", port: 0 });
  writeFileSync(join(folder, "token"), token);
  node = ["--node", url, "--token-file", join(folder, "token")];
});
afterAll(async () => {
  await http.app.close();
  rmSync(folder, { recursive: true });
});

test("quarantine: what, why, and what one can do", async () => {
  const { code, out } = await inProcess("quarantine", "list", ...node);
  expect(code).toBe(0);
  expect(out).toContain('2 operations\tother-schema\tthere is no replicated table "notes" here');
  expect(out).toContain("a row of archive_entries, 3 tries\trefused\tCHECK constraint failed");
  const { items } = JSON.parse((await inProcess("quarantine", "list", ...node, "--json")).out);

  expect((await inProcess("quarantine", "list", ...node, "--limit", "1")).out).toContain(
    `There are more: --after ${items[0].id}`,
  );
  const absent = await inProcess("quarantine", "drop", items[0].id, "nonsense", ...node);
  expect(absent).toMatchObject({ code: 1, out: "" });
  expect(absent.err).toContain('nonsense is not listed here; "jarvisctl quarantine list" shows what is');
  const unasked = await inProcess("quarantine", "drop", items[0].id, ...node);
  expect(unasked).toMatchObject({ code: 2, out: "" });
  expect(unasked.err).toContain("add --yes");
  expect((await inProcess("quarantine", "drop", items[0].id, ...node, "--yes")).out).toBe(
    "1 hidden on this node.\n",
  );
  expect((await inProcess("quarantine", "list", ...node, "--dropped")).out).toContain(items[0].id);
  expect((await inProcess("quarantine", "drop", items[0].id, ...node, "--undo")).out).toBe(
    "1 listed again.\n",
  );
  expect((await inProcess("quarantine", "retry", ...node)).out).toBe(
    "1 transaction is interpreted now; the archive tries 2 rows again.\n",
  );
});

test("conflicts: list, show, restore", async () => {
  const id = "ab".repeat(16);
  expect((await inProcess("conflicts", "list", ...node)).out).toContain(
    `${id}\tarchive_entries/${"01".repeat(16)}\tverification\taaaaaaaa aaaaaaaa\tlast-writer-wins`,
  );
  const shown = (await inProcess("conflicts", "show", id, ...node)).out;
  expect(shown).toMatch(/0 \(shown\)\t\S+\t2026-01-02T03:04:05\.678Z\tok\n1\t\S+\tadopted\tbad/);
  expect(await inProcess("conflicts", "restore", id, ...node)).toMatchObject({ code: 2 });
  expect((await inProcess("conflicts", "restore", id, ...node, "--yes")).out).toContain(
    "operation 11 of this",
  );
  expect(
    (await inProcess("conflicts", "restore", id, "--write", "0", ...node, "--yes", "--json")).out,
  ).toContain('"seq":10');
  expect((await inProcess("conflicts", "list", "--records", ...node)).out).toContain("7\t2026-01-02");
  expect((await inProcess("conflicts", "show", "7", ...node)).out).toContain("concurrent-write");
  expect((await inProcess("conflicts", "restore", "7", ...node, "--yes")).out).toContain(
    "operation 12 of this",
  );
  expect(await inProcess("conflicts", "show", "00".repeat(16), ...node)).toMatchObject({ code: 1 });
});

test.each([
  [["conflicts", "show", "nonsense"]],
  [["conflicts", "restore", "7", "--write", "1", "--yes"]],
  [["conflicts", "restore", "ab".repeat(16), "--value", "1", "--yes"]],
  [["conflicts", "list", "--limit", "0"]],
  [["quarantine", "list", "--limit", "x"]],
])("%j is asked wrongly", async (args) => {
  expect(await inProcess(...args, ...node)).toMatchObject({ code: 2, out: "" });
});

test("voids: what does not count, and what became of it", async () => {
  const { code, out } = await inProcess("voids", ...node);
  expect(code).toBe(0);
  expect(out).toContain("00112233445566ff/7\t3\tits clock was ahead\tnot settled");
  const { voids } = JSON.parse((await inProcess("voids", ...node, "--json")).out);
  expect(voids).toMatchObject([{ from: 7, operations: 3, settled: false, reason: "clock-ahead" }]);
});

test("collection status: how far history may go, and who holds it back", async () => {
  const { code, out } = await inProcess("collection", "status", ...node);
  expect(code).toBe(0);
  expect(out).toContain("88888888-0000-4000-8000-000000000000\twriter");
  expect(out).toMatch(/00112233445566ff\t100\t60\t10\t5/);
  const { members } = JSON.parse((await inProcess("collection", "status", ...node, "--json")).out);
  expect(members).toMatchObject([{ waited_for: true, acknowledged_at: null, lacks_bytes: 4000 }]);
});

test("collection run: goes on until everything was looked at", async () => {
  const { out } = await inProcess("collection", "run", ...node, "--json");
  expect(JSON.parse(out)).toEqual({ acknowledged: true, batches: 8, operations: 80, bytes: 8000 });
  expect((await inProcess("collection", "run", ...node)).out).toContain("4 batches");
});
