import type { Uid } from "@jarvis-crdt/crdt";
import { type ArchiveDatabase, quote, type StateReader, type TableMapping } from "@jarvis-crdt/store-sqlite";
import type { Difference, KeyRange, TableComparison } from "./difference.ts";
import type { Evidence } from "./evidence.ts";

/** Rows of one table of an archive, compared with its backup. */
export interface TableFindings {
  readonly name: string;
  readonly kind: TableMapping["kind"];
  /** Rows that the archive has. */
  readonly rows: number;
  /** Rows that were changed, inserted or deleted since, as outbox or log say. */
  readonly captured: number;
  /** Rows that differ where nothing is captured: local tables, and columns whose changes stay here. */
  readonly local: number;
  /** Rows that differ, and nothing says why. */
  readonly unexplained: number;
  /** Rows without identity. */
  readonly unidentified: number;
  /** Rows without identity because they are too large to be replicated. */
  readonly large: number;
  /** Rows with an identity that the state does not know. */
  readonly unknown: number;
}

/** What a run of keys adds to a tally. */
export interface Part {
  readonly rows: number;
  readonly captured: number;
  readonly local: number;
  readonly unexplained: number;
  readonly unidentified: number;
  readonly large: number;
  readonly unknown: number;
  readonly problems: readonly string[];
}

const keptProblems = 100;

/** Counts what one table's rows turned out to be. */
export class Tally {
  readonly problems: string[] = [];
  readonly #db: ArchiveDatabase;
  readonly #mapping: TableMapping;
  readonly #evidence: Evidence | undefined;
  readonly #state: StateReader | undefined;
  readonly #strict: boolean;
  #sum = { rows: 0, captured: 0, local: 0, unexplained: 0, unidentified: 0, large: 0, unknown: 0 };

  /** Without evidence, because nothing of ours is in the file, every difference is the owner's business. */
  constructor(
    db: ArchiveDatabase,
    mapping: TableMapping,
    evidence: Evidence | undefined,
    state: StateReader | undefined,
    strict: boolean,
  ) {
    this.#db = db;
    this.#mapping = mapping;
    this.#evidence = evidence;
    this.#state = state;
    this.#strict = strict;
  }

  get isSound(): boolean {
    const { unexplained, unidentified, unknown } = this.#sum;
    return unexplained + unidentified + unknown === 0;
  }

  findings(): TableFindings {
    return { name: this.#mapping.name, kind: this.#mapping.kind, ...this.#sum };
  }

  examine(comparison: TableComparison, range: KeyRange): Part {
    const part = { captured: 0, local: 0, unexplained: 0, unidentified: 0, large: 0, unknown: 0 };
    const problems: string[] = [];
    const report = (key: bigint, what: string) => {
      if (problems.length < keptProblems) problems.push(`${this.#mapping.name} ${key}: ${what}`);
    };
    for (const difference of comparison.differences(range)) {
      const account = this.#accountFor(difference);
      part[account ?? "unexplained"]++;
      if (account === undefined) report(difference.key, this.#explain(difference));
    }
    if (this.#evidence !== undefined && this.#mapping.kind !== "local") {
      for (const key of this.#unnamed(range)) {
        if (this.#evidence.isIdentified(this.#mapping, key)) continue;
        if (this.#evidence.isLarge(this.#mapping, key)) part.large++;
        else {
          part.unidentified++;
          report(key, "the row has no identity, so no other node will receive it");
        }
      }
      for (const key of this.#unknown(range)) {
        part.unknown++;
        report(key, "the row has an identity that the state file does not know");
      }
    }
    return { ...part, rows: comparison.count(range), problems };
  }

  add(part: Part): void {
    const sum = this.#sum;
    for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += part[name];
    this.problems.push(...part.problems.slice(0, keptProblems - this.problems.length));
  }

  /** Rows that differ in a table without keys. */
  addLocal(rows: number): void {
    this.#sum[this.#strict ? "unexplained" : "local"] += rows;
    this.#sum.rows += this.#db
      .prepare(`SELECT count(*) FROM ${quote(this.#mapping.name)}`)
      .pluck()
      .get() as number;
  }

  #accountFor(difference: Difference) {
    if (this.#strict) return undefined;
    if (this.#evidence === undefined) return "local" as const;
    return this.#evidence.accountFor(this.#mapping, difference);
  }

  /** Names the columns that needed an account: those whose changes stay here may differ. */
  #explain({ kind, columns }: Difference): string {
    const { groups, initialOnly } = this.#mapping;
    const free = groups.filter(({ name }) => initialOnly.includes(name)).flatMap((group) => group.columns);
    return explanations[kind](this.#strict ? columns : columns.filter((name) => !free.includes(name)));
  }

  #unnamed({ from, through }: KeyRange): bigint[] {
    const { name, key } = this.#mapping;
    return this.#db
      .prepare(
        `SELECT a.${quote(key)} FROM main.${quote(name)} a WHERE a.${quote(key)} BETWEEN ? AND ? AND NOT EXISTS
         (SELECT 1 FROM crdt_rows r WHERE r.tbl=(SELECT id FROM crdt_tables WHERE name=?) AND r.key=a.${quote(key)})`,
      )
      .pluck()
      .safeIntegers()
      .all(from, through, name) as bigint[];
  }

  #unknown({ from, through }: KeyRange): bigint[] {
    const state = this.#state;
    if (state === undefined) return [];
    const rows = this.#db
      .prepare(
        "SELECT key,uid FROM crdt_rows WHERE tbl=(SELECT id FROM crdt_tables WHERE name=?) AND key BETWEEN ? AND ?",
      )
      .raw()
      .safeIntegers()
      .all(this.#mapping.name, from, through) as [bigint, Uid][];
    return rows.filter(([, uid]) => !state.knows(this.#mapping.name, uid)).map(([key]) => key);
  }
}

const explanations: Readonly<Record<Difference["kind"], (columns: readonly string[]) => string>> = {
  gone: () => "the row is gone, and neither outbox nor log say why",
  added: () => "the row is new, and neither outbox nor log know it",
  changed: (columns) => `${columns.join(", ")} changed, and neither outbox nor log say why`,
};
