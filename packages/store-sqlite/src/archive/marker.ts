import type { ArchiveDatabase } from "./database.ts";

/** Which node shows its state in this file, and the last plan carried out. */
export interface Marker {
  readonly node: string | null;
  readonly nonce: string | null;
}

export function readMarker(db: ArchiveDatabase): Marker {
  const marker = db.prepare("SELECT node,nonce FROM crdt_marker").get() as Marker | undefined;
  return marker ?? { node: null, nonce: null };
}

export interface Nonces {
  readonly intended: string | undefined;
  readonly confirmed: string | undefined;
}

/**
 * Which of its plans a file carries: the intended one (`confirm` it), or the one before (`redo`: the next plan replaces
 * it). Anything else means that archive and state do not belong together: one of them was rewound, copied, exchanged
 * or lost, and RECONCILE has to bring them together.
 */
export function settle(marker: Marker, nonces: Nonces, node: string): "confirm" | "redo" | "reconcile" {
  if (isForeign(marker, node)) return "reconcile";
  const nonce = marker.nonce ?? undefined;
  if (nonce === nonces.confirmed) return "redo";
  return nonce !== undefined && nonce === nonces.intended ? "confirm" : "reconcile";
}

/** Whether the file was last used by another node. */
export function isForeign(marker: Marker, node: string): boolean {
  return marker.node !== null && marker.node !== node;
}
