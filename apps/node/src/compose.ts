import { randomBytes } from "node:crypto";
import { type Configuration, dataFolder, hostPort } from "@jarvis-crdt/config";
import { nodeOf } from "@jarvis-crdt/crdt";
import { Objects } from "@jarvis-crdt/replica";
import { compressor, createSigner, hasher } from "@jarvis-crdt/security";
import { type ArchiveThread, SqliteStore, schemaOf, Upkeep } from "@jarvis-crdt/store-sqlite";
import { makeEntries, readMappings, warnOfTables } from "./compose/archive-tables.ts";
import { distrustArchive, openArchiveThread, separateLog } from "./compose/archive-thread.ts";
import { authorityOf } from "./compose/authority.ts";
import { CollectionDesk } from "./compose/collection-desk.ts";
import { ConflictDesk } from "./compose/conflict-desk.ts";
import { CurrentEntries } from "./compose/current-entries.ts";
import { logOperations } from "./compose/debugging.ts";
import { startDiscovery } from "./compose/discovery.ts";
import { Evictions } from "./compose/evictions.ts";
import { startBackups, startScrub } from "./compose/housekeeping.ts";
import { readIdentity } from "./compose/identity.ts";
import { JarvisNode } from "./compose/jarvis-node.ts";
import { openReplica } from "./compose/open-replica.ts";
import { Opened } from "./compose/opened.ts";
import { makePeers, startPeers } from "./compose/peers.ts";
import { QuarantineDesk } from "./compose/quarantine-desk.ts";
import { RepairDesk } from "./compose/repair-desk.ts";
import { ReplicaLinks } from "./compose/replica-links.ts";
import {
  archiveTrouble,
  clockTrouble,
  diskTrouble,
  freeBytes,
  readerTrouble,
  spaceTrouble,
  stateTrouble,
  type Trouble,
  watchClock,
  watchFile,
} from "./compose/troubles.ts";
import { diskError } from "./disk-error.ts";
import { takeArchive } from "./own-archive.ts";
import type { Compose } from "./service.ts";
import { WhyDesk } from "./why/why-desk.ts";

const now = () => Date.now();
/** How often peers are asked again for batches that could not be judged when they came. */
const retryHeldMs = 5_000;
/** How often it is looked whether the time of a peer has come, the clock was set, or what is in doubt can be compared. */
const tickMs = 1_000;
const random = (bytes: number) => randomBytes(bytes);

/** Builds the node of a configuration. What it opened is closed again where a later part cannot be had. */
export const compose: Compose = async (configuration, logger) => {
  const opened = new Opened();
  try {
    const { identity, trust } = readIdentity(configuration, logger);
    const isMixed = separateLog(configuration, logger);
    const mappings = readMappings(configuration);
    warnOfTables(configuration, mappings, logger);
    const mayWrite = identity.certificate.role !== "reader";
    const clocks = watchClock(now);
    const troubles = (): readonly Trouble[] =>
      [
        clockTrouble(clocks.verdict, now()),
        diskTrouble(store.failure, configuration.storage.path),
        spaceTrouble(freeBytes(dataFolder(configuration)), dataFolder(configuration)),
        archiveTrouble(archive.failure, configuration.archive.path),
        stateTrouble(isStateGone(), configuration.storage.path),
        mayWrite ? undefined : readerTrouble(store.node, store.state.frontier().keys()),
      ].filter((one) => one !== undefined);
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
    const isStateGone = watchFile(configuration.storage.path);
    if (isMixed) distrustArchive(store);
    const hold = takeArchive(configuration.archive.path);
    opened.onClose(() => hold.release());
    const entries = new CurrentEntries(() => makeEntries(configuration, store));
    opened.onClose(() => entries.close());
    const upkeep = new Upkeep(store.state, {
      onError: (error) => {
        const code = diskError(error)?.code;
        logger.error(code === undefined ? { err: error } : { code }, "the state file cannot be tidied");
      },
    });
    opened.onClose(() => upkeep.stop());
    const archive: ArchiveThread = await openArchiveThread(configuration, store, logger);
    opened.onClose(() => archive.close());
    opened.onClose(store.state.subscribe(() => archive.wake()));
    const replica = await openReplica({ configuration, logger, identity, trust, store, archive, clocks });
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
    const backups = startBackups(configuration, store, logger);
    const repairs = new RepairDesk({ state: store.state, replica });
    const scrub = startScrub(configuration, trust, repairs, logger);
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
      writes: mayWrite,
      leaseMs: configuration.storage.collection_lease,
      now,
      logger,
    });
    opened.onClose(() => collection.stop());
    const evictions = new Evictions(store.state.evictions, mappings);
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
      mayWrite,
      canKeep: () => !isStateGone(),
      archive,
      entries,
      replica,
      links,
      peers,
      peerAddress: listening && hostPort(listening.host, listening.port),
      close: () => {
        archive.hurry();
        return opened.close();
      },
    });
  } catch (error) {
    await opened.close();
    throw error;
  }
};

/** Nobody could have what this node does not: it dials no peer and holds nothing of another, or its owner says so. */
function isAlone({ network }: Configuration, { node, state }: SqliteStore): boolean {
  const logs = [...state.frontier().keys()];
  const looksForNobody = network.peers.length === 0 && network.discovery_method === "static";
  return !network.enabled || (looksForNobody && logs.every((log) => nodeOf(log) === node));
}
