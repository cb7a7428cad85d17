import type { Entry } from "@jarvis-crdt/fixtures";
import * as Y from "yjs";
import type { Adapter, Replica, Wire } from "../adapter.ts";

/** An entry is one JSON value under its id: of two concurrent changes of a row one is lost whole. */
class Json implements Replica {
  private readonly doc = new Y.Doc();
  private readonly map = this.doc.getMap<string>("entries");

  insert(entries: readonly Entry[]): void {
    this.doc.transact(() => {
      for (const entry of entries) this.map.set(String(entry.id), JSON.stringify(entry));
    });
  }

  judge(entries: readonly Entry[]): void {
    this.insert(entries);
  }

  sendTo(other: this, wire: Wire): void {
    const vector = wire(Y.encodeStateVector(other.doc));
    Y.applyUpdate(other.doc, wire(Y.encodeStateAsUpdate(this.doc, vector)));
  }

  *entries(): Iterable<Entry> {
    for (const text of this.map.values()) yield JSON.parse(text);
  }
}

export const adapter: Adapter = { open: () => new Json() };
