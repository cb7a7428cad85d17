import { readFileSync } from "node:fs";
import { type ClusterNode, waitFor } from "@jarvis-crdt/harness";

/** One line of a node's log. */
export interface LogLine {
  /** 30 information, 40 warning, 50 error, 60 fatal. */
  readonly level: number;
  readonly msg: string;
  readonly code?: string;
  readonly [field: string]: unknown;
}

/** All lines so far. The last may be half written where the process was killed. */
export function readLog(node: Pick<ClusterNode, "log">): readonly LogLine[] {
  return readFileSync(node.log, "utf8")
    .split("\n")
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as LogLine];
      } catch {
        return [];
      }
    });
}

/** Lines that say that something is wrong with the node itself. */
export function errorsOf(node: Pick<ClusterNode, "log">): readonly LogLine[] {
  return readLog(node).filter(({ level }) => level >= 50);
}

/** Waits for a line with `code` that comes after the first `after` lines; returns it. */
export async function logged(node: Pick<ClusterNode, "log">, code: string, after: number): Promise<LogLine> {
  return await waitFor(
    () =>
      readLog(node)
        .slice(after)
        .find((line) => line.code === code),
    {
      what: `a line with code ${code} in ${node.log}`,
    },
  );
}
