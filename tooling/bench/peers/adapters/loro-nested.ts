import type { Entry } from "@jarvis-crdt/fixtures";
import { LoroDoc, LoroMap, VersionVector } from "loro-crdt";
import { type Adapter, judgedColumns, type Replica, type Wire } from "../adapter.ts";

/** An entry is a map of its own, so that changes merge field by field. */
class Nested implements Replica {
  private readonly doc = new LoroDoc();
  private readonly map = this.doc.getMap("entries");

  insert(entries: readonly Entry[]): void {
    for (const entry of entries) {
      const row = this.map.setContainer(String(entry.id), new LoroMap());
      for (const [column, value] of Object.entries(entry)) row.set(column, value);
    }
    this.doc.commit();
  }

  judge(entries: readonly Entry[]): void {
    for (const entry of entries) {
      const row = this.map.get(String(entry.id)) as LoroMap;
      for (const column of judgedColumns) row.set(column, entry[column]);
    }
    this.doc.commit();
  }

  sendTo(other: this, wire: Wire): void {
    const from = VersionVector.decode(wire(other.doc.version().encode()));
    other.doc.import(wire(this.doc.export({ mode: "update", from })));
  }

  *entries(): Iterable<Entry> {
    for (const row of this.map.values()) yield (row as LoroMap).toJSON() as Entry;
  }
}

export const adapter: Adapter = { open: () => new Nested() };
