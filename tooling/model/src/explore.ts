/** What can happen in a model. A state is plain data, and `next` never changes the one that it is given. */
export interface Model<State> {
  readonly initial: State;
  /** Everything that can happen next, with a name for people. */
  next(state: State): Iterable<readonly [event: string, after: State]>;
  /** What is wrong with a state; undefined where nothing is. */
  check(state: State): string | undefined;
}

export interface Explored {
  /** Different states that were reached. */
  readonly states: number;
  /** The shortest history that breaks a promise, and which. */
  readonly broken?: { readonly history: readonly string[]; readonly promise: string };
}

/** More states than a model may have: it is meant to be small. */
const most = 1_000_000;

/** Visits every reachable state, breadth first, until one is wrong. O(states × events). */
export function explore<State>(model: Model<State>): Explored {
  const from = new Map<string, readonly [before: string, event: string] | undefined>();
  const key = JSON.stringify(model.initial);
  from.set(key, undefined);
  let frontier: { key: string; state: State }[] = [{ key, state: model.initial }];
  while (frontier.length > 0) {
    const found: { key: string; state: State }[] = [];
    for (const { key: before, state } of frontier) {
      const promise = model.check(state);
      if (promise !== undefined) {
        return { states: from.size, broken: { history: historyOf(before, from), promise } };
      }
      for (const [event, after] of model.next(state)) {
        const name = JSON.stringify(after);
        if (from.has(name)) continue;
        from.set(name, [before, event]);
        found.push({ key: name, state: after });
      }
      if (from.size > most) throw new Error(`the model has more than ${most} states`);
    }
    frontier = found;
  }
  return { states: from.size };
}

function historyOf(
  key: string,
  from: ReadonlyMap<string, readonly [string, string] | undefined>,
): readonly string[] {
  const history: string[] = [];
  for (let step = from.get(key); step !== undefined; step = from.get(step[0])) history.unshift(step[1]);
  return history;
}
