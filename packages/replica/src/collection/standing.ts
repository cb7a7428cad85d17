import type { LogId, NodeId } from "@jarvis-crdt/crdt";
import {
  horizons,
  isRunning,
  type LogHorizon,
  type LogWeight,
  reaches,
  type Store,
} from "@jarvis-crdt/store";
import type { Authority } from "../authority.ts";
import { type KnownMember, membersOf } from "./members.ts";

/** How far one log is interpreted by all, and what it weighs. */
export interface LogStanding extends LogHorizon, LogWeight {
  /** Bytes that some member has not interpreted yet, or nobody else at all. */
  readonly heldBytes: number;
}

/** One member, and what old history waits for from it. */
export interface MemberStanding extends KnownMember {
  /** Whether its lease runs, so that it is waited for. */
  readonly isRunning: boolean;
  /** What it has not interpreted, as far as it has said. */
  readonly lacks: LogWeight;
}

/** How far the logs may go as far as the members are concerned, and who holds them back. */
export interface Standing {
  /** When this node itself acknowledged last, Unix ms. */
  readonly acknowledgedAt: number | null;
  readonly logs: readonly LogStanding[];
  readonly members: readonly MemberStanding[];
}

/** Of which store and cluster the standing is asked, and at what time. */
export interface StandingOptions {
  readonly store: Store;
  readonly authority: Authority;
  /** Unix ms. */
  readonly now: number;
  readonly leaseMs: number;
}

const nothing: LogWeight = { batches: 0, hollow: 0, bytes: 0 };

/** O(batches): each log is weighed once, between where its members are. */
export async function standingOf({ store, authority, now, leaseMs }: StandingOptions): Promise<Standing> {
  const { own, others } = await membersOf(store, authority, now);
  const interpreted = await store.interpreted();
  const input = { now, leaseMs, interpreted, members: others };
  const logs: LogStanding[] = [];
  const lacks = new Map<NodeId, LogWeight>();
  for (const horizon of horizons(input)) {
    const { log, settled } = horizon;
    const reach = (member: KnownMember) =>
      Math.min(reaches(member, log, horizon.interpreted).through, horizon.interpreted);
    const weigh = await weighed(store, log, [settled, horizon.interpreted, ...others.map(reach)]);
    for (const member of others)
      lacks.set(
        member.node,
        sum(lacks.get(member.node) ?? nothing, weigh(reach(member), horizon.interpreted)),
      );
    const whole = weigh(0, horizon.interpreted);
    logs.push({ ...horizon, ...whole, heldBytes: weigh(settled, horizon.interpreted).bytes });
  }
  return {
    acknowledgedAt: own?.at ?? null,
    logs,
    members: others.map((member) => ({
      ...member,
      isRunning: isRunning(member, input),
      lacks: lacks.get(member.node) ?? nothing,
    })),
  };
}

/**
 * Members that are waited for and have not said that they have interpreted everything, those first that were not heard of for
 * longest. O(members × logs).
 */
export async function holdersOf(options: StandingOptions): Promise<readonly KnownMember[]> {
  const { store, authority, now, leaseMs } = options;
  const { others } = await membersOf(store, authority, now);
  const found = horizons({ now, leaseMs, interpreted: await store.interpreted(), members: others });
  const holding = new Set(found.flatMap(({ heldBy }) => heldBy));
  return others.filter(({ node }) => holding.has(node)).sort((a, b) => a.seenAt - b.seenAt);
}

/** Weighs a log between some bounds, and tells of any two of them (and the beginning) what lies between. */
async function weighed(store: Store, log: LogId, bounds: readonly number[]) {
  const places = [...new Set(bounds)].filter((bound) => bound > 0).sort((a, b) => a - b);
  const parts: { readonly through: number; readonly weight: LogWeight }[] = [];
  for (const [i, through] of places.entries())
    parts.push({ through, weight: await store.weight(log, places[i - 1] ?? 0, through) });
  return (after: number, last: number): LogWeight =>
    parts
      .filter(({ through }) => through > after && through <= last)
      .reduce((all, { weight }) => sum(all, weight), nothing);
}

function sum(a: LogWeight, b: LogWeight): LogWeight {
  return { batches: a.batches + b.batches, hollow: a.hollow + b.hollow, bytes: a.bytes + b.bytes };
}
