import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Cluster } from "@jarvis-crdt/harness";
import Table from "cli-table3";
import { colors } from "./console.ts";

/** What a finished demonstration leaves in `report.json`. */
export interface Report {
  readonly converged: boolean;
  /** From the start of the first node to the last proof. */
  readonly ms: number;
  /** Rows that every archive shows. */
  readonly rows: number;
  readonly operations: number;
  readonly batches: number;
  /** Sent by all nodes together, encrypted and framed. */
  readonly bytes_sent: number;
  readonly digests: { readonly [node: string]: string };
}

export interface NodeResult {
  readonly name: string;
  readonly node: string;
  readonly rows: number;
  readonly operations: number;
  readonly batches: number;
  readonly bytesSent: number;
  readonly digest: string;
}

export function makeReport(results: readonly NodeResult[], converged: boolean, ms: number): Report {
  const [first] = results;
  return {
    converged,
    ms: Math.round(ms),
    rows: first?.rows ?? 0,
    operations: first?.operations ?? 0,
    batches: first?.batches ?? 0,
    bytes_sent: results.reduce((sum, { bytesSent }) => sum + bytesSent, 0),
    digests: Object.fromEntries(results.map(({ node, digest }) => [node, digest])),
  };
}

export function writeReport(folder: string, report: Report): void {
  writeFileSync(join(folder, "report.json"), `${JSON.stringify(report, null, 2)}\n`);
}

export function printResults(results: readonly NodeResult[], report: Report): void {
  const plain = !process.stdout.isTTY;
  const table = new Table({
    head: ["node", "rows", "operations", "batches", "sent", "digest"],
    colAligns: ["left", "right", "right", "right", "right", "left"],
    style: plain
      ? { head: [], border: [], compact: true }
      : { head: ["bold"], border: ["gray"], compact: true },
  });
  const number = new Intl.NumberFormat("en");
  for (const { name, rows, operations, batches, bytesSent, digest } of results)
    table.push([
      name,
      number.format(rows),
      number.format(operations),
      number.format(batches),
      size(bytesSent),
      `${digest.slice(0, 16)}…`,
    ]);
  console.log(`\n${table.toString()}`);
  const verdict = report.converged
    ? colors.green(
        `Converged: ${results.length} archives hold the same ${number.format(report.rows)} rows, byte for byte.`,
      )
    : colors.red("Not converged.");
  console.log(`${verdict} ${(report.ms / 1000).toFixed(1)} s, ${size(report.bytes_sent)} on the wire.`);
}

export function printWhereToLook(folder: string, cluster: Cluster): void {
  console.log(`\nEverything lies in ${folder}`);
  for (const node of cluster.nodes) {
    console.log(`  node${node.index}  ${node.ready.http}  archive ${node.archive}`);
  }
  const [first] = cluster.nodes;
  if (!first) return;
  console.log(`
Try
  pnpm -s jarvisctl status --node ${first.ready.http} --token-file ${first.folder}/http.token
  sqlite3 ${first.archive} "INSERT INTO archive_entries (timestamp, data_type, content, source, operation, content_hash, metadata) VALUES (datetime('now'), 'note', 'hello', 'me', 'note', '', '{}')"
  sqlite3 ${cluster.nodes.at(-1)?.archive} "SELECT id, content, crdt_node_id FROM archive_entries ORDER BY id DESC LIMIT 3"

Ctrl-C stops the nodes.`);
}

function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 ** 2) return `${(bytes / 1024).toFixed(0)} KiB`;
  return `${(bytes / 1024 ** 2).toFixed(1)} MiB`;
}
