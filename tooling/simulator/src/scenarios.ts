import { History, usualChanges } from "./history.ts";
import { between } from "./random.ts";
import type { Scenario } from "./scenario.ts";
import { attacks } from "./step.ts";

/** How long faults go on, ms. */
const span = 20_000;

/** A history in which machines only write and connections end now and then: the base of the others. */
function written(seed: number, name: string, nodes: number, writes = 40): History {
  const history = new History(seed, name);
  for (let i = 0; i < nodes; i++) history.machine();
  history.connect([...history.machines.keys()], 40);
  history.writes(writes, span, usualChanges);
  for (let i = history.random.below(8); i > 0; i--) {
    const [a, b] = history.random.pick(history.edges);
    history.at(between(history.random, 0, span), { do: "cut", a, b });
  }
  return history;
}

const calm: Scenario = {
  name: "calm",
  summary: "writes everywhere, connections that end in the middle of a message",
  nodes: 5,
  plan: (seed, nodes) => written(seed, "calm", nodes, 60).plan("calm"),
};

const partition: Scenario = {
  name: "partition",
  summary: "the cluster falls into sides, some connections work in one direction only",
  nodes: 5,
  plan(seed, nodes) {
    const history = written(seed, "partition", nodes);
    const { random } = history;
    for (let at = between(random, 0, 4000); at < span; at += between(random, 500, 8000)) {
      const sides = history.machines.map(() => random.below(2));
      history.at(at, { do: "partition", sides });
      history.at(at + between(random, 100, 6000), { do: "heal" });
    }
    for (let i = random.below(6); i > 0; i--) {
      const [from, to] =
        random.below(2) === 0 ? random.pick(history.edges) : random.pick(history.edges).toReversed();
      const at = between(random, 0, span);
      history.at(at, { do: "block", from: from!, to: to! });
      history.at(at + between(random, 100, 200_000), { do: "unblock", from: from!, to: to! });
    }
    return history.plan("partition");
  },
};

const slow: Scenario = {
  name: "slow",
  summary: "peers that do not read for minutes, slow disks and lines, transactions of several batches",
  nodes: 4,
  plan(seed, nodes) {
    const history = written(seed, "slow", nodes, 30);
    const { random } = history;
    history.writes(4, span, ["bulk"]);
    for (let i = 1 + random.below(4); i > 0; i--) {
      const machine = random.below(nodes);
      const at = between(random, 0, span);
      const fault = random.pick(["hang", "delay", "disk"] as const);
      history.at(at, { do: fault, machine, ms: between(random, 10, fault === "hang" ? 120_000 : 2000) });
    }
    return history.plan("slow", { smallWindows: true });
  },
};

const modes: Scenario = {
  name: "modes",
  summary:
    "changes that leave at once, after a while or by the clock; synchronisation that somebody asks for",
  nodes: 5,
  plan(seed, nodes) {
    const history = written(seed, "modes", nodes, 60);
    const { random } = history;
    history.writes(2, span, ["bulk"]);
    for (const [index, machine] of history.machines.entries())
      history.machines[index] = {
        ...machine,
        mode: random.pick([
          { kind: "eager" },
          { kind: "lazy", priority: random.pick(["critical", "high", "normal"] as const) },
          { kind: "scheduled", intervalMs: between(random, 500, 60_000) },
        ] as const),
      };
    for (let i = 5 + random.below(20); i > 0; i--) {
      const [a, b] =
        random.below(2) === 0 ? random.pick(history.edges) : random.pick(history.edges).toReversed();
      history.at(between(random, 0, span), { do: "sync", a: a!, b: b! });
    }
    for (let i = random.below(3); i > 0; i--)
      history.at(between(random, 0, span), {
        do: "disk",
        machine: random.below(nodes),
        ms: between(random, 20, 2000),
      });
    for (let i = random.below(3); i > 0; i--) {
      const [machine, at] = [random.below(nodes), between(random, 0, span)];
      history.at(at, { do: "stop", machine });
      history.at(at + between(random, 1, 9000), { do: "start", machine });
    }
    return history.plan("modes");
  },
};

const crash: Scenario = {
  name: "crash",
  summary: "processes are killed, power fails, what was not fsynced is gone",
  nodes: 5,
  plan(seed, nodes) {
    const history = written(seed, "crash", nodes);
    const { random } = history;
    for (const machine of history.machines.keys())
      if (random.below(3) === 0)
        history.machines[machine] = { ...history.machines[machine]!, durability: "normal" };
    history.writes(1, span, ["bulk"]);
    for (let i = 2 + random.below(6); i > 0; i--) {
      const machine = random.below(nodes);
      const at = between(random, 0, span);
      const how = random.below(4);
      if (how === 0) history.at(at, { do: "stop", machine });
      else history.at(at, { do: "crash", machine, loss: random.pick(["process", "power"]) });
      if (random.below(5) > 0) history.at(at + between(random, 1, 5000), { do: "start", machine });
    }
    return history.plan("crash");
  },
};

