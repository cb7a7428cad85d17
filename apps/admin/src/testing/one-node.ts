import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createArchive } from "@jarvis-crdt/archive";
import { loadConfiguration } from "@jarvis-crdt/config";
import { initCa, issueNode } from "@jarvis-crdt/security";
import { openArchiveDatabase } from "@jarvis-crdt/store-sqlite";
import { exchangeOnce, openOwnState, readOwnNode } from "../own-node.ts";

const random = (bytes: number) => randomBytes(bytes);

/** The files of a node that ran once, captured a row and was stopped. Returns its configuration file. */
export async function makeNode(folder: string): Promise<string> {
  mkdirSync(folder, { mode: 0o700 });
  const at = (name: string) => join(folder, name);
  await initCa({ out: at("ca"), cluster: "home", now: Date.now(), random });
  await issueNode({ ca: at("ca"), name: "one", role: "writer", out: at("certs"), now: Date.now(), random });
  writeFileSync(
    at("config.yaml"),
    "storage: {path: state.db, backup_folder: backups}\narchive: {path: archive.db}\n" +
      "security: {node_certificates: certs, trusted_ca: certs/ca.pem}\n",
  );
  createArchive(at("archive.db"));
  insertRow(folder);
  runOnce(folder);
  return at("config.yaml");
}

/** The assistant writes. */
export function insertRow(folder: string, content = "c"): void {
  const db = openArchiveDatabase(join(folder, "archive.db"));
  db.prepare(
    "INSERT INTO archive_entries(timestamp,data_type,content,source,operation,content_hash,metadata) VALUES ('t','input',?,'s','o','h','{}')",
  ).run(content);
  db.close();
}

/** What jarvisd does between start and stop, as far as files go. */
export function runOnce(folder: string): void {
  const node = readOwnNode(loadConfiguration(join(folder, "config.yaml")));
  const state = openOwnState(node, join(folder, "archive.db"));
  state.putCertificate(node.identity.certificate.node, node.identity.certificate.der);
  exchangeOnce(node, state);
  while (state.stepDigest() === undefined);
  state.close();
}
