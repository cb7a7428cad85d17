import { join } from "node:path";
import type { Subject } from "../subject.ts";
import { copyAttached, insertNaively, type Timed } from "../yardsticks.ts";

const rate = ({ rows, ms }: Timed) => (rows / ms) * 1000;

/** The unit of every ratio. */
export const y1: Subject = {
  name: "y1",
  title: "Y1 plain INSERTs, 1000 a transaction",
  group: "yardsticks",
  async measure({ rows, seed, folder }) {
    return { local: rate(insertNaively(join(folder, "naive.db"), rows, seed)) };
  },
};

export const y2: Subject = {
  name: "y2",
  title: "Y2 ATTACH and INSERT … SELECT",
  group: "yardsticks",
  async measure({ rows, seed, folder }) {
    const source = join(folder, "naive.db");
    insertNaively(source, rows, seed);
    return { sync: rate(copyAttached(join(folder, "attached.db"), source)) };
  },
};
