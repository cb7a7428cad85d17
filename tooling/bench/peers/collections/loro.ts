import { LoroDoc } from "loro-crdt";
import type { Collections, OpenCollections } from "../../src/collections.ts";

/** Loro has counters; a set is the keys of a map. */
class Loro implements Collections {
  private readonly doc = new LoroDoc();
  private readonly counter = this.doc.getCounter("counter");
  private readonly map = this.doc.getMap("map");
  private readonly set = this.doc.getMap("set");

  increment(times: number): void {
    for (let i = 0; i < times; i++) this.counter.increment(1);
    this.doc.commit();
  }

  setKeys(keys: readonly string[]): void {
    for (const [i, key] of keys.entries()) this.map.set(key, i);
    this.doc.commit();
  }

  addElements(elements: readonly string[]): void {
    for (const element of elements) this.set.set(element, true);
    this.doc.commit();
  }

  save(): Uint8Array {
    return this.doc.export({ mode: "snapshot" });
  }

  load(bytes: Uint8Array): void {
    this.doc.import(bytes);
  }

  sizes(): readonly [number, number, number] {
    return [this.counter.value, this.map.size, this.set.size];
  }
}

export const open: OpenCollections = () => new Loro();
