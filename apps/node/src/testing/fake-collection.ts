import type { RunningNode, Status } from "../service.ts";

const log = "99999999-0000-4000-8000-000000000000:00112233445566ff";
const absent = "88888888-0000-4000-8000-000000000000";
const at = Date.UTC(2026, 0, 2);

let runs = 0;

export const fakeHolders: Status["collection"]["holders"] = [
  { node: absent, role: "writer", seenAt: at, acknowledgedAt: null, interpreted: new Map() },
];

/** One log, which one member that is away holds back. */
export const fakeCollection: RunningNode["collection"] = {
  isOn: true,
  run: async () => ({ acknowledged: true, batches: 4, operations: 40, bytes: 4000, isPartial: runs++ === 0 }),
  leaseMs: 30 * 86_400_000,
  standing: async () => ({
    acknowledgedAt: at,
    logs: [
      {
        log,
        interpreted: 100,
        settled: 60,
        unwitnessed: 0,
        heldBy: [absent],
        lacksWitness: false,
        batches: 10,
        hollow: 5,
        bytes: 5000,
        heldBytes: 4000,
      },
    ],
    members: [
      {
        node: absent,
        role: "writer",
        seenAt: at,
        acknowledgedAt: null,
        interpreted: new Map(),
        isRunning: true,
        lacks: { batches: 4, hollow: 0, bytes: 4000 },
      },
    ],
  }),
};
