import type { Model } from "./explore.ts";

/**
 * What becomes of a log that two instances of one node have written. Two instances of node X (0 and 1, the second one a
 * copy of the first as it was at some time) and node C (2) write and meet in any order; the first instance may die.
 * A meeting gives one batch of one log, or heals one fork. Dots name a place in a log, not a batch: whoever wrote them may
 * have seen another branch.
 */
export type ForkRule =
  /** As designed: both branches are void, each instance mints anew what it has and what it is shown, in a new log. */
  | "designed"
  /** Shown more of its own log than it has, an instance abandons it there and then, instead of taking it over. */
  | "abandon without fork proof"
  /** An instance mints anew what it wrote itself, and leaves other branches to whoever wrote them. */
  | "own branch only"
  /** Everybody keeps the branch that came first. */
  | "first come"
  /** One branch stays, the one that begins with the smaller batch id; the others are dropped and minted anew. */
  | "smaller branch stays"
  /** What is minted anew does not say what it was. */
  | "no origin";

type Log = string;
/** `log/number/index`. */
type Dot = string;

interface Operation {
  readonly value: string;
  readonly kills: readonly Dot[];
  /** Values that the author meant by `kills`. */
  readonly meant: readonly string[];
  /** What it was minted as first. */
  readonly origin: string;
}

interface Batch {
  readonly id: string;
  readonly operations: readonly Operation[];
  readonly abandons?: { readonly log: Log; readonly from: number; readonly anew: readonly string[] };
}

interface Instance {
  readonly isAlive: boolean;
  /** The log that it mints into; null where it takes a new one first. */
  readonly own: Log | null;
  readonly logs: Readonly<Record<Log, readonly string[]>>;
}

export interface ForkState {
  readonly nodes: readonly Instance[];
  readonly saved: Instance | null;
  readonly batches: Readonly<Record<string, Batch>>;
  readonly incarnations: number;
  readonly writes: number;
}

const c = 2;
const fresh: Instance = { isAlive: true, own: null, logs: {} };

export function forkModel(rule: ForkRule, writes = 4): Model<ForkState> {
  const initial: ForkState = {
    nodes: [{ ...fresh, own: "L" }, { ...fresh, isAlive: false }, fresh],
    saved: null,
    batches: {},
    incarnations: 0,
    writes: 0,
  };
  return {
    initial,
    *next(state) {
      const [first, second, third] = state.nodes as [Instance, Instance, Instance];
      const isStarted = second.isAlive || state.nodes[1]!.own !== null;
      if (state.saved === null && held(first, "L") > 0) yield ["snapshot", { ...state, saved: first }];
      if (state.saved !== null && !isStarted) {
        yield ["the copy starts, unaware", withNode(state, 1, { ...state.saved, isAlive: true })];
        yield ["the copy starts, warned", withNode(state, 1, { ...state.saved, isAlive: true, own: null })];
      }
      if (second.isAlive && first.isAlive) {
        yield ["the first dies", withNode(state, 0, { ...first, isAlive: false })];
      }
      if (state.writes < writes) {
        if (first.isAlive) yield ["the first writes", write(state, 0, [])];
        if (second.isAlive) yield ["the copy writes", write(state, 1, [])];
        const seen = view(state, third, rule).live.at(-1);
        if (seen !== undefined && third.own === null)
          yield ["C replaces what it sees", write(state, c, [seen])];
      }
      yield* meetings(state, rule);
    },
    check: (state) => judge(settled(state, rule), rule),
  };
}

function* meetings(state: ForkState, rule: ForkRule): Iterable<readonly [string, ForkState]> {
  for (const x of [0, 1]) {
    if (!state.nodes[x]!.isAlive) continue;
    for (const log of logsOf(state, x, c)) {
      for (const [from, to] of [
        [x, c],
        [c, x],
      ] as const) {
        const after = meet(state, from, to, log, rule);
        if (after !== undefined) yield [`${nameOf(from)} gives ${log} to ${nameOf(to)}`, after];
      }
    }
  }
}

/** Everybody who is alive meets until nothing new is said. */
function settled(state: ForkState, rule: ForkRule): ForkState | undefined {
  let now = state;
  for (let steps = 0; steps < 200; steps++) {
    const [next] = meetings(now, rule);
    if (next === undefined) return now;
    now = next[1];
  }
  return undefined;
}

