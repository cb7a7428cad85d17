import { openArchiveDatabase } from "@jarvis-crdt/store-sqlite";
import { expect } from "vitest";
import { archivePath } from "./driven-store.ts";

/** The notes of a driven store, all of them and those that its peer did not write. The file is whole, no note is there twice, and none of its own that nobody tried to write. */
export function soundNotes(
  home: string,
  tried: ReadonlySet<string>,
  what: string,
): { readonly all: readonly string[]; readonly own: readonly string[] } {
  const db = openArchiveDatabase(archivePath(home), { readonly: true });
  const all = db.prepare("SELECT body FROM notes").pluck().all() as string[];
  expect(db.pragma("integrity_check", { simple: true }), what).toBe("ok");
  db.close();
  expect(all.length, `${what}: doubled`).toBe(new Set(all).size);
  const own = all.filter((body) => !body.startsWith("peer"));
  expect(
    own.filter((body) => !tried.has(body)),
    `${what}: made up`,
  ).toEqual([]);
  return { all, own };
}
