import { hasDot, type RowCell } from "@jarvis-crdt/crdt";
import type { Committed } from "@jarvis-crdt/store";
import type { Core } from "./core.ts";
import type { ShownValues } from "./shown-values.ts";
import type { Captured, OutboxEntry } from "./state.ts";

/** How long an outbox entry that was drained is known, in ms: a restored archive is not older. */
const drainedMs = 30 * 24 * 60 * 60 * 1000;

/** Entries that are looked for at once. */
const together = 512;

/** The application's own writes on their way from the outbox into the log, each once. */
export class Captures {
  readonly #core: Core;
  readonly #shownValues: ShownValues;
  readonly #isDrained;
  readonly #between;

  constructor(core: Core, shownValues: ShownValues) {
    this.#core = core;
    this.#shownValues = shownValues;
    this.#isDrained = core.database.prepare("SELECT 1 FROM crdt_drained WHERE id = ? AND token = ?");
    this.#between = core.database
      .prepare<[number, number], [number, Buffer]>(
        "SELECT id, token FROM crdt_drained WHERE id BETWEEN ? AND ?",
      )
      .raw();
    core.transactions.run(() =>
      core.database.prepare("DELETE FROM crdt_drained WHERE at < ?").run(core.options.now() - drainedMs),
    );
  }

  /** Which of these entries, by id, an earlier transaction has drained already. */
  drained(entries: readonly OutboxEntry[]): ReadonlySet<number> {
    const drained = new Set<number>();
    for (let from = 0; from < entries.length; from += together) {
      const some = entries.slice(from, from + together);
      const ids = some.map(({ id }) => id);
      const [first, last] = [Math.min(...ids), Math.max(...ids)];
      // Neighbours, nearly always; most often none of them is known, which one look at the index tells.
      if (last - first < 2 * together) this.#drainedBetween(some, first, last, drained);
      else
        for (const { id, token } of some) if (this.#isDrained.get(id, token) !== undefined) drained.add(id);
    }
    return drained;
  }

  #drainedBetween(entries: readonly OutboxEntry[], first: number, last: number, drained: Set<number>): void {
    /** Made when it is needed. */
    const tokens = new Map<number, Uint8Array>();
    for (const [id, token] of this.#between.iterate(first, last)) {
      if (tokens.size === 0) for (const entry of entries) tokens.set(entry.id, entry.token);
      const here = tokens.get(id);
      if (here !== undefined && token.compare(here) === 0) drained.add(id);
    }
  }

  /** Runs inside the caller's transaction. See `PlanSteps.capture`. */
  commit({ intents, times, entries, evicted, unevicted = [], isRewound = false }: Captured): Committed {
    const { engine, evictions, medium } = this.#core;
    const { todo, cells } = medium;
    this.#drain(entries);
    for (const { table, uid } of evicted) evictions.add(this.#core.table(table), uid);
    for (const { table, uid } of unevicted) evictions.remove(this.#core.table(table), uid);
    const whole = intents.map((intent) => this.#shownValues.complete(intent));
    const changes = whole.map((intent) => isRewound || !this.#shownValues.holds(intent));
    if (!changes.includes(true)) return { dots: [], transactions: 0 };
    return todo.capture(() =>
      engine.commit(
        { intents: whole.filter((_, i) => changes[i]), times: times.filter((_, i) => changes[i]) },
        {
          seen: (table, uid) =>
            isRewound ? onlyFirstValues(cells.row(table, uid)) : this.#shownValues.cell(table, uid),
          wrote: (dot, operation) => {
            if (!("table" in operation)) return;
            const table = engine.ownTable(operation.table);
            todo.captured(table, dot, operation);
            if (operation.kind === "row.add") evictions.remove(table.object, operation.uid);
          },
        },
      ),
    );
  }

  #drain(entries: readonly OutboxEntry[]): void {
    const { database, medium, options } = this.#core;
    const insert = database.prepare("INSERT OR IGNORE INTO crdt_drained(id, token, at) VALUES (?, ?, ?)");
    const at = options.now();
    for (const { id, token } of entries) insert.run(id, token, at);
    const last = entries.at(-1);
    if (last !== undefined) medium.todo.await(last);
  }
}

/** The cell as its add alone makes it: what everybody has seen who sees the row at all. */
function onlyFirstValues(cell: RowCell | undefined): RowCell | undefined {
  if (cell === undefined) return undefined;
  const groups = cell.groups.map((entries) => entries.filter(({ dot }) => hasDot(cell.adds, dot)));
  return { adds: cell.adds, groups };
}
