const byteUnits: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1000,
  MB: 1000 ** 2,
  GB: 1000 ** 3,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
};

const timeUnits: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Bytes of a size such as "10MB", "512KiB" or a plain number of bytes; undefined where it is none. */
export function parseSize(input: string | number): number | undefined {
  if (typeof input === "number") return whole(input);
  return quantity(input, byteUnits);
}

/** Milliseconds of a duration such as "1h", "90s" or "1.5d"; undefined where it is none. A unit is required. */
export function parseDuration(input: string): number | undefined {
  return quantity(input, timeUnits);
}

function quantity(input: string, units: Readonly<Record<string, number>>): number | undefined {
  const match = /^(\d{1,12}(?:\.\d{1,6})?) ?([A-Za-z]{1,3})$/.exec(input);
  if (!match || !Object.hasOwn(units, match[2]!)) return undefined;
  return whole(Number(match[1]) * units[match[2]!]!);
}

function whole(value: number): number | undefined {
  const rounded = Math.round(value);
  return Number.isSafeInteger(rounded) && rounded >= 0 ? rounded : undefined;
}
