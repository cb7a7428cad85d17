import type { Model } from "./explore.ts";

/**
 * What may be thrown away, and how a node that was away catches up. Three nodes add and remove; each may throw away batches
 * at any time, however few have them. A meeting gives one batch; where the giver has thrown away what the taker lacks it gives
 * its state instead: everything that lives at the giver's frontier, joined by what each has seen. Nodes that have heard the
 * same and hold different things exchange states as well.
 */
export type CollectionRule =
  /** A batch is thrown away when another member has interpreted it; a state is taken on the word of two who did. */
  | "witnesses"
  /** As first designed: any second member may confirm, also one that has it from a state itself. */
  | "any second member"
  /** Batches are thrown away that no other member has interpreted. */
  | "collect alone"
  /** What the giver of a state does not hold is wiped, whether or not the giver could have known it. */
  | "wipe what is absent"
  /** What lives here and not at the giver's falls on the giver's word alone. */
  | "one word is enough"
  /** The frontier and state of the giver replace one's own. */
  | "forget unsent batches";

/** A dot, `log/seq`, or the dots that a remove names. */
type Operation = "add" | readonly string[];

interface Member {
  /** How far each log is stored. */
  readonly frontier: readonly number[];
  readonly live: readonly string[];
  /** Dots that were removed before they came. */
  readonly deferred: readonly string[];
  /** Up to where the batches of each log are thrown away. */
  readonly collected: readonly number[];
  /** Operations that it interpreted itself; what a state covers it has only been told. */
  readonly heard: readonly string[];
}

export interface CollectionState {
  readonly members: readonly Member[];
  readonly written: readonly (readonly Operation[])[];
  readonly operations: number;
}

const members = [0, 1, 2];
/** Logs that are written: two are enough for everything that can go wrong. */
const logs = [0, 1];
const liar = 2;

/** With a liar, node 2 drops what lives and says nothing. */
export function collectionModel(
  rule: CollectionRule,
  { operations, hasLiar }: { readonly operations: number; readonly hasLiar: boolean },
): Model<CollectionState> {
  const nothing = logs.map(() => 0);
  const member: Member = { frontier: nothing, live: [], deferred: [], collected: nothing, heard: [] };
  return {
    initial: { members: members.map(() => member), written: logs.map(() => []), operations: 0 },
    *next(state) {
      for (const at of members) {
        const { live, frontier, collected } = state.members[at]!;
        if (state.operations < operations && logs.includes(at)) {
          yield [`${at} adds`, written(state, at, "add")];
          if (live.length > 0) yield [`${at} removes ${live[0]}`, written(state, at, [live[0]!])];
        }
        if (hasLiar && at === liar && live.length > 0) {
          yield [`${at} drops ${live[0]}`, changed(state, at, { live: live.slice(1) })];
        }
        const horizon = frontier.map((seq, log) => {
          let through = collected[log]!;
          while (through < seq && (rule === "collect alone" || isWitnessed(state, at, log, through + 1)))
            through++;
          return through;
        });
        if (horizon.some((seq, log) => seq > collected[log]!)) {
          yield [`${at} throws away`, changed(state, at, { collected: horizon })];
        }
      }
      yield* meetings(state, rule);
    },
    check: (state) => judge(state, rule, hasLiar),
  };
}

function* meetings(
  state: CollectionState,
  rule: CollectionRule,
): Iterable<readonly [string, CollectionState]> {
  for (const from of members) {
    for (const to of members) if (from !== to) yield* met(state, from, to, rule);
  }
}

/** When everybody has met everybody, state is what the logs alone say. */
function judge(state: CollectionState, rule: CollectionRule, hasLiar: boolean): string | undefined {
  let now = state;
  for (let steps = 0; ; steps++) {
    const [next] = meetings(now, rule);
    if (next === undefined) break;
    if (steps === 100) return hasLiar ? undefined : "the nodes never come to rest";
    now = next[1];
  }
  const removed = new Set(now.written.flat().flatMap((operation) => (operation === "add" ? [] : operation)));
  const added = now.written.flatMap((log, i) =>
    log.flatMap((one, j) => (one === "add" ? [`${i}/${j + 1}`] : [])),
  );
  for (const at of hasLiar ? members.filter((one) => one !== liar) : members) {
    const { live, frontier } = now.members[at]!;
    if (logs.some((log) => frontier[log] !== now.written[log]!.length)) return `${at} never catches up`;
    const lost = added.find((dot) => !removed.has(dot) && !live.includes(dot));
    if (lost !== undefined) return `${lost} is lost at ${at}`;
    const back = live.find((dot) => removed.has(dot));
    // Who lies can keep a removed dot alive for a while, and that is all he can.
    if (back !== undefined && !hasLiar) return `${back} was removed and lives at ${at}`;
  }
  return undefined;
}

