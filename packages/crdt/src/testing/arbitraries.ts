import fc from "fast-check";
import { compareDots, type Dot, sameDot } from "../dot.ts";
import { nodeOf } from "../log.ts";
import type { AbandonProof, Operation, Stamp } from "../operation.ts";
import { type Column, Pieced } from "../pieces.ts";
import { RawText, Real, type Value } from "../value.ts";

// Values, dots and operations as fast-check draws them in the tests of this package.

export const ownLog = "6b1f0c3e-2d4a-4c55-9d11-0a1b2c3d4e5f:00112233445566aa";

export const wellFormed: fc.Arbitrary<string> = fc.string({ unit: "binary", maxLength: 40 });

const malformedBytes = fc
  .tuple(
    fc.uint8Array({ maxLength: 6 }),
    fc.constantFrom(0x80, 0xc0, 0xff, 0xed),
    fc.uint8Array({ maxLength: 3 }),
  )
  .map(([before, bad, after]) => Uint8Array.from([...before, 0x20, bad, 0xff, ...after]));

export const scalar: fc.Arbitrary<Value> = fc.oneof(
  fc.constant(null),
  fc.maxSafeInteger(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(normalInt),
  fc.double().map(normalReal),
  fc.maxSafeInteger().map((value) => new Real(value)),
  wellFormed,
  fc.string({ unit: "grapheme-ascii", minLength: 90, maxLength: 300 }),
  malformedBytes.map((bytes) => new RawText(bytes)),
  fc.uint8Array({ maxLength: 40 }),
);

function normalInt(value: bigint): number | bigint {
  const narrow = Number(value);
  return Number.isSafeInteger(narrow) ? narrow : value;
}

function normalReal(value: number): Value {
  return Number.isSafeInteger(value) && !Object.is(value, -0) ? new Real(value) : value;
}

export const value: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", maxDepth: 4 },
    scalar,
    fc.boolean(),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(
      fc.oneof(wellFormed, fc.constantFrom("__proto__", "constructor", "\ue000", "𐀀")),
      tie("value"),
      {
        maxKeys: 4,
        noNullPrototype: false,
      },
    ),
  ),
})).value;

const hexDigits = (length: number) =>
  fc
    .array(fc.constantFrom(..."0123456789abcdef"), { minLength: length, maxLength: length })
    .map((d) => d.join(""));

export const log: fc.Arbitrary<string> = fc.oneof(
  fc.constant(ownLog),
  fc
    .tuple(hexDigits(8), hexDigits(4), hexDigits(4), hexDigits(4), hexDigits(12), hexDigits(16))
    .map(([a, b, c, d, e, incarnation]) => `${a}-${b}-${c}-${d}-${e}:${incarnation}`),
);

export const dots: fc.Arbitrary<readonly Dot[]> = fc
  .uniqueArray(fc.record({ log, seq: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }) }), {
    maxLength: 5,
    comparator: sameDot,
  })
  .map((list) => list.sort(compareDots));

const someDots = dots.filter((list) => list.length > 0);
const object = wellFormed.filter((name) => name.length > 0);
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const uid = bytes(16);
const table = fc.nat(255);
const pieced = fc
  .record({
    form: fc.constantFrom("text" as const, "bytes" as const),
    length: fc.integer({ min: 1025, max: 3_000_000 }),
  })
  .map(({ form, length }) => new Pieced(form, length));
const values: fc.Arbitrary<Column[]> = fc.array(
  fc.oneof({ weight: 9, arbitrary: scalar }, { weight: 1, arbitrary: pieced }),
  {
    maxLength: 20,
  },
);

/** Operations of a batch whose smallest HLC is `hlcMin`. */
export function operation(hlcMin: number): fc.Arbitrary<Operation> {
  const stamp: fc.Arbitrary<Stamp> = fc.oneof(
    fc.constant("base" as const),
    fc.integer({ min: hlcMin, max: hlcMin + 1_000_000 }),
  );
  return fc.oneof(
    fc.record({ kind: fc.constant("counter.add" as const), stamp, object, by: fc.maxSafeInteger() }),
    fc.record({ kind: fc.constant("register.set" as const), stamp, object, value, seen: dots }),
    fc.record({ kind: fc.constant("set.add" as const), stamp, object, element: scalar, seen: dots }),
    fc.record({ kind: fc.constant("set.remove" as const), stamp, object, element: scalar, seen: someDots }),
    fc.record({ kind: fc.constant("keyed.set" as const), stamp, object, key: scalar, value, seen: dots }),
    fc.record({
      kind: fc.constant("log.abandon" as const),
      stamp,
      abandoned: hexDigits(16).map((incarnation) => `${nodeOf(ownLog)}:${incarnation}`),
      from: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      proof: fc
        .tuple(bytes(198), bytes(198), bytes(64), bytes(64), fc.boolean())
        .map(([a, b, signature, otherSignature, isFork]): AbandonProof => {
          const one = { header: Uint8Array.of(1, ...a.subarray(1)), signature };
          const other = { header: Uint8Array.of(2, ...b.subarray(1)), signature: otherSignature };
          return isFork ? [one, other] : [one];
        }),
      anew: fc.array(
        fc.record({ batch: bytes(32), first: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }) }),
        { maxLength: 3 },
      ),
    }),
    fc.record({
      kind: fc.constant("counter.again" as const),
      stamp,
      object,
      by: fc.maxSafeInteger(),
      origin: bytes(8),
    }),
    fc.record({ kind: fc.constant("keyed.remove" as const), stamp, object, key: scalar, seen: someDots }),
    fc.record({
      kind: fc.constant("row.add" as const),
      stamp,
      table,
      uid,
      hint: fc.option(fc.maxSafeInteger()),
      values,
    }),
    fc.record({
      kind: fc.constant("row.set" as const),
      stamp,
      table,
      uid,
      group: fc.nat(63),
      adds: someDots,
      seen: dots,
      values,
    }),
    fc.record({
      kind: fc.constant("piece" as const),
      stamp,
      bytes: fc.uint8Array({ minLength: 1, maxLength: 40 }),
    }),
    fc.record({ kind: fc.constant("row.remove" as const), stamp, table, uid, adds: someDots }),
  );
}
