import fc from "fast-check";
import { expect, test } from "vitest";
import type { Action } from "./action.ts";
import { sessionLimits } from "./limits.ts";
import { type Message, protocolVersion, requestsFeature } from "./message.ts";
import type { SessionOptions } from "./options.ts";
import { Session } from "./session.ts";
import { message } from "./testing/arbitrary.ts";
import { fakeBatch, fakeHeading, logName, nodeName } from "./testing/fake.ts";
import { connect, type End, FakeNode, settle } from "./testing/world.ts";

const limits = { ...sessionLimits, window: 4000, maxBatch: 1500, quantum: 400 };
const zeros = new Uint8Array(32);

function open(options: Partial<SessionOptions> = {}): Session {
  const session = new Session({
    node: nodeName(1),
    cluster: new Uint8Array(16),
    clock: () => 77,
    headingOf: fakeHeading,
    limits,
    ...options,
  });
  session.open(new Map());
  return session;
}

const hello: Message = {
  type: "hello",
  version: protocolVersion,
  cluster: new Uint8Array(16),
  node: nodeName(2),
  features: ["later"],
  clock: 5,
};
const haveNothing: Message = { type: "have", entries: [], last: true };

function streaming(options?: Partial<SessionOptions>): Session {
  const session = open(options);
  session.receive(hello);
  session.receive(haveNothing);
  return session;
}

const batch = (log: string, first: number, count = 1, body = 10, variant = 0): Message => ({
  type: "batch",
  envelope: fakeBatch(log, first, count, body, variant).envelope,
});

const types = (actions: readonly Action[]) =>
  actions.map((action) => (action.type === "send" ? action.message.type : action.type));

test("greets, compares, grants credit, and is synced with an empty peer at once", () => {
  const session = new Session({
    node: nodeName(1),
    cluster: new Uint8Array(16),
    clock: () => 77,
    headingOf: fakeHeading,
  });
  expect(session.open(new Map())).toMatchObject([{ message: { type: "hello", version: 1, clock: 77 } }]);
  expect(types(session.receive(hello))).toEqual(["have", "credit"]);
  const actions = session.receive(haveNothing);
  expect(actions).toMatchObject([{ type: "offer", node: nodeName(2), clock: 5 }, { type: "synced" }]);
  expect(session.status).toMatchObject({ phase: "streaming", peerNode: nodeName(2), synced: true });
});

test("features are those of both sides", () => {
  const session = open({ features: ["now", "later"] });
  expect(session.features).toEqual([]);
  session.receive(hello);
  expect(session.features).toEqual(["later"]);
});

const ack = (log: string, seq: number): Message => ({ type: "ack", entries: [{ log, seq, batch: zeros }] });

test.each<[code: string, session: () => Session, message: Message]>([
  ["version", open, { ...hello, version: 2 }],
  ["cluster-mismatch", open, { ...hello, cluster: new Uint8Array(16).fill(1) }],
  ["self", open, { ...hello, node: nodeName(1) }],
  ["identity-mismatch", () => open({ peer: nodeName(3) }), hello],
  ["unexpected", open, haveNothing],
  ["unexpected", open, batch(logName(2), 1)],
  ["unexpected", open, { type: "credit", bytes: 1 }],
  ["unexpected", open, ack(logName(2), 1)],
  ["unexpected", streaming, hello],
  ["unexpected", streaming, { ...haveNothing, last: false }],
  ["out-of-order", streaming, batch(logName(2), 2)],
  ["too-large", streaming, batch(logName(2), 1, 1, 1501)],
  ["too-large", () => twice({ type: "credit", bytes: 2 ** 30 }), { type: "credit", bytes: 1 }],
  [
    "credit-exceeded",
    () => twice(batch(logName(2), 1, 1, 1390), batch(logName(2), 2, 1, 1390)),
    batch(logName(2), 3, 1, 1390),
  ],
  [
    "too-many",
    () => streaming({ limits: { ...limits, maxLogs: 1 } }),
    {
      type: "ack",
      entries: [
        { log: logName(2), seq: 1, batch: zeros },
        { log: logName(3), seq: 1, batch: zeros },
      ],
    },
  ],
  [
    "too-many",
    () => streaming({ limits: { ...limits, maxAttachments: 0 } }),
    { type: "certificate", node: nodeName(3), der: zeros },
  ],
  [
    "too-many",
    () => streaming({ limits: { ...limits, maxAttachments: 0 } }),
    { type: "schema", id: zeros, bytes: zeros },
  ],
  [
    "malformed",
    streaming,
    { type: "batch", envelope: { header: zeros, signature: zeros, codec: 1, rawLength: 1, body: zeros } },
  ],
])("refuses with %s", (code, session, message) => {
  const one = session();
  const actions = one.receive(message);
  expect(types(actions)).toEqual(["bye", "close"]);
  expect(actions).toMatchObject([
    { message: { code, text: expect.stringMatching(/^[ -~]{10,}$/) } },
    { code },
  ]);
  expect(one.status.phase).toBe("closed");
  expect(one.receive(message)).toEqual([]);
  expect(one.advanced(new Map())).toEqual([]);
});

