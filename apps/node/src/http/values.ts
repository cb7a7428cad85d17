import { showValue } from "@jarvis-crdt/config";
import { RawText, Real, type Value } from "@jarvis-crdt/crdt";
import { z } from "zod";
import { httpLimits } from "./limits.ts";

/**
 * Values as JSON. What JSON has stands for itself; the rest is an object with one key that begins with "$":
 *
 * - `{"$bytes": base64, "text": false}` bytes; `"text": true` text that is not well-formed UTF-8
 * - `{"$int": "9007199254740993"}` an integer beyond 2^53
 * - `{"$real": "NaN"}` a real JSON cannot write: NaN, Infinity, -Infinity, -0, or on input a whole one such as "5"
 *
 * A whole JSON number is an integer. A key of a plain object that begins with "$" gets a second one in front.
 */
export type WireValue = unknown;

export class ValueError extends Error {
  override readonly name = "ValueError";
}

const reference = { $ref: "#/components/schemas/Value" };

// Checked by decodeValue, which bounds the depth: a recursive schema would let hostile nesting overflow the stack.
export const valueSchema = z.unknown().meta({
  id: "Value",
  description:
    'A JSON value. Bytes: {"$bytes": base64, "text": false}; text that is not UTF-8: the same with "text": true. ' +
    'Integers beyond 2^53: {"$int": "…"}. NaN, infinities, -0 and whole reals: {"$real": "…"}. ' +
    'Other keys that begin with "$" are written with "$$".',
  anyOf: [
    { type: ["null", "boolean", "number", "string"] },
    { type: "array", items: reference },
    {
      type: "object",
      required: ["$bytes"],
      properties: { $bytes: { type: "string", contentEncoding: "base64" }, text: { type: "boolean" } },
      additionalProperties: false,
    },
    {
      type: "object",
      required: ["$int"],
      properties: { $int: { type: "string", pattern: "^-?[0-9]{1,19}$" } },
      additionalProperties: false,
    },
    {
      type: "object",
      required: ["$real"],
      properties: { $real: { type: "string" } },
      additionalProperties: false,
    },
    { type: "object", additionalProperties: reference },
  ],
});

/** A value as what JSON.stringify writes. */
export function encodeValue(value: Value): WireValue {
  if (typeof value === "number") return encodeReal(value);
  if (value instanceof Real) return encodeReal(value.value);
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : { $int: value.toString() };
  }
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString("base64"), text: false };
  if (value instanceof RawText) return { $bytes: Buffer.from(value.bytes).toString("base64"), text: true };
  if (isList(value)) return value.map(encodeValue);
  const wire = emptyObject();
  for (const [key, member] of Object.entries(value)) {
    wire[key.startsWith("$") ? `$${key}` : key] = encodeValue(member);
  }
  return wire;
}

/** Reads a parsed JSON value. Throws a ValueError that names the place; `at` is where the value stands. */
export function decodeValue(wire: WireValue, at: string): Value {
  return decode(wire, at, httpLimits.depth);
}

function decode(wire: WireValue, at: string, depth: number): Value {
  if (wire === null || typeof wire === "boolean") return wire;
  if (typeof wire === "number") return decodeNumber(wire, at);
  if (typeof wire === "string") return wellFormed(wire, at);
  if (typeof wire !== "object") throw new ValueError(`${at}: a value is required`);
  if (depth === 0) throw new ValueError(`${at}: nested deeper than ${httpLimits.depth}`);
  if (Array.isArray(wire)) return wire.map((one, index) => decode(one, `${at}/${index}`, depth - 1));

  const entries = Object.entries(wire);
  const special = entries.find(([key]) => key.startsWith("$") && !key.startsWith("$$"));
  if (special) return decodeSpecial(wire as Record<string, unknown>, special[0], at);
  const value = emptyObject() as Record<string, Value>;
  for (const [key, member] of entries) {
    const name = wellFormed(key.startsWith("$$") ? key.slice(1) : key, at);
    value[name] = decode(member, `${at}/${showValue(key, 40)}`, depth - 1);
  }
  return value;
}

function decodeSpecial(wire: Readonly<Record<string, unknown>>, kind: string, at: string): Value {
  const content = wire[kind];
  const others = Object.keys(wire).filter((key) => key !== kind);
  if (typeof content === "string") {
    if (kind === "$bytes" && others.every((key) => key === "text"))
      return decodeBytes(content, wire.text, at);
    if (kind === "$int" && others.length === 0) return decodeInteger(content, at);
    if (kind === "$real" && others.length === 0) return decodeReal(content, at);
  }
  throw new ValueError(
    `${at}: ${showValue(wire)} is none of {"$bytes": base64, "text": bool}, {"$int": "…"}, {"$real": "…"}; write other keys that begin with "$" as "$$"`,
  );
}

function decodeBytes(base64: string, text: unknown, at: string): Value {
  if (text !== undefined && typeof text !== "boolean") throw new ValueError(`${at}: "text" is true or false`);
  const buffer = Buffer.from(base64, "base64");
  if (buffer.toString("base64") !== base64) throw new ValueError(`${at}: "$bytes" is padded base64`);
  const bytes = new Uint8Array(buffer);
  if (text !== true) return bytes;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return new RawText(bytes);
  }
}

function decodeInteger(digits: string, at: string): Value {
  if (!/^-?\d{1,19}$/.test(digits)) throw new ValueError(`${at}: "$int" is a string of at most 19 digits`);
  const integer = BigInt(digits);
  if (integer !== BigInt.asIntN(64, integer)) throw new ValueError(`${at}: "$int" exceeds 64 bits`);
  const number = Number(integer);
  return Number.isSafeInteger(number) ? number : integer;
}

function decodeReal(text: string, at: string): Value {
  const number =
    text === "NaN" ? Number.NaN : /^-?(Infinity|[\d.]+(e[+-]?\d+)?)$/i.test(text) ? Number(text) : undefined;
  if (number === undefined || (Number.isNaN(number) && text !== "NaN")) {
    throw new ValueError(`${at}: "$real" is a decimal number, "NaN", "Infinity" or "-Infinity"`);
  }
  return new Real(number);
}

function decodeNumber(number: number, at: string): Value {
  if (Number.isInteger(number) && !Number.isSafeInteger(number)) {
    throw new ValueError(`${at}: ${number} may have lost digits; write {"$int": "…"} or {"$real": "…"}`);
  }
  return number;
}

function encodeReal(number: number): WireValue {
  if (Object.is(number, -0)) return { $real: "-0" };
  if (!Number.isFinite(number)) return { $real: String(number) };
  if (Number.isInteger(number) && !Number.isSafeInteger(number)) return { $real: String(number) };
  return number;
}

function wellFormed(text: string, at: string): string {
  if (!text.isWellFormed()) throw new ValueError(`${at}: text with a lone surrogate`);
  return text;
}

function isList(value: object): value is readonly Value[] {
  return Array.isArray(value);
}

/** Without a prototype, so that a member called `__proto__` is a member. */
function emptyObject(): Record<string, unknown> {
  return Object.create(null) as Record<string, unknown>;
}
