import type { PeerReport } from "@jarvis-crdt/replica";
import { expect, test } from "vitest";
import type { QuarantinedItem } from "../compose/quarantine-desk.ts";
import { type PeerFacts, peerCauses } from "./peer-causes.ts";
import { doubtCauses, quarantineCauses } from "./store-causes.ts";
import { WhyDesk, type WhyParts } from "./why-desk.ts";

const node = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";
const author = "99999999-bbbb-4ccc-8ddd-eeeeeeeeeeee";
const log = `${author}:0000000000000001`;
const started = Date.UTC(2026, 0, 2, 3, 4, 5);

const report: PeerReport = {
  node,
  connected: true,
  since: started,
  synced: true,
  lagOperations: 0,
  lagSeconds: 0,
  missingOperations: 0,
  held: [],
  forks: [],
  problem: undefined,
};
const peer: PeerFacts = {
  node,
  name: "server",
  address: "server:8888",
  state: "connected",
  lastError: undefined,
  report,
};
const about = (facts: Partial<PeerFacts>, more: Partial<PeerReport> = {}) =>
  peerCauses({ ...peer, report: { ...report, ...more }, ...facts }, started);

test("a peer that has all and of which all is here is no cause", () => {
  expect(about({})).toEqual([]);
  expect(about({ state: "known", report: undefined })).toEqual([]);
});

const held = (code: string) => ({ held: [{ log, code, message: "Odd.", since: started }] });

