import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DiskEvent } from "./disk-record.ts";

type Change = Extract<DiskEvent, { do: "write" | "append" | "truncate" | "empty" }>;

interface File {
  /** As it surely is after a loss of power. */
  safe: Uint8Array;
  /** What may have come on the disk or not since. */
  pending: Change[];
}

/** A disk sector: no write is torn within one. */
const sector = 512;

/** A number from 0 below `most`. */
export type Chance = (most: number) => number;

/**
 * Turns the files of a folder, as they were before the recorded events, into what a loss of power after the first `count` of
 * them may leave: what was not synced is there, torn or gone, each by chance; names change in order, as a journal keeps them.
 */
export function losePower(folder: string, events: readonly DiskEvent[], count: number, chance: Chance): void {
  const files = new Map<string, File>();
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isFile()) files.set(path, { safe: readFileSync(path), pending: [] });
  }
  for (const event of events.slice(0, count)) apply(files, event);
  for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true });
  for (const [path, { safe, pending }] of files) {
    let image = safe;
    for (const change of pending) if (chance(3) > 0) image = changed(image, torn(change, chance));
    writeFileSync(path, image);
    if (!existsSync(path)) throw new Error(`${path} was not written`);
  }
}

function apply(files: Map<string, File>, event: DiskEvent): void {
  if (event.do === "say") return;
  const file = files.get(event.path) ?? { safe: new Uint8Array(0), pending: [] };
  switch (event.do) {
    case "sync":
      if (!files.has(event.path)) return;
      for (const change of file.pending) file.safe = changed(file.safe, change);
      file.pending = [];
      return;
    case "remove":
      files.delete(event.path);
      return;
    case "move":
      files.delete(event.path);
      files.set(event.to, file);
      return;
    default:
      file.pending.push(event);
      files.set(event.path, file);
  }
}

function changed(image: Uint8Array, change: Change): Uint8Array {
  if (change.do === "empty") return new Uint8Array(0);
  if (change.do === "truncate") return resized(image, change.size);
  const at = change.do === "append" ? image.length : change.at;
  const larger = resized(image, Math.max(image.length, at + change.bytes.length));
  larger.set(change.bytes, at);
  return larger;
}

function resized(image: Uint8Array, size: number): Uint8Array {
  const other = new Uint8Array(size);
  other.set(image.subarray(0, size));
  return other;
}

/** A write that the loss of power cut: some of its first sectors are there. */
function torn(change: Change, chance: Chance): Change {
  if (!("bytes" in change) || chance(4) > 0) return change;
  const sectors = Math.ceil(change.bytes.length / sector);
  return { ...change, bytes: change.bytes.subarray(0, chance(sectors + 1) * sector) };
}
