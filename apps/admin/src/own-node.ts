import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { type MapOptions, mapArchive } from "@jarvis-crdt/archive";
import type { Judge } from "@jarvis-crdt/backup";
import type { Configuration } from "@jarvis-crdt/config";
import {
  compressor,
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
  ArchiveFile,
  openArchiveDatabase,
  type Reconciled,
  StateFile,
  schemaOf,
  type TableMapping,
} from "@jarvis-crdt/store-sqlite";
import { CommandFailure } from "./failure.ts";

/** Who the node of a configuration is, and whom it believes. */
export interface OwnNode {
  readonly configuration: Configuration;
  readonly identity: Identity;
  readonly trust: Trust;
}

/** Throws the typed errors of certificates that are missing or no good. */
export function readOwnNode(configuration: Configuration): OwnNode {
  const { security } = configuration;
  const identity = loadIdentity(security.node_certificates);
  const trust = loadTrust(security.trusted_ca);
  verifyCertificate(identity.certificate.der, trust, { use: "author" });
  return { configuration, identity, trust };
}

/** Opens the state as `jarvisd` does, which must not run meanwhile. `archive` says how the tables replicate. */
export function openOwnState(
  { configuration, identity, trust }: OwnNode,
  archive: string,
  path: string = configuration.storage.path,
): StateFile {
  return new StateFile({
    path,
    node: identity.certificate.node,
    cluster: trust.clusterId,
    notBefore: identity.certificate.notBefore,
    now: () => Date.now(),
    random: (bytes) => randomBytes(bytes),
    schema: schemaOf(mappingOf(configuration, archive)),
    signer: createSigner(identity),
    hasher,
    compressor,
  });
}

/** Runs of an exchange; more means that it does not come to an end. */
const mostRuns = 100_000;

/** How batches from files are judged: as those of any peer. */
export function judgeOf({ trust }: OwnNode): Judge {
  return {
    author: (der) => verifyCertificate(der, trust, { use: "author" }),
    hasher,
    verifier,
    compressor,
    until: Date.now(),
  };
}

/** Brings archive and state together, as `jarvisd` does all the time. How many operations were captured. */
export function exchangeOnce(node: OwnNode, state: StateFile): number {
  return exchangeAll(node, state).captured;
}

/** Has every row of the archive compared with the state, whose values win. What came of it; null without archive. */
export function reconcileArchive(node: OwnNode): Reconciled | null {
  const { path } = node.configuration.archive;
  if (!existsSync(path)) return null;
  const db = openArchiveDatabase(path, { busyMs: 5_000 });
  try {
    const isAdopted =
      db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'crdt_marker'").get() !== undefined;
    if (!isAdopted) return null;
    // The mark of no plan: as after a restore, nothing in the file is taken for what the state believes.
    db.prepare("UPDATE crdt_marker SET nonce = ?").run(randomBytes(16).toString("hex"));
  } finally {
    db.close();
  }
  const state = openOwnState(node, path);
  try {
    return exchangeAll(node, state).reconciled;
  } finally {
    state.close();
  }
}

function exchangeAll(
  { configuration, identity }: OwnNode,
  state: StateFile,
): { readonly captured: number; readonly reconciled: Reconciled | null } {
  const { path } = configuration.archive;
  const file = ArchiveFile.open({
    path,
    mappings: mappingOf(configuration, path),
    state: state.archive,
    node: identity.certificate.node,
    now: () => Date.now(),
    random: (bytes) => randomBytes(bytes),
    hasher,
    busyMs: 5_000,
  });
  try {
    let captured = 0;
    let reconciled: Reconciled | null = null;
    for (let run = 0; run < mostRuns; run++) {
      const exchange = file.exchange();
      if (exchange.outcome === "idle") return { captured, reconciled };
      if (exchange.outcome !== "done")
        throw new CommandFailure("busy", `${path} is written by another program; stop the assistant first`);
      captured += exchange.captured;
      reconciled = exchange.reconciled ?? reconciled;
    }
    throw new CommandFailure("busy", `${path} does not come to rest; stop the assistant first`);
  } finally {
    file.close();
  }
}

function mappingOf(configuration: Configuration, archive: string): readonly TableMapping[] {
  if (!existsSync(archive)) return [];
  const options: MapOptions = { operations: configuration.archive.operations, tables: configuration.tables };
  const db = openArchiveDatabase(archive, { readonly: true, busyMs: 5_000 });
  try {
    return mapArchive(db, options);
  } finally {
    db.close();
  }
}
