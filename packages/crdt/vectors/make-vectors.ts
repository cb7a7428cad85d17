import {
  type Column,
  type Dot,
  encodeOperation,
  encodeSchema,
  encodeValue,
  type Operation,
  Pieced,
  RawText,
  Real,
  type Schema,
  type Value,
} from "@jarvis-crdt/crdt";

const own = "6b1f0c3e-2d4a-4c55-9d11-0a1b2c3d4e5f:00112233445566aa";
const before = "00000000-0000-4000-8000-000000000001:0000000000000001";
const after = "ffffffff-ffff-4fff-bfff-ffffffffffff:ffffffffffffffff";
const context = { log: own, hlcMin: 891_289_600_000_001 };
const uid = Uint8Array.from({ length: 16 }, (_, i) => 0xf0 + i);
const max = Number.MAX_SAFE_INTEGER;

/** The golden vectors as plain data; `generate.ts` writes them, a test compares them, `read.py` reads them. */
export function makeVectors() {
  return {
    description:
      "Values, operations and schemas of wire format version 1 (docs/wire/operations.md). Bytes are hex. Integers are decimal texts, reals the hex of their eight bytes, dots [log, sequence].",
    values: values.map((value) => ({ value: describeValue(value), bytes: hex(encodeValue(value)) })),
    batch: { log: own, hlcMin: context.hlcMin },
    operations: operations.map((operation) => ({
      operation: describeOperation(operation),
      bytes: hex(encodeOperation(operation, context)),
    })),
    schemas: schemas.map((schema) => ({ schema, bytes: hex(encodeSchema(schema)) })),
    refusedValues,
    refusedOperations,
    refusedSchemas,
  };
}

const values: readonly Value[] = [
  null,
  false,
  true,
  0,
  -1,
  1,
  63,
  64,
  -64,
  -65,
  max,
  -max,
  2n ** 53n,
  -(2n ** 53n),
  2n ** 63n - 1n,
  -(2n ** 63n),
  0.5,
  -0,
  new Real(0),
  new Real(5),
  2 ** 60,
  Number.MIN_VALUE,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NaN,
  "",
  "jarvis",
  "\0",
  "\ufeffbyte order mark",
  "größe €  𐀀 \uffff",
  "x".repeat(127),
  "x".repeat(128),
  `${"é".repeat(64)}`,
  new RawText(Uint8Array.of(0xff)),
  new RawText(Uint8Array.of(0x61, 0xed, 0xa0, 0x80)),
  new Uint8Array(0),
  Uint8Array.of(0, 0x80, 0xff),
  [],
  [1, "two", [null, [true]]],
  {},
  { b: 1, a: { "\uffff": null, 𐀀: 0.5, é: [] } },
  JSON.parse('{"__proto__": 1, "constructor": 2}') as Value,
];

const dot = (log: string, seq: number): Dot => ({ log, seq });
const row = { table: 1, uid };

const operations: readonly Operation[] = [
  { kind: "counter.add", stamp: context.hlcMin, object: "requests", by: 1 },
  { kind: "counter.add", stamp: context.hlcMin + 1_000_000, object: "größe", by: -max },
  { kind: "register.set", stamp: "base", object: "theme", value: { dark: true }, seen: [] },
  {
    kind: "register.set",
    stamp: max,
    object: "theme",
    value: "light",
    seen: [dot(before, 1), dot(before, 300), dot(own, 1), dot(own, 2), dot(after, max)],
  },
  { kind: "set.add", stamp: context.hlcMin + 127, object: "tags", element: "a", seen: [] },
  { kind: "set.add", stamp: context.hlcMin + 126, object: "tags", element: [1, null], seen: [dot(own, 7)] },
  { kind: "set.remove", stamp: context.hlcMin, object: "tags", element: new Real(1), seen: [dot(after, 9)] },
  { kind: "row.add", stamp: "base", table: 0, uid, hint: null, values: [] },
  {
    kind: "row.add",
    stamp: context.hlcMin + 5,
    ...row,
    hint: 4711,
    values: [null, 1, 0.5, "text", new RawText(Uint8Array.of(0xc0)), Uint8Array.of(1, 2, 3), 2n ** 60n],
  },
  { kind: "row.add", stamp: context.hlcMin, table: 255, uid, hint: -max, values: ["x".repeat(300)] },
  {
    kind: "row.set",
    stamp: context.hlcMin + 6,
    ...row,
    group: 63,
    adds: [dot(before, 4), dot(own, 5)],
    seen: [dot(own, 5), dot(own, 6)],
    values: ["new", null],
  },
  { kind: "row.remove", stamp: context.hlcMin + 7, ...row, adds: [dot(own, 5)] },
  {
    kind: "keyed.set",
    stamp: context.hlcMin + 8,
    object: "settings",
    key: "theme",
    value: ["dark"],
    seen: [],
  },
  { kind: "keyed.set", stamp: "base", object: "settings", key: null, value: 2n ** 60n, seen: [dot(own, 7)] },
  { kind: "keyed.remove", stamp: context.hlcMin, object: "settings", key: [1], seen: [dot(before, 1)] },
  { kind: "piece", stamp: context.hlcMin + 8, bytes: Uint8Array.of(0, 0x80, 0xff) },
  {
    kind: "log.abandon",
    stamp: context.hlcMin + 9,
    abandoned: `${own.slice(0, 36)}:0000000000000001`,
    from: 300,
    proof: [
      { header: new Uint8Array(198).fill(1), signature: new Uint8Array(64).fill(2) },
      { header: new Uint8Array(198).fill(3), signature: new Uint8Array(64).fill(4) },
    ],
    anew: [{ batch: new Uint8Array(32).fill(5), first: 2 }],
  },
  {
    kind: "counter.again",
    stamp: context.hlcMin + 10,
    object: "visits",
    by: -3,
    origin: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8),
  },
  {
    kind: "row.add",
    stamp: context.hlcMin + 8,
    ...row,
    hint: null,
    values: ["short", new Pieced("text", 1025), null, new Pieced("bytes", 64 * 1024 * 1024 - 1025)],
  },
];

