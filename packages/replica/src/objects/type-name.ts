import { ObjectError } from "./error.ts";
import type { Kind } from "./kind.ts";
import { boundedCounter, gCounter, pnCounter } from "./types/counters.ts";
import { growLog } from "./types/grow-log.ts";
import { lwwMap } from "./types/lww-map.ts";
import { orMap } from "./types/or-map.ts";
import { lwwRegister, maxRegister, minRegister, mvRegister } from "./types/registers.ts";
import { ewFlag, gSet, orSet, rwSet, twoPhaseSet } from "./types/sets.ts";
import { timeSeries } from "./types/time-series.ts";

/** Maps within maps. */
const maxNesting = 4;
const maxBuckets = 100_000;

const plain = {
  g_counter: gCounter,
  pn_counter: pnCounter,
  bounded_counter: boundedCounter,
  max_register: maxRegister,
  min_register: minRegister,
  lww_register: lwwRegister,
  mv_register: mvRegister,
  g_set: gSet,
  two_phase_set: twoPhaseSet,
  or_set: orSet,
  rw_set: rwSet,
  ew_flag: ewFlag,
  lww_map: lwwMap,
  grow_log: growLog,
} as const satisfies Record<string, Kind>;

export type PlainTypeName = keyof typeof plain;

/** What people write: a type by its name; what a map nests, and the window of a series, stand behind a colon. */
export type TypeName = PlainTypeName | `time_series:${number}:${number}` | `or_map:${string}`;

/** The type of a name. Throws `ObjectError` `unknown-type`. */
export function kindOf(type: string, nesting = 0): Kind {
  if (Object.hasOwn(plain, type)) return plain[type as PlainTypeName];
  const [first, ...rest] = type.split(":");
  if (first === "or_map" && rest.length > 0 && nesting < maxNesting) {
    return orMap(kindOf(rest.join(":"), nesting + 1));
  }
  if (first === "time_series" && rest.length === 2) {
    const [width, buckets] = rest.map(positive);
    if (width !== undefined && buckets !== undefined && buckets <= maxBuckets)
      return timeSeries(width, buckets);
  }
  throw new ObjectError(
    "unknown-type",
    `there is no such type; there are: ${Object.keys(plain).join(", ")}, time_series:WIDTH:BUCKETS, or_map:TYPE`,
  );
}

/** A type by its name, what it means, and what one can do to its objects. */
export interface TypeDescription {
  readonly type: string;
  readonly summary: string;
  /** Each with what stands after it. */
  readonly operations: readonly string[];
}

/** Every type, as people may want to see them. */
export function describeTypes(): readonly TypeDescription[] {
  const described = Object.entries<Kind>(plain).map(([type, kind]) => describe(type, kind));
  const series = {
    ...timeSeries(1, 1),
    summary: "samples of the last BUCKETS × WIDTH of time, summed by bucket",
  };
  const map = {
    ...orMap(gCounter),
    summary: "nests a type under each key; a key made anew wins against a remove",
  };
  const update = { ...map.operations, update: { ...map.operations.update!, usage: "KEY OPERATION…" } };
  return [
    ...described,
    describe("time_series:WIDTH:BUCKETS", series),
    describe("or_map:TYPE", { ...map, operations: update }),
  ];
}

function describe(type: string, { summary, operations }: Kind): TypeDescription {
  const usages = Object.entries(operations).map(([name, { usage }]) => `${name} ${usage}`.trim());
  return { type, summary, operations: usages };
}

/** Written in one way only, or one type would have two names. */
function positive(text: string): number | undefined {
  const number = Number(text);
  return Number.isSafeInteger(number) && number > 0 && String(number) === text ? number : undefined;
}
