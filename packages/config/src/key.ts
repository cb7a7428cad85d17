import { z } from "zod";

/** What a person needs to know of one configuration key. */
export interface KeyInfo {
  /** The default as one writes it in the file. */
  readonly initial: unknown;
  readonly allowed: string;
  readonly about: string;
}

export const keyInfo = z.registry<KeyInfo>();

/** Declares a key: how it is checked, its default as written in the file, what is allowed, and what it means. */
export function key<T extends z.ZodType>(check: T, initial: unknown, allowed: string, about: string) {
  const schema = z.prefault(check, initial as z.input<T>);
  keyInfo.add(schema, { initial, allowed, about });
  return schema;
}

/** One of the built values. Values the plan knows but which are not built yet are refused with their own sentence. */
export function choice<const T extends string>(
  built: readonly T[],
  refused: Readonly<Record<string, string>> = {},
) {
  return z
    .enum([...built, ...Object.keys(refused)] as [string, ...string[]])
    .superRefine((value, context) => {
      const sentence = Object.hasOwn(refused, value) ? refused[value] : undefined;
      if (sentence !== undefined) refuse(context, sentence);
    })
    .transform((value) => value as T);
}

/** A safeguard that cannot be switched off, because nothing is built that works without it. */
export function always(sentence: string) {
  return z
    .boolean()
    .superRefine((value, context) => {
      if (!value) refuse(context, sentence);
    })
    .transform(() => true as const);
}

/** Says that a value is known and not allowed, and why. */
export function refuse(context: z.core.$RefinementCtx, sentence: string, path: PropertyKey[] = []): void {
  context.addIssue({ code: "custom", message: sentence, params: { refused: true }, path });
}