function judge(state: ForkState | undefined, rule: ForkRule): string | undefined {
  if (state === undefined) return "the nodes never come to rest";
  const alive = state.nodes.filter(({ isAlive }) => isAlive);
  const views = alive.map((node) => view(state, node, rule));
  const shown = views.map(({ live }) => live.map(({ value }) => value).sort());
  const [one] = shown;
  if (shown.some((other) => JSON.stringify([...new Set(other)]) !== JSON.stringify([...new Set(one)]))) {
    return "nodes that have met show different values";
  }
  const held = alive.flatMap((node) => Object.values(node.logs).flat()).map((id) => state.batches[id]!);
  const written = held.flatMap(({ operations }) => operations);
  const meant = new Set(written.flatMap((operation) => operation.meant));
  for (const { value } of written) {
    if (!one!.includes(value) && !meant.has(value)) return `the write ${value} is lost`;
  }
  for (const { counts } of views) {
    for (const [value, count] of counts) if (count > 1) return `${value} counts ${count} times`;
  }
  const back = one!.find((value) => meant.has(value));
  if (back !== undefined && !isForked(state))
    return `${back} was replaced and is back, though no log is forked`;
  return undefined;
}

/** Whether any log has two different batches at one place. */
function isForked(state: ForkState): boolean {
  const chains = state.nodes.flatMap(({ logs }) => Object.entries(logs));
  return chains.some(([log, ids]) =>
    chains.some(
      ([other, others]) => log === other && ids.some((id, i) => i < others.length && others[i] !== id),
    ),
  );
}

interface View {
  readonly live: readonly { readonly dot: Dot; readonly value: string }[];
  /** How often a value counts where it is an increment. */
  readonly counts: ReadonlyMap<string, number>;
}

/** Effective state: a function of what is stored and what is void. */
function view(state: ForkState, node: Instance, rule: ForkRule): View {
  const voids = voidsOf(state, node);
  const adds: { dot: Dot; value: string }[] = [];
  const kills = new Set<Dot>();
  const origins = new Map<string, Set<string>>();
  for (const [log, ids] of Object.entries(node.logs)) {
    for (const [i, id] of ids.entries()) {
      if (i + 1 >= (voids.get(log) ?? Number.POSITIVE_INFINITY)) break;
      for (const [j, operation] of state.batches[id]!.operations.entries()) {
        const dot = dotOf(log, i, j);
        adds.push({ dot, value: operation.value });
        for (const kill of operation.kills) kills.add(kill);
        const of = origins.get(operation.value) ?? new Set();
        origins.set(operation.value, of.add(rule === "no origin" ? dot : operation.origin));
      }
    }
  }
  return {
    live: adds.filter(({ dot }) => !kills.has(dot)),
    counts: new Map([...origins].map(([value, of]) => [value, of.size])),
  };
}

function voidsOf(state: ForkState, node: Instance): Map<Log, number> {
  const voids = new Map<Log, number>();
  for (const id of Object.values(node.logs).flat()) {
    const { abandons } = state.batches[id]!;
    if (abandons !== undefined)
      voids.set(abandons.log, Math.min(abandons.from, voids.get(abandons.log) ?? abandons.from));
  }
  return voids;
}

/** What the giver can do for the taker with one log; undefined where that is nothing. */
function meet(state: ForkState, from: number, to: number, log: Log, rule: ForkRule): ForkState | undefined {
  const [giver, taker] = [state.nodes[from]!, state.nodes[to]!];
  const [theirs, mine] = [giver.logs[log] ?? [], taker.logs[log] ?? []];
  const ends = [voidsOf(state, giver).get(log), voidsOf(state, taker).get(log)];
  const end = Math.min(...ends.map((one) => one ?? Number.POSITIVE_INFINITY));
  const split = mine.findIndex((id, i) => i < theirs.length && theirs[i] !== id);
  if (to !== c && log !== "M" && (split >= 0 || ends[0] !== undefined || ends[1] !== undefined)) {
    const proven = split >= 0 ? Math.min(split + 1, end) : end;
    return rule === "first come" || rule === "smaller branch stays"
      ? chosen(state, from, to, log, split, rule)
      : heal(state, to, log, proven, theirs, rule);
  }
  if (split >= 0)
    return rule === "smaller branch stays" ? chosen(state, from, to, log, split, rule) : undefined;
  const id = theirs[mine.length];
  if (id === undefined || mine.length + 1 >= end) return undefined;
  if (rule === "abandon without fork proof" && log === taker.own)
    return heal(state, to, log, mine.length + 1, mine, rule);
  const logs = { ...taker.logs, [log]: [...mine, id] };
  const own = log === taker.own ? null : taker.own;
  const after = withNode(state, to, { ...taker, own, logs });
  const { abandons } = state.batches[id]!;
  // Whoever learns that its own log is abandoned mints anew what it has of it.
  if (abandons === undefined || to === c) return after;
  return (
    heal(after, to, abandons.log, abandons.from, after.nodes[to]!.logs[abandons.log] ?? [], rule) ?? after
  );
}

