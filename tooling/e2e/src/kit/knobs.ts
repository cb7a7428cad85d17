/** What a longer run may change through the environment. */
export const knobs = {
  seed: number("E2E_SEED", 1),
  /** Kills under strace. */
  kills: number("E2E_KILLS", 20),
  /** Kills, full disks and failing disks of a store alone. */
  storeFaults: number("E2E_STORE_FAULTS", 8),
  /** Losses of power in each of four recorded histories of a store. */
  powerLosses: number("E2E_POWER_LOSSES", 3),
  /** Losses of power of whole nodes, of one history of them. */
  nodeLosses: number("E2E_NODE_LOSSES", 1),
  /** Kills during a first synchronisation, on each side. */
  syncKills: number("E2E_SYNC_KILLS", 4),
  /** Kills of `migrate apply`, and as many of `migrate rollback`. */
  migrateKills: number("E2E_MIGRATE_KILLS", 6),
  /** Interruptions of `start`. */
  interruptions: number("E2E_INTERRUPTIONS", 5),
  /** Seconds that the assistant lives beside a node, and as many alone before. */
  life: number("E2E_LIFE", 3),
  /** Where the folders of failed tests stay, see `Scratch`. */
  keep: process.env.E2E_KEEP === "1",
};

function number(name: string, otherwise: number): number {
  const text = process.env[name];
  if (text === undefined || text === "") return otherwise;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`${name}=${text}: a whole number is needed`);
  return value;
}
