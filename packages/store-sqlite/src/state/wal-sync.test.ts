import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { WalSync } from "./wal-sync.ts";

const folder = mkdtempSync(join(tmpdir(), "wal-sync-"));
const path = join(folder, "state.db");
afterEach(() => rmSync(`${path}-wal`, { force: true }));

it("lets calls that come during one share the next", async () => {
  writeFileSync(`${path}-wal`, "frames");
  const wal = new WalSync(path);
  const order: string[] = [];
  const first = wal.sync().then(() => order.push("first"));
  const second = wal.sync();
  const third = wal.sync();
  expect(third).toBe(second);
  await Promise.all([first, second.then(() => order.push("second"))]);
  expect(order).toEqual(["first", "second"]);
  await wal.close();
});

it("goes on failing once it failed: what was not written then may never be", async () => {
  const wal = new WalSync(path);
  await expect(wal.sync()).rejects.toThrow("ENOENT");
  writeFileSync(`${path}-wal`, "frames");
  await expect(wal.sync()).rejects.toThrow("ENOENT");
  await wal.close();
});
