import type { Done } from "./type-tests.ts";

/** The write that wins among concurrent ones: the greatest stamp, then the greatest author, then his latest. */
export function latest<Op extends { readonly stamp: number }>(
  done: readonly Done<Op>[],
): Done<Op> | undefined {
  return [...done]
    .sort((a, b) => a.op.stamp - b.op.stamp || (a.at < b.at ? -1 : a.at > b.at ? 1 : a.id - b.id))
    .at(-1);
}
