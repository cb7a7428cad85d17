import { $ as columnsOf, A as fitting, B as uidOfInsert, E as contentOf, G as capturedTables, H as bindKey, I as nothingCaptured, J as installCapture, K as hasCapture, N as withDeclared, O as RowReader, P as fileIdentity, Q as suspendCapture, R as planBytes, U as readKey, V as uidText, W as adoptionTable, X as isInstalled, Y as isAdopting, Z as staleTables, a as createArchive, at as keySql, ct as toSql, dt as moveLog, ft as adoptionUid, it as canonicalKey, j as greatestRow, k as drainedAtOnce, lt as quote, n as hasher, nt as entryKind, o as mapArchive, q as hasTable, rt as NaturalKey, s as RemoteState, st as fromInteger, t as compressor, tt as stampColumns, ut as schemaOf, z as sizeOf } from "./chunk-compressor.js";
import { A as compareDots, p as RawText, s as sameValue } from "./chunk-value-codec.js";
import { c as settle, d as asArchiveError, f as isBusy, h as ArchiveError, l as Statements, m as sqliteCode, o as isForeign, p as openArchiveDatabase, s as readMarker, u as prepared } from "./chunk-header-codec.js";
import { o as nodeOf, r as incarnationOf } from "./chunk-log.js";
import { statSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { parentPort, workerData } from "node:worker_threads";
import Sqlite from "better-sqlite3";
// ../../packages/store-sqlite/dist/archive/check.js
/** The tables that wait for being looked at, and how far that went. */
const uncheckedTable = "crdt_unchecked";
const table$3 = "CREATE TABLE IF NOT EXISTS crdt_unchecked(tbl INTEGER PRIMARY KEY,after)";
/**
* Brings triggers and tables to what the mapping asks for, and marks the tables whose triggers were not that: something
* may have been written there that no trigger saw. One transaction, the caller's or its own; none where all is there.
*/
function renewCapture(db, mappings) {
	const renew = () => {
		const stale = staleTables(db, mappings);
		if (!installCapture(db, mappings) || stale.length === 0) return;
		db.exec(table$3);
		const mark = db.prepare("REPLACE INTO crdt_unchecked(tbl,after)VALUES(?,NULL)");
		for (const id of stale) mark.run(id);
	};
	if (db.inTransaction) renew();
	else if (!isInstalled(db, mappings)) db.transaction(renew).immediate();
}
/**
* Finds what the application wrote while no trigger saw it: a table that it made anew has lost its triggers, and an older
* one's do not watch a new column. Rows that differ from what the state has shown are entered into the outbox, as the
* triggers would have done. `crdt_unchecked` keeps the place, so that a killed process's successor goes on.
*/
var Check = class {
	#db;
	#identities;
	#state;
	#accessOf;
	#pending = [];
	constructor(db, identities, state, accessOf) {
		this.#db = db;
		this.#identities = identities;
		this.#state = state;
		this.#accessOf = accessOf;
		this.reload();
	}
	/** Whether anything is left to look at in tables that are there. */
	get isDue() {
		return this.#pending.some((id) => this.#accessOf(id) !== void 0);
	}
	/**
	* Looks at up to `limit` rows, inside the caller's transaction, in which the outbox is empty. Returns rows that have
	* lost their stamp with their table, to be shown again.
	*/
	step(limit) {
		const id = this.#pending.find((one) => this.#accessOf(one) !== void 0);
		const access = id === void 0 ? void 0 : this.#accessOf(id);
		if (id === void 0 || access === void 0) return [];
		const stored = this.#db.prepare("SELECT after FROM crdt_unchecked WHERE tbl=?").pluck().safeIntegers().get(id);
		const after = stored === null ? void 0 : readKey(stored);
		const { rows, isLast } = access.reader.after(after, limit);
		const last = isLast ? void 0 : rows.at(-1).key;
		const bare = this.#compare(access, rows, this.#known(access, rows, after, last));
		if (last === void 0) this.#db.prepare("DELETE FROM crdt_unchecked WHERE tbl=?").run(id);
		else this.#db.prepare("UPDATE crdt_unchecked SET after=? WHERE tbl=?").run(bindKey(last), id);
		if (this.#db.prepare("SELECT 1 FROM crdt_unchecked").get() === void 0) this.#db.exec("DROP TABLE crdt_unchecked");
		this.reload();
		return bare;
	}
	/** Takes notice of what the file says, after a transaction ended. */
	reload() {
		const exists = this.#db.prepare("SELECT 1 FROM sqlite_schema WHERE name='crdt_unchecked'").get();
		this.#pending = exists ? this.#db.prepare("SELECT tbl FROM crdt_unchecked ORDER BY tbl").pluck().all() : [];
	}
	/**
	* Which rows the keys of a slice are, and those of rows that are gone. Keys that replicate are in another order in the
	* table than as texts, so that gone ones are looked for at the end, all at once.
	*/
	#known({ table, reader }, rows, after, last) {
		if (table.naturalKey === void 0) return this.#identities.between(table.id, after, last);
		const known = /* @__PURE__ */ new Map();
		if (last === void 0) {
			for (const [key, uid] of this.#identities.between(table.id, void 0, void 0)) if (reader.one(key) === void 0) known.set(key, uid);
		}
		for (const { key } of rows) {
			const uid = this.#identities.uidOf(table.id, key);
			if (uid !== void 0) known.set(key, uid);
		}
		return known;
	}
	#compare(access, rows, known) {
		const { id, mapping, groups } = access.table;
		const log = this.#db.prepare("INSERT INTO crdt_outbox(kind,tbl,key,was,grp)VALUES(?,?,?,?,?)");
		const enter = (kind, key, group = null) => {
			log.run(kind, id, bindKey(key), kind === entryKind.update ? bindKey(key) : null, group);
		};
		const here = new Set(rows.map(({ key }) => key));
		for (const [key] of known) if (!here.has(key)) enter(entryKind.lost, key);
		const old = rows.flatMap((row) => {
			const uid = known.get(row.key);
			if (uid === void 0) enter(entryKind.insert, row.key);
			return uid === void 0 ? [] : [{
				row,
				uid
			}];
		});
		const bare = old.flatMap(({ row, uid }) => mapping.stamped && row.stamp.every((value) => value === null) ? [{
			table: mapping.name,
			uid
		}] : []);
		if (mapping.kind === "grow-only" || old.length === 0) return bare;
		const shown = this.#state.shown(old.map(({ uid }) => ({
			table: mapping.name,
			uid
		})));
		for (const [i, { row }] of old.entries()) {
			const view = shown[i]?.view;
			if (view === void 0) continue;
			for (const { name, from, to, initialOnly } of groups) {
				if (initialOnly) continue;
				for (let column = from; column < to; column++) {
					if (!differs(access, column, row, view.values)) continue;
					enter(entryKind.update, row.key, name);
					break;
				}
			}
		}
		return bare;
	}
};
/** A new column's default is nobody's write. */
function differs({ table }, column, row, shown) {
	const [value, was] = [row.values[column] ?? null, shown[column] ?? null];
	if (!table.present[column] || sameValue(value, was)) return false;
	return was !== null || !sameValue(value, table.defaults[column] ?? null);
}
// ../../packages/store-sqlite/dist/archive/contest.js
/**
* Decides between rows of which the file accepts only one, because of a UNIQUE index of its owner. The row that was
* added first is shown, by (time, dot) and so on every node alike; the others are hidden until it changes or goes.
*/
var Contest = class {
	#db;
	#identities;
	#hidden;
	#state;
	constructor(db, identities, hidden, state) {
		this.#db = db;
		this.#identities = identities;
		this.#hidden = hidden;
		this.#state = state;
	}
	/**
	* `replace` writes the row in place of all that hold its values. It stays written if the row came before each of them.
	* "unknown": a holder is no row that replicates, so nobody can say who came first; nothing happened.
	*/
	decide(access, view, replace) {
		const { table } = access;
		this.#db.exec("SAVEPOINT crdt_contest");
		const holders = this.#replaced(access, replace);
		const known = holders.flatMap(({ key, uid }) => uid === void 0 ? [] : [{
			key,
			uid
		}]);
		const best = known.length === holders.length ? this.#best(table.mapping.name, known) : void 0;
		const outcome = known.length < holders.length ? "unknown" : best !== void 0 && isBefore(best, view) ? "lost" : "won";
		if (outcome !== "won") this.#db.exec("ROLLBACK TO crdt_contest");
		this.#db.exec("RELEASE crdt_contest");
		if (outcome === "lost") this.#hidden.add(table.id, view.uid, best.uid);
		if (outcome === "won") this.#displace(table.id, known, view.uid);
		return outcome;
	}
	#displace(table, holders, by) {
		this.#hidden.remove(table, by);
		for (const { key, uid } of holders) {
			this.#identities.remove(table, key);
			this.#hidden.add(table, uid, by);
			this.#hidden.release(uid);
		}
	}
	/** SQLite itself knows best what stands against a row: collations, expressions, partial indexes. */
	#replaced({ table }, replace) {
		const { mapping } = table;
		this.#db.exec(`CREATE TEMP TABLE crdt_replaced(key INTEGER);
      CREATE TEMP TRIGGER crdt_replaced AFTER DELETE ON main.${quote(mapping.name)}
      BEGIN INSERT INTO crdt_replaced VALUES(${keySql(mapping, "OLD.")});END`);
		this.#db.pragma("recursive_triggers = ON");
		try {
			replace();
		} finally {
			this.#db.pragma("recursive_triggers = OFF");
		}
		const keys = this.#db.prepare("SELECT key FROM crdt_replaced").pluck().safeIntegers().all();
		this.#db.exec("DROP TRIGGER temp.crdt_replaced; DROP TABLE temp.crdt_replaced");
		return keys.map((one) => {
			const local = readKey(one);
			return {
				key: local,
				uid: this.#identities.uidOf(table.id, local)
			};
		});
	}
	/** The first of them; rows that are to vanish anyway do not count. */
	#best(table, holders) {
		let best;
		for (const { view } of this.#state.look(holders.map(({ uid }) => ({
			table,
			uid
		})))) if (view !== void 0 && (best === void 0 || isBefore(view, best))) best = view;
		return best;
	}
};
function isBefore(a, b) {
	const [timeOfA, timeOfB] = [a, b].map(({ stamp }) => stamp === "base" ? 0 : stamp);
	return timeOfA === timeOfB ? compareDots(a.dot, b.dot) < 0 : timeOfA < timeOfB;
}
// ../../packages/store-sqlite/dist/archive/data-version.js
/** A number that is another one after each write of another connection to this file. */
function dataVersion(db) {
	return prepared(db, "PRAGMA data_version").pluck().get();
}
// ../../packages/store-sqlite/dist/archive/disown.js
/** No file that there is carries the plan that the state takes for its last. */
function disown(state, nonce) {
	state.plan({
		nonce,
		captured: nothingCaptured,
		maxRows: 0,
		also: []
	});
	state.confirm();
}
// ../../packages/store-sqlite/dist/archive/foreign-triggers.js
/** The triggers of the file's owner on replicated tables, and those that write into one. */
function foreignTriggers(db, mappings) {
	const replicated = new Set(mappings.filter(({ kind }) => kind !== "local").map(({ name }) => name.toLowerCase()));
	return allTriggers(db).flatMap(({ name, table, sql }) => {
		const writesReplicated = writtenTables(sql).some((one) => replicated.has(one));
		return writesReplicated || replicated.has(table.toLowerCase()) ? [{
			name,
			table,
			writesReplicated
		}] : [];
	});
}
/**
* Takes the triggers away that write into replicated tables, within the caller's write transaction: what they do was done
* where the row was written, and comes as rows of its own. Returns how to bring them back as they were.
*/
function suspendForeign(db, triggers) {
	const names = new Set(triggers.flatMap(({ name, writesReplicated }) => writesReplicated ? [name] : []));
	if (names.size === 0) return () => void 0;
	const suspended = allTriggers(db).filter(({ name }) => names.has(name));
	for (const { name } of suspended) db.exec(`DROP TRIGGER ${quote(name)}`);
	return () => {
		for (const { sql } of suspended) db.exec(sql);
	};
}
/** In the order in which they were made, which decides the order in which they fire. */
function allTriggers(db) {
	return db.prepare(`SELECT name,tbl_name AS "table",sql FROM sqlite_schema WHERE type='trigger' AND name NOT GLOB 'crdt_*' ORDER BY rowid`).all();
}
/** Names, in lower case, of the tables that the body of a trigger inserts into, updates or deletes from. */
function writtenTables(sql) {
	const plain = sql.replace(/'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\//g, " ");
	return [...plain.slice(plain.search(/\bBEGIN\b/i)).matchAll(/\b(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|REPLACE\s+INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM)\s*(?:"((?:[^"]|"")+)"|`([^`]+)`|\[([^\]]+)\]|([\w$\u0080-\uffff]+))/gi)].map(([, double, tick, bracket, bare]) => (double?.replaceAll("\"\"", "\"") ?? tick ?? bracket ?? bare ?? "").toLowerCase());
}
// ../../packages/store-sqlite/dist/archive/stamp.js
/**
* What to bind for the six columns of the plan (`stampColumns`, `stampPlaces`): a row's CRDT type, its author, the dot
* that added it, its time (0 for an adopted row), its uid, and notes.
*/
function stampOf(table, view) {
	const { log, seq } = view.dot;
	const author = authorOf(log);
	const base = view.stamp === "base";
	return [
		typeOf(table, view),
		author.node,
		`${author.clock}${seq}}`,
		BigInt(base ? 0 : view.stamp),
		view.uid,
		notes(base)
	];
}
/**
* The same with what all rows of one author have in common in the statement itself: to be bound are `typeOf`, the
* sequence, the time and the uid.
*/
function authorsStampPlaces(log, base) {
	const { node, clock } = authorOf(log);
	return [
		"?",
		literal(node),
		`${literal(clock)}||CAST(? AS INTEGER)||'}'`,
		"CAST(? AS INTEGER)",
		"lower(hex(?))",
		literal(notes(base))
	];
}
function typeOf(table, view) {
	const { slots } = view;
	const at = slots ? (index) => slots.at(index) : (index) => view.values[index] ?? null;
	return table.mapping.typeOf(new RowColumns(table.columns, at));
}
function notes(base) {
	return base ? "{\"adopted\":true}" : "{}";
}
function literal(text) {
	return `'${text.replaceAll("'", "''")}'`;
}
/** The places of the six values in a statement; SQLite writes the uid as text faster than JavaScript does. */
const stampPlaces = stampColumns.map((name) => name === "crdt_operation_id" ? "lower(hex(?))" : "?");
/** Whether the columns of a row, as read, are what `stamp` would make them. */
function isStamped(row, stamp) {
	return stamp.every((value, i) => row[i] === (value instanceof Uint8Array ? uidText(value) : value));
}
let last;
/** Rows come in runs of one author. */
function authorOf(log) {
	if (last?.log === log) return last.author;
	const node = nodeOf(log);
	const author = {
		node,
		clock: `{"node":"${node}","incarnation":"${incarnationOf(log)}","seq":`
	};
	last = {
		log,
		author
	};
	return author;
}
/** A row's values by column name, each read when it is asked for. */
var RowColumns = class {
	#names;
	#at;
	constructor(names, at) {
		this.#names = names;
		this.#at = at;
	}
	get size() {
		return this.#names.length;
	}
	get(name) {
		const index = this.#names.indexOf(name);
		return index < 0 ? void 0 : this.#at(index);
	}
	has(name) {
		return this.#names.includes(name);
	}
	forEach(callback) {
		for (const [name, value] of this) callback(value, name, this);
	}
	*entries() {
		for (const [i, name] of this.#names.entries()) yield [name, this.#at(i)];
	}
	keys() {
		return this.#names.values();
	}
	*values() {
		for (const [, value] of this.entries()) yield value;
	}
	[Symbol.iterator]() {
		return this.entries();
	}
};
// ../../packages/store-sqlite/dist/archive/slot-writer.js
/**
* Inserts rows as packed batches bring them. A text is bound as its bytes and cast, which makes the same value as a
* string would and saves making the string twice; what all rows of an author have in common stands in the statement.
*/
var SlotWriter = class SlotWriter {
	#table;
	#into;
	/** Indexes of the replicated columns that this file has. */
	#present;
	#statements;
	#shape;
	#statement;
	/** Bound anew for each row: SQLite copies. */
	#bindings = [];
	constructor(statements, table, into, present) {
		this.#statements = statements;
		this.#table = table;
		this.#into = into;
		this.#present = present;
	}
	/** Undefined where bytes are not what the file keeps as text, or the table's key is one of its columns. */
	static for(db, table, into, present) {
		if (table.naturalKey !== void 0 || db.pragma("encoding", { simple: true }) !== "UTF-8") return void 0;
		return new SlotWriter(new Statements(db), table, into, present);
	}
	insert(key, view, slots) {
		const bindings = this.#bindings;
		bindings.length = 0;
		bindings.push(key);
		let texts = 0;
		let others = 0;
		for (const i of this.#present) {
			const value = this.#bound(slots, i);
			bindings.push(value);
			if (value === null || typeof value === "string") continue;
			if (slots.texts >>> i & 1 || slots.slots[i] instanceof RawText) texts |= 1 << i;
			else others |= 1 << i;
		}
		const { log, seq } = view.dot;
		const base = view.stamp === "base";
		if (this.#table.mapping.stamped) bindings.push(typeOf(this.#table, view), seq, base ? 0 : view.stamp, view.uid);
		this.#for(log, base, texts, others).run(...bindings);
	}
	/** What to bind for a column: the bytes of a text as they are. */
	#bound(slots, column) {
		const slot = slots.slots[column] ?? null;
		if (slots.texts >>> column & 1) return slot.length === 0 ? "" : slot;
		if (slot === null && this.#table.filled[column]) return toSql(this.#table.defaults[column] ?? null);
		return toSql(slot);
	}
	/** A statement that casts these columns, and none of those others; what it does to the rest makes no difference. */
	#for(log, base, texts, others) {
		const shape = this.#shape;
		const isSame = shape?.log === log && shape.base === base;
		if (isSame && (texts & ~shape.texts) === 0 && (others & shape.texts) === 0) return this.#statement;
		const cast = isSame ? (shape.texts | texts) & ~others : texts;
		const values = this.#present.map((i) => cast >>> i & 1 ? "CAST(? AS TEXT)" : "?");
		const stamp = this.#table.mapping.stamped ? authorsStampPlaces(log, base) : [];
		this.#shape = {
			log,
			base,
			texts: cast
		};
		this.#statement = this.#statements.get(`${this.#into}(${[
			"?",
			...values,
			...stamp
		].join(",")})`);
		return this.#statement;
	}
};
// ../../packages/store-sqlite/dist/archive/row-writer.js
/** Writes rows of one table exactly, by what the state shows. The caller holds the write lock. */
var RowWriter = class {
	#table;
	#name;
	/** Indexes of the replicated columns that this file has. */
	#present;
	#into;
	/** Where the key replicates: says what the file made of it. */
	#returning;
	#insert;
	#statements;
	#slots;
	constructor(db, table) {
		this.#table = table;
		this.#name = quote(table.mapping.name);
		this.#statements = new Statements(db);
		this.#present = table.columns.map((_, i) => i).filter((i) => table.present[i]);
		const stamp = table.mapping.stamped ? stampColumns : [];
		const { naturalKey } = table;
		const columns = [
			...naturalKey ? [] : [quote(table.mapping.key)],
			...this.#present.map((i) => quote(table.columns[i])),
			...stamp
		];
		this.#into = `INSERT INTO ${this.#name}(${columns.join(",")})VALUES`;
		this.#returning = naturalKey ? ` RETURNING ${NaturalKey.expression(naturalKey.columns, "")}` : "";
		this.#slots = SlotWriter.for(db, table, this.#into, this.#present);
		this.#insert = db.prepare(this.#into + this.#places(this.#present.map(() => "?")) + this.#returning);
	}
	/** Inserts a row whose key is free. Returns why the file refuses it, if it does. */
	insert(key, view) {
		const { slots } = view;
		if (slots !== void 0 && this.#slots !== void 0 && typeof key === "number") {
			const writer = this.#slots;
			return attempt(() => writer.insert(key, view, slots));
		}
		const { raw, bindings } = this.#bindingsOf(key, view);
		const statement = raw ? this.#insertRaw(this.#into, view.values, this.#returning) : this.#insert;
		if (typeof key !== "string") return attempt(() => statement.run(...bindings));
		let stored = "";
		const refused = attempt(() => {
			stored = canonicalKey(statement.pluck().get(...bindings));
		});
		if (refused !== void 0 || stored === key) return refused;
		this.delete(stored);
		return {
			reason: `this file keeps the key ${key} as ${stored}: its columns have other types here`,
			isTaken: false
		};
	}
	/** Inserts a row in place of all others that hold values which may be there only once. */
	replace(key, view) {
		const { bindings } = this.#bindingsOf(key, view);
		this.#insertRaw(this.#into.replace("INSERT", "INSERT OR REPLACE"), view.values).run(bindings);
	}
	#bindingsOf(key, view) {
		const bindings = typeof key === "string" ? [] : [BigInt(key)];
		let raw = false;
		for (const i of this.#present) {
			const value = this.#valueOf(view, i);
			if (value instanceof RawText) raw = true;
			bindings.push(toSql(value));
		}
		if (this.#table.mapping.stamped) bindings.push(...stampOf(this.#table, view));
		return {
			raw,
			bindings
		};
	}
	/**
	* Makes a shown row what the state says: writes the groups that differ, and the stamp. Whether it wrote anything.
	* `replace` removes all other rows that hold values which may be there only once.
	*/
	update(row, view, replace = false) {
		const set = [];
		const bindings = [];
		for (const group of this.#table.groups) {
			if (group.initialOnly || !this.#differs(group, row.values, view)) continue;
			for (let i = group.from; i < group.to; i++) {
				if (!this.#table.present[i]) continue;
				const value = this.#valueOf(view, i);
				set.push(`${quote(this.#table.columns[i])}=${placeholder(value)}`);
				bindings.push(toSql(value));
			}
		}
		if (this.#table.mapping.stamped) {
			const stamp = stampOf(this.#table, view);
			if (!isStamped(row.stamp, stamp)) {
				set.push(...stampColumns.map((name, i) => `${name}=${stampPlaces[i]}`));
				bindings.push(...stamp);
			}
		}
		if (set.length === 0) return false;
		const where = this.#where(row.key);
		const sql = `UPDATE ${replace ? "OR REPLACE " : ""}${this.#name} SET ${set.join(",")} WHERE ${where.sql}`;
		this.#statements.get(sql).run([...bindings, ...where.bindings]);
		return true;
	}
	delete(key) {
		const { sql, bindings } = this.#where(key);
		this.#statements.get(`DELETE FROM ${this.#name} WHERE ${sql}`).run(bindings);
	}
	#where(key) {
		const { naturalKey, mapping } = this.#table;
		if (typeof key === "string" && naturalKey) return naturalKey.where(key);
		return {
			sql: `${quote(mapping.key)}=?`,
			bindings: [BigInt(key)]
		};
	}
	/** An author who knows fewer columns leaves NULL where this file may not accept it. */
	#valueOf(view, column) {
		const value = view.values[column] ?? null;
		return value === null && this.#table.filled[column] ? this.#table.defaults[column] ?? null : value;
	}
	#differs(group, here, view) {
		for (let i = group.from; i < group.to; i++) if (this.#table.present[i] && !sameValue(here[i], this.#valueOf(view, i))) return true;
		return false;
	}
	#insertRaw(into, values, end = "") {
		const places = this.#places(this.#present.map((i) => placeholder(values[i] ?? null)));
		return this.#statements.get(into + places + end);
	}
	#places(values) {
		const { naturalKey, mapping } = this.#table;
		return `(${[
			...naturalKey ? [] : ["?"],
			...values,
			...mapping.stamped ? stampPlaces : []
		].join(",")})`;
	}
};
/** Runs a write of one row; returns why the file refuses it, if it does. Other errors pass. */
function attempt(write) {
	try {
		write();
		return;
	} catch (error) {
		if (!isRefusal(error)) throw error;
		const code = sqliteCode(error);
		const isTaken = code === "SQLITE_CONSTRAINT_UNIQUE" || code === "SQLITE_CONSTRAINT_PRIMARYKEY";
		return {
			reason: error.message,
			isTaken
		};
	}
}
/**
* Errors that concern one row: a constraint of the file, or a trigger of its owner that fails. Everything else (disk full,
* a lock, damage) concerns the whole transaction.
*/
function isRefusal(error) {
	const code = sqliteCode(error);
	return code.startsWith("SQLITE_CONSTRAINT") || code === "SQLITE_ERROR" || code === "SQLITE_MISMATCH" || code === "SQLITE_TOOBIG";
}
function placeholder(value) {
	return value instanceof RawText ? "CAST(? AS TEXT)" : "?";
}
// ../../packages/store-sqlite/dist/archive/file-tables.js
/** A table that the application makes anew may be missing between two of its statements, for so many ms. */
const missingMs = 5e3;
/** The replicated tables of an archive as they are, which the application may change at any time. */
var FileTables = class {
	#db;
	#options;
	#byId = /* @__PURE__ */ new Map();
	#byName = /* @__PURE__ */ new Map();
	#schemaVersion = -1;
	#mappings;
	#foreign = [];
	/** Those that this process has found in the file. */
	#known = /* @__PURE__ */ new Set();
	/** Those that were there and are not now, and since when. */
	#missing = [];
	#missingSince = 0;
	constructor(db, options) {
		this.#db = db;
		this.#options = options;
		this.#mappings = options.mappings;
	}
	get mappings() {
		return this.#mappings;
	}
	get all() {
		return [...this.#byName.values()];
	}
	/** The owner's own triggers. */
	get foreign() {
		return this.#foreign;
	}
	/** Whether the file's schema is the one that was followed last. */
	get isCurrent() {
		return this.#schemaVersion === this.#readVersion();
	}
	get isAnyMissing() {
		return this.#missing.length > 0;
	}
	byId(id) {
		return this.#byId.get(id);
	}
	byName(name) {
		return this.#byName.get(name);
	}
	nameOf(id) {
		return this.#byId.get(id)?.table.mapping.name ?? "";
	}
	/** What the schema is now is by our own hand: nobody else can have changed it within this transaction. */
	keep() {
		this.#schemaVersion = this.#readVersion();
	}
	/**
	* The application changed a table, or an older program's triggers are there: adapts to what the file is now, in one
	* transaction, and marks the tables in which something may have been written that no trigger saw.
	*
	* @returns whether a table appeared of which nothing is known
	* @throws ArchiveError `unsupported`
	*/
	follow() {
		requireTables(this.#db, this.#options.mappings, this.#options.path);
		const { version, appeared } = this.#db.inTransaction ? this.#renew() : this.#db.transaction(() => this.#renew()).immediate();
		this.#schemaVersion = version;
		return appeared;
	}
	/** Inside a write transaction: what is read of the tables is true of the version that it is kept under. */
	#renew() {
		this.#mappings = this.#remapped();
		renewCapture(this.#db, this.#mappings);
		this.#byId = /* @__PURE__ */ new Map();
		this.#byName = /* @__PURE__ */ new Map();
		for (const table of capturedTables(this.#db, this.#mappings)) {
			const access = {
				table,
				reader: new RowReader(this.#db, table),
				writer: new RowWriter(this.#db, table)
			};
			this.#byId.set(table.id, access);
			this.#byName.set(table.mapping.name, access);
		}
		const isNew = (name) => this.#known.size > 0 && !this.#known.has(name);
		const appeared = [...this.#byName.keys()].some(isNew);
		for (const name of this.#byName.keys()) this.#known.add(name);
		this.#missing = [...this.#known].filter((name) => !this.#byName.has(name));
		if (this.#missing.length === 0) this.#missingSince = this.#options.now();
		this.#foreign = foreignTriggers(this.#db, this.#mappings);
		return {
			version: this.#readVersion(),
			appeared
		};
	}
	/**
	* Nothing is shown while a table is away: it could not be shown there, and would count as shown. Throws when that has
	* lasted too long.
	*/
	isIncomplete() {
		if (this.#missing.length === 0) return false;
		if (this.#options.now() - this.#missingSince < missingMs) return true;
		throw new Error(`the archive has no table ${this.#missing.join(", ")} any more; restart jarvisd to go on without it`);
	}
	#remapped() {
		const { remap, state } = this.#options;
		const before = this.#mappings;
		const found = remap === void 0 ? before : remap(this.#db);
		const all = [...found, ...before.filter(({ name }) => !found.some((mapping) => mapping.name === name))];
		const columns = all.map(({ name }) => ({
			table: name,
			columns: columnsOf(this.#db, name).map((column) => column.name)
		}));
		return withDeclared(all, state.declare(schemaOf(all), columns));
	}
	#readVersion() {
		return prepared(this.#db, "PRAGMA schema_version").pluck().get();
	}
};
/** Refuses a file without any of the replicated tables: it is something else, and is not written. */
function requireTables(db, mappings, path) {
	if (mappings.some(({ kind, name }) => kind !== "local" && hasTable(db, name))) return;
	throw new ArchiveError("unsupported", `${path} has none of the replicated tables; put the archive back.`);
}
// ../../packages/store-sqlite/dist/archive/hidden.js
const atOnce = 1e3;
const table$2 = "CREATE TABLE IF NOT EXISTS crdt_hidden(uid BLOB PRIMARY KEY,tbl INTEGER,by BLOB,due INTEGER)WITHOUT ROWID;CREATE INDEX IF NOT EXISTS crdt_hidden_by ON crdt_hidden(by)";
/**
* `crdt_hidden`: rows that lost a UNIQUE value to another row. A row is tried again when that one has changed or gone,
* not before. Most files never hide a row and do without the table.
*/
var HiddenRows = class {
	#db;
	#changes = /* @__PURE__ */ new Map();
	#count = 0;
	#due = 0;
	constructor(db) {
		this.#db = db;
		this.reload();
	}
	get count() {
		return this.#count;
	}
	has(uid) {
		if (this.#count === 0) return false;
		return this.#db.prepare("SELECT 1 FROM crdt_hidden WHERE uid=?").get(uid) !== void 0;
	}
	get isDue() {
		return this.#due > 0;
	}
	/** Takes rows whose reason may be gone. */
	take() {
		if (this.#due === 0) return [];
		const rows = this.#db.prepare("SELECT tbl AS \"table\",uid,by FROM crdt_hidden WHERE due=1 LIMIT ?").all(atOnce);
		const done = this.#db.prepare("UPDATE crdt_hidden SET due=0 WHERE uid=?");
		for (const { uid } of rows) done.run(uid);
		this.#due -= rows.length;
		return rows;
	}
	/** The row was taken and not tried. */
	retry(uid) {
		if (this.#count === 0) return;
		this.#due += this.#db.prepare("UPDATE crdt_hidden SET due=1 WHERE uid=? AND due=0").run(uid).changes;
	}
	list() {
		if (this.#count === 0) return [];
		return this.#db.prepare("SELECT tbl AS \"table\",uid,by FROM crdt_hidden").all();
	}
	add(tbl, uid, by) {
		this.#db.exec(table$2);
		this.remove(tbl, uid);
		this.#db.prepare("INSERT INTO crdt_hidden(uid,tbl,by,due)VALUES(?,?,?,0)").run(uid, tbl, by);
		this.#count++;
		this.#changes.set(uidText(uid), {
			table: tbl,
			uid,
			by
		});
	}
	/** The row is shown, or shall not be any more. */
	remove(tbl, uid) {
		if (this.#count === 0) return;
		const due = this.#db.prepare("SELECT due FROM crdt_hidden WHERE uid=?").pluck().get(uid);
		if (due === void 0) return;
		this.#db.prepare("DELETE FROM crdt_hidden WHERE uid=?").run(uid);
		this.#count--;
		this.#due -= due;
		this.#changes.set(uidText(uid), {
			table: tbl,
			uid
		});
	}
	/** This row changed or went away: what it hid may be shown. */
	release(by) {
		if (this.#count === 0) return;
		this.#due += this.#db.prepare("UPDATE crdt_hidden SET due=1 WHERE by=? AND due=0").run(by).changes;
	}
	/** Whatever hid them may have changed or gone: a process that captured that ended before it could follow. */
	releaseAll() {
		if (this.#count === 0) return;
		this.#due += this.#db.prepare("UPDATE crdt_hidden SET due=1 WHERE due=0").run().changes;
	}
	/** What has changed since the last call; to be asked for when the transaction is committed. */
	changes() {
		if (this.#changes.size === 0) return void 0;
		const hidden = [];
		const shown = [];
		for (const { table, uid, by } of this.#changes.values()) if (by === void 0) shown.push({
			table,
			uid
		});
		else hidden.push({
			table,
			uid,
			by
		});
		this.#changes.clear();
		return {
			hidden,
			shown
		};
	}
	/** Takes notice of what the file says, after a transaction was rolled back. */
	reload() {
		this.#changes.clear();
		this.#count = 0;
		this.#due = 0;
		if (this.#db.prepare("SELECT 1 FROM sqlite_schema WHERE name='crdt_hidden'").get() === void 0) return;
		const [count, due] = this.#db.prepare("SELECT count(*),total(due) FROM crdt_hidden").raw().get();
		this.#count = count;
		this.#due = due;
	}
};
// ../../packages/store-sqlite/dist/archive/identities.js
const chunk = 64;
/** `crdt_rows`: which row a local key is, and where a row is shown. One index look-up each. */
var Identities = class {
	#db;
	#uidOf;
	#keyOf;
	#anyOf;
	#remove;
	#insert;
	#insertMany;
	constructor(db) {
		this.#db = db;
		this.#uidOf = db.prepare("SELECT uid FROM crdt_rows WHERE tbl=? AND key=?").pluck();
		this.#keyOf = db.prepare("SELECT key FROM crdt_rows WHERE uid=? AND tbl=?").pluck().safeIntegers();
		this.#anyOf = db.prepare(`SELECT 1 FROM crdt_rows WHERE uid IN(${new Array(chunk).fill("?").join(",")}) LIMIT 1`).pluck();
		this.#remove = db.prepare("DELETE FROM crdt_rows WHERE tbl=? AND key=?");
		this.#insert = db.prepare("INSERT INTO crdt_rows(tbl,key,uid)VALUES(?,?,?)");
		const rows = new Array(chunk).fill("(?,?,?)").join(",");
		this.#insertMany = db.prepare(`INSERT OR FAIL INTO crdt_rows(tbl,key,uid)VALUES${rows}`);
	}
	uidOf(table, key) {
		return this.#uidOf.get(table, bindKey(key));
	}
	keyOf(table, uid) {
		const key = this.#keyOf.get(uid, table);
		return key === void 0 ? void 0 : readKey(key);
	}
	/** Where each of these rows is shown; a run of rows that are all new, the usual case while catching up, costs one query. */
	keysOf(table, rows) {
		const keys = new Array(rows.length).fill(void 0);
		const uids = new Array(chunk);
		for (let from = 0; from < rows.length; from += chunk) {
			const to = Math.min(from + chunk, rows.length);
			for (let i = from; i < to; i++) uids[i - from] = rows[i].uid;
			if (to - from === chunk && this.#anyOf.get(uids) === void 0) continue;
			for (let i = from; i < to; i++) keys[i] = this.keyOf(table, rows[i].uid);
		}
		return keys;
	}
	/** All keys of a table above `after` and up to `last`, with what they are; without bounds where these are absent. */
	between(table, after, last) {
		const bounds = [...after === void 0 ? [] : ["key>?"], ...last === void 0 ? [] : ["key<=?"]];
		const rows = this.#db.prepare(`SELECT key,uid FROM crdt_rows WHERE ${["tbl=?", ...bounds].join(" AND ")}`).raw().safeIntegers().all(table, ...[after, last].filter((bound) => bound !== void 0).map(bindKey));
		return new Map(rows.map(([key, uid]) => [readKey(key), uid]));
	}
	/** Says what these keys are from now on. */
	assign(keys) {
		for (const { table, key } of keys) this.#remove.run(table, bindKey(key));
		for (const { table, key, uid } of keys) if (uid !== void 0) this.#insert.run(table, bindKey(key), uid);
	}
	remove(table, key) {
		this.#remove.run(table, bindKey(key));
	}
	/** Adds rows whose keys and uids are not there yet. */
	add(table, rows) {
		let at = 0;
		for (; at + chunk <= rows.length; at += chunk) {
			const bindings = [];
			for (let i = at; i < at + chunk; i++) bindings.push(table, rows[i].key, rows[i].uid);
			this.#insertMany.run(bindings);
		}
		for (; at < rows.length; at++) this.#insert.run(table, bindKey(rows[at].key), rows[at].uid);
	}
};
// ../../packages/store-sqlite/dist/archive/adopted-rows.js
/**
* Rows about to be shown that were adopted and stand in this file, with the values of those groups that carry a time:
* another node may have adopted the same row when it was older.
*/
function adoptedRows({ table, reader }, rows, keys) {
	const timed = table.groups.flatMap((group) => {
		const time = timeIn(table, group);
		return time === void 0 ? [] : [{
			group,
			time
		}];
	});
	if (timed.length === 0) return [];
	return rows.flatMap(({ table: name, uid, view, here: read }, i) => {
		const key = keys[i];
		if (key === void 0 || view?.stamp !== "base" || view.slots !== void 0 || read) return [];
		const here = reader.one(key);
		if (here === void 0) return [];
		return [{
			table: name,
			uid,
			groups: timed.map(({ group, time }) => ({
				name: group.name,
				values: here.values.slice(group.from, group.to),
				isLater: void 0,
				time
			}))
		}];
	});
}
/** Which of a group's values is their time; undefined where none is, or the file lacks a part of the group. */
function timeIn({ mapping, columns, present }, group) {
	const column = mapping.times?.[group.name];
	const time = column === void 0 ? -1 : columns.indexOf(column, group.from) - group.from;
	return time >= 0 && present.slice(group.from, group.to).every(Boolean) ? time : void 0;
}
// ../../packages/store-sqlite/dist/archive/allocate-keys.js
/** An author's key beyond this is not followed: it would push every later key of this file out of people's sight. */
const greatestHint = 2 ** 48;
/** SQLite's greatest rowid. */
const greatestKey = 2n ** 63n - 1n;
/**
* Gives rows of other nodes their local keys: the author's key where it is free, else the next ones. The caller holds the
* write lock. O(n) where the authors' keys ascend above all that are there, else O(n log n) with a look-up for each.
*
* @returns the rows by ascending key, so that the table grows at its end
*/
function allocateKeys(db, table, views) {
	const name = quote(table.mapping.key);
	const from = quote(table.mapping.name);
	const isTaken = prepared(db, `SELECT 1 FROM ${from} WHERE ${name}=?`).pluck();
	let end = max(prepared(db, `SELECT max(${name}) FROM ${from}`).pluck().safeIntegers().get() ?? 0n, autoincrementOf(db, table.mapping.name), 0n);
	const top = Number(end);
	let last = top;
	let given;
	const kept = [];
	const others = [];
	for (const view of views) {
		const { hint } = view;
		if (hint === null || hint > greatestHint) others.push(view);
		else if (hint > last) {
			last = hint;
			given?.add(hint);
			kept.push({
				key: hint,
				view
			});
		} else {
			given ??= new Set(kept.map(({ key }) => key));
			if (given.has(hint) || hint <= top && isTaken.get(BigInt(hint)) !== void 0) others.push(view);
			else {
				given.add(hint);
				kept.push({
					key: hint,
					view
				});
			}
		}
	}
	if (given !== void 0) kept.sort((a, b) => a.key - b.key);
	if (others.length === 0) return kept;
	end = max(end, BigInt(kept.at(-1)?.key ?? 0));
	const used = given ?? new Set(kept.map(({ key }) => key));
	const isFree = (key) => !used.has(Number(key)) && isTaken.get(key) === void 0;
	const next = end + BigInt(others.length) <= greatestKey ? () => ++end : gaps(isFree);
	return [...kept, ...others.map((view) => ({
		key: fromInteger(next()),
		view
	}))];
}
/** The free keys from 1 on, where no key above the greatest is left. O(keys that are taken there). */
function gaps(isFree) {
	let key = 0n;
	return () => {
		do
			key++;
		while (!isFree(key));
		return key;
	};
}
function max(...values) {
	let greatest = values[0];
	for (const value of values) if (value > greatest) greatest = value;
	return greatest;
}
function autoincrementOf(db, table) {
	if (prepared(db, "SELECT 1 FROM sqlite_schema WHERE name='sqlite_sequence'").pluck().get() === void 0) return 0n;
	const seq = prepared(db, "SELECT max(seq) FROM sqlite_sequence WHERE name=?").pluck().safeIntegers().get(table);
	return typeof seq === "bigint" ? seq : 0n;
}
// ../../packages/store-sqlite/dist/archive/own-key.js
/** The key that a row of another node brings along; undefined where its uid is not that key's. */
function ownKey(table, naturalKey, view, hasher) {
	const key = naturalKey.of(naturalKey.columns.map((name) => view.values[table.columns.indexOf(name)] ?? null));
	const { name } = table.mapping;
	return naturalKey.fits(key) && isSame(naturalKey.uid(hasher, name, key), view.uid) ? key : void 0;
}
function isSame(a, b) {
	return a.every((byte, i) => byte === b[i]);
}
// ../../packages/store-sqlite/dist/archive/look.js
/** All of these rows as they should be shown, in portions that fit into memory. */
function* lookAtAll(state, rows) {
	for (let at = 0; at < rows.length;) {
		const seen = state.look(at === 0 ? rows : rows.slice(at));
		yield seen;
		at += seen.length;
	}
}
// ../../packages/store-sqlite/dist/archive/whole-rows.js
/**
* Rows of one table, each whole: what has not changed of a row is what the file shows. A row that the file holds back, or
* has lost, is not there as the state believes, and the state is asked for all of it.
*/
function wholeRows({ table, reader }, rows, keys, isHeldBack, state) {
	const missing = [];
	const whole = rows.map((row, i) => {
		if (!("changed" in row)) return row;
		const key = keys[i];
		const here = key === void 0 || isHeldBack(row.uid) ? void 0 : reader.one(key);
		if (here === void 0) {
			missing.push(i);
			return {
				table: row.table,
				uid: row.uid,
				view: void 0
			};
		}
		const { uid, dot, stamp, changed } = row;
		const values = changed.map((value, column) => value === void 0 ? here.values[column] : value);
		return {
			table: row.table,
			uid,
			view: {
				table: row.table,
				uid,
				dot,
				stamp,
				hint: null,
				values
			},
			here
		};
	});
	const keysOf = missing.map((i) => ({
		table: table.mapping.name,
		uid: rows[i].uid
	}));
	let at = 0;
	for (const seen of lookAtAll(state, keysOf)) for (const row of seen) whole[missing[at++]] = row;
	return whole;
}
// ../../packages/store-sqlite/dist/archive/materialiser.js
/**
* Makes the archive show rows as planned. The caller holds the write lock. A row that `isClaimed` stands in the archive
* already and is left to whoever claims it.
*/
var Materialiser = class {
	#db;
	#hasher;
	#identities;
	#refused;
	#hidden;
	#contest;
	#accessOf;
	#isClaimed;
	#state;
	#now = 0;
	#shown = 0;
	#refusals = 0;
	constructor(db, hasher, identities, refused, hidden, contest, accessOf, isClaimed, state) {
		this.#db = db;
		this.#hasher = hasher;
		this.#identities = identities;
		this.#refused = refused;
		this.#hidden = hidden;
		this.#contest = contest;
		this.#accessOf = accessOf;
		this.#isClaimed = isClaimed;
		this.#state = state;
	}
	/** `now` in Unix milliseconds: from then on refused rows wait. Rows of tables that this file lacks are passed over. */
	show(pages, now) {
		this.#now = now;
		this.#shown = 0;
		this.#refusals = 0;
		for (const page of pages) for (const rows of runsOf(page)) this.#showRun(rows);
		return {
			shown: this.#shown,
			refused: this.#refusals
		};
	}
	/** Rows of one table. */
	#showRun(planned) {
		const access = this.#accessOf(planned[0].table);
		if (access === void 0) return;
		const keys = this.#identities.keysOf(access.table.id, planned);
		const isHeldBack = (uid) => this.#refused.has(uid) || this.#hidden.has(uid);
		const whole = wholeRows(access, planned, keys, isHeldBack, this.#state);
		const rows = this.#withOurLatest(whole, adoptedRows(access, whole, keys));
		const inserts = [];
		for (const [i, { uid, view, here }] of rows.entries()) {
			const key = keys[i];
			if (view === void 0) this.#hide(access, uid, key);
			else if (this.#isClaimed(access, view)) continue;
			else if (key === void 0 || !this.#update(access, key, view, here)) inserts.push(view);
		}
		this.#insert(access, inserts);
	}
	/** What this node adopted later than others is written by it, and so it stays. */
	#withOurLatest(rows, adopted) {
		if (adopted.length === 0) return rows;
		const latest = new Map(this.#state.weigh(adopted).rows.map((row) => [uidText(row.uid), row]));
		return latest.size === 0 ? rows : rows.map((row) => latest.get(uidText(row.uid)) ?? row);
	}
	#hide(access, uid, key) {
		if (key !== void 0) this.#delete(access, uid, key);
		this.#settled(access, uid);
	}
	#delete({ table, writer }, uid, key) {
		writer.delete(key);
		this.#identities.remove(table.id, key);
		this.#hidden.release(uid);
		this.#shown++;
	}
	/** Whether the row is there at all. */
	#update(access, key, view, read) {
		const here = read ?? access.reader.one(key);
		if (here === void 0) {
			this.#identities.remove(access.table.id, key);
			return false;
		}
		let wrote = false;
		const write = (replace = false) => {
			wrote = access.writer.update(here, view, replace);
		};
		const refusal = attempt(write);
		if (refusal === void 0) {
			this.#settled(access, view.uid);
			this.#hidden.release(view.uid);
		} else {
			const outcome = this.#contested(access, view, refusal, () => write(true));
			if (outcome === "lost") this.#delete(access, view.uid, key);
			wrote = outcome === "won";
		}
		if (wrote) this.#shown++;
		return true;
	}
	#insert(access, views) {
		if (views.length === 0) return;
		let accepted = [];
		const identify = () => {
			this.#identities.add(access.table.id, accepted);
			this.#shown += accepted.length;
			accepted = [];
		};
		for (const { key, view } of this.#withKeys(access, views)) {
			const refusal = access.writer.insert(key, view);
			if (refusal === void 0) this.#settled(access, view.uid);
			else {
				identify();
				if (this.#contested(access, view, refusal, () => access.writer.replace(key, view)) !== "won") continue;
			}
			accepted.push({
				key,
				uid: view.uid
			});
		}
		identify();
	}
	/** What becomes of a row that the file refuses at first. */
	#contested(access, view, refusal, replace) {
		const outcome = refusal.isTaken ? this.#contest.decide(access, view, replace) : "unknown";
		if (outcome === "unknown") {
			this.#refuse(access, view.uid, refusal.reason);
			return "refused";
		}
		this.#refused.remove(view.uid);
		return outcome;
	}
	/** The row is as it shall be. */
	#settled({ table }, uid) {
		this.#refused.remove(uid);
		this.#hidden.remove(table.id, uid);
	}
	#withKeys(access, views) {
		const { table } = access;
		const { naturalKey } = table;
		if (naturalKey === void 0) return allocateKeys(this.#db, table, views);
		return views.flatMap((view) => {
			const key = ownKey(table, naturalKey, view, this.#hasher);
			if (key !== void 0) return [{
				key,
				view
			}];
			this.#refuse(access, view.uid, "its author gave it a uid that is not its key's");
			return [];
		});
	}
	#refuse({ table }, uid, reason) {
		this.#refused.add(table.id, uid, reason, this.#now);
		this.#refusals++;
	}
};
/** Parts of a page that are of one table each, in order. */
function* runsOf(page) {
	for (let from = 0; from < page.length;) {
		const { table } = page[from];
		let to = from + 1;
		while (to < page.length && page[to].table === table) to++;
		yield from === 0 && to === page.length ? page : page.slice(from, to);
		from = to;
	}
}
// ../../packages/store-sqlite/dist/archive/outbox.js
const unixEpochJulianDay = 2440587.5;
const dayMs = 864e5;
/**
* Reads the outbox inside the caller's transaction, or the part of it that ends with the entry `end`. Of adopted rows those up to
* the entry `known` do not count.
*/
function readOutbox(db, limits, known = 0, end) {
	const statement = prepared(db, "SELECT id,token,kind,tbl,key,was,grp,time FROM crdt_outbox WHERE id<=? ORDER BY id LIMIT ?").raw().safeIntegers();
	const entries = [];
	let adopted = 0;
	const through = end ?? Number.MAX_SAFE_INTEGER;
	for (const row of statement.iterate(through, limits.entries + 1)) {
		const entry = toEntry(row);
		if (adopted >= limits.adopted && entry.kind !== entryKind.adopt) return {
			entries,
			cut: true
		};
		if (entry.kind === entryKind.adopt && entry.id > known && ++adopted > limits.adopted) return {
			entries,
			cut: true
		};
		entries.push(entry);
	}
	if (entries.length <= limits.entries) return {
		entries,
		cut: end !== void 0
	};
	return {
		entries: entries.slice(0, largestGap(entries)),
		cut: true,
		isSplit: true
	};
}
/** Where the longest pause lies: the most likely boundary between two transactions. At least 1. */
function largestGap(entries) {
	let at = entries.length - 1;
	let gap = -1;
	for (let i = 1; i < entries.length; i++) {
		const pause = entries[i].time - entries[i - 1].time;
		if (pause < gap) continue;
		gap = pause;
		at = i;
	}
	return at;
}
function isOutboxEmpty(db) {
	return prepared(db, "SELECT 1 FROM crdt_outbox LIMIT 1").get() === void 0;
}
function toEntry([id, token, kind, table, key, was, group, day]) {
	return {
		id: Number(id),
		token: token ?? /* @__PURE__ */ new Uint8Array(16),
		kind: Number(kind),
		table: Number(table),
		key: readKey(key),
		was: was === null ? null : readKey(was),
		group,
		time: day === null ? 0 : Math.round((day - unixEpochJulianDay) * dayMs)
	};
}
// ../../packages/store-sqlite/dist/archive/fold.js
/**
* Folds the outbox per key: a delete ends an identity, an insert on a known key ends it too (REPLACE fires no delete
* trigger), the content is what the snapshot holds, insert and delete within one drain leave nothing, and a change of
* the key carries the identity along.
*
* `drained` entries were committed to the state by a drain whose end in this file was lost: they come first, and only
* tell who is who. `identity` reads `crdt_rows`. O(entries).
*/
function foldOutbox(entries, drained, identity) {
	const tables = /* @__PURE__ */ new Map();
	const ended = [];
	let unknown = 0;
	let settled = drained.size === 0;
	const at = (table, key) => {
		const keys = keysOf(table);
		if (keys.has(key)) return keys.get(key);
		const uid = identity(table, key);
		const live = uid && {
			uid,
			fresh: void 0,
			groups: /* @__PURE__ */ new Set(),
			time: 0,
			order: -1
		};
		keys.set(key, live);
		return live;
	};
	const keysOf = (table) => {
		let keys = tables.get(table);
		if (keys === void 0) {
			keys = /* @__PURE__ */ new Map();
			tables.set(table, keys);
		}
		return keys;
	};
	const end = (table, live, time, isLost = false) => {
		if (live !== void 0 && live.fresh !== "own") ended.push({
			table,
			uid: live.uid,
			time,
			isLost
		});
	};
	const forgetWhatWasCommitted = () => {
		settled = true;
		ended.length = 0;
		unknown = 0;
		for (const keys of tables.values()) for (const live of keys.values()) {
			if (live === void 0) continue;
			live.fresh = void 0;
			live.groups.clear();
		}
	};
	for (const [order, entry] of entries.entries()) {
		const { table, key, time } = entry;
		if (!settled && !drained.has(entry.id)) forgetWhatWasCommitted();
		const keys = keysOf(table);
		const live = at(table, key);
		switch (entry.kind) {
			case entryKind.insert:
				end(table, live, time);
				keys.set(key, {
					uid: uidOfInsert(time, entry.token),
					fresh: "own",
					groups: /* @__PURE__ */ new Set(),
					time,
					order
				});
				break;
			case entryKind.adopt:
				if (live === void 0) keys.set(key, {
					uid: entry.token,
					fresh: "base",
					groups: /* @__PURE__ */ new Set(),
					time,
					order
				});
				break;
			case entryKind.delete:
			case entryKind.lost:
				end(table, live, time, entry.kind === entryKind.lost);
				keys.set(key, void 0);
				break;
			case entryKind.update: {
				const moved = entry.was !== null && entry.was !== key ? at(table, entry.was) : void 0;
				if (moved !== void 0) {
					end(table, live, time);
					keys.set(entry.was, void 0);
					keys.set(key, moved);
				}
				const target = moved ?? live;
				if (target === void 0) {
					unknown++;
					break;
				}
				if (entry.group !== null) target.groups.add(entry.group);
				target.time = time;
				target.order = order;
				break;
			}
		}
	}
	if (!settled) forgetWhatWasCommitted();
	const touched = [...tables].flatMap(([table, keys]) => [...keys].map(([key, live]) => ({
		table,
		key,
		live
	})));
	const reported = touched.flatMap(({ table, key, live }) => live !== void 0 && (live.fresh !== void 0 || live.groups.size > 0) ? [{
		...live,
		table,
		key
	}] : []);
	reported.sort((a, b) => a.order - b.order);
	return {
		rows: reported,
		ended,
		keys: touched.map(({ table, key, live }) => ({
			table,
			key,
			uid: live?.uid
		})),
		unknown,
		keyless: 0
	};
}
// ../../packages/store-sqlite/dist/archive/fold-keyed.js
/**
* Folds the entries of tables whose key replicates: the key says which row it is, so a change of the key is the end of
* one row and the beginning of another, and whatever was deleted and inserted again is the same row with a new content.
* Rows without a whole key stay local.
*
* `drained` and `identity` as for `foldOutbox`; `uidOf` gives the uid of a key. O(entries).
*/
function foldKeyed(entries, drained, identity, uidOf) {
	const seen = /* @__PURE__ */ new Map();
	let unknown = 0;
	let keyless = 0;
	let settled = drained.size === 0;
	const at = (table, key) => {
		const name = `${table} ${key}`;
		const before = seen.get(name);
		if (before !== void 0) return before;
		const uid = uidOf(table, key);
		if (uid === void 0) return void 0;
		const known = identity(table, key) !== void 0;
		const row = {
			order: -1,
			table,
			key,
			uid,
			known,
			present: known,
			placed: void 0,
			renamed: false,
			isLost: false,
			groups: /* @__PURE__ */ new Set(),
			time: 0
		};
		seen.set(name, row);
		return row;
	};
	const place = (table, key, how, time, order) => {
		const row = at(table, key);
		if (row === void 0) keyless++;
		else Object.assign(row, {
			present: true,
			placed: how,
			groups: /* @__PURE__ */ new Set(),
			time,
			order
		});
	};
	const remove = (table, key, renamed, time) => {
		const row = at(table, key);
		if (row !== void 0) Object.assign(row, {
			present: false,
			placed: void 0,
			renamed,
			isLost: false,
			time
		});
	};
	const lose = (table, key, time) => {
		remove(table, key, false, time);
		Object.assign(at(table, key) ?? {}, { isLost: true });
	};
	const forgetWhatWasCommitted = () => {
		settled = true;
		unknown = 0;
		keyless = 0;
		for (const row of seen.values()) {
			Object.assign(row, {
				known: row.present,
				placed: void 0
			});
			row.groups.clear();
		}
	};
	for (const [order, { id, kind, table, key, was, group, time }] of entries.entries()) {
		if (!settled && !drained.has(id)) forgetWhatWasCommitted();
		if (kind === entryKind.insert) place(table, key, "own", time, order);
		else if (kind === entryKind.delete) remove(table, key, false, time);
		else if (kind === entryKind.lost) lose(table, key, time);
		else if (kind === entryKind.adopt) {
			if (at(table, key)?.placed === void 0) place(table, key, "base", time, order);
		} else if (was !== null && was !== key) {
			if (was !== "") remove(table, was, true, time);
			place(table, key, "own", time, order);
		} else {
			const row = at(table, key);
			if (row === void 0) keyless++;
			else if (!row.present) unknown++;
			else {
				if (group !== null) row.groups.add(group);
				Object.assign(row, {
					time,
					order
				});
			}
		}
	}
	if (!settled) forgetWhatWasCommitted();
	const rows = [];
	const ended = [];
	for (const { table, key, uid, known, present, placed, renamed, isLost, groups, time, order } of seen.values()) if (!present) {
		if (known) ended.push({
			table,
			uid,
			time,
			renamed,
			isLost
		});
	} else if (placed !== void 0 || groups.size > 0) {
		const replaces = known && placed === "own";
		rows.push({
			table,
			key,
			uid,
			fresh: placed,
			replaces,
			groups,
			time,
			order
		});
	}
	rows.sort((a, b) => a.order - b.order);
	return {
		rows,
		ended,
		keys: [...seen.values()].map(({ table, key, uid, present }) => ({
			table,
			key,
			uid: present ? uid : void 0
		})),
		unknown,
		keyless
	};
}
// ../../packages/store-sqlite/dist/archive/fold-entries.js
/** Folds the outbox, each entry as the keys of its table ask for; entries of other tables are passed over. */
function foldEntries(entries, drained, { tableOf, identity, hasher }) {
	const numbered = [];
	const keyed = [];
	for (const entry of entries) {
		const table = tableOf(entry.table);
		if (table === void 0) continue;
		if (isKeyed(entry)) {
			if (table.naturalKey !== void 0) keyed.push(entry);
		} else if (table.naturalKey === void 0) numbered.push(entry);
	}
	const fold = foldOutbox(numbered, drained, identity);
	if (keyed.length === 0) return fold;
	const uidOf = (id, key) => {
		const { naturalKey, mapping } = tableOf(id);
		return naturalKey?.fits(key) ? naturalKey.uid(hasher, mapping.name, key) : void 0;
	};
	const other = foldKeyed(keyed, drained, identity, uidOf);
	return {
		rows: [...fold.rows, ...other.rows],
		ended: [...fold.ended, ...other.ended],
		keys: [...fold.keys, ...other.keys],
		unknown: fold.unknown + other.unknown,
		keyless: other.keyless
	};
}
function isKeyed(entry) {
	return typeof entry.key === "string";
}
// ../../packages/store-sqlite/dist/archive/seams.js
/** Seams that are remembered; then every other one is forgotten. */
const most = 4096;
/**
* Where transactions of the application end in the outbox, as far as somebody looked at it between two of them. There a long
* outbox can be cut without taking a transaction apart. All methods run inside the caller's transaction.
*/
var Seams = class {
	#db;
	/** Ids of last entries, ascending. */
	#ids = [];
	constructor(db) {
		this.#db = db;
	}
	/** What the outbox holds in this snapshot ends with a transaction. O(log n). */
	note() {
		const last = prepared(this.#db, "SELECT max(id) FROM crdt_outbox").pluck().get();
		if (typeof last !== "number") this.#ids = [];
		else if (last > (this.#ids.at(-1) ?? 0)) this.#ids.push(last);
		else if (last < this.#ids.at(-1)) this.#ids = [last];
		if (this.#ids.length > most) this.#ids = this.#ids.filter((_, i) => i % 2 === 1);
	}
	/**
	* The last entry of a part of some `size` entries after the entry `known`, which is to be captured before what follows;
	* undefined where no seam makes it shorter, or what follows writes rows of it again: then the part would hold values of later
	* transactions. O(entries).
	*/
	endOfPart(known, size, longest) {
		const { id, kind } = prepared(this.#db, "SELECT id,kind FROM crdt_outbox WHERE id>? ORDER BY id LIMIT 1").get(known) ?? {};
		if (id === void 0 || kind === entryKind.adopt) return void 0;
		const later = this.#ids.filter((seam) => seam >= id);
		const end = later.findLast((seam) => seam < id + size) ?? later[0];
		if (end === void 0 || end === later.at(-1) || end >= id + longest) return void 0;
		return this.#isWrittenAgain(end) ? void 0 : end;
	}
	/** Whether a row of which the outbox speaks up to this entry is spoken of again later. */
	#isWrittenAgain(end) {
		const before = "SELECT tbl,key FROM crdt_outbox WHERE id<=? UNION ALL SELECT tbl,was FROM crdt_outbox WHERE id<=?";
		const again = `SELECT 1 FROM crdt_outbox WHERE id>? AND ((tbl,key) IN (${before}) OR (was<>key AND (tbl,was) IN (${before}))) LIMIT 1`;
		return prepared(this.#db, again).get(end, end, end, end, end) !== void 0;
	}
};
// ../../packages/store-sqlite/dist/archive/outbox-reader.js
const unlimited = {
	entries: Number.MAX_SAFE_INTEGER - 1,
	adopted: Number.MAX_SAFE_INTEGER
};
const defaultLimits = {
	entries: 2e5,
	adopted: 2e3,
	part: 5e3
};
/** Entries that the state has already and that one run takes out of the outbox, at least; they are locked out for some 7 µs each. */
const settledAtOnce = 1e4;
/** Of an outbox that begins with many entries that the state has, these alone, in portions: they need no common transaction. */
function settledPart(drain, drained) {
	const { entries } = drain;
	if (drained.size <= settledAtOnce || !drained.has(entries[settledAtOnce].id)) return drain;
	return {
		entries: entries.slice(0, settledAtOnce),
		cut: true
	};
}
/** Reads what the application did since the last run. */
var OutboxReader = class {
	#db;
	#identities;
	#state;
	#accessOf;
	#limits;
	#hasher;
	#seams;
	/** The last entry that was captured; a guess, which only says how much is read at once. */
	#known = 0;
	constructor(db, identities, state, accessOf, options) {
		this.#db = db;
		this.#identities = identities;
		this.#state = state;
		this.#accessOf = accessOf;
		this.#limits = options.outbox ?? defaultLimits;
		this.#hasher = options.hasher;
		this.#seams = new Seams(db);
	}
	/**
	* The outbox of the snapshot that the transaction sees, folded into what the state shall know of it. It is plain where
	* whoever reads its entries later, knowing that the state has them, comes to the same keys without looking at a row. A long
	* outbox is read in parts; with `onlyKnown` no further one than was captured before.
	*/
	read(onlyKnown = false) {
		this.#seams.note();
		const { part, entries } = this.#limits;
		const end = onlyKnown ? this.#known : part && this.#seams.endOfPart(this.#known, part, entries);
		const whole = readOutbox(this.#db, this.#limits, this.#known, end);
		return this.#fold(whole, 67108864) ?? this.#fold(this.#portionOf(whole), Number.POSITIVE_INFINITY);
	}
	/** The snapshot that the transaction sees begins and ends between transactions of the application. */
	look() {
		this.#seams.note();
	}
	/** The state has these entries now. */
	know(entries) {
		this.#known = entries.at(-1)?.id ?? this.#known;
	}
	/** The same, however large it is. */
	readAll() {
		return this.#fold(readOutbox(this.#db, unlimited), Number.POSITIVE_INFINITY);
	}
	/** Undefined where its rows have more bytes. */
	#fold(read, mostBytes) {
		const drained = this.#state.drained(read.entries);
		const drain = settledPart(read, drained);
		const fold = foldEntries(this.#settled(drain.entries), drained, {
			tableOf: (id) => this.#accessOf(id)?.table,
			identity: (table, key) => this.#identities.uidOf(table, key),
			hasher: this.#hasher
		});
		const found = this.#intentsOf(fold, mostBytes);
		if (found === void 0) return void 0;
		const { intents, times, evicted, fresh, keys, unreplicable, unknown } = found;
		return {
			drain,
			fold,
			captured: {
				intents,
				times,
				entries: drain.entries.filter(({ id }) => !drained.has(id)),
				evicted
			},
			fresh,
			keys,
			unreplicable,
			isPlain: unknown.size === 0 && !drain.entries.some(({ kind }) => kind === entryKind.contested)
		};
	}
	/** The beginning of an outbox whose rows have too many bytes for one drain. */
	#portionOf({ entries }) {
		const accessOf = (id) => this.#accessOf(id);
		function* sizes() {
			const seen = /* @__PURE__ */ new Set();
			for (const { table, key } of entries) {
				const row = `${table} ${key}`;
				const bytes = seen.has(row) ? 0 : accessOf(table)?.reader.sizeOf(key) ?? 0;
				yield bytes > greatestRow ? 0 : bytes;
				seen.add(row);
			}
		}
		return {
			entries: entries.slice(0, fitting(sizes(), drainedAtOnce)),
			cut: true,
			isSplit: true
		};
	}
	/** A row that was about to lose a UNIQUE value was deleted by that if it is gone, and otherwise nothing happened. */
	#settled(entries) {
		if (!entries.some(({ kind }) => kind === entryKind.contested)) return entries;
		return entries.flatMap((entry) => {
			if (entry.kind !== entryKind.contested) return [entry];
			return this.#accessOf(entry.table)?.reader.one(entry.key) !== void 0 ? [] : [{
				...entry,
				kind: entryKind.delete
			}];
		});
	}
	/** Whether the file has room for rows that do not fit into one drain. */
	#isLarge() {
		return this.#db.pragma("page_count", { simple: true }) * this.#db.pragma("page_size", { simple: true }) > drainedAtOnce;
	}
	/**
	* What the folded outbox asks of the state, in the order in which it happened, and what its keys are afterwards;
	* undefined where the rows have more bytes than may be.
	*/
	#intentsOf(fold, mostBytes) {
		const isLarge = fold.rows.length > 0 && this.#isLarge();
		let total = 0;
		const timed = [];
		const evicted = [];
		const unknown = /* @__PURE__ */ new Set();
		const unreplicable = [];
		for (const { table: id, uid, time, renamed, isLost } of fold.ended) {
			const { mapping } = this.#accessOf(id).table;
			if ((renamed || mapping.deletes === "replicate" && !isLost) && mapping.kind !== "grow-only") timed.push({
				intent: {
					kind: "row.remove",
					table: mapping.name,
					uid
				},
				time
			});
			else evicted.push({
				table: mapping.name,
				uid
			});
		}
		for (const row of fold.rows) {
			const { table, reader } = this.#accessOf(row.table);
			const name = table.mapping.name;
			const { uid, time } = row;
			const bytes = isLarge ? reader.sizeOf(row.key) : 0;
			if (bytes > greatestRow) {
				unreplicable.push({
					table: name,
					key: row.key,
					bytes
				});
				if (row.fresh !== void 0 && !row.replaces) unknown.add(uid);
				continue;
			}
			total += bytes;
			if (total > mostBytes) return void 0;
			const content = reader.one(row.key);
			if (content === void 0) {
				if (row.fresh !== "own" || row.replaces) evicted.push({
					table: name,
					uid
				});
				unknown.add(uid);
				continue;
			}
			if (row.fresh !== void 0) {
				if (row.replaces && table.mapping.kind !== "grow-only") timed.push({
					intent: {
						kind: "row.remove",
						table: name,
						uid
					},
					time
				});
				const hint = typeof row.key === "number" ? row.key : null;
				const base = row.fresh === "base" ? { base: true } : {};
				timed.push({
					intent: {
						kind: "row.add",
						table: name,
						uid,
						hint,
						values: content.values,
						...base
					},
					time
				});
				if (row.fresh === "own") continue;
			}
			for (const group of table.groups) {
				if (!row.groups.has(group.name) || group.initialOnly) continue;
				if (row.fresh === "base" && timeIn(table, group) !== void 0) continue;
				const values = content.values.slice(group.from, group.to);
				timed.push({
					intent: {
						kind: "row.set",
						table: name,
						uid,
						group: group.name,
						values
					},
					time
				});
			}
		}
		timed.sort((a, b) => a.time - b.time);
		return {
			intents: timed.map(({ intent }) => intent),
			times: timed.map(({ time }) => time),
			evicted,
			/** Rows that the application added. */
			fresh: fold.rows.filter(({ fresh, uid }) => fresh === "own" && !unknown.has(uid)),
			keys: fold.keys.map((one) => one.uid && unknown.has(one.uid) ? {
				...one,
				uid: void 0
			} : one),
			unreplicable,
			unknown
		};
	}
};
// ../../packages/store-sqlite/dist/archive/exchange.js
/** While catching up in a file that somebody else writes too. */
const shared = {
	rows: 5e3,
	ms: 100
};
/**
* While catching up in a file that nobody else has written lately. Each run costs the same again, however many rows it
* shows; a writer who comes now waits this long once, a tenth of what he is prepared to.
*/
const alone = {
	rows: 2e4,
	ms: 400
};
// ../../packages/store-sqlite/dist/archive/pace.js
const fewestRows = 100;
/** After so many ms without another writer the file is ours alone, until one is seen. */
const lonelyMs = 1e4;
/** How much one run may do, by who else writes the file and by what the last runs took. */
var Pace = class {
	#now;
	#version;
	/** When another writer was last noticed. */
	#otherWriterAt = 0;
	/** Between the last run and the one before. */
	#otherWrote = false;
	#rowsPerMs = 20;
	/** `now` in Unix milliseconds. */
	constructor(now) {
		this.#now = now;
	}
	/** The archive's `data_version` within a run; another one than the last means another writer. */
	notice(version) {
		this.#otherWrote = this.#version !== void 0 && version !== this.#version;
		if (this.#otherWrote) this.#otherWriterAt = this.#now();
		this.#version = version;
	}
	get isShared() {
		return this.#now() - this.#otherWriterAt < lonelyMs;
	}
	get otherWriter() {
		return this.#otherWrote ? "now" : this.isShared ? "lately" : "none";
	}
	get budget() {
		return this.isShared ? shared : alone;
	}
	/** Rows that a run of this budget can show. */
	rows(budget) {
		const affordable = Math.floor(this.#rowsPerMs * budget.ms);
		return Math.min(budget.rows, Math.max(fewestRows, affordable));
	}
	/** The first runs of a process are its slowest, and each run costs the same again: what goes faster counts at once. */
	learn(rows, ms) {
		if (rows < fewestRows || ms <= 0) return;
		const rowsPerMs = rows / ms;
		this.#rowsPerMs = Math.max(rowsPerMs, (this.#rowsPerMs + rowsPerMs) / 2);
	}
};
// ../../packages/store-sqlite/dist/archive/reconcile/presence.js
/** Where a row's stamp names the row. */
const operationIdAt = stampColumns.indexOf("crdt_operation_id");
/** How the rows of a table are recognised: by those of its immutable columns that this file has. */
function identificationOf({ mapping, columns, present }) {
	const identity = columns.flatMap((name, index) => present[index] && mapping.identity.includes(name) ? [{
		name,
		index
	}] : []);
	return {
		table: mapping.name,
		columns: identity
	};
}
/**
* Makes rows that stand in the archive what the state says, and tells the state first what stands there instead. All of
* them have their identity in `crdt_rows`; the caller holds the write lock.
*/
function settlePresent(parts, present) {
	if (present.length === 0) return {
		taken: 0,
		recorded: 0
	};
	const { state, nonce } = parts;
	const unevicted = present.filter(({ isEvicted }) => isEvicted).map(keyOf);
	if (unevicted.length > 0) state.plan({
		nonce: nonce(),
		captured: {
			...nothingCaptured,
			unevicted
		},
		maxRows: 0,
		also: []
	});
	let done = {
		taken: 0,
		recorded: 0
	};
	let at = 0;
	for (const rows of lookAtAll(state, present.map(keyOf))) {
		const { taken, recorded } = settleSome(parts, present.slice(at, at + rows.length), rows);
		done = {
			taken: done.taken + taken,
			recorded: done.recorded + recorded
		};
		at += rows.length;
	}
	return done;
}
const keyOf = ({ access, uid }) => ({
	table: access.table.mapping.name,
	uid
});
/** Settles rows of which it is known how they should be shown. */
function settleSome({ state, show }, present, rows) {
	const views = new Map(rows.map((row) => [uidText(row.uid), row]));
	const found = [];
	const unlike = /* @__PURE__ */ new Set();
	for (const one of present) {
		const { access, row, uid } = one;
		const name = uidText(uid);
		const view = views.get(name)?.view;
		if (view === void 0) continue;
		const groups = differences(access.table, row, view);
		if (groups.length > 0) found.push({
			...keyOf(one),
			groups
		});
		if (groups.length > 0 || !bears(row, access.table, uid)) unlike.add(name);
	}
	const weighed = found.length > 0 ? state.weigh(found) : {
		rows: [],
		taken: 0,
		recorded: 0
	};
	for (const row of weighed.rows) views.set(uidText(row.uid), row);
	show([...views].flatMap(([name, row]) => unlike.has(name) && row.view ? [row] : []));
	return {
		taken: weighed.taken,
		recorded: weighed.recorded
	};
}
/** Whether the row says itself which one it is, where its table has room for that. */
function bears({ stamp }, { mapping }, uid) {
	return !mapping.stamped || stamp[operationIdAt] === uidText(uid);
}
/** The groups of which the archive shows something else than the state. */
function differences(table, row, view) {
	return table.groups.flatMap((group) => {
		if (group.initialOnly) return [];
		const values = [];
		let differs = false;
		for (let i = group.from; i < group.to; i++) {
			const shown = view.values[i] ?? null;
			const value = table.present[i] ? row.values[i] : shown;
			if (!sameValue(value, shown)) differs = true;
			values.push(value);
		}
		return differs ? [{
			name: group.name,
			values,
			isLater: isLater(table, group, row.values, view.values)
		}] : [];
	});
}
/** By the time that such a group carries itself, as text that sorts: a value with a time is later than one without. */
function isLater({ mapping, columns }, group, found, shown) {
	const column = mapping.times?.[group.name];
	const index = column === void 0 ? -1 : columns.indexOf(column, group.from);
	if (index < 0) return void 0;
	const [there, here] = [found[index] ?? null, shown[index] ?? null];
	if (there === null) return here === null ? void 0 : false;
	if (here === null) return true;
	return typeof there === "string" && typeof here === "string" && there !== here ? there > here : void 0;
}
// ../../packages/store-sqlite/dist/archive/reconcile/claims.js
/** What becomes of rows that stand in the archive and that no log knew when it was reconciled. */
var Claims = class {
	#parts;
	constructor(parts) {
		this.#parts = parts;
	}
	/** Settles the rows that came meanwhile, and adopts others where that is allowed. Returns how many it adopted. */
	settle(limit, mayAdopt) {
		const { leftovers, tables, identities, state, now, nonce } = this.#parts;
		const next = leftovers.next(limit, !mayAdopt);
		const sizes = next.map(({ table, key }) => tables.byId(table)?.reader.sizeOf(key) ?? 0);
		const waiting = next.slice(0, fitting(sizes, planBytes));
		const here = waiting.flatMap((leftover) => {
			const access = tables.byId(leftover.table);
			const row = access && this.#rowOf(access, leftover);
			return access && row ? [{
				access,
				row,
				uid: leftover.uid,
				isEvicted: false
			}] : [];
		});
		leftovers.remove(waiting);
		const isKnown = this.#knownOf(here);
		const known = here.filter((_, i) => isKnown[i]);
		const fresh = here.filter(({ row }, i) => !isKnown[i] && sizeOf(row.values) <= greatestRow);
		for (const { access, row, uid } of [...known, ...fresh]) identities.assign([{
			table: access.table.id,
			key: row.key,
			uid
		}]);
		settlePresent(this.#parts, known);
		const at = now();
		const intents = fresh.map(({ access, row, uid }) => {
			const hint = typeof row.key === "number" ? row.key : null;
			return {
				kind: "row.add",
				table: access.table.mapping.name,
				uid,
				hint,
				values: row.values,
				base: true
			};
		});
		if (intents.length > 0) {
			const captured = {
				...nothingCaptured,
				intents,
				times: intents.map(() => at)
			};
			state.plan({
				nonce: nonce(),
				captured,
				maxRows: 0,
				also: []
			});
		}
		return fresh.length;
	}
	#knownOf(rows) {
		const keys = rows.map(({ access, uid }) => ({
			table: access.table.mapping.name,
			uid
		}));
		const isKnown = [];
		for (const seen of lookAtAll(this.#parts.state, keys)) for (const { view } of seen) isKnown.push(view !== void 0);
		return isKnown;
	}
	/** The row that waits, unless the application has put another one in its place. */
	#rowOf({ reader }, { table, key, uid, hasArrived }) {
		const identity = this.#parts.identities.uidOf(table, key);
		return (hasArrived ? sameUid(identity, uid) : identity === void 0) ? reader.one(key) : void 0;
	}
	/** Whether the row stands in the archive as one that no log knew; then it is that one. */
	isClaimed(access, { uid, values }) {
		const { leftovers, identities, hasher } = this.#parts;
		const { table } = access;
		const content = () => contentOf(hasher, identificationOf(table), values);
		const leftover = leftovers.find(table.id, uid, content);
		if (leftover === void 0) return false;
		if (this.#rowOf(access, leftover) === void 0) {
			leftovers.remove([leftover]);
			return false;
		}
		leftovers.arrive(leftover, uid);
		identities.assign([{
			table: table.id,
			key: leftover.key,
			uid
		}]);
		return true;
	}
};
function sameUid(a, b) {
	return a !== void 0 && Buffer.compare(a, b) === 0;
}
// ../../packages/store-sqlite/dist/archive/reconcile/leftovers.js
const table$1 = "CREATE TABLE IF NOT EXISTS crdt_leftovers(tbl INTEGER,key INTEGER,content BLOB,uid BLOB UNIQUE,arrived INTEGER DEFAULT 0,PRIMARY KEY(tbl,key))WITHOUT ROWID";
const index = "CREATE INDEX IF NOT EXISTS crdt_leftovers_content ON crdt_leftovers(content)";
/**
* `crdt_leftovers`: rows that RECONCILE found in the archive and in no log. They wait until a peer has told all it knows,
* because one of them may be a row that is still to come: then it is that one, and not doubled. Lies in the archive, so
* that it is as old as what it tells about; there only while any row waits.
*/
var Leftovers = class {
	#db;
	#count = 0;
	#arrived = 0;
	constructor(db) {
		this.#db = db;
		this.reload();
	}
	get count() {
		return this.#count;
	}
	/** How many of them turned out to be rows that the state has by now. */
	get arrived() {
		return this.#arrived;
	}
	add({ table: tbl, key, uid }, content) {
		if (this.#count === 0) this.#db.exec(`${table$1};${index}`);
		this.#db.prepare("INSERT INTO crdt_leftovers(tbl,key,content,uid)VALUES(?,?,?,?)").run(tbl, bindKey(key), content, uid);
		this.#count++;
	}
	/** What the row under this key waits to be. */
	uidAt(tbl, key) {
		if (this.#count === 0) return void 0;
		return this.#db.prepare("SELECT uid FROM crdt_leftovers WHERE tbl=? AND key=?").pluck().get(tbl, bindKey(key));
	}
	/** The row under this key waits no longer, or for something else. */
	forget(tbl, key) {
		if (this.#count === 0) return;
		const arrived = this.#db.prepare("SELECT arrived FROM crdt_leftovers WHERE tbl=? AND key=?").pluck().get(tbl, bindKey(key));
		if (arrived === void 0) return;
		this.#delete(tbl, key, arrived === 1);
	}
	/** The application changed keys while rows waited under them: they wait under the new ones. */
	follow(entries) {
		if (this.#count === 0) return;
		for (const { kind, table: tbl, key, was } of entries) {
			if (kind !== entryKind.update || typeof key === "string" || was === null || was === key) continue;
			if (this.uidAt(tbl, was) === void 0) continue;
			this.forget(tbl, key);
			this.#db.prepare("UPDATE crdt_leftovers SET key=? WHERE tbl=? AND key=?").run(bindKey(key), tbl, bindKey(was));
		}
	}
	/** Whether a row waits to be this one. */
	isTaken(uid) {
		return this.#count > 0 && this.#db.prepare("SELECT 1 FROM crdt_leftovers WHERE uid=?").get(uid) !== void 0;
	}
	/** The waiting row that is this one, or has its content. */
	find(tbl, uid, content) {
		const select = "SELECT tbl,key,uid,arrived FROM crdt_leftovers WHERE tbl=?";
		const row = this.#db.prepare(`${select} AND uid=?`).raw().safeIntegers().get(tbl, uid) ?? this.#db.prepare(`${select} AND content=? AND arrived=0 LIMIT 1`).raw().safeIntegers().get(tbl, content());
		return row && toWaiting(row);
	}
	/** The state has this row now, under this uid. */
	arrive({ table: tbl, key }, uid) {
		const { changes } = this.#db.prepare("UPDATE crdt_leftovers SET arrived=1,uid=? WHERE tbl=? AND key=? AND arrived=0").run(uid, tbl, bindKey(key));
		this.#arrived += changes;
	}
	/** Rows that wait no longer. */
	remove(rows) {
		for (const { table: tbl, key, hasArrived } of rows) this.#delete(tbl, key, hasArrived);
		if (this.#count === 0) this.#db.exec("DROP TABLE IF EXISTS crdt_leftovers");
	}
	/** The next ones, those first that have arrived. */
	next(limit, onlyArrived) {
		return this.#db.prepare(`SELECT tbl,key,uid,arrived FROM crdt_leftovers ${onlyArrived ? "WHERE arrived=1" : ""} ORDER BY arrived DESC,tbl,key LIMIT ?`).raw().safeIntegers().all(limit).map(toWaiting);
	}
	/** Takes notice of what the file says, after a transaction ended. */
	reload() {
		const [count, arrived] = this.#db.prepare("SELECT 1 FROM sqlite_schema WHERE name='crdt_leftovers'").get() ? this.#db.prepare("SELECT count(*),total(arrived) FROM crdt_leftovers").raw().get() : [0, 0];
		this.#count = count;
		this.#arrived = arrived;
	}
	#delete(tbl, key, hasArrived) {
		const { changes } = this.#db.prepare("DELETE FROM crdt_leftovers WHERE tbl=? AND key=?").run(tbl, bindKey(key));
		this.#count -= changes;
		if (hasArrived) this.#arrived -= changes;
	}
};
function toWaiting([tbl, key, uid, arrived]) {
	return {
		table: Number(tbl),
		key: readKey(key),
		uid,
		hasArrived: arrived === 1n
	};
}
// ../../packages/store-sqlite/dist/archive/capture-report.js
const nothingReported = {
	drained: 0,
	unknown: 0,
	keyless: 0,
	captured: 0,
	evicted: 0,
	isSplit: false,
	unreplicable: []
};
/** What is new in this reading: entries that the state has already were reported before. */
function reportOf({ drain, fold, captured, unreplicable }) {
	return {
		drained: captured.entries.length,
		unknown: fold.unknown,
		keyless: fold.keyless,
		captured: captured.intents.length,
		evicted: captured.evicted.length,
		isSplit: drain.isSplit === true && captured.entries.length > 0,
		unreplicable
	};
}
function bothReports(a, b) {
	return {
		drained: a.drained + b.drained,
		unknown: a.unknown + b.unknown,
		keyless: a.keyless + b.keyless,
		captured: a.captured + b.captured,
		evicted: a.evicted + b.evicted,
		isSplit: a.isSplit || b.isSplit,
		unreplicable: [...a.unreplicable, ...b.unreplicable]
	};
}
// ../../packages/store-sqlite/dist/archive/own-transaction.js
/** In journal mode `delete` a commit waits for every reader; a short second and third try spare the whole run. */
function commitArchive(db) {
	for (let tries = 1;; tries++) try {
		db.exec("COMMIT");
		return;
	} catch (error) {
		if (!isBusy(error) || tries === 3) throw error;
	}
}
/** From here to `endWrites` the triggers pass over what is written. */
function beginWrites(db) {
	prepared(db, "UPDATE crdt_marker SET applying=1").run();
}
/** The end of our own writes in this transaction: the file carries the plan. */
function endWrites(db, node, nonce, { entries }) {
	prepared(db, "UPDATE crdt_marker SET node=?,nonce=?,trimmed_through=max(trimmed_through,?),applying=0").run(node, nonce, entries.at(-1)?.id ?? 0);
}
/** Takes out of the outbox what the state has. */
function trimOutbox(db, { entries }) {
	const first = entries[0];
	if (first === void 0) return;
	prepared(db, "DELETE FROM crdt_outbox WHERE id BETWEEN ? AND ?").run(first.id, entries.at(-1).id);
}
/** Rows of the state that the application has changed, moved or deleted. */
function* changedBy({ ended, rows }) {
	for (const { uid } of ended) yield uid;
	for (const { uid, fresh } of rows) if (fresh === void 0) yield uid;
}
// ../../packages/store-sqlite/dist/archive/step-run.js
/** Rows of the first step, and of any. */
const firstStepRows = 200;
const mostStepRows = 2e3;
const fewestStepRows = 50;
/** How long the archive should be locked by a step, in ms. */
const stepMs = 80;
/**
* Runs that capture as every run does, and then do something else than showing the worklist, in the same transaction. How
* many rows a step looks at follows from how long the last ones took.
*/
var StepRun = class {
	#archive;
	#rows = firstStepRows;
	constructor(archive) {
		this.#archive = archive;
	}
	run(step) {
		const { db, state, node, tables, identities, leftovers, hidden, outbox, pace, totals } = this.#archive;
		db.exec("BEGIN IMMEDIATE");
		const begin = performance.now();
		try {
			pace.notice(dataVersion(db));
			if (!tables.isCurrent || !step.isCurrent()) {
				db.exec("ROLLBACK");
				return { outcome: "busy" };
			}
			const read = outbox.read();
			const { drain, fold, captured, fresh, keys } = read;
			for (const uid of changedBy(fold)) hidden.release(uid);
			if (drain.entries.length > 0) {
				const { isRewound } = step;
				state.plan({
					nonce: this.#archive.nonce(),
					captured: {
						...captured,
						isRewound
					},
					maxRows: 0,
					also: []
				});
			}
			beginWrites(db);
			identities.assign(keys);
			leftovers.follow(drain.entries);
			trimOutbox(db, drain);
			const { shown, refused } = totals;
			const resume = drain.cut ? void 0 : suspendForeign(db, tables.foreign);
			const nonce = drain.cut ? readMarker(db).nonce : step.do(this.#rows, fresh);
			resume?.();
			const last = nonce ?? this.#archive.nonce();
			if (nonce === void 0) state.plan({
				nonce: last,
				captured: nothingCaptured,
				maxRows: 0,
				also: []
			});
			endWrites(db, node, last, drain);
			tables.keep();
			commitArchive(db);
			if (!drain.cut) step.committed();
			const lockedMs = performance.now() - begin;
			this.#rows = nextStep(this.#rows, lockedMs);
			if (nonce === void 0) state.confirm();
			return {
				outcome: "done",
				...reportOf(read),
				shown: totals.shown - shown,
				refused: totals.refused - refused,
				more: true,
				otherWriter: pace.otherWriter,
				lockedMs
			};
		} catch (error) {
			if (db.inTransaction) db.exec("ROLLBACK");
			this.#archive.reload();
			step.failed();
			throw error;
		}
	}
};
function nextStep(rows, lockedMs) {
	const affordable = Math.floor(rows * stepMs / Math.max(1, lockedMs));
	return Math.max(fewestStepRows, Math.min(mostStepRows, rows * 2, affordable));
}
// ../../packages/store-sqlite/dist/archive/reconcile/known-rows.js
const fates = [
	"live",
	"evicted",
	"dead"
];
/**
* What RECONCILE knows about the rows of both sides while it runs, in a file of its own that nobody sees and that ends
* with the process: there may be more rows than memory. What a failed step noted is taken back with `rollback`.
*/
var KnownRows = class {
	#db = new Sqlite("");
	#add;
	#addContent;
	#get;
	#has;
	#unseen;
	#see;
	#missing;
	#addLoose;
	#loose;
	constructor() {
		const db = this.#db;
		db.pragma("journal_mode = MEMORY");
		db.pragma("synchronous = OFF");
		db.exec(`
      CREATE TABLE rows(tbl INTEGER, uid BLOB, fate INTEGER, seen INTEGER, PRIMARY KEY(tbl, uid)) WITHOUT ROWID;
      CREATE TABLE contents(tbl INTEGER, content BLOB, rank INTEGER, uid BLOB,
        PRIMARY KEY(tbl, content, rank, uid)) WITHOUT ROWID;
      CREATE TABLE loose(tbl INTEGER, key INTEGER, PRIMARY KEY(tbl, key)) WITHOUT ROWID;`);
		this.#add = db.prepare("INSERT OR REPLACE INTO rows(tbl, uid, fate, seen) VALUES (?, ?, ?, 0)");
		this.#addContent = db.prepare("INSERT OR IGNORE INTO contents(tbl, content, rank, uid) VALUES (?, ?, ?, ?)");
		this.#get = db.prepare("SELECT fate, seen FROM rows WHERE tbl = ? AND uid = ?");
		this.#has = db.prepare("SELECT 1 FROM contents WHERE tbl = ? AND content = ? AND uid = ?");
		this.#unseen = db.prepare(`SELECT uid FROM contents JOIN rows USING(tbl, uid) WHERE tbl = ? AND content = ? AND seen = 0 AND fate < 2
         ORDER BY fate, rank, uid LIMIT 1`).pluck();
		this.#see = db.prepare("INSERT INTO rows(tbl, uid, fate, seen) VALUES (?, ?, 0, 1) ON CONFLICT DO UPDATE SET seen = 1");
		this.#missing = db.prepare("SELECT uid FROM rows WHERE tbl = ? AND uid > ? AND seen = 0 AND fate = 0 ORDER BY uid LIMIT ?").pluck();
		this.#addLoose = db.prepare("INSERT OR IGNORE INTO loose(tbl, key) VALUES (?, ?)");
		this.#loose = db.prepare("SELECT key FROM loose WHERE tbl = ? AND key > ? ORDER BY key LIMIT ?").pluck().safeIntegers();
	}
	begin() {
		this.#db.exec("BEGIN");
	}
	commit() {
		this.#db.exec("COMMIT");
	}
	rollback() {
		if (this.#db.inTransaction) this.#db.exec("ROLLBACK");
	}
	/** Rows of the state, of the table with this number. */
	add(table, { uid, fate, contents }) {
		this.#add.run(table, uid, fates.indexOf(fate));
		for (const [rank, content] of contents.entries()) this.#addContent.run(table, content, rank, uid);
	}
	get(table, uid) {
		const row = this.#get.get(table, uid);
		return row && {
			fate: fates[row.fate],
			isSeen: row.seen === 1
		};
	}
	/** Whether the row has, or began with, this content. */
	hasContent(table, uid, content) {
		return this.#has.get(table, content, uid) !== void 0;
	}
	/** A row with this content that the archive was not seen to have; one that is shown rather than an evicted one. */
	unseenWith(table, content) {
		return this.#unseen.get(table, content);
	}
	/** The archive has this row. */
	see(table, uid) {
		this.#see.run(table, uid);
	}
	/** Live rows that the archive was not seen to have, by uid. */
	missing(table, after, limit) {
		return this.#missing.all(table, after, limit);
	}
	/** A row of the archive of which it is not known yet which one it is. */
	addLoose(table, key) {
		this.#addLoose.run(table, BigInt(key));
	}
	loose(table, after, limit) {
		return this.#loose.all(table, after, limit).map(fromInteger);
	}
	[Symbol.dispose]() {
		this.#db.close();
	}
};
// ../../packages/store-sqlite/dist/archive/reconcile/reconcile.js
const smallestKey = -(2n ** 63n);
const smallestUid = /* @__PURE__ */ new Uint8Array(0);
const phases = [
	"match",
	"pair",
	"put back",
	"tidy",
	"done"
];
/**
* RECONCILE: makes an archive and a state belong together again, whatever happened to either: rewound to an older copy,
* exchanged for another node's file or for one that was never adopted, deleted; the state lost or restored.
*
* First it reads which rows the log knows. Then it goes over the archive four times, a short transaction at a time:
*
* 1. *match*: rows that `crdt_rows` and their immutable columns agree about;
* 2. *pair*: the others, by their immutable columns as a multiset, because ids are used again for other rows; then by
*    `crdt_rows` alone, for rows that were edited; what is still nobody's is a leftover;
* 3. *put back*: live rows that the archive lacks, under new keys;
* 4. *tidy*: identities without a row.
*
* What the application writes meanwhile is captured at the beginning of each of these transactions. Until the last one
* the marker says that RECONCILE is not done, so a killed process begins it again; all of it may be done twice.
*/
var Reconcile = class {
	#parts;
	#identifications;
	#known = new KnownRows();
	#numbers;
	#surveyed;
	#isSurveyed = false;
	#place = {
		phase: "match",
		table: 0,
		after: void 0
	};
	#done = {
		matched: 0,
		putBack: 0,
		removed: 0,
		leftovers: 0,
		taken: 0,
		conflicts: 0
	};
	/** What the step under way would change. */
	#next;
	constructor(parts) {
		this.#parts = parts;
		this.#identifications = new Map(parts.tables.map(({ table }) => [table, identificationOf(table)]));
		this.#numbers = new Map(parts.tables.map(({ table }) => [table.mapping.name, table.id]));
	}
	get isSurveyed() {
		return this.#isSurveyed;
	}
	get isDone() {
		return this.#place.phase === "done";
	}
	/** Whether the step under way is the last. */
	get isEnding() {
		return this.#next?.place.phase === "done";
	}
	get result() {
		return this.#done;
	}
	/** Reads one page of what the log knows. Needs no lock. */
	survey() {
		const page = this.#parts.state.survey({
			identifications: [...this.#identifications.values()],
			after: this.#surveyed
		});
		this.#known.begin();
		for (const row of page.rows) this.#known.add(this.#numbers.get(row.table), row);
		this.#known.commit();
		this.#surveyed = page.next;
		this.#isSurveyed = page.next === void 0;
	}
	/**
	* Does the next step, over at most `limit` rows, inside a transaction in which everything of the outbox is captured.
	* `captured` are the rows that this very capture added. Follow it with `commit` or `rollback`, as the archive does.
	*/
	step(limit, captured) {
		this.#known.begin();
		for (const { table, uid } of captured) this.#known.see(table, uid);
		const next = {
			place: this.#place,
			done: { ...this.#done }
		};
		this.#next = next;
		let left = limit;
		while (left > 0 && next.place.phase !== "done") {
			const { phase, table } = next.place;
			const access = this.#parts.tables[table];
			if (access === void 0) {
				next.place = {
					phase: phases[phases.indexOf(phase) + 1],
					table: 0,
					after: void 0
				};
				continue;
			}
			const { rows, after } = this.#doPage(access, next.place, left);
			next.place = {
				phase,
				table: after === void 0 ? table + 1 : table,
				after
			};
			left -= rows;
		}
	}
	commit() {
		this.#known.commit();
		if (this.#next) ({place: this.#place, done: this.#done} = this.#next);
		this.#next = void 0;
	}
	rollback() {
		this.#known.rollback();
		this.#next = void 0;
	}
	[Symbol.dispose]() {
		this.#known[Symbol.dispose]();
	}
	#doPage(access, { phase, after }, limit) {
		switch (phase) {
			case "match": return this.#match(access, after, limit);
			case "pair": return this.#pair(access, after, limit);
			case "put back": return this.#putBack(access, after ?? smallestUid, limit);
			case "tidy": return this.#tidy(access, after, limit);
			case "done": throw new Error("there is nothing left to reconcile");
		}
	}
	#match(access, after, limit) {
		const { table, reader } = access;
		if (table.naturalKey !== void 0) return this.#matchKeyed(access, table.naturalKey, after, limit);
		const { identities } = this.#parts;
		const { rows, isLast } = reader.after(after, limit);
		const present = [];
		const removed = [];
		for (const row of rows) {
			const uid = identities.uidOf(table.id, row.key);
			const known = uid && this.#known.get(table.id, uid);
			if (uid === void 0 || known === void 0) this.#known.addLoose(table.id, row.key);
			else if (known.isSeen) continue;
			else if (known.fate === "dead") removed.push({
				table: table.mapping.name,
				uid,
				row
			});
			else if (!this.#known.hasContent(table.id, uid, this.#contentOf(access, row))) this.#known.addLoose(table.id, row.key);
			else present.push({
				access,
				row,
				uid,
				isEvicted: known.fate === "evicted"
			});
		}
		this.#settle(present);
		this.#remove(access, removed);
		return {
			rows: rows.length,
			after: isLast ? void 0 : rows.at(-1).key
		};
	}
	/** Where the key replicates it says which row it is; nothing needs to be paired. */
	#matchKeyed(access, naturalKey, after, limit) {
		const { table, reader } = access;
		const { identities, leftovers, hasher } = this.#parts;
		const { rows, isLast } = reader.after(after, limit);
		const present = [];
		const removed = [];
		for (const row of rows) {
			const key = row.key;
			if (!naturalKey.fits(key)) continue;
			const uid = naturalKey.uid(hasher, table.mapping.name, key);
			const known = this.#known.get(table.id, uid);
			if (known?.isSeen) continue;
			leftovers.forget(table.id, key);
			if (known === void 0) {
				identities.remove(table.id, key);
				leftovers.add({
					table: table.id,
					key,
					uid
				}, this.#contentOf(access, row));
				this.#next.done.leftovers++;
				continue;
			}
			this.#assign(table.id, key, uid);
			if (known.fate === "dead") removed.push({
				table: table.mapping.name,
				uid,
				row
			});
			else present.push({
				access,
				row,
				uid,
				isEvicted: known.fate === "evicted"
			});
		}
		this.#settle(present);
		this.#remove(access, removed);
		return {
			rows: rows.length,
			after: isLast ? void 0 : rows.at(-1).key
		};
	}
	#pair(access, after, limit) {
		const { table, reader } = access;
		const keys = this.#known.loose(table.id, after ?? smallestKey, limit);
		const present = [];
		const removed = [];
		for (const key of keys) {
			const row = reader.one(key);
			if (row === void 0) continue;
			const pair = this.#pairOf(access, row);
			if (pair === void 0) continue;
			const { uid, isDead, isEvicted } = pair;
			this.#known.see(table.id, uid);
			this.#parts.leftovers.forget(table.id, key);
			this.#assign(table.id, key, uid);
			if (isDead) removed.push({
				table: table.mapping.name,
				uid,
				row
			});
			else present.push({
				access,
				row,
				uid,
				isEvicted
			});
		}
		this.#settle(present);
		this.#remove(access, removed);
		return pageOf(keys, limit, BigInt);
	}
	/** Which row of the log this is; undefined where it is none, or known by now. */
	#pairOf(access, row) {
		const { table } = access;
		const content = this.#contentOf(access, row);
		const { identities, leftovers } = this.#parts;
		const given = identities.uidOf(table.id, row.key) ?? leftovers.uidAt(table.id, row.key);
		const known = given && this.#known.get(table.id, given);
		if (known?.isSeen) return void 0;
		const same = this.#known.unseenWith(table.id, content);
		if (same !== void 0) return {
			uid: same,
			isDead: false,
			isEvicted: this.#known.get(table.id, same)?.fate === "evicted"
		};
		if (given !== void 0 && known !== void 0 && !this.#isStampedOtherwise(row, given)) return {
			uid: given,
			isDead: known.fate === "dead",
			isEvicted: known.fate === "evicted"
		};
		leftovers.forget(table.id, row.key);
		const uid = given !== void 0 && known === void 0 && !leftovers.isTaken(given) ? given : this.#freeUid(access, row);
		const isDead = this.#known.get(table.id, uid)?.fate === "dead";
		if (isDead) return {
			uid,
			isDead,
			isEvicted: false
		};
		identities.remove(table.id, row.key);
		leftovers.add({
			table: table.id,
			key: row.key,
			uid
		}, content);
		this.#next.done.leftovers++;
	}
	/** The uid under which one of several equal rows is adopted: the first that no row has, or one that was removed. */
	#freeUid(access, row) {
		const { table } = access;
		const named = this.#identifications.get(table).columns.map(({ name, index }) => ({
			name,
			value: row.values[index] ?? null
		}));
		for (let ordinal = 0;; ordinal++) {
			const hash = (parts) => this.#parts.hasher.hash(parts);
			const uid = adoptionUid(hash, table.mapping.name, named, ordinal);
			const known = this.#known.get(table.id, uid);
			if (known?.fate === "dead" && !known.isSeen) return uid;
			if (known === void 0 && !this.#parts.leftovers.isTaken(uid)) return uid;
		}
	}
	/** The row itself says that it is another one than `crdt_rows` says. */
	#isStampedOtherwise({ stamp }, uid) {
		const own = stamp[operationIdAt];
		return typeof own === "string" && own !== uidText(uid);
	}
	#putBack({ table }, after, limit) {
		const { state, show } = this.#parts;
		const uids = this.#known.missing(table.id, after, limit);
		for (const rows of lookAtAll(state, uids.map((uid) => ({
			table: table.mapping.name,
			uid
		})))) {
			const live = rows.filter(({ view }) => view !== void 0);
			show(live);
			this.#next.done.putBack += live.length;
		}
		return pageOf(uids, limit, (uid) => uid);
	}
	#tidy({ table, reader }, after, limit) {
		const { db, identities } = this.#parts;
		const keys = db.prepare("SELECT key FROM crdt_rows WHERE tbl=? AND key>? ORDER BY key LIMIT ?").pluck();
		if (table.naturalKey !== void 0) {
			const texts = keys.all(table.id, after ?? "", limit);
			for (const key of texts) if (!table.naturalKey.fits(key) || reader.one(key) === void 0) identities.remove(table.id, key);
			return pageOf(texts, limit, (key) => key);
		}
		const from = after ?? smallestKey;
		const numbers = keys.safeIntegers().all(table.id, from, limit);
		const last = numbers.at(-1);
		if (last !== void 0) {
			const { name, key } = table.mapping;
			db.prepare(`DELETE FROM crdt_rows WHERE tbl=? AND key>? AND key<=? AND NOT EXISTS(SELECT 1 FROM ${quote(name)} WHERE ${quote(key)}=crdt_rows.key)`).run(table.id, from, last);
		}
		return pageOf(numbers, limit, (key) => key);
	}
	#settle(present) {
		for (const { access, uid } of present) this.#known.see(access.table.id, uid);
		const { taken, recorded } = settlePresent(this.#parts, present);
		const { done } = this.#next;
		done.matched += present.length;
		done.taken += taken;
		done.conflicts += recorded;
	}
	/** Rows that were removed everywhere: what stands here goes, and is on record. */
	#remove({ table }, removed) {
		if (removed.length === 0) return;
		const found = removed.map(({ table: name, uid, row }) => ({
			table: name,
			uid,
			groups: table.groups.map(({ name: group, from, to }) => ({
				name: group,
				values: row.values.slice(from, to),
				isLater: void 0
			}))
		}));
		this.#parts.state.weigh(found);
		this.#parts.show(removed.map(({ table: name, uid }) => ({
			table: name,
			uid,
			view: void 0
		})));
		this.#next.done.removed += removed.length;
	}
	#assign(table, key, uid) {
		const { identities } = this.#parts;
		const elsewhere = identities.keyOf(table, uid);
		if (elsewhere === key) return;
		if (elsewhere !== void 0) identities.remove(table, elsewhere);
		identities.assign([{
			table,
			key,
			uid
		}]);
	}
	#contentOf({ table }, { values }) {
		return contentOf(this.#parts.hasher, this.#identifications.get(table), values);
	}
};
function pageOf(rows, limit, placeOf) {
	return {
		rows: rows.length,
		after: rows.length < limit ? void 0 : placeOf(rows.at(-1))
	};
}
// ../../packages/store-sqlite/dist/archive/reconcile/reconcile-run.js
const nothingDone = {
	outcome: "done",
	...nothingReported,
	shown: 0,
	refused: 0,
	more: true,
	lockedMs: 0
};
/** RECONCILE as runs over the archive: marks the file, surveys the state, goes step by step, and says when it is done. */
var ReconcileRun = class {
	#archive;
	#isNeeded = false;
	#underWay;
	constructor(archive) {
		this.#archive = archive;
	}
	/** Archive and state do not belong together. */
	get isNeeded() {
		return this.#isNeeded;
	}
	need() {
		this.#isNeeded = true;
	}
	/** Begins again if the file does not carry the mark of the one that is under way. */
	notice({ nonce }) {
		if (this.#underWay !== void 0 && nonce !== this.#underWay.token) this.end();
	}
	/** The next piece of it. It is done when `reconciled` says so. */
	run() {
		this.#underWay ??= this.#begin();
		const { work, token, steps } = this.#underWay;
		const { db, pace } = this.#archive;
		if (!work.isSurveyed) {
			work.survey();
			return {
				...nothingDone,
				otherWriter: pace.otherWriter
			};
		}
		const exchange = steps.run({
			isRewound: true,
			isCurrent: () => readMarker(db).nonce === token,
			do: (limit, captured) => {
				work.step(limit, captured);
				return work.isEnding ? void 0 : token;
			},
			committed: () => work.commit(),
			failed: () => work.rollback()
		});
		if (exchange.outcome !== "done" || !work.isDone) return exchange;
		this.#isNeeded = false;
		const reconciled = work.result;
		this.end();
		return {
			...exchange,
			reconciled
		};
	}
	end() {
		this.#underWay?.work[Symbol.dispose]();
		this.#underWay = void 0;
	}
	/**
	* Marks the archive as being reconciled. From here on no older copy of it can be mistaken for what the state believes,
	* whenever this ends.
	*/
	#begin() {
		const archive = this.#archive;
		const { db, state, node } = archive;
		const token = `reconcile ${archive.nonce()}`;
		db.exec("BEGIN IMMEDIATE");
		try {
			disown(state, archive.nonce());
			db.prepare("DELETE FROM crdt_outbox WHERE kind=?").run(entryKind.adopt);
			db.exec(`DROP TABLE IF EXISTS ${adoptionTable};DROP TABLE IF EXISTS ${uncheckedTable}`);
			db.prepare("UPDATE crdt_marker SET node=?,nonce=?,applying=0").run(node, token);
			commitArchive(db);
		} catch (error) {
			if (db.inTransaction) db.exec("ROLLBACK");
			archive.reload();
			throw error;
		}
		archive.reload();
		const { tables, identities, leftovers, hasher, show, nonce } = archive;
		return {
			work: new Reconcile({
				db,
				state,
				tables: tables.all,
				identities,
				leftovers,
				hasher,
				show,
				nonce
			}),
			token,
			steps: new StepRun(archive)
		};
	}
};
// ../../packages/store-sqlite/dist/archive/refused.js
const firstPauseMs = 1e3;
const longestPauseMs = 36e5;
const triesAtOnce = 50;
const table = "CREATE TABLE IF NOT EXISTS crdt_refused(uid BLOB PRIMARY KEY,tbl INTEGER,reason TEXT,tries INTEGER,retry_at INTEGER)WITHOUT ROWID";
/**
* `crdt_refused`, which lies in the archive so that it is as old as what it tells about. Most files never refuse a row
* and do without the table.
*/
var RefusedRows = class {
	#db;
	#count = 0;
	#nextAt = Infinity;
	constructor(db) {
		this.#db = db;
		this.reload();
	}
	get count() {
		return this.#count;
	}
	has(uid) {
		if (this.#count === 0) return false;
		return this.#db.prepare("SELECT 1 FROM crdt_refused WHERE uid=?").get(uid) !== void 0;
	}
	isDue(now) {
		return now >= this.#nextAt;
	}
	due(now) {
		return this.isDue(now) ? this.#select("WHERE retry_at<=? ORDER BY retry_at LIMIT ?", now, triesAtOnce) : [];
	}
	list(limit) {
		return !this.#exists() ? [] : this.#select("ORDER BY retry_at LIMIT ?", limit);
	}
	add(tbl, uid, reason, now) {
		this.#db.exec(table);
		const tries = this.#db.prepare("SELECT tries FROM crdt_refused WHERE uid=?").pluck().get(uid) ?? 0;
		const retryAt = now + Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(tries, 20));
		this.#db.prepare("REPLACE INTO crdt_refused(uid,tbl,reason,tries,retry_at)VALUES(?,?,?,?,?)").run(uid, tbl, reason.slice(0, 200), tries + 1, retryAt);
		if (tries === 0) this.#count++;
		this.#nextAt = Math.min(this.#nextAt, retryAt);
	}
	/** The row is shown, or shall not be any more. */
	remove(uid) {
		if (this.#count > 0) this.#count -= this.#db.prepare("DELETE FROM crdt_refused WHERE uid=?").run(uid).changes;
	}
	/** Takes notice of what the file says, after a transaction ended. */
	reload() {
		this.#count = 0;
		this.#nextAt = Infinity;
		if (!this.#exists()) return;
		const [count, nextAt] = this.#db.prepare("SELECT count(*),min(retry_at) FROM crdt_refused").raw().get();
		this.#count = count;
		this.#nextAt = nextAt ?? Infinity;
	}
	#exists() {
		return this.#db.prepare("SELECT 1 FROM sqlite_schema WHERE name='crdt_refused'").get() !== void 0;
	}
	#select(rest, ...bindings) {
		return this.#db.prepare(`SELECT tbl AS "table",uid,reason,tries,retry_at AS retryAt FROM crdt_refused ${rest}`).all(...bindings);
	}
};
// ../../packages/store-sqlite/dist/archive/rule-m.js
/** From here on the transaction does without our triggers: even one that does nothing halves SQLite's inserts. */
const bulkRows = 200;
/** Entries in an outbox that captures alone make longer; each reads all of it again. */
const mostUntrimmed = 5e3;
/**
* Rule M: what the application wrote goes into the state, durably, before anything of ours is written, and what we write
* comes from the state's current cells.
*
* All that can be done without the write lock is done before it is taken: the outbox is read, what was captured is
* committed to the state, and the plan is made. Under the lock it is carried out only if nobody has written the file since
* the outbox was read. Otherwise it was in vain but for what was captured, as after a crash: the next plan takes its place.
*/
var RuleM = class {
	#parts;
	/** Rows that a check wants to be shown again. */
	#bare = [];
	/** Rows that were captured as changed and whose change no run has followed yet. */
	#changed = [];
	/** No run of this process has been committed: what an earlier one captured last may not have been followed either. */
	#isFirst = true;
	#report = nothingReported;
	/** Entries that are captured and stand in the outbox yet. */
	#untrimmed = 0;
	constructor(parts) {
		this.#parts = parts;
	}
	get hasBare() {
		return this.#bare.length > 0;
	}
	/** Rows that a check wants to be shown again. */
	showAgain(rows) {
		this.#bare = rows;
	}
	/** One run. */
	run(budget) {
		const prepared = this.#isLockNeeded() ? void 0 : this.#prepare(budget);
		return (prepared && this.#carryOut(prepared)) ?? this.#runLocked(budget, prepared?.read.drain.cut);
	}
	/**
	* Takes what the application wrote into the state, and writes nothing into the file. `version` as of a run; undefined
	* where only a run can do it.
	*/
	capture() {
		const begin = performance.now();
		const seen = this.#untrimmed < mostUntrimmed ? this.#read() : void 0;
		if (seen === void 0) return {
			exchange: { outcome: "idle" },
			version: void 0
		};
		const { read, version } = seen;
		const { state, pace } = this.#parts.archive;
		if (read.captured.entries.length > 0) {
			this.#captured(read);
			state.plan({
				nonce: this.#parts.archive.nonce(),
				captured: read.captured,
				maxRows: 0,
				also: []
			});
			this.#untrimmed = read.drain.entries.length;
		}
		pace.notice(version);
		const { otherWriter } = pace;
		const ms = performance.now() - begin;
		return {
			exchange: {
				outcome: "captured",
				...this.#reported(),
				otherWriter,
				ms
			},
			version: read.drain.cut ? void 0 : version
		};
	}
	/** Rows that are due are noted in the file when they are taken. */
	#isLockNeeded() {
		const { archive, refused, now } = this.#parts;
		return archive.hidden.isDue || refused.isDue(now());
	}
	/** The outbox as it is; undefined where its reading needs the lock. */
	#read() {
		const { archive, settle } = this.#parts;
		const { db, tables, outbox } = archive;
		return db.transaction(() => {
			const version = dataVersion(db);
			if (!tables.isCurrent || !settle()) return void 0;
			const read = outbox.read();
			return read.isPlain ? {
				version,
				read
			} : void 0;
		}).deferred();
	}
	#prepare(budget) {
		const { archive } = this.#parts;
		const seen = this.#read();
		if (seen === void 0) return void 0;
		const { version, read } = seen;
		const nonce = archive.nonce();
		this.#captured(read);
		const maxRows = this.#rows(read, budget);
		return {
			version,
			read,
			nonce,
			plan: archive.state.plan({
				nonce,
				captured: read.captured,
				maxRows,
				also: this.#bare
			})
		};
	}
	/** What is left in the outbox is not in the state yet, and must not be overwritten with what is. */
	#rows({ drain }, budget) {
		const { tables, pace } = this.#parts.archive;
		return drain.cut || tables.isAnyMissing ? 0 : pace.rows(budget);
	}
	#captured(read) {
		this.#report = bothReports(this.#report, reportOf(read));
		this.#parts.archive.outbox.know(read.captured.entries);
		if (this.#parts.archive.hidden.count > 0) this.#changed.push(...changedBy(read.fold));
	}
	#reported() {
		const report = this.#report;
		this.#report = nothingReported;
		return report;
	}
	/** Undefined where somebody else was faster. */
	#carryOut(prepared) {
		return this.#locked((begin) => {
			const { archive, checkFile } = this.#parts;
			checkFile();
			if (dataVersion(archive.db) !== prepared.version || !archive.tables.isCurrent) {
				archive.db.exec("ROLLBACK");
				return;
			}
			this.#release();
			return this.#write(prepared, begin);
		});
	}
	/** Of a long outbox the next part is captured without the lock as well. */
	#runLocked(budget, onlyKnown) {
		return this.#locked((begin) => {
			const { archive, refused, now, settle } = this.#parts;
			const { db, tables, outbox, hidden, state } = archive;
			const version = dataVersion(db);
			if (!tables.isCurrent || !settle()) {
				db.exec("ROLLBACK");
				return {
					exchange: { outcome: "busy" },
					version: void 0
				};
			}
			const read = outbox.read(onlyKnown);
			const nonce = archive.nonce();
			this.#captured(read);
			this.#release();
			const due = read.drain.cut ? [] : [...refused.due(now()), ...hidden.take()];
			const also = [...due.map(({ table, uid }) => ({
				table: tables.nameOf(table),
				uid
			})), ...this.#bare];
			const plan = state.plan({
				nonce,
				captured: read.captured,
				maxRows: this.#rows(read, budget),
				also
			});
			const run = this.#write({
				version,
				read,
				nonce,
				plan
			}, begin);
			if (due.length > 0) refused.reload();
			return run;
		});
	}
	#locked(body) {
		const { db, reload } = this.#parts.archive;
		db.exec("BEGIN IMMEDIATE");
		try {
			return body(performance.now());
		} catch (error) {
			if (db.inTransaction) db.exec("ROLLBACK");
			reload();
			throw error;
		}
	}
	/** What these rows hid may be shown. */
	#release() {
		const { hidden } = this.#parts.archive;
		if (this.#isFirst) hidden.releaseAll();
		for (const uid of this.#changed) hidden.release(uid);
	}
	/** Carries out a plan under the lock, and commits. */
	#write({ version, read, nonce, plan }, begin) {
		const { archive, materialiser, now } = this.#parts;
		const { db, tables, identities, leftovers, hidden, pace, state, node } = archive;
		const { drain, keys } = read;
		const { count, pages, left, more } = plan;
		pace.notice(version);
		beginWrites(db);
		const bulk = count >= bulkRows;
		if (bulk) suspendCapture(db);
		const resume = count > 0 ? suspendForeign(db, tables.foreign) : void 0;
		identities.assign(keys);
		leftovers.follow(drain.entries);
		const show = performance.now();
		const result = materialiser.show(pages, now());
		for (const { uid } of left) hidden.retry(uid);
		trimOutbox(db, drain);
		resume?.();
		if (bulk) installCapture(db, tables.mappings);
		endWrites(db, node, nonce, drain);
		tables.keep();
		commitArchive(db);
		const end = performance.now();
		pace.learn(count, end - show);
		state.confirm();
		this.#changed = [];
		this.#isFirst = false;
		this.#untrimmed = 0;
		this.#bare = this.#bare.filter((row) => left.some(({ uid }) => uidText(uid) === uidText(row.uid)));
		return {
			exchange: {
				outcome: "done",
				...this.#reported(),
				...result,
				more: drain.cut || more || left.length > 0,
				otherWriter: pace.otherWriter,
				lockedMs: end - begin
			},
			version: drain.cut ? void 0 : version
		};
	}
};
// ../../packages/store-sqlite/dist/archive/stillness.js
/** A file written a moment ago may be written again without another time of change: clocks of file systems tick slowly. */
const tickMs = 50;
/** How long what the file system says is believed, in ms: one over the network may be wrong. */
const believedMs = 250;
/**
* Tells without asking SQLite whether a file was written: asking takes a lock, and in journal mode `delete` whoever wants to commit
* at that moment begins to wait.
*/
var Stillness = class {
	#path;
	#now;
	#stamp;
	#lookedAt = 0;
	#isSure = false;
	/** `now` in Unix milliseconds, of the clock that file times are told by. */
	constructor(path, now) {
		this.#path = path;
		this.#now = now;
	}
	/**
	* Another value whenever the file was written, and always another one while it is being written; undefined where only
	* SQLite knows, because there is a write-ahead log.
	*/
	version() {
		if (isThere(`${this.#path}-wal`)) return void 0;
		if (isThere(`${this.#path}-journal`)) return NaN;
		return statSync(this.#path, { throwIfNoEntry: false })?.mtimeMs ?? NaN;
	}
	/** SQLite is asked next: what it says is true of the file as it is now. */
	look() {
		const now = this.#now();
		const stat = this.#read();
		this.#stamp = stat?.stamp;
		this.#isSure = stat !== void 0 && now - stat.changedAt > tickMs;
		this.#lookedAt = now;
	}
	/** Whether the file is for sure as it was when SQLite was asked last. */
	isStill() {
		const age = this.#now() - this.#lookedAt;
		return this.#isSure && age >= 0 && age < believedMs && this.#read()?.stamp === this.#stamp;
	}
	/** Undefined while it is being written, and where there is a write-ahead log. */
	#read() {
		if (isThere(`${this.#path}-wal`) || isThere(`${this.#path}-journal`)) return void 0;
		const stat = statSync(this.#path, {
			bigint: true,
			throwIfNoEntry: false
		});
		if (stat === void 0) return void 0;
		return {
			stamp: `${stat.ino} ${stat.size} ${stat.mtimeNs}`,
			changedAt: Number(stat.mtimeMs)
		};
	}
};
function isThere(path) {
	return statSync(path, { throwIfNoEntry: false }) !== void 0;
}
// ../../packages/store-sqlite/dist/archive/take-up.js
const left = "CREATE TABLE IF NOT EXISTS crdt_left(tbl INTEGER PRIMARY KEY)";
/**
* Brings the capture to what the mapping asks for when a file is opened. Of a table that never replicated, or has not for
* a while, nobody knows which rows are which: the marker is made such that RECONCILE finds out. `crdt_left` lists the
* tables that were taken out; their numbers and identities stay.
*/
function takeUpTables(db, mappings) {
	const known = hasCapture(db) ? knownTables(db) : void 0;
	const replicated = new Set(mappings.flatMap(({ kind, name }) => kind === "local" ? [] : [name]));
	const here = [...replicated].filter((name) => hasTable(db, name));
	const away = known ? leftTables(db) : /* @__PURE__ */ new Set();
	const gone = [...known ?? []].filter(([name, id]) => !replicated.has(name) && !away.has(id) && hasTable(db, name));
	const back = here.flatMap((name) => {
		const id = known?.get(name);
		return id !== void 0 && away.has(id) ? [id] : [];
	});
	const isNew = known !== void 0 && here.some((name) => !known.has(name));
	if (gone.length === 0 && back.length === 0 && !isNew) {
		renewCapture(db, mappings);
		return;
	}
	db.transaction(() => {
		renewCapture(db, mappings);
		if (gone.length > 0) db.exec(left);
		for (const [, id] of gone) db.prepare("INSERT OR IGNORE INTO crdt_left(tbl)VALUES(?)").run(id);
		for (const id of back) {
			db.prepare("DELETE FROM crdt_left WHERE tbl=?").run(id);
			if (hasTable(db, "crdt_unchecked")) db.prepare("DELETE FROM crdt_unchecked WHERE tbl=?").run(id);
		}
		if (isNew || back.length > 0) db.exec("UPDATE crdt_marker SET nonce='tables were added'");
	}).immediate();
}
function knownTables(db) {
	return new Map(db.prepare("SELECT name,id FROM crdt_tables").raw().all());
}
function leftTables(db) {
	if (!hasTable(db, "crdt_left")) return /* @__PURE__ */ new Set();
	return new Set(db.prepare("SELECT tbl FROM crdt_left").pluck().all());
}
// ../../packages/store-sqlite/dist/archive/archive-file.js
/** Rows looked at in one transaction. */
const checkedRows = 300;
/** Page cache: a larger one than holds what a run touches gains nothing that could be measured, and is memory for good. */
const cacheKiB = 24576;
/** Pages of the write-ahead log after which SQLite checkpoints by itself, whoever waits: more than a catch-up writes. */
const checkpointPages = 65536;
/** What a write-ahead log may keep of its length once it is in the file, in bytes. */
const keptLog = 16777216;
/** Nothing runs yet while a file is opened: wait as long as the assistant would. */
const openingBusyMs = 5e3;
/** Rows that are adopted in one transaction. */
const adoptedAtOnce = 500;
/**
* An application's database file and the one way in which we write it (rule M): whatever the application wrote goes into
* the state, durably, before anything of ours is written, and what we write comes from the state's current cells.
*
* Not safe for use by two nodes at once; the state file's lock sees to that.
*/
var ArchiveFile = class ArchiveFile {
	path;
	#options;
	#db;
	#state;
	#tables;
	#identities;
	#refused;
	#hidden;
	#leftovers;
	#claims;
	#materialiser;
	#check;
	#ruleM;
	#file;
	#stillness;
	/** `PRAGMA data_version` when the outbox was last seen empty; undefined: look again. */
	#seenVersion;
	/** The same, when all that was in the outbox was last captured without being taken out. */
	#capturedVersion;
	#pace;
	#outbox;
	/** A plan was committed to the state, and whether the archive carries it is not known. */
	#unsettled = true;
	#isUnmarked = false;
	#reconcile;
	/** Runs that settle leftovers. */
	#steps;
	/** Rows that no log knows may become rows of this node. */
	#mayAdopt = false;
	#totals = {
		shown: 0,
		refused: 0
	};
	/** Written since the last rest. */
	#hasLog = true;
	constructor(options, db) {
		this.path = options.path;
		this.#options = options;
		this.#db = db;
		this.#state = options.state;
		this.#tables = new FileTables(db, options);
		this.#identities = new Identities(db);
		this.#refused = new RefusedRows(db);
		this.#hidden = new HiddenRows(db);
		this.#leftovers = new Leftovers(db);
		this.#claims = new Claims({
			...this.#presenceParts(),
			leftovers: this.#leftovers,
			tables: this.#tables,
			identities: this.#identities,
			hasher: options.hasher,
			now: options.now
		});
		this.#materialiser = new Materialiser(db, options.hasher, this.#identities, this.#refused, this.#hidden, new Contest(db, this.#identities, this.#hidden, this.#state), (name) => this.#tables.byName(name), (access, view) => this.#leftovers.count > 0 && this.#claims.isClaimed(access, view), this.#state);
		this.#check = new Check(db, this.#identities, this.#state, (id) => this.#tables.byId(id));
		this.#outbox = new OutboxReader(db, this.#identities, this.#state, (id) => this.#tables.byId(id), options);
		this.#pace = new Pace(options.now);
		this.#file = fileIdentity(options.path);
		this.#stillness = new Stillness(options.path, () => Date.now());
		const open = this.#openArchive();
		this.#reconcile = new ReconcileRun(open);
		this.#steps = new StepRun(open);
		this.#ruleM = new RuleM({
			archive: open,
			refused: this.#refused,
			materialiser: this.#materialiser,
			now: options.now,
			settle: () => this.#settleForRun(),
			checkFile: () => this.#checkFile()
		});
	}
	/**
	* Opens an adopted (or created) archive; one that was never adopted where the state had another one before. Whether
	* the two belong together shows at the first exchange.
	*
	* @throws ArchiveError `not-adopted`, `unsupported`, `missing`, `not-sqlite`, `damaged`
	*/
	static open(options) {
		const db = openArchiveDatabase(options.path, { busyMs: openingBusyMs });
		try {
			const isFirst = options.state.nonces().confirmed === void 0;
			if (isFirst && !hasCapture(db)) throw new ArchiveError("not-adopted", `${options.path} is not adopted yet; run "jarvisctl migrate apply" first.`);
			if (isFirst && isAdopting(db)) throw new ArchiveError("not-adopted", `the adoption of ${options.path} was interrupted; run "jarvisctl migrate apply" again, it goes on from there.`);
			db.pragma(`cache_size = -${cacheKiB}`);
			db.pragma(`wal_autocheckpoint = ${checkpointPages}`);
			db.pragma(`journal_size_limit = ${keptLog}`);
			const wal = db.pragma("journal_mode", { simple: true }) === "wal";
			db.pragma(`synchronous = ${wal && options.durability !== "full" ? "NORMAL" : "FULL"}`);
			requireTables(db, options.mappings, options.path);
			takeUpTables(db, options.mappings);
			const file = new ArchiveFile(options, db);
			file.#followSchema();
			file.#reportHidden();
			db.pragma(`busy_timeout = ${options.busyMs ?? 100}`);
			return file;
		} catch (error) {
			db.close();
			throw asArchiveError(error, options.path);
		}
	}
	/**
	* One run of rule M. Takes the write lock only where there is something to do.
	*
	* Where archive and state do not belong together it is a step of RECONCILE instead.
	*
	* @throws ArchiveError `replaced` where the path leads to another file now, `foreign` where the file was another
	* node's and nothing may be adopted yet, `unsupported`, `damaged`; and SQLite's own error where the disk fails. Nothing
	* is lost by any of them.
	*/
	exchange(budget = this.#pace.budget) {
		try {
			this.#checkFile();
			if (!this.#hasWork()) return this.#check.isDue ? this.#checkSome() : { outcome: "idle" };
			if (this.#reconcile.isNeeded) return this.#runReconcile();
			return this.#hasDueLeftovers() ? this.#runLeftovers() : this.#run(budget);
		} catch (error) {
			if (isBusy(error)) return { outcome: "busy" };
			throw asArchiveError(error, this.path);
		}
	}
	/**
	* Takes what the application wrote into the state, without the write lock: what else there is to do waits for an
	* `exchange`. Throws as that does.
	*/
	capture() {
		try {
			this.#checkFile();
			if (!this.#mayCapture()) return { outcome: "idle" };
			this.#unsettled = true;
			const { exchange, version } = this.#ruleM.capture();
			this.#capturedVersion = version;
			return exchange;
		} catch (error) {
			if (isBusy(error)) return { outcome: "busy" };
			throw asArchiveError(error, this.path);
		}
	}
	/** Another number whenever another program has written the file, or is just writing it. */
	version() {
		try {
			return this.#stillness.version() ?? dataVersion(this.#db);
		} catch (error) {
			if (isBusy(error)) return NaN;
			throw error;
		}
	}
	/** Somebody writes, and all of it will be read later: where his transactions end is seen now only. */
	look() {
		try {
			if (hasCapture(this.#db)) this.#outbox.look();
		} catch (error) {
			if (!isBusy(error)) throw asArchiveError(error, this.path);
		}
	}
	/** When nothing was to do for a while: moves the write-ahead log into the file, as far as readers let it. */
	rest() {
		if (!this.#hasLog) return;
		this.#hasLog = moveLog(this.#db, this.path);
	}
	/** Where a row is shown. */
	keyOf(table, uid) {
		const access = this.#tables.byName(table);
		return access && this.#identities.keyOf(access.table.id, uid);
	}
	/** Rows that this file refuses, the next to be tried first. */
	refused(limit = 100) {
		return this.#refused.list(limit).map((row) => ({
			...row,
			table: this.#tables.nameOf(row.table)
		}));
	}
	get journalMode() {
		return this.#db.pragma("journal_mode", { simple: true });
	}
	/**
	* The path leads to another file now: takes what the application wrote last into this one. Writes nothing into it,
	* because its journal would lie beside the other one.
	*/
	captureRest() {
		this.#db.transaction(() => {
			if (!this.#tables.isCurrent || isOutboxEmpty(this.#db)) return;
			const marker = readMarker(this.#db);
			if (isForeign(marker, this.#options.node)) return;
			const isRewound = settle(this.#db, this.#state.nonces(), this.#options.node) === "reconcile";
			disown(this.#state, this.#nonce());
			const { captured } = this.#outbox.readAll();
			const nonce = this.#nonce();
			this.#state.plan({
				nonce,
				captured: {
					...captured,
					isRewound
				},
				maxRows: 0,
				also: []
			});
		}).deferred();
	}
	/** From now on rows that no log knows become rows of this node: a peer has told all it knows, or there is none. */
	adoptLeftovers() {
		this.#mayAdopt = true;
	}
	/** Rows that no log knows and that are not adopted yet. */
	get leftovers() {
		return this.#leftovers.count;
	}
	close() {
		this.#reconcile.end();
		this.#db.close();
	}
	/** Whether a run would do anything: the file changed, the state has something to show, a refused row is due. */
	#hasWork() {
		const isUnsettled = this.#unsettled || this.#reconcile.isNeeded;
		const version = !isUnsettled && this.#stillness.isStill() ? this.#seenVersion : this.#look();
		if (version === void 0 || version !== this.#seenVersion || isUnsettled) {
			this.#followSchema();
			this.#settle();
			if (this.#reconcile.isNeeded || this.#isUnmarked || !isOutboxEmpty(this.#db)) return true;
			this.#seenVersion = version;
		}
		if (this.#tables.isIncomplete()) return false;
		return this.#hasDueLeftovers() || this.#ruleM.hasBare || this.#state.hasWork() || this.#refused.isDue(this.#options.now()) || this.#hidden.isDue;
	}
	/** Whether anything may have been written since the last run, into the file that there was then. */
	#mayCapture() {
		if (this.#reconcile.isNeeded || !this.#tables.isCurrent) return false;
		const version = dataVersion(this.#db);
		return version !== this.#seenVersion && version !== this.#capturedVersion;
	}
	/** Adapts to what the application made of its tables. */
	#followSchema() {
		if (this.#tables.isCurrent) return;
		if (this.#tables.follow()) this.#reconcile.need();
		this.#check.reload();
	}
	#look() {
		this.#stillness.look();
		return dataVersion(this.#db);
	}
	/** Finds out which plan the file carries, and whether it is one of this state's at all. */
	#settle() {
		const marker = readMarker(this.#db);
		this.#reconcile.notice(marker);
		const verdict = settle(this.#db, this.#state.nonces(), this.#options.node);
		this.#isUnmarked = marker.nonce === null;
		if (verdict === "reconcile") this.#reconcile.need();
		if (verdict === "confirm" && !this.#reconcile.isNeeded) this.#state.confirm();
		if (this.#reconcile.isNeeded && isForeign(marker, this.#options.node) && !this.#mayAdopt) throw new ArchiveError("foreign", `${this.path} was last used by node ${marker.node}; it is taken over once this node is in sync with a peer.`);
		this.#unsettled = false;
	}
	/** Whether the file, inside a transaction, carries a plan of the state; the fate of the next one is open again. */
	#settleForRun() {
		this.#settle();
		this.#unsettled = true;
		return !this.#reconcile.isNeeded;
	}
	#runReconcile() {
		this.#willWrite();
		const exchange = this.#reconcile.run();
		if (!this.#reconcile.isNeeded) this.#reportHidden();
		return exchange;
	}
	/** None is adopted while the state has something to show: it may be that very row. */
	#hasDueLeftovers() {
		const { arrived, count } = this.#leftovers;
		return arrived > 0 || this.#mayAdopt && count > 0 && !this.#state.hasWork();
	}
	/** Rows that no log knew: those that came meanwhile are settled, the others adopted. */
	#runLeftovers() {
		let adopted = 0;
		this.#willWrite();
		const exchange = this.#steps.run({
			isRewound: false,
			isCurrent: () => true,
			do: (limit) => {
				adopted = this.#claims.settle(Math.min(limit, adoptedAtOnce), this.#mayAdopt);
			},
			committed: () => void 0,
			failed: () => void 0
		});
		return exchange.outcome === "done" ? {
			...exchange,
			adopted
		} : exchange;
	}
	/** Until a run has ended well nothing that is remembered of the file counts. */
	#willWrite() {
		this.#unsettled = true;
		this.#seenVersion = void 0;
		this.#capturedVersion = void 0;
		this.#hasLog = true;
	}
	#run(budget) {
		this.#willWrite();
		const { exchange, version } = this.#ruleM.run(budget);
		if (exchange.outcome !== "done") return exchange;
		this.#unsettled = false;
		this.#reportChanges();
		this.#seenVersion = version;
		return exchange;
	}
	/** Tells the state all rows that are hidden: it may have missed what a process did last that was killed. */
	#reportHidden() {
		const hidden = this.#hidden.list().map((row) => ({
			...row,
			table: this.#tables.nameOf(row.table)
		}));
		this.#state.unshown({
			hidden,
			shown: [],
			all: true
		});
	}
	#reportChanges() {
		const changes = this.#hidden.changes();
		if (changes === void 0) return;
		this.#state.unshown({
			hidden: changes.hidden.map((row) => ({
				...row,
				table: this.#tables.nameOf(row.table)
			})),
			shown: changes.shown.map(({ table, uid }) => ({
				table: this.#tables.nameOf(table),
				uid
			})),
			all: false
		});
	}
	#nonce() {
		return Buffer.from(this.#options.random(16)).toString("hex");
	}
	#show(rows) {
		const { shown, refused } = this.#materialiser.show([rows], this.#options.now());
		this.#totals.shown += shown;
		this.#totals.refused += refused;
	}
	#presenceParts() {
		return {
			state: this.#state,
			show: (rows) => this.#show(rows),
			nonce: () => this.#nonce()
		};
	}
	#openArchive() {
		return {
			...this.#presenceParts(),
			db: this.#db,
			node: this.#options.node,
			hasher: this.#options.hasher,
			tables: this.#tables,
			identities: this.#identities,
			hidden: this.#hidden,
			leftovers: this.#leftovers,
			outbox: this.#outbox,
			pace: this.#pace,
			totals: this.#totals,
			reload: () => this.#reload()
		};
	}
	/** Reads again what is remembered of the file. */
	#reload() {
		this.#refused.reload();
		this.#hidden.reload();
		this.#leftovers.reload();
		this.#check.reload();
	}
	/** Looks for writes that no trigger saw; the next run captures what is found. */
	#checkSome() {
		this.#db.transaction(() => {
			if (!isOutboxEmpty(this.#db) || !this.#tables.isCurrent) return;
			this.#ruleM.showAgain(this.#check.step(checkedRows));
			this.#tables.keep();
		}).immediate();
		this.#seenVersion = void 0;
		return { outcome: "busy" };
	}
	#checkFile() {
		if (fileIdentity(this.path) === this.#file) return;
		throw new ArchiveError("replaced", `${this.path} is another file now; open it again.`);
	}
};
// ../../packages/store-sqlite/dist/archive/fair-share.js
/**
* When all is shown for now: the longer the pause, the more comes into one run, and the less of him waits for us. Who has not
* written since the last run hardly waits, and whoever writes through the node does.
*/
const usual = {
	times: {
		none: 1,
		lately: 1,
		now: 48
	},
	longest: {
		none: 0,
		lately: 100,
		now: 2e3
	}
};
/** When there is more to show than a run can. */
const catchingUp = {
	times: {
		none: 4,
		lately: 4,
		now: 4
	},
	longest: {
		none: 0,
		lately: 100,
		now: 500
	}
};
/** What we may hold the file for at once without having left it before, in ms: he would not notice. */
const saved = 60;
/** Least pause between two runs, in ms. */
const least = {
	none: 0,
	lately: 0,
	now: 10
};
/**
* A program that finds the file locked looks again after 100 ms at most, for five seconds in all: only a pause that is
* longer than that lets it in for certain. Whether it waits cannot be seen.
*/
const door = {
	ms: 110,
	everyMs: 2e3
};
/**
* How long the file is left to another writer after a run of ours. Time in which we do not hold it is saved, up to a
* bound, so that a write now and then is seen at once, and only who writes all the time is kept out of our way.
*/
var FairShare = class {
	/** Milliseconds that we may still hold the file; below zero we owe. */
	#saved = saved;
	#at;
	/** Since when the file was not free for long enough. */
	#shutSince;
	/**
	* After a run that held the lock, and left `more` to do or not; `now` in ms, of a clock that never goes back. Returns
	* milliseconds.
	*/
	pauseAfter(lockedMs, otherWriter, now, more = false) {
		const pause = this.#owed(lockedMs, otherWriter, now, more ? catchingUp : usual);
		this.#at = now;
		return now - this.#shutSince < door.everyMs ? pause : Math.max(pause, door.ms);
	}
	#owed(lockedMs, otherWriter, now, terms) {
		const [times, longest] = [terms.times[otherWriter], terms.longest[otherWriter]];
		const since = now - (this.#at ?? now);
		if (this.#shutSince === void 0 || since - lockedMs >= door.ms) this.#shutSince = now - lockedMs;
		this.#saved = Math.min(saved, this.#saved + Math.max(0, since - lockedMs) / times);
		if (otherWriter === "none") return 0;
		this.#saved -= lockedMs;
		const pause = Math.min(longest, Math.max(least[otherWriter], -this.#saved * times));
		this.#saved = Math.max(this.#saved, -longest / times);
		return pause;
	}
};
// ../../packages/store-sqlite/dist/archive/lull.js
/** How long one is waited for at most, in ms. */
const patienceMs = 250;
/**
* Waits until another writer pauses. Programs write in bursts, a statement every few milliseconds; whoever takes the lock
* within one makes its next statement wait, and has to take it again afterwards for the rest.
*/
var Lull = class {
	#version;
	#since;
	#isWaitedFor = false;
	/** Whether the file, whose `data_version` this is now, may be locked; `now` in ms, of a clock that never goes back. */
	isThere(version, now) {
		const isWritten = this.#version !== void 0 && version !== this.#version;
		this.#version = version;
		if (isWritten && !this.#isWaitedFor) {
			this.#since ??= now;
			if (now - this.#since < patienceMs) return false;
		}
		this.#since = void 0;
		return true;
	}
	/** After a run that found the file locked: whoever writes has had his time, and the next one need not wait for a pause. */
	wasMissed() {
		this.#isWaitedFor = true;
	}
	/** After a run of ours: the file is as we left it. */
	wasUsed(version) {
		this.#isWaitedFor = false;
		this.#version = version;
	}
};
// ../../packages/store-sqlite/dist/archive/archive-loop.js
/** Between two captures while another writer has his turn, in ms: at least, and in times of what the last one took. */
const leastMs = 200;
const times = 4;
/** Least time between two looks at how far another writer has come, in ms. */
const lookMs = 50;
const defaults = {
	idleMs: 10,
	pauseMs: 10,
	errorMs: 1e3,
	restMs: 1e3
};
/** Keeps an archive and its state together: looks for changes in both, and exchanges them. */
var ArchiveLoop = class {
	#file;
	#options;
	#timer;
	#cancel;
	/** The file is left to another writer: what comes meanwhile waits, so that one run does for all of it. */
	#giving = false;
	/** Until then he has his turn, and what he writes is only read. */
	#turnEnds = 0;
	/** Not before then is it read again. */
	#captureAt = 0;
	/** Not before then is it looked how far he has come. */
	#lookAt = 0;
	#share = new FairShare();
	#lull = new Lull();
	#clock;
	/** For how long nothing has happened, in ms. */
	#idle = 0;
	#state = "new";
	#waiting = [];
	constructor(file, options = {}) {
		this.#file = file;
		this.#options = {
			...defaults,
			...options
		};
		this.#timer = options.timer ?? systemTimer;
		this.#clock = options.clock ?? (() => performance.now());
	}
	start() {
		if (this.#state !== "new") return;
		this.#state = "running";
		this.#schedule(0);
	}
	/** There is something to do: run at once, not at the next look, unless another writer has his turn. */
	wake() {
		if (this.#state === "running" && !this.#giving) this.#schedule(0);
	}
	/** Resolves once outbox and worklist are empty; rejects when the loop is stopped before. */
	drain() {
		if (this.#state === "stopped") return Promise.reject(stopped());
		return new Promise((resolve, reject) => {
			this.#waiting.push({
				resolve,
				reject
			});
			this.wake();
		});
	}
	/** No run begins after this returns; a run is never interrupted. */
	stop() {
		if (this.#state === "stopped") return;
		this.#state = "stopped";
		this.#cancel?.();
		this.#cancel = void 0;
		this.#settle(({ reject }) => reject(stopped()));
	}
	[Symbol.dispose]() {
		this.stop();
	}
	#schedule(ms) {
		this.#cancel?.();
		this.#cancel = this.#timer(() => this.#tick(), ms);
	}
	#tick() {
		this.#cancel = void 0;
		if (this.#state !== "running") return;
		this.#giving = false;
		const { idleMs, errorMs } = this.#options;
		let pause;
		try {
			const now = this.#clock();
			if (!this.#lull.isThere(this.#file.version(), now)) {
				this.#giving = true;
				this.#look(now);
				this.#schedule(10);
				return;
			}
			const isHis = now < this.#turnEnds && this.#waiting.length === 0;
			const exchange = isHis ? this.#capture(now) : this.#file.exchange();
			if (exchange.outcome === "busy") this.#lull.wasMissed();
			if (exchange.outcome === "done") this.#lull.wasUsed(this.#file.version());
			pause = this.#pauseAfter(exchange);
			this.#giving = isHis || exchange.outcome !== "idle" && pause > 0;
			if ((exchange.outcome === "idle" || exchange.outcome === "done" && !exchange.more) && !isHis) this.#settle(({ resolve }) => resolve());
			this.#rest(exchange.outcome === "idle" ? idleMs : void 0);
			this.#options.onExchange?.(exchange);
		} catch (error) {
			this.#options.onError?.(error);
			pause = errorMs;
		}
		if (this.#state === "running" && this.#cancel === void 0) this.#schedule(pause);
	}
	#pauseAfter(exchange) {
		if (exchange.outcome === "idle") return this.#options.idleMs;
		if (exchange.outcome !== "done") return this.#options.pauseMs;
		const now = this.#clock();
		const pause = this.#share.pauseAfter(exchange.lockedMs, exchange.otherWriter, now, exchange.more);
		this.#turnEnds = now + pause;
		return Math.min(pause, this.#options.pauseMs);
	}
	/** Reads what he writes, now and then: each time costs him a moment of the disk. */
	#capture(now) {
		if (now < this.#captureAt) {
			this.#look(now);
			return { outcome: "idle" };
		}
		const exchange = this.#file.capture();
		if (exchange.outcome === "captured") this.#captureAt = this.#clock() + Math.max(leastMs, exchange.ms * times);
		return exchange;
	}
	/** Where what he writes can be cut is seen while he writes. */
	#look(now) {
		if (now < this.#lookAt) return;
		this.#lookAt = now + lookMs;
		this.#file.look();
	}
	#rest(idleMs) {
		const before = this.#idle;
		this.#idle = idleMs === void 0 ? 0 : before + idleMs;
		const { restMs } = this.#options;
		if (Math.floor(before / restMs) < Math.floor(this.#idle / restMs)) this.#file.rest();
	}
	#settle(settle) {
		const waiting = this.#waiting;
		this.#waiting = [];
		for (const one of waiting) settle(one);
	}
};
function stopped() {
	return /* @__PURE__ */ new Error("the archive loop is stopped");
}
function systemTimer(callback, ms) {
	if (ms === 0) {
		const immediate = setImmediate(callback);
		return () => clearImmediate(immediate);
	}
	const timer = setTimeout(callback, ms);
	return () => clearTimeout(timer);
}
// ../../packages/store-sqlite/dist/archive/kept-archive.js
const defaultMissingMs = 2e3;
/**
* The archive at a path, whichever file that is: follows when the file is replaced, waits while it cannot be used, and
* makes it anew when it stays away. What the application wrote into a file that was taken away is captured first.
*/
var KeptArchive = class {
	#options;
	#file;
	#journal;
	#missingSince;
	#mayAdopt = false;
	/** Opens the file; throws `ArchiveError` as `ArchiveFile.open` does. */
	constructor(options) {
		this.#options = options;
		this.#file = options.open();
		this.#journal = this.#file.journalMode;
	}
	/** One exchange with the file that is there now. Throws as `ArchiveFile.exchange` does, and may be called again. */
	exchange() {
		if (this.#file === void 0 && !this.#reopen()) return { outcome: "busy" };
		return this.#try((file) => file.exchange());
	}
	/** What an exchange does without the write lock. Throws as that does. */
	capture() {
		return this.#file === void 0 ? { outcome: "idle" } : this.#try((file) => file.capture());
	}
	#try(run) {
		try {
			return run(this.#file);
		} catch (error) {
			if (!(error instanceof ArchiveError) || error.code === "foreign") throw error;
			this.#leave(error.code === "replaced");
			if (error.code === "replaced") return { outcome: "busy" };
			throw error;
		}
	}
	/** Undefined while there is no file. */
	version() {
		return this.#file?.version();
	}
	/** Notes how far the application has come. */
	look() {
		this.#file?.look();
	}
	rest() {
		this.#file?.rest();
	}
	/** Rows of the file that no log knows and that are not adopted yet. */
	get leftovers() {
		return this.#file?.leftovers ?? 0;
	}
	adoptLeftovers() {
		this.#mayAdopt = true;
		this.#file?.adoptLeftovers();
	}
	close() {
		this.#file?.close();
		this.#file = void 0;
	}
	#leave(isElsewhere) {
		const file = this.#file;
		this.#file = void 0;
		try {
			if (isElsewhere) file?.captureRest();
		} finally {
			file?.close();
		}
	}
	/** Whether there is a file. */
	#reopen() {
		const { path, open, create, now, missingMs = defaultMissingMs } = this.#options;
		if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0) {
			this.#missingSince ??= now();
			if (now() - this.#missingSince < missingMs) return false;
			create();
			this.#keepJournalMode();
		}
		this.#missingSince = void 0;
		const file = open();
		if (this.#mayAdopt) file.adoptLeftovers();
		this.#file = file;
		this.#journal = file.journalMode;
		return true;
	}
	/** Other programs know the file as it was. */
	#keepJournalMode() {
		const db = openArchiveDatabase(this.#options.path);
		try {
			db.pragma(`journal_mode = ${this.#journal}`);
		} finally {
			db.close();
		}
	}
};
// ../../packages/store-sqlite/dist/thread/archive-worker.js
/**
* The whole life of an archive's thread: opens the file, keeps it and the state together, ends when told to. A script
* that is started as a worker by `ArchiveThread` calls it.
*/
function runArchiveWorker(work) {
	const parent = parentPort;
	if (!parent) throw new Error("an archive worker runs as a worker thread");
	const tell = (message) => parent.postMessage(message);
	const { path, node, port, signals, mapping } = workerData;
	let archive;
	try {
		archive = keep(path, node, new RemoteState(port, signals, work.compressor), work, mapping);
	} catch (error) {
		tell(failure(error, true));
		port.close();
		parent.close();
		return;
	}
	/** Said last, and still so: a file that cannot be used is looked at every second. */
	let said;
	const loop = new ArchiveLoop(archive, {
		onExchange: (exchange) => {
			Atomics.store(signals, 2, archive.leftovers);
			if (exchange.outcome === "busy") return;
			said = void 0;
			if (exchange.outcome !== "idle") tell({
				say: "exchange",
				exchange
			});
		},
		onError: (error) => {
			const message = failure(error, false);
			if (message.message !== said) tell(message);
			said = message.message;
		}
	});
	parent.on("message", (message) => {
		if (message.say === "wake") loop.wake();
		else if (message.say === "adopt") {
			archive.adoptLeftovers();
			loop.wake();
		} else if (message.say === "stop") {
			loop.stop();
			archive.close();
			port.close();
			parent.close();
		} else {
			const { ticket } = message;
			loop.drain().then(() => tell({
				say: "drained",
				ticket,
				failure: void 0
			}), (error) => tell({
				say: "drained",
				ticket,
				failure: error.message
			}));
		}
	});
	loop.start();
	tell({ say: "opened" });
}
function keep(path, node, state, work, options) {
	const remap = (db) => work.mapTables(db, options);
	const mappings = readMappings(path, remap);
	const now = () => Date.now();
	return new KeptArchive({
		path,
		now,
		create: () => work.create(path),
		open: () => ArchiveFile.open({
			path,
			mappings,
			remap,
			state,
			node,
			now,
			random: (n) => randomBytes(n),
			hasher: work.hasher
		})
	});
}
/** As the file was when the process began: what it lacks when it is opened anew is missing, not gone. */
function readMappings(path, map) {
	const db = openArchiveDatabase(path, { busyMs: 5e3 });
	try {
		return map(db);
	} finally {
		db.close();
	}
}
function failure(error, atOpening) {
	const { message, stack } = error instanceof Error ? error : new Error(String(error));
	const code = error.code;
	if (typeof code === "string") return {
		say: "error",
		code,
		message,
		atOpening
	};
	return {
		say: "error",
		code: void 0,
		message: stack ?? message,
		atOpening
	};
}
// dist/archive-work.js
/** The archive's thread from its begin to its end. */
function workOnArchive() {
	runArchiveWorker({
		mapTables: (db, options) => mapArchive(db, options),
		create: (path) => void createArchive(path),
		compressor,
		hasher
	});
}
export { workOnArchive };
