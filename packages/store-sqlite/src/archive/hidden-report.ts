import type { OpenArchive } from "./open-archive.ts";

type Parts = Pick<OpenArchive, "hidden" | "tables" | "state">;

/** Tells the state all rows that are hidden: it may have missed what a process did last that was killed. */
export function reportHidden({ hidden, tables, state }: Parts): void {
  const rows = hidden.list().map((row) => ({ ...row, table: tables.nameOf(row.table) }));
  state.unshown({ hidden: rows, shown: [], all: true });
}

/** Tells the state which rows were hidden or shown since it was last told. */
export function reportChanges({ hidden, tables, state }: Parts): void {
  const changes = hidden.changes();
  if (changes === undefined) return;
  state.unshown({
    hidden: changes.hidden.map((row) => ({ ...row, table: tables.nameOf(row.table) })),
    shown: changes.shown.map(({ table, uid }) => ({ table: tables.nameOf(table), uid })),
    all: false,
  });
}
