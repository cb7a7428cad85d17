import { RawText, Real, type Value } from "@jarvis-crdt/crdt";

/**
 * A value as JSON that tells every kind apart, as the HTTP interface reads values: `{"$bytes"}`, `{"$int"}`, `{"$real"}`
 * for what JSON has no word for. Conflict records are written with it.
 */
export function jsonOfValue(value: Value): unknown {
  if (typeof value === "number")
    return Number.isSafeInteger(value) && !Object.is(value, -0) ? value : real(value);
  if (value instanceof Real) return real(value.value);
  if (typeof value === "bigint") return { $int: value.toString() };
  if (value instanceof RawText) return { $bytes: Buffer.from(value.bytes).toString("base64"), text: true };
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString("base64"), text: false };
  if (value === null || typeof value !== "object") return value;
  if (isList(value)) return value.map(jsonOfValue);
  const json = Object.create(null) as Record<string, unknown>;
  for (const [key, member] of Object.entries(value))
    json[key.startsWith("$") ? `$${key}` : key] = jsonOfValue(member);
  return json;
}

/** The value that `jsonOfValue` wrote. Throws a TypeError for anything else. */
export function valueOfJson(json: unknown): Value {
  if (json === null || typeof json === "boolean" || typeof json === "string" || typeof json === "number")
    return json;
  if (Array.isArray(json)) return json.map(valueOfJson);
  if (typeof json !== "object") throw new TypeError("not a value");
  const { $int, $real, $bytes, text } = json as Record<string, unknown>;
  if (typeof $int === "string") return BigInt($int);
  if (typeof $real === "string") return new Real(Number($real));
  if (typeof $bytes === "string") {
    const bytes = new Uint8Array(Buffer.from($bytes, "base64"));
    return text === true ? new RawText(bytes) : bytes;
  }
  const value = Object.create(null) as Record<string, Value>;
  for (const [key, member] of Object.entries(json))
    value[key.startsWith("$$") ? key.slice(1) : key] = valueOfJson(member);
  return value;
}

/** A fraction is a plain number, as everywhere; what JSON would take for an integer, or has no word for, is spelt out. */
function real(value: number): unknown {
  if (Object.is(value, -0)) return { $real: "-0" };
  return Number.isFinite(value) && !Number.isInteger(value) ? value : { $real: String(value) };
}

function isList(value: object): value is readonly Value[] {
  return Array.isArray(value);
}
