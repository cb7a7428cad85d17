import fc from "fast-check";

/** One of two nodes. */
export const eitherNode = fc.constantFrom<0 | 1>(0, 1);

/** What befalls a node in a random history besides the writes of its application. */
export const nodeStep = {
  exchangeOrPull: fc.record({
    do: fc.constantFrom("exchange" as const, "pull" as const),
    node: eitherNode,
  }),
  /** What a run does before it has the write lock, and only that. */
  capture: fc.record({ do: fc.constant("capture" as const), node: eitherNode }),
  crash: fc.record({ do: fc.constant("crash" as const), node: eitherNode }),
  kill: fc.record({
    do: fc.constant("kill" as const),
    node: eitherNode,
    at: fc.constantFrom("before-commit" as const, "before-confirm" as const),
  }),
};
