import { expect, test } from "vitest";
import { sessionLimits } from "./limits.ts";
import { fakeBatch, logName } from "./testing/fake.ts";
import { connect, cut, type End, FakeNode, rebalance, settle } from "./testing/world.ts";

const foreign = logName(9);

/** Two nodes that have a log of a fourth, and one that lacks it and is connected to both. */
function world(): { readonly nodes: readonly FakeNode[]; readonly ends: readonly [End, End][] } {
  const nodes = [1, 2, 3].map((index) => new FakeNode(index, true));
  for (const node of nodes.slice(0, 2))
    node.append([fakeBatch(foreign, 1, 2, 50), fakeBatch(foreign, 3, 1, 50)]);
  const ends = nodes.slice(0, 2).map((node) => connect(node, nodes[2]!, sessionLimits));
  return { nodes, ends };
}

const sent = (end: End) => [...end.sent.values()].reduce((sum, times) => sum + times, 0);

test("of two who have a log one is asked, and it brings what comes later as well", () => {
  const { nodes, ends } = world();
  settle(ends.flat());
  expect(ends.map(([end]) => sent(end)).sort()).toEqual([0, 2]);
  for (const node of nodes.slice(0, 2)) node.append([fakeBatch(foreign, 4, 1, 50)]);
  settle(ends.flat());
  expect(nodes[2]!.frontier()).toEqual(nodes[0]!.frontier());
  expect(ends.map(([end]) => sent(end)).sort()).toEqual([0, 3]);
});

test("when the connection over which a log comes is cut, the other brings the rest", () => {
  const { nodes, ends } = world();
  for (const [a, b] of ends) for (const end of [b, a, b, a]) end.deliver();
  const bringing = ends.findIndex(([, end]) => end.session.brings(foreign));
  expect(bringing).toBeGreaterThanOrEqual(0);
  cut(ends[bringing]!);
  settle(ends[1 - bringing]!);
  expect(nodes[2]!.frontier()).toEqual(nodes[0]!.frontier());
});

test("who was asked and sends nothing is given up for another", () => {
  const { nodes, ends } = world();
  for (const [a, b] of ends) for (const end of [b, a, b, a]) end.deliver();
  const stuck = ends.findIndex(([, end]) => end.session.brings(foreign));
  settle(ends[1 - stuck]!);
  rebalance(nodes[2]!);
  settle(ends[1 - stuck]!);
  expect(nodes[2]!.frontier().size).toBe(0);
  rebalance(nodes[2]!);
  settle(ends[1 - stuck]!);
  expect(nodes[2]!.frontier()).toEqual(nodes[0]!.frontier());
  // Late, it is told that it is not wanted, and what it sends nevertheless does no harm.
  settle(ends.flat());
  nodes[0]!.append([fakeBatch(foreign, 4, 1, 50)]);
  nodes[1]!.append([fakeBatch(foreign, 4, 1, 50)]);
  settle(ends.flat());
  expect(nodes[2]!.frontier()).toEqual(nodes[0]!.frontier());
  expect(ends[stuck]![0].sent.get(`${foreign} 4`)).toBeUndefined();
});

test("an author who was restored does not keep others from bringing what it lost", () => {
  const [author, other, late] = [new FakeNode(9, true), new FakeNode(2, true), new FakeNode(3, true)];
  author.append([fakeBatch(foreign, 1, 1, 50)]);
  other.append([fakeBatch(foreign, 1, 1, 50), fakeBatch(foreign, 2, 1, 50)]);
  const ends = [connect(author, late, sessionLimits), connect(other, late, sessionLimits)];
  for (let i = 0; i < 3; i++) {
    settle(ends.flat());
    rebalance(late);
  }
  expect(late.frontier()).toEqual(other.frontier());
  expect(author.frontier()).toEqual(other.frontier());
});

test("a log of which nothing is here yet is pushed when it comes, whatever the peer said of it before", () => {
  const [a, b] = [new FakeNode(1, true), new FakeNode(2, true)];
  const ends = connect(a, b, sessionLimits);
  settle(ends);
  ends[0].run(ends[0].session.receive({ type: "quiet", logs: [logName(1)] }));
  a.commit(logName(1), 1, 50);
  settle(ends);
  expect(ends[0].sent.size).toBe(1);
  ends[0].run(ends[0].session.receive({ type: "quiet", logs: [logName(1)] }));
  a.commit(logName(1), 1, 50);
  for (const end of ends) while (end.load() || end.apply(1)) {}
  expect(ends[0].sent.size).toBe(1);
  expect(b.frontier().get(logName(1))?.seq).toBe(1);
});

test("a question is answered after everything that there was is told, also what is pushed or held back", () => {
  const [a, b] = [new FakeNode(1, true), new FakeNode(2, true)];
  const ends = connect(a, b, sessionLimits);
  settle(ends);
  const told = () => ends[1].seen.filter(({ type }) => type === "told");
  const entry = fakeBatch(logName(1), 1, 1, 50).entry;
  const held = fakeBatch(foreign, 1, 1, 50).entry;
  // Announced, and the store has not answered yet.
  ends[0].run(ends[0].session.advanced(new Map([[logName(1), entry]])));
  ends[0].run(ends[0].session.advanced(new Map([[foreign, held]]), true));
  ends[1].deliver();
  expect(ends[1].session.status.missing).toBe(0);
  ends[1].run(ends[1].session.ask(7));
  ends[0].deliver();
  ends[1].deliver();
  ends[1].deliver();
  expect(told()).toEqual([{ type: "told", number: 7 }]);
  expect(ends[1].session.status.missing).toBe(2);
});

test("what is held back leaves at the next flush, and a peer that waits to hear is answered at once", () => {
  const [a, b] = [new FakeNode(1, true), new FakeNode(2, true)];
  const ends = connect(a, b, sessionLimits);
  settle(ends);
  const batch = fakeBatch(logName(1), 1, 1, 50);
  a.logs.set(logName(1), [batch]);
  ends[0].run(ends[0].session.advanced(new Map([[logName(1), batch.entry]]), true));
  settle(ends);
  expect(b.frontier().size).toBe(0);
  expect(ends[0].session.status.lagOperations).toBe(1);
  ends[0].run(ends[0].session.flush());
  settle(ends);
  expect(b.frontier()).toEqual(a.frontier());
  // Stored by the other, which holds back everything: the one who sent it hears of it all the same.
  expect(ends[0].session.status.lagOperations).toBe(0);
});
