import { asApp } from "./as-app.ts";
import type { TestNode } from "./node.ts";

/** What a small archive shows, by uid: columns of the state's row. Throws where a row has no identity. */
export function shownRows(node: TestNode): Map<string, unknown[]> {
  return asApp(node, (db) => {
    const rows = db
      .prepare(
        `SELECT lower(hex(uid)),body,loose,score,status,NULL FROM entries JOIN crdt_rows ON key=id AND tbl=1
         UNION ALL SELECT lower(hex(uid)),what,NULL,NULL,NULL,NULL FROM events JOIN crdt_rows ON key=id AND tbl=2`,
      )
      .raw()
      .all() as [string, ...unknown[]][];
    const total = db
      .prepare("SELECT (SELECT count(*) FROM entries)+(SELECT count(*) FROM events)")
      .pluck()
      .get();
    if (rows.length !== total) throw new Error(`${total} rows, of which ${rows.length} have an identity`);
    return new Map(rows.map(([uid, ...values]) => [uid, values]));
  });
}
