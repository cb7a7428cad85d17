import { expect, test } from "vitest";
import { type SessionLimits, sessionLimits } from "./limits.ts";
import type { Message } from "./message.ts";
import { logName, seeded } from "./testing/fake.ts";
import { connect, cut, type End, FakeNode, rebalance, settle } from "./testing/world.ts";
import type { Urgency } from "./turns.ts";

const limits: SessionLimits = {
  ...sessionLimits,
  window: 4000,
  maxBatch: 1500,
  quantum: 400,
  maxLoads: 3,
  page: 3,
};

type Link = [End, End];

interface History {
  readonly nodes: FakeNode[];
  readonly links: Link[];
  readonly resumed: Set<End>;
}

function play(
  seed: number,
  size: number,
  options: { readonly cuts: boolean; readonly refusals: boolean; readonly lazy?: boolean },
): History {
  const random = seeded(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  // One that compares lists among others that compare trees.
  const nodes = Array.from({ length: size }, (_, i) => new FakeNode(i + 1, i !== 2));
  const pairs = nodes.flatMap((a, i) => nodes.slice(i + 1).map((b) => [a, b] as const));
  // A spanning chain always, other connections by chance.
  const wanted = pairs.filter(([a, b]) => b.index === a.index + 1 || random() < 0.5);
  const links = wanted.map(([a, b]) => connect(a, b, limits));
  const slow = pick(nodes);
  if (options.lazy)
    for (const node of nodes.slice(1)) node.lazily = () => Math.floor(random() * 4) as Urgency;
  const resumed = new Set<End>();
  for (let step = 0; step < 700; step++) {
    const at = Math.floor(random() * links.length);
    const end = pick(links[at]!);
    if (end.node === slow && random() < 0.8) continue;
    const chance = random();
    if (chance < 0.12) {
      const node = pick(nodes);
      const log = logName(node.index, 1 + Math.floor(random() * 3));
      node.commit(log, 1 + Math.floor(random() * 5), Math.floor(random() ** 3 * 1300));
    } else if (chance < 0.5) end.deliver();
    else if (chance < 0.7) end.load();
    else if (options.lazy && chance < 0.73) end.node.flush();
    else if (options.lazy && chance < 0.75) end.run(end.session.ask(step));
    else if (chance < 0.97) end.apply(1 + Math.floor(random() * 4));
    else if (options.cuts && chance < 0.985) {
      cut(links[at]!);
      links[at] = connect(links[at]![0].node, links[at]![1].node, limits);
    } else if (options.refusals) {
      const log = logName(pick(nodes).index);
      if (!end.node.unready.delete(log)) end.node.unready.add(log);
      else for (const one of end.node.ends) resume(one, log);
    }
  }
  for (const node of nodes) {
    for (const log of node.unready) for (const end of node.ends) resume(end, log);
    node.unready.clear();
  }
  for (const node of nodes) {
    node.lazily = undefined;
    node.flush();
  }
  settle(links.flat());
  // Whoever was to bring a log may not have it.
  for (let round = 0; round < 3 * size; round++) {
    for (const node of nodes) rebalance(node);
    settle(links.flat());
  }
  return { nodes, links, resumed };

  function resume(end: End, log: string): void {
    resumed.add(end);
    end.run(end.session.resume(log));
  }
}

function check({ nodes, links, resumed }: History): void {
  const [first, ...others] = nodes;
  for (const node of others) expect(node.frontier()).toEqual(first!.frontier());
  for (const end of links.flat()) {
    expect(end.closed).toBeUndefined();
    const { status } = end.session;
    expect(status).toMatchObject({
      phase: "streaming",
      lagOperations: 0,
      missing: 0,
      synced: true,
      outstanding: 0,
    });
    if (!resumed.has(end.peer!)) for (const times of end.sent.values()) expect(times).toBe(1);
  }
}

test.each([2, 3, 5])("%i nodes converge, and each batch crosses each connection once a direction", (size) => {
  for (let seed = 1; seed <= 15; seed++)
    check(play(seed * 31 + size, size, { cuts: false, refusals: false }));
});

test.each([2, 3, 5])("%i nodes converge through cuts and reconnections", (size) => {
  for (let seed = 1; seed <= 15; seed++) check(play(seed * 37 + size, size, { cuts: true, refusals: false }));
});

test.each([2, 3, 5])("%i nodes converge although logs are refused for a while", (size) => {
  for (let seed = 1; seed <= 15; seed++) check(play(seed * 41 + size, size, { cuts: true, refusals: true }));
});

test.each([2, 5])("%i nodes converge although some send late, by urgency, and ask each other", (size) => {
  for (let seed = 1; seed <= 15; seed++)
    check(play(seed * 47 + size, size, { cuts: true, refusals: false, lazy: true }));
});

test("a member that claims to have everything, sends nothing and says what it likes delays others, no more", () => {
  for (let seed = 1; seed <= 10; seed++) {
    const random = seeded(seed * 53);
    const nodes = Array.from({ length: 4 }, (_, i) => new FakeNode(i + 1, true));
    const logs = nodes.map(({ index }) => logName(index));
    const links = nodes.slice(1).map((node, i) => connect(nodes[i]!, node, limits));
    const liars = nodes.map((node) => connect(node, new FakeNode(9), limits));
    for (const [, liar] of liars) liar.node.ends.clear();
    const lie = (): Message => {
      const named = logs.filter(() => random() < 0.5);
      const seq = 1 + Math.floor(random() * 500);
      const entries = named.map((log) => ({ log, seq, batch: new Uint8Array(32).fill(seq) }));
      const chance = random();
      if (chance < 0.5) return { type: "ack", entries };
      if (chance < 0.7) return { type: "have", entries, last: true };
      if (chance < 0.9) return { type: "quiet", logs: named };
      return { type: "ask", number: seq };
    };
    let lies = 0;
    for (let step = 0; step < 900; step++) {
      const node = nodes[Math.floor(random() * 4)]!;
      const [end, liar] = liars[node.index - 1]!;
      const chance = random();
      if (chance < 0.1) node.commit(logName(node.index), 1 + Math.floor(random() * 4), 200);
      else if (chance < 0.2) liar.deliver();
      else if (chance < 0.3) end.deliver();
      else if (chance < 0.4 && end.session.status.phase === "streaming") {
        end.run(end.session.receive(lie()));
        lies++;
      } else {
        const honest = links.flat()[Math.floor(random() * links.length * 2)]!;
        if (chance < 0.6) honest.deliver();
        else if (chance < 0.8) honest.load();
        else honest.apply(3);
      }
    }
    settle(links.flat());
    for (let round = 0; round < 40; round++) {
      for (const node of nodes) rebalance(node);
      settle(links.flat());
    }
    expect(lies).toBeGreaterThan(20);
    const [first, ...others] = nodes;
    for (const node of others) expect(node.frontier()).toEqual(first!.frontier());
    for (const end of links.flat()) expect(end.closed).toBeUndefined();
  }
});

test("in a mesh of five each batch comes to each node about once, whoever writes and whoever is slow", () => {
  for (let seed = 1; seed <= 4; seed++) {
    const random = seeded(seed * 43);
    const nodes = Array.from({ length: 5 }, (_, i) => new FakeNode(i + 1, true));
    const joined = nodes.slice(0, 4);
    for (let i = 0; i < 100; i++) joined[i % 4]!.commit(logName((i % 4) + 1), 3, 300);
    const ends: End[] = [];
    const link = (a: FakeNode, b: FakeNode) => ends.push(...connect(a, b, limits));
    for (const [i, a] of joined.entries()) for (const b of joined.slice(i + 1)) link(a, b);
    for (let step = 0; step < 6000; step++) {
      // The last one joins while the others write, and has everything to catch up with from all of them.
      if (step === 3000) for (const a of joined) link(a, nodes[4]!);
      const end = ends[Math.floor(random() ** 2 * ends.length)]!;
      const chance = random();
      if (chance < 0.05) nodes[step % 5]!.commit(logName((step % 5) + 1), 1 + (step % 5), 200);
      else if (chance < 0.5) end.deliver();
      else if (chance < 0.7) end.load();
      else end.apply(4);
    }
    settle(ends);
    const [first, ...others] = nodes;
    for (const node of others) expect(node.frontier()).toEqual(first!.frontier());
    let received = 0;
    for (const { session } of ends) received += session.status.receivedOperations;
    let written = 0;
    for (const { seq } of first!.frontier().values()) written += seq;
    expect(received / (written * 4)).toBeLessThan(1.2);
  }
});
