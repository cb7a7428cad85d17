import type { Entry } from "@jarvis-crdt/fixtures";
import { LoroDoc, VersionVector } from "loro-crdt";
import type { Adapter, Replica, Wire } from "../adapter.ts";

/** An entry is one JSON value under its id: of two concurrent changes of a row one is lost whole. */
class Json implements Replica {
  private readonly doc = new LoroDoc();
  private readonly map = this.doc.getMap("entries");

  insert(entries: readonly Entry[]): void {
    for (const entry of entries) this.map.set(String(entry.id), JSON.stringify(entry));
    this.doc.commit();
  }

  judge(entries: readonly Entry[]): void {
    this.insert(entries);
  }

  sendTo(other: this, wire: Wire): void {
    const from = VersionVector.decode(wire(other.doc.version().encode()));
    other.doc.import(wire(this.doc.export({ mode: "update", from })));
  }

  *entries(): Iterable<Entry> {
    for (const text of this.map.values()) yield JSON.parse(text as string);
  }
}

export const adapter: Adapter = { open: () => new Json() };
