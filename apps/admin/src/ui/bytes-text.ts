const units = ["B", "kB", "MB", "GB", "TB"] as const;

/** A number of bytes for people, with three digits: "940 B", "2.28 MB". */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // 999.5 would be rounded to four digits.
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toPrecision(3)} ${units[unit]}`;
}
