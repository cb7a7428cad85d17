const word = 0x1_0000_0000;

/** Whether two byte strings are equal. Not in constant time: it compares public hashes only. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Bytes of an ASCII text. */
export function ascii(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** Writes a safe integer ≥ 0 as eight bytes, big-endian. */
export function putU64(view: DataView, at: number, value: number): void {
  view.setUint32(at, Math.floor(value / word));
  view.setUint32(at + 4, value % word);
}

/** Reads eight bytes, big-endian. The result is exact only where it is a safe integer; callers check that. */
export function getU64(view: DataView, at: number): number {
  return view.getUint32(at) * word + view.getUint32(at + 4);
}
