import type { Model } from "./explore.ts";

/**
 * Batches without operations. Some nodes add and remove, one operation a batch; whoever has interpreted an operation may throw
 * its body away once nothing needs it there and another member has interpreted it as well. A meeting gives the next batch of a
 * log, whole or hollow. What a hollow batch removed nobody learns from it: who took one compares what lives with the others.
 */
export type HollowRule =
  /** A body goes when another has interpreted the operation; two others vouch; two words make something fall. */
  | "witnesses"
  /** Bodies go that nobody else has interpreted. */
  | "empty alone"
  /** Bodies of removes go though what they remove has not come. */
  | "empty what waits"
  /** A hollow batch is taken on the word of who gives it. */
  | "giver alone"
  /** One other member suffices to make something fall. */
  | "one word is enough"
  /** Who does not have it calls it spent. */
  | "absent is spent"
  /** Nothing is compared. */
  | "never compare"
  /** What comes after a hollow batch is not compared, though it was written before. */
  | "compare once"
  /** Whoever was asked suffices, whether or not he knows what the hollow batches removed. */
  | "ask anybody"
  /** What those who were asked took hollow themselves counts as needed. */
  | "pass over what came hollow";

/** A dot, `log/seq`, or the dots that a remove names. */
type Operation = "add" | readonly string[];

interface Written {
  readonly operation: Operation;
  /** When, among all operations. */
  readonly time: number;
}

interface Member {
  /** How far each log is stored. */
  readonly frontier: readonly number[];
  readonly live: readonly string[];
  /** Dots that were removed before they came. */
  readonly deferred: readonly string[];
  /** Operations that it interpreted itself. */
  readonly heard: readonly string[];
  /** Operations of which it has no body. */
  readonly hollow: readonly string[];
  readonly inDoubt: boolean;
}

export interface HollowState {
  readonly members: readonly Member[];
  readonly written: readonly (readonly Written[])[];
  readonly operations: number;
}

export interface HollowWorld {
  readonly nodes: 3 | 4;
  readonly operations: number;
  readonly hasLiar: boolean;
}

/** Logs that are written: two are enough for everything that can go wrong. */
const logs = [0, 1];
/** It drops what lives and says nothing, throws away what it likes, and calls everything spent that it does not hold. */
const liar = 2;

export function hollowModel(rule: HollowRule, world: HollowWorld): Model<HollowState> {
  const { nodes, operations, hasLiar } = world;
  const frontier = logs.map(() => 0);
  const member: Member = { frontier, live: [], deferred: [], heard: [], hollow: [], inDoubt: false };
  return {
    initial: {
      members: Array.from({ length: nodes }, () => member),
      written: logs.map(() => []),
      operations: 0,
    },
    *next(state) {
      for (const [at, { live }] of state.members.entries()) {
        if (state.operations < operations && logs.includes(at)) {
          yield [`${at} adds`, written(state, at, "add")];
          for (const dot of live) yield [`${at} removes ${dot}`, written(state, at, [dot])];
        }
        if (hasLiar && at === liar)
          for (const dot of live)
            yield [`${at} drops ${dot}`, changed(state, at, { live: live.filter((one) => one !== dot) })];
        yield* emptied(state, at, rule, hasLiar && at === liar);
        yield* compared(state, at, rule);
      }
      yield* meetings(state, rule);
    },
    check: (state) => judge(state, rule, hasLiar),
  };
}

function* emptied(
  state: HollowState,
  at: number,
  rule: HollowRule,
  lies: boolean,
): Iterable<readonly [string, HollowState]> {
  const { heard, hollow } = state.members[at]!;
  for (const dot of heard) {
    if (hollow.includes(dot) || !isSpent(state, at, dot, rule)) continue;
    if (lies || rule === "empty alone" || isWitnessed(state, at, dot))
      yield [`${at} throws away ${dot}`, changed(state, at, { hollow: [...hollow, dot].sort() })];
  }
}

function isWitnessed(state: HollowState, at: number, dot: string): boolean {
  return state.members.some(({ heard }, other) => other !== at && heard.includes(dot));
}

/** Whether nobody needs the operation who has what this member has. */
function isSpent(state: HollowState, at: number, dot: string, rule: HollowRule): boolean {
  const { live, heard, frontier } = state.members[at]!;
  if (!heard.includes(dot)) return rule === "absent is spent";
  if (live.includes(dot)) return false;
  const { operation } = operationOf(state, dot);
  return (
    operation === "add" || rule === "empty what waits" || operation.every((one) => covers(frontier, one))
  );
}

function* meetings(state: HollowState, rule: HollowRule): Iterable<readonly [string, HollowState]> {
  for (const from of state.members.keys()) {
    for (const to of state.members.keys()) {
      if (from === to) continue;
      for (const log of logs) {
        const seq = state.members[to]!.frontier[log]! + 1;
        if (seq > state.members[from]!.frontier[log]!) continue;
        const dot = `${log}/${seq}`;
        const isHollow = state.members[from]!.hollow.includes(dot);
        if (!isHollow) yield [`${from} gives ${dot} to ${to}`, interpreted(state, to, log, seq, rule)];
        else if (isVouchedFor(state, from, to, dot, rule))
          yield [`${from} gives ${dot} hollow to ${to}`, passed(state, to, log, seq)];
      }
    }
  }
}

function isVouchedFor(state: HollowState, from: number, to: number, dot: string, rule: HollowRule): boolean {
  if (rule === "giver alone") return true;
  return state.members.some((_, other) => other !== from && other !== to && isSpent(state, other, dot, rule));
}

