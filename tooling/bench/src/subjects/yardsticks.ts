import { join } from "node:path";
import type { Subject } from "../subject.ts";
import { copyAttached, insertNaively, insertRaw, type Timed } from "../yardsticks.ts";

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

export const raw: Subject = {
  name: "raw",
  title: "raw INSERTs, 5000 a transaction, 64 MB cache",
  group: "yardsticks",
  async measure({ rows, seed, folder }) {
    return { local: rate(insertRaw(join(folder, "raw.db"), rows, seed)) };
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
