import type { Value } from "@jarvis-crdt/crdt";
import { ObjectError } from "./error.ts";

// Arguments come from anywhere: whoever calls over HTTP chooses their number and what they are.

export function noValues(values: readonly Value[]): void {
  if (values.length > 0) throw wrong("nothing");
}

export function oneValue(values: readonly Value[], what: string): Value {
  const [value] = values;
  if (values.length !== 1 || value === undefined) throw wrong(`one ${what}`);
  return value;
}

export function twoValues(values: readonly Value[], what: string): readonly [Value, Value] {
  const [first, second] = values;
  if (values.length !== 2 || first === undefined || second === undefined) throw wrong(what);
  return [first, second];
}

export function someValues(values: readonly Value[], what: string): readonly Value[] {
  if (values.length === 0) throw wrong(`one ${what} or more`);
  return values;
}

/** A safe integer, 1 where there is none. */
export function amountOf(values: readonly Value[], least: number): number {
  const by = values.length === 0 ? 1 : oneValue(values, "amount");
  if (typeof by !== "number" || !Number.isSafeInteger(by) || by < least) {
    throw wrong(`an integer${least === 0 ? " from 0" : ""} of at most 53 bits, or nothing for 1`);
  }
  return by === 0 ? 0 : by;
}

export function numberOf(value: Value, what: string): number {
  if (typeof value !== "number" || !Number.isFinite(value)) throw wrong(`a number as ${what}`);
  return value;
}

export function textOf(value: Value, what: string): string {
  if (typeof value !== "string") throw wrong(`a text as ${what}`);
  return value;
}

function wrong(expected: string): ObjectError {
  return new ObjectError("invalid-argument", `the operation takes ${expected}`);
}
