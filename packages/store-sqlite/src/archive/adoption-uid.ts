import { RawText, Real, type Uid, type Value } from "@jarvis-crdt/crdt";

/** Counts up when the columns or their bytes change: rows adopted by different versions are different rows. */
const adoptionVersion = 1;

const text = new TextEncoder();
const domain = text.encode("uid/1\0");

/**
 * The uid of an adopted row: the first 16 bytes of hash("uid/1" || version || table || columns with their typed bytes ||
 * k). It leaves out local keys and whatever changes later, so that one file adopted on two machines is one set of
 * rows; `ordinal` k tells rows apart that are equal in the rest.
 *
 * @param hash BLAKE2b-256 of the concatenation of its parts
 */
export function adoptionUid(
  hash: (parts: readonly Uint8Array[]) => Uint8Array,
  table: string,
  columns: readonly { readonly name: string; readonly value: Value }[],
  ordinal: number,
): Uid {
  const parts = [domain, uint32(adoptionVersion), ...framed(text.encode(table)), uint32(columns.length)];
  for (const { name, value } of columns) parts.push(...framed(text.encode(name)), ...typed(value));
  parts.push(uint32(ordinal));
  return hash(parts).slice(0, 16);
}

/** SQLite's five types, each with a tag of its own; −0 is 0 and every NaN is NULL, as in a file. */
function typed(value: Value): Uint8Array[] {
  if (value === null) return [tag.null];
  if (typeof value === "string") return [tag.text, ...framed(text.encode(value))];
  if (typeof value === "bigint" || Number.isSafeInteger(value))
    return [tag.integer, integer(BigInt(value as number))];
  if (typeof value === "number") return [tag.real, real(value)];
  if (value instanceof Real) return [tag.real, real(value.value)];
  if (value instanceof RawText) return [tag.text, ...framed(value.bytes)];
  if (value instanceof Uint8Array) return [tag.blob, ...framed(value)];
  throw new TypeError("a file holds no JSON values");
}

const tag = {
  null: Uint8Array.of(0),
  integer: Uint8Array.of(1),
  real: Uint8Array.of(2),
  text: Uint8Array.of(3),
  blob: Uint8Array.of(4),
};

function framed(bytes: Uint8Array): Uint8Array[] {
  return [uint32(bytes.length), bytes];
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function integer(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, value);
  return bytes;
}

function real(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value + 0);
  return bytes;
}
