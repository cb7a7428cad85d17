import { GCounter, LWWMap, ORSet } from "@jarvis-crdt/crdt";
import { decodeSnapshot, encodeSnapshot } from "@jarvis-crdt/crdt/snapshot";
import type { Collections } from "./collections.ts";

/** Three containers, saved as three snapshots behind their lengths. */
export class OurCollections implements Collections {
  private readonly counter;
  private readonly map;
  private readonly set;

  constructor(name: string) {
    this.counter = new GCounter(name);
    this.map = new LWWMap<string, number>(name);
    this.set = new ORSet<string>(name);
  }

  increment(times: number): void {
    for (let i = 0; i < times; i++) this.counter.increment();
  }

  setKeys(keys: readonly string[]): void {
    for (const [i, key] of keys.entries()) this.map.set(key, i, i + 1);
  }

  addElements(elements: readonly string[]): void {
    for (const element of elements) this.set.add(element);
  }

  save(): Uint8Array {
    const parts = [
      encodeSnapshot("g_counter", this.counter.state),
      encodeSnapshot("lww_map", this.map.state as never),
      encodeSnapshot("or_set", this.set.state),
    ];
    const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + 4 + length, 0));
    const view = new DataView(bytes.buffer);
    let at = 0;
    for (const part of parts) {
      view.setUint32(at, part.length);
      bytes.set(part, at + 4);
      at += 4 + part.length;
    }
    return bytes;
  }

  load(bytes: Uint8Array): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    let at = 0;
    const next = () => {
      const start = at + 4;
      at = start + view.getUint32(at);
      return bytes.subarray(start, at);
    };
    this.counter.merge(decodeSnapshot("g_counter", next()));
    this.map.merge(decodeSnapshot("lww_map", next()) as never);
    this.set.merge(decodeSnapshot("or_set", next()) as never);
  }

  sizes(): readonly [number, number, number] {
    return [this.counter.value, this.map.size, this.set.size];
  }
}
