import type { ArchiveDatabase } from "./database.ts";
import { ArchiveError } from "./error.ts";

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
 * it). Anything else means that archive and state do not belong together any more.
 *
 * @throws ArchiveError `reconcile-needed`
 */
export function settle(marker: Marker, nonces: Nonces, node: string): "confirm" | "redo" {
  if (marker.node !== null && marker.node !== node) {
    throw new ArchiveError(
      "reconcile-needed",
      `this archive was last used by node ${marker.node}, not by this node; join the cluster first, then reconcile the archive.`,
    );
  }
  const nonce = marker.nonce ?? undefined;
  if (nonce === nonces.confirmed) return "redo";
  if (nonce !== undefined && nonce === nonces.intended) return "confirm";
  const what =
    nonce === undefined || nonces.confirmed === undefined
      ? "the archive and the state file were not made for each other"
      : "the archive was rewound, copied or restored behind the node's back";
  throw new ArchiveError("reconcile-needed", `${what}; reconcile the archive with the state file.`);
}