const restore: Scenario = {
  name: "restore",
  summary: "an older copy of a node's state is put back, once or again and again",
  nodes: 4,
  plan(seed, nodes) {
    const history = written(seed, "restore", nodes);
    const { random } = history;
    for (let i = 1 + random.below(3); i > 0; i--) {
      const machine = random.below(nodes);
      const at = between(random, 0, span / 2);
      history.at(at, { do: "backup", machine });
      for (let again = 1 + random.below(2); again > 0; again--)
        history.at(between(random, at, span), { do: "restore", machine });
    }
    return history.plan("restore");
  },
};

const clock: Scenario = {
  name: "clock",
  summary: "clocks are wrong by seconds, and jump by minutes or months, alone or against all others",
  nodes: 4,
  plan(seed, nodes) {
    const history = written(seed, "clock", nodes);
    const { random } = history;
    for (const machine of history.machines.keys())
      history.machines[machine] = { ...history.machines[machine]!, skew: between(random, -30_000, 30_000) };
    for (let i = 1 + random.below(4); i > 0; i--) {
      const by = between(random, -600_000, 600_000) * random.pick([1, 1, 10_000]);
      history.at(between(random, 0, span), { do: "clock", machine: random.below(nodes), by });
    }
    return history.plan("clock");
  },
};

const churn: Scenario = {
  name: "churn",
  summary: "machines come late, leave for ever, are stopped and started",
  nodes: 6,
  plan(seed, nodes) {
    const history = written(seed, "churn", nodes);
    const { random } = history;
    // Whoever leaves must not be what holds the others together.
    for (let i = 0; i < 3; i++)
      for (let j = i + 1; j < nodes; j++)
        if (!history.edges.some(([a, b]) => a === i && b === j)) history.edges.push([i, j]);
    for (let machine = 3; machine < nodes; machine++) {
      if (random.below(2) === 0) {
        history.machines[machine] = { ...history.machines[machine]!, absent: true };
        history.at(between(random, 0, span), { do: "enter", machine });
      } else history.at(between(random, 0, span), { do: "leave", machine });
    }
    for (let i = random.below(3); i > 0; i--) {
      const [machine, at] = [random.below(3), between(random, 0, span)];
      history.at(at, { do: "stop", machine });
      history.at(at + between(random, 1, 3000), { do: "start", machine });
    }
    return history.plan("churn");
  },
};

const collect: Scenario = {
  name: "collect",
  summary:
    "what nobody needs is thrown away while machines join and return, and one may throw away what lives",
  nodes: 5,
  plan(seed, nodes) {
    const history = written(seed, "collect", nodes, 70);
    const { random } = history;
    const members = Math.min(3, nodes);
    for (let i = 0; i < nodes; i++)
      for (let j = i + 1; j < nodes; j++)
        if (!history.edges.some(([a, b]) => a === i && b === j)) history.edges.push([i, j]);
    for (let machine = members; machine < nodes; machine++) {
      const at = between(random, span / 4, span);
      if (random.below(2) === 0) {
        history.machines[machine] = { ...history.machines[machine]!, absent: true };
        history.at(at, { do: "enter", machine });
      } else {
        history.at(between(random, span / 8, span / 2), { do: "stop", machine });
        history.at(at, { do: "start", machine });
      }
    }
    for (let i = 8 + random.below(12); i > 0; i--) {
      const machine = random.below(members);
      const waits = [...history.machines.keys()].filter((one) => one !== machine && random.below(3) === 0);
      history.at(between(random, 0, span), { do: "collect", machine, members, waits });
    }
    if (random.below(2) === 0) {
      const bad = history.machine({ byzantine: true });
      // Who knows nobody else yet believes it of what it wrote: who comes late meets the others only, and by then all have.
      for (let i = 0; i < nodes; i++) if (!history.machines[i]!.absent) history.edges.push([i, bad]);
      history.writes(8, span, usualChanges, [bad]);
      const at = between(random, span / 4, span / 2);
      history.at(at, { do: "attack", machine: bad, how: "hollow", ms: 1e9 });
    }
    if (random.below(3) === 0) {
      const [machine, at] = [random.below(nodes), between(random, 0, span)];
      history.at(at, { do: "crash", machine, loss: "process" });
      history.at(at + between(random, 1, 3000), { do: "start", machine });
    }
    return history.plan("collect");
  },
};

