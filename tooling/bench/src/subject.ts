import type { Sample } from "./figures.ts";

export type Group = "yardsticks" | "ourselves" | "peers";

/** One measurement to be made. */
export interface Task {
  readonly rows: number;
  readonly seed: number;
  /** An empty folder for its files, removed afterwards. */
  readonly folder: string;
}

/** Something that can be measured, over and over, each time from nothing. */
export interface Subject {
  /** What `--only` calls it. */
  readonly name: string;
  readonly title: string;
  readonly group: Group;
  /** What it promises for a row that counts; absent where that is no question. */
  readonly keeps?: Keeping;
  /** With fewer rows than these its figures mean nothing. */
  readonly leastRows?: number;
  /** More rows than these take it longer than anybody waits. */
  readonly mostRows?: number;
  /** Measures, and proves the result; a wrong result is an error. */
  measure(task: Task): Promise<Sample>;
}

export interface Keeping {
  readonly merges: "row" | "field";
  readonly durable: boolean;
  readonly signed: boolean;
  readonly encrypted: boolean;
}
