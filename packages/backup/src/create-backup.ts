import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { StateCopy } from "@jarvis-crdt/store-sqlite";
import { BackupError } from "./backup-error.ts";
import { copyDatabase } from "./copy-database.ts";
import { asSpaceError, flush, hashFile, requireSpace, writeDurable } from "./durable.ts";
import { type Manifest, manifestSchema } from "./manifest.ts";
import { backupName, isPartialName, manifestFile, partialName, timeOfName } from "./names.ts";
import { isPaired } from "./pairing.ts";
import { type KeyFiles, sealKeys } from "./seal-keys.ts";

/** How far a step of `createBackup` is. */
export interface BackupProgress {
  readonly step: "copy the archive" | "copy the state" | "read the copies";
  /** Pages or bytes. */
  readonly done: number;
  readonly total: number;
}

/** What to copy, where to, and who says so: paths of files and folders, the program's version, clock and randomness. */
export interface CreateOptions {
  readonly archive: string;
  readonly state: string;
  /** Backups lie in it, each in a folder of its own; made where it is missing. */
  readonly folder: string;
  readonly program: string;
  readonly now: () => number;
  readonly random: (bytes: number) => Uint8Array;
  /** Certificate and key, and what encrypts them. */
  readonly keys?: { readonly folder: string; readonly passphrase: string } | undefined;
  readonly onProgress?: (progress: BackupProgress) => void;
  readonly signal?: AbortSignal | undefined;
}

/** A backup that is whole: its folder, and what its manifest says. */
export interface Backup {
  readonly path: string;
  readonly manifest: Manifest;
}

/** The files of an identity. */
const keyNames = ["node.pem", "node.key", "ca.pem"];
/** What a killed run left is somebody's who still runs, for so long. */
const abandonedMs = 86_400_000;

/**
 * Copies an archive and then its state, while both are in use: everything that the archive shows, the state knows. The
 * backup has its name once it is whole and durable; interrupted, without room or killed, it leaves nothing that looks like
 * one.
 *
 * @throws BackupError `no-space`, `busy`, `interrupted`, `passphrase`
 */
export async function createBackup(options: CreateOptions): Promise<Backup> {
  const { archive, state, folder, now, random, keys, onProgress, signal } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  removeAbandoned(folder, now());
  requireSpace(folder, sizeOf(archive) + sizeOf(state));
  const sealed = keys && sealKeys(readKeys(keys.folder), keys.passphrase);
  const name = backupName(now(), random(4));
  const partial = join(folder, partialName(name));
  mkdirSync(partial, { mode: 0o700 });
  try {
    const at = (file: string) => join(partial, file);
    const copy = (step: BackupProgress["step"], from: string, to: string) =>
      copyDatabase(from, to, { onPages: (done, total) => onProgress?.({ step, done, total }), signal });
    const journalMode = await copy("copy the archive", archive, at("archive.db"));
    await copy("copy the state", state, at("state.db"));
    if (sealed) writeDurable(at("keys.sealed"), sealed);

    const total = statSync(at("archive.db")).size + statSync(at("state.db")).size;
    let done = 0;
    const describe = async <Name extends string>(file: Name) => ({
      name: file,
      bytes: statSync(at(file)).size,
      sha256: await hashFile(at(file), (bytes) => {
        if (signal?.aborted) throw new BackupError("interrupted", "interrupted; nothing was changed");
        done += bytes;
        onProgress?.({ step: "read the copies", done, total });
      }),
    });
    using facts = new StateCopy(at("state.db"));
    const manifest: Manifest = manifestSchema.parse({
      format: "jarvis-crdt backup 1",
      created: new Date(now()).toISOString(),
      program: options.program,
      node: facts.node ?? null,
      cluster: Buffer.from(facts.cluster ?? []).toString("hex"),
      archive: { ...(await describe("archive.db")), journal_mode: journalMode },
      state: await describe("state.db"),
      keys: sealed ? await describe("keys.sealed") : null,
      paired: isPaired(at("archive.db"), facts),
      rows: facts.counts.rows,
      operations: facts.counts.operations,
      frontier: Object.fromEntries(facts.frontier),
    });
    writeDurable(at(manifestFile), `${JSON.stringify(manifest, null, 2)}\n`);
    flush(partial);
    const path = join(folder, name);
    renameSync(partial, path);
    flush(folder);
    return { path, manifest };
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw asSpaceError(error, folder);
  }
}

function readKeys(folder: string): KeyFiles {
  return new Map(keyNames.map((name) => [name, readFileSync(join(folder, name))]));
}

function removeAbandoned(folder: string, now: number): void {
  for (const name of readdirSync(folder)) {
    if (isPartialName(name) && now - timeOfName(name.slice(name.indexOf("-") + 1)) > abandonedMs)
      rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function sizeOf(path: string): number {
  const wal = statSync(`${path}-wal`, { throwIfNoEntry: false });
  return statSync(path).size + (wal?.size ?? 0);
}
