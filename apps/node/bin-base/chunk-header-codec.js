import { i as isLogId, n as encodeLogId, t as decodeLogId } from "./chunk-log.js";
import Sqlite from "better-sqlite3";
// ../../packages/store-sqlite/dist/archive/error.js
var ArchiveError = class extends Error {
	name = "ArchiveError";
	code;
	constructor(code, message, options) {
		super(message, options);
		this.code = code;
	}
};
// ../../packages/store-sqlite/dist/archive/database.js
/**
* Opens an application's file without changing anything in it: its journal mode stays, foreign keys are not enforced
* (the assistant does not either, and its files hold dangling rows).
*/
function openArchiveDatabase(path, options = {}) {
	let db;
	try {
		db = new Sqlite(path, {
			readonly: options.readonly ?? false,
			fileMustExist: !(options.create ?? false),
			timeout: options.busyMs ?? 100
		});
		db.pragma("foreign_keys = OFF");
		db.pragma("schema_version");
		return db;
	} catch (error) {
		db?.close();
		throw asArchiveError(error, path);
	}
}
/** Gives the errors of a file that is no sound database their code; passes every other error through. */
function asArchiveError(error, path) {
	const code = sqliteCode(error);
	if (code.startsWith("SQLITE_CANTOPEN")) return new ArchiveError("missing", `${path} cannot be opened; check that the file is there and may be read.`, { cause: error });
	if (code === "SQLITE_READONLY_DBMOVED") return new ArchiveError("replaced", `${path} is another file now; open it again.`, { cause: error });
	if (code.startsWith("SQLITE_NOTADB")) return new ArchiveError("not-sqlite", `${path} is not a SQLite database; check the path.`, { cause: error });
	if (code.startsWith("SQLITE_CORRUPT")) return new ArchiveError("damaged", `${path} is damaged; restore a backup or run ".recover" on a copy first.`, { cause: error });
	return error;
}
/** SQLite's extended result code of an error, or an empty text. */
function sqliteCode(error) {
	return error instanceof Sqlite.SqliteError ? error.code : "";
}
/** Another program holds the lock: a normal outcome, to be tried again. */
function isBusy(error) {
	const code = sqliteCode(error);
	return code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED");
}
// ../../packages/store-sqlite/dist/archive/statements.js
const kept = 64;
/** Prepared statements by their text, as many as are kept. */
var Statements = class {
	#db;
	#statements = /* @__PURE__ */ new Map();
	constructor(db) {
		this.#db = db;
	}
	get(sql) {
		const known = this.#statements.get(sql);
		if (known !== void 0) return known;
		if (this.#statements.size >= kept) this.#statements.clear();
		const statement = this.#db.prepare(sql);
		this.#statements.set(sql, statement);
		return statement;
	}
};
const byConnection = /* @__PURE__ */ new WeakMap();
/**
* A statement of this connection, prepared once: preparing takes longer than most statements run. Whoever asks says how it
* answers (`pluck`, `raw`), each time.
*/
function prepared(db, sql) {
	let statements = byConnection.get(db);
	if (statements === void 0) {
		statements = new Statements(db);
		byConnection.set(db, statements);
	}
	return statements.get(sql);
}
// ../../packages/store-sqlite/dist/archive/marker.js
function readMarker(db) {
	return prepared(db, "SELECT node,nonce FROM crdt_marker").get() ?? {
		node: null,
		nonce: null
	};
}
/**
* Which of its plans a file carries: the intended one (`confirm` it), or the one before (`redo`: the next plan replaces
* it). Anything else means that archive and state do not belong together: one of them was rewound, copied, exchanged
* or lost, and RECONCILE has to bring them together. So does a file that carries the plan before, but not what was
* captured for the next: it is a copy. O(1).
*/
function settle(db, { intended, confirmed, awaited }, node) {
	const marker = readMarker(db);
	if (isForeign(marker, node)) return "reconcile";
	const nonce = marker.nonce ?? void 0;
	if (nonce === confirmed) return awaited && !holds(db, awaited) ? "reconcile" : "redo";
	return nonce !== void 0 && nonce === intended ? "confirm" : "reconcile";
}
function holds(db, { id, token }) {
	const here = db.prepare("SELECT token FROM crdt_outbox WHERE id=?").pluck().get(id);
	return here !== void 0 && Buffer.compare(here, token) === 0;
}
/** Whether the file was last used by another node. */
function isForeign(marker, node) {
	return marker.node !== null && marker.node !== node;
}
// ../../packages/batch/dist/error.js
/** What a peer or a file can cause in this package. The message is for people and holds no bytes of the input. */
var BatchError = class extends Error {
	name = "BatchError";
	code;
	constructor(code, message, options) {
		super(message, options);
		this.code = code;
	}
};
// ../../packages/batch/dist/bytes.js
const word = 4294967296;
/** Whether two byte strings are equal. Not in constant time: it compares public hashes only. */
function equalBytes(a, b) {
	if (a.length !== b.length) return false;
	for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
	return true;
}
/** Bytes of an ASCII text. */
function ascii(text) {
	const bytes = new Uint8Array(text.length);
	for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
	return bytes;
}
/** Writes a safe integer ≥ 0 as eight bytes, big-endian. */
function putU64(view, at, value) {
	view.setUint32(at, Math.floor(value / word));
	view.setUint32(at + 4, value % word);
}
/** Reads eight bytes, big-endian. The result is exact only where it is a safe integer; callers check that. */
function getU64(view, at) {
	return view.getUint32(at) * word + view.getUint32(at + 4);
}
const continuesFlag = 1;
/** Where each field starts; docs/wire/batch.md is the normative table. */
const at = {
	version: 0,
	flags: 1,
	cluster: 2,
	log: 18,
	key: 42,
	number: 58,
	first: 66,
	count: 74,
	previous: 78,
	schema: 110,
	epoch: 142,
	hlcMin: 150,
	hlcMax: 158,
	root: 166
};
/** The header as it is hashed, signed, stored and sent. Throws `RangeError` for a field that does not fit. O(1). */
function encodeHeader(header) {
	const problem = problemOf(header);
	if (problem !== void 0) throw new RangeError(`cannot encode the header: ${problem}`);
	const bytes = /* @__PURE__ */ new Uint8Array(198);
	const view = new DataView(bytes.buffer);
	bytes[at.version] = header.version;
	bytes[at.flags] = header.continues ? continuesFlag : 0;
	bytes.set(header.cluster, at.cluster);
	bytes.set(encodeLogId(header.log), at.log);
	bytes.set(header.key, at.key);
	putU64(view, at.number, header.number);
	putU64(view, at.first, header.first);
	view.setUint32(at.count, header.count);
	bytes.set(header.previous, at.previous);
	bytes.set(header.schema, at.schema);
	putU64(view, at.epoch, header.epoch);
	putU64(view, at.hlcMin, header.hlcMin);
	putU64(view, at.hlcMax, header.hlcMax);
	bytes.set(header.root, at.root);
	return bytes;
}
/**
* Reads a header. Strict: `encodeHeader` of the result gives the same bytes. Throws `BatchError` `bad-header`.
* The result keeps nothing of `bytes`. O(1).
*/
function decodeHeader(bytes) {
	if (bytes.length !== 198) throw new BatchError("bad-header", `a header has 198 bytes, this one ${bytes.length}`);
	const own = new Uint8Array(bytes);
	const view = new DataView(own.buffer);
	const flags = own[at.flags];
	if (flags > continuesFlag) throw new BatchError("bad-header", `flags ${flags} has reserved bits`);
	const header = {
		version: own[at.version],
		cluster: own.subarray(at.cluster, at.log),
		log: decodeLogId(own, at.log),
		key: own.subarray(at.key, at.number),
		number: getU64(view, at.number),
		first: getU64(view, at.first),
		count: view.getUint32(at.count),
		previous: own.subarray(at.previous, at.schema),
		continues: flags === continuesFlag,
		schema: own.subarray(at.schema, at.epoch),
		epoch: getU64(view, at.epoch),
		hlcMin: getU64(view, at.hlcMin),
		hlcMax: getU64(view, at.hlcMax),
		root: own.subarray(at.root, 198)
	};
	const problem = problemOf(header);
	if (problem !== void 0) throw new BatchError("bad-header", problem);
	return header;
}
/** What keeps these fields from being a header, in words; one rule for what is written and what is read. */
function problemOf(header) {
	if (header.version !== 1) return `version ${header.version} is not 1`;
	if (!isLogId(header.log)) return "the log id is malformed";
	if (header.cluster.length !== 16) return "the cluster id needs 16 bytes";
	if (header.key.length !== 16) return "the key id needs 16 bytes";
	if (header.previous.length !== 32) return "the previous batch id needs 32 bytes";
	if (header.schema.length !== 32) return "the schema id needs 32 bytes";
	if (header.root.length !== 32) return "the root needs 32 bytes";
	if (!isAtLeast(header.number, 1)) return "the batch number is not an integer from 1 to 2^53 - 1";
	if (!isAtLeast(header.first, 1)) return "the first sequence is not an integer from 1 to 2^53 - 1";
	if (!isAtLeast(header.count, 1) || header.count > 4294967295) return "the count is not an integer from 1";
	if (!isAtLeast(header.epoch, 0)) return "the epoch is not an integer from 0 to 2^53 - 1";
	if (!isAtLeast(header.hlcMin, 1)) return "the smallest HLC is not an integer from 1 to 2^53 - 1";
	if (!isAtLeast(header.hlcMax, header.hlcMin)) return "the greatest HLC is below the smallest, or unsafe";
}
function isAtLeast(value, least) {
	return Number.isSafeInteger(value) && value >= least;
}
export { BatchError as a, settle as c, asArchiveError as d, isBusy as f, ArchiveError as h, equalBytes as i, Statements as l, sqliteCode as m, encodeHeader as n, isForeign as o, openArchiveDatabase as p, ascii as r, readMarker as s, decodeHeader as t, prepared as u };
