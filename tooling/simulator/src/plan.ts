import { z } from "zod";
import { stepShape } from "./step.ts";

const modeShape = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("eager") }),
  z.strictObject({ kind: z.literal("lazy"), priority: z.enum(["critical", "high", "normal"]) }),
  z.strictObject({ kind: z.literal("scheduled"), intervalMs: z.number().positive() }),
]);

const machineShape = z.strictObject({
  /** Not there from the beginning. */
  absent: z.boolean().default(false),
  /** Obeys `attack` steps, and nothing is expected of it. */
  byzantine: z.boolean().default(false),
  /** Milliseconds by which its clock is ahead. */
  skew: z.number().default(0),
  /** Index of the schema of its program. */
  schema: z.number().int().min(0).max(1).default(0),
  /** `full`: what is answered survives a loss of power. */
  durability: z.enum(["full", "normal"]).default("full"),
  /** When its changes leave. */
  mode: modeShape.default({ kind: "eager" }),
});
export type MachinePlan = z.infer<typeof machineShape>;

/** Everything that a run is made from, beside its seed. */
export const planShape = z.strictObject({
  scenario: z.string().max(100),
  machines: z.array(machineShape).min(1).max(100_000),
  /** Who keeps a connection to whom. */
  edges: z.array(z.tuple([z.number().int().min(0), z.number().int().min(0)])),
  network: z.strictObject({
    /** One way, ms; each message takes up to `jitter` more. */
    latency: z.number().min(0),
    jitter: z.number().min(0),
    /** Bytes per ms. */
    bandwidth: z.number().positive(),
    /** Of a hundred messages so many end their connection, perhaps in their middle. */
    loss: z.number().min(0).max(100),
  }),
  /** Small windows make all bounds of a session matter. */
  smallWindows: z.boolean().default(false),
  /** A log was written twice and is not healed: it is left out of what must be equal, and counted. */
  forksStay: z.boolean().default(false),
  steps: z.array(stepShape).max(1_000_000),
});
export type Plan = z.infer<typeof planShape>;