test.each<[code: string, facts: Partial<PeerFacts>, more: Partial<PeerReport>, words: RegExp]>([
  [
    "peer-unreachable",
    { state: "backoff", lastError: "connect-failed", node: undefined, report: undefined },
    {},
    /^The peer at server:8888 cannot be reached since 2026-01-02T03:04:05Z \(connect-failed\); .*\.$/,
  ],
  ["peer-connecting", { state: "backoff", report: undefined }, {}, /not connected since .* being dialled\.$/],
  ["peer-gone", { state: "gone", address: undefined }, {}, /^server .* not connected since .* come back\.$/],
  ["peer-disabled", { state: "disabled" }, {}, /^server \(aaaa.*switched off.*\/connect/],
  [
    "cert-expired",
    { state: "backoff", lastError: "cert-expired" },
    {},
    /expired, or a clock is wrong: issue/,
  ],
  [
    "duplicate",
    { state: "backoff", lastError: "duplicate" },
    {},
    /a copy of this machine that runs elsewhere; stop/,
  ],
  [
    "self-connect",
    { state: "disabled", lastError: "self-connect", node: undefined },
    {},
    /^The peer at .* this node itself, or a copy of it/,
  ],
  [
    "cert-untrusted",
    { state: "backoff" },
    { problem: { code: "cert-untrusted", message: "nobody knows this node", at: started } },
    /ended with cert-untrusted \(nobody knows this node\)/,
  ],
  ["peer-behind", {}, { lagOperations: 2, lagSeconds: 3 }, /stored 2 operations .* waits for 3 s\.$/],
  ["behind-peer", {}, { missingOperations: 1 }, /lacks 1 operation that server/],
  ["clock-ahead", {}, held("clock-ahead"), /9999.* ahead of this node's clock, since 2026/],
  ["unknown-author", {}, held("unknown-author"), /certificate that this node does not have/],
  ["forbidden", {}, held("forbidden"), /lets it read only/],
  ["refused", {}, held("refused"), /not taken, since .*: Odd\.$/],
  ["unvouched", {}, held("unvouched"), /thrown away at server .* once another member/],
  ["fork", {}, { forks: [log] }, /cloned or restored/],
  ["comparing", {}, { synced: false }, /still comparing/],
])("%s is said in a sentence", (code, facts, more, words) => {
  const causes = about(facts, more);
  expect(causes.map((one) => one.code)).toEqual([code]);
  expect(causes[0]!.sentence).toMatch(words);
});

test("what is in doubt says whose word is missing", () => {
  expect(doubtCauses(undefined)).toEqual([]);
  expect(doubtCauses({ needed: 2, present: 1 })[0]?.sentence).toMatch(
    /of 2 members .* only 1 can be asked now\.$/,
  );
  expect(doubtCauses({ needed: 1, present: 1 })[0]?.sentence).toMatch(/until their answers agree\.$/);
});

const transaction = (first: number, detail: string): QuarantinedItem => ({
  kind: "transaction",
  id: `${log}/${first}`,
  author,
  operations: 2,
  reason: "other-schema",
  detail,
  dropped: false,
});
const refused: QuarantinedItem = {
  kind: "row",
  id: "01".repeat(16),
  table: "notes",
  reason: "refused",
  detail: "CHECK constraint failed",
  tries: 2,
  retry_at: "2026-01-02T03:04:05.000Z",
};

test("what waits is told once for each reason of an author", () => {
  const causes = quarantineCauses([
    transaction(1, "the table notes is not here"),
    transaction(3, "the table notes is not here"),
    transaction(5, "other"),
    refused,
  ]);
  expect(causes.map(({ code, operations }) => [code, operations])).toEqual([
    ["quarantined", 4],
    ["quarantined", 2],
    ["row-refused", null],
  ]);
  expect(causes[0]!.sentence).toContain("2 transactions of 99999999");
  expect(causes[2]!.sentence).toBe(
    `Row ${refused.id} of notes is not accepted by the archive: CHECK constraint failed (2 tries, the next at 2026-01-02T03:04:05Z).`,
  );
});

/** A node with one row, of one peer. */
function desk(
  more: { acknowledged?: boolean; evicted?: boolean; shown?: boolean; facts?: Partial<PeerFacts> } = {},
): WhyDesk {
  const dot = { log, seq: 3 };
  const facts = { ...peer, ...more.facts };
  const parts = {
    startedAt: started,
    isEager: true,
    store: {
      row: async (uid: Uint8Array) => (uid[0] === 1 ? { table: "notes", dot } : undefined),
      head: async () => ({ header: { first: 1, count: 3 } }),
      counts: async () => ({ quarantined: 1 }),
    },
    state: { archive: { hasWork: () => false } },
    archive: { keyOf: () => (more.shown === false ? undefined : 7) },
    replica: {
      peers: () => [report],
      acknowledgedBy: () => (more.acknowledged === false ? [] : [node]),
      inDoubt: undefined,
    },
    peers: { states: () => [facts] },
    evictions: { count: 0, has: () => more.evicted ?? false },
    troubles: () => [],
    quarantine: { list: async () => ({ items: [], next: null }) },
  };
  return new WhyDesk(parts as unknown as WhyParts);
}

const codes = async (asked: WhyDesk, name: string) =>
  (await asked.about(name))?.causes.map(({ code }) => code);

test("an entry is in sync when it is shown here and every peer has said to have it", async () => {
  const entry = "01".repeat(16);
  expect(await desk().about(entry)).toMatchObject({ about: entry, synced: true });
  expect(await codes(desk({ evicted: true }), entry)).toEqual(["evicted"]);
  expect(await codes(desk({ shown: false }), entry)).toEqual(["not-shown"]);
  expect(await codes(desk({ acknowledged: false }), entry)).toEqual(["not-acknowledged"]);
  const away = { state: "backoff", lastError: "refused", report: undefined } as const;
  expect(await codes(desk({ acknowledged: false, facts: away }), entry)).toEqual([
    "not-acknowledged",
    "peer-unreachable",
  ]);
  expect(await codes(desk(), "02".repeat(16))).toEqual(["unknown-entry"]);
});

test("an operation and a peer are named in more than one way", async () => {
  expect(await codes(desk(), `${log}/3`)).toEqual([]);
  expect(await codes(desk(), `${log}/4`)).toEqual(["unknown-operation"]);
  for (const name of [node, "server", "server:8888"]) expect(await codes(desk(), name)).toEqual([]);
  for (const name of ["nobody", `${log}/0`, "a/b/c"]) expect(await desk().about(name)).toBeUndefined();
});
