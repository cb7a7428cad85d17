import type { Entry } from "@jarvis-crdt/fixtures";
import { createMergeableStore, type Row } from "tinybase";
import { createCustomSynchronizer, type Receive, type Synchronizer } from "tinybase/synchronizers";
import { type Adapter, judgedColumns, type Replica, type Wire } from "../adapter.ts";

const requestTimeoutSeconds = 3600;

/** As TinyBase's own transports write what JSON cannot say. */
const absent = "\uFFFC";

/** A table whose rows are entries; TinyBase has no null, so those are left out. */
class Store implements Replica {
  private readonly store: ReturnType<typeof createMergeableStore>;
  private readonly name: string;
  private receive: Receive | undefined;
  private synchronizer: Synchronizer | undefined;

  constructor(name: string) {
    this.name = name;
    this.store = createMergeableStore(name);
  }

  insert(entries: readonly Entry[]): void {
    this.store.transaction(() => {
      for (const entry of entries) {
        const cells = Object.entries(entry).filter(([, value]) => value !== null);
        this.store.setRow("entries", String(entry.id), Object.fromEntries(cells) as Row);
      }
    });
  }

  judge(entries: readonly Entry[]): void {
    this.store.transaction(() => {
      for (const entry of entries) {
        for (const column of judgedColumns)
          this.store.setCell("entries", String(entry.id), column, entry[column] as string | number);
      }
    });
  }

  async sendTo(other: this, wire: Wire): Promise<void> {
    const [from, to] = [this.connect(other, wire), other.connect(this, wire)];
    // Only who saves answers those who load.
    await from.startAutoSave();
    await to.load();
    await from.stopAutoSave();
  }

  *entries(): Iterable<Entry> {
    const columns = [...judgedColumns, "program_version"];
    const nulls = Object.fromEntries(columns.map((column) => [column, null]));
    for (const id of this.store.getRowIds("entries")) {
      yield { ...nulls, ...this.store.getRow("entries", id) } as unknown as Entry;
    }
  }

  private connect(other: Store, wire: Wire): Synchronizer {
    this.synchronizer ??= createCustomSynchronizer(
      this.store,
      (_to, request, message, body) => {
        const bytes = wire(encode([request, message, body]));
        setImmediate(() => {
          const [id, kind, content] = decode(bytes);
          other.receive?.(this.name, id, kind, content);
        });
      },
      (receive) => {
        this.receive = receive;
      },
      () => undefined,
      requestTimeoutSeconds,
      undefined,
      undefined,
      (error) => {
        throw error;
      },
    );
    return this.synchronizer;
  }
}

function encode(message: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(message, (_, value) => (value === undefined ? absent : value)));
}

function decode(bytes: Uint8Array): Parameters<Receive> extends [unknown, ...infer Rest] ? Rest : never {
  return JSON.parse(Buffer.from(bytes).toString(), (_, value) => (value === absent ? undefined : value));
}

export const adapter: Adapter = { open: (name) => new Store(name) };