/** An instance abandons the log from there on, and mints anew what it has and is shown. */
function heal(
  state: ForkState,
  at: number,
  log: Log,
  from: number,
  shown: readonly string[],
  rule: ForkRule,
): ForkState | undefined {
  const node = state.nodes[at]!;
  const done = new Set(
    Object.values(node.logs)
      .flat()
      .flatMap((id) => state.batches[id]!.abandons?.anew ?? []),
  );
  const isNews = (voidsOf(state, node).get(log) ?? Number.POSITIVE_INFINITY) > from;
  const branches = rule === "own branch only" ? [node.logs[log] ?? []] : [node.logs[log] ?? [], shown];
  const fresh = `H${state.incarnations + 1}`;
  const operations: Operation[] = [];
  const anew: string[] = [];
  for (const branch of branches) {
    for (const [i, id] of branch.entries()) {
      if (i + 1 < from || done.has(id) || anew.includes(id)) continue;
      anew.push(id);
      for (const operation of state.batches[id]!.operations) operations.push(operation);
    }
  }
  if (!isNews && anew.length === 0) return undefined;
  const made = mint(state, at, fresh, { operations, abandons: { log, from, anew } });
  return { ...made, incarnations: state.incarnations + 1 };
}

/** Rules that decide between branches instead. */
function chosen(
  state: ForkState,
  from: number,
  to: number,
  log: Log,
  split: number,
  rule: ForkRule,
): ForkState | undefined {
  if (rule === "first come" || split < 0) return undefined;
  const [giver, taker] = [state.nodes[from]!, state.nodes[to]!];
  const [theirs, mine] = [giver.logs[log] ?? [], taker.logs[log] ?? []];
  if (mine[split]! < theirs[split]!) return undefined;
  const dropped = mine.slice(split).flatMap((id) => state.batches[id]!.operations);
  const logs = { ...taker.logs, [log]: theirs.slice(0, split + 1) };
  const after = withNode(state, to, { ...taker, own: log === taker.own ? null : taker.own, logs });
  if (to === c) return after;
  const made = mint(after, to, `H${state.incarnations + 1}`, { operations: dropped });
  return { ...made, incarnations: state.incarnations + 1 };
}

function write(state: ForkState, at: number, seen: View["live"]): ForkState {
  const node = state.nodes[at]!;
  const isNew = node.own === null;
  const incarnations = state.incarnations + (isNew && at !== c ? 1 : 0);
  const log = node.own ?? (at === c ? "M" : `H${incarnations}`);
  const value = `w${state.writes + 1}`;
  const operation: Operation = {
    value,
    kills: seen.map(({ dot }) => dot),
    meant: seen.map((one) => one.value),
    origin: value,
  };
  const made = mint(state, at, log, { operations: [operation] });
  return { ...made, incarnations, writes: state.writes + 1 };
}

function mint(state: ForkState, at: number, log: Log, batch: Omit<Batch, "id">): ForkState {
  const node = state.nodes[at]!;
  const id = `b${Object.keys(state.batches).length}`;
  const logs = { ...node.logs, [log]: [...(node.logs[log] ?? []), id] };
  const after = withNode(state, at, { ...node, own: log, logs });
  return { ...after, batches: { ...state.batches, [id]: { id, ...batch } } };
}

function withNode(state: ForkState, at: number, node: Instance): ForkState {
  return { ...state, nodes: state.nodes.map((one, i) => (i === at ? node : one)) };
}

function logsOf(state: ForkState, ...at: readonly number[]): readonly Log[] {
  return [...new Set(at.flatMap((i) => Object.keys(state.nodes[i]!.logs)))];
}

function held(node: Instance, log: Log): number {
  return node.logs[log]?.length ?? 0;
}

function dotOf(log: Log, batch: number, index: number): Dot {
  return `${log}/${batch + 1}/${index}`;
}

function nameOf(at: number): string {
  return at === c ? "C" : at === 0 ? "the first" : "the copy";
}
