import { z } from "zod";
import { planShape } from "./plan.ts";
import { describeStep } from "./step.ts";
import { invariants } from "./violation.ts";

const traceShape = z.strictObject({
  format: z.literal("jarvis-crdt simulation 1"),
  seed: z.number().int(),
  crypto: z.enum(["cheap", "real"]),
  store: z.enum(["memory", "sqlite"]),
  violation: z.strictObject({ invariant: z.enum(invariants), at: z.number(), detail: z.string() }),
  plan: planShape,
});

/** A failure that can be played again, by this version or a later one. */
export type Trace = z.infer<typeof traceShape>;

/** The trace in a file's text. Throws an error with a sentence where it is none. */
export function readTrace(text: string): Trace {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error("it is not JSON");
  }
  const parsed = traceShape.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`it is not a trace: ${issue?.path.join(".") || "the whole"}: ${issue?.message}`);
}

export function traceText(trace: Trace): string {
  return `${JSON.stringify(trace, null, 1)}\n`;
}

/** The steps for people, a line each. */
export function describeTrace({ plan }: Pick<Trace, "plan">): string {
  return plan.steps.map((step) => `    ${describeStep(step)}\n`).join("");
}
