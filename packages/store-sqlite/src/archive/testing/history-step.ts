import fc from "fast-check";
import type { TestNode } from "./node.ts";
import type { TwoNodes } from "./two-nodes.ts";

/** What the application of a node writes; `overtake`: while a run of the node is about to take the lock. */
export type WriteStep<Write> = { readonly do: "write" | "overtake"; readonly node: 0 | 1 } & Write;

/** What befalls one of two nodes in a random history. */
export type HistoryStep<Write> =
  | WriteStep<Write>
  | { readonly do: "exchange" | "capture" | "look" | "pull" | "crash"; readonly node: 0 | 1 }
  | { readonly do: "kill"; readonly node: 0 | 1; readonly at: "before-commit" | "before-confirm" };

const node = fc.constantFrom<0 | 1>(0, 1);

const nodeSteps = [
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constantFrom("exchange" as const, "pull" as const), node }),
  },
  // What a run does before it has the write lock, and only that.
  { weight: 3, arbitrary: fc.record({ do: fc.constant("capture" as const), node }) },
  // Notes where the application's transactions end.
  { weight: 3, arbitrary: fc.record({ do: fc.constant("look" as const), node }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("crash" as const), node }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("kill" as const),
      node,
      at: fc.constantFrom("before-commit" as const, "before-confirm" as const),
    }),
  },
];

/** Steps of which about every other is a write. */
export function historyStep<Write>(write: fc.Arbitrary<Write>): fc.Arbitrary<HistoryStep<Write>> {
  const when = fc.record({
    do: fc.constantFrom("write" as const, "write" as const, "write" as const, "overtake" as const),
    node,
  });
  const writes = fc.tuple(when, write).map(([at, what]): WriteStep<Write> => ({ ...at, ...what }));
  return fc.oneof({ weight: 10, arbitrary: writes }, ...nodeSteps);
}

export function runHistory<Write>(
  nodes: TwoNodes,
  steps: readonly HistoryStep<Write>[],
  write: (node: TestNode, step: Write) => void,
): void {
  // A few writes are a long outbox here.
  for (const one of nodes) one.outbox = { entries: 4, adopted: 2_000, part: 2 };
  for (const step of steps) {
    const here = nodes[step.node];
    switch (step.do) {
      case "write":
        write(here, step);
        break;
      case "overtake":
        here.overtake = () => write(here, step);
        here.exchange();
        here.overtake = undefined;
        break;
      case "exchange":
        here.exchange();
        break;
      case "capture":
        here.capture();
        break;
      case "look":
        here.file.look();
        break;
      case "pull":
        here.pull(nodes[1 - step.node]!);
        break;
      case "crash":
        here.crash();
        break;
      case "kill":
        here.kill = step.at;
        here.exchange();
        here.kill = undefined;
    }
  }
}
