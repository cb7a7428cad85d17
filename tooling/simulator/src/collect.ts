import type { Dot, LogId } from "@jarvis-crdt/crdt";
import type { Machine } from "./machine.ts";
import type { Step } from "./step.ts";

/**
 * Throws away what others have interpreted: at least one of the first `members` machines, and all that are waited
 * for. `onEmptied` is told of how many batches, page by page.
 */
export async function collect(
  machine: Machine,
  machines: readonly Machine[],
  { members, waits }: Extract<Step, { do: "collect" }>,
  onEmptied: (batches: number) => void,
): Promise<void> {
  const store = machine.process?.store;
  if (store === undefined) return;
  const others = machines.filter(({ index }) => index !== machine.index);
  const known = new Map(
    await Promise.all(
      others.map(async ({ index, process }) => [index, await process?.store.inner.interpreted()] as const),
    ),
  );
  const reached = (index: number, log: LogId) => known.get(index)?.get(log)?.through ?? 0;
  const witnessed = (index: number, log: LogId) => {
    const { after = 0, through = 0 } = known.get(index)?.get(log) ?? {};
    return { after, through };
  };
  const logs = new Map<LogId, { after: number; through: number }>();
  for (const log of (await store.inner.frontier()).keys()) {
    const waited = Math.min(...waits.map((index) => reached(index, log)), Number.MAX_SAFE_INTEGER);
    const witnesses = others.filter(({ index }) => index < members).map(({ index }) => witnessed(index, log));
    const best = witnesses.sort((a, b) => b.through - a.through)[0];
    if (best === undefined) continue;
    const through = Math.min(waited, best.through);
    if (through > best.after) logs.set(log, { after: best.after, through });
  }
  for (let from: Dot | undefined; ; ) {
    const { batches, next } = await store.collect({ logs, before: Number.MAX_SAFE_INTEGER, from });
    onEmptied(batches);
    if (next === undefined) return;
    from = next;
  }
}
