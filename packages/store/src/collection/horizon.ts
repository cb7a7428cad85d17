import { type LogId, type NodeId, nodeOf } from "@jarvis-crdt/crdt";

/** Another node that may write, and what is known of it. */
export interface Member {
  readonly node: NodeId;
  /** When it was last heard of, Unix ms: its last acknowledgement or write, or the beginning of its certificate. */
  readonly seenAt: number;
  /** As it said last; empty where it has said nothing yet. */
  readonly interpreted: ReadonlyMap<LogId, number>;
}

export interface HorizonInput {
  /** Unix ms. */
  readonly now: number;
  /** For how long a member that is not heard of is waited for, ms. */
  readonly leaseMs: number;
  /** How far this node has interpreted each log without a gap. */
  readonly interpreted: ReadonlyMap<LogId, number>;
  readonly members: readonly Member[];
}

/** Up to where a log may go, as far as the members are concerned. */
export interface LogHorizon {
  readonly log: LogId;
  /** Last sequence that this node has interpreted without a gap. */
  readonly interpreted: number;
  /** Last sequence that all members whose lease runs have interpreted, and somebody else at all. */
  readonly settled: number;
  /** Members whose lease runs that have not interpreted all of it. */
  readonly heldBy: readonly NodeId[];
  /** No other member has interpreted all of it, however long expired. */
  readonly lacksWitness: boolean;
}

/** Whether a member is still waited for. */
export function isRunning(
  { seenAt }: Member,
  { now, leaseMs }: Pick<HorizonInput, "now" | "leaseMs">,
): boolean {
  return now - seenAt <= leaseMs;
}

/** How far the member has interpreted the log: as it said, and what it wrote itself. */
export function reaches(member: Member, log: LogId, written: number): number {
  return nodeOf(log) === member.node ? written : (member.interpreted.get(log) ?? 0);
}

/**
 * The horizon of each log (docs/decisions, "collection waits for witnesses"): alone, a node collects nothing.
 * O(logs × members).
 */
export function horizons(input: HorizonInput): readonly LogHorizon[] {
  const running = input.members.filter((member) => isRunning(member, input));
  return [...input.interpreted].map(([log, interpreted]) => {
    const reach = (member: Member) => Math.min(reaches(member, log, interpreted), interpreted);
    const witnessed = Math.max(0, ...input.members.map(reach));
    const settled = Math.min(witnessed, ...running.map(reach));
    return {
      log,
      interpreted,
      settled,
      heldBy: running.filter((member) => reach(member) < interpreted).map(({ node }) => node),
      lacksWitness: witnessed < interpreted,
    };
  });
}
