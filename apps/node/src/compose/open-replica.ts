import type { Configuration } from "@jarvis-crdt/config";
import { type ClockVerdict, type ClockWatch, Replica, type SyncMode } from "@jarvis-crdt/replica";
import { compressor, hasher, type Identity, type Trust, verifier } from "@jarvis-crdt/security";
import type { ArchiveThread, SqliteStore, SyncRecord } from "@jarvis-crdt/store-sqlite";
import type { Logger } from "pino";
import { authorityOf } from "./authority.ts";
import { messageLogging, profiled } from "./debugging.ts";
import { clockTrouble } from "./troubles.ts";

export interface OpenReplicaOptions {
  readonly configuration: Configuration;
  readonly logger: Logger;
  readonly identity: Identity;
  readonly trust: Trust;
  readonly store: SqliteStore;
  readonly archive: ArchiveThread;
  readonly clocks: ClockWatch;
}

/** The replica over a node's store, which tells the operator's log what happens with peers. */
export function openReplica(options: OpenReplicaOptions): Promise<Replica> {
  const { configuration, logger, identity, trust, store, archive, clocks } = options;
  const { max_delta_size, priorities } = configuration.synchronization;
  return Replica.open({
    store: profiled(store, configuration, logger),
    authority: authorityOf(trust),
    certificate: identity.certificate.der,
    hasher,
    verifier,
    compressor,
    now: Date.now,
    turn: () => new Promise((resolve) => setImmediate(resolve)),
    limits: { window: max_delta_size },
    mode: modeOf(configuration),
    priorities,
    clock: {
      watch: clocks,
      onVerdict: (verdict) => {
        tellVerdict(verdict, logger);
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
}

function tellVerdict(verdict: ClockVerdict, logger: Logger): void {
  const trouble = clockTrouble(verdict, Date.now());
  if (trouble)
    logger.error({ code: trouble.code, peers: verdict.peers }, `${trouble.sentence} ${trouble.next}`);
  else logger.info("the clock is not contradicted any more");
}

function modeOf({ synchronization: { mode, priority, interval } }: Configuration): SyncMode {
  if (mode === "lazy") return { kind: mode, priority };
  if (mode === "scheduled") return { kind: mode, intervalMs: interval };
  return { kind: mode };
}

/** What was exchanged is exchanged, whether it can be written down or not. */
function recordRound({ state }: SqliteStore, round: SyncRecord, logger: Logger): void {
  try {
    state.syncLog.record(round);
  } catch (error) {
    logger.warn({ err: error, ...round }, "a line of sync_log could not be written");
  }
}
