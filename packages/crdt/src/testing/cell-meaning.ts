import type { CounterCell } from "../cells/counter-cell.ts";
import type { Entry } from "../cells/entry.ts";
import type { RegisterCell } from "../cells/register-cell.ts";
import type { RowCell, RowEntry } from "../cells/row-cell.ts";
import type { SetCell } from "../cells/set-cell.ts";
import { compareDots, type Dot, sameDot } from "../dot.ts";
import type { Operation } from "../operation.ts";

export interface Written {
  readonly dot: Dot;
  readonly operation: Operation;
}

export interface State {
  counter: ReadonlyMap<string, CounterCell>;
  register: RegisterCell | undefined;
  keyed: RegisterCell | undefined;
  set: SetCell | undefined;
  row: RowCell | undefined;
}

export const groups = 2;
export const uid = new Uint8Array(16);

/** The meaning of cells as a small function over the set of operations. */
export function meaning(operations: readonly Written[]): State {
  const named = (dot: Dot, by: (operation: Operation) => readonly Dot[]) =>
    operations.some((one) => !sameDot(one.dot, dot) && by(one.operation).some((seen) => sameDot(seen, dot)));
  const ofKind = <K extends Operation["kind"]>(kind: K) =>
    operations
      .filter(
        (one): one is Written & { operation: Extract<Operation, { kind: K }> } => one.operation.kind === kind,
      )
      .sort((a, b) => compareDots(a.dot, b.dot));

  const counter = new Map<string, CounterCell>();
  for (const { dot, operation } of ofKind("counter.add")) {
    counter.set(dot.log, { seq: dot.seq, sum: (counter.get(dot.log)?.sum ?? 0) + operation.by });
  }

  const register = ofKind("register.set")
    .filter(({ dot }) => !named(dot, (by) => (by.kind === "register.set" ? by.seen : [])))
    .map(({ dot, operation }): Entry => ({ dot, stamp: operation.stamp }));

  const keyed = ofKind("keyed.set")
    .filter(
      ({ dot }) =>
        !named(dot, (by) => (by.kind === "keyed.set" || by.kind === "keyed.remove" ? by.seen : [])),
    )
    .map(({ dot, operation }): Entry => ({ dot, stamp: operation.stamp }));

  const set = ofKind("set.add")
    .map(({ dot }) => dot)
    .filter((dot) => !named(dot, (by) => (by.kind === "set.add" || by.kind === "set.remove" ? by.seen : [])));

  const adds = ofKind("row.add")
    .map(({ dot }) => dot)
    .filter((dot) => !named(dot, (by) => (by.kind === "row.remove" ? by.adds : [])));
  const writes = [
    ...ofKind("row.add").flatMap(({ dot, operation }) =>
      Array.from({ length: groups }, (_, group) => ({ dot, stamp: operation.stamp, adds: [dot], group })),
    ),
    ...ofKind("row.set").map(({ dot, operation }) => ({ dot, ...operation })),
  ].sort((a, b) => compareDots(a.dot, b.dot));
  const entries = (group: number): RowEntry[] =>
    writes
      .filter((write) => write.group === group)
      .filter((write) => write.adds.some((add) => adds.some((live) => sameDot(live, add))))
      .filter(({ dot }) => !named(dot, (by) => (by.kind === "row.set" && by.group === group ? by.seen : [])))
      .map(({ dot, stamp, adds }) => ({ dot, stamp, adds }));

  return {
    counter,
    register: register.length === 0 ? undefined : (register as unknown as RegisterCell),
    keyed: keyed.length === 0 ? undefined : (keyed as unknown as RegisterCell),
    set: set.length === 0 ? undefined : (set as unknown as SetCell),
    row:
      adds.length === 0
        ? undefined
        : { adds: adds as unknown as RowCell["adds"], groups: [entries(0), entries(1)] },
  };
}