/** What `from` can give to `to`. */
function* met(
  state: CollectionState,
  from: number,
  to: number,
  rule: CollectionRule,
): Iterable<readonly [string, CollectionState]> {
  const [giver, taker] = [state.members[from]!, state.members[to]!];
  const isBelow = logs.some((log) => taker.frontier[log]! < giver.collected[log]!);
  const isSame = logs.every((log) => taker.frontier[log] === giver.frontier[log]);
  if (isBelow || isSame) {
    const asks = rule === "witnesses" || rule === "collect alone";
    if (asks && !isVouchedFor(state, from, to)) return;
    const after = transferred(state, from, to, rule);
    if (JSON.stringify(after.members[to]) !== JSON.stringify(taker)) {
      yield [`${from} gives its state to ${to}`, after];
    }
    return;
  }
  for (const log of logs) {
    const seq = taker.frontier[log]! + 1;
    if (seq > giver.frontier[log]!) continue;
    const after = interpreted(taker, log, seq, state.written[log]![seq - 1]!);
    yield [`${from} gives ${log}/${seq} to ${to}`, changed(state, to, after)];
  }
}

function transferred(
  state: CollectionState,
  from: number,
  to: number,
  rule: CollectionRule,
): CollectionState {
  const [giver, taker] = [state.members[from]!, state.members[to]!];
  const forgets = rule === "forget unsent batches";
  const frontier = logs.map((log) => Math.max(giver.frontier[log]!, taker.frontier[log]!));
  const collected = logs.map((log) => {
    const isGiven = giver.frontier[log]! > taker.frontier[log]!;
    return isGiven ? giver.frontier[log]! : taker.collected[log]!;
  });
  if (forgets) return changed(state, to, { ...giver, collected, heard: taker.heard });
  const fresh = giver.live.filter((dot) => !covers(taker.frontier, dot) && !taker.deferred.includes(dot));
  const kept = taker.live.filter((dot) => {
    if (giver.live.includes(dot)) return true;
    if (rule === "wipe what is absent") return false;
    if (giver.deferred.includes(dot)) return false;
    if (!covers(giver.frontier, dot)) return true;
    if (rule === "one word is enough") return false;
    return !isShown(state, giver, dot) && !isConfirmed(state, [from, to], dot, rule);
  });
  const early = new Set([...taker.deferred, ...giver.deferred]);
  const deferred = [...early].filter((dot) => !covers(frontier, dot)).sort();
  const live = [...kept, ...fresh].sort();
  return changed(state, to, { frontier, collected, live, deferred });
}

/** Whether the giver still holds the signed remove. */
function isShown(state: CollectionState, giver: Member, dot: string): boolean {
  return logs.some((log) =>
    state.written[log]!.some(
      (one, i) =>
        i < giver.frontier[log]! && i >= giver.collected[log]! && one !== "add" && one.includes(dot),
    ),
  );
}

/** Whether another member than those two says as well that the dot is gone. */
function isConfirmed(
  state: CollectionState,
  pair: readonly number[],
  dot: string,
  rule: CollectionRule,
): boolean {
  return members.some((other) => {
    if (pair.includes(other)) return false;
    const { frontier, live, heard } = state.members[other]!;
    if (rule === "any second member") return covers(frontier, dot) && !live.includes(dot);
    return logs.some((log) =>
      state.written[log]!.some(
        (one, i) => one !== "add" && one.includes(dot) && heard.includes(`${log}/${i + 1}`),
      ),
    );
  });
}

/**
 * Whether what the giver's frontier covers, the taker has not heard, and does not live at the giver's, is shown or said to be
 * gone by another member as well. The taker compares digests for that; here the dots are looked at one by one.
 */
function isVouchedFor(state: CollectionState, from: number, to: number): boolean {
  const [giver, taker] = [state.members[from]!, state.members[to]!];
  return state.written.every((operations, log) =>
    operations.every((operation, i) => {
      const dot = `${log}/${i + 1}`;
      if (operation !== "add" || giver.live.includes(dot) || taker.heard.includes(dot)) return true;
      if (!covers(giver.frontier, dot)) return true;
      return isShown(state, giver, dot) || isConfirmed(state, [from, to], dot, "witnesses");
    }),
  );
}

function isWitnessed(state: CollectionState, at: number, log: number, seq: number): boolean {
  return members.some((other) => other !== at && state.members[other]!.heard.includes(`${log}/${seq}`));
}

function interpreted(member: Member, log: number, seq: number, operation: Operation): Partial<Member> {
  const dot = `${log}/${seq}`;
  const frontier = member.frontier.map((one, i) => (i === log ? seq : one));
  const heard = [...member.heard, dot].sort();
  if (operation === "add") {
    if (!member.deferred.includes(dot)) return { frontier, heard, live: [...member.live, dot].sort() };
    return { frontier, heard, deferred: member.deferred.filter((one) => one !== dot) };
  }
  const early = operation.filter((one) => !covers(member.frontier, one));
  return {
    frontier,
    heard,
    live: member.live.filter((one) => !operation.includes(one)),
    deferred: [...new Set([...member.deferred, ...early])].sort(),
  };
}

function written(state: CollectionState, at: number, operation: Operation): CollectionState {
  const seq = state.written[at]!.length + 1;
  const after = changed(state, at, interpreted(state.members[at]!, at, seq, operation));
  const all = state.written.map((log, i) => (i === at ? [...log, operation] : log));
  return { ...after, written: all, operations: state.operations + 1 };
}

function changed(state: CollectionState, at: number, change: Partial<Member>): CollectionState {
  return { ...state, members: state.members.map((one, i) => (i === at ? { ...one, ...change } : one)) };
}

function covers(frontier: readonly number[], dot: string): boolean {
  const [log, seq] = dot.split("/").map(Number) as [number, number];
  return seq <= frontier[log]!;
}
