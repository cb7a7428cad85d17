import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { hlcTime } from "@jarvis-crdt/crdt";
import { databaseHealth, examineFence, type FenceState, StateCopy } from "@jarvis-crdt/store-sqlite";
import { codeOf, type Finding, good, note, problem, unread, warning } from "./finding.ts";

export interface StateSubject {
  readonly path: string;
  readonly node: string | undefined;
  readonly cluster: Uint8Array | undefined;
  readonly isRunning: boolean;
  readonly now: number;
}

/** As far as the clock may be off before peers refuse what this node writes. */
const driftMs = 60_000;
const restore =
  "Stop jarvisd, then: jarvisctl backup restore BACKUP --config FILE. Rows that a peer or the archive has come back too.";

/** The state file and the fence beside it. The nonces are those of plans that the archive may carry. */
export function examineState(subject: StateSubject): {
  readonly nonces: readonly string[] | undefined;
  readonly findings: readonly Finding[];
} {
  const { path, isRunning } = subject;
  if (!existsSync(path) && isRunning) {
    const sentence = `jarvisd runs, and its state file ${path} was deleted or moved: what it stores now would be gone with its next start.`;
    const next =
      'Stop jarvisd. Put the file back, or restore a backup ("jarvisctl backup list"); then start it.';
    return { nonces: undefined, findings: [problem("state-gone", sentence, next)] };
  }
  if (!existsSync(path)) {
    const sentence = `There is no state file at ${path}: this node has not run yet, or its state is lost.`;
    const next =
      'Where it was lost, restore a backup ("jarvisctl backup list"). Otherwise start jarvisd: it makes one, and adopts the archive\'s rows once it is in sync with a peer.';
    return { nonces: undefined, findings: [note("no-state", sentence, next)] };
  }
  // What a process has open is its own to read whole.
  const health = isRunning ? "sound" : databaseHealth(path);
  if (health === "unreadable")
    return { nonces: undefined, findings: [unread("state-unread", "state file", path)] };
  if (health === "damaged")
    return {
      nonces: undefined,
      findings: [problem("state-damaged", `The state file ${path} is damaged.`, restore)],
    };
  try {
    using copy = new StateCopy(path);
    return {
      nonces: copy.nonces,
      findings: [
        ...identity(copy, subject),
        ...contents(copy),
        ...fence(copy, subject),
        ...clock(copy, subject),
      ],
    };
  } catch (error) {
    const sentence = `The state file ${path} cannot be used (${codeOf(error)}): ${(error as Error).message}`;
    return { nonces: undefined, findings: [problem("state-unusable", sentence, restore)] };
  }
}

function identity(copy: StateCopy, { node, cluster }: StateSubject): readonly Finding[] {
  if (cluster !== undefined && copy.cluster !== undefined && Buffer.compare(copy.cluster, cluster) !== 0)
    return [
      problem(
        "other-cluster",
        "The state file belongs to another cluster than the certificate.",
        "Correct storage.path or security.",
      ),
    ];
  if (node !== undefined && copy.node !== undefined && copy.node !== node)
    return [
      note(
        "other-node",
        `The state file was last used by node ${copy.node}, the certificate is of ${node}: it goes on under the new name.`,
      ),
    ];
  return [];
}

function contents(copy: StateCopy): readonly Finding[] {
  const { rows, operations } = copy.counts;
  const { waiting, conflicts } = copy.open;
  const findings = [
    good(
      "state",
      `The state file is sound and holds ${rows} rows, of ${operations} operations in ${copy.frontier.size} ${copy.frontier.size === 1 ? "log" : "logs"}.`,
    ),
  ];
  if (waiting > 0)
    findings.push(
      note(
        "quarantine",
        `${waiting} transactions are stored and wait to be interpreted; nothing of them is lost.`,
        'See why: "jarvisctl quarantine list".',
      ),
    );
  if (conflicts > 0)
    findings.push(
      note(
        "conflicts",
        `${conflicts} rows or registers hold concurrent writes; the latest is shown, the others are kept.`,
        'See and settle them: "jarvisctl conflicts list".',
      ),
    );
  return findings;
}

const unclean: Readonly<Record<Exclude<FenceState, "clean">, string>> = {
  none: "The last jarvisd did not close the state file: it was killed, or the machine lost power.",
  "other-batch": "The state file is not the one that was closed last: it was restored from an older copy.",
  "other-machine": "The data folder was closed on another machine: it was copied or cloned to this one.",
  "other-file": "The state file was copied or replaced since it was closed.",
  unreadable: "The fence beside the state file cannot be read.",
};

/** Nothing is to be done by anybody, but an operator may want to know why there is a new incarnation. */
function fence(copy: StateCopy, { path, isRunning }: StateSubject): readonly Finding[] {
  const own = copy.log;
  if (isRunning || own === undefined) return [];
  const state = examineFence(join(dirname(path), "fence"), path, copy.headOf(own));
  if (state === "clean")
    return [good("fence", "The last jarvisd closed its files: the next one continues its log.")];
  const next =
    state === "other-machine"
      ? "Make sure that the other machine does not run with the same certificate: each node needs one of its own. Nothing is doubled here: the next write begins a new incarnation."
      : "Nothing: the next write begins a new incarnation, so that no number is ever used twice.";
  return [
    state === "other-machine"
      ? warning("fence-other-machine", unclean[state], next)
      : note(`fence-${state}`, unclean[state], next),
  ];
}

function clock(copy: StateCopy, { now }: StateSubject): readonly Finding[] {
  const last = hlcTime(copy.lastStamp);
  if (copy.lastStamp === 0 || last <= now + driftMs) return [];
  const sentence = `This machine's clock says ${new Date(now).toISOString()}, but something was stamped ${new Date(last).toISOString()}: the clock is behind now, or it was ahead then.`;
  return [
    warning(
      "clock",
      sentence,
      "Set the clock right (NTP). Where it is right, start jarvisd: once it meets a peer whose clock agrees, what was stamped ahead is written anew under today's time, and reaches everybody.",
    ),
  ];
}
