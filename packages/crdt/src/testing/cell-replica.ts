import { CausalContext } from "../causal-context.ts";
import { addToCounter } from "../cells/counter-cell.ts";
import type { HasSeen } from "../cells/entry.ts";
import { removeFromRegister, writeRegister } from "../cells/register-cell.ts";
import { addRow, type LostEntry, missingAdd, removeRow, setRow } from "../cells/row-cell.ts";
import { addToSet, removeFromSet } from "../cells/set-cell.ts";
import type { Dot } from "../dot.ts";
import { groups, type State, type Written } from "./cell-meaning.ts";

/** Cells as a store would have them, of operations that arrive in any order. */
export class Replica {
  readonly covered = new CausalContext();
  readonly interpreted: Written[] = [];
  readonly lost: LostEntry[] = [];
  state: State = {
    counter: new Map(),
    register: undefined,
    keyed: undefined,
    set: undefined,
    row: undefined,
  };
  readonly #received = new CausalContext();
  readonly #waiting: Written[] = [];
  readonly #kills = new Set<string>();

  receive(written: Written): void {
    if (!this.#received.add(written.dot)) return;
    this.#waiting.push(written);
    for (let at = 0; at < this.#waiting.length; ) {
      const one = this.#waiting[at]!;
      if (this.#waits(one)) at++;
      else {
        this.#waiting.splice(at, 1);
        this.#interpret(one);
        at = 0;
      }
    }
  }

  seen(cell: string): HasSeen {
    return (dot, group) => this.covered.has(dot) || this.#isKilled(cell, dot, group);
  }

  #waits({ operation }: Written): boolean {
    return (
      operation.kind === "row.set" && missingAdd(operation.adds, (dot) => this.covered.has(dot)) !== undefined
    );
  }

  #isKilled(cell: string, dot: Dot, group: number | null): boolean {
    return this.#kills.has(`${cell}/${group}/${dot.log}/${dot.seq}`);
  }

  #kill(cell: string, dots: readonly Dot[], group: number | null): void {
    for (const dot of dots) {
      if (!this.covered.has(dot)) this.#kills.add(`${cell}/${group}/${dot.log}/${dot.seq}`);
    }
  }

  #interpret(written: Written): void {
    const { dot, operation } = written;
    this.interpreted.push(written);
    this.covered.add(dot);
    const cell = operation.kind.split(".")[0]!;
    const isDead = (one: Dot, group: number | null) => this.#isKilled(cell, one, group);
    const state = this.state;
    switch (operation.kind) {
      case "counter.add": {
        const counter = new Map(state.counter);
        counter.set(dot.log, addToCounter(counter.get(dot.log), dot.seq, operation.by));
        this.state = { ...state, counter };
        break;
      }
      case "register.set": {
        const entry = { dot, stamp: operation.stamp };
        const { cell: register } = writeRegister(state.register, entry, operation.seen, isDead);
        this.state = { ...state, register };
        this.#kill(cell, operation.seen, null);
        break;
      }
      case "keyed.set": {
        const entry = { dot, stamp: operation.stamp };
        const { cell: keyed } = writeRegister(state.keyed, entry, operation.seen, isDead);
        this.state = { ...state, keyed };
        this.#kill(cell, operation.seen, null);
        break;
      }
      case "keyed.remove":
        this.state = { ...state, keyed: removeFromRegister(state.keyed, operation.seen) };
        this.#kill(cell, operation.seen, null);
        break;
      case "set.add":
        this.state = { ...state, set: addToSet(state.set, dot, operation.seen, isDead) };
        this.#kill(cell, operation.seen, null);
        break;
      case "set.remove":
        this.state = { ...state, set: removeFromSet(state.set, operation.seen) };
        this.#kill(cell, operation.seen, null);
        break;
      case "row.add": {
        const change = addRow(state.row, { dot, stamp: operation.stamp }, groups, isDead);
        this.state = { ...state, row: change.cell };
        break;
      }
      case "row.set": {
        const entry = { dot, stamp: operation.stamp, adds: operation.adds };
        const change = setRow(state.row, entry, operation.group, operation.seen, isDead);
        this.state = { ...state, row: change.cell };
        this.lost.push(...change.lost);
        this.#kill(cell, operation.seen, operation.group);
        break;
      }
      case "row.remove": {
        const change = removeRow(state.row, operation.adds);
        this.state = { ...state, row: change.cell };
        this.lost.push(...change.lost);
        this.#kill(cell, operation.adds, null);
        break;
      }
    }
  }
}
