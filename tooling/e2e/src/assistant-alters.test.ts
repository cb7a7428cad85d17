import { type AlterReport, alterOutside, generateArchive, hasPython } from "@jarvis-crdt/fixtures";
import { waitFor } from "@jarvis-crdt/harness";
import Database from "better-sqlite3";
import { afterAll, expect, test } from "vitest";
import { Elsewhere } from "./kit/elsewhere.ts";
import { knobs } from "./kit/knobs.ts";
import { layOut } from "./kit/lay-out.ts";
import { errorsOf } from "./kit/logs.ts";
import { scratch } from "./kit/scratch.ts";

const folder = scratch("alters");
afterAll(() => folder.remove());

test.skipIf(!hasPython())(
  "tables are changed under a running node, and no write is lost",
  {
    timeout: 90_000,
  },
  async () => {
    await using cluster = await layOut({ dir: folder.path, nodes: 2 });
    const [one, two] = [cluster.node(1), cluster.node(2)];
    generateArchive({ path: one.archive, rows: 500, seed: knobs.seed });
    generateArchive({ path: two.archive, rows: 0, seed: knobs.seed, activities: 0 });
    const other = new Database(two.archive);
    other.exec(
      "ALTER TABLE archive_entries ADD COLUMN mood TEXT; ALTER TABLE archive_entries ADD COLUMN feeling TEXT",
    );
    other.close();
    for (const node of cluster.nodes) await node.adopt();
    await cluster.start();
    await cluster.converged(30_000);
    await using elsewhere = new Elsewhere(two);

    const there = () => {
      const db = new Database(two.archive, { readonly: true });
      try {
        const rows = db
          .prepare("SELECT content,verification_details,feeling FROM archive_entries WHERE source = 'owner'")
          .raw()
          .all() as [string, string | null, string | null][];
        return new Map(rows.map(([content, ...rest]) => [content, rest]));
      } finally {
        db.close();
      }
    };
    const arrives = async (report: AlterReport) => {
      const wrong = () => {
        const rows = there();
        return Object.entries(report.rows).flatMap(([content, details]) => {
          const [isDetails, isFeeling] = rows.get(content) ?? [];
          const feeling = report.feelings[content] ?? isFeeling;
          return isDetails === details && isFeeling === feeling
            ? []
            : [[content, isDetails, details, isFeeling, feeling]];
        });
      };
      const options = { what: "every write at node 2", timeoutMs: 20_000 };
      await waitFor(() => wrong().length === 0, options).catch(() => expect(wrong()).toEqual([]));
    };
    const changed = await alterOutside(one.archive, "first owner");
    await arrives(changed);
    await arrives(await alterOutside(one.archive, "second owner", true));
    await arrives(changed);
    await elsewhere[Symbol.asyncDispose]();

    // Node 2 has both names of the column: its rows wait at node 1 until that has them too.
    const newer = new Database(one.archive, { timeout: 5000 });
    for (const name of ["mood", "feeling"]) newer.exec(`ALTER TABLE archive_entries ADD COLUMN ${name} TEXT`);
    newer.close();
    await cluster.converged(20_000);
    const here = new Database(one.archive, { readonly: true, timeout: 5000 });
    const count = (sql: string) => here.prepare(sql).pluck().get();
    await waitFor(
      () => count("SELECT count(*) FROM archive_entries WHERE source = 'elsewhere'") === elsewhere.rows,
      { what: "what node 2 wrote meanwhile at node 1" },
    );
    const [deleted] = changed.deleted;
    expect(here.prepare("SELECT 1 FROM archive_entries WHERE content = ?").get(deleted)).toBeUndefined();
    expect(count("SELECT count(*) FROM agent_activities WHERE agent_id = 'owner'")).toBe(2);
    here.close();
    const activities = new Database(two.archive, { readonly: true });
    const arrived = "SELECT count(*) FROM agent_activities WHERE agent_id = 'owner'";
    await waitFor(() => activities.prepare(arrived).pluck().get() === 2, { what: "activities at node 2" });
    activities.close();
    for (const node of cluster.nodes) {
      expect((await node.client.status()).counts).toMatchObject({ quarantined: 0, conflicts: 0 });
      expect(errorsOf(node)).toEqual([]);
    }
  },
);
