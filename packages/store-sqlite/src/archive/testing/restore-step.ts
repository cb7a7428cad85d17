import fc from "fast-check";

export type Place = 0 | 1;

/** What befalls one of two nodes whose archives, and states, are restored, moved and lost. */
export type Step =
  | { readonly do: "write" | "overtake"; readonly node: Place; readonly sql: number; readonly pick: number }
  | { readonly do: "exchange" | "capture" | "pull" | "crash" | "adopt"; readonly node: Place }
  | { readonly do: "restore meanwhile"; readonly node: Place; readonly pick: number }
  | { readonly do: "kill"; readonly node: Place; readonly at: "before-commit" | "before-confirm" }
  | { readonly do: "back up"; readonly node: Place; readonly strip: boolean }
  | {
      readonly do: "restore";
      readonly node: Place;
      readonly pick: number;
      readonly how: "in place" | "moved";
    }
  | { readonly do: "forget"; readonly node: Place };

/** Every entry has a body of its own, so that a doubled one shows. */
export const writes = [
  "INSERT INTO entries(body,status) VALUES('row ' || $next,'new')",
  "INSERT INTO entries(body,status) VALUES('row ' || $next,'new'),('row ' || $next || ' too','new')",
  "UPDATE entries SET status='s' || $next,score=$next WHERE id=$id",
  "UPDATE entries SET version='v' || $next",
  "UPDATE entries SET id=$id + 100 + $next WHERE id=$id",
  "REPLACE INTO entries(id,body) VALUES($id,'row ' || $next)",
  "DELETE FROM entries WHERE id=$id",
];

const node = fc.constantFrom<Place>(0, 1);
const one = <const Do extends string>(name: Do) => fc.record({ do: fc.constant(name), node });
export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      do: fc.constantFrom("write" as const, "write" as const, "write" as const, "overtake" as const),
      node,
      sql: fc.nat(writes.length - 1),
      pick: fc.nat(20),
    }),
  },
  { weight: 6, arbitrary: fc.oneof(one("exchange"), one("pull")) },
  { weight: 3, arbitrary: one("capture") },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("restore meanwhile" as const), node, pick: fc.nat(10) }),
  },
  { weight: 1, arbitrary: fc.oneof(one("crash"), one("adopt")) },
  { weight: 1, arbitrary: one("forget") },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("kill" as const),
      node,
      at: fc.constantFrom("before-commit" as const, "before-confirm" as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("back up" as const), node, strip: fc.boolean() }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("restore" as const),
      node,
      pick: fc.nat(10),
      how: fc.constantFrom("in place" as const, "moved" as const),
    }),
  },
);
