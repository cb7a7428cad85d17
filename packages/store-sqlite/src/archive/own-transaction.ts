import type { Uid } from "@jarvis-crdt/crdt";
import { type ArchiveDatabase, isBusy } from "./database.ts";
import type { Fold } from "./fold.ts";
import type { Drain } from "./outbox.ts";
import { prepared } from "./statements.ts";

/** In journal mode `delete` a commit waits for every reader; a short second and third try spare the whole run. */
export function commitArchive(db: ArchiveDatabase): void {
  for (let tries = 1; ; tries++) {
    try {
      db.exec("COMMIT");
      return;
    } catch (error) {
      if (!isBusy(error) || tries === 3) throw error;
    }
  }
}

/** From here to `endWrites` the triggers pass over what is written. */
export function beginWrites(db: ArchiveDatabase): void {
  prepared(db, "UPDATE crdt_marker SET applying=1").run();
}

/** The end of our own writes in this transaction: the file carries the plan. */
export function endWrites(db: ArchiveDatabase, node: string, nonce: string | null, { entries }: Drain): void {
  prepared(db, "UPDATE crdt_marker SET node=?,nonce=?,trimmed_through=max(trimmed_through,?),applying=0").run(
    node,
    nonce,
    entries.at(-1)?.id ?? 0,
  );
}

/** Takes out of the outbox what the state has. */
export function trimOutbox(db: ArchiveDatabase, { entries, ahead = [] }: Drain): void {
  const first = entries[0];
  if (first === undefined) return;
  prepared(db, "DELETE FROM crdt_outbox WHERE id BETWEEN ? AND ?").run(first.id, entries.at(-1)!.id);
  for (const { id } of ahead) prepared(db, "DELETE FROM crdt_outbox WHERE id=?").run(id);
}

/** Rows of the state that the application has changed, moved or deleted. */
export function* changedBy({ ended, rows }: Fold): Iterable<Uid> {
  for (const { uid } of ended) yield uid;
  for (const { uid, fresh } of rows) if (fresh === undefined) yield uid;
}
