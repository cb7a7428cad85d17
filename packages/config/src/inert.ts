import { type Configuration, sections } from "./schema.ts";

/** Keys that were switched off although they switch nothing: `section.key`. */
export function inertKeys({ monitoring }: Pick<Configuration, "monitoring">): readonly string[] {
  const keys = Object.keys(sections.monitoring) as (keyof typeof monitoring)[];
  return keys.filter((key) => !monitoring[key]).map((key) => `monitoring.${key}`);
}
