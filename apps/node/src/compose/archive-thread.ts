import { randomUUID } from "node:crypto";
import type { Configuration } from "@jarvis-crdt/config";
import {
  ArchiveThread,
  disown,
  type Exchange,
  isLogMixed,
  type SqliteStore,
  setLogAside,
} from "@jarvis-crdt/store-sqlite";
import type { Logger } from "pino";
import { workerFile } from "../worker-file.ts";
import { mapOptions } from "./archive-tables.ts";

/** Keeps archive and state together, in a thread of its own. */
export function openArchiveThread(
  configuration: Configuration,
  store: SqliteStore,
  logger: Logger,
): Promise<ArchiveThread> {
  return ArchiveThread.open({
    path: configuration.archive.path,
    mapping: mapOptions(configuration),
    node: store.node,
    state: store.state.archive,
    worker: workerFile("archive"),
    onExchange: (exchange) => {
      if ("otherWriter" in exchange && exchange.otherWriter === "now") store.spareDisk();
      tell(exchange, logger);
    },
    onError: (error) =>
      logger.error(
        error.code === undefined ? { err: error } : { code: error.code },
        `the archive cannot be kept up to date: ${error.message}`,
      ),
  });
}

/**
 * Whether the write-ahead log beside the archive may not be the file's own, as where a copy was put in its place after a kill. One
 * that is not is set aside. To be called before anybody opens the file.
 */
export function separateLog({ archive: { path } }: Configuration, logger: Logger): boolean {
  if (!isLogMixed(path)) return false;
  const aside = setLogAside(path);
  if (aside === undefined)
    logger.warn("the archive lacks what its write-ahead log holds; all of it is compared with the state");
  else
    logger.warn(
      { file: aside },
      `the write-ahead log beside the archive was of another file and is set aside as ${aside}; rows that the copy lacks come back from the state`,
    );
  return true;
}

/** Has the archive compared with the state, row by row, whatever its marker says. */
export function distrustArchive({ state }: SqliteStore): void {
  if (state.archive.nonces().confirmed !== undefined) disown(state.archive, randomUUID());
}

function tell(exchange: Exchange, logger: Logger): void {
  if (exchange.outcome !== "done" && exchange.outcome !== "captured") return;
  const { evicted, unreplicable, keyless, isSplit } = exchange;
  logger.debug(exchange, "archive exchange");
  if (evicted > 0) logger.info({ evicted }, "rows deleted by the application are hidden on this node");
  if (isSplit)
    logger.info(
      { rows: exchange.captured },
      "more than 64 MiB or 200,000 writes wait to be captured; peers may see a transaction of the application in parts",
    );
  if (keyless > 0)
    logger.warn({ keyless }, "rows stay on this node: a part of their key is NULL, or it is too long");
  for (const { table, key, bytes } of unreplicable)
    logger.warn({ table, key: String(key), bytes }, "a row is too large to replicate");
  if (exchange.outcome === "captured") return;
  const { refused, reconciled, adopted } = exchange;
  if (refused > 0)
    logger.warn({ refused }, "the archive refuses rows; they stay replicated and are tried again");
  if (reconciled)
    logger.warn(reconciled, "the archive was not the one that this node left, and is reconciled");
  if (reconciled && reconciled.leftovers > 0)
    logger.warn(
      { rows: reconciled.leftovers },
      "rows of the archive are in no log; they are adopted once this node is in sync with a peer, or started with network.enabled: false",
    );
  if (adopted) logger.info({ rows: adopted }, "rows of the archive that no log knew are adopted");
}
