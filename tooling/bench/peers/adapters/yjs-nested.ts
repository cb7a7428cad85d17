import type { Entry } from "@jarvis-crdt/fixtures";
import * as Y from "yjs";
import { type Adapter, judgedColumns, type Replica, type Wire } from "../adapter.ts";

type Field = string | number | null;

/** An entry is a map of its own, so that changes merge field by field. */
class Nested implements Replica {
  private readonly doc = new Y.Doc();
  private readonly map = this.doc.getMap<Y.Map<Field>>("entries");

  insert(entries: readonly Entry[]): void {
    this.doc.transact(() => {
      for (const entry of entries) this.map.set(String(entry.id), new Y.Map<Field>(Object.entries(entry)));
    });
  }

  judge(entries: readonly Entry[]): void {
    this.doc.transact(() => {
      for (const entry of entries) {
        const row = this.map.get(String(entry.id));
        for (const column of judgedColumns) row?.set(column, entry[column]);
      }
    });
  }

  sendTo(other: this, wire: Wire): void {
    const vector = wire(Y.encodeStateVector(other.doc));
    Y.applyUpdate(other.doc, wire(Y.encodeStateAsUpdate(this.doc, vector)));
  }

  *entries(): Iterable<Entry> {
    for (const row of this.map.values()) yield row.toJSON() as Entry;
  }
}

export const adapter: Adapter = { open: () => new Nested() };
