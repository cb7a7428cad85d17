import { randomBytes } from "node:crypto";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import type { Compressor, Hasher } from "@jarvis-crdt/batch";
import type { NodeId } from "@jarvis-crdt/crdt";
import { ArchiveFile } from "../archive/archive-file.ts";
import { ArchiveLoop } from "../archive/archive-loop.ts";
import { type ArchiveDatabase, openArchiveDatabase } from "../archive/database.ts";
import type { Exchange } from "../archive/exchange.ts";
import { FileWatch } from "../archive/file-watch.ts";
import { KeptArchive } from "../archive/kept-archive.ts";
import type { TableMapping } from "../mapping.ts";
import { RemoteState, type StateSignals } from "./remote-state.ts";

export interface ArchiveWorkerData {
  readonly path: string;
  readonly node: NodeId;
  readonly port: MessagePort;
  readonly signals: StateSignals;
  readonly mapping: unknown;
}

export type ToArchive =
  | { readonly say: "wake" }
  | { readonly say: "stop" }
  | { readonly say: "adopt" }
  | { readonly say: "drain"; readonly ticket: number };

export type FromArchive =
  | { readonly say: "opened" }
  | { readonly say: "exchange"; readonly exchange: Exchange }
  /** What the last error was about is over. */
  | { readonly say: "well" }
  | { readonly say: "drained"; readonly ticket: number; readonly failure: string | undefined }
  | {
      readonly say: "error";
      readonly code: string | undefined;
      readonly message: string;
      /** The archive could not be opened at all. */
      readonly atOpening: boolean;
    };

/** What an application's archive is, and what this process computes with. */
export interface ArchiveWork {
  /** How the tables of the file replicate; `options` is what the archive was opened with. */
  readonly mapTables: (db: ArchiveDatabase, options: unknown) => readonly TableMapping[];
  /** Makes an empty archive where there is no file, or one of 0 bytes. */
  readonly create: (path: string) => void;
  readonly compressor: Compressor;
  readonly hasher: Hasher;
}

/**
 * The whole life of an archive's thread: opens the file, keeps it and the state together, ends when told to. A script
 * that is started as a worker by `ArchiveThread` calls it.
 */
export function runArchiveWorker(work: ArchiveWork): void {
  const parent = parentPort;
  if (!parent) throw new Error("an archive worker runs as a worker thread");
  const tell = (message: FromArchive): void => parent.postMessage(message);
  const { path, node, port, signals, mapping } = workerData as ArchiveWorkerData;
  let archive: KeptArchive;
  try {
    const state = new RemoteState(port, signals, work.compressor);
    archive = keep({ path, node, signals, mapping }, state, work);
  } catch (error) {
    tell(failure(error, true));
    port.close();
    parent.close();
    return;
  }
  /** Said last, and still so: a file that cannot be used is looked at every second. */
  let said: string | undefined;
  const loop = new ArchiveLoop(archive, {
    watch: (written) => new FileWatch(path, written),
    onExchange: (exchange) => {
      Atomics.store(signals, 2, archive.leftovers);
      if (exchange.outcome === "busy") return;
      if (exchange.outcome !== "idle") tell({ say: "exchange", exchange });
      else if (said !== undefined) tell({ say: "well" });
      said = undefined;
    },
    onError: (error) => {
      const message = failure(error, false);
      if (message.message !== said) tell(message);
      said = message.message;
    },
  });
  parent.on("message", (message: ToArchive) => {
    if (message.say === "wake") loop.wake();
    else if (message.say === "adopt") {
      archive.adoptLeftovers();
      loop.wake();
    } else if (message.say === "stop") {
      loop.stop();
      archive.close();
      port.close();
      parent.close();
    } else {
      const { ticket } = message;
      loop.drain().then(
        () => tell({ say: "drained", ticket, failure: undefined }),
        (error: Error) => tell({ say: "drained", ticket, failure: error.message }),
      );
    }
  });
  loop.start();
  tell({ say: "opened" });
}

function keep(
  { path, node, signals, mapping }: Omit<ArchiveWorkerData, "port">,
  state: RemoteState,
  work: ArchiveWork,
): KeptArchive {
  const remap = (db: ArchiveDatabase) => work.mapTables(db, mapping);
  const mappings = readMappings(path, remap);
  const now = () => Date.now();
  return new KeptArchive({
    path,
    now,
    create: () => work.create(path),
    open: () =>
      ArchiveFile.open({
        path,
        mappings,
        remap,
        state,
        node,
        now,
        random: (n) => randomBytes(n),
        hasher: work.hasher,
        isEnding: () => Atomics.load(signals, 3) === 1,
      }),
  });
}

/** As the file was when the process began: what it lacks when it is opened anew is missing, not gone. */
function readMappings(
  path: string,
  map: (db: ArchiveDatabase) => readonly TableMapping[],
): readonly TableMapping[] {
  const db = openArchiveDatabase(path, { busyMs: 5000 });
  try {
    return map(db);
  } finally {
    db.close();
  }
}

function failure(error: unknown, atOpening: boolean): Extract<FromArchive, { say: "error" }> {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const code = (error as { code?: unknown }).code;
  if (typeof code === "string") return { say: "error", code, message, atOpening };
  return { say: "error", code: undefined, message: stack ?? message, atOpening };
}
