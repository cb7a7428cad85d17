import type { TableMapping } from "../mapping.ts";
import type { ArchiveDatabase } from "./database.ts";

interface Index {
  readonly name: string;
  readonly isUnique: number;
}

/**
 * The columns of a table's UNIQUE indexes, besides its key: rows that hold the same values there take each other's place.
 * An index on an expression is passed over.
 */
export function uniqueKeysOf(
  db: ArchiveDatabase,
  { name, key, keyColumns }: TableMapping,
): readonly (readonly string[])[] {
  const own = [...(keyColumns ?? [key])].sort().join();
  const indexes = db
    .prepare('SELECT name,"unique" AS isUnique FROM pragma_index_list(?) ORDER BY name')
    .all(name) as Index[];
  return indexes.flatMap((index) => {
    if (index.isUnique !== 1) return [];
    const columns = db
      .prepare("SELECT name FROM pragma_index_info(?) ORDER BY seqno")
      .pluck()
      .all(index.name) as (string | null)[];
    if (columns.some((column) => column === null)) return [];
    return [...columns].sort().join() === own ? [] : [columns as string[]];
  });
}
