import { openArchiveDatabase, readMarker, type StateCopy } from "@jarvis-crdt/store-sqlite";

/** Whether an archive carries the last plan that a state knows to be shown, or the one under way. */
export function isPaired(archive: string, state: StateCopy): boolean {
  const db = openArchiveDatabase(archive, { readonly: true });
  try {
    const isAdopted =
      db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'crdt_marker'").get() !== undefined;
    const nonce = isAdopted ? readMarker(db).nonce : null;
    return nonce !== null && state.nonces.includes(nonce);
  } finally {
    db.close();
  }
}
