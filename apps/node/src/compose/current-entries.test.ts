import { expect, it } from "vitest";
import { CurrentEntries, type EntryMaker } from "./current-entries.ts";

class Made implements EntryMaker {
  readonly #type: string;
  isClosed = false;

  constructor(type: string) {
    this.#type = type;
  }

  typeOf = () => this.#type;
  isKeyed = () => false;
  rowsOf = () => never();
  changesOf = () => [];

  close(): void {
    this.isClosed = true;
  }
}

function never(): never {
  throw new Error("nobody asks for rows here");
}

it("reads changed tables when they are asked for, and again where that failed", () => {
  const made: Made[] = [];
  let isReadable = true;
  const entries = new CurrentEntries(() => {
    if (!isReadable) throw new Error("not now");
    const one = new Made(`type ${made.length}`);
    made.push(one);
    return one;
  });
  const type = () => entries.typeOf("notes", new Map());
  expect(type()).toBe("type 0");

  isReadable = false;
  entries.renew();
  entries.renew();
  expect(type).toThrow("not now");
  expect(made[0]!.isClosed).toBe(false);
  isReadable = true;
  expect(type()).toBe("type 1");
  expect(type()).toBe("type 1");
  entries.close();
  expect(made.map(({ isClosed }) => isClosed)).toEqual([true, true]);
});