/** What two call spent falls; once two were asked who know what was removed, nothing is in doubt any more. */
function* compared(
  state: HollowState,
  at: number,
  rule: HollowRule,
): Iterable<readonly [string, HollowState]> {
  const me = state.members[at]!;
  if (!me.inDoubt || rule === "never compare") return;
  const needed = rule === "one word is enough" ? 1 : 2;
  for (const asked of groups(
    [...state.members.keys()].filter((other) => other !== at),
    needed,
  )) {
    const live = me.live.filter((dot) => !asked.every((other) => isSpent(state, other, dot, rule)));
    const inDoubt = !asked.every((other) => {
      const isOpen = live.some((dot) => isTold(state, other, dot));
      if (rule === "ask anybody") return true;
      return isKnowing(state, at, other, rule) && (rule === "pass over what came hollow" || !isOpen);
    });
    if (live.length < me.live.length || !inDoubt)
      yield [`${at} compares with ${asked.join(" and ")}`, changed(state, at, { live, inDoubt })];
  }
}

/** All ways to choose one or two. */
function groups(all: readonly number[], size: number): readonly (readonly number[])[] {
  if (size === 1) return all.map((one) => [one]);
  return all.flatMap((one, i) => all.slice(i + 1).map((other) => [one, other]));
}

/** Whether it does not live there, as others said. */
function isTold(state: HollowState, at: number, dot: string): boolean {
  const { heard, frontier } = state.members[at]!;
  return covers(frontier, dot) && !heard.includes(dot);
}

/** Whether the other knows what everything removed that came hollow here. */
function isKnowing(state: HollowState, at: number, other: number, rule: HollowRule): boolean {
  const { frontier, hollow, heard } = state.members[at]!;
  const told = hollow.filter((dot) => !heard.includes(dot));
  if (told.every((dot) => isSpent(state, other, dot, rule))) return true;
  const theirs = state.members[other]!;
  return !theirs.inDoubt && logs.every((log) => theirs.frontier[log]! >= frontier[log]!);
}

/** When everybody has met everybody, state is what the logs alone say. */
function judge(state: HollowState, rule: HollowRule, hasLiar: boolean): string | undefined {
  let now = state;
  for (;;) {
    const [next] = [...meetings(now, rule), ...now.members.flatMap((_, at) => [...compared(now, at, rule)])];
    if (next === undefined) break;
    now = next[1];
  }
  const all = now.written.flatMap((log) => log.map(({ operation }) => operation));
  const removed = new Set(all.flatMap((operation) => (operation === "add" ? [] : operation)));
  const added = now.written.flatMap((log, i) =>
    log.flatMap(({ operation }, j) => (operation === "add" ? [`${i}/${j + 1}`] : [])),
  );
  for (const [at, { live, frontier, inDoubt }] of now.members.entries()) {
    if (hasLiar && at === liar) continue;
    const lost = added.find((dot) => covers(frontier, dot) && !removed.has(dot) && !live.includes(dot));
    if (lost !== undefined) return `${lost} is lost at ${at}`;
    // Who lies can keep others waiting, and keep alive what was removed: that is all he can.
    if (hasLiar) continue;
    if (logs.some((log) => frontier[log] !== now.written[log]!.length)) return `${at} never catches up`;
    const back = live.find((dot) => removed.has(dot));
    if (back !== undefined) return `${back} was removed and lives at ${at}`;
    if (inDoubt) return `${at} stays in doubt`;
  }
  return undefined;
}

function interpreted(
  state: HollowState,
  at: number,
  log: number,
  seq: number,
  rule: HollowRule,
): HollowState {
  const me = state.members[at]!;
  const dot = `${log}/${seq}`;
  const { operation, time } = state.written[log]![seq - 1]!;
  const frontier = me.frontier.map((one, i) => (i === log ? seq : one));
  const heard = [...me.heard, dot].sort();
  const told = me.hollow.filter((one) => !me.heard.includes(one));
  const mayBeRemoved = told.some((one) => operationOf(state, one).time >= time);
  const inDoubt = me.inDoubt || (mayBeRemoved && rule !== "compare once");
  if (operation === "add") {
    const isDead = me.deferred.includes(dot);
    const live = isDead ? me.live : [...me.live, dot].sort();
    const deferred = me.deferred.filter((one) => one !== dot);
    return changed(state, at, { frontier, heard, live, deferred, inDoubt });
  }
  const early = operation.filter((one) => !covers(me.frontier, one));
  const live = me.live.filter((one) => !operation.includes(one));
  const deferred = [...new Set([...me.deferred, ...early])].sort();
  return changed(state, at, { frontier, heard, live, deferred, inDoubt });
}

function passed(state: HollowState, at: number, log: number, seq: number): HollowState {
  const me = state.members[at]!;
  const dot = `${log}/${seq}`;
  return changed(state, at, {
    frontier: me.frontier.map((one, i) => (i === log ? seq : one)),
    hollow: [...me.hollow, dot].sort(),
    deferred: me.deferred.filter((one) => one !== dot),
    inDoubt: true,
  });
}

function written(state: HollowState, at: number, operation: Operation): HollowState {
  const all = state.written.map((log, i) =>
    i === at ? [...log, { operation, time: state.operations }] : log,
  );
  const after = { ...state, written: all, operations: state.operations + 1 };
  return interpreted(after, at, at, all[at]!.length, "witnesses");
}

function operationOf(state: HollowState, dot: string): Written {
  const [log, seq] = placeOf(dot);
  return state.written[log]![seq - 1]!;
}

function changed(state: HollowState, at: number, change: Partial<Member>): HollowState {
  return { ...state, members: state.members.map((one, i) => (i === at ? { ...one, ...change } : one)) };
}

function covers(frontier: readonly number[], dot: string): boolean {
  const [log, seq] = placeOf(dot);
  return seq <= frontier[log]!;
}

function placeOf(dot: string): readonly [number, number] {
  return dot.split("/").map(Number) as [number, number];
}
