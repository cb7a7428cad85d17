import { randomBytes } from "node:crypto";
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import type { Compressor } from "@jarvis-crdt/batch";
import type { NodeId } from "@jarvis-crdt/crdt";
import { ArchiveFile } from "../archive/archive-file.ts";
import { ArchiveLoop } from "../archive/archive-loop.ts";
import { type ArchiveDatabase, openArchiveDatabase } from "../archive/database.ts";
import type { Exchange } from "../archive/exchange.ts";
import type { TableMapping } from "../mapping.ts";
import { RemoteState, type StateSignals } from "./remote-state.ts";

export interface ArchiveWorkerData {
  readonly path: string;
  readonly node: NodeId;
  readonly port: MessagePort;
  readonly signals: StateSignals;
}

export type ToArchive =
  | { readonly say: "wake" }
  | { readonly say: "stop" }
  | { readonly say: "drain"; readonly ticket: number };

export type FromArchive =
  | { readonly say: "opened" }
  | { readonly say: "exchange"; readonly exchange: Exchange }
  | { readonly say: "drained"; readonly ticket: number; readonly failure: string | undefined }
  | {
      readonly say: "error";
      readonly code: string | undefined;
      readonly message: string;
      /** The archive could not be opened at all. */
      readonly atOpening: boolean;
    };

/**
 * The whole life of an archive's thread: opens the file, keeps it and the state together, ends when told to. A script
 * that is started as a worker by `ArchiveThread` calls it with how the tables of the file replicate.
 */
export function runArchiveWorker(
  mapTables: (db: ArchiveDatabase) => readonly TableMapping[],
  compressor: Compressor,
): void {
  const parent = parentPort;
  if (!parent) throw new Error("an archive worker runs as a worker thread");
  const tell = (message: FromArchive): void => parent.postMessage(message);
  const { path, node, port, signals } = workerData as ArchiveWorkerData;
  let file: ArchiveFile;
  try {
    file = open(path, node, new RemoteState(port, signals, compressor), mapTables);
  } catch (error) {
    tell(failure(error, true));
    port.close();
    parent.close();
    return;
  }
  const loop = new ArchiveLoop(file, {
    onExchange: (exchange) => {
      if (exchange.outcome === "done") tell({ say: "exchange", exchange });
    },
    onError: (error) => tell(failure(error, false)),
  });
  parent.on("message", (message: ToArchive) => {
    if (message.say === "wake") loop.wake();
    else if (message.say === "stop") {
      loop.stop();
      file.close();
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

function open(
  path: string,
  node: NodeId,
  state: RemoteState,
  mapTables: (db: ArchiveDatabase) => readonly TableMapping[],
): ArchiveFile {
  const db = openArchiveDatabase(path, { busyMs: 5000 });
  let mappings: readonly TableMapping[];
  try {
    mappings = mapTables(db);
  } finally {
    db.close();
  }
  return ArchiveFile.open({
    path,
    mappings,
    state,
    node,
    now: () => Date.now(),
    random: (n) => randomBytes(n),
  });
}

function failure(error: unknown, atOpening: boolean): FromArchive {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const code = (error as { code?: unknown }).code;
  if (typeof code === "string") return { say: "error", code, message, atOpening };
  return { say: "error", code: undefined, message: stack ?? message, atOpening };
}
