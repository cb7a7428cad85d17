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

it("leaves the disk alone for a while after an fsync, and everything that comes meanwhile shares one", async () => {
  writeFileSync(`${path}-wal`, "frames");
  const rests: (() => void)[] = [];
  const wal = new WalSync(path, (callback) => {
    rests.push(callback);
    return callback;
  });
  await wal.sync(60_000);
  expect(rests).toHaveLength(0);
  const spared = wal.sync(60_000);
  expect(wal.sync(60_000)).toBe(spared);
  expect(rests).toHaveLength(1);
  rests[0]!();
  await spared;
  await wal.close();
});

it("does not let wait who must not, nor a file that is closed", async () => {
  writeFileSync(`${path}-wal`, "frames");
  const wal = new WalSync(path);
  await wal.sync();
  const spared = wal.sync(60_000);
  await wal.sync();
  await spared;
  const last = wal.sync(60_000);
  await wal.close();
  await last;
});

it("takes the shortest of the pauses that calls during one want", async () => {
  writeFileSync(`${path}-wal`, "frames");
  const wal = new WalSync(path);
  await Promise.all([wal.sync(), wal.sync(60_000), wal.sync()]);
  await wal.close();
});
