import * as Automerge from "@automerge/automerge";
import type { Collections, OpenCollections } from "../../src/collections.ts";

type Content = {
  counter: Automerge.Counter;
  map: { [key: string]: number };
  set: { [element: string]: true };
};

/** Automerge has counters; a set is the keys of an object. Both replicas start from one document. */
class Document implements Collections {
  private doc: Automerge.Doc<Content>;

  constructor(actor: string) {
    const empty = { counter: new Automerge.Counter(), map: {}, set: {} };
    this.doc = Automerge.clone(Automerge.from<Content>(empty as never, { actor: "00" }), { actor });
  }

  increment(times: number): void {
    this.doc = Automerge.change(this.doc, (doc) => {
      for (let i = 0; i < times; i++) doc.counter.increment(1);
    });
  }

  setKeys(keys: readonly string[]): void {
    this.doc = Automerge.change(this.doc, (doc) => {
      for (const [i, key] of keys.entries()) doc.map[key] = i;
    });
  }

  addElements(elements: readonly string[]): void {
    this.doc = Automerge.change(this.doc, (doc) => {
      for (const element of elements) doc.set[element] = true;
    });
  }

  save(): Uint8Array {
    return Automerge.save(this.doc);
  }

  load(bytes: Uint8Array): void {
    this.doc = Automerge.load(bytes);
  }

  sizes(): readonly [number, number, number] {
    const { counter, map, set } = this.doc;
    return [counter.value, Object.keys(map).length, Object.keys(set).length];
  }
}

/** What an operation costs grows with what there is: 100,000 increments take many minutes. */
export const most = 8_000;

export const open: OpenCollections = (name) => new Document(name === "a" ? "aa" : "bb");
