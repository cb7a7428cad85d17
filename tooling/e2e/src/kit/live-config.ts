import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ClusterNode } from "@jarvis-crdt/harness";

/** The configuration with the port on which the node answers now. */
export function liveConfig(node: ClusterNode): string {
  const path = join(node.folder, "live.yaml");
  const text = readFileSync(join(node.folder, "config.yaml"), "utf8");
  writeFileSync(path, text.replace(/(http:[\s\S]*?port: )0/, `$1${new URL(node.ready.http).port}`));
  return path;
}