function twice(...messages: Message[]): Session {
  const session = streaming();
  for (const message of messages)
    expect(session.status.phase === "streaming" && session.receive(message)).toBeTruthy();
  return session;
}

test("a goodbye closes without an answer", () => {
  expect(open().receive({ type: "bye", code: "shutdown", text: "" })).toEqual([
    { type: "close", code: "shutdown", reason: "the peer said goodbye" },
  ]);
});

test("a sentence with control characters is made printable", () => {
  expect(open().close("shutdown", "down\u001b[0m")).toMatchObject([{ message: { text: "down?[0m" } }, {}]);
});

test("limits that could stall are a mistake of the caller", () => {
  expect(() => open({ limits: { window: 100, maxBatch: 76 } })).toThrow(RangeError);
});

test("pushes at once when caught up, and hears that it was stored", () => {
  const [a, b] = [new FakeNode(1), new FakeNode(2)];
  const ends = connect(a, b, limits);
  settle(ends);
  a.commit(logName(1), 3, 10);
  expect(ends[0].loads).toHaveLength(1);
  ends[0].load();
  expect(ends[1].inbox).toHaveLength(2);
  expect(ends[0].session.status).toMatchObject({ lagOperations: 3 });
  expect(ends[0].session.acknowledged(logName(1))).toBeUndefined();
  settle(ends);
  expect(b.frontier()).toEqual(a.frontier());
  expect(ends[0].session.status).toMatchObject({ lagOperations: 0, missing: 0 });
  expect(ends[0].session.acknowledged(logName(1))).toEqual(a.frontier().get(logName(1)));
});

test("certificates and schemas cross a session once, before their batch", () => {
  const session = streaming();
  session.receive({ type: "credit", bytes: 4000 });
  const log = logName(1);
  const attachments = {
    certificates: [{ node: nodeName(1), der: zeros }],
    schemas: [{ id: zeros, bytes: Uint8Array.of(1) }],
  };
  const one = fakeBatch(log, 1, 1, 10);
  const two = fakeBatch(log, 2, 1, 10);
  expect(types(session.advanced(new Map([[log, one.entry]])))).toEqual(["load"]);
  const sent = session.loaded(log, { envelopes: [one.envelope], ...attachments });
  expect(types(sent)).toEqual(["certificate", "schema", "batch"]);
  expect(sent[2]).toMatchObject({ message: { envelope: one.envelope } });
  session.advanced(new Map([[log, two.entry]]));
  expect(types(session.loaded(log, { envelopes: [two.envelope], ...attachments }))).toEqual(["batch"]);
});

test("what the peer got elsewhere while it was loaded is not sent", () => {
  const session = streaming();
  session.receive({ type: "credit", bytes: 4000 });
  const log = logName(3);
  const one = fakeBatch(log, 1, 2, 10);
  expect(types(session.advanced(new Map([[log, one.entry]])))).toEqual(["ack", "load"]);
  session.receive(ack(log, 2));
  expect(session.loaded(log, { envelopes: [one.envelope], certificates: [], schemas: [] })).toEqual([]);
});

test("a batch that another peer delivered meanwhile is passed over, confirmed, and its credit kept", () => {
  const session = streaming();
  const log = logName(3);
  const one = fakeBatch(log, 1, 2, 10);
  session.advanced(new Map([[log, one.entry]]));
  expect(types(session.receive({ type: "batch", envelope: one.envelope }))).toEqual([]);
  expect(session.status).toMatchObject({ outstanding: 0, lagOperations: 0 });
});

test("duplicates are harmless", () => {
  const session = streaming();
  expect(types(session.receive(batch(logName(2), 1)))).toEqual(["deliver"]);
  expect(session.receive(batch(logName(2), 1))).toEqual([]);
});

