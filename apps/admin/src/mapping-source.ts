import { describeMapping, type MapOptions, type MappingDocument } from "@jarvis-crdt/archive";
import { loadConfiguration } from "@jarvis-crdt/config";
import { openArchiveDatabase } from "@jarvis-crdt/store-sqlite";
import { defaultConfig } from "./default-config.ts";
import { misuse } from "./failure.ts";

interface Source {
  readonly archive?: string;
  readonly config?: string;
}

/** The mapping of an archive file; `change` may declare more than the configuration does. Changes nothing. */
export function readMapping(
  { archive, config }: Source,
  change: (options: MapOptions) => MapOptions = (options) => options,
): MappingDocument {
  const file = config ?? (archive === undefined ? defaultConfig() : undefined);
  if (archive === undefined && file === undefined) {
    throw misuse(
      "name the archive: --config FILE or --archive FILE; JARVIS_CONFIG may name the configuration",
    );
  }
  const configuration = file === undefined ? undefined : loadConfiguration(file);
  const options: MapOptions = configuration
    ? { operations: configuration.archive.operations, tables: configuration.tables }
    : {};
  const db = openArchiveDatabase(archive ?? configuration!.archive.path, { readonly: true, busyMs: 5_000 });
  try {
    return describeMapping(db, change(options));
  } finally {
    db.close();
  }
}
