import { testCrypto } from "@jarvis-crdt/batch/testing";
import type { Frontier } from "@jarvis-crdt/crdt";
import { expect, test } from "vitest";
import { decodeMessage, encodeMessage } from "./codec.ts";
import { FrontierTree } from "./frontier-tree.ts";
import { sessionLimits } from "./limits.ts";
import type { Message } from "./message.ts";
import { Session } from "./session.ts";
import { fakeHeading, logName, nodeName, seeded } from "./testing/fake.ts";

const { hasher } = testCrypto();
const entry = (seq: number, variant = 0) => ({ seq, batch: new Uint8Array(32).fill(variant) });

interface Compared {
  readonly sessions: readonly [Session, Session];
  readonly bytes: number;
  /** Messages that came until both had compared, one way. */
  readonly messages: number;
}

/** Lets two nodes compare and nothing else: what is asked of their stores is not answered. */
function compare(a: Frontier, b: Frontier, limits = sessionLimits): Compared {
  const sides = [a, b].map((_, i) => {
    const session = new Session({
      node: nodeName(900_001 + i),
      cluster: new Uint8Array(16),
      clock: () => 1,
      headingOf: fakeHeading,
      limits,
    });
    return { session, inbox: [] as Uint8Array[] };
  });
  let bytes = 0;
  let messages = 0;
  const send = (from: number, actions: ReturnType<Session["open"]>) => {
    for (const action of actions) {
      if (action.type === "close") throw new Error(`${action.code}: ${action.reason}`);
      if (action.type !== "send") continue;
      const encoded = encodeMessage(action.message);
      bytes += encoded.length;
      messages++;
      sides[1 - from]!.inbox.push(encoded);
    }
  };
  for (const [i, frontier] of [a, b].entries())
    send(i, sides[i]!.session.open(FrontierTree.of(frontier, hasher)));
  while (sides.some(({ inbox }) => inbox.length > 0))
    for (const [i, { session, inbox }] of sides.entries()) {
      const message = inbox.shift();
      if (message) send(i, session.receive(decodeMessage(message)));
    }
  return { sessions: [sides[0]!.session, sides[1]!.session], bytes, messages };
}

const logs = (count: number) => new Map(Array.from({ length: count }, (_, i) => [logName(i), entry(i + 1)]));

test("each side learns what the other lacks, whatever the two frontiers are", () => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = seeded(seed);
    const size = Math.floor(random() ** 3 * 3000);
    const common = logs(size);
    const [a, b] = [new Map(common), new Map(common)];
    const changes = Math.floor(random() ** 3 * 400);
    let [lag, missing] = [0, 0];
    const touched = new Set<number>();
    for (let i = 0; i < changes; i++) {
      const at = Math.floor(random() * (size + 50));
      if (touched.has(at)) continue;
      touched.add(at);
      const [mine, theirs] = random() < 0.5 ? [a, b] : [b, a];
      const more = Math.floor(random() * 5) + 1;
      if (random() < 0.3) theirs.delete(logName(at));
      mine.set(logName(at), entry((theirs.get(logName(at))?.seq ?? 0) + more));
      const ahead = mine.get(logName(at))!.seq - (theirs.get(logName(at))?.seq ?? 0);
      if (mine === a) lag += ahead;
      else missing += ahead;
    }
    const { sessions } = compare(a, b, { ...sessionLimits, page: 7 });
    expect(sessions[0].status).toMatchObject({ phase: "streaming", lagOperations: lag, missing });
    expect(sessions[1].status).toMatchObject({ phase: "streaming", lagOperations: missing, missing: lag });
    // One assertion for thousands of logs: each costs more than the comparison.
    const wrong = (session: Session, frontier: Frontier) =>
      [...frontier].filter(([log, { seq }]) => session.acknowledged(log)?.seq !== seq);
    expect([wrong(sessions[0], b), wrong(sessions[1], a)]).toEqual([[], []]);
  }
});

test("a fork shows where two equally long logs differ", () => {
  const [a, b] = [logs(300), logs(300)];
  b.set(logName(7), entry(8, 5));
  expect(compare(a, b).sessions[0].status).toMatchObject({
    forks: [logName(7)],
    missing: 0,
    lagOperations: 0,
  });
});

test("old logs cost nothing where nothing changed, and little where one did", () => {
  const old = logs(20_000);
  const grown = new Map(old).set(logName(77), entry(100));
  const same = compare(old, new Map(old));
  // Two hellos and two grants of credit.
  expect(same).toMatchObject({ messages: 4 });
  expect(same.bytes).toBeLessThan(400);
  const { bytes, messages, sessions } = compare(old, grown);
  expect(sessions[0].status).toMatchObject({ missing: 22 });
  expect(messages).toBeLessThan(16);
  expect(bytes).toBeLessThan(10_000);
});

test("a peer that names places which do not differ is refused", () => {
  const say = (message: Message) => {
    const session = new Session({
      node: nodeName(1),
      cluster: new Uint8Array(16),
      clock: () => 1,
      headingOf: fakeHeading,
    });
    session.open(FrontierTree.of(logs(40), hasher));
    const tree = { count: 50, hash: new Uint8Array(32).fill(1) };
    const hello = { version: 1, cluster: new Uint8Array(16), node: nodeName(2), clock: 1 };
    session.receive({ type: "hello", ...hello, features: ["frontier-tree"], tree });
    return session.receive(message).at(-1);
  };
  const children = Array.from({ length: 16 }, () => ({ count: 0, hash: new Uint8Array(32) }));
  const refused = { type: "close", code: "unexpected" };
  expect(say({ type: "branch", prefix: Uint8Array.of(3), children })).toMatchObject(refused);
  expect(say({ type: "leaves", prefix: new Uint8Array(0), entries: [], last: true })).toMatchObject(refused);
  expect(say({ type: "have", entries: [], last: true })).toMatchObject(refused);
  expect(say({ type: "branch", prefix: new Uint8Array(0), children })).not.toMatchObject(refused);
});
