import type { Nonces, OutboxEntry } from "../state/state.ts";
import type { ArchiveDatabase } from "./database.ts";
import { prepared } from "./statements.ts";

/** Which node shows its state in this file, and the last plan carried out. */
export interface Marker {
  readonly node: string | null;
  readonly nonce: string | null;
}

/** Which plan of which node a file carries; both null where none has written it. */
export function readMarker(db: ArchiveDatabase): Marker {
  const marker = prepared(db, "SELECT node,nonce FROM crdt_marker").get() as Marker | undefined;
  return marker ?? { node: null, nonce: null };
}

/**
 * Which of its plans a file carries: the intended one (`confirm` it), or the one before (`redo`: the next plan replaces
 * it). Anything else means that archive and state do not belong together: one of them was rewound, copied, exchanged
 * or lost, and RECONCILE has to bring them together. So does a file that carries the plan before, but not what was
 * captured for the next: it is a copy. O(1).
 */
export function settle(
  db: ArchiveDatabase,
  { intended, confirmed, awaited }: Nonces,
  node: string,
): "confirm" | "redo" | "reconcile" {
  const marker = readMarker(db);
  if (isForeign(marker, node)) return "reconcile";
  const nonce = marker.nonce ?? undefined;
  if (nonce === confirmed) return awaited && !holds(db, awaited) ? "reconcile" : "redo";
  return nonce !== undefined && nonce === intended ? "confirm" : "reconcile";
}

function holds(db: ArchiveDatabase, { id, token }: OutboxEntry): boolean {
  const here = db.prepare("SELECT token FROM crdt_outbox WHERE id=?").pluck().get(id) as Buffer | undefined;
  return here !== undefined && Buffer.compare(here, token) === 0;
}

/** Whether the file was last used by another node. */
export function isForeign(marker: Marker, node: string): boolean {
  return marker.node !== null && marker.node !== node;
}
