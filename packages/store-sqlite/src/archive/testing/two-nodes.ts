import type { TableMapping } from "../../mapping.ts";
import { makeArchive } from "./as-app.ts";
import { TestNode } from "./node.ts";

export type TwoNodes = readonly [TestNode, TestNode] & Disposable;

/** Two nodes with an archive each, captured from its first row on. */
export function twoNodes(
  mappings: readonly TableMapping[],
  schema: string,
  schemaOfSecond = schema,
): TwoNodes {
  let now = 1_800_000_000_000;
  const clock = () => ++now;
  const nodes = [new TestNode(1, mappings, clock), new TestNode(2, mappings, clock)] as const;
  makeArchive(nodes[0], schema, mappings);
  makeArchive(nodes[1], schemaOfSecond, mappings);
  const dispose = () => {
    for (const node of nodes) node[Symbol.dispose]();
  };
  return Object.assign(nodes, { [Symbol.dispose]: dispose });
}

/** Both have what the other wrote, and show it. */
export function exchange(a: TestNode, b: TestNode): void {
  a.settle();
  b.settle();
  a.pull(b);
  b.pull(a);
  a.settle();
  b.settle();
}

export function digestOf(node: TestNode): string {
  for (;;) {
    const result = node.state.stepDigest();
    if (result !== undefined) return Buffer.from(result.digest).toString("hex");
  }
}
