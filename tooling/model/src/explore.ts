import { hash } from "node:crypto";

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

/** How a state was first reached. */
interface Step {
  /** Undefined for the first one. */
  readonly before: Step | undefined;
  readonly event: string;
}

interface Reached {
  readonly state: string;
  readonly step: Step;
}

/**
 * Visits every reachable state, breadth first, until one is wrong. O(states × events); some 150 bytes a state, of which the
 * hash is kept, 128 bits. Throws where there are more than `most`: a model is meant to be small.
 */
export function explore<State>(model: Model<State>, most = 1_000_000): Explored {
  const seen = new Set<string>();
  const events = new Map<string, string>();
  const reach = (after: State, step: Step): Reached[] => {
    const state = JSON.stringify(after);
    const name = hash("md5", state, "binary");
    if (seen.has(name)) return [];
    seen.add(name);
    if (seen.size > most) throw new Error(`the model has more than ${most} states`);
    return [{ state, step }];
  };
  let frontier = reach(model.initial, { before: undefined, event: "" });
  while (frontier.length > 0) {
    const found: Reached[] = [];
    for (const { state, step } of frontier) {
      const now = JSON.parse(state) as State;
      const promise = model.check(now);
      if (promise !== undefined) return { states: seen.size, broken: { history: historyOf(step), promise } };
      for (const [event, after] of model.next(now)) {
        // One string for all states: each event is a new one.
        const name = events.get(event) ?? event;
        events.set(name, name);
        found.push(...reach(after, { before: step, event: name }));
      }
    }
    frontier = found;
  }
  return { states: seen.size };
}

function historyOf(last: Step): readonly string[] {
  const history: string[] = [];
  for (let step = last; step.before !== undefined; step = step.before) history.unshift(step.event);
  return history;
}
