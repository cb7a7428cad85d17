import { fileURLToPath } from "node:url";
import { mustRunNode } from "@jarvis-crdt/harness";
import type { Sample } from "../figures.ts";
import { type PeerEntry, peerList } from "../peer-list.ts";
import type { Subject } from "../subject.ts";

const program = fileURLToPath(new URL("../../peers/main.ts", import.meta.url));

/** Each in a process of its own, which makes the same rows from the seed, and proves what it holds at the end. */
export const peers: readonly Subject[] = peerList.map(subjectOf);

function subjectOf({ name, title, keeps, mostRows }: PeerEntry): Subject {
  return {
    name,
    title,
    group: "peers",
    keeps,
    ...(mostRows === undefined ? {} : { mostRows }),
    async measure({ rows, seed }) {
      const args = ["--peer", name, "--rows", String(rows), "--seed", String(seed)];
      const said = await mustRunNode(program, args, { timeoutMs: 1_800_000 });
      // Some libraries greet on standard output.
      return JSON.parse(said.trim().split("\n").at(-1) as string) as Sample;
    },
  };
}
