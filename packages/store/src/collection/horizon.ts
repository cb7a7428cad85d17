import { type LogId, type NodeId, nodeOf } from "@jarvis-crdt/crdt";
import type { Stretch } from "./collect.ts";

/** Another node that may write, and what is known of it. */
export interface Member {
  readonly node: NodeId;
  /** When it was last heard of, Unix ms: its last acknowledgement or write, or the beginning of its certificate. */
  readonly seenAt: number;
  /** As it said last; empty where it has said nothing yet. */
  readonly interpreted: ReadonlyMap<LogId, Stretch>;
}

/** What is known of who has interpreted what. */
export interface HorizonInput {
  /** Unix ms. */
  readonly now: number;
  /** For how long a member that is not heard of is waited for, ms. */
  readonly leaseMs: number;
  /** How far this node has interpreted each log without a gap. */
  readonly interpreted: ReadonlyMap<LogId, Pick<Stretch, "through">>;
  readonly members: readonly Member[];
}

/** What of a log may go, as far as the members are concerned. */
export interface LogHorizon {
  readonly log: LogId;
  /** Last sequence that this node has interpreted without a gap. */
  readonly interpreted: number;
  /** Last sequence that all members whose lease runs have interpreted, and somebody else at all. */
  readonly settled: number;
  /** Up to here who else has interpreted it has taken hollow himself, and is no witness; 0 mostly. */
  readonly unwitnessed: number;
  /** Members whose lease runs that have not interpreted all of it. */
  readonly heldBy: readonly NodeId[];
  /** No other member has interpreted all of it, however long expired. */
  readonly lacksWitness: boolean;
}

const nothing: Stretch = { after: 0, through: 0 };

/** Whether a member is still waited for. */
export function isRunning(
  { seenAt }: Member,
  { now, leaseMs }: Pick<HorizonInput, "now" | "leaseMs">,
): boolean {
  return now - seenAt <= leaseMs;
}

/** What the member has interpreted of a log: as it said, and what it wrote itself. */
export function reaches({ node, interpreted }: Member, log: LogId, written: number): Stretch {
  const said = interpreted.get(log) ?? nothing;
  return nodeOf(log) === node ? { after: said.after, through: written } : said;
}

/**
 * The horizon of each log (docs/decisions, "collection waits for witnesses"): alone, a node collects nothing.
 * O(logs × members).
 */
export function horizons(input: HorizonInput): readonly LogHorizon[] {
  const running = input.members.filter((member) => isRunning(member, input));
  return [...input.interpreted].map(([log, { through: interpreted }]) => {
    const reach = (member: Member) => Math.min(reaches(member, log, interpreted).through, interpreted);
    const awaited = Math.min(interpreted, ...running.map(reach));
    const witness = bestWitness(
      input.members.map((member) => reaches(member, log, interpreted)),
      awaited,
    );
    return {
      log,
      interpreted,
      settled: Math.min(awaited, witness.through),
      unwitnessed: witness.after,
      heldBy: running.filter((member) => reach(member) < interpreted).map(({ node }) => node),
      lacksWitness: input.members.every((member) => reach(member) < interpreted),
    };
  });
}

/** Who reaches as far as is wanted, and has taken the least of it hollow; otherwise who reaches farthest. */
function bestWitness(stretches: readonly Stretch[], wanted: number): Stretch {
  const [best = nothing] = stretches.toSorted(
    (a, b) => Math.min(b.through, wanted) - Math.min(a.through, wanted) || a.after - b.after,
  );
  return best;
}
