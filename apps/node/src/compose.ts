import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { extname } from "node:path";
import { createArchive, isRefused, type MapOptions, mapArchive, NewRows } from "@jarvis-crdt/archive";
import { type Configuration, hostPort } from "@jarvis-crdt/config";
import { nodeOf } from "@jarvis-crdt/crdt";
import { Objects, Replica, type SyncMode } from "@jarvis-crdt/replica";
import {
  compressor,
  createHandshakes,
  createSigner,
  hasher,
  type Identity,
  loadIdentity,
  loadTrust,
  type Trust,
  verifier,
  verifyCertificate,
} from "@jarvis-crdt/security";
import {
  type ArchiveDatabase,
  ArchiveThread,
  openArchiveDatabase,
  SqliteStore,
  type SyncRecord,
  schemaOf,
  type TableMapping,
  Upkeep,
  uidOfInsert,
  withDeclared,
} from "@jarvis-crdt/store-sqlite";
import { defaultBackoff, Peers, TransportError } from "@jarvis-crdt/transport";
import type { Logger } from "pino";
import { authorityOf } from "./compose/authority.ts";
import { BackgroundScrub } from "./compose/background-scrub.ts";
import { BackupSchedule } from "./compose/backup-schedule.ts";
import { CollectionDesk } from "./compose/collection-desk.ts";
import { ConflictDesk } from "./compose/conflict-desk.ts";
import { CurrentEntries } from "./compose/current-entries.ts";
import { logOperations, messageLogging, profiled } from "./compose/debugging.ts";
import { startDiscovery } from "./compose/discovery.ts";
import { Entries } from "./compose/entries.ts";
import { Evictions } from "./compose/evictions.ts";
import { JarvisNode } from "./compose/jarvis-node.ts";
import { Opened } from "./compose/opened.ts";
import { QuarantineDesk } from "./compose/quarantine-desk.ts";
import { RepairDesk } from "./compose/repair-desk.ts";
import { ReplicaLinks } from "./compose/replica-links.ts";
import { clockTrouble, diskTrouble, type Trouble, watchClock } from "./compose/troubles.ts";
import { takeArchive } from "./own-archive.ts";
import type { Compose } from "./service.ts";
import { StartError } from "./start-error.ts";
import { WhyDesk } from "./why/why-desk.ts";

const now = () => Date.now();
/** How often peers are asked again for batches that could not be judged when they came. */
const retryHeldMs = 5_000;
/** How often it is looked whether the time of a peer has come, where changes wait for it. */
const tickMs = 1_000;
const random = (bytes: number) => randomBytes(bytes);

