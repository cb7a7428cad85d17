import { z } from "zod";
import { duration, flag, host, hostText, path, pathText, port, portText, size } from "./checks.ts";
import { always, choice, key, refuse } from "./key.ts";
import { network } from "./network.ts";

const entryTypes = ["g_counter", "pn_counter", "g_set", "or_set", "lww_register"] as const;
const atMost = (count: number) => (value: object) => Object.keys(value).length <= count;

/** Of keys that the plan has and that switch nothing yet; `inertKeys` finds who expects something of them. */
const inert =
  "Switches nothing yet: health, conflicts and sessions are reported in either case, metrics are not built.";

/** Every key of the configuration file, by section. The names are those of the plan, §11.2. */
export const sections = {
  network,
  storage: {
    backend: key(
      choice(["sqlite"], {
        postgresql: 'the PostgreSQL store is not built yet; use "sqlite"',
        mongodb: 'there is no MongoDB store; use "sqlite"',
      }),
      "sqlite",
      '"sqlite"',
      "Where state is kept.",
    ),
    path: key(path, "data/crdt_state.db", pathText, "The state file; its folder is the data folder."),
    durability: key(
      z.enum(["normal", "full"]),
      "full",
      '"normal" or "full"',
      "What an acknowledged write survives: normal a kill at any instant, full also a loss of power (one fsync for all writes that wait).",
    ),
    scrub_interval: key(
      z.union([z.literal("off").transform(() => 0), duration(3_600_000, 365 * 86_400_000)]),
      "7d",
      'a duration from "1h" to "365d", or "off"',
      "How often the whole log is read against its signatures and hashes while the node works, a megabyte a second.",
    ),
    collection: key(
      z.boolean(),
      true,
      flag,
      "Old history goes by itself once nothing of it lives and every member of the cluster has it.",
    ),
    undo_window: key(
      duration(0, 3650 * 86_400_000),
      "7d",
      'a duration from "0s" to "3650d"',
      "History that is younger, or was overwritten later, stays: cloned machines are healed by it, restored archives recognised.",
    ),
    collection_lease: key(
      duration(1_000, 3650 * 86_400_000),
      "30d",
      'a duration from "1s" to "3650d"',
      "A member of the cluster that was not heard of for so long is not waited for any more before old history goes; the same on each node.",
    ),
    backup_interval: key(
      z.union([z.literal("off").transform(() => 0), duration(60_000, 365 * 86_400_000)]),
      "1h",
      'a duration from "1m" to "365d", such as "90s", "30m", "1h", or "off"',
      "Time between backups of archive and state, made while both are in use; none where nothing has changed.",
    ),
    backup_folder: key(path, "data/crdt_backups", pathText, "Where backups lie; another disk is better."),
    backup_keep: key(
      z.int().min(1).max(10_000),
      6,
      "an integer from 1 to 10000",
      "The newest so many backups are kept.",
    ),
    backup_keep_days: key(
      z.int().min(0).max(3650),
      7,
      "an integer from 0 to 3650",
      "Besides, the last backup of each of so many days is kept.",
    ),
    compression: key(
      always("batches are stored as they travelled, packed; leave it true"),
      true,
      "true",
      "Batches are stored as zstd; part of the format.",
    ),
  },
  archive: {
    path: key(path, "data/jarvis_archive.db", pathText, "The assistant's archive file."),
    operations: key(
      z.record(z.string().min(1).max(200), z.enum(entryTypes)).refine(atMost(1000)),
      {},
      `at most 1000 pairs "pattern: type", the type one of ${entryTypes.join(", ")}`,
      'CRDT types of operations, ahead of the built-in ones ("jarvisctl mapping" shows them); the first pattern that matches counts, "*" stands for any run of characters, and alone for what nothing else matches.',
    ),
  },
  http: {
    host: key(host, "127.0.0.1", hostText, "Address of the HTTP interface."),
    port: key(port, 8889, portText, "Port of the HTTP interface."),
    behind_tls_proxy: key(
      z.boolean(),
      false,
      flag,
      "Allows http.host beyond loopback: a reverse proxy with TLS stands before it.",
    ),
  },
  synchronization: {
    mode: key(
      choice(["eager", "lazy", "scheduled"]),
      "eager",
      '"eager", "lazy" or "scheduled"',
      "When changes are sent: at once, after a while by priority, or by the clock. What a peer asks for is sent at once.",
    ),
    priority: key(
      z.enum(["critical", "high", "normal", "low"]),
      "normal",
      '"critical", "high", "normal" or "low"',
      "How long changes wait in lazy mode: 1, 10, 60 or 300 s; half of that above 100 changes a minute, twice below 10.",
    ),
    priorities: key(
      z
        .record(z.string().min(1).max(256), z.enum(["critical", "high", "normal", "low"]))
        .refine(atMost(1000)),
      {},
      'at most 1000 pairs "name: priority", the priority one of critical, high, normal, low',
      'Priorities of objects and tables by name, or by how names begin where they end in "*"; the first that fits counts. In lazy mode such changes leave sooner or later than others; in every mode logs that hold urgent changes go first where not everything can go at once.',
    ),
    interval: key(
      duration(1_000, 86_400_000),
      "1m",
      'a duration from "1s" to "1d", such as "30s", "5m", "1h"',
      "Time between two synchronizations in scheduled mode.",
    ),
    batch_size: key(
      z.int().min(1).max(65_536),
      1000,
      "an integer from 1 to 65536",
      "Operations after which a batch is closed.",
    ),
    max_delta_size: key(
      size(7_000_000, 1_000_000_000),
      "10MB",
      'a size from "7MB" to "1GB" (units B, KB, MB, GB, KiB, MiB, GiB)',
      "Window of one session: what a peer may have sent and this node not stored.",
    ),
    conflict_resolution: key(
      choice(["automatic"], { manual: 'manual resolution is not built yet; use "automatic"' }),
      "automatic",
      '"automatic"',
      "How concurrent writes are settled.",
    ),
    retry_attempts: key(
      z.int().min(0).max(1000),
      3,
      "an integer from 0 to 1000",
      "Attempts at each interval, from 250 ms on, before it doubles, up to 15 s; a peer is never given up. 0 takes the longest interval from the start.",
    ),
    retry_backoff: key(choice(["exponential"]), "exponential", '"exponential"', "How attempts spread."),
  },
  security: {
    authentication: key(
      always("there is no unauthenticated way to replicate; leave it true"),
      true,
      "true",
      "Peers prove who they are; cannot be switched off.",
    ),
    node_certificates: key(path, "config/certs/", pathText, "Folder with node.pem and node.key."),
    trusted_ca: key(path, "config/ca.pem", pathText, "Certificate of the cluster's authority."),
    operation_signing: key(
      always("unsigned operations are not part of the format; leave it true"),
      true,
      "true",
      "Every batch is signed; cannot be switched off.",
    ),
    access_control: key(
      always("the role in a certificate always limits its owner; leave it true"),
      true,
      "true",
      "Certificate roles are enforced; cannot be switched off.",
    ),
  },
  monitoring: {
    metrics_enabled: key(z.boolean(), true, flag, inert),
    health_checks: key(z.boolean(), true, flag, inert),
    performance_monitoring: key(z.boolean(), true, flag, inert),
    conflict_reporting: key(z.boolean(), true, flag, inert),
  },
  debugging: {
    log_level: key(
      z.enum(["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]),
      "INFO",
      '"DEBUG", "INFO", "WARNING", "ERROR" or "CRITICAL"',
      "Least severity that is logged.",
    ),
    operation_logging: key(
      z.boolean(),
      false,
      flag,
      "Log each operation that is stored here, whoever wrote it, without its values.",
    ),
    sync_debugging: key(
      z.boolean(),
      false,
      flag,
      "Log each message between nodes: its kind, and which logs or how much it is about.",
    ),
    performance_profiling: key(z.boolean(), false, flag, "Log how long each call of the store takes."),
  },
} as const;

const columns = z.array(z.string().min(1).max(256)).min(1).max(2000);

/** What can be said about one table. */
export const tableKeys = {
  kind: z.enum(["records", "grow-only", "map", "local"]),
  key: columns,
  groups: z.array(columns).max(63),
  deletes: z.enum(["replicate", "evict"]),
};

const tables = z
  .record(z.string().min(1).max(256), z.strictObject(tableKeys).partial())
  .refine(atMost(256))
  .superRefine((all, context) => {
    const entries = Object.hasOwn(all, "archive_entries") ? all.archive_entries : undefined;
    if (entries === undefined) return;
    const { kind = "records", key: own, groups } = entries;
    if (own || groups || (kind !== "records" && kind !== "local"))
      refuse(context, "how archive_entries replicates is part of the format", ["archive_entries"]);
  });

/** Keys outside every section. */
export const general = {
  enabled: key(z.boolean(), true, flag, "false: jarvisd says so and ends at once."),
  node_id: key(
    z.union([z.literal("auto"), z.guid().toLowerCase()]),
    "auto",
    '"auto" or the UUID in the certificate',
    "This node's identity; auto takes it from the certificate.",
  ),
  tables: key(
    tables,
    {},
    'tables by name, each with some of "kind: records | grow-only | map | local", "key: [column, …]", "groups: [[column, …], …]", "deletes: replicate | evict"',
    'How further tables of the archive replicate, on each node alike; "jarvisctl table add" writes it.',
  ),
} as const;

const section = <T extends z.core.$ZodLooseShape>(shape: T) =>
  z.preprocess((value) => value ?? {}, z.strictObject(shape));

export const configurationSchema = z.strictObject({
  ...general,
  network: section(sections.network),
  storage: section(sections.storage),
  archive: section(sections.archive),
  http: section(sections.http),
  synchronization: section(sections.synchronization),
  security: section(sections.security),
  monitoring: section(sections.monitoring),
  debugging: section(sections.debugging),
});

/** A checked configuration: paths absolute, sizes in bytes, durations in milliseconds. */
export type Configuration = z.output<typeof configurationSchema>;
