import { ByteReader, ByteWriter, CrdtError, encodeLogId, type LogId } from "@jarvis-crdt/crdt";
import { z } from "zod";
import { messageLimits as limits } from "./limits.ts";
import type { Spent } from "./message.ts";
import type { Token } from "./msgpack.ts";

/** Fields of `spent`: runs and overwritten parts as flat lists of pairs, groups by their place in a list of names. */
export function spentTokens({ log, after, through, settled, runs, told, overwritten }: Spent): Token[] {
  const names = [...new Set(overwritten.map(({ group }) => group))];
  const places = new Map(names.map((name, place) => [name, place]));
  return [
    encodeLogId(log),
    after,
    through,
    settled,
    runs.flatMap(({ first, last }) => [first, last]),
    told.flatMap(({ first, last }) => [first, last]),
    names.map(encodeName),
    overwritten.flatMap(({ seq, group }) => [seq, places.get(group)!]),
  ];
}

const pairs = z
  .array(z.number().int().min(0))
  .max(2 * limits.spent)
  .refine((flat) => flat.length % 2 === 0);
const name = z
  .custom<Uint8Array>((value) => value instanceof Uint8Array && value.length <= limits.group)
  .transform((bytes, context) => {
    const text = decodeName(bytes);
    if (text === undefined) context.addIssue("no name");
    return text ?? z.NEVER;
  });

/** Reads the same, strictly: sorted, apart, within what was looked at, each name used. */
export function spentTuple(number: z.ZodLiteral<33>, log: z.ZodType<LogId>, count: z.ZodNumber) {
  return z
    .tuple([number, log, count, count, z.boolean(), pairs, pairs, z.array(name).max(limits.spent), pairs])
    .transform(([, of, after, through, settled, flatRuns, flatTold, names, flatParts], context): Spent => {
      const runs = runsOf(flatRuns, after, through);
      const told = runsOf(flatTold, after, through);
      if (runs === undefined || told === undefined) context.addIssue("runs");
      const parts = pairsOf(flatParts);
      const overwritten = parts.map(([seq, place]) => ({ seq, group: names[place] ?? "" }));
      let before = after;
      let used = 0;
      for (const [seq, place] of parts) {
        if (seq < before || seq <= after || seq > through || place > used) context.addIssue("overwritten");
        if (place === used) used++;
        before = seq;
      }
      if (used !== names.length || new Set(names).size !== names.length) context.addIssue("groups");
      return {
        type: "spent",
        log: of,
        after,
        through,
        settled,
        runs: runs ?? [],
        told: told ?? [],
        overwritten,
      };
    });
}

/** Undefined where they are not ascending, apart and within what was looked at. */
function runsOf(flat: readonly number[], after: number, through: number): Spent["runs"] | undefined {
  const runs = pairsOf(flat).map(([first, last]) => ({ first, last }));
  let end = after - 1;
  for (const { first, last } of runs) {
    // Runs that touch are one run; the first may begin right after what was asked.
    if (first <= end + 1 || last < first || last > through) return undefined;
    end = last;
  }
  return runs;
}

function pairsOf(flat: readonly number[]): readonly (readonly [number, number])[] {
  return Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i]!, flat[2 * i + 1]!]);
}

/** A name as operations hold it: its length as a varint, then well-formed UTF-8. */
function encodeName(text: string): Uint8Array {
  const writer = new ByteWriter();
  writer.str(text);
  return writer.slice();
}

function decodeName(bytes: Uint8Array): string | undefined {
  try {
    const reader = new ByteReader(bytes);
    const text = reader.str(limits.group);
    reader.end();
    return text;
  } catch (error) {
    if (error instanceof CrdtError) return undefined;
    throw error;
  }
}