test("a log is not asked for again while the store has nothing of it", () => {
  const session = streaming();
  session.receive({ type: "credit", bytes: 4000 });
  const log = logName(1);
  const nothing = { envelopes: [], certificates: [], schemas: [] };
  expect(types(session.advanced(new Map([[log, { seq: 1, batch: zeros }]])))).toEqual(["load"]);
  expect(session.loaded(log, nothing)).toEqual([]);
  expect(types(session.advanced(new Map([[log, { seq: 2, batch: zeros }]])))).toEqual(["load"]);
});

test("an answer to no load, and more consumed than delivered, are mistakes of the caller", () => {
  const session = streaming();
  expect(() => session.loaded(logName(1), { envelopes: [], certificates: [], schemas: [] })).toThrow(
    /nothing was/,
  );
  expect(() => session.consumed([fakeBatch(logName(1), 1, 1, 10).envelope])).toThrow(RangeError);
});

function forked(): { ends: [End, End]; a: FakeNode; b: FakeNode } {
  const [a, b] = [new FakeNode(1), new FakeNode(2)];
  a.commit(logName(3), 2, 10, 1);
  b.commit(logName(3), 2, 10, 2);
  b.commit(logName(4), 2, 10);
  return { a, b, ends: connect(a, b, limits) };
}

test("an own log that grows during the comparison, and that the peer gets elsewhere, is told", () => {
  const [node, log] = [nodeName(1), logName(1)];
  const session = new Session({
    node,
    cluster: new Uint8Array(16),
    clock: () => 77,
    headingOf: fakeHeading,
    features: [requestsFeature],
  });
  session.open(new Map([[log, { seq: 1, batch: zeros }]]));
  session.receive({ ...hello, features: [requestsFeature] });
  session.advanced(new Map([[log, { seq: 2, batch: zeros }]]));
  // It lacks all of the log, and will ask whom it likes.
  expect(session.receive(haveNothing)).toContainEqual({
    type: "send",
    message: { type: "ack", entries: [{ log, seq: 2, batch: zeros }] },
  });
});

test("the peer's own log, got elsewhere while the frontiers were compared, is asked for when it grows", () => {
  const log = logName(2);
  const session = new Session({
    node: nodeName(1),
    cluster: new Uint8Array(16),
    clock: () => 77,
    headingOf: fakeHeading,
    features: [requestsFeature],
  });
  const at = (seq: number) => ({ log, seq, batch: zeros });
  session.open(new Map([[log, at(1)]]));
  session.receive({ ...hello, features: [requestsFeature] });
  session.advanced(new Map([[log, at(2)]]));
  // It has seen that we lack 2, and waits to be asked for the log.
  session.receive({ type: "have", entries: [at(2)], last: true });
  expect(session.receive({ type: "ack", entries: [at(3)] })).toContainEqual({
    type: "send",
    message: { type: "have", entries: [at(2)], last: true },
  });
});

test("a fork shown by the frontiers is reported once, other logs go on", () => {
  const { ends, a } = forked();
  settle(ends);
  for (const end of ends) {
    expect(end.seen.filter(({ type }) => type === "fork")).toEqual([
      { type: "fork", log: logName(3), seq: 2 },
    ]);
    expect(end.session.status.synced).toBe(true);
  }
  expect(a.logs.has(logName(4))).toBe(true);
  ends[0].node.commit(logName(3), 1, 10, 1);
  settle(ends);
  expect([...ends[0].sent.keys()]).toEqual([]);
});

test("a batch that overlaps what we have is reported with the proof", () => {
  const session = streaming();
  const log = logName(3);
  session.advanced(new Map([[log, fakeBatch(log, 1, 2, 10).entry]]));
  const overlapping = fakeBatch(log, 2, 2, 10);
  expect(session.receive({ type: "batch", envelope: overlapping.envelope })).toEqual([
    { type: "fork", log, seq: 2, proof: overlapping.envelope },
  ]);
});

test("a refused log is passed over until it is asked for again", () => {
  const [a, b] = [new FakeNode(1), new FakeNode(2)];
  for (let i = 0; i < 5; i++) a.commit(logName(1), 1, 10);
  a.commit(logName(1, 2), 1, 10);
  b.unready.add(logName(1));
  const ends = connect(a, b, limits);
  settle(ends);
  expect(b.frontier()).toEqual(new Map([[logName(1, 2), a.frontier().get(logName(1, 2))]]));
  expect(ends[1].session.status).toMatchObject({ synced: false, missing: 5, outstanding: 0 });
  b.unready.clear();
  ends[1].run(ends[1].session.resume(logName(1)));
  ends[1].run(ends[1].session.resume(logName(1)));
  settle(ends);
  expect(b.frontier()).toEqual(a.frontier());
  expect(ends[1].session.status).toMatchObject({ synced: true, missing: 0 });
});