const schemas: readonly Schema[] = [
  { tables: [] },
  { tables: [{ name: "t", kind: "grow-only", groups: [{ name: "g", columns: ["a"] }] }] },
  {
    tables: [
      {
        name: "archive_entries",
        kind: "records",
        groups: [
          { name: "content", columns: ["timestamp", "operation", "größe"] },
          { name: "verification", columns: ["verified"] },
        ],
      },
      { name: "agent_workflow_states", kind: "map", groups: [] },
    ],
  },
];

const refusedValues = [
  { why: "nothing", bytes: "" },
  { why: "unknown tag", bytes: "0a" },
  { why: "a byte too many", bytes: "0000" },
  { why: "superfluous byte of an integer", bytes: "038000" },
  { why: "integer of 65 bits", bytes: "03ffffffffffffffffff03" },
  { why: "NaN with a payload", bytes: "047ff8000000000001" },
  { why: "encoded surrogate", bytes: "0503eda080" },
  { why: "overlong form", bytes: "0502c080" },
  { why: "raw text that is well-formed", bytes: "060161" },
  { why: "keys out of order", bytes: "0902016200016100" },
  { why: "a key twice", bytes: "0902016100016100" },
  { why: "17 arrays in each other", bytes: `${"0801".repeat(17)}00` },
];

const refusedOperations = [
  { why: "unknown kind", bytes: "0d00" },
  { why: "an empty piece", bytes: "0a0000" },
  { why: "pieces of a value of 1024 bytes", bytes: `050000${hex(uid)}00010a8008` },
  { why: "values in pieces of more than 64 MiB", bytes: `050000${hex(uid)}00020a81080b80f8ff1f` },
  { why: "no name", bytes: "01000000" },
  { why: "a byte too many", bytes: "0100016e0000" },
  { why: "own log spelled out", bytes: "0200017201016b1f0c3e2d4a4c559d110a1b2c3d4e5f00112233445566aa0100" },
  { why: "sequence 0", bytes: "020001720100000000" },
  { why: "dots out of order", bytes: "0200017202000200010000" },
  { why: "a remove that names nothing", bytes: "04000173000302" },
  { why: "a removed key that names nothing", bytes: "09000173000302" },
  { why: "a key without a value", bytes: "08000173000302" },
  { why: "a boolean in a column", bytes: `050000${hex(uid)}000101` },
  { why: "group 64", bytes: `060000${hex(uid)}400100010000` },
];

const refusedSchemas = [
  { why: "unknown kind of table", bytes: "0101740400" },
  { why: "a table twice", bytes: "020174010001740100" },
  { why: "a column in two groups", bytes: "01017401020167010161016801 0161".replace(" ", "") },
  { why: "a group without columns", bytes: "0101740101016700" },
];

function describeValue(value: Value): unknown {
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "bigint") return { int: String(value) };
  if (typeof value === "number") {
    const isInt = Number.isSafeInteger(value) && !Object.is(value, -0);
    return isInt ? { int: String(value) } : { real: realBytes(value) };
  }
  if (typeof value === "string") return { text: value };
  if (value instanceof Real) return { real: realBytes(value.value) };
  if (value instanceof RawText) return { rawText: hex(value.bytes) };
  if (value instanceof Uint8Array) return { bytes: hex(value) };
  if (Array.isArray(value)) return { array: value.map(describeValue) };
  return { object: Object.entries(value as object).map(([key, one]) => [key, describeValue(one as Value)]) };
}

function describeColumn(column: Column): unknown {
  if (!(column instanceof Pieced)) return describeValue(column);
  return { [column.form === "text" ? "textInPieces" : "bytesInPieces"]: column.length };
}

function describeOperation(operation: Operation): object {
  const dots = (list: readonly Dot[]) => list.map(({ log, seq }) => [log, seq]);
  return {
    ...operation,
    ...("uid" in operation && { uid: hex(operation.uid) }),
    ...("adds" in operation && { adds: dots(operation.adds) }),
    ...("seen" in operation && { seen: dots(operation.seen) }),
    ...("key" in operation && { key: describeValue(operation.key) }),
    ...("value" in operation && { value: describeValue(operation.value) }),
    ...("element" in operation && { element: describeValue(operation.element) }),
    ...("origin" in operation && { origin: hex(operation.origin) }),
    ...("proof" in operation && {
      proof: operation.proof.map(({ header, signature }) => ({
        header: hex(header),
        signature: hex(signature),
      })),
      anew: operation.anew.map(({ batch, first }) => ({ batch: hex(batch), first })),
    }),
    ...("bytes" in operation && { bytes: hex(operation.bytes) }),
    ...("values" in operation && { values: operation.values.map(describeColumn) }),
  };
}

function realBytes(value: number): string {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value);
  return Number.isNaN(value) ? "7ff8000000000000" : hex(bytes);
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
