import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DiskEvent } from "./disk-record.ts";
import { Image } from "./image.ts";

type Change = Extract<DiskEvent, { do: "write" | "append" | "truncate" | "empty" }>;

interface File {
  /** As it surely is after a loss of power. */
  readonly safe: Image;
  /** What may have come on the disk or not since. */
  pending: Change[];
}

type Names = ReadonlyMap<string, File>;

/** A disk sector: no write is torn within one. */
const sector = 512;

/** A number from 0 below `most`. */
export type Chance = (most: number) => number;

/** Nothing of what was done is lost: what a process leaves that is killed. */
export const nothingLost: Chance = (most) => most - 1;

/**
 * Turns the files of a folder into what a loss of power after the recorded events may leave of those that lay in `before`:
 * what was not synced is there, torn or gone, each by chance. Names change in order, and every sync keeps those before it,
 * as file systems with a journal do. Files are written in place and keep their inodes; folders within are left alone.
 */
export function losePower(
  folder: string,
  before: string,
  events: readonly DiskEvent[],
  chance: Chance,
): void {
  const possible = play(filesOf(before, folder), events);
  const names = possible[chance(possible.length)]!;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (statSync(path).isFile() && !names.has(path)) rmSync(path);
  }
  for (const [path, { safe, pending }] of names) {
    for (const change of pending) if (chance(3) > 0) make(safe, torn(change, chance));
    writeFileSync(path, safe.bytes);
  }
}

/** Files that lie in `before`, under the names that they have in `folder`. */
function filesOf(before: string, folder: string): Map<string, File> {
  const files = new Map<string, File>();
  for (const name of readdirSync(before)) {
    const path = join(before, name);
    if (statSync(path).isFile())
      files.set(join(folder, name), { safe: new Image(readFileSync(path)), pending: [] });
  }
  return files;
}

/** All the ways in which the names of files may be on the disk after these events: as of the last sync, or later. */
function play(files: Map<string, File>, events: readonly DiskEvent[]): readonly Names[] {
  let possible: Names[] = [new Map(files)];
  for (const event of events) {
    if (event.do === "say") continue;
    if (event.do === "sync") {
      const file = files.get(event.path);
      if (file !== undefined) {
        for (const change of file.pending) make(file.safe, change);
        file.pending = [];
      }
      possible = [new Map(files)];
    } else if (apply(files, event)) possible.push(new Map(files));
  }
  return possible;
}

/** Returns whether it changed a name. */
function apply(files: Map<string, File>, event: Exclude<DiskEvent, { do: "say" | "sync" }>): boolean {
  const known = files.get(event.path);
  const file = known ?? { safe: new Image(), pending: [] };
  if (event.do === "remove") return files.delete(event.path);
  if (event.do === "move") {
    files.delete(event.path);
    files.set(event.to, file);
    return true;
  }
  file.pending.push(event);
  files.set(event.path, file);
  return known === undefined;
}

function make(image: Image, change: Change): void {
  if (change.do === "empty") image.resize(0);
  else if (change.do === "truncate") image.resize(change.size);
  else image.write(change.do === "append" ? image.size : change.at, change.bytes);
}

/** A write that the loss of power cut: some of its first sectors are there. */
function torn(change: Change, chance: Chance): Change {
  if (!("bytes" in change) || chance(4) > 0) return change;
  const sectors = Math.ceil(change.bytes.length / sector);
  return { ...change, bytes: change.bytes.subarray(0, chance(sectors + 1) * sector) };
}
