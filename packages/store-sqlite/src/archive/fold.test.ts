import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { uidOfInsert, uidText } from "../uid.ts";
import { entryKind } from "./capture-sql.ts";
import { foldOutbox } from "./fold.ts";
import type { LocalKey } from "./local-key.ts";
import type { Entry } from "./outbox.ts";

const nothing: ReadonlySet<number> = new Set();
const known = new Uint8Array(16).fill(7);
const isKnown = (_table: number, key: LocalKey) => (key === 7 ? known : undefined);

function entries(...list: readonly [keyof typeof entryKind, number, Partial<Entry>?][]): Entry[] {
  return list.map(([kind, key, more], i) => ({
    id: i + 1,
    token: new Uint8Array(16).fill(i + 1),
    kind: entryKind[kind],
    table: 1,
    key,
    was: kind === "update" ? key : null,
    group: kind === "update" ? "g" : null,
    time: 1000 + i,
    ...more,
  }));
}

const short = (fold: ReturnType<typeof foldOutbox>) => ({
  rows: fold.rows.map(({ key, fresh, groups }) => [key, fresh, [...groups].join()]),
  ended: fold.ended.map(({ uid }) => uidText(uid).slice(0, 4)),
  keys: fold.keys.map(({ key, uid }) => [key, uid !== undefined]),
});

describe("foldOutbox", () => {
  it("names an insert by its entry, time first", () => {
    const [entry] = entries(["insert", 1]);
    const { rows } = foldOutbox([entry!], nothing, isKnown);
    expect(uidText(rows[0]!.uid)).toBe(`0000000003e8${"01".repeat(10)}`);
  });

  it("leaves nothing of insert and delete within one drain", () => {
    expect(short(foldOutbox(entries(["insert", 1], ["update", 1], ["delete", 1]), nothing, isKnown))).toEqual(
      {
        rows: [],
        ended: [],
        keys: [[1, false]],
      },
    );
  });

  it("ends an identity by a delete, and the same key afterwards is a new row", () => {
    expect(short(foldOutbox(entries(["delete", 7], ["insert", 7]), nothing, isKnown))).toEqual({
      rows: [[7, "own", ""]],
      ended: ["0707"],
      keys: [[7, true]],
    });
  });

  it("takes an insert on a known key as a replacement", () => {
    expect(short(foldOutbox(entries(["insert", 7]), nothing, isKnown)).ended).toEqual(["0707"]);
  });

  it("collects the groups of a known row and counts updates of an unknown one", () => {
    const fold = foldOutbox(
      entries(["update", 7], ["update", 7, { group: "h" }], ["update", 9]),
      nothing,
      isKnown,
    );
    expect(short(fold).rows).toEqual([[7, undefined, "g,h"]]);
    expect(fold.unknown).toBe(1);
  });

  it("carries an identity along when its key changes, over whatever was there", () => {
    const fold = foldOutbox(
      entries(["insert", 8], ["update", 8, { was: 7 }], ["update", 8, { was: 7, group: "h" }]),
      nothing,
      isKnown,
    );
    expect(short(fold)).toEqual({
      rows: [[8, undefined, "g,h"]],
      ended: [],
      keys: [
        [8, true],
        [7, false],
      ],
    });
    expect(fold.rows[0]!.uid).toBe(known);
  });

  it("adopts a row under the uid in its token, with what changed since", () => {
    const fold = foldOutbox(entries(["adopt", 3], ["update", 3]), nothing, isKnown);
    expect(short(fold).rows).toEqual([[3, "base", "g"]]);
    expect(fold.rows[0]!.uid).toEqual(new Uint8Array(16).fill(1));
  });

  it("reports nothing of entries that the state has drained already, but knows what they mean", () => {
    const list = entries(["insert", 1], ["update", 7], ["delete", 7], ["update", 1]);
    const fold = foldOutbox(list, new Set([1, 2, 3]), isKnown);
    expect(short(fold)).toEqual({
      rows: [[1, undefined, "g"]],
      ended: [],
      keys: [
        [1, true],
        [7, false],
      ],
    });
    expect(fold.rows[0]!.uid).toEqual(uidOfInsert(list[0]!.time, list[0]!.token));
  });

  it("says the same in one drain or in two with a lost end between them", () => {
    const kind = fc.constantFrom("insert", "update", "delete") as fc.Arbitrary<
      "insert" | "update" | "delete"
    >;
    const history = fc.array(fc.tuple(kind, fc.integer({ min: 1, max: 4 })), { maxLength: 24 });
    fc.assert(
      fc.property(history, fc.nat(24), (list, cut) => {
        const all = entries(...list);
        const live = new Map<string, boolean>();
        const apply = (fold: ReturnType<typeof foldOutbox>) => {
          for (const { uid } of fold.ended) live.delete(uidText(uid));
          for (const { uid } of fold.rows) live.set(uidText(uid), true);
        };
        const none = () => undefined;
        apply(foldOutbox(all.slice(0, cut), nothing, none));
        const drained = new Set(all.slice(0, cut).map(({ id }) => id));
        const second = foldOutbox(all, drained, none);
        apply(second);
        const shown = second.keys.flatMap(({ uid }) => (uid ? [uidText(uid)] : []));
        expect([...live.keys()].sort()).toEqual(shown.sort());
      }),
    );
  });
});
