/** The digest's tree. */
export const digests =
  "CREATE TABLE crdt_digests(path TEXT PRIMARY KEY, cells INTEGER NOT NULL, body BLOB NOT NULL);";

/**
 * The state file. Bodies are stored once, verbatim, and everything else refers to them by (log, sequence).
 *
 * `crdt_cells` holds for every live cell the two integers that most cells consist of, a log and a sequence, and a
 * stamp: for a row its only add, which is then the winner of every group. `more` is NULL but for cells that need
 * more than that (`cell-codec.ts`). Keys of rows are uids, which grow with time, so that inserts go to the end.
 *
 * `crdt_states`, `sync_log` and `conflict_log` are the plan's tables (section 4.2).
 */
export const ddl = `
CREATE TABLE crdt_meta(key TEXT PRIMARY KEY, value) WITHOUT ROWID;

CREATE TABLE crdt_logs(
  id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,
  seq INTEGER NOT NULL, number INTEGER NOT NULL, whole INTEGER NOT NULL, head BLOB NOT NULL);

CREATE TABLE crdt_batches(
  id INTEGER PRIMARY KEY, log INTEGER NOT NULL, first INTEGER NOT NULL, count INTEGER NOT NULL,
  continues INTEGER NOT NULL, header BLOB NOT NULL, signature BLOB NOT NULL, codec INTEGER NOT NULL,
  raw INTEGER NOT NULL, leaves BLOB NOT NULL, body BLOB NOT NULL);
CREATE UNIQUE INDEX crdt_batches_place ON crdt_batches(log, first);

CREATE TABLE crdt_objects(
  id INTEGER PRIMARY KEY, type TEXT NOT NULL, name TEXT NOT NULL, groups TEXT NOT NULL, cells INTEGER NOT NULL,
  UNIQUE(type, name));
CREATE TABLE crdt_cells(
  object INTEGER NOT NULL, key BLOB NOT NULL, log INTEGER, seq INTEGER, stamp INTEGER, more BLOB,
  PRIMARY KEY(object, key)) WITHOUT ROWID;
CREATE TABLE crdt_deferred(
  log BLOB NOT NULL, seq INTEGER NOT NULL, object INTEGER NOT NULL, key BLOB NOT NULL, part INTEGER NOT NULL,
  PRIMARY KEY(log, seq, object, key, part)) WITHOUT ROWID;

CREATE TABLE crdt_waiting(
  id INTEGER PRIMARY KEY, log INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
  reason TEXT NOT NULL, detail TEXT NOT NULL, schema BLOB, dot_log BLOB, dot_seq INTEGER);
CREATE UNIQUE INDEX crdt_waiting_place ON crdt_waiting(log, first);
CREATE INDEX crdt_waiting_dot ON crdt_waiting(dot_log, dot_seq) WHERE dot_log IS NOT NULL;

CREATE TABLE crdt_siblings(
  object INTEGER NOT NULL, key BLOB NOT NULL, part INTEGER NOT NULL, differ INTEGER NOT NULL,
  PRIMARY KEY(object, key, part)) WITHOUT ROWID;

CREATE TABLE crdt_certificates(id INTEGER PRIMARY KEY, node TEXT NOT NULL, der BLOB NOT NULL, UNIQUE(node, der));
CREATE TABLE crdt_schemas(id BLOB PRIMARY KEY, bytes BLOB NOT NULL) WITHOUT ROWID;

CREATE TABLE crdt_drained(id INTEGER NOT NULL, token BLOB NOT NULL, at INTEGER NOT NULL, PRIMARY KEY(id, token))
  WITHOUT ROWID;
CREATE TABLE crdt_evicted(object INTEGER NOT NULL, key BLOB NOT NULL, PRIMARY KEY(object, key)) WITHOUT ROWID;
CREATE TABLE crdt_todo(
  id INTEGER PRIMARY KEY AUTOINCREMENT, log INTEGER, first INTEGER, plain INTEGER, object INTEGER, key BLOB,
  prior BLOB, planned INTEGER NOT NULL DEFAULT 0, last INTEGER NOT NULL DEFAULT 0);
CREATE INDEX crdt_todo_row ON crdt_todo(object, key) WHERE key IS NOT NULL;
CREATE INDEX crdt_todo_planned ON crdt_todo(planned) WHERE planned > 0;
CREATE INDEX crdt_todo_plain ON crdt_todo(log, first) WHERE plain > 0;

CREATE TABLE crdt_undigested(log INTEGER NOT NULL, first INTEGER NOT NULL, PRIMARY KEY(log, first)) WITHOUT ROWID;
${digests}

CREATE TABLE crdt_states(
  id INTEGER PRIMARY KEY, crdt_name TEXT UNIQUE, crdt_type TEXT, state_data TEXT, last_updated TEXT,
  version INTEGER);
CREATE TABLE sync_log(
  id INTEGER PRIMARY KEY, peer_node_id TEXT, sync_timestamp TEXT, operations_sent INTEGER,
  operations_received INTEGER, conflicts_resolved INTEGER, sync_duration_ms INTEGER);
CREATE TABLE conflict_log(
  id INTEGER PRIMARY KEY, conflict_timestamp TEXT, crdt_name TEXT, conflict_type TEXT, resolution_strategy TEXT,
  involved_nodes TEXT, resolution_details TEXT);
`;

/** PRAGMA user_version of files with this layout; `layout.ts` tells how older ones come to it. */
export const layoutVersion = 2;

/** PRAGMA application_id: "jvst". */
export const applicationId = 0x6a767374;