test("logs take turns by bytes, however large their batches", () => {
  const [a, b] = [new FakeNode(1), new FakeNode(2)];
  const [large, small] = [logName(1, 1), logName(1, 2)];
  for (let i = 0; i < 10; i++) a.commit(large, 1, 1200);
  for (let i = 0; i < 120; i++) a.commit(small, 1, 50);
  const roomy = { ...limits, window: 1e6, maxLoads: 1 };
  const [one, two] = connect(a, b, roomy);
  const sent = new Map([
    [large, 0],
    [small, 0],
  ]);
  let [worst, seen] = [0, 0];
  for (let moved = true; moved; ) {
    moved = [two.deliver(), one.deliver(), one.load()].some(Boolean);
    for (const envelope of two.applies.slice(seen)) {
      const { log } = fakeHeading(envelope);
      sent.set(log, sent.get(log)! + envelope.body.length + envelope.header.length + 64);
    }
    seen = two.applies.length;
    if ([...sent.values()].every((bytes) => bytes < 12_000))
      worst = Math.max(worst, Math.abs(sent.get(large)! - sent.get(small)!));
  }
  expect(seen).toBe(130);
  expect(worst).toBeLessThan(2500);
});

test("frontiers of many logs travel in pages", () => {
  const [a, b] = [new FakeNode(1), new FakeNode(2)];
  for (let i = 1; i <= 4500; i++) a.commit(logName(1, i), 1, 0);
  const ends = connect(a, b, { ...sessionLimits });
  ends[0].deliver();
  expect(ends[1].inbox).toHaveLength(5);
  settle(ends);
  expect(b.frontier()).toEqual(a.frontier());
});

test("a peer that never grants credit is sent nothing", () => {
  const session = streaming();
  expect(session.advanced(new Map([[logName(1), { seq: 5, batch: zeros }]]))).toEqual([]);
  expect(session.status.lagOperations).toBe(5);
});

test("a peer that says anything valid at any time gets an answer, and at worst a goodbye", () => {
  const near = fc.nat({ max: 4 });
  const plausible = fc
    .tuple(near, near, near, fc.nat({ max: 1 }))
    .map(([node, first, count, variant]) => batch(logName(node), first, count, 10, variant));
  const step = fc.oneof(
    message,
    plausible,
    near.map((seq) => ack(logName(2), seq)),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), fc.boolean(), (steps, greeted) => {
      const session = greeted ? streaming() : open();
      let closes = 0;
      for (const one of steps)
        for (const action of session.receive(one)) {
          if (action.type === "load")
            session.loaded(action.log, { envelopes: [], certificates: [], schemas: [] });
          if (action.type === "deliver") session.consumed(action.envelopes);
          if (action.type === "close") closes++;
        }
      expect(closes).toBe(session.status.phase === "closed" ? 1 : 0);
      expect(session.status.outstanding).toBe(0);
      expect(session.status.credit).toBeGreaterThanOrEqual(0);
    }),
    { numRuns: 1000 },
  );
});

test("where not everything can go at once, logs that are more urgent go first, and the others in between", () => {
  const [a, b] = [new FakeNode(1), new FakeNode(2)];
  const ends = connect(a, b, { ...limits, maxLoads: 1 });
  settle(ends);
  const [end] = ends;
  const frontiers = [1, 2, 3].map((name) => {
    const log = logName(1, name);
    const batches = Array.from({ length: 8 }, (_, i) => fakeBatch(log, i + 1, 1, 350));
    a.logs.set(log, batches);
    return [log, batches.at(-1)!.entry] as const;
  });
  const urgencies = new Map([
    [logName(1, 1), 3],
    [logName(1, 3), 0],
  ] as const);
  end.run(end.session.advanced(new Map(frontiers), false, urgencies));
  const order: string[] = [];
  for (let moved = true; moved; ) {
    moved = ends.some((one) => one.deliver() || one.load() || one.apply(1));
    for (const name of end.sent.keys()) if (!order.includes(name)) order.push(name);
  }
  const logs = order.map((name) => frontiers.findIndex(([log]) => name.startsWith(log)) + 1);
  expect(logs).toHaveLength(24);
  // The most urgent is through before half of the rest, which is not left waiting until then.
  const last = logs.lastIndexOf(3);
  expect(last).toBeLessThan(14);
  expect(logs.slice(0, last)).toContain(2);
  expect(logs.indexOf(2)).toBeLessThan(logs.indexOf(1));
});
