import * as Automerge from "@automerge/automerge";
import type { Entry } from "@jarvis-crdt/fixtures";
import { type Adapter, judgedColumns, type Replica, type Wire } from "../adapter.ts";

type Content = { entries: { [id: string]: { -readonly [column in keyof Entry]: Entry[column] } } };

/** An entry is a map of its own, its texts as values; both replicas start from one document. */
class Document implements Replica {
  private doc: Automerge.Doc<Content>;
  private session = Automerge.initSyncState();

  constructor(actor: string) {
    const start = Automerge.from<Content>({ entries: {} }, { actor: "00" });
    this.doc = Automerge.clone(start, { actor });
  }

  insert(entries: readonly Entry[]): void {
    this.doc = Automerge.change(this.doc, (doc) => {
      for (const entry of entries) {
        const row = Object.entries(entry).map(([column, value]) => [
          column,
          typeof value === "string" ? new Automerge.ImmutableString(value) : value,
        ]);
        doc.entries[entry.id] = Object.fromEntries(row);
      }
    });
  }

  judge(entries: readonly Entry[]): void {
    this.doc = Automerge.change(this.doc, (doc) => {
      for (const entry of entries) {
        const row = doc.entries[entry.id] as { [column: string]: unknown };
        for (const column of judgedColumns) {
          const value = entry[column];
          row[column] = typeof value === "string" ? new Automerge.ImmutableString(value) : value;
        }
      }
    });
  }

  sendTo(other: this, wire: Wire): void {
    for (let silent = 0; silent < 2; ) {
      silent = 0;
      for (const [from, to] of [
        [other, this],
        [this, other],
      ] as const) {
        const message = from.say();
        if (message === null) silent++;
        else to.hear(wire(message) as Automerge.SyncMessage);
      }
    }
  }

  *entries(): Iterable<Entry> {
    for (const row of Object.values(this.doc.entries)) {
      const plain = Object.entries(row).map(([column, value]) => [
        column,
        Automerge.isImmutableString(value) ? String(value) : value,
      ]);
      yield Object.fromEntries(plain);
    }
  }

  private say(): Automerge.SyncMessage | null {
    const [session, message] = Automerge.generateSyncMessage(this.doc, this.session);
    this.session = session;
    return message;
  }

  private hear(message: Automerge.SyncMessage): void {
    [this.doc, this.session] = Automerge.receiveSyncMessage(this.doc, this.session, message);
  }
}

export const adapter: Adapter = { open: (name) => new Document(name === "a" ? "0a" : "0b") };
