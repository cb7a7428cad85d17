import { wrapText } from "./text-width.ts";

/**
 * A sentence behind `mark`, on a terminal of `width` columns in several lines with those after the first set in by as
 * much; without a width, for pipes, in one. The sentence is to be escaped.
 */
export function paragraph(
  mark: string,
  sentence: string,
  width: number | undefined,
  indent = mark.length,
): string {
  if (width === undefined) return mark + sentence;
  return mark + wrapText(sentence, Math.max(20, width - indent)).join(`\n${" ".repeat(indent)}`);
}
