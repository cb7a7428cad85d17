import { o as nodeOf } from "./chunk-log.js";
import { t as decodeHeader } from "./chunk-header-codec.js";
import { N as StoreError, _ as record, d as int, f as literal, i as _enum, n as datetime, s as boolean, u as guid, v as strictObject, y as string } from "./chunk-version.js";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import Sqlite from "better-sqlite3";
// ../../packages/backup/dist/backup-error.js
var BackupError = class extends Error {
	name = "BackupError";
	code;
	constructor(code, message, options) {
		super(message, options);
		this.code = code;
	}
};
// ../../packages/store-sqlite/dist/state/envelope-row.js
function envelopeOf({ header, signature, codec, raw, body }) {
	return {
		header,
		signature,
		codec,
		rawLength: raw,
		body
	};
}
// ../../packages/store-sqlite/dist/state/ddl.js
/** The digest's tree. */
const digests = "CREATE TABLE crdt_digests(path TEXT PRIMARY KEY, cells INTEGER NOT NULL, body BLOB NOT NULL);";
/**
* The state file. Bodies are stored once, verbatim, and everything else refers to them by (log, sequence).
*
* `crdt_cells` holds for every live cell the two integers that most cells consist of, a log and a sequence, and a
* stamp: for a row its only add, which is then the winner of every group. `more` is NULL but for cells that need
* more than that (`cell-codec.ts`). Keys of rows are uids, which grow with time, so that inserts go to the end.
*
* `crdt_states`, `sync_log` and `conflict_log` are the plan's tables (section 4.2).
*/
const ddl = `
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
/** PRAGMA application_id: "jvst". */
const applicationId = 1786147700;
// ../../packages/store-sqlite/dist/state/layout.js
/** What makes a file of an older layout one of the next. It changes our tables alone: the log stays as it is. */
const upgrades = /* @__PURE__ */ new Map([[1, `DROP TABLE crdt_leaves; DROP TABLE crdt_stale; DROP TABLE crdt_digests; ${digests}
     INSERT OR IGNORE INTO crdt_undigested(log, first) SELECT log, first FROM crdt_batches b
       WHERE NOT EXISTS (SELECT 1 FROM crdt_waiting w WHERE w.log = b.log AND b.first BETWEEN w.first AND w.last)`]]);
/**
* Brings a state file to this version's layout, in one transaction: a process that is killed meanwhile leaves it as it was.
* Throws StoreError `wrong-file` where it is none, or of a later version.
*/
function upgradeLayout(database, path) {
	const version = checkLayout(database, path);
	if (version === 2) return;
	database.transaction(() => {
		for (let from = version; from < 2; from++) database.exec(upgrades.get(from));
		database.pragma(`user_version = 2`);
	}).immediate();
}
/**
* Returns the layout of a state file that this version can read; those before the present one differ in tables of which
* only a running node has need. Throws StoreError `wrong-file`.
*/
function checkLayout(database, path) {
	if (database.pragma("application_id", { simple: true }) !== 1786147700) throw new StoreError("wrong-file", `${path} is not a state file; check the path`);
	const version = database.pragma("user_version", { simple: true });
	if (version !== 2 && !upgrades.has(version)) throw new StoreError("wrong-file", `${path} has layout ${version}, and this version knows layouts up to 2: use the version that wrote it, or a later one`);
	return version;
}
// ../../packages/store-sqlite/dist/state/open-read-only.js
/** Opens a state file to read it, whether its node runs or not. Throws `StoreError` `wrong-file`. */
function openReadOnly(path) {
	const database = new Sqlite(path, {
		readonly: true,
		fileMustExist: true,
		timeout: 5e3
	});
	try {
		checkLayout(database, path);
		return database;
	} catch (error) {
		database.close();
		if (error instanceof Sqlite.SqliteError && error.code === "SQLITE_NOTADB") throw new StoreError("wrong-file", `${path} is not a state file; check the path`);
		throw error;
	}
}
// ../../packages/store-sqlite/dist/state/state-copy.js
/** What a state file holds that can be given to another one: read for backups, by whoever takes its word for nothing. */
var StateCopy = class {
	#db;
	/** Changes nothing. Throws `StoreError` `wrong-file`. */
	constructor(path) {
		this.#db = openReadOnly(path);
	}
	/** The log that its node wrote last; undefined before it wrote anything. */
	get log() {
		return this.#meta("log");
	}
	get node() {
		return this.log === void 0 ? void 0 : nodeOf(this.log);
	}
	/** Cluster id, 16 bytes. */
	get cluster() {
		return this.#meta("cluster");
	}
	/** Last stored sequence of each log. */
	get frontier() {
		const rows = this.#db.prepare("SELECT name, seq FROM crdt_logs WHERE seq > 0 ORDER BY name").raw().all();
		return new Map(rows);
	}
	/** Nonces of plans that an archive may carry that belongs to this state. */
	get nonces() {
		const intended = this.#meta("intended");
		const confirmed = this.#meta("confirmed");
		const of = intended === void 0 ? [] : [JSON.parse(intended).nonce];
		return confirmed === void 0 ? of : [...of, confirmed];
	}
	get counts() {
		const [rows, operations, batches] = this.#db.prepare(`SELECT (SELECT coalesce(sum(cells), 0) FROM crdt_objects WHERE type = 'table'),
           (SELECT coalesce(sum(seq), 0) FROM crdt_logs), (SELECT coalesce(sum(number), 0) FROM crdt_logs)`).raw().get();
		return {
			rows,
			operations,
			batches
		};
	}
	/** Id of the last stored batch of a log. */
	headOf(log) {
		return this.#db.prepare("SELECT head FROM crdt_logs WHERE name = ?").pluck().get(log);
	}
	/** The greatest stamp that the node gave or saw. */
	get lastStamp() {
		return this.#meta("hlc") ?? 0;
	}
	/** Transactions that wait, and cells with open conflicts. */
	get open() {
		const [waiting, conflicts] = this.#db.prepare(`SELECT (SELECT count(*) FROM crdt_waiting),
           (SELECT count(*) FROM (SELECT DISTINCT object, key FROM crdt_siblings WHERE differ = 1))`).raw().get();
		return {
			waiting,
			conflicts
		};
	}
	certificates() {
		return this.#db.prepare("SELECT node, der FROM crdt_certificates ORDER BY id").all();
	}
	schemas() {
		return this.#db.prepare("SELECT id, bytes FROM crdt_schemas").all();
	}
	/** Batches of a log after a sequence that ends one, in order. One is in memory at a time. */
	*envelopes(log, after) {
		const next = this.#db.prepare(`SELECT header, signature, codec, raw, body FROM crdt_batches
       WHERE log = (SELECT id FROM crdt_logs WHERE name = ?) AND first > ? ORDER BY first LIMIT 1`);
		for (let from = after;;) {
			const row = next.get(log, from);
			if (row === void 0) return;
			yield envelopeOf(row);
			from = decodeHeader(row.header).first;
		}
	}
	/** Bytes of all bodies. */
	get bodyBytes() {
		return this.#db.prepare("SELECT coalesce(sum(length(body)), 0) FROM crdt_batches").pluck().get();
	}
	/** Leaf hashes that are kept beside the batch which begins with this sequence. */
	leavesOf(log, first) {
		return this.#db.prepare("SELECT leaves FROM crdt_batches WHERE log = (SELECT id FROM crdt_logs WHERE name = ?) AND first = ?").pluck().get(log, first);
	}
	[Symbol.dispose]() {
		this.#db.close();
	}
	#meta(key) {
		return this.#db.prepare("SELECT value FROM crdt_meta WHERE key = ?").pluck().get(key) ?? void 0;
	}
};
// ../../packages/backup/dist/manifest.js
const hex = (bytes) => string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`));
const file = strictObject({
	name: _enum([
		"archive.db",
		"state.db",
		"keys.sealed"
	]),
	bytes: int().min(0),
	sha256: hex(32)
});
/** `manifest.json` of a backup: what it is a copy of, and how to tell that it is whole. */
const manifestSchema = strictObject({
	format: literal("jarvis-crdt backup 1"),
	/** ISO time at which the copies were finished. */
	created: datetime(),
	/** Version of the program that made it. */
	program: string().max(40),
	/** Whose state it is; null where it had not written anything yet. */
	node: guid().nullable(),
	cluster: hex(16),
	archive: file.extend({
		name: literal("archive.db"),
		/** As it was; the copy itself is always one file. */
		journal_mode: string().max(20)
	}),
	state: file.extend({ name: literal("state.db") }),
	/** Certificate and key of the node, encrypted; null where they were not asked for. */
	keys: file.extend({ name: literal("keys.sealed") }).nullable(),
	/** Whether the archive shows just what the state had shown; otherwise restoring reconciles the two. */
	paired: boolean(),
	rows: int().min(0),
	operations: int().min(0),
	/** Last sequence of each log. */
	frontier: record(string().max(80), int().min(1))
});
// ../../packages/backup/dist/names.js
/** Names of the files in a backup's folder. */
const manifestFile = "manifest.json";
const pattern = /^\d{8}T\d{6}Z-[0-9a-f]{8}$/;
const partialPrefix = ".partial-";
/** A name that sorts by time, `20260102T030405Z-1a2b3c4d`. */
function backupName(at, random) {
	return `${new Date(at).toISOString().replaceAll(/[-:]/g, "").replace(/\.\d+/, "")}-${Buffer.from(random).toString("hex").slice(0, 8)}`;
}
function isBackupName(name) {
	return pattern.test(name);
}
/** Unix milliseconds that a name tells. */
function timeOfName(name) {
	const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(name) ?? [];
	return Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`);
}
/** Under this name a backup is made; it is renamed when it is whole. */
function partialName(name) {
	return `${partialPrefix}${name}`;
}
function isPartialName(name) {
	return name.startsWith(partialPrefix) && pattern.test(name.slice(9));
}
// ../../packages/backup/dist/list-backups.js
const maxManifestBytes = 4 << 20;
/** The backups of a folder, the newest first. What they hold is not read; `verifyBackup` does that. */
function listBackups(folder) {
	let names;
	try {
		names = readdirSync(folder);
	} catch (error) {
		if (error.code === "ENOENT") return [];
		throw error;
	}
	return names.filter(isBackupName).map((name) => {
		const path = join(folder, name);
		try {
			return {
				path,
				manifest: readManifest(path)
			};
		} catch (error) {
			if (error instanceof BackupError) return {
				path,
				problem: error.message
			};
			throw error;
		}
	}).sort((a, b) => madeAt(b) - madeAt(a));
}
/** Unix milliseconds. A name tells no more than the second. */
function madeAt(one) {
	return "manifest" in one ? Date.parse(one.manifest.created) : timeOfName(basename(one.path));
}
/** Throws BackupError `not-a-backup` or `damaged`. */
function readManifest(path) {
	const file = join(path, manifestFile);
	let text;
	try {
		if (statSync(file).size > maxManifestBytes) throw new BackupError("damaged", `${file} is too large`);
		text = readFileSync(file, "utf8");
	} catch (error) {
		if (error instanceof BackupError) throw error;
		throw new BackupError("not-a-backup", `${path} has no readable ${manifestFile}; name the folder of a backup`, { cause: error });
	}
	try {
		return manifestSchema.parse(JSON.parse(text));
	} catch (error) {
		throw new BackupError("damaged", `${file} is not a manifest of this version`, { cause: error });
	}
}
export { partialName as a, StateCopy as c, applicationId as d, ddl as f, manifestFile as i, checkLayout as l, BackupError as m, backupName as n, timeOfName as o, envelopeOf as p, isPartialName as r, manifestSchema as s, listBackups as t, upgradeLayout as u };
