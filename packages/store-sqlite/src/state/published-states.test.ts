import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, test } from "vitest";
import { add, States } from "./testing/states.ts";

let states: States;
beforeEach(() => {
  states = new States();
});
afterEach(() => states[Symbol.dispose]());

test("the plan's tables answer the plan's questions, also after a kill", () => {
  const other = states.open(2);
  const killed = states.open(1);
  killed.commit({
    intents: [
      { kind: "counter.add", object: "credits", by: 1000 },
      { kind: "counter.add", object: "credits", by: -10 },
      { kind: "register.set", object: "status", value: "up" },
      { kind: "register.set", object: "credits", value: { big: 2n ** 60n } },
      { kind: "set.add", object: "ids", element: Uint8Array.of(1) },
      add(states.uid(), "p", "x"),
    ],
  });
  killed.abandon();
  const file = states.open(1);
  other.commit({ intents: [{ kind: "register.set", object: "status", value: "down" }] });
  states.sync(other, file);
  file.syncLog.record({ peer: other.node, at: states.now, sent: 6, received: 1, ms: 3 });
  file.rest();
  file.commit({ intents: [{ kind: "counter.add", object: "credits", by: 5 }] });
  file.close();
  const database = new Database(states.path(1), { readonly: true });
  const published = database
    .prepare("SELECT crdt_name, crdt_type, state_data, version FROM crdt_states ORDER BY crdt_name")
    .raw()
    .all() as [string, string, string, number][];
  const synced = database.prepare("SELECT peer_node_id, operations_received FROM sync_log").raw().all();
  const conflicts = database.prepare("SELECT crdt_name, conflict_type FROM conflict_log").raw().all();
  database.close();
  const node = "00000001-0000-4000-8000-000000000000";
  expect(published.map(([name, type, data, version]) => [name, type, JSON.parse(data), version])).toEqual([
    ["credits", "pn_counter", { value: 995, nodes: { [node]: 995 } }, 2],
    [
      "credits (register)",
      "lww_register",
      { value: { big: { $int: "1152921504606846976" } }, siblings: 1 },
      1,
    ],
    ["entries", "table", { rows: 1 }, 1],
    ["ids", "or_set", { size: 1, values: [{ $bytes: "AQ==", text: false }] }, 1],
    ["status", "lww_register", { value: "down", siblings: 2 }, 1],
  ]);
  expect(synced).toEqual([[other.node, 1]]);
  expect(conflicts).toEqual([["status", "concurrent-write"]]);
});
