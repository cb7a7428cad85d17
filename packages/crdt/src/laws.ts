import { encodeValue } from "./codec/value-codec.ts";
import type { Value } from "./value.ts";

/** A convergent type as the law kit sees it. `Container` is mutable, `State` is what `merge` takes. */
export interface LawSubject<Container, State> {
  /** An empty container of a replica. */
  create(node: string): Container;
  /** One of the type's mutations, chosen by `choice`; returns its delta. */
  mutate(container: Container, choice: number): State;
  /** Whether anything changed. */
  merge(container: Container, state: State): boolean;
  state(container: Container): State;
  /** Everything by which two states can differ, as a value. */
  view(container: Container): Value;
}

/** One step of a history: a replica changes itself, or learns the state or a single delta of another. */
export type LawStep =
  | { readonly do: "mutate"; readonly at: number; readonly choice: number }
  | { readonly do: "state"; readonly from: number; readonly to: number }
  | { readonly do: "delta"; readonly which: number; readonly to: number };

/** A law does not hold: its name, and the two views that should be equal. */
export class LawViolation extends Error {
  override readonly name = "LawViolation";
  readonly law: string;

  constructor(law: string, left: unknown, right: unknown) {
    super(`${law}: ${show(left)} is not ${show(right)}`);
    this.law = law;
  }
}

/**
 * Plays a history on three replicas and checks on the states it leads to that merging is associative, commutative and
 * idempotent, that all deltas together are the state, and that `merge` says truly whether something changed. Histories
 * come from the caller, best from a property testing library. Throws `LawViolation`.
 */
export function checkLaws<Container, State>(
  subject: LawSubject<Container, State>,
  history: readonly LawStep[],
): void {
  const replicas = ["a", "b", "c"].map((node) => subject.create(node));
  const deltas: State[] = [];
  for (const step of history) {
    if (step.do === "mutate") deltas.push(subject.mutate(replicas[step.at % 3]!, step.choice));
    else if (step.do === "state") {
      merged(subject, replicas[step.to % 3]!, subject.state(replicas[step.from % 3]!));
    } else if (deltas.length > 0) {
      merged(subject, replicas[step.to % 3]!, deltas[step.which % deltas.length]!);
    }
  }
  const [a, b, c] = replicas as [Container, Container, Container];
  const join = (...states: readonly State[]) => {
    const container = subject.create("observer");
    for (const state of states) merged(subject, container, state);
    return container;
  };
  const [x, y, z] = [subject.state(a), subject.state(b), subject.state(c)];
  const same = (law: string, left: Container, right: Container) =>
    equal(law, subject.view(left), subject.view(right));

  same("a state says all", join(x), a);
  same("commutative", join(x, y), join(y, x));
  same("associative", join(subject.state(join(x, y)), z), join(x, subject.state(join(y, z))));
  same("idempotent", join(x, y, x, y), join(x, y));
  if (subject.merge(join(x, y), x)) throw new LawViolation("a known state changes nothing", true, false);
  const all = join(x, y, z);
  same("deltas are the state", join(...deltas), all);
  same("deltas in any order, and twice", join(...[...deltas].reverse(), ...deltas), all);
}

function merged<Container, State>(
  subject: LawSubject<Container, State>,
  container: Container,
  state: State,
): void {
  const before = encodeValue(subject.view(container));
  const changed = subject.merge(container, state);
  const after = encodeValue(subject.view(container));
  const differs = before.length !== after.length || before.some((byte, i) => byte !== after[i]);
  if (changed !== differs) throw new LawViolation("merge says whether it changed", changed, differs);
}

function equal(law: string, left: Value, right: Value): void {
  const x = encodeValue(left);
  const y = encodeValue(right);
  if (x.length !== y.length || x.some((byte, i) => byte !== y[i])) throw new LawViolation(law, left, right);
}

function show(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 500) ?? String(value);
}
