import { readFileSync, realpathSync, renameSync, statSync, writeFileSync } from "node:fs";
import { parseDocument } from "yaml";
import { parseConfiguration } from "./load.ts";

/** What a configuration says about one table; absent: it says nothing. */
export interface TableEntry {
  readonly kind?: string | undefined;
  readonly key?: readonly string[] | undefined;
  readonly groups?: readonly (readonly string[])[] | undefined;
  readonly deletes?: string | undefined;
}

/** The text of a configuration with another declaration of a table, or none; comments and order stay. */
export function withTable(text: string, name: string, entry: TableEntry | undefined): string {
  const document = parseDocument(text);
  if (entry === undefined) {
    document.deleteIn(["tables", name]);
    if (Object.keys(document.toJS().tables ?? {}).length === 0) document.delete("tables");
  } else
    document.setIn(["tables", name], document.createNode(JSON.parse(JSON.stringify(entry)), { flow: true }));
  return document.toString({ lineWidth: 0 });
}

/** Changes a configuration file, or leaves it as it was. Throws a ConfigurationError where the change is a mistake. */
export function writeConfiguration(file: string, change: (text: string) => string): void {
  const path = realpathSync(file);
  const text = change(readFileSync(path, "utf8"));
  parseConfiguration(text, path);
  const draft = `${path}.new`;
  writeFileSync(draft, text, { mode: statSync(path).mode & 0o777, flush: true });
  renameSync(draft, path);
}
