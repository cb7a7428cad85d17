import { readFileSync } from "node:fs";
import type { Envelope } from "@jarvis-crdt/batch";
import { expect, test } from "vitest";
import { type Action, decodeMessage, encodeMessage, type Loaded, Session } from "./index.ts";
import {
  type FakeBatch,
  fakeBatch,
  fakeOf,
  fakeHeading as headingOf,
  logName,
  nodeName,
} from "./testing/fake.ts";

const log = logName(1);
const cluster = new Uint8Array(16);

interface Driver {
  readonly node: string;
  readonly batches: readonly FakeBatch[];
  readonly answers: readonly Uint8Array[];
  /** Gets what was applied. */
  readonly applied: FakeBatch[];
}

/** Drives one side as the README says, and gives what it sent. */
function drive({ node, batches, answers, applied }: Driver): Uint8Array[] {
  const wire: Uint8Array[] = [];
  const frontier = () => new Map(batches.map(({ entry }) => [log, entry]));
  const read = ({ after }: { after: number }): Loaded => ({
    envelopes: batches.filter(({ heading }) => heading.first > after).map(({ envelope }) => envelope),
    certificates: [],
    schemas: [],
  });
  const apply = (to: Session, envelopes: readonly Envelope[]): Action[] => {
    applied.push(...envelopes.map(fakeOf));
    return [...to.advanced(new Map([[log, applied.at(-1)!.entry]])), ...to.consumed(envelopes)];
  };
  // README begins
  const session = new Session({ node, cluster, clock: () => 1, headingOf });
  const carryOut = (actions: readonly Action[]): void => {
    for (const action of actions) {
      if (action.type === "send") wire.push(encodeMessage(action.message));
      else if (action.type === "load") carryOut(session.loaded(action.log, read(action)));
      else if (action.type === "deliver") carryOut(apply(session, action.envelopes));
    }
  };
  carryOut(session.open(frontier()));
  for (const bytes of answers) carryOut(session.receive(decodeMessage(bytes)));
  // README ends
  return wire;
}

test("the example in the README is this one, and brings a batch across", () => {
  const source = readFileSync(new URL(import.meta.url), "utf8");
  const code = /README begins\n([\s\S]*?) *\/\/ README ends/.exec(source)![1]!.replaceAll(/^ {2}/gm, "");
  expect(readFileSync(new URL("../README.md", import.meta.url), "utf8")).toContain(code);

  const batches = [fakeBatch(log, 1, 2, 10), fakeBatch(log, 3, 1, 10)];
  const applied: FakeBatch[] = [];
  const has = { node: nodeName(1), batches, applied: [] };
  const lacks = { node: nodeName(2), batches: [], applied };
  // Each side is replayed with more of what the other says, until neither says more.
  let [fromHas, fromLacks]: [Uint8Array[], Uint8Array[]] = [[], []];
  for (let round = 0; round < 6; round++) {
    applied.length = 0;
    [fromHas, fromLacks] = [drive({ ...has, answers: fromLacks }), drive({ ...lacks, answers: fromHas })];
  }
  expect(applied).toEqual(batches);
  expect(decodeMessage(fromLacks.at(-1)!)).toMatchObject({ type: "ack" });
});
