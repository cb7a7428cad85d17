import { z } from "zod";

const machine = z.number().int().min(0).max(100_000);
const time = z.number().min(0).max(1e9);

/** What a write changes; which element or row follows from the step's number. */
export const changes = [
  "count",
  "add",
  "drop",
  "hot",
  "cool",
  "set",
  "row",
  "edit",
  "unrow",
  "task",
  "bulk",
] as const;
export type Change = (typeof changes)[number];

/** How a Byzantine machine treats what it sends. */
export const attacks = [
  "forge",
  "reorder",
  "withhold",
  "skip",
  "double",
  "lie",
  "oversize",
  "garbage",
  "flood",
  "stale",
  "mute",
  "hollow",
] as const;
export type Attack = (typeof attacks)[number];

const of = <Name extends string, Shape extends z.ZodRawShape>(name: Name, shape: Shape) =>
  z.strictObject({ id: z.number().int().min(0), at: time, do: z.literal(name), ...shape });

/** Something that happens to the cluster, at a time in ms. Without a step the rest of a history goes on as it was. */
export const stepShape = z.discriminatedUnion("do", [
  of("write", { machine, change: z.enum(changes), key: z.number().int().min(0) }),
  of("cut", { a: machine, b: machine }),
  /** Has both store what the other has, whatever their modes. */
  of("sync", { a: machine, b: machine }),
  of("join", { a: machine, b: machine }),
  of("partition", { sides: z.array(z.number().int().min(0).max(9)) }),
  of("heal", {}),
  of("block", { from: machine, to: machine }),
  of("unblock", { from: machine, to: machine }),
  of("hang", { machine, ms: time }),
  of("delay", { machine, ms: time }),
  of("disk", { machine, ms: time }),
  of("crash", { machine, loss: z.enum(["process", "power"]) }),
  of("stop", { machine }),
  of("start", { machine }),
  of("upgrade", { machine }),
  of("backup", { machine }),
  of("restore", { machine }),
  of("clone", { machine, peers: z.array(machine).max(100) }),
  of("enter", { machine }),
  of("leave", { machine }),
  /** It throws away what one other of the first `members` and all of `waits` have interpreted. */
  of("collect", { machine, members: machine, waits: z.array(machine).max(100) }),
  of("clock", { machine, by: z.number().min(-1e10).max(1e10) }),
  of("attack", { machine, how: z.enum(attacks), ms: time }),
]);
export type Step = z.infer<typeof stepShape>;

/** One line for people. */
export function describeStep({ id, at, do: what, ...rest }: Step): string {
  const details = Object.entries(rest).map(([key, value]) => `${key} ${JSON.stringify(value)}`);
  return `${String(id).padStart(4)}  ${(at / 1000).toFixed(3).padStart(9)} s  ${what} ${details.join(", ")}`;
}
