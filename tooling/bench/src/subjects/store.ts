import { fileURLToPath } from "node:url";
import { mustRunNode } from "@jarvis-crdt/harness";
import type { Sample } from "../figures.ts";
import type { Subject } from "../subject.ts";

const program = fileURLToPath(new URL("../store-main.ts", import.meta.url));

/** The store by itself, in a process of its own: log, cells and signatures, without archive and network. */
export const store: Subject = {
  name: "store",
  title: "our store alone, fsync per transaction",
  group: "ourselves",
  keeps: { merges: "field", durable: true, signed: true, encrypted: false },
  async measure({ rows, seed, folder }) {
    const args = ["--rows", String(rows), "--seed", String(seed), "--folder", folder];
    return JSON.parse(await mustRunNode(program, args, { timeoutMs: 1_800_000 })) as Sample;
  },
};
