import { existsSync } from "node:fs";
import { join } from "node:path";
import { openArchiveDatabase, schemaOf } from "@jarvis-crdt/store-sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mapArchive } from "./map-archive.ts";
import { archiveSchema, workflowSchema } from "./schema.ts";

const fixtures = join(import.meta.dirname, "../../../../shared/fixtures");

function mapOf(schema: string) {
  const db = openArchiveDatabase(":memory:", { create: true });
  db.exec(schema);
  const mappings = mapArchive(db);
  db.close();
  return mappings;
}

it("maps v0.2", () => {
  const mappings = mapOf(archiveSchema + workflowSchema);
  expect(mappings.map(({ name, kind }) => [name, kind])).toEqual([
    ["agent_activities", "grow-only"],
    ["agent_workflow_states", "map"],
    ["archive_entries", "records"],
    ["verification_queue", "local"],
  ]);
  expect(mappings[2]).toMatchObject({
    key: "id",
    initialOnly: ["version"],
    stamped: true,
    deletes: "evict",
    groups: [
      {
        name: "content",
        columns: [
          "content",
          "content_hash",
          "created_at",
          "data_type",
          "metadata",
          "operation",
          "source",
          "timestamp",
        ],
      },
      {
        name: "verification",
        columns: [
          "verification_details",
          "verification_model",
          "verification_score",
          "verification_status",
          "verification_timestamp",
        ],
      },
      { name: "version", columns: ["program_version"] },
    ],
  });
  expect(mappings[2]!.typeOf(new Map([["operation", "memory_store"]]))).toBe("or_set");
  expect(mappings[2]!.typeOf(new Map([["operation", null]]))).toBe("lww_register");
});

it("gives files with swapped columns, without program_version and with stamps one schema", () => {
  const schema = schemaOf(mapOf(archiveSchema));
  const version = "  program_version TEXT DEFAULT 'unknown',\n";
  const created = "  created_at DATETIME DEFAULT CURRENT_TIMESTAMP\n";
  const noIndex = archiveSchema.replace(
    "CREATE INDEX idx_program_version ON archive_entries(program_version);",
    "",
  );
  expect(
    schemaOf(
      mapOf(
        archiveSchema.replace(version + created, `${created.trimEnd()},\n${version.replace(",\n", "\n")}`),
      ),
    ),
  ).toEqual(schema);
  expect(schemaOf(mapOf(noIndex.replace(version, "")))).toEqual(schema);
  expect(
    schemaOf(
      mapOf(archiveSchema.replace(created, `${created.trimEnd()}, crdt_type TEXT, crdt_metadata TEXT\n`)),
    ),
  ).toEqual(schema);
});

it("leaves tables alone that nobody declares, and entries without a local number", () => {
  const mappings = mapOf(
    `CREATE TABLE "user's odd table"("a b" TEXT PRIMARY KEY, "select" INTEGER);
     CREATE TABLE agent_workflow_states(id INTEGER PRIMARY KEY, agent_id TEXT, workflow_id TEXT);
     CREATE TABLE archive_entries(id INTEGER, a INTEGER, PRIMARY KEY(id,a));
     CREATE VIEW broken AS SELECT * FROM gone;`,
  );
  expect(mappings.map(({ name, kind, why }) => [name, kind, why])).toEqual([
    [
      "agent_workflow_states",
      "local",
      "no PRIMARY KEY or UNIQUE constraint is on exactly agent_id, workflow_id; make one with CREATE UNIQUE INDEX",
    ],
    ["archive_entries", "local", "its rows have no INTEGER PRIMARY KEY"],
    ["user's odd table", "local", "not declared"],
  ]);
});

describe.skipIf(!existsSync(fixtures))("real files", () => {
  let plan: ReturnType<typeof mapArchive>;
  beforeAll(() => {
    const db = openArchiveDatabase(join(fixtures, "jarvis-plan-schema-small.db"), { readonly: true });
    plan = mapArchive(db);
    db.close();
  });
  afterAll(() => {
    plan = [];
  });

  it("maps the plan's own schema", () => {
    expect(plan.map(({ name }) => name)).toEqual(["archive_entries"]);
    expect(plan[0]!.groups[1]).toEqual({
      name: "verification",
      columns: ["confidence_score", "model_used", "verification_result"],
    });
    expect(plan[0]!.groups[0]!.columns).toContain("input_data");
  });
});
