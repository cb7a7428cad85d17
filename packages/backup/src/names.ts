/** Names of the files in a backup's folder. */
export const manifestFile = "manifest.json";

const pattern = /^\d{8}T\d{6}Z-[0-9a-f]{8}$/;
const partialPrefix = ".partial-";

/** A name that sorts by time, `20260102T030405Z-1a2b3c4d`. */
export function backupName(at: number, random: Uint8Array): string {
  return `${timeName(at)}-${Buffer.from(random).toString("hex").slice(0, 8)}`;
}

/** A second in UTC as part of a file's name, `20260102T030405Z`. */
export function timeName(at: number): string {
  return new Date(at).toISOString().replaceAll(/[-:]/g, "").replace(/\.\d+/, "");
}

export function isBackupName(name: string): boolean {
  return pattern.test(name);
}

/** Unix milliseconds that a name tells. */
export function timeOfName(name: string): number {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(name) ?? [];
  return Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`);
}

/** Under this name a backup is made; it is renamed when it is whole. */
export function partialName(name: string): string {
  return `${partialPrefix}${name}`;
}

export function isPartialName(name: string): boolean {
  return name.startsWith(partialPrefix) && pattern.test(name.slice(partialPrefix.length));
}
