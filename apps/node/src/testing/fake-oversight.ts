import { makeLogId } from "@jarvis-crdt/crdt";
import { type NodeService, ServiceError } from "../service.ts";

const node = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";
const log = makeLogId(node, "00112233445566ff");
const write = (seq: number, at: string | null) => ({ dot: { log, seq }, author: node, at });

const summary = {
  id: "ab".repeat(16),
  object: "archive_entries",
  uid: "01".repeat(16),
  key: undefined,
  group: "verification",
  rule: "last-writer-wins",
  writes: [write(4, "2026-01-02T03:04:05.678Z"), write(9, null)],
};

/** What a quarantine and conflicts look like, one of each. */
export function fakeOversight(): Pick<NodeService, "quarantine" | "conflicts"> {
  const dropped = new Set<string>();
  return {
    quarantine: {
      list: async ({ dropped: hidden, limit }) => {
        const id = `${log}/3`;
        const transaction = {
          kind: "transaction",
          id,
          author: node,
          operations: 2,
          reason: "other-schema",
          detail: 'there is no replicated table "notes" here',
          dropped: dropped.has(id),
        } as const;
        const row = {
          kind: "row",
          id: "02".repeat(16),
          table: "archive_entries",
          reason: "refused",
          detail: "CHECK constraint failed",
          tries: 3,
          retry_at: "2026-01-02T03:04:05.678Z",
        } as const;
        const items = [transaction, ...(hidden ? [] : [row])].filter(
          (one) => one.kind === "row" || one.dropped === hidden,
        );
        return { items: items.slice(0, limit), next: items.length > limit ? items[limit - 1]!.id : null };
      },
      retry: async () => ({ transactions: 1, rows: 2 }),
      drop: async (ids, hide) => {
        for (const id of ids) hide ? dropped.add(id) : dropped.delete(id);
        return ids.length;
      },
    },
    conflicts: {
      list: async () => ({ items: [summary], next: null }),
      show: async (id) => {
        if (id !== summary.id) throw new ServiceError("not-found", "no open conflict has this id");
        const said = [new Map([["verification_status", "ok"]]), new Map([["verification_status", "bad"]])];
        return { ...summary, writes: summary.writes.map((one, i) => ({ ...one, values: said[i] })) };
      },
      records: async () => [
        {
          id: 7,
          at: "2026-01-02T03:04:05.678Z",
          name: `archive_entries/${summary.uid}`,
          type: "concurrent-write",
          rule: "last-writer-wins",
          nodes: [node],
          details: { group: "verification" },
        },
      ],
      settle: async (_id, chosen) => {
        if (chosen > 1) throw new ServiceError("invalid", `the conflict has no write ${chosen}`);
        return { log, seq: 10 + chosen };
      },
      restore: async () => ({ log, seq: 12 }),
    },
  };
}