/** Builds the node of a configuration. What it opened is closed again where a later part cannot be had. */
export const compose: Compose = async (configuration, logger) => {
  const opened = new Opened();
  try {
    const { identity, trust } = readIdentity(configuration, logger);
    const mappings = readArchive(configuration, (found) => found);
    warnOfTables(configuration, mappings, logger);
    const clocks = watchClock(now);
    const troubles = (): readonly Trouble[] =>
      [clockTrouble(clocks.verdict, now()), diskTrouble(store.failure, configuration.storage.path)].filter(
        (one) => one !== undefined,
      );
    const store: SqliteStore = new SqliteStore({
      path: configuration.storage.path,
      durability: configuration.storage.durability,
      node: identity.certificate.node,
      cluster: trust.clusterId,
      notBefore: identity.certificate.notBefore,
      now,
      random,
      refusal: () => clockTrouble(clocks.verdict, now())?.sentence,
      batchOperations: configuration.synchronization.batch_size,
      schema: schemaOf(mappings),
      onSchema: () => entries.renew(),
      signer: createSigner(identity),
      hasher,
      compressor,
    });
    opened.onClose(() => store.close());
    const hold = takeArchive(configuration.archive.path);
    opened.onClose(() => hold.release());
    const entries = new CurrentEntries(() => makeEntries(configuration, store));
    opened.onClose(() => entries.close());
    const upkeep = new Upkeep(store.state, {
      onError: (error) => logger.error({ err: error }, "the state file cannot be tidied"),
    });
    opened.onClose(() => upkeep.stop());
    const archive = await openArchiveThread(configuration, store, logger);
    opened.onClose(() => archive.close());
    opened.onClose(store.state.subscribe(() => archive.wake()));
    const replica = await Replica.open({
      store: profiled(store, configuration, logger),
      authority: authorityOf(trust),
      certificate: identity.certificate.der,
      hasher,
      verifier,
      compressor,
      now,
      turn: () => new Promise((resolve) => setImmediate(resolve)),
      limits: { window: configuration.synchronization.max_delta_size },
      mode: modeOf(configuration),
      priorities: configuration.synchronization.priorities,
      clock: {
        watch: clocks,
        onVerdict: (verdict) => {
          const trouble = clockTrouble(verdict, now());
          if (trouble)
            logger.error({ code: trouble.code, peers: verdict.peers }, `${trouble.sentence} ${trouble.next}`);
          else logger.info("the clock is not contradicted any more");
          archive.wake();
        },
        onFuture: () =>
          logger.warn(
            { code: "future-abandoned" },
            "what this node had stamped while its clock was ahead counts no more; it is written anew, under today's time",
          ),
      },
      ...messageLogging(configuration, logger),
      onProblem: (peer, code, message) => logger.warn({ peer, code }, message),
      onSynced: (peer) => {
        logger.info({ peer }, "in sync with what the peer had");
        archive.adoptLeftovers();
      },
      onHealed: (log) =>
        logger.warn(
          { log, code: "fork-healed" },
          "a log of this node was written twice; what it held is written anew",
        ),
      onRound: (peer, round) => recordRound(store, { peer, ...round }, logger),
    });
    logOperations(configuration, replica, store, logger);
    if (isAlone(configuration, store)) archive.adoptLeftovers();
    const links = new ReplicaLinks(replica, logger);
    const peers = configuration.network.enabled
      ? makePeers(configuration, identity, trust, links, logger)
      : undefined;
    const { network } = configuration;
    const listening = peers && (await startPeers(peers, network));
    opened.onClose(async () => peers?.close());
    if (peers && listening) {
      const { port } = listening;
      const discovery = startDiscovery({ network, clusterId: trust.clusterId, hints: peers, port, logger });
      opened.onClose(async () => discovery?.close());
    }
    opened.onClose(() => replica.close());
    const backups = makeBackups(configuration, store, logger);
    const repairs = new RepairDesk({ state: store.state, replica });
    const scrub = makeScrub(configuration, trust, repairs, logger);
    opened.onClose(async () => scrub?.stop());
    opened.onClose(async () => backups?.stop());
    const retry = setInterval(() => replica.retryHeld(), retryHeldMs);
    opened.onClose(() => clearInterval(retry));
    const tick = setInterval(() => replica.tick(), tickMs);
    opened.onClose(() => clearInterval(tick));
    const collection = new CollectionDesk({
      store,
      authority: authorityOf(trust),
      isOn: configuration.storage.collection,
      isQuiet: () => store.state.collection.isQuiet,
      undoMs: configuration.storage.undo_window,
      writes: identity.certificate.role !== "reader",
      leaseMs: configuration.storage.collection_lease,
      now,
      logger,
    });
    opened.onClose(() => collection.stop());
    const evictions = new Evictions(store.state, mappings);
    const quarantine = new QuarantineDesk(store.state.oversight, archive, configuration.archive.path);
    const { state } = store;
    return new JarvisNode({
      cluster: trust.cluster,
      store,
      evictions,
      oversight: store.state.oversight,
      quarantine,
      collection,
      why: new WhyDesk({
        store,
        state,
        archive,
        replica,
        peers,
        evictions,
        quarantine,
        startedAt: now(),
        troubles,
        isEager: configuration.synchronization.mode === "eager",
      }),
      objects: new Objects({ store, hasher, random }),
      conflicts: new ConflictDesk(store.state.oversight),
      repairs,
      ownLog: () => store.state.ownLog,
      troubles,
      archive,
      entries,
      replica,
      links,
      peers,
      peerAddress: listening && hostPort(listening.host, listening.port),
      close: () => opened.close(),
    });
  } catch (error) {
    await opened.close();
    throw error;
  }
};

function modeOf({ synchronization: { mode, priority, interval } }: Configuration): SyncMode {
  if (mode === "lazy") return { kind: mode, priority };
  if (mode === "scheduled") return { kind: mode, intervalMs: interval };
  return { kind: mode };
}

/** What was exchanged is exchanged, whether it can be written down or not. */
function recordRound({ state }: SqliteStore, round: SyncRecord, logger: Logger): void {
  try {
    state.recordSync(round);
  } catch (error) {
    logger.warn({ err: error, ...round }, "a line of sync_log could not be written");
  }
}

/** The node's identity, by the authorities of the configuration. An expired certificate still serves its own archive. */
function readIdentity(
  { security, node_id }: Configuration,
  logger: Logger,
): { identity: Identity; trust: Trust } {
  const identity = loadIdentity(security.node_certificates);
  const trust = loadTrust(security.trusted_ca);
  const { certificate } = identity;
  verifyCertificate(certificate.der, trust, { use: "author" });
  if (node_id !== "auto" && node_id !== certificate.node)
    throw new StartError(
      "identity-mismatch",
      `node_id is ${node_id}, the certificate in ${security.node_certificates} is of ${certificate.node}; correct one of them`,
    );
  if (now() >= certificate.notAfter)
    logger.error(
      { code: "cert-expired", until: new Date(certificate.notAfter).toISOString() },
      "this node's certificate has expired: no peer accepts it; issue a new one",
    );
  return { identity, trust };
}

/** Reads how the tables of the archive replicate; makes the file where there is none. */
function readArchive<T>(
  configuration: Configuration,
  use: (mappings: readonly TableMapping[], db: ArchiveDatabase) => T,
): T {
  const { path } = configuration.archive;
  if (!existsSync(path)) createArchive(path);
  const db = openArchiveDatabase(path, { busyMs: 5000 });
  try {
    // The application may change a table between two statements.
    return db.transaction(() => use(mapArchive(db, mapOptions(configuration)), db)).deferred();
  } finally {
    db.close();
  }
}

