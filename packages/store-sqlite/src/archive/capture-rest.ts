import { disown } from "./disown.ts";
import { isForeign, readMarker, settle } from "./marker.ts";
import type { OpenArchive } from "./open-archive.ts";
import { isOutboxEmpty } from "./outbox.ts";

/** Takes what the application wrote last into a file to which nothing is to be written any more. */
export function captureRest({ db, tables, state, node, outbox, nonce }: OpenArchive): void {
  db.transaction(() => {
    if (!tables.isCurrent || isOutboxEmpty(db)) return;
    const marker = readMarker(db);
    if (isForeign(marker, node)) return;
    const isRewound = settle(db, state.nonces(), node) === "reconcile";
    disown(state, nonce());
    const { captured } = outbox.readAll();
    state.plan({ nonce: nonce(), captured: { ...captured, isRewound }, maxRows: 0, also: [] });
  }).deferred();
}
