import * as Y from "yjs";
import type { Collections, OpenCollections } from "../../src/collections.ts";

/** Yjs has neither counters nor sets: a counter is a sum for each client in a map, a set is the keys of one. */
class Yjs implements Collections {
  private readonly doc = new Y.Doc();
  private readonly counter = this.doc.getMap<number>("counter");
  private readonly map = this.doc.getMap<number>("map");
  private readonly set = this.doc.getMap<true>("set");

  increment(times: number): void {
    const own = String(this.doc.clientID);
    this.doc.transact(() => {
      for (let i = 0; i < times; i++) this.counter.set(own, (this.counter.get(own) ?? 0) + 1);
    });
  }

  setKeys(keys: readonly string[]): void {
    this.doc.transact(() => {
      for (const [i, key] of keys.entries()) this.map.set(key, i);
    });
  }

  addElements(elements: readonly string[]): void {
    this.doc.transact(() => {
      for (const element of elements) this.set.set(element, true);
    });
  }

  save(): Uint8Array {
    return Y.encodeStateAsUpdate(this.doc);
  }

  load(bytes: Uint8Array): void {
    Y.applyUpdate(this.doc, bytes);
  }

  sizes(): readonly [number, number, number] {
    let sum = 0;
    for (const part of this.counter.values()) sum += part;
    return [sum, this.map.size, this.set.size];
  }
}

export const open: OpenCollections = () => new Yjs();
