import type { Entry } from "@jarvis-crdt/fixtures";
import {
  createRxDatabase,
  type RxCollection,
  type RxJsonSchema,
  rxStorageInstanceToReplicationHandler,
} from "rxdb";
import { replicateRxCollection } from "rxdb/plugins/replication";
import { getRxStorageMemory } from "rxdb/plugins/storage-memory";
import type { Adapter, Replica, Wire } from "../adapter.ts";

type Document = Omit<Entry, "id"> & { id: string };

const text = { type: "string" };
const nullable = { type: ["string", "null"] };

const schema = {
  version: 0,
  primaryKey: "id",
  type: "object",
  properties: {
    id: { type: "string", maxLength: 20 },
    timestamp: text,
    data_type: text,
    content: text,
    source: text,
    operation: text,
    content_hash: text,
    metadata: text,
    verification_status: text,
    verification_score: { type: ["number", "null"] },
    verification_model: nullable,
    verification_timestamp: nullable,
    verification_details: nullable,
    program_version: nullable,
    created_at: text,
  },
  required: ["id"],
} as unknown as RxJsonSchema<Document>;

/** A collection in memory; B pulls from A by RxDB's own replication, in batches of 1000. */
class Collection implements Replica {
  private readonly collection: RxCollection<Document>;

  constructor(collection: RxCollection<Document>) {
    this.collection = collection;
  }

  async insert(entries: readonly Entry[]): Promise<void> {
    await this.collection.bulkInsert(entries.map((entry) => ({ ...entry, id: String(entry.id) })));
  }

  async judge(entries: readonly Entry[]): Promise<void> {
    await this.collection.bulkUpsert(entries.map((entry) => ({ ...entry, id: String(entry.id) })));
  }

  async sendTo(other: this, wire: Wire): Promise<void> {
    const { storageInstance, conflictHandler, database } = this.collection;
    const master = rxStorageInstanceToReplicationHandler(storageInstance, conflictHandler, database.token);
    const pass = <T>(message: T): T =>
      JSON.parse(Buffer.from(wire(Buffer.from(JSON.stringify(message)))).toString());
    const replication = replicateRxCollection<Document, unknown>({
      collection: other.collection,
      replicationIdentifier: "from-a",
      live: false,
      waitForLeadership: false,
      pull: {
        batchSize: 1000,
        handler: async (checkpoint, size) => {
          const question = pass({ checkpoint, size });
          return pass(await master.masterChangesSince(question.checkpoint as never, question.size)) as never;
        },
      },
    });
    await replication.awaitInitialReplication();
    await replication.cancel();
  }

  async entries(): Promise<Iterable<Entry>> {
    const documents = await this.collection.find().exec();
    return documents.map((document) => ({ ...document.toJSON(), id: Number(document.id) }));
  }
}

export const adapter: Adapter = {
  async open(name) {
    const database = await createRxDatabase({ name, storage: getRxStorageMemory(), multiInstance: false });
    const { entries } = await database.addCollections({ entries: { schema } });
    return new Collection(entries as RxCollection<Document>);
  },
};