const schema: Scenario = {
  name: "schema",
  summary: "programs of two versions: what one does not know waits, and counts after its upgrade",
  nodes: 4,
  plan(seed, nodes) {
    const history = written(seed, "schema", nodes);
    const { random } = history;
    for (const machine of history.machines.keys())
      if (machine === 0 || random.below(3) === 0)
        history.machines[machine] = { ...history.machines[machine]!, schema: 1 };
    history.writes(10, span, ["task"]);
    for (let i = random.below(3); i > 0; i--)
      history.at(between(random, 0, span), { do: "upgrade", machine: random.below(nodes) });
    return history.plan("schema");
  },
};

const byzantine: Scenario = {
  name: "byzantine",
  summary: "one member forges, reorders, withholds, lies, floods, never reads; the others must not be harmed",
  nodes: 5,
  plan(seed, nodes) {
    const history = written(seed, "byzantine", nodes);
    const { random } = history;
    const bad = history.machine({ byzantine: true });
    // Wherever it stands, the honest ones reach each other without it.
    for (let i = 0; i < nodes; i++) if (random.below(3) > 0 || i === 0) history.edges.push([i, bad]);
    history.writes(15, span, usualChanges, [bad]);
    for (let i = 1 + random.below(4); i > 0; i--) {
      const ms = random.pick([500, 5000, 1e9]);
      history.at(between(random, 0, span), { do: "attack", machine: bad, how: random.pick(attacks), ms });
    }
    if (random.below(4) === 0) history.at(between(random, 0, span), { do: "hang", machine: bad, ms: 1e9 });
    return history.plan("byzantine");
  },
};

const equivocate: Scenario = {
  name: "equivocate",
  summary: "one member tells two stories: two versions of its log, to different peers",
  nodes: 5,
  plan(seed, nodes) {
    const history = written(seed, "equivocate", nodes, 25);
    const { random } = history;
    const bad = history.machine({ byzantine: true });
    const [some, others] = [[] as number[], [] as number[]];
    for (let i = 0; i < nodes; i++) (random.below(2) === 0 ? some : others).push(i);
    for (const peer of some) history.edges.push([peer, bad]);
    history.at(between(random, 1000, span / 2), { do: "clone", machine: bad, peers: others });
    history.writes(12, span, usualChanges, [bad, bad + 1]);
    return history.plan("equivocate", { forksStay: true });
  },
};

const clone: Scenario = {
  name: "clone",
  summary:
    "a running machine is cloned and both copies go on with one log: it is healed, nothing counts twice",
  nodes: 4,
  plan(seed, nodes) {
    const history = written(seed, "clone", nodes, 30);
    const { random } = history;
    const machine = random.below(nodes);
    const peers = [...history.machines.keys()].filter((one) => one !== machine);
    const cloned = between(random, 1000, span / 2);
    history.at(cloned, { do: "clone", machine, peers });
    history.writes(12, span, usualChanges, [machine, nodes]);
    if (random.below(4) === 0) {
      const again = random.pick([machine, nodes]);
      history.at(between(random, cloned, span), { do: "clone", machine: again, peers });
      history.writes(5, span, usualChanges, [nodes + 1]);
    }
    for (let i = random.below(4); i > 0; i--) {
      const at = between(random, 0, span);
      history.at(at, { do: "partition", sides: Array.from({ length: nodes + 2 }, () => random.below(2)) });
      history.at(at + between(random, 100, 6000), { do: "heal" });
    }
    if (random.below(3) === 0) {
      const [crashed, at] = [random.below(nodes + 1), between(random, 0, span)];
      history.at(at, { do: "crash", machine: crashed, loss: "process" });
      history.at(at + between(random, 1, 3000), { do: "start", machine: crashed });
    }
    return history.plan("clone");
  },
};

const everything: Scenario = {
  name: "everything",
  summary:
    "partitions, crashes, restored state, wrong clocks, slow disks, lazy peers and new programs at once",
  nodes: 5,
  plan(seed, nodes) {
    const history = written(seed, "everything", nodes, 60);
    const parts = [partition, slow, crash, restore, clock, schema].map(({ plan }) => plan(seed, nodes));
    const { machines: lazy } = modes.plan(seed, nodes);
    for (const machine of history.machines.keys())
      history.machines[machine] = {
        ...history.machines[machine]!,
        durability: parts[2]!.machines[machine]!.durability,
        skew: parts[4]!.machines[machine]!.skew,
        schema: parts[5]!.machines[machine]!.schema,
        mode: lazy[machine]!.mode,
      };
    for (const part of parts)
      for (const { id: _, at, ...step } of part.steps)
        if (step.do !== "write" || step.change === "bulk" || step.change === "task") history.at(at, step);
    return history.plan("everything");
  },
};

export const scenarios: readonly Scenario[] = [
  calm,
  partition,
  slow,
  modes,
  crash,
  restore,
  clock,
  churn,
  collect,
  schema,
  byzantine,
  equivocate,
  clone,
  everything,
];
