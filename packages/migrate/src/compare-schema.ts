import type { ArchiveDatabase } from "@jarvis-crdt/store-sqlite";
import { legacy } from "./difference.ts";
import { withoutStampColumns } from "./stamp-text.ts";

const settings = ["page_size", "auto_vacuum", "user_version", "application_id", "encoding"];

/** What is not as in the attached backup: settings that the file keeps, and the text of every object, but for what adopting adds. */
export function compareSchema(db: ArchiveDatabase, adopted: boolean): string[] {
  const findings = settings.flatMap((name) => {
    const [now, before] = ["main", legacy].map((schema) => db.pragma(`${schema}.${name}`, { simple: true }));
    return now === before ? [] : [`${name} was ${String(before)} and is ${String(now)}`];
  });
  const rows = db
    .prepare(
      `SELECT b.type,b.name,b.sql AS before,a.name IS NULL AS gone,a.sql AS now FROM ${legacy}.sqlite_schema b
       LEFT JOIN main.sqlite_schema a ON a.type=b.type AND a.name=b.name ORDER BY b.rowid`,
    )
    .all() as { type: string; name: string; before: string | null; now: string | null; gone: number }[];
  for (const { type, name, before, now, gone } of rows) {
    const said = `${type} ${JSON.stringify(name.slice(0, 80))}`;
    if (gone === 1) findings.push(`${said} is gone`);
    else if (now !== before && !(adopted && now !== null && withoutStampColumns(now) === before)) {
      findings.push(`the text of ${said} changed`);
    }
  }
  return findings;
}
