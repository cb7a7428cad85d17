import type { z } from "zod";
import { type KeyInfo, keyInfo } from "./key.ts";
import { general, sections, tableKeys } from "./schema.ts";
import { showValue } from "./text.ts";

/** One mistake in a configuration. */
export interface Problem {
  /** Keys from the top, such as `["network", "port"]`. */
  readonly path: readonly PropertyKey[];
  readonly sentence: string;
}

type Shape = Readonly<Record<string, z.ZodType>>;

/** Puts what zod found into words. zod's own texts are not used: they may quote hostile input and vary by release. */
export function explain(issue: z.core.$ZodIssue, raw: unknown): readonly Problem[] {
  if (issue.code === "unrecognized_keys") {
    const known = Object.keys(shapeAt(issue.path));
    return issue.keys.map((name) => ({
      path: [...issue.path, name],
      sentence: `unknown key; allowed here: ${known.join(", ")}`,
    }));
  }
  const value = valueAt(raw, issue.path);
  const shown = value === undefined ? "" : `${showValue(value)} `;
  if (issue.code === "custom" && issue.params?.refused === true) {
    return [{ path: issue.path, sentence: `${shown}is refused: ${issue.message}` }];
  }
  const allowed =
    infoAt(issue.path)?.allowed ?? `a section with the keys ${Object.keys(shapeAt(issue.path)).join(", ")}`;
  return [{ path: issue.path, sentence: `${shown}is not allowed; allowed: ${allowed}` }];
}

function shapeAt(path: readonly PropertyKey[]): Shape {
  const [first] = path;
  if (first === undefined) return { ...general, ...sections } as unknown as Shape;
  if (first === "tables") return tableKeys;
  return (sections as Readonly<Record<PropertyKey, Shape>>)[first] ?? {};
}

/** The key at or above `path`: an element of a list belongs to the list's key. */
function infoAt(path: readonly PropertyKey[]): KeyInfo | undefined {
  const [first, second] = path;
  if (first === undefined) return undefined;
  const schema = Object.hasOwn(general, first)
    ? (general as unknown as Shape)[String(first)]
    : shapeAt(path)[String(second)];
  return schema === undefined ? undefined : keyInfo.get(schema);
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  let value = raw;
  for (const step of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value;
}