function makeEntries(configuration: Configuration, store: SqliteStore): Entries {
  return readArchive(configuration, (found, db) => {
    const mappings = withDeclared(found, store.state.declaredSchema ?? schemaOf(found));
    return new Entries(
      new NewRows(db, mappings, { uid: () => uidOfInsert(now(), random(10)), hasher }),
      mappings,
      now,
    );
  });
}

/** Tells of declared tables that cannot replicate; the others do. */
function warnOfTables({ tables }: Configuration, mappings: readonly TableMapping[], logger: Logger): void {
  for (const mapping of mappings)
    if (isRefused(mapping, tables))
      logger.error(
        { code: "table-refused", table: mapping.name },
        `a declared table stays local: ${mapping.why}`,
      );
  for (const name of Object.keys(tables))
    if (!mappings.some((mapping) => mapping.name === name))
      logger.warn({ table: name }, "a declared table is not in the archive; it replicates once it is made");
}

function mapOptions({ archive: { operations }, tables }: Configuration): MapOptions {
  return { operations, tables };
}

function openArchiveThread(
  configuration: Configuration,
  store: SqliteStore,
  logger: Logger,
): Promise<ArchiveThread> {
  return ArchiveThread.open({
    path: configuration.archive.path,
    mapping: mapOptions(configuration),
    node: store.node,
    state: store.state.archive,
    worker: new URL(`./archive-worker${extname(import.meta.url)}`, import.meta.url),
    onExchange: (exchange) => {
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
    },
    onError: (error) =>
      logger.error(
        error.code === undefined ? { err: error } : { code: error.code },
        `the archive cannot be kept up to date: ${error.message}`,
      ),
  });
}

/** Bytes of the log that are read a second while nothing is wrong. */
const scrubRate = 1_000_000;

function makeScrub(
  { storage }: Configuration,
  trust: Trust,
  repairs: RepairDesk,
  logger: Logger,
): BackgroundScrub | undefined {
  if (storage.scrub_interval === 0) return undefined;
  return new BackgroundScrub({
    state: storage.path,
    judge: () => ({ ...authorityOf(trust), hasher, verifier, compressor, until: now() }),
    intervalMs: storage.scrub_interval,
    rate: scrubRate,
    repair: (places) => repairs.repair(places),
    logger,
  });
}

function makeBackups(
  { archive, storage }: Configuration,
  { state }: SqliteStore,
  logger: Logger,
): BackupSchedule | undefined {
  if (storage.backup_interval === 0) return undefined;
  return new BackupSchedule({
    archive: archive.path,
    state: storage.path,
    folder: storage.backup_folder,
    intervalMs: storage.backup_interval,
    retention: { newest: storage.backup_keep, days: storage.backup_keep_days },
    worker: new URL(`./backup-worker${extname(import.meta.url)}`, import.meta.url),
    frontier: () => state.frontier(),
    now,
    logger,
  });
}

/** Nobody could have what this node does not: it dials no peer and holds nothing of another, or its owner says so. */
function isAlone({ network }: Configuration, { node, state }: SqliteStore): boolean {
  const logs = [...state.frontier().keys()];
  const looksForNobody = network.peers.length === 0 && network.discovery_method === "static";
  return !network.enabled || (looksForNobody && logs.every((log) => nodeOf(log) === node));
}

function makePeers(
  { network, synchronization }: Configuration,
  identity: Identity,
  trust: Trust,
  links: ReplicaLinks,
  logger: Logger,
): Peers {
  return new Peers({
    node: identity.certificate.node,
    handshakes: createHandshakes({ identity, trust, purpose: "peer", now }),
    addresses: network.peers,
    maxPeers: network.max_peers,
    backoff: { ...defaultBackoff, attempts: synchronization.retry_attempts },
    listen: { host: network.host, port: network.port },
    limits: {
      keepAliveMs: network.keep_alive,
      idleMs: 3 * network.keep_alive,
      bytesPerSecond: network.bandwidth_limit,
    },
    random: Math.random,
    onConnection: (connection) => links.join(connection),
    onRefused: (code, address, error, repeated) => {
      const reason = error instanceof Error ? error.message : undefined;
      // Somebody who is away, or never was there, shall not fill the log.
      logger[repeated ? "debug" : "warn"]({ code, address, reason }, "a connection was refused");
    },
  });
}

async function startPeers(
  peers: Peers,
  network: Configuration["network"],
): Promise<{ readonly host: string; readonly port: number } | undefined> {
  try {
    return await peers.start();
  } catch (error) {
    const code = error instanceof TransportError ? error.code : (error as NodeJS.ErrnoException).code;
    throw new StartError(
      "peer-address",
      `peers cannot be accepted on ${hostPort(network.host, network.port)} (${code ?? "error"}); choose another network.host or network.port, 0 takes any free port`,
    );
  }
}
