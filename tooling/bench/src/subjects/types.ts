import { fileURLToPath } from "node:url";
import { mustRunNode } from "@jarvis-crdt/harness";
import type { Sample } from "../figures.ts";
import type { Subject } from "../subject.ts";

const ours = fileURLToPath(new URL("../types-main.ts", import.meta.url));
const theirs = fileURLToPath(new URL("../../peers/collections-main.ts", import.meta.url));

/** Containers in memory, of a million and of 100,000, whatever the rows; each library in a process of its own. */
const fixed = { mostRows: 50_000 };

export const types: Subject = {
  name: "types",
  title: "our types in memory",
  group: "ourselves",
  ...fixed,
  measure: async () => JSON.parse(await mustRunNode(ours, [], { timeoutMs: 600_000 })) as Sample,
};

export const otherTypes: readonly Subject[] = [
  ["yjs", "Yjs: counter, map, set"],
  ["loro", "Loro: counter, map, set"],
  ["automerge", "Automerge: counter, map, set of 8,000"],
].map(([name, title]) => ({
  name: `types-${name}`,
  title: title!,
  group: "peers",
  ...fixed,
  async measure() {
    const said = await mustRunNode(theirs, ["--peer", name!], { timeoutMs: 600_000 });
    return JSON.parse(said.trim().split("\n").at(-1) as string) as Sample;
  },
}));
