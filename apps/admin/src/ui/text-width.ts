const wide =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;
const joined = /\p{M}|\p{Cf}/u;

/** How many columns of a terminal a text takes: two for wide characters, none for those that join the one before. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width;
}

/** A text in lines of at most `width` columns, broken at spaces where there are some. O(length). */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  let taken = 0;
  for (const word of text.split(/(?<= )/)) {
    // A space may hang over the edge.
    if (taken + textWidth(word.trimEnd()) > width && taken > 0) {
      lines.push(line.trimEnd());
      line = "";
      taken = 0;
    }
    for (const character of word) {
      const more = widthOf(character);
      if (taken + more > width && character !== " ") {
        lines.push(line);
        line = "";
        taken = 0;
      }
      line += character;
      taken += more;
    }
  }
  return [...lines, line.trimEnd()];
}

function widthOf(character: string): number {
  if (joined.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}
