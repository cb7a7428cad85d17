import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ClusterNode, StartOptions } from "@jarvis-crdt/harness";

/** How to start a node as if on another machine: with a machine id of its own, where one may mount. */
function onOtherMachine(folder: string): StartOptions {
  // Without the right to do that the copy's other place on the disk tells it as well.
  if (process.getuid?.() !== 0) return {};
  const machineId = join(folder, "machine-id");
  writeFileSync(machineId, "0123456789abcdef0123456789abcdef\n");
  const script = 'mount --bind "$0" /etc/machine-id && exec "$@"';
  return { wrap: ["unshare", "--mount", "sh", "-c", script, machineId] };
}

/** Puts a copy of a node's folder in the place of another node's, and starts that as on another machine. */
export async function startCopy(node: ClusterNode, saved: string, folder: string): Promise<void> {
  rmSync(node.folder, { recursive: true });
  mkdirSync(node.folder);
  cpSync(saved, node.folder, { recursive: true });
  await node.start(onOtherMachine(folder));
}
