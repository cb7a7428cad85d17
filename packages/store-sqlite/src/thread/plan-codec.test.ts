import { testCrypto } from "@jarvis-crdt/batch/testing";
import { EncodedValues, encodeRowValues, maxPieceBytes, RawText, Real, type Value } from "@jarvis-crdt/crdt";
import { expect, it } from "vitest";
import type { ChangedRow, PlannedRow, PlanRequest } from "../state/state.ts";
import {
  decodeEntries,
  decodePlan,
  decodeRequest,
  encodeEntries,
  encodePlan,
  encodeRequest,
} from "./plan-codec.ts";

const { compressor } = testCrypto();
const uid = (n: number) => new Uint8Array(16).fill(n);
const token = (n: number) => new Uint8Array(16).fill(255 - n);
const everything: readonly Value[] = [
  null,
  0,
  -5,
  2n ** 62n,
  1.5,
  -0,
  new Real(5),
  "żółć 😀\0",
  new RawText(Uint8Array.of(0xff, 0xfe)),
  Uint8Array.of(0, 1, 255),
];

it("carries a request with every kind of intent and value", () => {
  const request: PlanRequest = {
    nonce: "00ff",
    maxRows: 5000,
    also: [{ table: "b", uid: uid(9) }],
    captured: {
      intents: [
        { kind: "row.add", table: "a", uid: uid(1), hint: -5, values: everything },
        { kind: "row.add", table: "b", uid: uid(2), hint: null, values: [], base: true },
        { kind: "row.set", table: "a", uid: uid(1), group: "content", values: everything },
        { kind: "row.remove", table: "b", uid: uid(2) },
      ],
      times: [1.25, 2, 3, 1_800_000_000_000.5],
      entries: [
        { id: 7, token: token(1) },
        { id: 2 ** 50, token: token(2) },
      ],
      evicted: [{ table: "a", uid: uid(3) }],
      unevicted: [{ table: "b", uid: uid(4) }],
      isRewound: true,
    },
  };
  const [first, second, ...others] = request.captured.intents;
  const intents = [
    { ...first, values: new EncodedValues(encodeRowValues(everything), everything.length) },
    { ...second, values: new EncodedValues(encodeRowValues([]), 0) },
    ...others,
  ];
  const carried = { ...request, captured: { ...request.captured, intents } } as PlanRequest;
  expect(decodeRequest(encodeRequest(request))).toEqual(carried);
  expect(decodeRequest(encodeRequest(carried))).toEqual(carried);
});

it("carries as values what may have to be cut into pieces", () => {
  const values = ["x".repeat(maxPieceBytes + 1), null];
  const intents = [{ kind: "row.add", table: "a", uid: uid(1), hint: null, values }] as const;
  const captured = { intents, times: [1], entries: [], evicted: [], unevicted: [], isRewound: false };
  const request: PlanRequest = { nonce: "", maxRows: 0, also: [], captured };
  expect(decodeRequest(encodeRequest(request))).toEqual(request);
});

it("carries planned rows, shown, gone and changed", () => {
  const log = "00000000-0000-4000-8000-000000000001:00000000000000ff";
  const view = (n: number, stamp: number | "base", hint: number | null) => ({
    table: "a",
    uid: uid(n),
    dot: { log, seq: n },
    stamp,
    hint,
    values: everything,
  });
  const rows: (PlannedRow | ChangedRow)[] = [
    { table: "a", uid: uid(1), view: view(1, "base", null) },
    { table: "a", uid: uid(2), view: undefined },
    { table: "a", uid: uid(3), view: view(3, 2 ** 52, 2 ** 53 - 1) },
    {
      table: "a",
      uid: uid(4),
      dot: { log, seq: 4 },
      stamp: 7,
      changed: [undefined, ...everything, undefined],
    },
  ];
  for (const more of [false, true]) {
    const left = more ? [{ table: "a", uid: uid(5) }] : [];
    const plan = decodePlan(encodePlan({ batches: [], rows, left, more }), compressor);
    expect({ ...plan, pages: [...plan.pages] }).toEqual({ count: 4, pages: [rows], left, more });
  }
});

it("carries outbox entries, also none", () => {
  const entries = [{ id: 1, token: token(3) }];
  expect(decodeEntries(encodeEntries(entries))).toEqual(entries);
  expect(decodeEntries(encodeEntries([]))).toEqual([]);
});
