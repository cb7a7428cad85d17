// Controls, invisible and direction-changing characters: what could forge a line or move a cursor in a log or terminal.
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Replaces everything that could act on a terminal by `\u{hex}`, and cuts after `limit` characters. */
export function escapeText(text: string, limit = 200): string {
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text;
  return cut.replace(unprintable, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/** A foreign value as JSON on one line, escaped and bounded, for messages to people. */
export function showValue(value: unknown, limit = 80): string {
  let text: string;
  try {
    text = JSON.stringify(value) ?? String(value);
  } catch {
    text = `a ${typeof value}`;
  }
  return escapeText(text, limit);
}
