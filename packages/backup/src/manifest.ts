import { z } from "zod";

const hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`));

const file = z.strictObject({
  name: z.enum(["archive.db", "state.db", "keys.sealed"]),
  bytes: z.int().min(0),
  sha256: hex(32),
});

/** `manifest.json` of a backup: what it is a copy of, and how to tell that it is whole. */
export const manifestSchema = z.strictObject({
  format: z.literal("jarvis-crdt backup 1"),
  /** ISO time at which the copies were finished. */
  created: z.iso.datetime(),
  /** Version of the program that made it. */
  program: z.string().max(40),
  /** Whose state it is; null where it had not written anything yet. */
  node: z.guid().nullable(),
  cluster: hex(16),
  archive: file.extend({
    name: z.literal("archive.db"),
    /** As it was; the copy itself is always one file. */
    journal_mode: z.string().max(20),
  }),
  state: file.extend({ name: z.literal("state.db") }),
  /** Certificate and key of the node, encrypted; null where they were not asked for. */
  keys: file.extend({ name: z.literal("keys.sealed") }).nullable(),
  /** Whether the archive shows just what the state had shown; otherwise restoring reconciles the two. */
  paired: z.boolean(),
  rows: z.int().min(0),
  operations: z.int().min(0),
  /** Last sequence of each log. */
  frontier: z.record(z.string().max(80), z.int().min(1)),
});

/** What `manifest.json` says: whose backup it is, when it was made, what each file must be. */
export type Manifest = z.infer<typeof manifestSchema>;
