import type { Schema } from "@jarvis-crdt/crdt";
import { expect, it } from "vitest";
import { declared } from "./declared.ts";

const schema = (...tables: [string, ...string[][]][]): Schema => ({
  tables: tables.map(([name, ...groups]) => ({
    name,
    kind: "records",
    groups: groups.map((columns, i) => ({ name: `g${i}`, columns })),
  })),
});

it("keeps what was declared and adds what is new", () => {
  const before = schema(["a", ["p", "q"], ["z"]], ["gone", ["x"]]);
  const now = schema(["a", ["n", "q"], ["z"]], ["new", ["y"]]);
  const both = declared(before, now);
  expect(both).toEqual(schema(["a", ["n", "p", "q"], ["z"]], ["new", ["y"]], ["gone", ["x"]]));
  expect(declared(both, now)).toEqual(both);
  expect(declared(undefined, now)).toEqual(now);
});

it("lets a column go where it is in another group now", () => {
  expect(declared(schema(["a", ["p", "q"], ["z"]]), schema(["a", ["p"], ["q", "z"]]))).toEqual(
    schema(["a", ["p"], ["q", "z"]]),
  );
});
