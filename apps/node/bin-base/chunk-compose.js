import { C as withoutItems, D as checkIncrement, E as addToCounter, M as __require, O as counterValue, P as __toESM, S as itself, T as winner, _ as removeFromSet, a as ObjectError, b as includesDot, d as HybridClock, f as driftBound, g as addToSet, h as isBeyondDrift, i as kindOf, k as __commonJSMin, l as isLoopback, m as hlcTime, n as ServiceError, o as hostPort, p as hlcAt, t as StartError, u as showsConflicts, v as removeFromRegister, w as dotOfEntry, x as insertItem, y as writeRegister } from "./chunk-start-error.js";
import { a as makeLogId, i as isLogId, n as encodeLogId, o as nodeOf, r as incarnationOf, s as CrdtError, t as decodeLogId } from "./chunk-log.js";
import { A as compareDots$1, M as sameDot, T as ByteReader, b as maxPieceBytes, g as maxColumns, h as maxAnewBatches, i as encodeValue, j as hasDot, k as utf8Length, m as Real, p as RawText, r as encodeElement, s as sameValue, t as decodeValue, w as ByteWriter, x as maxRowBytes } from "./chunk-value-codec.js";
import { $ as columnsOf, B as uidOfInsert, C as closeBytes, Ct as pieceCount, D as survey, F as holdsAnything, I as nothingCaptured, K as hasCapture, L as planBy, M as declared, N as withDeclared, O as RowReader, P as fileIdentity, S as acceptRawBytes, St as joinPieces, T as packedBound, U as readKey, V as uidText, _ as encodeRows, _t as outlineOperation, a as createArchive, b as unpackBody, bt as Pieced, c as makeSignals, ct as toSql, d as encodeSurvey, dt as moveLog, et as describeTable, f as encodeWeighed, g as encodePlan, gt as encodeOperation, h as decodeRequest, ht as decodeOperation, i as shown, l as work, lt as quote$1, m as decodeKeys, mt as encodeSchema, n as hasher, o as mapArchive, ot as longestKey, p as decodeEntries, pt as decodeSchema, r as SecurityError, t as compressor, u as decodeFound, ut as schemaOf, v as joinOperations, vt as operationKind, w as closeOperations, wt as pieceLengths, x as acceptOperations, xt as cutValues, y as splitBody, yt as encodeRowValues, z as sizeOf$1 } from "./chunk-compressor.js";
import { a as BatchError, f as isBusy, h as ArchiveError, i as equalBytes$1, m as sqliteCode, n as encodeHeader, p as openArchiveDatabase, r as ascii$4, s as readMarker, t as decodeHeader, u as prepared } from "./chunk-header-codec.js";
import { C as unknown$1, M as NEVER, N as StoreError, a as array, c as custom, f as literal, p as number, s as boolean, t as version, x as tuple, y as string } from "./chunk-version.js";
import { c as StateCopy, d as applicationId, f as ddl, l as checkLayout, m as BackupError, p as envelopeOf, t as listBackups, u as upgradeLayout } from "./chunk-list-backups.js";
import { closeSync, existsSync, fstatSync, fsyncSync, openSync, readFileSync, readdirSync, readlinkSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname, networkInterfaces, uptime } from "node:os";
import { basename, dirname, extname, join } from "node:path";
import { createHash, createPrivateKey, randomBytes } from "node:crypto";
import { MessageChannel, Worker } from "node:worker_threads";
import Sqlite from "better-sqlite3";
import { open } from "node:fs/promises";
import sodium from "sodium-native";
import { connect, createServer, isIP, isIPv4 } from "node:net";
import { Resolver, lookup } from "node:dns/promises";
// ../../packages/crdt/dist/cells/row-cell.js
const none = [];
/** The cell after a `row.add` at `entry.dot`; `groups` is the number of the table's column groups. */
function addRow(cell, entry, groups, isDead) {
	const dot = entry.dot;
	if (isDead(dot, null)) return {
		cell,
		superseded: none,
		lost: none
	};
	const added = {
		dot,
		stamp: entry.stamp,
		adds: [dot]
	};
	const lists = [];
	for (let group = 0; group < groups; group++) {
		const before = cell?.groups[group] ?? none;
		lists.push(isDead(dot, group) ? before : insertItem(before, added, dotOfEntry));
	}
	return {
		cell: asCell(insertItem(cell?.adds ?? none, dot, itself), lists),
		superseded: none,
		lost: none
	};
}
/**
* The first of `adds` that is not covered: a `row.set` that names one waits, with its whole transaction, until all
* are. Adds of the transaction's own earlier operations count as covered.
*/
function missingAdd(adds, isCovered) {
	return adds.find((dot) => !isCovered(dot));
}
/**
* The cell after a `row.set` in `group`, whose adds are all covered. Where none of them lives the write is void: it
* supersedes what it saw, and is lost unless a later operation that saw it is here already.
*/
function setRow(cell, entry, group, seen, isDead) {
	const isKnownDead = isDead(entry.dot, group);
	const before = cell?.groups[group] ?? none;
	const kept = withoutItems(before, seen, dotOfEntry);
	const superseded = kept === before ? none : before.filter((one) => includesDot(seen, one.dot));
	const isVoid = !livesOn(entry, cell?.adds ?? none);
	const after = isVoid || isKnownDead ? kept : insertItem(kept, entry, dotOfEntry);
	const isLost = isVoid && !isKnownDead && !isDead(entry.dot, null);
	return {
		cell: cell && (after === before ? cell : {
			adds: cell.adds,
			groups: replaced(cell.groups, group, after)
		}),
		superseded,
		lost: isLost ? [{
			group,
			entry
		}] : none
	};
}
/**
* The cell after a `row.remove`, which names every dot of the row that its author saw (`liveDots`). Adds that he did
* not see stay, with the entries on them; entries that he did not see and that die with the named adds are lost.
*/
function removeRow(cell, seen) {
	if (cell === void 0) return {
		cell,
		superseded: none,
		lost: none
	};
	const adds = withoutItems(cell.adds, seen, itself);
	if (adds === cell.adds) return {
		cell,
		superseded: none,
		lost: none
	};
	const lost = [];
	return {
		cell: asCell(adds, cell.groups.map((entries, group) => prune(entries, adds, (entry) => {
			if (!includesDot(seen, entry.dot)) lost.push({
				group,
				entry
			});
		}))),
		superseded: none,
		lost
	};
}
/** All dots that live in the cell, each once, in canonical order: what an operation that removes the row names. */
function liveDots(cell) {
	const dots = [...cell.adds, ...cell.groups.flatMap((entries) => entries.map(dotOfEntry))].sort(compareDots$1);
	return dots.filter((dot, i) => i === 0 || compareDots$1(dots[i - 1], dot) !== 0);
}
/** Whether one of the adds on which `entry` was written is live. */
function livesOn(entry, adds) {
	return entry.adds.some((add) => includesDot(adds, add));
}
function prune(entries, adds, dropped = () => {}) {
	const kept = entries.filter((entry) => {
		const lives = livesOn(entry, adds);
		if (!lives) dropped(entry);
		return lives;
	});
	return kept.length === entries.length ? entries : kept;
}
function replaced(items, at, item) {
	return items.map((one, i) => i === at ? item : one);
}
function asCell(adds, groups) {
	return adds.length === 0 ? void 0 : {
		adds,
		groups
	};
}
// ../../packages/store-sqlite/dist/archive/archive-lock.js
/**
* The file whose lock (`Lock`) means that a node works with this archive: two nodes would take it over from each other for
* ever. It lies beside the file that the path leads to, whatever links lead there and whichever file that is at the
* moment. The archive itself is not locked for longer than a transaction, and its assistant never.
*/
function archiveLockFile(path) {
	return `${existsSync(path) ? realpathSync(path) : join(realpathSync(dirname(path)), basename(path))}.crdt-lock`;
}
// ../../packages/store-sqlite/dist/archive/node-holding.js
/** A process of `jarvisd` that has this file open. Only Linux tells; elsewhere, and of other users, undefined. */
function nodeHolding(file) {
	let path;
	let pids;
	try {
		path = realpathSync(file);
		pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
	} catch {
		return;
	}
	return pids.map(Number).find((pid) => pid !== process.pid && isNode(pid) && hasOpen(pid, path));
}
function isNode(pid) {
	try {
		return /\bjarvisd\b|\bnode\/(bin|dist|src)\/main\.[jt]s/.test(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
	} catch {
		return false;
	}
}
function hasOpen(pid, path) {
	try {
		return readdirSync(`/proc/${pid}/fd`).some((fd) => {
			try {
				return readlinkSync(`/proc/${pid}/fd/${fd}`) === path;
			} catch {
				return false;
			}
		});
	} catch {
		return false;
	}
}
// ../../packages/store-sqlite/dist/archive/refused-reader.js
/** For so long another program may keep readers out of the file. */
const busyMs$1 = 1e3;
/**
* Rows that an archive refuses, in the order of their uids, after one if given. Over a connection of its own that only
* reads; undefined while another program keeps readers out. Throws `ArchiveError` where the file cannot be used.
*/
function readRefused(path, after, limit) {
	const db = openArchiveDatabase(path, {
		readonly: true,
		busyMs: busyMs$1
	});
	try {
		if (db.prepare("SELECT 1 FROM sqlite_schema WHERE name='crdt_refused'").get() === void 0) return [];
		return db.prepare(`SELECT name AS "table",uid,reason,tries,retry_at AS retryAt FROM crdt_refused JOIN crdt_tables ON id=tbl
         WHERE uid>? ORDER BY uid LIMIT ?`).all(after ?? /* @__PURE__ */ new Uint8Array(0), limit);
	} catch (error) {
		if (isBusy(error)) return void 0;
		throw error;
	} finally {
		db.close();
	}
}
/** Whether the operations of a batch were thrown away. */
function isHollow({ codec }) {
	return codec === 0;
}
// ../../packages/batch/dist/domain.js
/**
* Prefixes of everything that is hashed or signed. They keep one kind of input from ever passing as another: a node
* of the Merkle tree as a leaf (RFC 6962 §2.1), a batch id as a channel signature.
*/
const leafDomain$1 = ascii$4("crdtsync/1 leaf\0");
const nodeDomain$1 = ascii$4("crdtsync/1 node\0");
const batchDomain = ascii$4("crdtsync/1 batch\0");
const batchSignatureDomain = ascii$4("crdtsync/1 batch-sig\0");
const schemaDomain = ascii$4("crdtsync/1 schema\0");
// ../../packages/batch/dist/id.js
/** Names a batch for ever: BLAKE2b-256 of its encoded header. 32 bytes. */
function batchId(header, hasher) {
	return hasher.hash([batchDomain, header]);
}
/** Names a schema for ever, by its canonical bytes. 32 bytes. */
function schemaId(bytes, hasher) {
	return hasher.hash([schemaDomain, bytes]);
}
/** What the author of the batch `id` signs. */
function signedMessage(id) {
	const message = new Uint8Array(batchSignatureDomain.length + id.length);
	message.set(batchSignatureDomain);
	message.set(id, batchSignatureDomain.length);
	return message;
}
/**
* Leaf hashes of a batch's operations, 32 bytes each, concatenated. The index is part of a leaf, so that an operation
* cannot change its place and with it its dot. O(bytes); one hash and no other garbage per operation.
*/
function leafHashes(operations, hasher) {
	const leaves = new Uint8Array(operations.length * 32);
	const hash = leafHasher(hasher);
	for (let i = 0; i < operations.length; i++) leaves.set(hash(operations[i], i), i * 32);
	return leaves;
}
/**
* Root of the tree over concatenated leaf hashes, at least one. The shape is that of RFC 6962 §2.1: pairing each
* level from the left and lifting an odd last node unchanged gives the same tree as its recursion, in O(n) time and
* without a stack.
*/
function merkleRoot(leaves, hasher) {
	if (leaves.length === 0 || leaves.length % 32 !== 0) throw new RangeError("leaf hashes are one or more times 32 bytes");
	const level = new Uint8Array(leaves);
	const hash = nodeHasher(hasher);
	for (let width = leaves.length / 32; width > 1; width = lift(level, width, hash));
	return level.slice(0, 32);
}
/** Replaces the first `width` nodes of `level` by their parents; returns how many these are. */
function lift(level, width, hash) {
	const pairs = width >>> 1;
	for (let i = 0; i < pairs; i++) level.set(hash(level, i * 2 * 32), i * 32);
	if (width % 2 === 0) return pairs;
	level.copyWithin(pairs * 32, (width - 1) * 32, width * 32);
	return pairs + 1;
}
function nodeHasher(hasher) {
	const input = new Uint8Array(nodeDomain$1.length + 64);
	input.set(nodeDomain$1);
	const parts = [input];
	return (level, offset) => {
		for (let i = 0; i < 64; i++) input[nodeDomain$1.length + i] = level[offset + i];
		return hasher.hash(parts);
	};
}
function leafHasher(hasher) {
	const prefix = new Uint8Array(leafDomain$1.length + 8);
	prefix.set(leafDomain$1);
	const view = new DataView(prefix.buffer, leafDomain$1.length);
	const parts = [prefix, prefix];
	return (operation, index) => {
		view.setUint32(0, index);
		view.setUint32(4, operation.length);
		parts[1] = operation;
		return hasher.hash(parts);
	};
}
// ../../packages/batch/dist/make.js
/**
* Makes and signs a batch. The operations are copied. `splitTransaction` makes runs that fit;
* operations that exceed what receivers accept, and fields that are no header, throw `RangeError`. O(bytes).
*/
function makeBatch(content, { hasher, signer, compressor }) {
	const { operations: given, ...fields } = content;
	const raw = joinOperations(given);
	if (given.length > 65536 || raw.length > 4194304) throw new RangeError(`${given.length} operations of ${raw.length} bytes are more than receivers accept`);
	const operations = splitBody(raw, given.length);
	const leaves = leafHashes(operations, hasher);
	const header = {
		...fields,
		version: 1,
		key: signer.key,
		count: operations.length,
		root: merkleRoot(leaves, hasher)
	};
	const encoded = encodeHeader(header);
	const id = batchId(encoded, hasher);
	return {
		id,
		header,
		envelope: {
			header: encoded,
			signature: signer.sign(signedMessage(id)),
			codec: 1,
			rawLength: raw.length,
			body: compressor.deflate(raw)
		},
		operations,
		leaves
	};
}
// ../../packages/batch/dist/verify.js
/**
* Decides whether a received batch is its author's next one, cheapest check first, and unpacks it. Throws
* `BatchError`; the code names the first check that failed, docs/wire/batch.md lists them in order.
*
* `clock-ahead` and `fork` are thrown only after the signature was verified: they blame the author, and no relay can
* forge them. Every other code says something about the sender at most, since a body's packing is not signed and a
* header can be altered on its way. A hollow batch comes back without operations. O(bytes).
*/
function verifyBatch(envelope, context) {
	const { hasher, previous } = context;
	checkSizes(envelope, context);
	const header = decodeHeader(envelope.header);
	if (!equalBytes$1(header.cluster, context.cluster)) fail("wrong-cluster", "the batch is of another cluster");
	const author = authorOf(header, context);
	checkArithmetic(header, envelope);
	const id = batchId(envelope.header, hasher);
	checkPlace(header, id, previous);
	if (!context.verifier.verify(envelope.signature, signedMessage(id), author.publicKey)) fail("bad-signature", "the signature is not by the author's key");
	if (header.hlcMax > context.maxHlc) fail("clock-ahead", "the batch is stamped beyond the drift bound");
	checkContinuity(header, previous);
	if (isHollow(envelope)) return {
		id,
		header,
		envelope,
		operations: [],
		leaves: /* @__PURE__ */ new Uint8Array(0)
	};
	const operations = unpackBody(envelope, header.count, context.compressor);
	const leaves = leafHashes(operations, hasher);
	if (!equalBytes$1(merkleRoot(leaves, hasher), header.root)) fail("bad-root", "the operations are not those of the header");
	return {
		id,
		header,
		envelope,
		operations,
		leaves
	};
}
function checkSizes(envelope, { takesHollow }) {
	const { header, signature, rawLength, body } = envelope;
	if (header.length !== 198) fail("bad-header", `a header has 198 bytes`);
	if (signature.length !== 64) fail("bad-signature", "a signature has 64 bytes");
	if (!Number.isSafeInteger(rawLength) || rawLength < 0) fail("bad-body", "the declared length is no length");
	if (rawLength > 4194304) fail("too-large", `a batch may hold ${acceptRawBytes} bytes`);
	if (isHollow(envelope)) {
		if (takesHollow !== true) fail("bad-body", "the batch comes without its operations");
		if (rawLength !== 0 || body.length !== 0) fail("bad-body", "a hollow batch has no body");
	}
	if (body.length > packedBound(rawLength)) fail("too-large", `${rawLength} bytes need no ${body.length} bytes packed`);
}
function authorOf(header, context) {
	const author = context.authorKey(nodeOf(header.log), header.key);
	if (author === void 0) fail("unknown-author", "no certificate of the author with this key is known");
	if (header.hlcMin < author.from || header.hlcMax >= author.until) fail("outside-certificate", "the batch is stamped outside the dates of its author's certificate");
	return author;
}
function checkArithmetic(header, envelope) {
	const { rawLength } = envelope;
	const { number, first, count } = header;
	if (count > 65536) fail("too-large", `a batch may hold ${acceptOperations} operations`);
	if (rawLength < 2 * count && !isHollow(envelope)) fail("bad-arithmetic", `${count} operations need more than ${rawLength} bytes`);
	if (!Number.isSafeInteger(first + count - 1)) fail("bad-arithmetic", "the sequence exceeds 2^53 - 1");
	if (number > first || number === 1 !== (first === 1)) fail("bad-arithmetic", `batch ${number} cannot begin with operation ${first}`);
}
/** Where the batch stands relative to what is stored; nothing here needs the author's word. */
function checkPlace(header, id, previous) {
	if (previous !== void 0 && header.log !== previous.header.log) fail("wrong-log", "the batch is of another log than the one it is to continue");
	const stored = previous === void 0 ? 0 : previous.header.number;
	if (header.number > stored + 1) fail("gap", `batch ${header.number} came when ${stored + 1} was expected`);
	if (previous === void 0 || header.number > stored) return;
	if (header.number < stored || equalBytes$1(id, previous.id)) fail("duplicate", `the log is stored up to batch ${stored}`);
}
function checkContinuity(header, previous) {
	if (previous === void 0) return;
	const before = previous.header;
	if (header.number === before.number || !equalBytes$1(header.previous, previous.id)) fail("fork", `the author signed two versions of batch ${before.number} of one log`);
	if (header.first !== before.first + before.count) fail("bad-arithmetic", "the first sequence does not follow the last one of the batch before");
	if (header.hlcMin < before.hlcMax) fail("bad-arithmetic", "the clock of the log runs backwards");
	if (header.epoch < before.epoch) fail("bad-arithmetic", "the policy epoch of the log runs backwards");
}
function fail(code, message) {
	throw new BatchError(code, message);
}
// ../../packages/store/dist/collection/acknowledgement.js
/** Registers by node id; no name that people give begins like this. */
const acknowledgements = {
	type: "keyed",
	name: `acknowledged`
};
/** Logs of one acknowledgement: more than any cluster has. */
const maxLogs = 65536;
/** Whether an object is ours alone, and nothing that people made. */
function isReserved(name) {
	return name.startsWith("");
}
/** The write by which a node tells how far it has interpreted each log. */
function acknowledge(node, interpreted) {
	return {
		kind: "keyed.set",
		object: acknowledgements.name,
		key: node,
		value: encodeInterpreted(interpreted)
	};
}
/** What the members have said last. A register that its node did not write itself says nothing. */
function acknowledgementsOf(cells) {
	return cells.flatMap((cell) => {
		if (cell.type !== "keyed" || typeof cell.key !== "string") return [];
		const last = cell.entries.filter(({ dot }) => nodeOf(dot.log) === cell.key).toSorted(byTime).at(-1);
		const interpreted = last && decodeInterpreted(last.value);
		if (last === void 0 || interpreted === void 0 || last.stamp === "base") return [];
		return [{
			node: cell.key,
			dot: last.dot,
			at: hlcTime(last.stamp),
			interpreted
		}];
	});
}
/** Logs in order, each as 24 bytes and two sequences: up to where, and how much of that beginning was taken hollow. */
function encodeInterpreted(interpreted) {
	const writer = new ByteWriter();
	writer.varint(interpreted.size);
	for (const log of [...interpreted.keys()].sort()) {
		writer.logId(log);
		const { after, through } = interpreted.get(log);
		writer.varint(through);
		writer.varint(after);
	}
	return writer.slice();
}
/** Undefined for what no node of this version writes: its author is waited for as one who has said nothing. */
function decodeInterpreted(value) {
	if (!(value instanceof Uint8Array)) return void 0;
	const interpreted = /* @__PURE__ */ new Map();
	try {
		const reader = new ByteReader(value);
		for (let rest = reader.count(maxLogs, 26); rest > 0; rest--) {
			const log = reader.logId();
			const through = reader.varint();
			interpreted.set(log, {
				after: reader.varint(),
				through
			});
		}
		reader.end();
	} catch (error) {
		if (error instanceof CrdtError) return void 0;
		throw error;
	}
	return interpreted;
}
function byTime(a, b) {
	const [early, late] = [a, b].map(({ stamp }) => stamp === "base" ? 0 : stamp);
	return early - late || compareDots$1(a.dot, b.dot);
}
// ../../packages/store/dist/collection/horizon.js
const nothing$5 = {
	after: 0,
	through: 0
};
/** Whether a member is still waited for. */
function isRunning({ seenAt }, { now, leaseMs }) {
	return now - seenAt <= leaseMs;
}
/** What the member has interpreted of a log: as it said, and what it wrote itself. */
function reaches({ node, interpreted }, log, written) {
	const said = interpreted.get(log) ?? nothing$5;
	return nodeOf(log) === node ? {
		after: said.after,
		through: written
	} : said;
}
/**
* The horizon of each log (docs/decisions, "collection waits for witnesses"): alone, a node collects nothing.
* O(logs × members).
*/
function horizons(input) {
	const running = input.members.filter((member) => isRunning(member, input));
	return [...input.interpreted].map(([log, { through: interpreted }]) => {
		const reach = (member) => Math.min(reaches(member, log, interpreted).through, interpreted);
		const awaited = Math.min(interpreted, ...running.map(reach));
		const witness = bestWitness(input.members.map((member) => reaches(member, log, interpreted)), awaited);
		return {
			log,
			interpreted,
			settled: Math.min(awaited, witness.through),
			unwitnessed: witness.after,
			heldBy: running.filter((member) => reach(member) < interpreted).map(({ node }) => node),
			lacksWitness: input.members.every((member) => reach(member) < interpreted)
		};
	});
}
/** Who reaches as far as is wanted, and has taken the least of it hollow; otherwise who reaches farthest. */
function bestWitness(stretches, wanted) {
	const [best = nothing$5] = stretches.toSorted((a, b) => Math.min(b.through, wanted) - Math.min(a.through, wanted) || a.after - b.after);
	return best;
}
const entryBytes$1 = 56;
function compareNames(a, b) {
	return compareAt(a, 0, b, 0);
}
/** The hexadecimal digit of a name at a depth. */
function nibbleAt(name, depth, at = 0) {
	const byte = name[at + (depth >> 1)];
	return depth % 2 === 0 ? byte >> 4 : byte & 15;
}
/** Cells in the order of their names, name and leaf of each, as one flat buffer. */
const entries$2 = {
	count: (body) => body.length / entryBytes$1,
	/** `body` after the changes, which are in order, each name once. */
	merge(body, changes) {
		const old = body ?? /* @__PURE__ */ new Uint8Array(0);
		const merged = new Uint8Array(old.length + changes.length * entryBytes$1);
		let from = 0;
		let to = 0;
		for (const { name, leaf } of changes) {
			let order = -1;
			const start = from;
			while (from < old.length) {
				order = compareAt(old, from, name, 0);
				if (order >= 0) break;
				from += entryBytes$1;
			}
			merged.set(old.subarray(start, from), to);
			to += from - start;
			if (from < old.length && order === 0) from += entryBytes$1;
			if (leaf === void 0) continue;
			merged.set(name.subarray(0, 24), to);
			merged.set(leaf, to + 24);
			to += entryBytes$1;
		}
		merged.set(old.subarray(from), to);
		return merged.subarray(0, to + old.length - from);
	},
	/** Where the entries end whose name has this digit at the depth; they begin at `from` if there are any. */
	endOf(body, from, depth, nibble) {
		let to = from;
		while (to * entryBytes$1 < body.length && nibbleAt(body, depth, to * entryBytes$1) === nibble) to++;
		return to;
	},
	part: (body, from, to) => body.subarray(from * entryBytes$1, to * entryBytes$1),
	/** The entries whose names begin with these hexadecimal digits. */
	withPrefix(body, path) {
		const parts = [];
		for (let at = 0; at < body.length; at += entryBytes$1) {
			let depth = 0;
			while (depth < path.length && nibbleAt(body, depth, at) === Number.parseInt(path[depth], 16)) depth++;
			if (depth === path.length) parts.push(body.subarray(at, at + entryBytes$1));
		}
		return entries$2.join(parts);
	},
	join(bodies) {
		const joined = new Uint8Array(bodies.reduce((sum, { length }) => sum + length, 0));
		let at = 0;
		for (const body of bodies) {
			joined.set(body, at);
			at += body.length;
		}
		return joined;
	}
};
function compareAt(a, from, b, at) {
	for (let i = 0; i < 24; i++) {
		const difference = a[from + i] - b[at + i];
		if (difference !== 0) return difference;
	}
	return 0;
}
// ../../packages/store/dist/digest/cell-leaf.js
const cellDomain = ascii$3("crdtsync/1 cell\0");
const leafDomain = ascii$3("crdtsync/1 cell-leaf\0");
const types$1 = {
	counter: 1,
	register: 2,
	set: 3,
	table: 4,
	keyed: 5
};
/**
* Hashes cells for the digest: by names, keys, dots and the hashes of operations, by nothing that is local. A group
* whose entries are just the row's live adds is left out, so that a node that knows more groups has the same leaf.
*/
var CellHasher = class {
	#hasher;
	#leafOf;
	#writer = new ByteWriter(512);
	constructor(hasher, leafOf) {
		this.#hasher = hasher;
		this.#leafOf = leafOf;
	}
	/** Names a cell: where it stands in the digest's tree. 32 bytes. */
	name(object, key) {
		const writer = this.#writer;
		writer.truncate();
		writer.u8(types$1[object.type]);
		writer.str(object.name);
		writer.raw(key);
		return this.#hasher.hash([cellDomain, writer.subarray()]);
	}
	/** A counter's cell: what one log added. */
	counter(name, cell) {
		return this.#leaf(name, (writer) => {
			writer.varint(cell.seq);
			writer.int(cell.sum);
		});
	}
	register(name, cell) {
		const dots = cell.map(({ dot }) => dot);
		return this.#leaf(name, (writer) => this.#dots(writer, dots));
	}
	element(name, cell) {
		return this.#leaf(name, (writer) => this.#dots(writer, cell));
	}
	/** A row that is nothing but what this operation added. */
	newRow(name, add) {
		return this.#leaf(name, (writer) => this.#dots(writer, [add]));
	}
	row(name, table, cell) {
		return this.#leaf(name, (writer) => {
			this.#dots(writer, cell.adds);
			const groups = cell.groups.map((entries, part) => ({
				name: table.groups[part],
				dots: entries.map(({ dot }) => dot)
			})).filter(({ dots }) => !sameDots(dots, cell.adds)).sort((a, b) => a.name < b.name ? -1 : 1);
			for (const group of groups) {
				writer.str(group.name);
				this.#dots(writer, group.dots);
			}
		});
	}
	#leaf(name, write) {
		const writer = this.#writer;
		writer.truncate();
		writer.raw(name);
		write(writer);
		return this.#hasher.hash([leafDomain, writer.subarray()]);
	}
	#dots(writer, dots) {
		writer.varint(dots.length);
		for (const dot of dots) {
			writer.logId(dot.log);
			writer.u64(dot.seq);
			writer.raw(this.#leafOf(dot));
		}
	}
};
function sameDots(a, b) {
	return a.length === b.length && a.every((dot, i) => sameDot(dot, b[i]));
}
function ascii$3(text) {
	return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
// ../../packages/store/dist/engine/bytes.js
/** Whether two byte strings are equal. Not in constant time: what is compared is public. */
function equalBytes(a, b) {
	if (a.length !== b.length) return false;
	for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
	return true;
}
/** Bytes as a key of a map: one character a byte. */
function keyOf$3(bytes) {
	let key = "";
	for (const byte of bytes) key += String.fromCharCode(byte);
	return key;
}
/** Order of byte strings as unsigned numbers; a prefix comes first. */
function compareBytes(a, b) {
	const length = Math.min(a.length, b.length);
	for (let i = 0; i < length; i++) {
		const order = a[i] - b[i];
		if (order !== 0) return order;
	}
	return a.length - b.length;
}
const pageDomain = ascii$2("crdtsync/1 digest-page\0");
const nodeDomain = ascii$2("crdtsync/1 digest-node\0");
/** Digest of a store without a cell, and hash of every empty child: zeros. */
const emptyDigest = /* @__PURE__ */ new Uint8Array(32);
/**
* A Merkle tree over cells, whose shape follows from the names of the cells alone, so that equal cells have an equal root
* however they came. It hashes rather than sums or XORs, because an author could choose operations whose sum is any
* number he likes.
*/
var DigestTree = class {
	#hasher;
	#nodes;
	constructor(hasher, nodes) {
		this.#hasher = hasher;
		this.#nodes = nodes;
	}
	get root() {
		return this.#hash(this.#nodes.get(""));
	}
	/**
	* What lies below a path: the node of that path, or the part of a page that stands further up. O(1) for what is there.
	*/
	below(path) {
		for (let length = path.length; length >= 0; length--) {
			const node = this.#nodes.get(path.slice(0, length));
			if (node === void 0) continue;
			if (length === path.length) return node;
			if (node.cells > 64) return void 0;
			const body = entries$2.withPrefix(node.body, path);
			return body.length === 0 ? void 0 : {
				cells: entries$2.count(body),
				body
			};
		}
	}
	/**
	* Takes in the leaves of cells that changed, in the order of their names; of one name the last counts. O(changes) pages
	* and the inner nodes above them.
	*/
	update(changes) {
		const distinct = changes.filter(({ name }, i) => i === changes.length - 1 || compareNames(name, changes[i + 1].name) !== 0);
		if (distinct.length > 0) this.#apply("", distinct);
	}
	/** Returns the node as it is now, and how many cells it has more. */
	#apply(path, changes) {
		const before = this.#nodes.get(path);
		const had = before?.cells ?? 0;
		if (before === void 0 || had <= 64) {
			const node = this.#build(path, entries$2.merge(before?.body, changes));
			if (node === void 0 && before !== void 0) this.#nodes.delete(path);
			return {
				node,
				grown: (node?.cells ?? 0) - had
			};
		}
		const hashes = before.body.slice();
		let grown = 0;
		for (const [nibble, part] of divide(changes, path.length)) {
			const child = this.#apply(path + nibble.toString(16), part);
			hashes.set(this.#hash(child.node), nibble * 32);
			grown += child.grown;
		}
		const cells = had + grown;
		if (cells > 64) return {
			node: this.#put(path, {
				cells,
				body: hashes
			}),
			grown
		};
		const body = this.#takeBelow(path, hashes);
		if (cells > 0) return {
			node: this.#put(path, {
				cells,
				body
			}),
			grown
		};
		this.#nodes.delete(path);
		return {
			node: void 0,
			grown
		};
	}
	/** Makes the part of the tree that holds these cells, where nothing is yet or a page was. */
	#build(path, body) {
		const cells = entries$2.count(body);
		if (cells === 0) return void 0;
		if (cells <= 64) return this.#put(path, {
			cells,
			body
		});
		const hashes = /* @__PURE__ */ new Uint8Array(512);
		for (let nibble = 0, from = 0; nibble < 16; nibble++) {
			const to = entries$2.endOf(body, from, path.length, nibble);
			const child = this.#build(path + nibble.toString(16), entries$2.part(body, from, to));
			hashes.set(this.#hash(child), nibble * 32);
			from = to;
		}
		return this.#put(path, {
			cells,
			body: hashes
		});
	}
	/** The cells below an inner node, whose children go away. */
	#takeBelow(path, hashes) {
		const bodies = [];
		for (let nibble = 0; nibble < 16; nibble++) {
			const below = path + nibble.toString(16);
			const at = nibble * 32;
			if (hashes.subarray(at, at + 32).every((byte) => byte === 0)) continue;
			bodies.push(this.#nodes.get(below).body);
			this.#nodes.delete(below);
		}
		return entries$2.join(bodies);
	}
	#put(path, node) {
		this.#nodes.put(path, node);
		return node;
	}
	#hash(node) {
		if (node === void 0) return emptyDigest;
		return this.#hasher.hash([node.cells <= 64 ? pageDomain : nodeDomain, node.body]);
	}
};
/** The changes below each child, in order. */
function* divide(changes, depth) {
	for (let from = 0; from < changes.length;) {
		const nibble = nibbleAt(changes[from].name, depth);
		let to = from + 1;
		while (to < changes.length && nibbleAt(changes[to].name, depth) === nibble) to++;
		yield [nibble, changes.slice(from, to)];
		from = to;
	}
}
function ascii$2(text) {
	return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
// ../../packages/store/dist/digest/digest-part.js
/** A part of the tree as it is told to others; nothing below a path is a page without cells. O(its size). */
function digestPart(node) {
	if (node === void 0) return {
		cells: 0,
		leaves: []
	};
	const { cells, body } = node;
	if (cells > 64) return {
		cells,
		hashes: Array.from({ length: 16 }, (_, i) => body.subarray(i * 32, (i + 1) * 32))
	};
	return {
		cells,
		leaves: Array.from({ length: entries$2.count(body) }, (_, i) => {
			const entry = entries$2.part(body, i, i + 1);
			return {
				name: entry.subarray(0, 24),
				leaf: entry.subarray(24)
			};
		})
	};
}
// ../../packages/store/dist/engine/again-part.js
/**
* Under which name a counter keeps an increment that was minted anew: as if it were a log of the same author, of which it is
* the only operation. So it counts once, whichever and however many instances of the author mint it anew.
*/
function againPart(log, origin) {
	let name = "";
	for (const byte of origin) name += byte.toString(16).padStart(2, "0");
	return makeLogId(nodeOf(log), name);
}
// ../../packages/store/dist/digest/touched-cells.js
/** The cells that an interpreted batch may have changed: those that its operations name. O(operations). */
function* touchedCells(batch, binding, cells) {
	for (let i = 0; i < batch.header.count; i++) {
		const operation = batch.outline(i);
		if (hasCell(operation)) yield cellOf(operation, batch, binding, cells);
	}
}
function hasCell(operation) {
	return operation.kind !== "piece" && operation.kind !== "log.abandon";
}
/** The cell of which the operation says something. */
function cellOf(operation, batch, binding, cells) {
	switch (operation.kind) {
		case "counter.add": return [cells.object("counter", operation.object), encodeLogId(batch.header.log)];
		case "counter.again": return [cells.object("counter", operation.object), encodeLogId(againPart(batch.header.log, operation.origin))];
		case "register.set": return [cells.object("register", operation.object), /* @__PURE__ */ new Uint8Array(0)];
		case "set.add":
		case "set.remove": return [cells.object("set", operation.object), encodeElement(operation.element)];
		case "keyed.set":
		case "keyed.remove": return [cells.object("keyed", operation.object), encodeElement(operation.key)];
		default: return [tableOf$1(operation.table, binding), operation.uid];
	}
}
function tableOf$1(index, binding) {
	const table = binding?.tables[index];
	if (table === void 0 || typeof table === "string") throw new Error("an interpreted row has no table");
	return table.object;
}
// ../../packages/store/dist/engine/added-rows.js
const uidBytes$1 = 16;
/**
* The outlines of a batch of nothing but `row.add`, in 32 bytes each: what it takes to interpret a transaction of many
* batches without unpacking them again.
*/
var AddedRows = class AddedRows {
	#uids;
	/** 0 for a base value. */
	#stamps;
	#tables;
	#columns;
	constructor(count) {
		this.#uids = new Uint8Array(count * uidBytes$1);
		this.#stamps = new Float64Array(count);
		this.#tables = new Uint32Array(count);
		this.#columns = new Uint32Array(count);
	}
	/** Undefined where the batch holds anything else, values in pieces, or what this version cannot read. O(operations). */
	static of(batch) {
		const rows = new AddedRows(batch.header.count);
		for (let i = 0; i < batch.header.count; i++) {
			const outline = outlineOf(batch, i);
			if (outline?.kind !== "row.add" || outline.pieced !== void 0) return void 0;
			rows.#uids.set(outline.uid, i * uidBytes$1);
			rows.#stamps[i] = outline.stamp === "base" ? 0 : outline.stamp;
			rows.#tables[i] = outline.table;
			rows.#columns[i] = outline.columns;
		}
		return rows;
	}
	outline(index) {
		return {
			kind: "row.add",
			table: this.#tables[index],
			uid: this.#uids.subarray(index * uidBytes$1, (index + 1) * uidBytes$1),
			stamp: this.#stamps[index] || "base",
			columns: this.#columns[index]
		};
	}
};
function outlineOf(batch, index) {
	try {
		return batch.outline(index);
	} catch (error) {
		if (error instanceof CrdtError) return void 0;
		throw error;
	}
}
// ../../packages/store/dist/engine/branches.js
/** The last sequence of the last of `points` that is stored here as it says; 0 where none is. */
function commonPoint(medium, log, points) {
	return points.findLast(({ seq, batch }) => {
		const stored = seq > 0 ? medium.open(log, seq) : void 0;
		const id = stored?.last === seq ? medium.batchId(log, stored.header.first) : void 0;
		return id !== void 0 && equalBytes(id, batch);
	})?.seq ?? 0;
}
/** What can be minted anew of a branch: nothing from a hollow batch on. */
function untilHollow(envelopes) {
	const hollow = envelopes.findIndex(isHollow);
	return hollow < 0 ? envelopes : envelopes.slice(0, hollow);
}
/** Ends of stored batches of a log, whether they count or not, ascending, with gaps that double. O(log operations). */
function pointsOf(medium, log) {
	const points = [];
	for (let back = 1, seq = lastStored(medium, log); seq > 0; seq -= back, back *= 2) {
		const open = medium.open(log, seq);
		if (open === void 0) break;
		seq = open.last;
		points.unshift({
			seq,
			batch: medium.batchId(log, open.header.first)
		});
		seq = open.header.first;
	}
	return points;
}
/** The last sequence that is stored, whether it counts or not. */
function lastStored(medium, log) {
	let last = medium.log(log)?.seq ?? 0;
	for (;;) {
		const open = medium.open(log, last + 1);
		if (open === void 0) return last;
		last = open.last;
	}
}
// ../../packages/store/dist/engine/register-cell.js
/** Key of a register's only cell. */
const registerKey = /* @__PURE__ */ new Uint8Array(0);
/** The cell that a write concerns: a register's only one, or that under a key of a keyed object. */
function writtenCell(operation) {
	if (operation.kind === "register.set") return {
		type: "register",
		key: registerKey
	};
	return {
		type: "keyed",
		key: encodeElement(operation.key)
	};
}
// ../../packages/store/dist/engine/interpreter.js
const alive$2 = () => false;
/**
* Lets operations act on the cells: the one place where the meaning of an operation meets its storage. Operations of
* one transaction come in order of their sequences. Runs of `row.add` are given to the cells together, because they
* are most of all operations, and rows that have no cell need no reading.
*/
var Interpreter = class {
	#medium;
	#log;
	#range;
	#hasDeferred;
	#run = [];
	#runTable;
	constructor(medium, range) {
		this.#medium = medium;
		this.#log = range.log;
		this.#range = range;
		this.#hasDeferred = medium.cells.hasDeferred(range.log);
	}
	/** All operations of a batch that was examined. */
	batch(batch, binding) {
		const { first, count } = batch.header;
		for (let i = 0; i < count; i++) this.operation(first + i, batch.outline(i), binding);
		this.flush();
	}
	operation(seq, operation, binding) {
		if (operation.kind === "row.add") {
			const { object } = tableOf(binding, operation.table);
			if (this.#hasDeferred) {
				this.flush();
				this.#addRow(object, operation.uid, {
					log: this.#log,
					seq
				}, operation.stamp, this.#take(seq));
			} else {
				if (this.#runTable !== object) this.flush();
				this.#runTable = object;
				this.#run.push({
					uid: operation.uid,
					seq,
					stamp: operation.stamp
				});
			}
			return;
		}
		this.flush();
		if (operation.kind === "piece") this.piece(seq);
		else this.#other({
			log: this.#log,
			seq
		}, operation, binding);
	}
	/** A piece of a value. Whoever names it kills nothing. */
	piece(seq) {
		this.flush();
		if (this.#hasDeferred) this.#take(seq);
	}
	/** Lets the run of `row.add` that was collected act. */
	flush() {
		const table = this.#runTable;
		if (table === void 0) return;
		const run = this.#run;
		this.#run = [];
		this.#runTable = void 0;
		for (const { uid, seq, stamp } of this.#medium.cells.addRows(table, this.#log, run)) this.#addRow(table, uid, {
			log: this.#log,
			seq
		}, stamp, []);
	}
	#other(dot, operation, binding) {
		const { cells } = this.#medium;
		const kills = this.#hasDeferred ? this.#take(dot.seq) : [];
		switch (operation.kind) {
			case "counter.add": {
				const object = cells.object("counter", operation.object);
				cells.putCounter(object, dot.log, addToCounter(cells.counter(object, dot.log), dot.seq, operation.by));
				return;
			}
			case "counter.again": {
				const object = cells.object("counter", operation.object);
				const part = againPart(dot.log, operation.origin);
				cells.putCounter(object, part, countAgain(cells.counter(object, part), operation.by));
				return;
			}
			case "log.abandon": return;
			case "register.set":
			case "keyed.set": {
				const { type, key } = writtenCell(operation);
				const object = cells.object(type, operation.object);
				this.#defer(dot, operation.seen, object, key, null);
				const entry = {
					dot,
					stamp: operation.stamp
				};
				const dead = isDead(kills, object, key);
				const { cell } = writeRegister(cells.register(object, key), entry, operation.seen, dead);
				cells.putRegister(object, key, cell);
				return;
			}
			case "keyed.remove": {
				const object = cells.object("keyed", operation.object);
				const key = encodeElement(operation.key);
				this.#defer(dot, operation.seen, object, key, null);
				cells.putRegister(object, key, removeFromRegister(cells.register(object, key), operation.seen));
				return;
			}
			case "set.add": {
				const object = cells.object("set", operation.object);
				const key = encodeElement(operation.element);
				this.#defer(dot, operation.seen, object, key, null);
				const dead = isDead(kills, object, key);
				cells.putElement(object, key, addToSet(cells.element(object, key), dot, operation.seen, dead));
				return;
			}
			case "set.remove": {
				const object = cells.object("set", operation.object);
				const key = encodeElement(operation.element);
				this.#defer(dot, operation.seen, object, key, null);
				cells.putElement(object, key, removeFromSet(cells.element(object, key), operation.seen));
				return;
			}
			case "row.set": {
				const table = tableOf(binding, operation.table);
				if (table.kind === "grow-only") return;
				const { object } = table;
				const group = table.groups[operation.group].part;
				this.#defer(dot, operation.seen, object, operation.uid, group);
				const before = cells.row(object, operation.uid);
				const entry = {
					dot,
					stamp: operation.stamp,
					adds: operation.adds
				};
				const dead = isDead(kills, object, operation.uid);
				this.#changed(object, operation.uid, before, setRow(before, entry, group, operation.seen, dead));
				return;
			}
			case "row.remove": {
				const table = tableOf(binding, operation.table);
				if (table.kind === "grow-only") return;
				const { object } = table;
				this.#defer(dot, operation.adds, object, operation.uid, null);
				const before = cells.row(object, operation.uid);
				this.#changed(object, operation.uid, before, removeRow(before, operation.adds));
				return;
			}
		}
	}
	#addRow(table, uid, dot, stamp, kills) {
		const before = this.#medium.cells.row(table, uid);
		const change = addRow(before, {
			dot,
			stamp
		}, table.groups.length, isDead(kills, table, uid));
		this.#changed(table, uid, before, change);
	}
	#changed(table, uid, before, change) {
		const { cells } = this.#medium;
		if (change.cell !== before) cells.putRow(table, uid, change.cell, before);
		for (const { group, entry } of change.lost) this.#medium.lostWrite(table, uid, group, entry);
	}
	/** Remembers the named dots that are still to come. */
	#defer(by, dots, object, key, group) {
		for (const dot of dots) {
			if (isCoveredAt(this.#medium, dot, this.#range, by.seq + 1)) continue;
			this.#medium.cells.defer(dot, {
				object,
				key,
				group
			});
			if (dot.log === this.#log) this.#hasDeferred = true;
		}
	}
	#take(seq) {
		return this.#medium.cells.takeDeferred({
			log: this.#log,
			seq
		});
	}
};
/** An increment minted anew counts once. Where an author says two things of one, the greater counts everywhere. */
function countAgain(cell, by) {
	return cell !== void 0 && cell.sum >= by ? cell : {
		seq: 1,
		sum: by
	};
}
/**
* Whether nothing more is to come of the operation: its transaction is stored whole and does not wait, or it does not
* count.
*/
function isCovered(medium, dot) {
	const end = medium.voidFrom(dot.log);
	if (end !== void 0 && dot.seq >= end) return true;
	const log = medium.log(dot.log);
	return log !== void 0 && dot.seq <= log.whole && !medium.isWaiting(dot.log, dot.seq);
}
/** The same while a transaction is interpreted, of which the operations before `seq` have acted. */
function isCoveredAt(medium, dot, range, seq) {
	if (dot.log === range.log && range.first <= dot.seq && dot.seq <= range.last) return dot.seq < seq;
	return isCovered(medium, dot);
}
function tableOf(binding, index) {
	const table = binding?.tables[index];
	if (table === void 0 || typeof table === "string") throw new Error("an operation was interpreted whose table is not bound");
	return table;
}
function isDead(kills, object, key) {
	const own = kills.filter((kill) => kill.object === object && equalBytes(kill.key, key));
	if (own.length === 0) return alive$2;
	return (_, group) => own.some((kill) => kill.group === group);
}
// ../../packages/store/dist/engine/spent.js
/** What one answer tells at most. */
const spentLimits = {
	/** Operations that are looked at: some 30 ms of work. */
	operations: 4e3,
	/** Runs of either kind, and overwritten parts: each. */
	entries: 1500
};
/** Whether each operation of a transaction is spent: then its batches may become hollow. O(operations). */
function isSpent(medium, bind, { log, first, last }) {
	for (let after = first - 1; after < last;) {
		const { through, runs } = spentOf(medium, bind, log, after, last);
		const end = Math.min(through, last);
		if (end <= after || !isWithin(runs, after + 1, end)) return false;
		after = end;
	}
	return true;
}
/** Whether all of these sequences are in one of the runs. */
function isWithin(runs, first, last) {
	return runs.some((run) => run.first <= first && last <= run.last);
}
/**
* What is spent of the operations of a log after `after`, as far as one answer goes; with `last` up to there, and no farther
* than the first that is not.
*/
function spentOf(medium, bind, log, after, last) {
	const end = Math.min(medium.log(log)?.whole ?? 0, last ?? Number.POSITIVE_INFINITY);
	const said = new Said(after);
	let looked = 0;
	const goesOn = () => !said.isFull && (last === void 0 || !said.lives);
	while (said.through < end && looked < spentLimits.operations && goesOn()) {
		const batch = medium.open(log, said.next);
		const isTold = medium.isTold(log, batch.header.first);
		if (batch.isHollow || isTold || medium.isWaiting(log, said.next)) {
			said.stretch(batch.last, isTold ? "told" : batch.isHollow ? "spent" : "needed");
			looked++;
			continue;
		}
		const reader = new BatchReader(medium, batch, bind(batch.header.schema));
		for (; said.next <= batch.last && goesOn(); looked++) reader.judge(said);
	}
	return said.answer(end);
}
/** Collects an answer. Pieces share the fate of the operation behind them. */
var Said = class {
	through;
	/** The next operation to look at. */
	next;
	/** Whether some operation is not spent. */
	lives = false;
	#runs = [];
	#told = [];
	#overwritten = [];
	constructor(after) {
		this.through = after;
		this.next = after + 1;
	}
	get isFull() {
		const { entries } = spentLimits;
		return [
			this.#runs,
			this.#told,
			this.#overwritten
		].some(({ length }) => length >= entries);
	}
	piece() {
		this.next++;
	}
	/** All up to `last` that was not judged yet. */
	stretch(last, what) {
		const first = this.through + 1;
		const runs = what === "spent" ? this.#runs : this.#told;
		const before = runs.at(-1);
		if (what !== "spent") this.lives = true;
		if (what !== "needed" && before?.last === this.through) before.last = last;
		else if (what !== "needed") runs.push({
			first,
			last
		});
		this.through = last;
		this.next = last + 1;
	}
	overwritten(seq, group) {
		this.#overwritten.push({
			seq,
			group
		});
	}
	answer(end) {
		return {
			through: Math.min(end, this.through),
			runs: this.#runs,
			told: this.#told,
			overwritten: this.#overwritten
		};
	}
};
/** Judges the operations of one batch that was interpreted. */
var BatchReader = class {
	#medium;
	#batch;
	#binding;
	constructor(medium, batch, binding) {
		this.#medium = medium;
		this.#batch = batch;
		this.#binding = binding;
	}
	judge(said) {
		const { header } = this.#batch;
		const seq = said.next;
		const operation = this.#batch.outline(seq - header.first);
		if (operation.kind === "piece") said.piece();
		else {
			const lives = this.#lives(operation, {
				log: header.log,
				seq
			}, said);
			said.stretch(seq, !lives && this.#hasAllItNames(operation) ? "spent" : "needed");
		}
	}
	#lives(operation, dot, said) {
		const { cells } = this.#medium;
		switch (operation.kind) {
			case "set.add": {
				const object = cells.find("set", operation.object);
				return object !== void 0 && hasDot(cells.element(object, encodeElement(operation.element)) ?? [], dot);
			}
			case "register.set":
			case "keyed.set": {
				const { type, key } = writtenCell(operation);
				const object = cells.find(type, operation.object);
				return (object && cells.register(object, key))?.some((entry) => hasDot([entry.dot], dot)) ?? false;
			}
			case "set.remove":
			case "keyed.remove": return false;
			case "row.add":
			case "row.set":
			case "row.remove": return this.#rowLives(operation, dot, said);
			default: return true;
		}
	}
	#rowLives(operation, dot, said) {
		const table = this.#binding?.tables[operation.table];
		if (table === void 0 || typeof table === "string") return true;
		if (operation.kind === "row.remove") return table.kind === "grow-only";
		const cell = this.#medium.cells.row(table.object, operation.uid);
		if (operation.kind === "row.add") return this.#addLives(table, cell, dot, said);
		if (table.kind === "grow-only") return true;
		return isEntry(cell, table.groups[operation.group].part, dot);
	}
	#addLives(table, cell, dot, said) {
		if (cell === void 0 || !hasDot(cell.adds, dot)) return false;
		for (const [part, group] of table.object.groups.entries()) if (cell.groups[part] !== void 0 && !isEntry(cell, part, dot)) said.overwritten(dot.seq, group);
		return true;
	}
	#hasAllItNames(operation) {
		return [..."seen" in operation ? operation.seen : [], ..."adds" in operation ? operation.adds : []].every((dot) => isCovered(this.#medium, dot));
	}
};
function isEntry(cell, part, dot) {
	return cell?.groups[part]?.some((entry) => hasDot([entry.dot], dot)) ?? false;
}
// ../../packages/store/dist/collection/collect.js
/** What is looked at in one page, in operations: some 20 ms. */
const workAtOnce = 4e3;
/** What it costs to unpack a batch, in the same unit. */
const unpacking = 50;
/** Headers of one page: more than one transaction has batches, whose bytes are bounded. */
const headersAtOnce = 2e3;
/** Empties whole transactions of which nothing lives, as far as one page goes. Never the last batch of a log. */
function collect(medium, bind, { logs, before, now, from }) {
	const done = {
		batches: 0,
		operations: 0,
		bytes: 0
	};
	let work = 0;
	for (const log of [...logs.keys()].sort()) {
		if (from !== void 0 && log < from.log) continue;
		const { after, through } = logs.get(log);
		const { seq = 0, whole = 0 } = medium.log(log) ?? {};
		const end = Math.min(through, whole, seq - 1);
		const start = Math.max(after, from?.log === log ? from.seq : 0);
		const page = medium.headers(log, start, headersAtOnce);
		let at = start;
		for (const batches of transactionsOf(page)) {
			const last = batches.at(-1);
			if (last.last > end || last.hlcMax >= before) break;
			at = last.last;
			if (batches.some(({ isHollow }) => isHollow)) continue;
			const operations = at - batches[0].first + 1;
			work += operations + batches.length * unpacking;
			if (isFree(medium, bind, log, batches) && isDeadSince(medium, log, batches[0].first, before, now)) {
				medium.setSpentSince(log, batches[0].first, void 0);
				for (const { first, bytes } of batches) {
					medium.empty(log, first);
					done.bytes += bytes;
				}
				done.batches += batches.length;
				done.operations += operations;
			}
			if (work >= workAtOnce) return {
				...done,
				next: {
					log,
					seq: at
				}
			};
		}
		if (page.length === headersAtOnce && at > start) return {
			...done,
			next: {
				log,
				seq: at
			}
		};
	}
	return {
		...done,
		next: void 0
	};
}
/** Whether nothing lived at that time already, as far as earlier looks tell. What was found dead just now is remembered. */
function isDeadSince(medium, log, first, before, now) {
	if (now === void 0) return true;
	const known = medium.spentSince(log, first);
	if ((known ?? now) <= before) return true;
	if (known === void 0) medium.setSpentSince(log, first, now);
	return false;
}
function isFree(medium, bind, log, batches) {
	if (batches.some(({ first }) => medium.isInUse(log, first))) return false;
	const { first } = batches[0];
	try {
		if (isSpent(medium, bind, {
			log,
			first,
			last: batches.at(-1).last
		})) return true;
		if (medium.spentSince(log, first) !== void 0) medium.setSpentSince(log, first, void 0);
		return false;
	} catch (error) {
		if (error instanceof BatchError) return false;
		throw error;
	}
}
/** Transactions that are there to their end. */
function* transactionsOf(page) {
	let batches = [];
	for (const batch of page) {
		batches.push(batch);
		if (batch.continues) continue;
		yield batches;
		batches = [];
	}
}
// ../../packages/store/dist/engine/open-batch.js
/** A stored batch whose body is unpacked. Operations are read when they are asked for, and once. */
var OpenBatch = class {
	header;
	/** Length of the unpacked body: what it weighs in a cache. */
	bytes;
	#load;
	#content;
	#rows;
	#outlines = [];
	#decoded = /* @__PURE__ */ new Map();
	constructor(header, content, bytes, rows) {
		this.header = header;
		this.bytes = bytes;
		this.#rows = rows;
		if (typeof content === "function") this.#load = content;
		else this.#content = content;
	}
	/** Whether its operations were thrown away: none of them can be read. */
	get isHollow() {
		return this.#content?.operations.length === 0;
	}
	/** Sequence of the last operation. */
	get last() {
		return this.header.first + this.header.count - 1;
	}
	/** Throws `CrdtError` where the author wrote no operation of this version. */
	outline(index) {
		if (this.#rows !== void 0) return this.#rows.outline(index);
		this.#outlines[index] ??= outlineOperation(this.#bytes(index), this.header);
		return this.#outlines[index];
	}
	/** The operation with this sequence. */
	of(seq) {
		const index = seq - this.header.first;
		const known = this.#decoded.get(index);
		if (known !== void 0) return known;
		const operation = decodeOperation(this.#bytes(index), this.header);
		this.#decoded.set(index, operation);
		return operation;
	}
	/** The bytes of the piece with this sequence. Not kept. */
	piece(seq) {
		const operation = decodeOperation(this.#bytes(seq - this.header.first), this.header);
		if (operation.kind !== "piece") throw new Error(`operation ${seq} of ${this.header.log} is no piece`);
		return operation.bytes;
	}
	/** Leaf hash of the operation with this sequence, a view. */
	leaf(seq) {
		const at = (seq - this.header.first) * 32;
		return this.#read().leaves.subarray(at, at + 32);
	}
	#bytes(index) {
		const bytes = this.#read().operations[index];
		if (bytes === void 0) throw new RangeError(`no operation ${index} in a batch of ${this.header.count}`);
		return bytes;
	}
	#read() {
		this.#content ??= this.#load();
		return this.#content;
	}
};
// ../../packages/store/dist/engine/draft.js
const usualLimits = {
	operations: closeOperations,
	bytes: closeBytes,
	transaction: 268435456
};
/**
* Turns the operations of one transaction into consecutive signed batches. A batch is closed at 1000 operations or
* 256 KiB. Stamps are encoded relative to their batch, so an operation is encoded when its batch is known.
*/
var Draft = class {
	#start;
	#crypto;
	#keep;
	#limits;
	#previous;
	#number;
	#first;
	#encoded = [];
	#bytes = 0;
	#total = 0;
	#transactions = 0;
	#hlcMin;
	#hlcMax;
	/** `keep` is given each batch when it is made. */
	constructor(start, crypto, keep, limits = usualLimits) {
		this.#limits = limits;
		this.#start = start;
		this.#crypto = crypto;
		this.#keep = keep;
		this.#previous = start.previous;
		this.#number = start.number;
		this.#first = start.first;
	}
	/** Transactions that were ended: more than one where what was asked for is larger than a transaction may be. */
	get transactions() {
		return this.#transactions;
	}
	/** The dot of the operation that is added next. */
	next() {
		return {
			log: this.#start.log,
			seq: this.#first + this.#encoded.length
		};
	}
	/**
	* Adds an operation after the pieces of its values; all of them stay in one transaction. Throws `CrdtError` for an
	* operation that cannot be written.
	*/
	add(operation, pieces = []) {
		if (pieces.length > 0) {
			const bytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
			if (this.#encoded.length > 0 && this.#total + bytes > this.#limits.transaction) this.#close(false);
		}
		for (const piece of pieces) this.#add({
			kind: "piece",
			stamp: operation.stamp,
			bytes: piece
		}, true);
		this.#add(operation, pieces.length > 0);
	}
	#add(operation, goesOn) {
		const stamp = operation.stamp === "base" ? void 0 : operation.stamp;
		let bytes = this.#encode(operation, this.#hlcMin ?? stamp);
		if (this.#encoded.length === this.#limits.operations || this.#bytes + bytes.length > this.#limits.bytes) {
			if (this.#encoded.length > 0) {
				this.#close(goesOn || this.#total < this.#limits.transaction);
				bytes = this.#encode(operation, stamp);
			}
		}
		this.#encoded.push(bytes);
		this.#bytes += bytes.length;
		this.#total += bytes.length;
		if (stamp !== void 0) {
			this.#hlcMin ??= stamp;
			this.#hlcMax = stamp;
		}
	}
	/** Makes the last batch, if there is any operation. */
	finish() {
		if (this.#encoded.length > 0) this.#close(false);
	}
	#encode(operation, hlcMin) {
		return encodeOperation(operation, {
			log: this.#start.log,
			hlcMin: hlcMin ?? 1
		});
	}
	#close(continues) {
		const { log, cluster, schema, epoch } = this.#start;
		const hlcMin = this.#hlcMin ?? this.#start.stamp();
		const batch = makeBatch({
			cluster,
			log,
			number: this.#number,
			first: this.#first,
			previous: this.#previous,
			continues,
			schema,
			epoch,
			hlcMin,
			hlcMax: this.#hlcMax ?? hlcMin,
			operations: this.#encoded
		}, this.#crypto);
		const { header, operations, leaves, envelope } = batch;
		this.#keep({
			batch,
			open: new OpenBatch(header, {
				operations,
				leaves
			}, envelope.rawLength)
		});
		this.#previous = batch.id;
		this.#number++;
		this.#first += header.count;
		this.#encoded = [];
		this.#bytes = 0;
		this.#hlcMin = void 0;
		this.#hlcMax = void 0;
		if (continues) return;
		this.#total = 0;
		this.#transactions++;
	}
};
// ../../packages/store/dist/engine/fork-proof.js
/**
* What is wrong with the proof that a log was written twice, or by a clock that was ahead; undefined where nothing is.
* Signatures are not looked at.
*/
function flawOf({ abandoned, from, stamp, proof: [one, other] }) {
	const a = headerOf$2(one.header);
	const b = headerOf$2((other ?? one).header);
	if (a === void 0 || b === void 0) return "a proof with something that is no header";
	if (a.log !== abandoned || b.log !== abandoned) return "a proof of another log";
	if (a.first < from) return "a proof of what counts";
	if (other === void 0) return stamp !== "base" && isBeyondDrift(a.hlcMax, stamp) ? void 0 : "a proof of a batch that is not stamped ahead";
	if (a.number !== b.number || a.first !== b.first) return "a fork proof of batches that do not exclude each other";
	if (a.number > 1 && !equalBytes(a.previous, b.previous)) return "a fork proof of batches after different ones";
	return compareBytes(one.header, other.header) < 0 ? void 0 : "a fork proof of one batch";
}
function headerOf$2(bytes) {
	try {
		return decodeHeader(bytes);
	} catch (error) {
		if (error instanceof BatchError) return void 0;
		throw error;
	}
}
// ../../packages/store/dist/engine/loose-pieces.js
const mostPieces = maxRowBytes / maxPieceBytes + maxColumns;
/** The pieces of a transaction that no operation has used so far. */
var LoosePieces = class {
	#lengths = [];
	get isEmpty() {
		return this.#lengths.length === 0;
	}
	/**
	* Takes notice of the transaction's next operation, and says whether it is in order: each piece must be used by the
	* operation that comes after it, and each value in pieces must have exactly its own. O(pieces).
	*/
	admits(operation) {
		if (operation.kind === "piece") return this.#lengths.push(operation.length) <= mostPieces;
		const pieced = "pieced" in operation ? operation.pieced : void 0;
		if (pieced === void 0) return this.isEmpty;
		const wanted = pieceLengths(pieced);
		const found = this.#lengths;
		this.#lengths = [];
		return wanted.length === found.length && wanted.every((length, i) => length === found[i]);
	}
};
// ../../packages/store/dist/engine/examine.js
/**
* Reads a transaction before anything of it acts, so that it acts as a whole or not at all. Depends on nothing but stored data
* and this node's schema. O(operations).
*/
function examine(batches, bind, isCovered) {
	const pieces = new LoosePieces();
	const abandons = [];
	for (const batch of batches) {
		const wait = batch.isHollow ? unreadable("a part of the transaction came without its operations") : examineBatch(batch, bind, isCovered, pieces, abandons);
		if (wait !== void 0) return {
			wait,
			abandons
		};
	}
	return {
		wait: pieces.isEmpty ? void 0 : misplacedPieces(),
		abandons
	};
}
function examineBatch(batch, bind, isCovered, pieces, abandons) {
	const { log, first, count, schema } = batch.header;
	let binding;
	for (let i = 0; i < count; i++) {
		const seq = first + i;
		const operation = read$1(batch, i);
		if (typeof operation === "string") return {
			reason: "unreadable",
			detail: operation
		};
		if (!pieces.admits(operation)) return misplacedPieces();
		if (operation.kind === "log.abandon") {
			const flaw = flawOf(operation);
			if (flaw !== void 0) return unreadable(flaw);
			abandons.push({
				abandon: operation,
				by: {
					log,
					seq
				}
			});
		}
		if (!("table" in operation)) continue;
		binding ??= bind(schema);
		if (binding === void 0) return {
			reason: "unknown-schema",
			schema
		};
		const misfit = fit(operation, binding);
		if (misfit !== void 0) return misfit;
		if (operation.kind !== "row.set") continue;
		const dot = missingAdd(operation.adds, (add) => isCovered(add, seq));
		if (dot !== void 0) return {
			reason: "missing-operation",
			dot,
			abandons: abandons.length > 0
		};
	}
}
function read$1(batch, index) {
	try {
		return batch.outline(index);
	} catch (error) {
		if (error instanceof CrdtError) return error.message;
		throw error;
	}
}
function fit(operation, binding) {
	const table = binding.tables[operation.table];
	if (typeof table === "string") return {
		reason: "other-schema",
		detail: table
	};
	if (table === void 0) return unreadable("a row of a table that its schema does not have");
	if (operation.kind === "row.remove") return void 0;
	if (operation.kind === "row.add") {
		if (operation.columns === table.columns) return void 0;
		return unreadable("a row with other columns than its schema");
	}
	const group = table.groups[operation.group];
	if (group === void 0) return unreadable("a row's group that its schema does not have");
	if (operation.columns !== group.columns) return unreadable("a row's group with other columns than its schema");
}
function misplacedPieces() {
	return unreadable("pieces of a value that do not stand before the operation that uses them");
}
function unreadable(detail) {
	return {
		reason: "unreadable",
		detail
	};
}
// ../../packages/store/dist/engine/anew-stamps.js
/**
* What the stamps of a branch become where it is minted anew: they stay as they are, unless a clock that was ahead gave them.
* These become now, in their order. To be asked in the order of the log.
*/
var AnewStamps = class {
	#options;
	#before;
	#last;
	constructor(options) {
		this.#options = options;
		this.#last = options.earliest;
	}
	of(stamp) {
		const { clock, now } = this.#options;
		if (stamp === this.#before) return this.#last;
		this.#before = stamp;
		const isAhead = isBeyondDrift(stamp, hlcAt(now()));
		this.#last = isAhead ? clock.tick() : Math.max(stamp, this.#last);
		clock.observe(this.#last);
		return this.#last;
	}
	ofOperation(stamp) {
		return stamp === "base" ? stamp : this.of(stamp);
	}
};
// ../../packages/store/dist/engine/anew-writer.js
/** Writes the batches of one transaction into a fresh log. */
var AnewWriter = class {
	#options;
	#previous;
	#number = 1;
	#first = 1;
	constructor(options) {
		this.#options = options;
		this.#previous = options.previous;
	}
	/** The last sequence that was written. */
	get last() {
		return this.#first - 1;
	}
	write(operations, like, continues) {
		const { log, cluster, medium } = this.#options;
		const { hlcMin } = like;
		const batch = makeBatch({
			...like,
			cluster,
			log,
			number: this.#number++,
			first: this.#first,
			previous: this.#previous,
			continues,
			operations: operations.map((operation) => encodeOperation(operation, {
				log,
				hlcMin
			}))
		}, this.#options);
		const { header, envelope } = batch;
		medium.append(batch, new OpenBatch(header, batch, envelope.rawLength));
		this.#previous = batch.id;
		this.#first += header.count;
	}
};
// ../../packages/store/dist/engine/branch-batch.js
function opened$1(batch) {
	return {
		id: batch.id,
		open: new OpenBatch(batch.header, batch, batch.envelope.rawLength)
	};
}
/** Without a transaction at the end that is not whole: nobody was told that it is written. */
function untilWhole(batches) {
	const last = batches.findLastIndex(({ open }) => !open.header.continues);
	return batches.slice(0, last + 1);
}
/** Without transactions that this version cannot read: they stay as they are, and are listed. */
function readable(batches) {
	const kept = [];
	let transaction = [];
	for (const batch of batches) {
		transaction.push(batch);
		if (batch.open.header.continues) continue;
		if (transaction.every(({ open }) => isReadable(open))) kept.push(...transaction);
		transaction = [];
	}
	return kept;
}
function isReadable(batch) {
	if (batch.isHollow) return false;
	try {
		for (let i = 0; i < batch.header.count; i++) batch.outline(i);
		return true;
	} catch (error) {
		if (error instanceof CrdtError) return false;
		throw error;
	}
}
// ../../packages/store/dist/engine/mint-anew.js
/** An operation as it is minted anew: with the names that others have now. */
function anewOperation(operation, context) {
	const { place, log, abandoned, origin } = context;
	const stamp = context.stamp(operation.stamp);
	switch (operation.kind) {
		case "counter.add": return {
			kind: "counter.again",
			stamp,
			object: operation.object,
			by: operation.by,
			origin: origin()
		};
		case "counter.again":
		case "row.add":
		case "piece": return {
			...operation,
			stamp
		};
		case "log.abandon": {
			const anew = operation.anew.flatMap(({ batch, first }) => {
				const dot = place({
					log: abandoned,
					seq: first
				});
				return dot?.log === log ? [{
					batch,
					first: dot.seq
				}] : [];
			});
			return {
				...operation,
				stamp,
				anew
			};
		}
		case "row.set": return {
			...operation,
			stamp,
			adds: placed(operation.adds, place),
			seen: renamed(operation.seen, place)
		};
		case "row.remove": return {
			...operation,
			stamp,
			adds: placed(operation.adds, place)
		};
		case "set.remove":
		case "keyed.remove": return {
			...operation,
			stamp,
			seen: placed(operation.seen, place)
		};
		default: return {
			...operation,
			stamp,
			seen: renamed(operation.seen, place)
		};
	}
}
/** The dots as they are called now, without those that nobody minted anew. */
function renamed(dots, place) {
	const found = dots.map(place).filter((dot) => dot !== void 0);
	return found.sort(compareDots$1).filter((dot, i) => i === 0 || !sameDot(dot, found[i - 1]));
}
/** The same for an operation that must name some: where none is left it names what counts no more, to no effect. */
function placed(dots, place) {
	const found = renamed(dots, place);
	return found.length > 0 ? found : dots;
}
// ../../packages/store/dist/engine/healing.js
const noId$1 = /* @__PURE__ */ new Uint8Array(32);
const originDomain = Uint8Array.from("crdtsync/1 origin\0", (character) => character.charCodeAt(0));
/**
* Heals a log of this node that was written twice, or by a clock that was ahead: abandons it from there on, and mints anew
* every branch that is stored or shown, each in a log of its own and operation by operation, so that what was written keeps
* its order, and its time where that was right.
*/
var Healing = class {
	#options;
	constructor(options) {
		this.#options = options;
	}
	/**
	* `shown` is what somebody else holds of the log, verified, in order, from a batch on that follows a common one. Returns
	* whether anything was minted: not where the log only goes on, nor where all that was minted anew before.
	*/
	heal(log, shown) {
		const { medium, node } = this.#options;
		if (nodeOf(log) !== node) throw new Error("a node heals its own logs only");
		const known = this.#known(log);
		const split = shown.findIndex(({ id, header }) => !this.#isStored(log, header.first, id));
		const other = split < 0 ? [] : shown.slice(split);
		const abandoned = earlier(known, this.#proven(log, other[0]));
		if (abandoned === void 0 || !this.#follows(log, other)) return false;
		const stored = this.#stored(log, abandoned.from);
		const start = other[0]?.header.first ?? 0;
		const branches = [stored];
		if (other.length > 0) {
			const common = stored.filter(({ open }) => open.last < start);
			branches.push([...common, ...other.map(opened$1)]);
		}
		let isNews = known === void 0 || abandoned.from < known.from;
		let minted = false;
		for (const branch of branches) {
			const whole = readable(untilWhole(branch.filter(({ id }) => medium.anew(id) === void 0)));
			if (whole.length === 0 && !(isNews && branch === branches.at(-1))) continue;
			this.#mint(abandoned, branch, whole);
			isNews = false;
			minted = true;
		}
		return minted;
	}
	/**
	* Abandons what a log of this node holds that is stamped further ahead of now than clocks may differ, with the transaction in
	* which that begins, and mints it anew. Returns whether there was any.
	*/
	abandonFuture(log) {
		const { medium, now } = this.#options;
		const time = hlcAt(now());
		let ahead;
		let from = Number.POSITIVE_INFINITY;
		for (let last = medium.log(log)?.seq ?? 0; last > 0;) {
			const open = medium.open(log, last);
			if (isBeyondDrift(open.header.hlcMax, time)) ahead = open;
			else if (ahead === void 0 || !open.header.continues) break;
			from = open.header.first;
			last = from - 1;
		}
		if (ahead === void 0) return false;
		const branch = this.#stored(log, from);
		const proof = [copyOf(medium.signedHeader(log, ahead.header.first))];
		const todo = readable(untilWhole(branch)).filter(({ id }) => medium.anew(id) === void 0);
		this.#mint({
			log,
			from,
			proof
		}, branch, todo);
		return true;
	}
	/** Whether something is stored of a log beyond what counts, that nobody has minted anew. */
	isUnsettled(log) {
		const { medium } = this.#options;
		const from = medium.voidFrom(log);
		return from !== void 0 && this.#stored(log, from).some(({ id }) => medium.anew(id) === void 0);
	}
	#known(log) {
		for (const interval of this.#options.medium.voids()) if (interval.log === log) return interval;
	}
	#isStored(log, first, id) {
		const stored = this.#options.medium.batchId(log, first);
		return stored !== void 0 && equalBytes(stored, id);
	}
	/** The proof that this batch and a stored one exclude each other, and from where on nothing counts by it. */
	#proven(log, batch) {
		const { medium } = this.#options;
		const mine = batch && medium.signedHeader(log, batch.header.first);
		if (batch === void 0 || mine === void 0) return void 0;
		const { envelope } = batch;
		const theirs = {
			header: envelope.header,
			signature: envelope.signature
		};
		const proof = [copyOf(mine), copyOf(theirs)].sort((a, b) => compareBytes(a.header, b.header));
		let from = batch.header.first;
		for (;;) {
			const before = from > 1 ? medium.open(log, from - 1) : void 0;
			if (before === void 0 || !before.header.continues) break;
			from = before.header.first;
		}
		return {
			log,
			from,
			proof: [proof[0], proof[1]]
		};
	}
	/** Whether the batches follow each other, and the first a stored one. */
	#follows(log, batches) {
		const { medium } = this.#options;
		const [first] = batches;
		if (first === void 0 || first.header.number === 1) return true;
		const before = medium.open(log, first.header.first - 1);
		const id = before && medium.batchId(log, before.header.first);
		if (id === void 0 || !equalBytes(id, first.header.previous)) return false;
		return batches.every(({ header }, i) => i === 0 || equalBytes(header.previous, batches[i - 1].id));
	}
	#stored(log, from) {
		const { medium } = this.#options;
		const batches = [];
		for (let seq = from;;) {
			const open = medium.open(log, seq);
			if (open === void 0) return batches;
			batches.push({
				id: medium.batchId(log, open.header.first),
				open
			});
			seq = open.last + 1;
		}
	}
	#mint({ log: abandoned, from, proof }, branch, todo) {
		const { medium, newLog } = this.#options;
		const { log, previous } = newLog();
		const says = Math.max(1, Math.ceil(todo.length / maxAnewBatches));
		const firsts = /* @__PURE__ */ new Map();
		const anew = [];
		let next = says + 1;
		for (const { id, open } of todo) {
			firsts.set(keyOf$3(id), next);
			anew.push({
				batch: id,
				first: next
			});
			next += open.header.count;
		}
		const place = (dot) => {
			if (dot.log !== abandoned || dot.seq < from) return dot;
			const batch = branch.find(({ open }) => open.header.first <= dot.seq && dot.seq <= open.last);
			if (batch === void 0) return void 0;
			const first = firsts.get(keyOf$3(batch.id));
			const start = first === void 0 ? medium.anew(batch.id) : {
				log,
				seq: first
			};
			return start && {
				log: start.log,
				seq: start.seq + dot.seq - batch.open.header.first
			};
		};
		const writer = new AnewWriter({
			...this.#options,
			log,
			previous
		});
		const stamps = new AnewStamps(this.#options);
		const stamp = this.#stampOf(proof, stamps.of(todo[0]?.open.header.hlcMin ?? this.#end(branch)));
		const abandons = Array.from({ length: says }, (_, i) => {
			const part = anew.slice(i * maxAnewBatches, (i + 1) * maxAnewBatches);
			return {
				kind: "log.abandon",
				stamp,
				abandoned,
				from,
				proof,
				anew: part
			};
		});
		writer.write(abandons, {
			hlcMin: stamp,
			hlcMax: stamp,
			schema: noId$1,
			epoch: 0
		}, todo.length > 0);
		for (const [i, { id, open }] of todo.entries()) {
			const { schema, epoch, count, first } = open.header;
			const hlcMin = stamps.of(open.header.hlcMin);
			const operations = Array.from({ length: count }, (_, index) => anewOperation(open.of(first + index), {
				place,
				log,
				abandoned,
				stamp: (given) => stamps.ofOperation(given),
				origin: () => this.#origin(id, index)
			}));
			const hlcMax = stamps.of(open.header.hlcMax);
			writer.write(operations, {
				hlcMin,
				hlcMax,
				schema,
				epoch
			}, i < todo.length - 1);
		}
		for (const { batch, first } of anew) medium.putAnew(batch, {
			log,
			seq: first
		});
		this.#options.interpret({
			log,
			first: 1,
			last: writer.last
		});
	}
	/** A batch that is stamped ahead must be so compared with what abandons it. */
	#stampOf(proof, first) {
		return proof.length === 1 ? Math.min(first, hlcAt(this.#options.now())) : first;
	}
	/** Where nothing is minted anew: the time of the last thing that counts no more. */
	#end(branch) {
		return branch.at(-1)?.open.header.hlcMax ?? this.#options.earliest;
	}
	#origin(batch, index) {
		const place = /* @__PURE__ */ new Uint8Array(4);
		new DataView(place.buffer).setUint32(0, index);
		return this.#options.hasher.hash([
			originDomain,
			batch,
			place
		]).slice(0, 8);
	}
};
function earlier(a, b) {
	if (a === void 0 || b === void 0) return a ?? b;
	return b.from < a.from ? b : a;
}
function copyOf({ header, signature }) {
	return {
		header: encodeHeader(decodeHeader(header)),
		signature: new Uint8Array(signature)
	};
}
// ../../packages/store/dist/engine/knot.js
/**
* The transactions that wait for nothing but each other, in an order in which they can act once all that they abandon is. Two
* nodes whose clocks were ahead may each have changed what the other made; then what each mints anew names operations of which
* only the other says that they do not count. The set is the greatest of its kind, so it does not depend on the order in which
* they came. Nothing where nobody who waits abandons anything; otherwise it reads those, and whatever they need that waits.
*/
function findKnot(medium, look) {
	let strands = strandsOf(medium, look);
	for (;;) {
		const left = looseEnds(strands);
		if (left.size === strands.size) return [...left.values()];
		strands = left;
	}
}
function strandsOf(medium, look) {
	const strands = /* @__PURE__ */ new Map();
	const queue = [...medium.waitingToAbandon()];
	const seen = new Set(queue.map(placeOf$1));
	for (const range of queue) {
		const needs = [];
		const { wait, abandons } = look(range, (dot, seq) => {
			if (isCoveredAt(medium, dot, range, seq)) return true;
			const holder = medium.waitingAt(dot.log, dot.seq);
			const place = holder && placeOf$1(holder);
			needs.push({
				dot,
				holder: place
			});
			if (holder !== void 0 && !seen.has(place)) {
				seen.add(place);
				queue.push(holder);
			}
			return true;
		});
		if (wait === void 0) strands.set(placeOf$1(range), {
			range,
			abandons,
			needs
		});
	}
	return strands;
}
/** Those that can act one after the other if all of them abandon first, in that order. */
function looseEnds(strands) {
	const voids = /* @__PURE__ */ new Map();
	for (const { abandons } of strands.values()) for (const { abandon } of abandons) {
		const { abandoned, from } = abandon;
		voids.set(abandoned, Math.min(from, voids.get(abandoned) ?? from));
	}
	const loose = /* @__PURE__ */ new Map();
	const isMet = ({ dot, holder }) => dot.seq >= (voids.get(dot.log) ?? Number.POSITIVE_INFINITY) || holder !== void 0 && loose.has(holder);
	for (let before = -1; before < loose.size;) {
		before = loose.size;
		for (const [place, strand] of strands) if (!loose.has(place) && strand.needs.every(isMet)) loose.set(place, strand);
	}
	return loose;
}
function placeOf$1({ log, first }) {
	return `${log}/${first}`;
}
// ../../packages/store/dist/engine/plan.js
/** Turns intents into operations, by naming the dots that their author sees at that moment. */
var Planner = class {
	#cells;
	#tables = /* @__PURE__ */ new Map();
	constructor(cells, schema) {
		this.#cells = cells;
		for (const [index, table] of (schema?.tables ?? []).entries()) {
			const object = cells.object("table", table.name, table.groups.map(({ name }) => name));
			const columns = table.groups.reduce((sum, group) => sum + group.columns.length, 0);
			this.#tables.set(table.name, {
				index,
				schema: table,
				object,
				columns
			});
		}
	}
	/** Undefined where the intent has no effect: what it removes or changes is not there. Throws `StoreError`. */
	plan(intent, stamp, log, seen) {
		const cells = this.#cells;
		switch (intent.kind) {
			case "counter.add": {
				const object = cells.object("counter", intent.object);
				checkIncrement(cells.counter(object, log), counterValue(cells.counters(object)), intent.by);
				return {
					kind: "counter.add",
					stamp,
					object: intent.object,
					by: intent.by
				};
			}
			case "register.set": {
				const dots = (cells.register(cells.object("register", intent.object), registerKey) ?? []).map(({ dot }) => dot);
				return {
					kind: "register.set",
					stamp,
					object: intent.object,
					value: intent.value,
					seen: dots
				};
			}
			case "keyed.set": {
				const { object, key, value } = intent;
				return {
					kind: "keyed.set",
					stamp,
					object,
					key,
					value,
					seen: (cells.register(cells.object("keyed", object), encodeElement(key)) ?? []).map(({ dot }) => dot)
				};
			}
			case "keyed.remove": {
				const { object, key } = intent;
				const known = cells.find("keyed", object);
				const cell = known && cells.register(known, encodeElement(key));
				return cell && {
					kind: "keyed.remove",
					stamp,
					object,
					key,
					seen: cell.map(({ dot }) => dot)
				};
			}
			case "keyed.append": {
				const { object, value } = intent;
				return {
					kind: "keyed.set",
					stamp,
					object,
					key: appendKey(stamp, log),
					value,
					seen: []
				};
			}
			case "set.add": {
				const object = cells.object("set", intent.object);
				const dots = cells.element(object, encodeElement(intent.element)) ?? [];
				return {
					kind: "set.add",
					stamp,
					object: intent.object,
					element: intent.element,
					seen: dots
				};
			}
			case "set.remove": {
				const object = cells.find("set", intent.object);
				const dots = object && cells.element(object, encodeElement(intent.element));
				if (dots === void 0) return void 0;
				return {
					kind: "set.remove",
					stamp,
					object: intent.object,
					element: intent.element,
					seen: dots
				};
			}
			case "row.add": {
				const { index, columns } = this.#table(intent.table, intent.uid);
				checkColumns(intent.values.length, columns, intent.table);
				const { uid, hint, values } = intent;
				return {
					kind: "row.add",
					stamp: intent.base ? "base" : stamp,
					table: index,
					uid,
					hint,
					values
				};
			}
			case "row.set": {
				const { index, schema, object } = this.#changeable(intent.table, intent.uid);
				const at = schema.groups.findIndex(({ name }) => name === intent.group);
				const group = schema.groups[at];
				if (group === void 0) throw new StoreError("unknown-group", `table ${intent.table} has no such column group`);
				checkColumns(intent.values.length, group.columns.length, intent.table);
				const cell = seen(object, intent.uid);
				if (cell === void 0) return void 0;
				const entries = cell.groups[object.groups.indexOf(group.name)] ?? [];
				return {
					kind: "row.set",
					stamp,
					table: index,
					uid: intent.uid,
					group: at,
					adds: cell.adds,
					seen: entries.map(({ dot }) => dot),
					values: intent.values
				};
			}
			case "row.remove": {
				const { index, object } = this.#changeable(intent.table, intent.uid);
				const cell = seen(object, intent.uid);
				if (cell === void 0) return void 0;
				return {
					kind: "row.remove",
					stamp,
					table: index,
					uid: intent.uid,
					adds: liveDots(cell)
				};
			}
		}
	}
	#table(name, uid) {
		const table = this.#tables.get(name);
		if (table === void 0) throw new StoreError("unknown-table", "the table is not replicated here");
		if (uid.length !== 16) throw new StoreError("invalid-intent", `a uid has 16 bytes`);
		return table;
	}
	#changeable(name, uid) {
		const table = this.#table(name, uid);
		if (table.schema.kind === "grow-only") throw new StoreError("grow-only", `rows of ${name} are only added, never changed or removed`);
		return table;
	}
};
/** Sorts by time, then author: one log never stamps two operations alike. */
function appendKey(stamp, log) {
	const key = /* @__PURE__ */ new Uint8Array(32);
	new DataView(key.buffer).setBigUint64(0, BigInt(stamp === "base" ? 0 : stamp));
	key.set(encodeLogId(log), 8);
	return key;
}
function checkColumns(given, expected, table) {
	if (given === expected) return;
	throw new StoreError("invalid-intent", `${given} values for ${expected} columns of ${table}`);
}
// ../../packages/store/dist/engine/recompute.js
const alive$1 = () => false;
/** Collects cells, and computes them again from all operations that were interpreted and count. */
var Recomputation = class {
	#medium;
	#bind;
	#touched = /* @__PURE__ */ new Map();
	/** Whether a batch is hollow, so that nobody knows all that was said. */
	#lacksOperations = false;
	/** What operations removed that count no more, by cell. */
	#spared = /* @__PURE__ */ new Set();
	constructor(medium, bind) {
		this.#medium = medium;
		this.#bind = bind;
	}
	/** The cells of which an interpreted batch says something. */
	touch(batch) {
		const binding = this.#bind(batch.header.schema);
		for (let i = 0; i < batch.header.count; i++) {
			const operation = batch.outline(i);
			if (!hasCell(operation)) continue;
			const [object, key] = cellOf(operation, batch, binding, this.#medium.cells);
			const name = nameOf$5(object, key);
			if (!this.#touched.has(name)) this.#touched.set(name, {
				object,
				key,
				said: []
			});
			const [dots, group] = namedBy(operation, boundTable(binding, operation));
			for (const dot of dots) this.#spared.add(`${name} ${killOf(dot, group)}`);
		}
	}
	/** Computes the touched cells. O(all operations), because no cell knows what was ever said of it. */
	run() {
		if (this.#touched.size === 0) return;
		for (const { id, whole } of this.#medium.logs()) for (let seq = 1; seq <= whole;) {
			const batch = this.#medium.open(id, seq);
			if (batch === void 0) throw new Error(`operation ${seq} of ${id} is not stored`);
			if (batch.isHollow) this.#lacksOperations = true;
			if (!(batch.isHollow || this.#medium.isTold(id, batch.header.first)) && !this.#medium.isWaiting(id, seq)) this.#read(batch);
			seq = batch.last + 1;
		}
		for (const touched of this.#touched.values()) this.#compute(touched);
		const { doubt } = this.#medium;
		if (this.#lacksOperations) this.#medium.doubt = {
			...doubt,
			causes: doubt.causes + 1
		};
	}
	#read(batch) {
		const { log, first, count, schema } = batch.header;
		const binding = this.#bind(schema);
		for (let i = 0; i < count; i++) {
			const operation = batch.outline(i);
			if (!hasCell(operation)) continue;
			const [object, key] = cellOf(operation, batch, binding, this.#medium.cells);
			const table = boundTable(binding, operation);
			this.#touched.get(nameOf$5(object, key))?.said.push({
				dot: {
					log,
					seq: first + i
				},
				operation,
				table
			});
		}
	}
	#compute({ object, key, said }) {
		const { cells } = this.#medium;
		cells.forgetDeferred(object, key);
		const kills = this.#kills(object, key, said);
		const wasDead = this.#lacksOperations ? this.#deadBefore(object, key) : alive$1;
		const isDead = (dot, group) => kills.has(killOf(dot, group)) || wasDead(dot, group);
		switch (object.type) {
			case "counter":
				cells.putCounter(object, decodeLogId(key), counterOf(said));
				return;
			case "register":
			case "keyed":
				cells.putRegister(object, key, registerOf(said, isDead));
				return;
			case "set":
				cells.putElement(object, key, elementOf(said, isDead));
				return;
			case "table": this.#row(object, key, said, isDead);
		}
	}
	/**
	* What removed something may have been thrown away: what was dead stays dead, unless what removed it is known and counts no
	* more. Where that brings back something after all, others know better.
	*/
	#deadBefore(object, key) {
		const name = nameOf$5(object, key);
		const isSpared = (dot, group) => this.#spared.has(`${name} ${killOf(dot, group)}`) || this.#spared.has(`${name} ${killOf(dot, null)}`);
		const lived = livingIn(this.#medium, object, key);
		return (dot, group) => !lived(dot, group) && !isSpared(dot, group);
	}
	/** Everything that is named as superseded. What has not come yet is deferred again. */
	#kills(object, key, said) {
		const kills = /* @__PURE__ */ new Set();
		for (const { operation, table } of said) {
			const [dots, group] = namedBy(operation, table);
			for (const dot of dots) {
				kills.add(killOf(dot, group));
				if (!isCovered(this.#medium, dot)) this.#medium.cells.defer(dot, {
					object,
					key,
					group
				});
			}
		}
		return kills;
	}
	/** All adds first: what is written on one of them then finds it. */
	#row(table, uid, said, isDead) {
		const { cells } = this.#medium;
		const before = cells.row(table, uid);
		let cell;
		for (const { dot, operation } of said) {
			if (operation.kind !== "row.add") continue;
			cell = addRow(cell, {
				dot,
				stamp: operation.stamp
			}, table.groups.length, isDead).cell;
		}
		for (const { dot, operation, table: bound } of said) {
			if (operation.kind !== "row.set" || bound === void 0 || bound.kind === "grow-only") continue;
			const group = bound.groups[operation.group].part;
			const entry = {
				dot,
				stamp: operation.stamp,
				adds: operation.adds
			};
			const change = setRow(cell, entry, group, operation.seen, isDead);
			cell = change.cell;
			const wasThere = before?.groups[group]?.some((one) => hasDot([one.dot], dot)) ?? false;
			if (change.lost.length > 0 && wasThere) this.#medium.lostWrite(table, uid, group, entry);
		}
		if (cell !== void 0 || before !== void 0) cells.putRow(table, uid, cell, before);
	}
};
/** Which dots live in a cell; of a row that is gone nothing is known of what was written on it. */
function livingIn(medium, object, key) {
	const { cells } = medium;
	switch (object.type) {
		case "counter": return () => true;
		case "register":
		case "keyed": {
			const cell = cells.register(object, key);
			return (dot) => cell?.some((entry) => sameDot(entry.dot, dot)) ?? false;
		}
		case "set": {
			const cell = cells.element(object, key);
			return (dot) => cell !== void 0 && hasDot(cell, dot);
		}
		case "table": {
			const cell = cells.row(object, key);
			return (dot, group) => {
				if (group === null) return cell !== void 0 && hasDot(cell.adds, dot);
				return cell?.groups[group]?.some((entry) => sameDot(entry.dot, dot)) ?? cell === void 0;
			};
		}
	}
}
function boundTable(binding, operation) {
	const bound = "table" in operation ? binding?.tables[operation.table] : void 0;
	return typeof bound === "object" ? bound : void 0;
}
/** The dots that an operation names as superseded, and in which group. */
function namedBy(operation, table) {
	switch (operation.kind) {
		case "counter.add":
		case "counter.again":
		case "row.add": return [[], null];
		case "row.set":
			if (table === void 0 || table.kind === "grow-only") return [[], null];
			return [operation.seen, table.groups[operation.group].part];
		case "row.remove": return table?.kind === "grow-only" ? [[], null] : [operation.adds, null];
		default: return [operation.seen, null];
	}
}
function counterOf(said) {
	let cell;
	for (const { dot, operation } of said) {
		if (operation.kind === "counter.add") cell = addToCounter(cell, dot.seq, operation.by);
		if (operation.kind === "counter.again") cell = countAgain(cell, operation.by);
	}
	return cell;
}
function registerOf(said, isDead) {
	let cell;
	for (const { dot, operation } of said) {
		if (operation.kind !== "register.set" && operation.kind !== "keyed.set") continue;
		cell = writeRegister(cell, {
			dot,
			stamp: operation.stamp
		}, [], isDead).cell;
	}
	return cell;
}
function elementOf(said, isDead) {
	let cell;
	for (const { dot, operation } of said) if (operation.kind === "set.add") cell = addToSet(cell, dot, [], isDead);
	return cell;
}
function killOf({ log, seq }, group) {
	return `${log}/${seq}/${group}`;
}
function nameOf$5(object, key) {
	return `${object.id}/${keyOf$3(key)}`;
}
// ../../packages/store/dist/engine/schema-map.js
/**
* Binds a batch's schema to the node's own. The author may know fewer columns and groups than this node, then the
* rest is NULL; a column that this node does not have, or has in another group, means that the rows must wait.
*/
function bindSchema(theirs, own, object) {
	return { tables: theirs.tables.map((table) => {
		const mine = own?.tables.find(({ name }) => name === table.name);
		if (mine === void 0) return `there is no replicated table ${quote(table.name)} here`;
		return bindTable(table, mine, object(table.name));
	}) };
}
function bindTable(theirs, mine, object) {
	if (theirs.kind !== mine.kind) return `table ${quote(mine.name)} is ${mine.kind} here and ${theirs.kind} for the author`;
	const groups = [];
	for (const group of theirs.groups) {
		const match = mine.groups.find(({ name }) => name === group.name);
		if (match === void 0) return `table ${quote(mine.name)} has no column group ${quote(group.name)} here`;
		const unknown = group.columns.find((column) => !match.columns.includes(column));
		if (unknown !== void 0) return `column ${quote(unknown)} is not in group ${quote(group.name)} of table ${quote(mine.name)} here`;
		groups.push({
			part: object.groups.indexOf(group.name),
			columns: group.columns.length,
			fromSet: match.columns.map((column) => group.columns.indexOf(column))
		});
	}
	const added = theirs.groups.flatMap(({ columns }) => columns);
	const misplaced = mine.groups.find(({ name, columns }) => !theirs.groups.some((group) => group.name === name) && columns.some((column) => added.includes(column)));
	if (misplaced !== void 0) return `the columns of group ${quote(misplaced.name)} of table ${quote(mine.name)} are grouped otherwise by the author`;
	const own = mine.groups.map(({ name, columns }) => ({
		part: object.groups.indexOf(name),
		columns,
		fromAdd: columns.map((column) => added.indexOf(column))
	}));
	const places = own.flatMap(({ fromAdd }) => fromAdd);
	const inOrder = places.length === added.length && places.every((place, i) => place === i);
	return {
		object,
		kind: mine.kind,
		columns: added.length,
		groups,
		own,
		inOrder
	};
}
/** Values in the own order of columns, from those that an operation carries. */
function pick(values, places) {
	return places.map((place) => place < 0 ? null : values[place]);
}
function quote(name) {
	return JSON.stringify(name.slice(0, 80));
}
// ../../packages/store/dist/engine/values.js
/** Reads the values that cells refer to, from the batches that hold them, in this node's own order of columns. */
var ValueReader = class {
	#medium;
	#bind;
	constructor(medium, bind) {
		this.#medium = medium;
		this.#bind = bind;
	}
	operation(dot) {
		return this.#open(dot).of(dot.seq);
	}
	register(entry) {
		const operation = this.operation(entry.dot);
		if (operation.kind !== "register.set" && operation.kind !== "keyed.set") throw misplaced(entry.dot);
		return operation.value;
	}
	/** Values of one group as this entry wrote them. */
	group(entry, group) {
		const batch = this.#open(entry.dot);
		return this.#groupOf(batch, batch.of(entry.dot.seq), group, entry.dot);
	}
	/** What a `row.add` says of its row: its hint, and all groups' columns in order. */
	add(dot) {
		const batch = this.#open(dot);
		const operation = batch.of(dot.seq);
		if (operation.kind !== "row.add") throw misplaced(dot);
		const { hint, values } = operation;
		const { inOrder, own } = this.#table(batch, operation.table);
		const row = inOrder ? values : own.flatMap(({ fromAdd }) => pick(values, fromAdd));
		return {
			hint,
			row: this.#whole(dot, row, values)
		};
	}
	/** All groups' columns in order, the winner of each group; NULL for a group that no author of the row knew. */
	row(cell, groups) {
		const values = [];
		for (const group of groups) {
			const entry = winner(cell.groups[group.part] ?? []);
			if (entry === void 0) for (const _ of group.columns) values.push(null);
			else for (const value of this.group(entry, group)) values.push(value);
		}
		return values;
	}
	/** The same, with undefined for the columns of groups of which the winner is still that of `prior`. */
	changes(cell, prior, groups) {
		const values = [];
		for (const group of groups) {
			const entry = winner(cell.groups[group.part] ?? []);
			const before = winner(prior.groups[group.part] ?? []);
			if (entry === void 0 || before === void 0 ? entry === before : sameDot(entry.dot, before.dot)) for (const _ of group.columns) values.push(void 0);
			else if (entry === void 0) for (const _ of group.columns) values.push(null);
			else for (const value of this.group(entry, group)) values.push(value);
		}
		return values;
	}
	/** Whether entries of one group hold different values. */
	differ(entries, group) {
		return differ(entries, (entry) => encodeRowValues(this.group(entry, group)));
	}
	registersDiffer(entries) {
		return differ(entries, (entry) => encodeValue(this.register(entry)));
	}
	#groupOf(batch, operation, group, dot) {
		if (operation.kind !== "row.add" && operation.kind !== "row.set") throw misplaced(dot);
		const table = this.#table(batch, operation.table);
		const { values } = operation;
		const places = operation.kind === "row.set" ? table.groups[operation.group].fromSet : table.own.find(({ part }) => part === group.part)?.fromAdd;
		if (places === void 0) return group.columns.map(() => null);
		return this.#whole(dot, pick(values, places), values);
	}
	/** Puts together the picked values of an operation that stand in pieces; `all` are the values that it carries. */
	#whole(dot, picked, all) {
		if (!picked.some((column) => column instanceof Pieced)) return picked;
		const places = placesOfPieces(dot.seq, all);
		return picked.map((column) => column instanceof Pieced ? this.#join(dot.log, places.get(column), column) : column);
	}
	#join(log, first, { form, length }) {
		const bytes = new Uint8Array(length);
		for (let seq = first, at = 0; at < length; seq++) {
			const piece = this.#open({
				log,
				seq
			}).piece(seq);
			bytes.set(piece, at);
			at += piece.length;
		}
		return joinPieces(form, bytes);
	}
	#table(batch, index) {
		const table = this.#bind(batch.header.schema)?.tables[index];
		if (table === void 0 || typeof table === "string") throw new Error("an interpreted row has no table");
		return table;
	}
	#open(dot) {
		const batch = this.#medium.open(dot.log, dot.seq);
		if (batch === void 0) throw new Error(`a cell refers to ${dot.log}/${dot.seq}, which is not stored`);
		return batch;
	}
};
/** One after the other: each may be a large row. */
function differ([first, ...others], encode) {
	if (first === void 0) return false;
	const encoded = encode(first);
	return others.some((one) => !equalBytes(encode(one), encoded));
}
/** Sequence of the first piece of each value in pieces, which stand right before the operation that carries them. */
function placesOfPieces(seq, values) {
	const pieced = values.filter((column) => column instanceof Pieced);
	let at = seq - pieced.reduce((sum, { length }) => sum + pieceCount(length), 0);
	const places = /* @__PURE__ */ new Map();
	for (const one of pieced) {
		places.set(one, at);
		at += pieceCount(one.length);
	}
	return places;
}
function misplaced(dot) {
	return /* @__PURE__ */ new Error(`a cell refers to ${dot.log}/${dot.seq}, which is an operation of another kind`);
}
// ../../packages/store/dist/engine/wither.js
/**
* Lets fall what lives here and is spent elsewhere: what removed it was taken hollow. The caller knows that it is true. Returns
* how many operations of the log fell, wholly or in a column group. O(operations of the stretch).
*/
function wither(medium, bind, log, { through, runs, overwritten }) {
	const end = Math.min(through, medium.log(log)?.whole ?? 0);
	const groups = /* @__PURE__ */ new Map();
	for (const { seq, group } of overwritten) groups.set(seq, [...groups.get(seq) ?? [], group]);
	let fallen = 0;
	let run = 0;
	for (let seq = Math.min(runs[0]?.first ?? end + 1, overwritten[0]?.seq ?? end + 1); seq <= end;) {
		const batch = medium.open(log, seq);
		if (batch.isHollow || medium.isTold(log, batch.header.first) || medium.isWaiting(log, seq)) {
			seq = batch.last + 1;
			continue;
		}
		const withering = new Withering(medium, batch, bind(batch.header.schema));
		let here = 0;
		for (; seq <= Math.min(batch.last, end); seq++) {
			while ((runs[run]?.last ?? seq) < seq) run++;
			const what = (runs[run]?.first ?? seq + 1) <= seq ? "all" : groups.get(seq);
			if (what !== void 0 && withering.fall(seq, what)) here++;
		}
		if (here > 0) medium.recomputed({
			log,
			first: batch.header.first,
			last: batch.last
		});
		fallen += here;
	}
	return fallen;
}
/** Takes dead dots of one batch out of the cells. */
var Withering = class {
	#medium;
	#batch;
	#binding;
	constructor(medium, batch, binding) {
		this.#medium = medium;
		this.#batch = batch;
		this.#binding = binding;
	}
	/** Whether the operation lived. */
	fall(seq, groups) {
		const { header } = this.#batch;
		const operation = this.#batch.outline(seq - header.first);
		const dot = {
			log: header.log,
			seq
		};
		switch (operation.kind) {
			case "set.add": return groups === "all" && this.#element(operation, dot);
			case "register.set":
			case "keyed.set": return groups === "all" && this.#register(operation, dot);
			case "row.add":
			case "row.set": return this.#row(operation, dot, groups);
			default: return false;
		}
	}
	#element(operation, dot) {
		const { cells } = this.#medium;
		const object = cells.object("set", operation.object);
		const key = encodeElement(operation.element);
		const before = cells.element(object, key);
		const after = removeFromSet(before, [dot]);
		if (after === before) return false;
		cells.putElement(object, key, after);
		return true;
	}
	#register(operation, dot) {
		const { cells } = this.#medium;
		const { type, key } = writtenCell(operation);
		const object = cells.object(type, operation.object);
		const before = cells.register(object, key);
		const after = removeFromRegister(before, [dot]);
		if (after === before) return false;
		cells.putRegister(object, key, after);
		return true;
	}
	#row(operation, dot, groups) {
		const table = this.#binding?.tables[operation.table];
		if (table === void 0 || typeof table === "string") return false;
		const { object } = table;
		const before = this.#medium.cells.row(object, operation.uid);
		if (before === void 0) return false;
		if (groups === "all" && operation.kind === "row.add") return this.#changed(object, operation.uid, before, removeRow(before, [dot]));
		const parts = operation.kind === "row.set" ? [table.groups[operation.group].part] : object.groups.flatMap((name, part) => groups.includes(name) ? [part] : []);
		let cell = before;
		for (const part of parts) cell = withoutEntry(cell, part, dot);
		return this.#changed(object, operation.uid, before, {
			cell,
			superseded: [],
			lost: []
		});
	}
	#changed(table, uid, before, { cell, lost }) {
		if (cell === before) return false;
		this.#medium.cells.putRow(table, uid, cell, before);
		for (const { group, entry } of lost) this.#medium.lostWrite(table, uid, group, entry);
		return true;
	}
};
/** The row without one entry of a column group. */
function withoutEntry(cell, part, dot) {
	return setRow(cell, {
		dot,
		stamp: "base",
		adds: cell.adds
	}, part, [dot], () => true).cell ?? cell;
}
// ../../packages/store/dist/engine/engine.js
/** Id of a batch or schema that is none: 32 zero bytes. */
const noId = /* @__PURE__ */ new Uint8Array(32);
/** Schemas that are kept bound. Peers choose how many there are. */
const maxBindings = 64;
/**
* What every store does, whatever its medium: numbers and checks what it stores, interprets whole transactions or
* none, and mints. All methods run inside a transaction of the medium that the caller opened.
*/
var Engine = class {
	#options;
	#medium;
	#planner;
	#healing;
	/** Whether a log was abandoned since the last look. */
	#abandoned = false;
	#bindings = /* @__PURE__ */ new Map();
	#lastBound;
	#ownSchema;
	#ownBinding;
	#ownGroups = /* @__PURE__ */ new Map();
	/** Reads the values that cells refer to. */
	values;
	constructor(options) {
		this.#options = options;
		this.#medium = options.medium;
		this.#planner = new Planner(options.medium.cells, options.schema);
		if (options.schema !== void 0) {
			const bytes = encodeSchema(options.schema);
			this.#ownSchema = {
				id: schemaId(bytes, options.hasher),
				bytes
			};
			this.#ownBinding = this.#bindTo(options.schema);
			for (const table of this.#ownBinding.tables) if (typeof table !== "string") this.#ownGroups.set(table.object, table.own);
		}
		this.#healing = new Healing({
			...options,
			interpret: (range) => {
				if (this.#interpret(range, false)) this.#retry(range);
			}
		});
		this.values = new ValueReader(options.medium, (schema) => this.binding(schema));
	}
	/** The node's own schema as it travels. */
	get ownSchema() {
		return this.#ownSchema;
	}
	/** A table of this node's schema by its index there. */
	ownTable(index) {
		const table = this.#ownBinding?.tables[index];
		if (table === void 0 || typeof table === "string") throw new Error(`there is no own table ${index}`);
		return table;
	}
	/** This node's column groups of a table, in its own order; undefined where the table is not in its schema. */
	ownGroups(table) {
		return this.#ownGroups.get(table);
	}
	/** How rows under this schema become rows of this node; undefined while the schema is not stored. */
	binding(schema) {
		if (this.#lastBound !== void 0 && equalBytes(this.#lastBound.schema, schema)) return this.#lastBound.binding;
		const binding = this.#findBinding(schema);
		if (binding !== void 0) this.#lastBound = {
			schema,
			binding
		};
		return binding;
	}
	#findBinding(schema) {
		const key = keyOf$3(schema);
		const known = this.#bindings.get(key);
		if (known !== void 0) return known;
		const theirs = this.#medium.schema(schema);
		if (theirs === void 0) return void 0;
		const binding = this.#bindTo(theirs);
		if (this.#bindings.size >= maxBindings) this.#bindings.clear();
		this.#bindings.set(key, binding);
		return binding;
	}
	/** Mints the intents as one transaction. */
	commit(transaction, author = {}) {
		const { intents, times } = transaction;
		const { clock, node } = this.#options;
		if (times !== void 0 && times.length !== intents.length) throw new StoreError("invalid-intent", `${times.length} times for ${intents.length} intents`);
		const refusal = intents.length > 0 ? this.#options.refusal?.() : void 0;
		if (refusal !== void 0) throw new StoreError("clock-contradicted", refusal);
		const { log, previous } = this.#options.ownLog();
		if (!log.startsWith(node)) throw new Error("a node mints into its own logs only");
		const before = this.#medium.log(log);
		const first = (before?.seq ?? 0) + 1;
		let last;
		const draft = new Draft({
			log,
			cluster: this.#options.cluster,
			previous: before?.head ?? previous,
			number: (before?.number ?? 0) + 1,
			first,
			schema: this.#ownSchema?.id ?? noId,
			epoch: 0,
			stamp: () => clock.tick()
		}, this.#options, ({ batch, open }) => {
			this.#medium.append(batch, open);
			last = open.last;
		}, {
			...usualLimits,
			operations: this.#options.batchOperations ?? usualLimits.operations
		});
		const interpreter = new Interpreter(this.#medium, {
			log,
			first,
			last: Number.MAX_SAFE_INTEGER
		});
		const look = author.seen ?? ((table, uid) => this.#medium.cells.row(table, uid));
		const dots = [];
		for (let i = 0; i < intents.length; i++) {
			const intent = intents[i];
			const isAdd = intent.kind === "row.add";
			if (!isAdd) interpreter.flush();
			const stamp = isAdd && intent.base ? "base" : times ? clock.stamp(times[i]) : clock.tick();
			const planned = this.#planner.plan(intent, stamp, log, look);
			if (planned === void 0) {
				dots.push(null);
				continue;
			}
			const cut = "values" in intent ? cutValues(intent.values) : void 0;
			const operation = cut === void 0 ? planned : {
				...planned,
				values: cut.values
			};
			const pieces = cut?.pieces ?? [];
			const { seq } = draft.next();
			const dot = {
				log,
				seq: seq + pieces.length
			};
			draft.add(operation, pieces);
			for (let i = 0; i < pieces.length; i++) interpreter.piece(seq + i);
			interpreter.operation(dot.seq, operation, this.#ownBinding);
			author.wrote?.(dot, operation);
			dots.push(dot);
		}
		interpreter.flush();
		draft.finish();
		if (last !== void 0) {
			const range = {
				log,
				first,
				last
			};
			this.#medium.setWhole(log, last);
			this.#medium.interpreted(range);
			this.#retry(range);
		}
		return {
			dots,
			transactions: draft.transactions
		};
	}
	/** Stores verified batches, and interprets what can be. */
	apply(batches) {
		const refused = /* @__PURE__ */ new Map();
		let stored = 0;
		let operations = 0;
		for (const batch of batches) {
			const { log, first, count, hlcMax, continues } = batch.header;
			if (refused.has(log)) continue;
			const place = this.#place(batch);
			if (place === "stored") continue;
			if (place !== "next") {
				refused.set(log, {
					log,
					first,
					reason: place
				});
				continue;
			}
			const { header, operations: given, leaves, envelope } = batch;
			const open = new OpenBatch(header, {
				operations: given,
				leaves
			}, envelope.rawLength);
			this.#medium.append(batch, open);
			this.#options.clock.observe(hlcMax);
			stored++;
			operations += count;
			this.#doubt(batch);
			if (continues) {
				if (!open.isHollow) this.#medium.goesOn(open);
				continue;
			}
			const state = this.#medium.log(log);
			const range = {
				log,
				first: state.whole + 1,
				last: state.seq
			};
			if (this.#isHollow(range, "wholly")) this.#pass(range);
			else if (this.#interpret(range, false)) this.#retry(range);
		}
		this.#settle();
		return {
			stored,
			operations,
			refused: [...refused.values()]
		};
	}
	/**
	* What somebody holds of a log of this node: where that proves that it was written twice, the log is abandoned, and what
	* it held is minted anew. Returns whether anything was.
	*/
	heal(log, shown) {
		for (const { header } of shown) this.#options.clock.observe(header.hlcMax);
		const healed = this.#healing.heal(log, shown);
		this.#untie();
		return healed;
	}
	/** Whether something of this node may be stamped further ahead of now than clocks may differ. O(1). */
	get isAhead() {
		const { clock, now } = this.#options;
		return isBeyondDrift(clock.last, hlcAt(now()));
	}
	/**
	* Abandons whatever this node's logs hold that is stamped so far ahead, and mints it anew. Only where the clock is known to
	* be right: by one that is behind everything is ahead. Returns whether there was any.
	*/
	abandonFuture() {
		const { clock, now, node, earliest } = this.#options;
		if (!this.isAhead) return false;
		const before = clock.last;
		const own = [...this.#medium.logs()].filter(({ id }) => nodeOf(id) === node);
		clock.turnBack(Math.max(now(), hlcTime(earliest)));
		try {
			for (const { id, seq } of own) {
				const { hlcMax } = this.#medium.open(id, seq).header;
				if (!isBeyondDrift(hlcMax, hlcAt(now()))) clock.observe(hlcMax);
			}
			const abandoned = own.filter(({ id }) => this.#healing.abandonFuture(id));
			this.#untie();
			return abandoned.length > 0;
		} catch (error) {
			clock.observe(before);
			throw error;
		}
	}
	/** Abandoned logs of which something is stored that nobody has minted anew. */
	unsettled() {
		const logs = [];
		for (const { log } of this.#medium.voids()) if (this.#healing.isUnsettled(log)) logs.push(log);
		return logs;
	}
	/** A schema came: what waited for it goes on. */
	schemaArrived(id) {
		for (const waiting of this.#medium.waitingForSchema(id)) this.#again(waiting);
		this.#settle();
	}
	/** This node reads other things than the last time: whatever waited for that is tried again. */
	changed() {
		for (const waiting of this.#medium.waitingForChange()) this.#again(waiting);
		this.#settle();
	}
	#bindTo(theirs) {
		return bindSchema(theirs, this.#options.schema, (name) => this.#medium.cells.object("table", name));
	}
	#place(batch) {
		const { header } = batch;
		const state = this.#medium.log(header.log);
		if (!equalBytes(header.cluster, this.#options.cluster)) return "wrong-cluster";
		if (header.first >= (this.#medium.voidFrom(header.log) ?? Number.POSITIVE_INFINITY)) return "stored";
		if (state !== void 0 && header.first <= state.seq) {
			const stored = this.#medium.batchId(header.log, header.first);
			return stored !== void 0 && equalBytes(stored, batch.id) ? "stored" : "fork";
		}
		return continuity(header, state) ?? "next";
	}
	/** What of a log is spent after a sequence, as far as one answer goes. */
	spent(log, after) {
		return spentOf(this.#medium, (schema) => this.binding(schema), log, after);
	}
	/** Empties transactions of which nothing lives, as far as one page goes. */
	collect(request) {
		return collect(this.#medium, (schema) => this.binding(schema), request);
	}
	/** What lives here and may have been removed by what was taken hollow. */
	doubts() {
		const { until, causes, settled } = this.#medium.doubt;
		if (causes === settled) return void 0;
		const logs = [];
		for (const { id: log, whole: through } of this.#medium.logs()) {
			const first = this.#medium.signedHeader(log, 1);
			if (first !== void 0 && through > 0 && decodeHeader(first.header).hlcMin <= until) logs.push({
				log,
				through
			});
		}
		return {
			logs,
			causes
		};
	}
	/** Lets fall what is spent elsewhere; returns how many operations fell. */
	wither(log, spent) {
		for (const waiting of this.#medium.waitingForChange()) {
			const { log: of, first, last } = waiting;
			if (of !== log || !isWithin(spent.runs, first, last) || !this.#isHollow(waiting, "partly")) continue;
			this.#medium.removeWaiting(waiting);
			this.#pass(waiting);
		}
		return wither(this.#medium, (schema) => this.binding(schema), log, spent);
	}
	settle({ causes }) {
		const { doubt } = this.#medium;
		this.#medium.doubt = {
			...doubt,
			settled: Math.max(doubt.settled, causes)
		};
	}
	/** What came may be what a batch taken hollow removed, or is such a batch. */
	#doubt({ header, envelope }) {
		const { until, causes, settled } = this.#medium.doubt;
		if (!isHollow(envelope) && header.hlcMin > until) return;
		const latest = isHollow(envelope) ? Math.max(until, header.hlcMax) : until;
		this.#medium.doubt = {
			until: latest,
			causes: causes + 1,
			settled
		};
	}
	#isHollow(range, how) {
		if (this.#medium.doubt.until === 0) return false;
		for (const { isHollow } of this.#batches(range)) if (isHollow === (how === "partly")) return isHollow;
		return how === "wholly";
	}
	/** A transaction of which nothing lives anywhere: its operations are there, and nobody waits for them any more. */
	#pass(range) {
		const { log, first, last } = range;
		for (const batch of this.#batches(range)) this.#medium.putTold(log, batch.header.first);
		if ((this.#medium.log(log)?.whole ?? 0) < last) this.#medium.setWhole(log, last);
		const { cells } = this.#medium;
		for (let seq = first; seq <= last && cells.hasDeferred(log); seq++) cells.takeDeferred({
			log,
			seq
		});
		this.#retry(range);
	}
	/** Interprets a transaction that is stored whole, or lets it wait. */
	#interpret(range, waited) {
		const { log, last } = range;
		const { wait, abandons } = this.#examine(range, (add, seq) => isCoveredAt(this.#medium, add, range, seq));
		const voided = wait === void 0 ? abandons.map((one) => this.#abandon(one)) : [];
		if (waited) this.#medium.removeWaiting(range);
		if (wait !== void 0) {
			this.#medium.addWaiting(range, wait);
			if (!waited) this.#medium.setWhole(log, last);
			return false;
		}
		const interpreter = new Interpreter(this.#medium, range);
		for (const batch of this.#batches(range)) interpreter.batch(batch, this.binding(batch.header.schema));
		if (!waited) this.#medium.setWhole(log, last);
		this.#medium.interpreted(range);
		for (const one of voided) if (one !== void 0) this.#retry(one);
		return true;
	}
	#examine(range, isCovered) {
		return examine(this.#batches(range), (id) => this.binding(id), isCovered);
	}
	/** Transactions that wait for nothing but what they abandon, each other's or their own, act together. */
	#untie() {
		for (;;) {
			const knot = findKnot(this.#medium, (range, isCovered) => this.#examine(range, isCovered));
			if (knot.length === 0) return;
			const voided = knot.flatMap(({ abandons }) => abandons.map((one) => this.#abandon(one)));
			for (const { range } of knot) if (this.#medium.isWaiting(range.log, range.first)) this.#again(range);
			for (const one of voided) if (one !== void 0) this.#retry(one);
		}
	}
	/**
	* What the log holds from there on counts no more: the cells of which it speaks are computed anew. Returns what nobody
	* needs to wait for any more.
	*/
	#abandon({ abandon, by }) {
		const { abandoned: log, from, proof, anew } = abandon;
		const medium = this.#medium;
		for (const { batch, first } of anew) medium.putAnew(batch, {
			log: by.log,
			seq: first
		});
		const end = medium.voidFrom(log);
		if (end !== void 0 && end <= from) return void 0;
		this.#abandoned = true;
		const last = medium.log(log)?.whole ?? 0;
		const recomputation = new Recomputation(medium, (schema) => this.binding(schema));
		if (last >= from) {
			for (const batch of this.#batches({
				log,
				first: from,
				last
			})) if (!medium.isWaiting(log, batch.header.first)) recomputation.touch(batch);
		}
		medium.abandon({
			log,
			from,
			by,
			proof
		});
		recomputation.run();
		if (last >= from) medium.recomputed({
			log,
			first: from,
			last
		});
		return {
			log,
			first: from,
			last: Number.MAX_SAFE_INTEGER
		};
	}
	/**
	* Whatever waits and needs to no more acts; and where another instance of this node abandoned a log, what this one has of it is
	* minted anew.
	*/
	#settle() {
		this.#untie();
		while (this.#abandoned) {
			this.#abandoned = false;
			const own = [...this.#medium.voids()].filter(({ log }) => nodeOf(log) === this.#options.node);
			for (const { log } of own) if (this.#healing.isUnsettled(log)) this.#healing.heal(log, []);
			this.#untie();
		}
	}
	*#batches({ log, first, last }) {
		for (let seq = first; seq <= last;) {
			const batch = this.#medium.open(log, seq);
			if (batch === void 0) throw new Error(`operation ${seq} of ${log} is not stored`);
			yield batch;
			seq = batch.last + 1;
		}
	}
	/** Tries what waits for operations that were just interpreted, and what waits for that, until nothing moves. */
	#retry(range) {
		const covered = [range];
		for (let next = covered.pop(); next !== void 0; next = covered.pop()) for (;;) {
			const waiting = this.#medium.waitingFor(next);
			if (waiting === void 0) break;
			if (this.#interpret(waiting, true)) covered.push(waiting);
		}
	}
	#again(waiting) {
		if (this.#interpret(waiting, true)) this.#retry(waiting);
	}
};
function continuity(header, state) {
	if (header.first !== (state?.seq ?? 0) + 1 || header.number !== (state?.number ?? 0) + 1) return "gap";
	if (state !== void 0 && !equalBytes(header.previous, state.head)) return "fork";
}
// ../../packages/store/dist/engine/logs.js
/** The last sequence of each log that counts, and its batch. */
function frontierOf(medium) {
	return new Map(Array.from(medium.logs(), ({ id, seq, head }) => [id, {
		seq,
		batch: head
	}]));
}
/** What all logs hold that counts. */
function logTotals(medium) {
	let operations = 0;
	let batches = 0;
	for (const { seq, number } of medium.logs()) {
		operations += seq;
		batches += number;
	}
	return {
		operations,
		batches
	};
}
/** Up to where each log is interpreted without a gap, and after what nothing of that was taken hollow. */
function interpretedLogs(medium) {
	const logs = [...medium.logs()].map(({ id, whole }) => {
		const through = Math.min(whole, (medium.firstWaiting(id) ?? whole + 1) - 1);
		return [id, {
			after: Math.min(through, medium.lastTold(id)),
			through
		}];
	});
	return new Map(logs);
}
/** Logs of which the rest does not count, whether that is stored or not. */
function voidLogs(medium, engine) {
	const unsettled = new Set(engine.unsettled());
	return [...medium.voids()].map(({ log, from, by, proof }) => {
		const last = Math.max(from - 1, lastStored(medium, log));
		const reason = proof.length === 1 ? "clock-ahead" : "fork";
		return {
			log,
			from,
			by,
			operations: last - from + 1,
			isUnsettled: unsettled.has(log),
			reason
		};
	});
}
// ../../packages/store/dist/engine/medium.js
const noDoubt = {
	until: 0,
	causes: 0,
	settled: 0
};
// ../../packages/store/dist/engine/object-cells.js
/** The live cells of a named object, or the one under `key`, with the values that were written. */
function objectCells(cells, values, { type, name }, key) {
	const object = cells.find(type, name);
	if (object === void 0) return [];
	if (type === "counter") return [...cells.counterLogs(object)].map((log) => ({
		type,
		log,
		sum: cells.counter(object, log).sum
	}));
	return [...type === "register" ? [registerKey] : key === void 0 ? cells.keys(object) : [encodeElement(key)]].flatMap((one) => cellUnder(cells, values, type, object, one));
}
function cellUnder(cells, values, type, object, key) {
	if (type === "set") {
		const dots = cells.element(object, key);
		return dots === void 0 ? [] : [{
			type,
			element: decodeValue(key),
			dots
		}];
	}
	const cell = cells.register(object, key);
	if (cell === void 0) return [];
	const entries = cell.map((entry) => ({
		...entry,
		value: values.register(entry)
	}));
	return [{
		type,
		key: type === "register" ? null : decodeValue(key),
		entries
	}];
}
/** As `Store.objects` gives them. */
function objectNames(cells, name) {
	return [...cells.named(name)].sort((a, b) => compare$2(a.name, b.name) || compare$2(a.type, b.type));
}
function compare$2(a, b) {
	return a < b ? -1 : a > b ? 1 : 0;
}
// ../../packages/store/dist/engine/object-states.js
/** As `Store.counter` gives it. */
function counterState(cells, name) {
	const object = cells.find("counter", name);
	const all = object === void 0 ? [] : [...cells.counters(object)];
	return all.length === 0 ? void 0 : counterValue(all);
}
/** As `Store.register` gives it. */
function registerState(cells, values, name) {
	const object = cells.find("register", name);
	const cell = object && cells.register(object, registerKey);
	if (cell === void 0) return void 0;
	const best = winner(cell);
	return {
		value: values.register(best),
		dot: best.dot,
		siblings: cell.length
	};
}
/** As `Store.set` gives it. */
function setState(cells, name) {
	const object = cells.find("set", name);
	return object && Array.from(cells.keys(object), (key) => decodeValue(key));
}
/** As `Store.row` gives it, of the tables of `schema`; `conflicts` counts the groups of a row that are in conflict. */
function rowState(cells, engine, schema, uid, conflicts) {
	for (const { name, groups } of schema?.tables ?? []) {
		const table = cells.object("table", name);
		const cell = cells.row(table, uid);
		if (cell === void 0) continue;
		const columns = groups.flatMap((group) => group.columns);
		const values = engine.values.row(cell, engine.ownGroups(table));
		return {
			table: name,
			uid,
			dot: cell.adds[0],
			values: new Map(columns.map((column, i) => [column, values[i]])),
			conflicts: conflicts(table)
		};
	}
}
// ../../packages/store-sqlite/dist/state/captures.js
/** How long an outbox entry that was drained is known, in ms: a restored archive is not older. */
const drainedMs = 2592e6;
/** Entries that are looked for at once. */
const together = 512;
/** The application's own writes on their way from the outbox into the log, each once. */
var Captures = class {
	#core;
	#shownValues;
	#isDrained;
	#between;
	constructor(core, shownValues) {
		this.#core = core;
		this.#shownValues = shownValues;
		this.#isDrained = core.database.prepare("SELECT 1 FROM crdt_drained WHERE id = ? AND token = ?");
		this.#between = core.database.prepare("SELECT id, token FROM crdt_drained WHERE id BETWEEN ? AND ?").raw();
		core.transactions.run(() => core.database.prepare("DELETE FROM crdt_drained WHERE at < ?").run(core.options.now() - drainedMs));
	}
	/** Which of these entries, by id, an earlier transaction has drained already. */
	drained(entries) {
		const drained = /* @__PURE__ */ new Set();
		for (let from = 0; from < entries.length; from += together) {
			const some = entries.slice(from, from + together);
			const ids = some.map(({ id }) => id);
			const [first, last] = [Math.min(...ids), Math.max(...ids)];
			if (last - first < 2 * together) this.#drainedBetween(some, first, last, drained);
			else for (const { id, token } of some) if (this.#isDrained.get(id, token) !== void 0) drained.add(id);
		}
		return drained;
	}
	#drainedBetween(entries, first, last, drained) {
		/** Made when it is needed. */
		const tokens = /* @__PURE__ */ new Map();
		for (const [id, token] of this.#between.iterate(first, last)) {
			if (tokens.size === 0) for (const entry of entries) tokens.set(entry.id, entry.token);
			const here = tokens.get(id);
			if (here !== void 0 && token.compare(here) === 0) drained.add(id);
		}
	}
	/** Runs inside the caller's transaction. See `PlanSteps.capture`. */
	commit({ intents, times, entries, evicted, unevicted = [], isRewound = false }) {
		const { engine, evictions, medium } = this.#core;
		const { todo, cells } = medium;
		this.#drain(entries);
		for (const { table, uid } of evicted) evictions.add(this.#core.table(table), uid);
		for (const { table, uid } of unevicted) evictions.remove(this.#core.table(table), uid);
		const whole = intents.map((intent) => this.#shownValues.complete(intent));
		const changes = whole.map((intent) => isRewound || !this.#shownValues.holds(intent));
		if (!changes.includes(true)) return {
			dots: [],
			transactions: 0
		};
		return todo.capture(() => engine.commit({
			intents: whole.filter((_, i) => changes[i]),
			times: times.filter((_, i) => changes[i])
		}, {
			seen: (table, uid) => isRewound ? onlyFirstValues(cells.row(table, uid)) : this.#shownValues.cell(table, uid),
			wrote: (dot, operation) => {
				if (!("table" in operation)) return;
				const table = engine.ownTable(operation.table);
				todo.captured(table, dot, operation);
				if (operation.kind === "row.add") evictions.remove(table.object, operation.uid);
			}
		}));
	}
	#drain(entries) {
		const { database, medium, options } = this.#core;
		const insert = database.prepare("INSERT OR IGNORE INTO crdt_drained(id, token, at) VALUES (?, ?, ?)");
		const at = options.now();
		for (const { id, token } of entries) insert.run(id, token, at);
		const last = entries.at(-1);
		if (last !== void 0) medium.todo.await(last);
	}
};
/** The cell as its add alone makes it: what everybody has seen who sees the row at all. */
function onlyFirstValues(cell) {
	if (cell === void 0) return void 0;
	const groups = cell.groups.map((entries) => entries.filter(({ dot }) => hasDot(cell.adds, dot)));
	return {
		adds: cell.adds,
		groups
	};
}
// ../../packages/store-sqlite/dist/state/changed-row.js
/**
* What the archive shows otherwise of a row that it shows, so that of the row's other values nothing is unpacked. Undefined
* where its whole view is needed: it is not known to be there as the worklist says, it is to vanish, or its adds are
* others, of which each may be an adoption that is to be weighed.
*/
function changeOf(core, { table: name, uid }) {
	const { engine, evictions, medium } = core;
	const table = core.table(name);
	const groups = engine.ownGroups(table);
	const prior = medium.todo.prior(table, uid)?.cell;
	if (prior === void 0 || groups === void 0 || evictions.has(table, uid)) return void 0;
	const row = medium.cells.shortRow(table, uid);
	if (row?.cell === void 0) return void 0;
	const [add, ...others] = row.cell.adds;
	if (others.length > 0 || prior.adds.length !== 1 || !sameDot(prior.adds[0], add)) return void 0;
	const changed = engine.values.changes(row.cell, prior, groups);
	if (changed.every((value) => value === void 0)) return void 0;
	return {
		table: name,
		uid,
		dot: row.dot,
		stamp: row.stamp,
		changed
	};
}
// ../../packages/store-sqlite/dist/state/found-records.js
/** What the history keeps of values that stood in archives and are shown no more. */
const usual$2 = {
	records: 1e5,
	bytes: 268435456
};
const types = "conflict_type IN ('archive-value','removed-row')";
/**
* Bounds the records of values found in archives: who restores an old copy every hour adds one for each row that has changed
* since, for ever. The oldest go; all other conflicts stay.
*/
var FoundRecords = class {
	#database;
	#limits;
	/** Written since it was looked how many there are. */
	#records = 0;
	#bytes = 0;
	constructor(database, limits = usual$2) {
		this.#database = database;
		this.#limits = limits;
	}
	/** One more was written, inside the caller's transaction. Amortised O(log records). */
	written(bytes) {
		this.#records++;
		this.#bytes += bytes;
		const { records: mostRecords, bytes: mostBytes } = this.#limits;
		if (this.#records * 16 <= mostRecords && this.#bytes * 16 <= mostBytes) return;
		this.#records = 0;
		this.#bytes = 0;
		this.#prune();
	}
	#prune() {
		const last = this.#lastToGo();
		if (last === void 0) return;
		this.#database.prepare(`DELETE FROM conflict_log WHERE ${types} AND id <= ?`).run(last);
	}
	#lastToGo() {
		let records = 0;
		let bytes = 0;
		const newest = this.#database.prepare(`SELECT id, octet_length(resolution_details) FROM conflict_log WHERE ${types} ORDER BY id DESC`).raw();
		for (const [id, length] of newest.iterate()) {
			if (records >= this.#limits.records || bytes > this.#limits.bytes) return id;
			records++;
			bytes += length;
		}
	}
};
// ../../packages/store-sqlite/dist/state/value-json.js
/**
* A value as JSON that tells every kind apart, as the HTTP interface reads values: `{"$bytes"}`, `{"$int"}`, `{"$real"}`
* for what JSON has no word for. Conflict records are written with it.
*/
function jsonOfValue(value) {
	if (typeof value === "number") return Number.isSafeInteger(value) && !Object.is(value, -0) ? value : real(value);
	if (value instanceof Real) return real(value.value);
	if (typeof value === "bigint") return { $int: value.toString() };
	if (value instanceof RawText) return {
		$bytes: Buffer.from(value.bytes).toString("base64"),
		text: true
	};
	if (value instanceof Uint8Array) return {
		$bytes: Buffer.from(value).toString("base64"),
		text: false
	};
	if (value === null || typeof value !== "object") return value;
	if (isList(value)) return value.map(jsonOfValue);
	const json = Object.create(null);
	for (const [key, member] of Object.entries(value)) json[key.startsWith("$") ? `$${key}` : key] = jsonOfValue(member);
	return json;
}
/** The value that `jsonOfValue` wrote. Throws a TypeError for anything else. */
function valueOfJson(json) {
	if (json === null || typeof json === "boolean" || typeof json === "string" || typeof json === "number") return json;
	if (Array.isArray(json)) return json.map(valueOfJson);
	if (typeof json !== "object") throw new TypeError("not a value");
	const { $int, $real, $bytes, text } = json;
	if (typeof $int === "string") return BigInt($int);
	if (typeof $real === "string") return new Real(Number($real));
	if (typeof $bytes === "string") {
		const bytes = new Uint8Array(Buffer.from($bytes, "base64"));
		return text === true ? new RawText(bytes) : bytes;
	}
	const value = Object.create(null);
	for (const [key, member] of Object.entries(json)) value[key.startsWith("$$") ? key.slice(1) : key] = valueOfJson(member);
	return value;
}
/** A fraction is a plain number, as everywhere; what JSON would take for an integer, or has no word for, is spelt out. */
function real(value) {
	if (Object.is(value, -0)) return { $real: "-0" };
	return Number.isFinite(value) && !Number.isInteger(value) ? value : { $real: String(value) };
}
function isList(value) {
	return Array.isArray(value);
}
// ../../packages/store-sqlite/dist/state/weigh.js
/**
* Weighs one group. What says itself that it is later is a write that the log does not know: of a lost state, or made
* while nobody captured. What the row began with is old, and so is what says that it was before that.
*/
function weigh(cell, part, { isLater }, isFirst, isFixed) {
	if (isLater && !isFixed) return "take";
	const onlyFirst = (cell.groups[part] ?? []).every(({ dot }) => hasDot(cell.adds, dot));
	return isLater === false && onlyFirst || isFirst() ? "pass" : "record";
}
/** A conflict record's details: what stood in the file, by column, and what is shown instead. */
function detailsOf(group, columns, values, cell, part) {
	const best = cell && winner(cell.groups[part] ?? []);
	return JSON.stringify({
		group,
		archive: Object.fromEntries(columns.map((column, i) => [column, jsonOfValue(values[i] ?? null)])),
		shown: best && {
			node: nodeOf(best.dot.log),
			incarnation: incarnationOf(best.dot.log),
			seq: best.dot.seq,
			stamp: best.stamp
		}
	});
}
/** Values beyond so many bytes stay in the log alone. */
const recordedBytes = 65536;
/**
* Cells with siblings, and the history of conflicts. A conflict is open while a cell holds entries whose values
* differ; entries with equal values are none, and only the state knows them.
*/
var SqlConflicts = class {
	#database;
	#now;
	#touched = [];
	#lost = [];
	#known;
	#add;
	#remove;
	#count;
	#record;
	#found;
	/** Whether any cell may have siblings; while none has, changes of cells cost nothing here. */
	#siblings;
	constructor(database, now) {
		this.#database = database;
		this.#now = now;
		this.#known = database.prepare("SELECT part, differ FROM crdt_siblings WHERE object = ? AND key = ?");
		this.#add = database.prepare("INSERT OR REPLACE INTO crdt_siblings(object, key, part, differ) VALUES (?, ?, ?, ?)");
		this.#remove = database.prepare("DELETE FROM crdt_siblings WHERE object = ? AND key = ? AND part = ?");
		this.#count = database.prepare("SELECT count(*) FROM (SELECT DISTINCT object, key FROM crdt_siblings WHERE differ = 1)").pluck();
		this.#record = database.prepare(`INSERT INTO conflict_log(conflict_timestamp, crdt_name, conflict_type, resolution_strategy,
         involved_nodes, resolution_details) VALUES (?, ?, ?, ?, ?, ?)`);
		this.#found = new FoundRecords(database);
		this.#siblings = database.prepare("SELECT 1 FROM crdt_siblings LIMIT 1").get() !== void 0;
	}
	/** After a transaction was rolled back. */
	reload() {
		this.#touched.length = 0;
		this.#lost.length = 0;
		this.#siblings = true;
	}
	/** Cells in which entries of one group differ. */
	get open() {
		return this.#count.get();
	}
	/** Groups of a row in which entries differ. */
	of(object, key) {
		return this.#known.all(object.id, key).filter(({ differ }) => differ === 1).length;
	}
	rowChanged(object, key, after) {
		this.#touch(object, key, after?.groups ?? []);
	}
	registerChanged(object, key, after) {
		this.#touch(object, key, after ? [after] : []);
	}
	/** A write that was removed with its row by somebody who had not seen it. */
	lost(object, uid, group, entry) {
		this.#lost.push({
			object,
			uid,
			group,
			entry
		});
	}
	/** The archive shows another row in place of this one, which has a value that may be there only once. */
	hidden(object, uid, entries, details) {
		if (this.#known.all(object.id, uid).some(({ part }) => part === -1)) return;
		this.#add.run(object.id, uid, -1, 1);
		this.#siblings = true;
		this.#log(object, uid, "unique-value", "first-row-wins", entries, details);
	}
	shown(object, uid) {
		this.#remove.run(object.id, uid, -1);
	}
	/** Rows that the archive cannot show. */
	allHidden() {
		return this.#database.prepare("SELECT object, key AS uid FROM crdt_siblings WHERE part = ?").all(-1);
	}
	/** Values that stood in an archive and are not shown any more. Whether that was not recorded already. */
	found(object, uid, columns, group, cell, part) {
		const [type, strategy] = cell ? ["archive-value", "state-wins"] : ["removed-row", "remove-wins"];
		const details = detailsOf(group.name, columns, group.values, cell, part);
		this.#database.exec("CREATE INDEX IF NOT EXISTS conflict_log_name ON conflict_log(crdt_name)");
		if (this.#database.prepare("SELECT 1 FROM conflict_log WHERE crdt_name = ? AND conflict_type = ? AND resolution_details = ?").get(nameOf$4(object, uid), type, details) !== void 0) return false;
		const entries = cell?.groups[part] ?? [];
		this.#write(object, uid, {
			type,
			strategy,
			entries,
			details
		});
		this.#found.written(Buffer.byteLength(details));
		return true;
	}
	/** Compares the values of the concurrent entries that the transaction left behind. */
	flush(engine) {
		for (const { object, uid, group, entry } of this.#lost.splice(0)) {
			const values = this.#valuesJson(object, group, entry, engine());
			this.#log(object, uid, "lost-write", "remove-wins", [entry], {
				group: object.groups[group],
				lost: [{
					...dotJson(entry),
					...values,
					row: entry.adds.map(placeJson)
				}]
			});
		}
		for (const { object, key, parts } of this.#touched.splice(0)) {
			const known = new Map(this.#known.all(object.id, key).map(({ part, differ }) => [part, differ]));
			for (const part of known.keys()) if (part !== -1 && !parts.has(part)) this.#remove.run(object.id, key, part);
			for (const [part, entries] of parts) {
				const differ = this.#differ(object, part, entries, engine());
				this.#add.run(object.id, key, part, differ ? 1 : 0);
				if (!differ || known.get(part) === 1) continue;
				const best = winner(entries);
				this.#log(object, key, "concurrent-write", "last-writer-wins", entries, {
					group: object.groups[part],
					...object.type === "keyed" && { key: jsonOfValue(decodeValue(key)) },
					winner: dotJson(best),
					others: entries.filter((entry) => entry !== best).map((entry) => ({
						...dotJson(entry),
						...this.#valuesJson(object, part, entry, engine())
					}))
				});
			}
		}
	}
	#touch(object, key, groups) {
		const parts = /* @__PURE__ */ new Map();
		for (let part = 0; part < groups.length; part++) if (groups[part].length > 1) parts.set(part, groups[part]);
		if (parts.size > 0) this.#siblings = true;
		if (this.#siblings) this.#touched.push({
			object,
			key,
			parts
		});
	}
	#differ(object, part, entries, engine) {
		if (object.type !== "table") return engine.values.registersDiffer(entries);
		const group = engine.ownGroups(object)?.find((one) => one.part === part);
		return group !== void 0 && engine.values.differ(entries, group);
	}
	/** What a write said, so that it can be read when its batch is long gone; only its size where that is much. */
	#valuesJson(object, part, entry, engine) {
		const json = {};
		if (object.type !== "table") json.value = jsonOfValue(engine.values.register(entry));
		else {
			const group = engine.ownGroups(object)?.find((one) => one.part === part);
			if (group === void 0) return {};
			const read = engine.values.group(entry, group);
			const most = sizeOf$1(read);
			if (most > 4 * recordedBytes) return {
				values: null,
				bytes: most
			};
			for (const [i, column] of group.columns.entries()) json[column] = jsonOfValue(read[i] ?? null);
		}
		const bytes = Buffer.byteLength(JSON.stringify(json));
		return bytes > recordedBytes ? {
			values: null,
			bytes
		} : { values: json };
	}
	#log(object, key, type, strategy, entries, details) {
		this.#write(object, key, {
			type,
			strategy,
			entries,
			details: JSON.stringify(details)
		});
	}
	#write(object, key, record) {
		const { type, strategy, entries, details } = record;
		const nodes = [...new Set(entries.map(({ dot }) => nodeOf(dot.log)))];
		const at = new Date(this.#now()).toISOString();
		this.#record.run(at, nameOf$4(object, key), type, strategy, JSON.stringify(nodes), details);
	}
};
function nameOf$4(object, key) {
	return key.length === 0 ? object.name : `${object.name}/${Buffer.from(key).toString("hex")}`;
}
function dotJson({ dot, stamp }) {
	return {
		...placeJson(dot),
		stamp
	};
}
function placeJson({ log, seq }) {
	return {
		node: nodeOf(log),
		incarnation: incarnationOf(log),
		seq
	};
}
// ../../packages/store-sqlite/dist/state/shown-row.js
/** A row's view. Its hint is read when it is asked for: only a row that is inserted needs it, and it is in the log. */
var ShownRow = class {
	table;
	uid;
	dot;
	stamp;
	values;
	#hint;
	constructor({ table, uid }, { dot, stamp }, values, hint) {
		this.table = table;
		this.uid = uid;
		this.dot = dot;
		this.stamp = stamp;
		this.values = values;
		this.#hint = hint;
	}
	get hint() {
		return this.#hint();
	}
};
// ../../packages/store-sqlite/dist/state/shown-values.js
/** What the archive shows of a row before the next plan: by that an application's write is judged, not by the cell. */
var ShownValues = class {
	#parts;
	/** Declared columns that the archive lacks, by table: what it says of them is nothing. */
	#absent = /* @__PURE__ */ new Map();
	constructor(parts) {
		this.#parts = parts;
	}
	declare(schema, present) {
		this.#absent = absentColumns(schema, present);
	}
	/** What the archive shows of a row before the next plan. */
	cell(table, uid) {
		const prior = this.#parts.medium.todo.prior(table, uid);
		return prior === void 0 ? this.#parts.medium.cells.row(table, uid) : prior.cell;
	}
	/** The values that a row had of columns which the application cannot know, in place of the NULLs it left for them. */
	complete(intent) {
		const absent = intent.kind === "row.set" && this.#absent.get(intent.table);
		if (!absent) return intent;
		const group = this.#group(intent.table, intent.uid, intent.group);
		if (group === void 0 || !group.columns.some((column) => absent.has(column))) return intent;
		const values = group.columns.map((column, i) => absent.has(column) ? group.values[i] : intent.values[i]);
		return {
			...intent,
			values
		};
	}
	#group(name, uid, groupName) {
		const table = this.#parts.table(name);
		const part = table.groups.indexOf(groupName);
		const group = this.#parts.groupsOf(table).find((one) => one.part === part);
		const entry = winner(this.cell(table, uid)?.groups[part] ?? []);
		if (group === void 0 || entry === void 0) return void 0;
		return {
			columns: group.columns,
			values: this.#parts.values().group(entry, group)
		};
	}
	/** An update that changed nothing: the archive showed these values before. O(values). */
	holds(intent) {
		if (intent.kind !== "row.set") return false;
		return (this.#group(intent.table, intent.uid, intent.group)?.values)?.every((value, i) => sameValue(value, intent.values[i] ?? null)) ?? false;
	}
};
function absentColumns(schema, present) {
	const absent = /* @__PURE__ */ new Map();
	for (const { table, columns } of present) {
		const gone = (schema.tables.find(({ name }) => name === table)?.groups.flatMap((group) => group.columns) ?? []).filter((name) => !columns.includes(name));
		if (gone.length > 0 && columns.length > 0) absent.set(table, new Set(gone));
	}
	return absent;
}
// ../../packages/store-sqlite/dist/state/rival-bases.js
/**
* Whether a value that this node adopted is the latest of several that nodes adopted for one row, by the time that such
* values carry themselves, then by their bytes. Then this node says so with a write, which all nodes follow; an adopted
* value has no time of its own by which they could tell. False once anybody really wrote the group.
*/
function isLatestBase(cell, part, here, time, valuesOf) {
	const entries = cell.groups[part] ?? [];
	if (entries.length < 2 || entries.some(({ stamp }) => stamp !== "base")) return false;
	const orders = entries.map((entry) => compare$1(here, valuesOf(entry), time));
	return orders.every((order) => order >= 0) && orders.some((order) => order > 0);
}
function compare$1(a, b, time) {
	const [x, y] = [timeOf$1(a[time]), timeOf$1(b[time])];
	if (x !== y) return x < y ? -1 : 1;
	return Buffer.compare(encodeRowValues(a), encodeRowValues(b));
}
function timeOf$1(value) {
	return typeof value === "string" ? value : "";
}
// ../../packages/store-sqlite/dist/state/weigh-rows.js
/** Weighs every group of rows that stand in a file otherwise than the state shows them. */
function weighRows(parts, found) {
	const { medium, values } = parts;
	const { cells, conflicts } = medium;
	const intents = [];
	const taken = [];
	let recorded = 0;
	for (const { table: name, uid, groups } of found) {
		const table = parts.table(name);
		const own = parts.groupsOf(table);
		const isFixed = parts.isFixed(name);
		const cell = cells.row(table, uid);
		const before = intents.length;
		for (const group of groups) {
			const part = table.groups.indexOf(group.name);
			const ownGroup = own.find((one) => one.part === part);
			const { columns } = ownGroup;
			const isLatest = (time) => cell !== void 0 && !isFixed && isLatestBase(cell, part, group.values, time, (entry) => values.group(entry, ownGroup));
			const isFirst = () => {
				const start = own.slice(0, own.findIndex((one) => one.part === part)).reduce((sum, one) => sum + one.columns.length, 0);
				return values.add(cell.adds[0]).row.slice(start, start + columns.length).every((value, i) => sameValue(value, group.values[i] ?? null));
			};
			const weighFound = () => cell === void 0 ? "record" : weigh(cell, part, group, isFirst, isFixed);
			const verdict = group.time === void 0 ? weighFound() : isLatest(group.time) ? "take" : "pass";
			if (verdict === "record" && conflicts.found(table, uid, columns, group, cell, part)) recorded++;
			if (verdict === "take") intents.push({
				kind: "row.set",
				table: name,
				uid,
				group: group.name,
				values: group.values
			});
		}
		if (intents.length > before) taken.push({
			table: name,
			uid
		});
	}
	return {
		intents,
		taken,
		recorded
	};
}
// ../../packages/store-sqlite/dist/state/archive-view.js
/** The state file as rule M sees it. */
var ArchiveView = class {
	#core;
	#shownValues;
	#captures;
	constructor(core) {
		this.#core = core;
		this.#shownValues = new ShownValues({
			medium: core.medium,
			values: () => core.engine.values,
			table: (name) => core.table(name),
			groupsOf: (table) => core.groupsOf(table)
		});
		this.#captures = new Captures(core, this.#shownValues);
	}
	transaction(body) {
		return this.#core.transactions.run(body);
	}
	drained(entries) {
		this.#checkOpen();
		return this.#captures.drained(entries);
	}
	capture(captured) {
		return this.transaction(() => this.#captures.commit(captured));
	}
	plan(request) {
		const { rows, ...rest } = planBy(this, request);
		return {
			count: rows.length,
			pages: [rows],
			...rest
		};
	}
	planPacked(request) {
		const plan = () => {
			if (holdsAnything(request.captured)) this.capture(request.captured);
			const rest = {
				...request,
				captured: nothingCaptured
			};
			const work = request.also.length === 0 && this.#core.evictions.count === 0 ? this.#plainWork(request.maxRows) : void 0;
			if (work === void 0) return planBy(this, rest);
			this.intend(request.nonce, work.through);
			return {
				batches: work.batches,
				rows: [],
				left: [],
				more: this.hasMore()
			};
		};
		return holdsAnything(request.captured) ? this.transaction(plan) : this.#core.transactions.relaxed(plan);
	}
	hasWork() {
		this.#checkOpen();
		return this.#core.medium.todo.hasWork();
	}
	hasMore() {
		this.#checkOpen();
		return this.#core.medium.todo.hasMore();
	}
	worklist(maxRows) {
		this.#checkOpen();
		return this.#core.medium.todo.worklist(maxRows);
	}
	intend(nonce, through) {
		this.transaction(() => this.#core.medium.todo.intend(nonce, through));
	}
	/** Not fsynced: after a loss of power the nonces are compared again. */
	confirm() {
		this.#core.transactions.relaxed(() => this.#core.medium.todo.confirm());
	}
	nonces() {
		this.#checkOpen();
		return this.#core.medium.todo.nonces();
	}
	/** Whole batches of new rows, in this node's own order of columns; undefined where anything else comes first. */
	#plainWork(maxRows) {
		const { todo, batches } = this.#core.medium;
		const work = todo.plainWorklist(maxRows);
		const packed = work?.batches.map(({ log, seq }) => {
			const { schema, count } = batches.headerOf(log, seq);
			const tables = this.#tablesInOrder(schema);
			return tables && {
				envelope: batches.envelope(log, seq),
				tables,
				count
			};
		});
		if (work === void 0 || !packed?.every((one) => one !== void 0)) return void 0;
		return {
			through: work.through,
			batches: packed
		};
	}
	/** Names of a schema's tables, if rows under it need no rearranging. */
	#tablesInOrder(schema) {
		const names = [];
		for (const table of this.#core.engine.binding(schema)?.tables ?? []) {
			if (typeof table === "string" || !table.inOrder) return void 0;
			names.push(table.object.name);
		}
		return names.length > 0 ? names : void 0;
	}
	view({ table: name, uid }) {
		this.#checkOpen();
		const { engine, evictions, medium } = this.#core;
		const table = this.#core.table(name);
		const { values } = engine;
		const row = medium.cells.shortRow(table, uid);
		const isMapped = engine.ownGroups(table) !== void 0;
		if (row === void 0 || !isMapped || evictions.has(table, uid)) return void 0;
		const { dot, stamp } = row;
		const hint = () => values.add(dot).hint;
		const all = row.cell ? values.row(row.cell, this.#core.groupsOf(table)) : values.add(dot).row;
		return new ShownRow({
			table: name,
			uid
		}, {
			dot,
			stamp
		}, all, hint);
	}
	change(key) {
		this.#checkOpen();
		return changeOf(this.#core, key);
	}
	look(rows) {
		const seen = [];
		let bytes = 0;
		for (const { table, uid } of rows) {
			if (bytes > 33554432) break;
			const view = this.view({
				table,
				uid
			});
			bytes += view === void 0 ? 0 : sizeOf$1(view.values);
			seen.push({
				table,
				uid,
				view
			});
		}
		return seen;
	}
	shown(rows) {
		this.#checkOpen();
		return rows.map(({ table: name, uid }) => {
			const table = this.#core.table(name);
			const cell = this.#shownValues.cell(table, uid);
			if (cell === void 0) return {
				table: name,
				uid,
				view: void 0
			};
			const values = this.#core.engine.values.row(cell, this.#core.groupsOf(table));
			const add = {
				dot: cell.adds[0],
				stamp: "base"
			};
			return {
				table: name,
				uid,
				view: new ShownRow({
					table: name,
					uid
				}, add, values, () => null)
			};
		});
	}
	declare(schema, present) {
		const all = this.#core.declare(schema);
		this.#shownValues.declare(all, present);
		return all;
	}
	/** An open conflict stands for each row that the archive cannot show. Not fsynced: the archive tells it again. */
	unshown({ hidden, shown, all }) {
		const { conflicts, cells, objects } = this.#core.medium;
		this.#core.transactions.relaxed(() => {
			if (all) {
				const kept = new Set(hidden.map(({ uid }) => uidText(uid)));
				for (const { object, uid } of conflicts.allHidden()) if (!kept.has(uidText(uid))) conflicts.shown(objects.byId(object), uid);
			}
			for (const { table, uid } of shown) conflicts.shown(this.#core.table(table), uid);
			for (const { table: name, uid, by } of hidden) {
				const table = this.#core.table(name);
				const [row, other] = [cells.shortRow(table, uid), cells.shortRow(table, by)];
				if (row === void 0) continue;
				const entries = other === void 0 ? [row] : [row, other];
				const instead = other && dotJson(other);
				conflicts.hidden(table, uid, entries, {
					hidden: dotJson(row),
					shown: instead,
					by: uidText(by)
				});
			}
		});
	}
	survey(request) {
		this.#checkOpen();
		const { engine, evictions, medium, options } = this.#core;
		return survey({
			medium,
			values: engine.values,
			binding: (schema) => engine.binding(schema),
			groupsOf: (table) => this.#core.groupsOf(table),
			isEvicted: (table, uid) => evictions.has(table, uid),
			hasher: options.hasher
		}, request);
	}
	weigh(found) {
		const { engine, medium, options } = this.#core;
		return this.transaction(() => {
			const { intents, taken, recorded } = weighRows({
				medium,
				values: engine.values,
				table: (name) => this.#core.table(name),
				groupsOf: (table) => this.#core.groupsOf(table),
				isFixed: (name) => this.#core.schema?.tables.find((one) => one.name === name)?.kind === "grow-only"
			}, found);
			const at = options.now();
			if (intents.length > 0) this.capture({
				...nothingCaptured,
				intents,
				times: intents.map(() => at),
				isRewound: true
			});
			return {
				rows: taken.map((row) => ({
					...row,
					view: this.view(row)
				})),
				taken: intents.length,
				recorded
			};
		});
	}
	#checkOpen() {
		this.#core.transactions.checkOpen();
	}
};
// ../../packages/store-sqlite/dist/state/collection.js
/** What of the logs may be thrown away, what it weighs, and what others threw away. */
var StateCollection = class {
	#core;
	constructor(core) {
		this.#core = core;
	}
	interpreted() {
		this.#core.transactions.checkOpen();
		return interpretedLogs(this.#core.medium);
	}
	/** Whether the archive shows everything. */
	get isQuiet() {
		return this.#core.medium.todo.isEmpty;
	}
	/**
	* One page of work. None while the archive does not show everything: what it is to show, and what it shows still, is read
	* from the log. Not fsynced: what a loss of power brings back goes again.
	*/
	collect(request) {
		return this.#core.transactions.relaxed(() => {
			if (!this.isQuiet) return {
				batches: 0,
				operations: 0,
				bytes: 0,
				next: request.from,
				isPutOff: true
			};
			return this.#core.engine.collect(request);
		});
	}
	/** Some batches at a time. */
	*weigh(log, after, through) {
		for (let from = after; from !== null;) {
			this.#core.transactions.checkOpen();
			const page = this.#core.medium.batches.weigh(log, from, through);
			yield page;
			from = page.last;
		}
	}
	/** Nodes of which a certificate is stored. */
	authors() {
		this.#core.transactions.checkOpen();
		return this.#core.database.prepare("SELECT DISTINCT node FROM crdt_certificates ORDER BY node").pluck().all();
	}
	/** What of a log is spent here after a sequence, as far as one answer goes: some 30 ms. */
	spent(log, after) {
		const { engine, medium, transactions } = this.#core;
		transactions.checkOpen();
		const settled = engine.doubts() === void 0 && medium.waiting.count === 0;
		return {
			...engine.spent(log, after),
			settled
		};
	}
	/** What lives here and may have been removed by what was taken hollow. */
	doubts() {
		this.#core.transactions.checkOpen();
		return this.#core.engine.doubts();
	}
	/** Lets fall what is spent elsewhere; returns how many operations fell. */
	wither(log, spent) {
		return this.#core.transactions.run(() => this.#core.engine.wither(log, spent));
	}
	settle(doubts) {
		this.#core.transactions.run(() => this.#core.engine.settle(doubts));
	}
};
// ../../packages/store-sqlite/dist/state/declaration.js
/** Counts up when this version reads operations that earlier ones could not. */
const operationsVersion = 3;
/** The schema that this node declares, against the one that the file was last opened with. */
var Declaration = class {
	#database;
	#medium;
	constructor(database, medium) {
		this.#database = database;
		this.#medium = medium;
	}
	/** The schema that this node declared last. */
	get last() {
		const id = this.#medium.meta.text("reads")?.split("/")[0];
		return id === void 0 ? void 0 : this.#medium.schema(Buffer.from(id, "hex"));
	}
	/**
	* Rows that are there were written by the old declaration of their table, and must stay readable by the new one.
	* Throws `StoreError` `regrouped`.
	*/
	check(schema) {
		const before = this.last;
		if (schema === void 0 || before === void 0) return;
		const bound = bindSchema(before, schema, (name) => this.#medium.cells.object("table", name)).tables;
		for (const [i, { name }] of before.tables.entries()) {
			const table = this.#medium.cells.find("table", name);
			if (!schema.tables.some((one) => one.name === name) || typeof bound[i] !== "string" || table === void 0) continue;
			if (this.#medium.objects.sizeOf(table) === 0) continue;
			throw new StoreError("regrouped", `${bound[i]}, and it holds rows: declare it as it was (the author is this node itself, before)`);
		}
	}
	/** Remembers what the engine declares. What waited for another schema or version of this node is tried again. */
	adopt(engine) {
		const own = engine.ownSchema;
		if (own !== void 0) this.#database.prepare("INSERT OR IGNORE INTO crdt_schemas(id, bytes) VALUES (?, ?)").run(own.id, own.bytes);
		const reads = `${Buffer.from(own?.id ?? noId).toString("hex")}/${operationsVersion}`;
		if (this.#medium.meta.text("reads") === reads) return;
		this.#medium.meta.set("reads", reads);
		engine.changed();
	}
};
// ../../packages/store-sqlite/dist/state/evictions.js
/** Rows that are hidden on this node. Mostly there are none, and then nobody asks the file. */
var SqlEvictions = class {
	#database;
	#has;
	#add;
	#remove;
	#count = 0;
	constructor(database) {
		this.#database = database;
		this.#has = database.prepare("SELECT 1 FROM crdt_evicted WHERE object = ? AND key = ?");
		this.#add = database.prepare("INSERT OR IGNORE INTO crdt_evicted(object, key) VALUES (?, ?)");
		this.#remove = database.prepare("DELETE FROM crdt_evicted WHERE object = ? AND key = ?");
		this.reload();
	}
	/** After a transaction was rolled back. */
	reload() {
		this.#count = this.#database.prepare("SELECT count(*) FROM crdt_evicted").pluck().get();
	}
	get count() {
		return this.#count;
	}
	has(table, uid) {
		return this.#count > 0 && this.#has.get(table.id, uid) !== void 0;
	}
	add(table, uid) {
		this.#count += this.#add.run(table.id, uid).changes;
	}
	/** Whether it was hidden. */
	remove(table, uid) {
		if (this.#count === 0) return false;
		const { changes } = this.#remove.run(table.id, uid);
		this.#count -= changes;
		return changes > 0;
	}
	/** The first hidden rows of a table. */
	first(table, limit) {
		if (this.#count === 0) return [];
		return this.#database.prepare("SELECT key FROM crdt_evicted WHERE object = ? LIMIT ?").pluck().all(table.id, limit);
	}
};
// ../../packages/store-sqlite/dist/state/fence.js
/**
* Proof that this process alone continues the log of the last one. The clean mark names the last batch, the machine
* and the state file as the file system knows it. A copied, cloned, restored or rolled back state file contradicts
* it, a killed process left none. It lies outside the state file, because inside it would be copied along.
*/
var Fence = class {
	#path;
	#subject;
	#machine;
	/** `subject` is the state file, which exists whenever the other methods are called. */
	constructor(path, subject, machine = machineId()) {
		this.#path = path;
		this.#subject = subject;
		this.#machine = machine;
	}
	/** Whether the last process closed after the batch `head`, here, on this very file. */
	isClean(head) {
		return this.#read() === this.#mark(head);
	}
	/** Before the first mint of a process. Durable when it returns. */
	remove() {
		rmSync(this.#path, { force: true });
		syncFolder(dirname(this.#path));
	}
	/** After the state file is closed and durable. */
	write(head) {
		const fresh = `${this.#path}.new`;
		const descriptor = openSync(fresh, "w", 384);
		try {
			writeFileSync(descriptor, this.#mark(head));
			fsyncSync(descriptor);
		} finally {
			closeSync(descriptor);
		}
		renameSync(fresh, this.#path);
		syncFolder(dirname(this.#path));
	}
	#mark(head) {
		const { dev, ino } = statSync(this.#subject, { bigint: true });
		return `clean ${Buffer.from(head).toString("hex")} ${this.#machine} ${dev} ${ino}\n`;
	}
	#read() {
		try {
			return readFileSync(this.#path, "utf8");
		} catch (error) {
			if (error.code === "ENOENT") return void 0;
			throw error;
		}
	}
};
/** What distinguishes this machine from a clone of its disk, as far as the system tells. */
function machineId() {
	for (const path of ["/etc/machine-id", "/var/lib/dbus/machine-id"]) try {
		const id = readFileSync(path, "utf8").trim();
		if (id !== "") return id;
	} catch {}
	return encodeURIComponent(hostname());
}
function syncFolder(folder) {
	const descriptor = openSync(folder, "r");
	try {
		fsyncSync(descriptor);
	} catch {} finally {
		closeSync(descriptor);
	}
}
// ../../packages/store-sqlite/dist/state/kept-outlines.js
/** Rows that are remembered at most, 32 bytes each. */
const most$1 = 262144;
/**
* The outlines of batches whose transaction goes on, from when they were unpacked until it is whole: a transaction of
* thousands of rows is then interpreted without unpacking it again. Who finds none reads.
*/
var KeptOutlines = class {
	#logs = /* @__PURE__ */ new Map();
	#rows = 0;
	add(batch) {
		const { header } = batch;
		const { log, first, count } = header;
		const rows = AddedRows.of(batch);
		if (rows === void 0 || this.#rows + count > most$1) return;
		const batches = this.#logs.get(log) ?? /* @__PURE__ */ new Map();
		this.#logs.set(log, batches);
		batches.set(first, {
			header,
			rows
		});
		this.#rows += count;
	}
	get(log, first) {
		return this.#logs.get(log)?.get(first);
	}
	/** The log's transactions are whole. */
	forget(log) {
		for (const { header } of this.#logs.get(log)?.values() ?? []) this.#rows -= header.count;
		this.#logs.delete(log);
	}
	clear() {
		this.#logs.clear();
		this.#rows = 0;
	}
};
// ../../packages/store-sqlite/dist/state/batches.js
/**
* Unpacked bytes of batches kept in memory, so that what was just received is not unpacked again to show it: some
* 10,000 rows. Decoded they take about three times as much.
*/
const cachedBytes = 8388608;
/** Batches that are weighed at once, which takes some ten milliseconds. */
const weighedBatches = 1e4;
/** Logs of which the leaf hashes of one batch are kept. */
const keptLeaves = 64;
/** The stored batches: envelopes verbatim, leaf hashes beside them, and the most recently used ones unpacked. */
var SqlBatches = class {
	#logs;
	#compressor;
	#put;
	#replace;
	#find;
	#whole;
	#range;
	#header;
	#raw;
	#firsts;
	#leaves;
	#headers;
	#emptied;
	#delete;
	#empty;
	#weight;
	#cache = /* @__PURE__ */ new Map();
	#recent = /* @__PURE__ */ new Map();
	#recentLeaves = /* @__PURE__ */ new Map();
	#outlines = new KeptOutlines();
	#cached = 0;
	constructor(database, logs, compressor) {
		this.#logs = logs;
		this.#compressor = compressor;
		this.#put = database.prepare(`INSERT INTO crdt_batches(log, first, count, continues, header, signature, codec, raw, leaves, body)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
		this.#replace = database.prepare(`UPDATE crdt_batches SET signature = ?, codec = ?, raw = ?, leaves = ?, body = ?
       WHERE log = ? AND first = ? AND header = ? AND codec <> 0`);
		this.#find = database.prepare("SELECT first FROM crdt_batches WHERE log = +? AND first <= ? ORDER BY first DESC LIMIT 1").pluck();
		this.#whole = database.prepare("SELECT header, signature, codec, raw, leaves, body FROM crdt_batches WHERE log = ? AND first = ?");
		this.#range = database.prepare(`SELECT header, signature, codec, raw, body FROM crdt_batches
       WHERE log = +? AND first > ? ORDER BY first LIMIT 1`);
		this.#header = database.prepare("SELECT header FROM crdt_batches WHERE log = ? AND first = ?").pluck();
		this.#raw = database.prepare("SELECT raw FROM crdt_batches WHERE log = ? AND first = ?").pluck();
		this.#firsts = database.prepare("SELECT first FROM crdt_batches WHERE log = +? AND first BETWEEN ? AND ? ORDER BY first").pluck();
		this.#leaves = database.prepare("SELECT first, leaves FROM crdt_batches WHERE log = +? AND first <= ? ORDER BY first DESC LIMIT 1");
		this.#headers = database.prepare(`SELECT header, codec, length(body) + length(leaves) AS bytes FROM crdt_batches
       WHERE log = +? AND first > ? ORDER BY first LIMIT ?`);
		this.#emptied = database.prepare("SELECT id, log, first, count, continues, header, signature FROM crdt_batches WHERE log = ? AND first = ?");
		this.#delete = database.prepare("DELETE FROM crdt_batches WHERE id = ?");
		this.#empty = database.prepare(`INSERT INTO crdt_batches(id, log, first, count, continues, header, signature, codec, raw, leaves, body)
       VALUES (@id, @log, @first, @count, @continues, @header, @signature, 0, 0, x'', x'')`);
		this.#weight = database.prepare(`SELECT count(*) AS batches, coalesce(sum(codec = 0), 0) AS hollow,
         coalesce(sum(length(body) + length(leaves)), 0) AS bytes, max(first) AS last
       FROM (SELECT codec, body, leaves, first FROM crdt_batches
             WHERE log = +? AND first > ? AND first <= ? ORDER BY first LIMIT ${weighedBatches})`);
	}
	append(batch, open) {
		const { header, envelope, leaves } = batch;
		const { log, first, count, continues } = header;
		this.#put.run(this.#logs.num(log), first, count, continues ? 1 : 0, envelope.header, envelope.signature, envelope.codec, envelope.rawLength, leaves, envelope.body);
		this.#keep(open);
	}
	/** Writes a batch again that is stored under the same header and was damaged. Returns whether it is. */
	putBack({ header, envelope, leaves }) {
		const { changes } = this.#replace.run(envelope.signature, envelope.codec, envelope.rawLength, leaves, envelope.body, this.#logs.num(header.log), header.first, envelope.header);
		this.clear();
		return changes > 0;
	}
	/** The transaction goes on beyond this batch, which will be outlined again when it is whole. */
	goesOn(open) {
		this.#outlines.add(open);
	}
	/** No transaction of the log goes on any more. */
	whole(log) {
		this.#outlines.forget(log);
	}
	/** The batch that holds this sequence. O(log batches), or O(1) within one batch. */
	open(log, seq) {
		const recent = this.#recent.get(log);
		if (recent !== void 0 && recent.header.first <= seq && seq <= recent.last) return recent;
		const num = this.#logs.num(log);
		const outlined = this.#outlines.get(log, seq);
		const first = outlined === void 0 ? this.#find.get(num, seq) : seq;
		if (first === void 0) return void 0;
		const cached = this.#cache.get(keyOf$2(log, first));
		if (cached === void 0 && outlined !== void 0) return new OpenBatch(outlined.header, () => this.#load(num, first).content, 0, outlined.rows);
		const batch = cached ?? this.#read(num, first);
		if (seq > batch.last) return void 0;
		this.#keep(batch);
		return batch;
	}
	header(log, first) {
		return this.#header.get(this.#logs.num(log), first);
	}
	/** Header of the batch that holds this sequence, which is stored. */
	headerOf(log, seq) {
		const recent = this.#recent.get(log);
		if (recent !== void 0 && recent.header.first <= seq && seq <= recent.last) return recent.header;
		const num = this.#logs.num(log);
		return decodeHeader(this.#header.get(num, this.#find.get(num, seq)));
	}
	/** Bytes of the operations of the batch that begins with this sequence, which is stored. */
	rawLength(log, first) {
		return this.#raw.get(this.#logs.num(log), first);
	}
	/** First sequences of the batches within a range. */
	firsts(log, from, to) {
		const recent = this.#recent.get(log);
		if (recent?.header.first === from && recent.last === to) return [from];
		return this.#firsts.all(this.#logs.num(log), from, to);
	}
	/** Leaf hash of one operation, without unpacking its batch. */
	leaf(log, seq) {
		const recent = this.#recent.get(log);
		if (recent !== void 0 && recent.header.first <= seq && seq <= recent.last) return recent.leaf(seq);
		let known = this.#recentLeaves.get(log);
		if (known === void 0 || seq < known.first || (seq - known.first) * 32 >= known.leaves.length) {
			known = this.#leaves.get(this.#logs.num(log), seq);
			if (known === void 0) throw new Error(`operation ${seq} of ${log} is not stored`);
			if (this.#recentLeaves.size >= keptLeaves) this.#recentLeaves.clear();
			this.#recentLeaves.set(log, known);
		}
		const at = (seq - known.first) * 32;
		return known.leaves.subarray(at, at + 32);
	}
	/** The envelope that begins with this sequence, which is stored. */
	envelope(log, first) {
		return envelopeOf(this.#range.get(this.#logs.num(log), first - 1));
	}
	/** Envelopes after a sequence that ends a batch and before `end`, up to `maxBytes` of bodies, at least one if any. */
	read(log, after, maxBytes, end = Number.POSITIVE_INFINITY) {
		const num = this.#logs.num(log);
		const envelopes = [];
		let bytes = 0;
		for (let from = after;;) {
			const row = this.#range.get(num, from);
			if (row === void 0) break;
			bytes += row.body.length;
			from = decodeHeader(row.header).first;
			if (from >= end || envelopes.length > 0 && bytes > maxBytes) break;
			envelopes.push(envelopeOf(row));
		}
		return envelopes;
	}
	/** What is said of some batches of a log after a sequence that ends one. */
	headers(log, after, limit) {
		return this.#headers.all(this.#logs.num(log), after, limit).map(({ header, codec, bytes }) => {
			const { first, count, continues, hlcMax } = decodeHeader(header);
			return {
				first,
				last: first + count - 1,
				continues,
				hlcMax,
				isHollow: isHollow({ codec }),
				bytes
			};
		});
	}
	/** Throws the operations of the batch away that begins with this sequence. */
	empty(log, first) {
		const row = this.#emptied.get(this.#logs.num(log), first);
		this.#delete.run(row.id);
		this.#empty.run(row);
		const key = keyOf$2(log, first);
		this.#cached -= this.#cache.get(key)?.bytes ?? 0;
		this.#cache.delete(key);
		if (this.#recent.get(log)?.header.first === first) this.#recent.delete(log);
		if (this.#recentLeaves.get(log)?.first === first) this.#recentLeaves.delete(log);
	}
	/** What some batches of a log weigh that begin after a sequence and up to another one, and where the last begins. */
	weigh(log, after, through) {
		return this.#weight.get(this.#logs.num(log), after, through);
	}
	/** Forgets what is unpacked, after a transaction was rolled back. */
	clear() {
		this.#cache.clear();
		this.#recent.clear();
		this.#recentLeaves.clear();
		this.#outlines.clear();
		this.#cached = 0;
	}
	#read(num, first) {
		const { header, raw, content } = this.#load(num, first);
		return new OpenBatch(header, content, raw);
	}
	#load(num, first) {
		const row = this.#whole.get(num, first);
		const header = decodeHeader(row.header);
		const operations = isHollow(row) ? [] : unpackBody(envelopeOf(row), header.count, this.#compressor);
		return {
			header,
			raw: row.raw,
			content: {
				operations,
				leaves: row.leaves
			}
		};
	}
	#keep(batch) {
		if (batch.isHollow) return;
		const key = keyOf$2(batch.header.log, batch.header.first);
		if (!this.#cache.delete(key)) this.#cached += batch.bytes;
		this.#cache.set(key, batch);
		this.#recent.set(batch.header.log, batch);
		for (const [oldest, { bytes, header }] of this.#cache) {
			if (this.#cached <= cachedBytes || this.#cache.size === 1) break;
			this.#cache.delete(oldest);
			this.#cached -= bytes;
			if (this.#recent.get(header.log)?.header.first === header.first) this.#recent.delete(header.log);
		}
	}
};
function keyOf$2(log, first) {
	return `${log}/${first}`;
}
// ../../packages/store-sqlite/dist/state/cell-codec.js
/**
* Cells as rows. `more` is NULL in the common case: one live dot with its stamp, for a row the only add, which is the
* one entry of every group. Otherwise it holds the whole cell.
*/
var CellCodec = class {
	#logs;
	constructor(logs) {
		this.#logs = logs;
	}
	/** `stamp` is that of the first add, which the cell itself may not tell any more. */
	storeRow(cell, stamp) {
		const [first] = cell.adds;
		return [
			this.#logs.num(first.log),
			first.seq,
			stampNumber(stamp),
			isPlainRow(cell, stamp) ? null : this.packRow(cell)
		];
	}
	row([log, seq, stamp, more], groups) {
		if (more !== null) return this.unpackRow(more);
		const dot = {
			log: this.#logs.id(log),
			seq
		};
		const entries = [{
			dot,
			stamp: stampOf(stamp),
			adds: [dot]
		}];
		return {
			adds: [dot],
			groups: Array.from({ length: groups }, () => entries)
		};
	}
	/** A whole row cell, or that there is none, in bytes. */
	packRow(cell) {
		const writer = new ByteWriter();
		if (cell === void 0) return writer.slice();
		this.#writeDots(writer, cell.adds);
		writer.varint(cell.groups.length);
		for (const entries of cell.groups) {
			writer.varint(entries.length);
			for (const { dot, stamp, adds } of entries) {
				this.#writeDot(writer, dot);
				writer.varint(stampNumber(stamp));
				this.#writeDots(writer, adds);
			}
		}
		return writer.slice();
	}
	unpackRow(bytes) {
		if (bytes.length === 0) return void 0;
		const reader = new ByteReader(bytes);
		const adds = this.#readDots(reader);
		const groups = [];
		for (let rest = reader.varint(); rest > 0; rest--) {
			const entries = [];
			for (let more = reader.varint(); more > 0; more--) entries.push({
				dot: this.#readDot(reader),
				stamp: stampOf(reader.varint()),
				adds: this.#readDots(reader)
			});
			groups.push(entries);
		}
		return {
			adds,
			groups
		};
	}
	storeRegister(cell) {
		const [first] = cell;
		const log = this.#logs.num(first.dot.log);
		if (cell.length === 1) return [
			log,
			first.dot.seq,
			stampNumber(first.stamp),
			null
		];
		const writer = new ByteWriter();
		writer.varint(cell.length);
		for (const { dot, stamp } of cell) {
			this.#writeDot(writer, dot);
			writer.varint(stampNumber(stamp));
		}
		return [
			log,
			first.dot.seq,
			0,
			writer.slice()
		];
	}
	register([log, seq, stamp, more]) {
		if (more === null) return [{
			dot: {
				log: this.#logs.id(log),
				seq
			},
			stamp: stampOf(stamp)
		}];
		const reader = new ByteReader(more);
		const entries = [];
		for (let rest = reader.varint(); rest > 0; rest--) entries.push({
			dot: this.#readDot(reader),
			stamp: stampOf(reader.varint())
		});
		return entries;
	}
	storeElement(cell) {
		const [first] = cell;
		const log = this.#logs.num(first.log);
		if (cell.length === 1) return [
			log,
			first.seq,
			0,
			null
		];
		const writer = new ByteWriter();
		this.#writeDots(writer, cell);
		return [
			log,
			first.seq,
			0,
			writer.slice()
		];
	}
	element([log, seq, , more]) {
		if (more === null) return [{
			log: this.#logs.id(log),
			seq
		}];
		return this.#readDots(new ByteReader(more));
	}
	#writeDots(writer, dots) {
		writer.varint(dots.length);
		for (const dot of dots) this.#writeDot(writer, dot);
	}
	#writeDot(writer, dot) {
		writer.varint(this.#logs.num(dot.log));
		writer.varint(dot.seq);
	}
	#readDots(reader) {
		const dots = [];
		for (let rest = reader.varint(); rest > 0; rest--) dots.push(this.#readDot(reader));
		return dots;
	}
	#readDot(reader) {
		return {
			log: this.#logs.id(reader.varint()),
			seq: reader.varint()
		};
	}
};
function stampNumber(stamp) {
	return stamp === "base" ? 0 : stamp;
}
function stampOf(number) {
	return number === 0 ? "base" : number;
}
function isPlainRow({ adds, groups }, stamp) {
	if (adds.length !== 1 || groups.length === 0) return false;
	for (const entries of groups) {
		const entry = entries[0];
		if (entries.length !== 1 || !sameDot(entry.dot, adds[0]) || entry.stamp !== stamp) return false;
	}
	return true;
}
// ../../packages/store-sqlite/dist/state/cells.js
/** Rows of one bulk insert: beyond this a longer statement gains little. */
const bulk = 64;
const wholeCell = -1;
var SqlCells = class {
	codec;
	#database;
	#logs;
	#objects;
	#observer;
	#get;
	#put;
	#delete;
	#insert;
	#insertMany;
	#all;
	#keys;
	#defer;
	#anyDeferred;
	#deferred;
	#forgetDeferred;
	constructor(database, logs, objects, observer) {
		this.codec = new CellCodec(logs);
		this.#database = database;
		this.#logs = logs;
		this.#objects = objects;
		this.#observer = observer;
		this.#get = database.prepare("SELECT log, seq, stamp, more FROM crdt_cells WHERE object = ? AND key = ?").raw();
		this.#put = database.prepare("INSERT OR REPLACE INTO crdt_cells(object, key, log, seq, stamp, more) VALUES (?, ?, ?, ?, ?, ?)");
		this.#delete = database.prepare("DELETE FROM crdt_cells WHERE object = ? AND key = ?");
		this.#insert = database.prepare(insertRows(1));
		this.#insertMany = database.prepare(insertRows(bulk));
		this.#all = database.prepare("SELECT key, seq, stamp FROM crdt_cells WHERE object = ?").raw();
		this.#keys = database.prepare("SELECT key FROM crdt_cells WHERE object = ? ORDER BY key LIMIT ?").pluck();
		this.#defer = database.prepare("INSERT OR IGNORE INTO crdt_deferred(log, seq, object, key, part) VALUES (?, ?, ?, ?, ?)");
		this.#anyDeferred = database.prepare("SELECT 1 FROM crdt_deferred WHERE log = ? LIMIT 1").pluck();
		this.#deferred = database.prepare("SELECT object, key, part FROM crdt_deferred WHERE log = ? AND seq = ?");
		this.#forgetDeferred = database.prepare("DELETE FROM crdt_deferred WHERE log = ? AND seq = ?");
	}
	object(type, name, groups) {
		return this.#objects.get(type, name, groups);
	}
	find(type, name) {
		return this.#objects.find(type, name);
	}
	row(table, uid) {
		const stored = this.#get.get(table.id, uid);
		return stored && this.codec.row(stored, table.groups.length);
	}
	/** The row's first add; `cell` is undefined where the row is nothing but that, as most are. */
	shortRow(table, uid) {
		const stored = this.#get.get(table.id, uid);
		if (stored === void 0) return void 0;
		const [log, seq, stamp, more] = stored;
		return {
			dot: {
				log: this.#logs.id(log),
				seq
			},
			stamp: stampOf(stamp),
			cell: more === null ? void 0 : this.codec.unpackRow(more)
		};
	}
	putRow(table, uid, after, before) {
		const stored = after && this.codec.storeRow(after, this.#addStamp(table, uid, after, before));
		this.#store(table, uid, stored, before !== void 0);
		this.#observer.rowChanged(table, uid, after, before);
	}
	addRows(table, log, rows) {
		const num = this.#logs.num(log);
		const known = [];
		let at = 0;
		for (; at + bulk <= rows.length; at += bulk) this.#addMany(table, num, rows.slice(at, at + bulk), known);
		for (; at < rows.length; at++) {
			const { uid, seq, stamp } = rows[at];
			if (this.#insert.run(table.id, uid, num, seq, stampNumber(stamp)).changes === 0) known.push(rows[at]);
		}
		this.#objects.count(table, rows.length - known.length);
		if (known.length === rows.length) return known;
		this.#observer.rowsAdded(table, log, rows, rows.length - known.length);
		this.#observer.changed(table);
		return known;
	}
	register(object, key) {
		const stored = this.#get.get(object.id, key);
		return stored && this.codec.register(stored);
	}
	putRegister(object, key, after) {
		const existed = this.#get.get(object.id, key) !== void 0;
		this.#store(object, key, after && this.codec.storeRegister(after), existed);
		this.#observer.registerChanged(object, key, after);
	}
	element(object, key) {
		const stored = this.#get.get(object.id, key);
		return stored && this.codec.element(stored);
	}
	putElement(object, key, after) {
		const existed = this.#get.get(object.id, key) !== void 0;
		this.#store(object, key, after && this.codec.storeElement(after), existed);
	}
	/** Canonical bytes of the elements or keys, the first `limit` in their order where that is given. */
	keys(object, limit = -1) {
		return this.#keys.all(object.id, limit);
	}
	named(name) {
		return this.#objects.named(name);
	}
	counterLogs(object) {
		return this.countersByLog(object).map(([key]) => decodeLogId(key));
	}
	counter(object, log) {
		const stored = this.#get.get(object.id, encodeLogId(log));
		return stored && {
			seq: stored[1],
			sum: stored[2]
		};
	}
	putCounter(object, log, after) {
		const key = encodeLogId(log);
		const existed = this.#get.get(object.id, key) !== void 0;
		const stored = after && [
			this.#logs.num(log),
			after.seq,
			after.sum,
			null
		];
		this.#store(object, key, stored, existed);
	}
	counters(object) {
		return this.countersByLog(object).map(([, cell]) => cell);
	}
	/** The cells of a counter, each with its log as 24 bytes. */
	countersByLog(object) {
		return this.#all.all(object.id).map(([log, seq, sum]) => [log, {
			seq,
			sum
		}]);
	}
	defer(dot, kill) {
		this.#defer.run(encodeLogId(dot.log), dot.seq, kill.object.id, kill.key, kill.group ?? wholeCell);
	}
	hasDeferred(log) {
		return this.#anyDeferred.get(encodeLogId(log)) !== void 0;
	}
	forgetDeferred(object, key) {
		this.#database.prepare("DELETE FROM crdt_deferred WHERE object = ? AND key = ?").run(object.id, key);
	}
	takeDeferred(dot) {
		const log = encodeLogId(dot.log);
		const rows = this.#deferred.all(log, dot.seq);
		if (rows.length === 0) return [];
		this.#forgetDeferred.run(log, dot.seq);
		return rows.map(({ object, key, part }) => ({
			object: this.#objects.byId(object),
			key,
			group: part === wholeCell ? null : part
		}));
	}
	/** Stamp of the first add: an entry of it tells, or what is stored, or the operation. */
	#addStamp(table, uid, after, before) {
		const [add] = after.adds;
		for (const entries of after.groups) for (const entry of entries) if (sameDot(entry.dot, add)) return entry.stamp;
		if (before !== void 0 && sameDot(before.adds[0], add)) return stampOf(this.#get.get(table.id, uid)[2]);
		return this.#observer.stampOf(add);
	}
	#store(object, key, cell, existed) {
		if (cell === void 0) this.#delete.run(object.id, key);
		else this.#put.run(object.id, key, cell[0], cell[1], cell[2], cell[3]);
		this.#objects.count(object, (cell === void 0 ? 0 : 1) - (existed ? 1 : 0));
		this.#observer.changed(object);
	}
	#addMany(table, num, rows, known) {
		const values = [];
		for (const { uid, seq, stamp } of rows) values.push(table.id, uid, num, seq, stampNumber(stamp));
		if (this.#insertMany.run(values).changes === rows.length) return;
		for (const row of rows) {
			const [log, seq, , more] = this.#get.get(table.id, row.uid);
			if (log !== num || seq !== row.seq || more !== null) known.push(row);
		}
	}
};
function insertRows(count) {
	return `INSERT OR IGNORE INTO crdt_cells(object, key, log, seq, stamp) VALUES ${Array.from({ length: count }, () => "(?, ?, ?, ?, ?)").join(", ")}`;
}
// ../../packages/store-sqlite/dist/state/fresh-rows.js
const uidBytes = 16;
/** Rows that are remembered at most, 16 bytes each. */
const most = 262144;
/**
* Remembers of which batches the cells are known without reading: while a node catches up these are nearly all. Only in
* memory, and forgotten whenever in doubt: who asks and gets no answer reads.
*/
var FreshRows = class {
	#logs = /* @__PURE__ */ new Map();
	/** What the transaction has added so far. */
	#added = [];
	#rows = 0;
	/** Rows of one batch came, of which none was there. */
	added(table, log, rows) {
		if (this.#rows + rows.length > most) return;
		const uids = new Uint8Array(rows.length * uidBytes);
		for (const [i, { uid }] of rows.entries()) uids.set(uid, i * uidBytes);
		this.#added.push({
			log,
			batch: {
				table,
				first: rows[0].seq,
				count: rows.length,
				uids
			}
		});
	}
	/** The row was changed, or is gone. */
	changed(before) {
		if (before === void 0 || this.#rows === 0 && this.#added.length === 0) return;
		for (const { log, seq } of before.adds) {
			const holds = ({ first, count }) => first <= seq && seq < first + count;
			this.#added = this.#added.filter((one) => one.log !== log || !holds(one.batch));
			const batch = this.#logs.get(log)?.find(holds);
			if (batch !== void 0) this.#remove(log, batch);
		}
	}
	/** The transaction is done, and consists of batches that begin here and end with `last`. */
	settle(log, firsts, last) {
		if (this.#added.length === 0) return;
		const batches = this.#logs.get(log) ?? [];
		this.#logs.set(log, batches);
		for (const [i, first] of firsts.entries()) {
			const count = (firsts[i + 1] ?? last + 1) - first;
			const whole = this.#added.find((one) => one.batch.first === first && one.batch.count === count);
			if (whole === void 0 || whole.log !== log) continue;
			batches.push(whole.batch);
			this.#rows += count;
		}
		this.#added = [];
	}
	/** The batch that begins here, if its rows are as it made them. It is forgotten. */
	take(log, first) {
		const batch = this.#logs.get(log)?.find((one) => one.first === first);
		if (batch !== void 0) this.#remove(log, batch);
		return batch;
	}
	clear() {
		this.#logs.clear();
		this.#added = [];
		this.#rows = 0;
	}
	#remove(log, batch) {
		const batches = this.#logs.get(log).filter((one) => one !== batch);
		if (batches.length === 0) this.#logs.delete(log);
		else this.#logs.set(log, batches);
		this.#rows -= batch.count;
	}
};
/** The uid of a row of a fresh batch, a view. */
function freshUid({ uids }, index) {
	return uids.subarray(index * uidBytes, (index + 1) * uidBytes);
}
// ../../packages/store-sqlite/dist/state/leaf-buffer.js
const entryBytes = 56;
/** Leaves that are computed and not stored yet, flat, so that tens of thousands weigh little. */
var LeafBuffer = class {
	#bytes = /* @__PURE__ */ new Uint8Array(3584);
	#isGone = /* @__PURE__ */ new Uint8Array(64);
	/** The first six bytes of each name, which nearly always decide its place. */
	#order = /* @__PURE__ */ new Float64Array(64);
	#size = 0;
	#sorted;
	#next = 0;
	get size() {
		return this.#size;
	}
	/** Adds the leaf of a cell; undefined where the cell is gone. Nothing may have been taken yet. */
	add(name, leaf) {
		if (this.#size === this.#order.length) this.#grow();
		const at = this.#size * entryBytes;
		this.#bytes.set(name.subarray(0, 24), at);
		if (leaf !== void 0) this.#bytes.set(leaf, at + 24);
		this.#isGone[this.#size] = leaf === void 0 ? 1 : 0;
		let order = 0;
		for (let i = 0; i < 6; i++) order = order * 256 + name[i];
		this.#order[this.#size++] = order;
	}
	/** Takes the next leaves in the order of their names, later ones of a name after earlier ones; none after the last. */
	take(count) {
		this.#sorted ??= this.#sort();
		const from = this.#next;
		this.#next = Math.min(from + count, this.#size);
		return Array.from(this.#sorted.subarray(from, this.#next), (index) => this.#at(index));
	}
	#at(index) {
		const at = index * entryBytes;
		const middle = at + 24;
		const leaf = this.#isGone[index] === 1 ? void 0 : this.#bytes.subarray(middle, at + entryBytes);
		return {
			name: this.#bytes.subarray(at, middle),
			leaf
		};
	}
	#grow() {
		const capacity = this.#order.length * 2;
		const [bytes, isGone, order] = [
			this.#bytes,
			this.#isGone,
			this.#order
		];
		this.#bytes = new Uint8Array(capacity * entryBytes);
		this.#bytes.set(bytes);
		this.#isGone = new Uint8Array(capacity);
		this.#isGone.set(isGone);
		this.#order = new Float64Array(capacity);
		this.#order.set(order);
	}
	#sort() {
		const order = this.#order;
		const indexes = new Uint32Array(this.#size);
		for (let i = 0; i < indexes.length; i++) indexes[i] = i;
		return indexes.sort((a, b) => order[a] - order[b] || compareNames(this.#at(a).name, this.#at(b).name) || a - b);
	}
};
// ../../packages/store-sqlite/dist/state/digest.js
/** Leaves that are collected before they are stored, all in the order of their names: each page is written once. */
const collected = 32768;
/** Operations of which the cells are taken in at a time, and leaves that are stored: some 10 ms each. */
const stepOperations = 1e3;
const stepLeaves = 2e3;
/**
* The digest, computed when it is asked for, in steps. A commit only notes that a batch was interpreted; which cells
* that changed is read from the batch, their leaves are collected, and then stored in the tree.
* What was collected when the process ended is collected again: batches stay marked until their leaves are stored.
*/
var SqlDigest = class {
	fresh = new FreshRows();
	#medium;
	#logs;
	#bind;
	#hasher;
	#tree;
	#mark;
	#marked;
	#isMarked;
	#unmark;
	/** Batches whose leaves are collected. */
	#taken = [];
	#leaves = new LeafBuffer();
	#isStoring = false;
	constructor(database, options) {
		this.#medium = options.medium;
		this.#logs = options.logs;
		this.#bind = options.bind;
		this.#hasher = new CellHasher(options.hasher, ({ log, seq }) => this.#medium.batches.leaf(log, seq));
		this.#mark = database.prepare("INSERT OR IGNORE INTO crdt_undigested(log, first) VALUES (?, ?)");
		this.#marked = database.prepare("SELECT log, first FROM crdt_undigested WHERE (log, first) > (?, ?) ORDER BY log, first LIMIT 1");
		this.#isMarked = database.prepare("SELECT 1 FROM crdt_undigested WHERE log = ? AND first = ?").pluck();
		this.#unmark = database.prepare("DELETE FROM crdt_undigested WHERE log = ? AND first = ?");
		const get = database.prepare("SELECT cells, body FROM crdt_digests WHERE path = ?");
		const put = database.prepare("INSERT OR REPLACE INTO crdt_digests(path, cells, body) VALUES (?, ?, ?)");
		const remove = database.prepare("DELETE FROM crdt_digests WHERE path = ?");
		this.#tree = new DigestTree(options.hasher, {
			get: (path) => get.get(path),
			put: (path, { cells, body }) => put.run(path, cells, body),
			delete: (path) => remove.run(path)
		});
	}
	/** Notes that the batches of a transaction, which begin with these operations, were interpreted. */
	mark({ log, last }, firsts) {
		const num = this.#logs.num(log);
		for (const first of firsts) this.#mark.run(num, first);
		this.fresh.settle(log, firsts, last);
	}
	/** Whether the batch that begins there is still to be taken in. */
	isMarked(log, first) {
		return this.#isMarked.get(this.#logs.num(log), first) !== void 0;
	}
	/** One step, inside a transaction; whether the digest is complete now. */
	advance() {
		try {
			if (this.#isStoring) this.#storeSome();
			else return !this.#collectSome();
			return false;
		} catch (error) {
			this.#forget();
			throw error;
		}
	}
	/** What the tree holds below a path, as of the last complete digest and what was taken in since. */
	below(path) {
		return digestPart(this.#tree.below(path));
	}
	get root() {
		return this.#tree.root;
	}
	/** Collects the leaves of cells that changed; whether there was anything to do. */
	#collectSome() {
		for (let operations = 0; operations < stepOperations;) {
			const last = this.#taken.at(-1) ?? {
				log: 0,
				first: 0
			};
			const marked = this.#leaves.size >= collected ? void 0 : this.#marked.get(last.log, last.first);
			if (marked === void 0) {
				this.#isStoring = this.#taken.length > 0;
				return this.#isStoring;
			}
			operations += this.#collect(marked);
		}
		return true;
	}
	/** Returns how many operations there were. */
	#collect(marked) {
		const log = this.#logs.id(marked.log);
		const fresh = this.fresh.take(log, marked.first);
		const count = fresh === void 0 ? this.#collectTouched(marked) : this.#collectFresh(log, fresh);
		this.#taken.push(marked);
		return count;
	}
	#collectFresh(log, fresh) {
		const { table, first, count } = fresh;
		for (let i = 0; i < count; i++) {
			const name = this.#hasher.name(table, freshUid(fresh, i));
			this.#leaves.add(name, this.#hasher.newRow(name, {
				log,
				seq: first + i
			}));
		}
		return count;
	}
	#collectTouched(marked) {
		const batch = this.#medium.open(this.#logs.id(marked.log), marked.first);
		if (batch === void 0) throw new Error("the digest names a batch that is not stored");
		const others = /* @__PURE__ */ new Map();
		for (const cell of touchedCells(batch, this.#bind(batch.header.schema), this.#medium.cells)) if (cell[0].type === "table") this.#add(...cell);
		else others.set(`${cell[0].id} ${keyOf$3(cell[1])}`, cell);
		for (const cell of others.values()) this.#add(...cell);
		return batch.header.count;
	}
	#add(object, key) {
		const name = this.#hasher.name(object, key);
		this.#leaves.add(name, this.#leaf(name, object, key));
	}
	/** Stores leaves that were collected. */
	#storeSome() {
		const leaves = this.#leaves.take(stepLeaves);
		this.#tree.update(leaves);
		if (leaves.length === stepLeaves) return;
		for (const { log, first } of this.#taken) this.#unmark.run(log, first);
		this.#forget();
	}
	#forget() {
		this.#taken = [];
		this.#leaves = new LeafBuffer();
		this.#isStoring = false;
	}
	#leaf(name, object, key) {
		const { cells } = this.#medium;
		switch (object.type) {
			case "counter": {
				const cell = cells.counter(object, decodeLogId(key));
				return cell && this.#hasher.counter(name, cell);
			}
			case "register":
			case "keyed": {
				const cell = cells.register(object, key);
				return cell && this.#hasher.register(name, cell);
			}
			case "set": {
				const cell = cells.element(object, key);
				return cell && this.#hasher.element(name, cell);
			}
			case "table": {
				const cell = cells.row(object, key);
				return cell && this.#hasher.row(name, object, cell);
			}
		}
	}
};
// ../../packages/store-sqlite/dist/state/logs.js
/**
* The logs and how far they are stored, in memory while the file is open: there are about as many as nodes. Cells and
* batches name a log by its number in this file.
*/
var SqlLogs = class {
	#database;
	#update;
	#byId = /* @__PURE__ */ new Map();
	#byNum = /* @__PURE__ */ new Map();
	#dirty = [];
	constructor(database) {
		this.#database = database;
		this.#update = database.prepare("UPDATE crdt_logs SET seq = ?, number = ?, whole = ?, head = ? WHERE id = ?");
		this.reload();
	}
	/** Takes everything from the file, after a transaction was rolled back. */
	reload() {
		this.#byId.clear();
		this.#byNum.clear();
		this.#dirty.length = 0;
		const rows = this.#database.prepare("SELECT id, name, seq, number, whole, head FROM crdt_logs").all();
		for (const { id, name, seq, number, whole, head } of rows) this.#add(id, {
			id: name,
			seq,
			number,
			whole,
			head
		});
	}
	get(id) {
		return this.#byId.get(id)?.state;
	}
	/** Logs of which something is stored. */
	*stored() {
		for (const { state } of this.#byId.values()) if (state.seq > 0) yield state;
	}
	/** The log's number; it is given one when it is new. */
	num(id) {
		const known = this.#byId.get(id);
		if (known !== void 0) return known.num;
		const { lastInsertRowid } = this.#database.prepare("INSERT INTO crdt_logs(name, seq, number, whole, head) VALUES (?, 0, 0, 0, ?)").run(id, noId);
		const num = Number(lastInsertRowid);
		this.#add(num, {
			id,
			seq: 0,
			number: 0,
			whole: 0,
			head: noId
		});
		return num;
	}
	id(num) {
		const id = this.#byNum.get(num);
		if (id === void 0) throw new Error(`the state file names log ${num}, which it does not have`);
		return id;
	}
	change(id, change) {
		this.num(id);
		const row = this.#byId.get(id);
		row.state = {
			...row.state,
			...change
		};
		if (row.dirty) return;
		row.dirty = true;
		this.#dirty.push(row);
	}
	/** Writes what changed into the open transaction. */
	flush() {
		if (this.#dirty.length === 0) return;
		for (const row of this.#dirty) {
			const { seq, number, whole, head } = row.state;
			this.#update.run(seq, number, whole, head, row.num);
			row.dirty = false;
		}
		this.#dirty.length = 0;
	}
	#add(num, state) {
		this.#byId.set(state.id, {
			num,
			state,
			dirty: false
		});
		this.#byNum.set(num, state.id);
	}
};
// ../../packages/store-sqlite/dist/state/meta.js
/** Single facts about a state file. */
var SqlMeta = class {
	#get;
	#set;
	#delete;
	constructor(database) {
		this.#get = database.prepare("SELECT value FROM crdt_meta WHERE key = ?").pluck();
		this.#set = database.prepare("INSERT OR REPLACE INTO crdt_meta(key, value) VALUES (?, ?)");
		this.#delete = database.prepare("DELETE FROM crdt_meta WHERE key = ?");
	}
	text(key) {
		return this.#get.get(key);
	}
	number(key) {
		return this.#get.get(key);
	}
	bytes(key) {
		return this.#get.get(key);
	}
	set(key, value) {
		this.#set.run(key, value);
	}
	delete(key) {
		this.#delete.run(key);
	}
};
// ../../packages/store-sqlite/dist/state/objects.js
/** The character after the mark: a name with it sorts after all parts of the name before. */
const afterMark = String.fromCharCode("".charCodeAt(0) + 1);
/** Named objects kept in memory. Peers choose how many there are; tables are always kept. */
const keptObjects = 4096;
/** The objects of a file by type and name, each with the number of its live cells. */
var SqlObjects = class {
	#database;
	#byName = /* @__PURE__ */ new Map();
	#byId = /* @__PURE__ */ new Map();
	#dirty = [];
	#totals;
	#update;
	constructor(database) {
		this.#database = database;
		this.#totals = database.prepare("SELECT sum(cells) FILTER (WHERE type = 'table') AS rows, sum(cells) AS cells FROM crdt_objects");
		this.#update = database.prepare("UPDATE crdt_objects SET cells = ? WHERE id = ?");
	}
	reload() {
		for (const known of this.#byName.values()) {
			const row = this.#database.prepare("SELECT cells FROM crdt_objects WHERE id = ?").get(known.ref.id);
			if (row === void 0) this.#forget(known);
			else known.cells = row.cells;
			known.dirty = false;
		}
		this.#dirty.length = 0;
	}
	find(type, name) {
		return this.#find(type, name)?.ref;
	}
	get(type, name, groups = []) {
		const known = this.#find(type, name) ?? this.#insert(type, name);
		const added = groups.filter((group) => !known.ref.groups.includes(group));
		if (added.length > 0) {
			known.ref.groups.push(...added);
			this.#database.prepare("UPDATE crdt_objects SET groups = ? WHERE id = ?").run(JSON.stringify(known.ref.groups), known.ref.id);
		}
		return known.ref;
	}
	/** Named objects: all, or `above` and what is directly below it, which is found in O(log objects) each. */
	*named(above) {
		if (above === void 0) {
			yield* this.#database.prepare("SELECT type, name FROM crdt_objects WHERE type <> 'table'").all();
			return;
		}
		const next = this.#database.prepare("SELECT name FROM crdt_objects WHERE type = ? AND name >= ? AND name < ? ORDER BY name LIMIT 1").pluck();
		for (const type of [
			"counter",
			"register",
			"set",
			"keyed"
		]) {
			if (this.find(type, above) !== void 0) yield {
				type,
				name: above
			};
			for (let from = above + "";;) {
				const found = next.get(type, from, above + afterMark);
				if (found === void 0) break;
				const end = found.indexOf("", above.length + 1);
				const name = end < 0 ? found : found.slice(0, end);
				yield {
					type,
					name
				};
				from = name + afterMark;
			}
		}
	}
	byId(id) {
		const known = this.#byId.get(id);
		if (known !== void 0) return known.ref;
		const row = this.#database.prepare("SELECT type, name FROM crdt_objects WHERE id = ?").get(id);
		if (row === void 0) throw new Error(`the state file names object ${id}, which it does not have`);
		return this.get(row.type, row.name);
	}
	/** Live cells of an object. */
	sizeOf(object) {
		return this.#known(object).cells;
	}
	/** Counts cells that came or went. */
	count(object, cells) {
		if (cells === 0) return;
		const known = this.#known(object);
		known.cells += cells;
		if (known.dirty) return;
		known.dirty = true;
		this.#dirty.push(known);
	}
	/** Live cells of all objects, and of tables alone. O(objects). */
	totals() {
		this.flush();
		const row = this.#totals.get();
		return {
			rows: row.rows ?? 0,
			cells: row.cells ?? 0
		};
	}
	flush() {
		if (this.#dirty.length > 0) {
			for (const known of this.#dirty) {
				this.#update.run(known.cells, known.ref.id);
				known.dirty = false;
			}
			this.#dirty.length = 0;
		}
		if (this.#byName.size <= keptObjects) return;
		for (const known of this.#byName.values()) if (known.ref.type !== "table") this.#forget(known);
	}
	#known(object) {
		const known = this.#byId.get(object.id);
		if (known === void 0) throw new Error("an object was used that is not known");
		return known;
	}
	#find(type, name) {
		const known = this.#byName.get(keyOf$1(type, name));
		if (known !== void 0) return known;
		const row = this.#database.prepare("SELECT id, groups, cells FROM crdt_objects WHERE type = ? AND name = ?").get(type, name);
		return row && this.#keep(row.id, type, name, JSON.parse(row.groups), row.cells);
	}
	#insert(type, name) {
		const { lastInsertRowid } = this.#database.prepare("INSERT INTO crdt_objects(type, name, groups, cells) VALUES (?, ?, '[]', 0)").run(type, name);
		return this.#keep(Number(lastInsertRowid), type, name, [], 0);
	}
	#keep(id, type, name, groups, cells) {
		const known = {
			ref: {
				type,
				name,
				id,
				groups
			},
			cells,
			dirty: false
		};
		this.#byName.set(keyOf$1(type, name), known);
		this.#byId.set(id, known);
		return known;
	}
	#forget({ ref }) {
		this.#byName.delete(keyOf$1(ref.type, ref.name));
		this.#byId.delete(ref.id);
	}
};
function keyOf$1(type, name) {
	return `${type} ${name}`;
}
// ../../packages/store-sqlite/dist/state/published-states.js
const typeNames = {
	counter: "pn_counter",
	register: "lww_register",
	set: "or_set",
	keyed: "lww_map",
	table: "table"
};
/** Objects that are remembered as changed; beyond this all are written anew. */
const rememberedObjects = 1e4;
/** Elements of a set that its text shows. */
const shownElements = 1e3;
/**
* The plan's table `crdt_states` (section 4.2): named objects as JSON, for people and other programs who read the file.
* It is written when there is time, because a text of all elements would cost O(elements) per operation; nothing here
* reads it.
*/
var PublishedStates = class {
	#database;
	#meta;
	#objects;
	#cells;
	#changed = /* @__PURE__ */ new Set();
	/** Changes of an earlier process were not written, or there are too many to remember. */
	#all;
	constructor(database, meta, objects, cells) {
		this.#database = database;
		this.#meta = meta;
		this.#objects = objects;
		this.#cells = cells;
		this.#all = meta.text("states") !== "current";
	}
	changed(object) {
		if (this.#all) return;
		if (this.#changed.size === 0) this.#meta.delete("states");
		this.#changed.add(object.id);
		if (this.#changed.size > rememberedObjects) this.reload();
	}
	/** After a transaction was rolled back, and where too much has changed. */
	reload() {
		this.#all = this.#all || this.#changed.size > 0;
		this.#changed.clear();
	}
	/** Writes what has changed. Inside a transaction. O(cells of the changed objects). */
	publish(values, at) {
		if (!this.#all && this.#changed.size === 0) return;
		const ids = this.#all ? this.#database.prepare("SELECT id FROM crdt_objects").pluck().all() : this.#changed;
		const put = this.#database.prepare(`INSERT INTO crdt_states(crdt_name, crdt_type, state_data, last_updated, version) VALUES (?, ?, ?, ?, 1)
       ON CONFLICT(crdt_name) DO UPDATE SET crdt_type = excluded.crdt_type, state_data = excluded.state_data,
         last_updated = excluded.last_updated, version = version + 1 WHERE state_data <> excluded.state_data`);
		for (const id of ids) {
			const object = this.#objects.byId(id);
			if (isReserved(object.name)) continue;
			put.run(this.#nameOf(object).replaceAll("", "/"), typeNames[object.type], JSON.stringify(this.#stateOf(object, values)), at);
		}
		this.#changed.clear();
		this.#all = false;
		this.#meta.set("states", "current");
	}
	/** Names are unique in the plan's table; here objects of different type may share one. */
	#nameOf({ type, name }) {
		return this.#database.prepare("SELECT 1 FROM crdt_states WHERE crdt_name = ? AND crdt_type <> ? LIMIT 1").pluck().get(name, typeNames[type]) === void 0 ? name : `${name} (${type})`;
	}
	#stateOf(object, values) {
		switch (object.type) {
			case "counter": {
				const cells = this.#cells.countersByLog(object);
				const nodes = {};
				for (const [key, { sum }] of cells) {
					const node = nodeOf(decodeLogId(key));
					nodes[node] = (nodes[node] ?? 0) + sum;
				}
				return {
					value: counterValue(cells.map(([, cell]) => cell)),
					nodes
				};
			}
			case "register": {
				const cell = this.#cells.register(object, registerKey);
				if (cell === void 0) return {
					value: null,
					siblings: 0
				};
				return {
					value: toJson(values.register(winner(cell))),
					siblings: cell.length
				};
			}
			case "set": {
				const keys = this.#cells.keys(object, shownElements);
				return {
					size: this.#objects.sizeOf(object),
					values: keys.map((key) => toJson(decodeValue(key)))
				};
			}
			case "keyed": {
				const entries = this.#cells.keys(object, shownElements).map((key) => {
					const cell = this.#cells.register(object, key);
					return [toJson(decodeValue(key)), toJson(values.register(winner(cell)))];
				});
				return {
					size: this.#objects.sizeOf(object),
					entries
				};
			}
			case "table": return { rows: this.#objects.sizeOf(object) };
		}
	}
};
/** JSON keeps neither large integers nor bytes: they are objects with one key. */
function toJson(value) {
	if (typeof value === "bigint") return { $int: value.toString() };
	if (typeof value === "number" && !Number.isFinite(value)) return { $real: String(value) };
	if (value instanceof Real) return toJson(value.value);
	if (value instanceof RawText) return {
		$bytes: Buffer.from(value.bytes).toString("base64"),
		text: true
	};
	if (value instanceof Uint8Array) return {
		$bytes: Buffer.from(value).toString("base64"),
		text: false
	};
	if (Array.isArray(value)) return value.map((one) => toJson(one));
	if (typeof value === "object" && value !== null) return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, toJson(one)]));
	return value;
}
// ../../packages/store-sqlite/dist/state/late-table.js
/**
* A table that most files do without: it is made when the first row is written. Whether it is there is looked up once, and
* statements are prepared once.
*/
var LateTable = class {
	#database;
	#name;
	/** Columns and constraints, as CREATE TABLE takes them. */
	#columns;
	#statements = /* @__PURE__ */ new Map();
	#isThere;
	constructor(database, name, columns) {
		this.#database = database;
		this.#name = name;
		this.#columns = columns;
	}
	get isThere() {
		this.#isThere ??= this.#database.prepare("SELECT 1 FROM sqlite_schema WHERE name = ?").get(this.#name) !== void 0;
		return this.#isThere;
	}
	make() {
		if (this.isThere) return;
		this.#database.exec(`CREATE TABLE ${this.#name}(${this.#columns}) WITHOUT ROWID`);
		this.#isThere = true;
	}
	/** A statement on the table, which must be there. */
	statement(sql) {
		const statement = this.#statements.get(sql) ?? this.#database.prepare(sql);
		this.#statements.set(sql, statement);
		return statement;
	}
	/** A transaction was rolled back, perhaps the one that made the table. */
	reload() {
		this.#isThere = void 0;
	}
};
// ../../packages/store-sqlite/dist/state/spent-since.js
const columns$3 = "log INTEGER NOT NULL, first INTEGER NOT NULL, since INTEGER NOT NULL, PRIMARY KEY(log, first)";
/** Since when transactions were found to be spent that are not old enough yet to go. Only collecting asks for it. */
var SqlSpentSince = class {
	#table;
	#logs;
	constructor(database, logs) {
		this.#table = new LateTable(database, "crdt_spent", columns$3);
		this.#logs = logs;
	}
	get(log, first) {
		if (!this.#table.isThere) return void 0;
		return this.#table.statement("SELECT since FROM crdt_spent WHERE log = ? AND first = ?").pluck().get(this.#logs.num(log), first);
	}
	set(log, first, since) {
		const num = this.#logs.num(log);
		if (since !== void 0) {
			this.#table.make();
			this.#table.statement("INSERT OR REPLACE INTO crdt_spent VALUES (?, ?, ?)").run(num, first, since);
		} else if (this.#table.isThere) this.#table.statement("DELETE FROM crdt_spent WHERE log = ? AND first = ?").run(num, first);
	}
	/** Looks at the file again, after a transaction was rolled back. */
	reload() {
		this.#table.reload();
	}
};
// ../../packages/store-sqlite/dist/state/plan-fate.js
/** Which plan the archive is known to carry, and which it may carry. */
var PlanFate = class {
	#meta;
	#through;
	constructor(meta) {
		this.#meta = meta;
		this.#through = this.#intended?.through ?? 0;
	}
	/** After a transaction was rolled back. */
	reload() {
		this.#through = this.#intended?.through ?? 0;
	}
	/** Position of the plan whose fate is not known; 0 where there is none. */
	get through() {
		return this.#through;
	}
	intend(nonce, through) {
		this.#through = through;
		this.#meta.set("intended", JSON.stringify({
			nonce,
			through
		}));
	}
	/** The archive carries the intended plan. Returns its position; undefined where none is intended. */
	confirm() {
		const intended = this.#intended;
		if (intended === void 0) return void 0;
		this.#through = 0;
		this.#meta.set("confirmed", intended.nonce);
		this.#meta.delete("intended");
		this.#meta.delete("awaited");
		return intended.through;
	}
	/** What was captured up to this entry counts as shown, and the entry is there until the archive carries the plan. */
	await({ id, token }) {
		this.#meta.set("awaited", JSON.stringify({
			id,
			token: Buffer.from(token).toString("hex")
		}));
	}
	nonces() {
		const awaited = this.#meta.text("awaited");
		return {
			awaited: awaited === void 0 ? void 0 : entryOf(JSON.parse(awaited)),
			intended: this.#intended?.nonce,
			confirmed: this.#meta.text("confirmed")
		};
	}
	get #intended() {
		const intended = this.#meta.text("intended");
		return intended === void 0 ? void 0 : JSON.parse(intended);
	}
};
function entryOf({ id, token }) {
	return {
		id,
		token: Buffer.from(token, "hex")
	};
}
// ../../packages/store-sqlite/dist/state/shown-cell.js
const alive = () => false;
/** What the archive shows after the application's write, from what it showed before. */
function written(table, shown, dot, operation) {
	const { stamp } = operation;
	switch (operation.kind) {
		case "row.add": return addRow(void 0, {
			dot,
			stamp
		}, table.object.groups.length, alive).cell;
		case "row.set": return setRow(shown, {
			dot,
			stamp,
			adds: operation.adds
		}, table.groups[operation.group].part, operation.seen, alive).cell;
		case "row.remove": return removeRow(shown, operation.adds).cell;
	}
}
/** A cell with nothing but this add. */
function onlyAdd(cell, add) {
	return {
		adds: [add],
		groups: cell.groups.map((entries) => entries.filter(({ dot }) => sameDot(dot, add)))
	};
}
// ../../packages/store-sqlite/dist/state/worklists.js
const page = 256;
const nothing$4 = {
	through: 0,
	rows: []
};
/** Reads what a plan may cover from the list of what the archive does not show yet: whole transactions, oldest first. */
var Worklists = class {
	#parts;
	#page;
	constructor(parts) {
		this.#parts = parts;
		this.#page = parts.database.prepare("SELECT id, log, first, plain, object, key, last FROM crdt_todo WHERE id > ? ORDER BY id LIMIT ?");
	}
	/** The rows of the first entries, each once. */
	rows(maxRows) {
		if (maxRows === 0) return nothing$4;
		const rows = [];
		const names = /* @__PURE__ */ new Set();
		/** Where the last whole transaction ends. */
		let whole;
		let through = 0;
		for (const entry of this.#entries()) {
			const fresh = this.#rowsOf(entry).map((row) => ({
				row,
				name: nameOf$3(row)
			})).filter(({ name }) => !names.has(name));
			if (through > 0 && rows.length + fresh.length > maxRows) break;
			for (const { row, name } of fresh) {
				if (names.has(name)) continue;
				names.add(name);
				rows.push(row);
			}
			through = entry.id;
			if (entry.last === 1) whole = {
				through,
				rows: rows.length
			};
		}
		return whole ? {
			through: whole.through,
			rows: rows.slice(0, whole.rows)
		} : {
			through,
			rows
		};
	}
	/**
	* The next plain batches: whole transactions as far as `maxRows` and `planBytes` allow. Undefined where the list begins
	* with something else.
	*/
	plainBatches(maxRows) {
		if (maxRows === 0) return void 0;
		const batches = [];
		let whole;
		let through = 0;
		let rows = 0;
		let bytes = 0;
		for (const { id, log, first, plain, last } of this.#entries()) {
			if (!plain) break;
			const name = this.#parts.logs.id(log);
			bytes += this.#parts.batches.rawLength(name, first);
			if (through > 0 && (rows + plain > maxRows || bytes > 33554432)) break;
			batches.push({
				log: name,
				seq: first
			});
			rows += plain;
			through = id;
			if (last === 1) whole = {
				through,
				batches: batches.length
			};
		}
		if (through === 0) return void 0;
		return {
			through: whole?.through ?? through,
			batches: batches.slice(0, whole?.batches)
		};
	}
	*#entries() {
		for (let after = 0;;) {
			const rows = this.#page.all(after, page);
			yield* rows;
			if (rows.length < page) return;
			after = rows.at(-1).id;
		}
	}
	#rowsOf({ log, first, object, key }) {
		if (key !== null) return [{
			table: this.#parts.objects.byId(object).name,
			uid: key
		}];
		const batch = this.#parts.batches.open(this.#parts.logs.id(log), first);
		if (batch === void 0) throw new Error("the worklist names a batch that is not stored");
		return addedRows(batch, this.#parts.bind(batch.header.schema));
	}
};
function addedRows(batch, binding) {
	const rows = [];
	for (let i = 0; i < batch.header.count; i++) {
		const operation = batch.outline(i);
		if (operation.kind !== "row.add") continue;
		const table = binding?.tables[operation.table];
		if (table === void 0) throw new Error("an interpreted row has no table");
		if (typeof table === "string") continue;
		rows.push({
			table: table.object.name,
			uid: operation.uid
		});
	}
	return rows;
}
function nameOf$3({ table, uid }) {
	return Buffer.from(uid.buffer, uid.byteOffset, uid.length).toString("latin1") + table;
}
// ../../packages/store-sqlite/dist/state/todo.js
const nothing$3 = {
	through: 0,
	rows: []
};
/**
* What the archive does not show yet: one entry for each batch that added rows, and one for each row that was shown
* and has changed since, with the cell that the archive still shows.
*
* A plan is a nonce and a position: once the archive carries the nonce it shows, for all rows of the entries up to
* there, the cells of the moment of the plan. Until that is known the plan's entries stay. A change meanwhile makes a
* new entry, because the plan does not cover it; later entries of planned rows, already there when it was made, are
* covered as well and marked `planned`.
*/
var SqlTodo = class {
	#parts;
	#fate;
	#worklists;
	#any;
	#addBatch;
	#addRow;
	#markLast;
	#open;
	#first;
	#setPrior;
	#anyPlain;
	#unplain;
	#anyRowAfter;
	#plan;
	#unplan;
	#delete;
	/** Where the rows begin that the transaction has added so far. */
	#added;
	/** How many rows it has added that were not there. */
	#addedRows = 0;
	#capturing = false;
	/** Whether any row has an entry of its own. */
	#anyRow = false;
	/** Whether any batch waits whose rows are as it says. */
	#anyPlainBatch = false;
	#lastEntry;
	#proposed = nothing$3;
	constructor(parts) {
		const { database } = parts;
		this.#parts = parts;
		this.#fate = new PlanFate(parts.meta);
		this.#worklists = new Worklists(parts);
		this.#any = database.prepare("SELECT 1 FROM crdt_todo WHERE id > ? AND planned = 0 LIMIT 1").pluck();
		this.#addBatch = database.prepare("INSERT INTO crdt_todo(log, first, plain) VALUES (?, ?, ?)");
		this.#addRow = database.prepare("INSERT INTO crdt_todo(object, key, prior) VALUES (?, ?, ?)");
		this.#markLast = database.prepare("UPDATE crdt_todo SET last = 1 WHERE id = ?");
		this.#open = database.prepare("SELECT 1 FROM crdt_todo WHERE object = ? AND key = ? AND id > ? AND planned = 0 LIMIT 1").pluck();
		this.#first = database.prepare("SELECT id, prior FROM crdt_todo WHERE object = +? AND key = +? ORDER BY id LIMIT 1");
		this.#setPrior = database.prepare("UPDATE crdt_todo SET prior = ? WHERE id = ?");
		this.#anyPlain = database.prepare("SELECT 1 FROM crdt_todo WHERE plain > 0 LIMIT 1").pluck();
		this.#unplain = database.prepare("UPDATE crdt_todo SET plain = 0 WHERE plain > 0 AND log = ? AND first = (SELECT max(first) FROM crdt_batches WHERE log = +? AND first <= ?)");
		this.#anyRowAfter = database.prepare("SELECT 1 FROM crdt_todo WHERE key IS NOT NULL AND id > ? LIMIT 1").pluck();
		this.#plan = database.prepare("UPDATE crdt_todo SET planned = 1 WHERE object = ? AND key = ? AND id > ?");
		this.#unplan = database.prepare("UPDATE crdt_todo SET planned = 0 WHERE planned > 0");
		this.#delete = database.prepare("DELETE FROM crdt_todo WHERE id <= ? OR planned > 0");
	}
	/** After a transaction was rolled back. */
	reload() {
		this.#added = void 0;
		this.#addedRows = 0;
		this.#lastEntry = void 0;
		this.#fate.reload();
		this.#proposed = nothing$3;
	}
	/** Rows appeared with operations of the log from `seq` on: the entry of their batch covers them. */
	rowsAdded(log, seq, rows) {
		this.#added ??= {
			log,
			seq
		};
		this.#addedRows += rows;
	}
	rowChanged(table, uid, after, before) {
		if (before !== void 0 && this.#isNew(before)) return;
		if (this.#capturing) this.#capturedChange(table, uid, after, before);
		else if (this.#open.get(table.id, uid, this.#fate.through) === void 0) this.#enter(table, uid, before);
	}
	/** Runs `body`, in which the application's own writes become operations: what the archive shows already. */
	capture(body) {
		this.#capturing = true;
		this.#anyRow = this.#anyRowAfter.get(0) !== void 0;
		this.#anyPlainBatch = this.#anyPlain.get() !== void 0;
		try {
			return body();
		} finally {
			this.#capturing = false;
		}
	}
	/** The application wrote this, seeing what the archive showed. */
	captured(table, dot, operation) {
		if (!this.#anyRow) return;
		const prior = this.prior(table.object, operation.uid);
		if (prior === void 0) return;
		const shown = written(table, prior.cell, dot, operation);
		this.#setPrior.run(this.#parts.codec.packRow(shown), prior.id);
	}
	/** The end of an interpreted transaction. */
	interpreted({ log, first, last }) {
		if (this.#added !== void 0) {
			const num = this.#parts.logs.num(log);
			const plain = this.#addedRows === last - first + 1;
			const starts = this.#parts.batches.firsts(log, first, last);
			for (const [i, start] of starts.entries()) {
				const rows = plain ? (starts[i + 1] ?? last + 1) - start : 0;
				this.#lastEntry = this.#addBatch.run(num, start, rows).lastInsertRowid;
			}
		}
		if (this.#lastEntry !== void 0) this.#markLast.run(this.#lastEntry);
		this.#added = void 0;
		this.#addedRows = 0;
		this.#lastEntry = void 0;
	}
	/** What the archive shows of the row, where that is not its cell. */
	prior(table, uid) {
		const row = this.#first.get(table.id, uid);
		return row && {
			id: row.id,
			cell: this.#parts.codec.unpackRow(row.prior)
		};
	}
	/** The archive must look at the row again, which it shows as `shown`. */
	revisit(table, uid, shown) {
		if (this.#open.get(table.id, uid, this.#fate.through) !== void 0) return;
		this.#enter(table, uid, shown);
		this.#markLast.run(this.#lastEntry);
		this.#lastEntry = void 0;
	}
	/** Nothing waits, and no plan of which it is not known whether the archive carries it. */
	get isEmpty() {
		return this.#parts.database.prepare("SELECT 1 FROM crdt_todo LIMIT 1").get() === void 0;
	}
	hasWork() {
		return this.#any.get(0) !== void 0;
	}
	/** Whether anything is not covered by the plan whose fate is not known. */
	hasMore() {
		return this.#any.get(this.#fate.through) !== void 0;
	}
	worklist(maxRows) {
		this.#proposed = this.#worklists.rows(maxRows);
		return this.#proposed;
	}
	/**
	* The next plain batches, while no row has an entry of its own: then every row of them is as its batch says, for the
	* batches of rows that the application has changed are plain no more. Undefined where the worklist begins with something else.
	*/
	plainWorklist(maxRows) {
		if (this.#anyRowAfter.get(0) !== void 0) return void 0;
		const work = this.#worklists.plainBatches(maxRows);
		if (work !== void 0) this.#proposed = {
			through: work.through,
			rows: []
		};
		return work;
	}
	/** Remembers the plan. What it does not cover of earlier plans is open again. */
	intend(nonce, through) {
		if (through !== 0 && through !== this.#proposed.through) throw new Error("a plan must reach as far as the worklist that was read last");
		this.#unplan.run();
		if (through > 0 && this.#anyRowAfter.get(through) !== void 0) for (const { table, uid } of this.#proposed.rows) this.#plan.run(this.#parts.objects.get("table", table).id, uid, through);
		this.#fate.intend(nonce, through);
	}
	/** The archive carries the nonce of the plan. */
	confirm() {
		const through = this.#fate.confirm();
		if (through !== void 0) this.#delete.run(through);
	}
	/** What was captured up to this entry counts as shown, and the entry is there until the archive carries the plan. */
	await(entry) {
		this.#fate.await(entry);
	}
	nonces() {
		return this.#fate.nonces();
	}
	/** The row was added by this very transaction, so no archive shows it yet. */
	#isNew(cell) {
		const added = this.#added;
		return added !== void 0 && cell.adds.every(({ log, seq }) => log === added.log && seq >= added.seq);
	}
	/**
	* A row that has a cell. Where the batch that added it still waits to be shown, the row is not as it says any more.
	* Where the application inserted it anew, its archive shows what it inserted, nothing else.
	*/
	#capturedChange(table, uid, after, before) {
		if (before !== void 0 && this.#anyPlainBatch) for (const { log, seq } of before.adds) {
			const num = this.#parts.logs.num(log);
			this.#unplain.run(num, num, seq);
		}
		const add = after?.adds.find((dot) => before === void 0 || !hasDot(before.adds, dot));
		if (after === void 0 || add === void 0 || this.prior(table, uid) !== void 0) return;
		this.#enter(table, uid, onlyAdd(after, add));
		this.#anyRow = true;
	}
	#enter(table, uid, prior) {
		this.#lastEntry = this.#addRow.run(table.id, uid, this.#parts.codec.packRow(prior)).lastInsertRowid;
	}
};
// ../../packages/store-sqlite/dist/state/told.js
const columns$2 = "log INTEGER NOT NULL, first INTEGER NOT NULL, PRIMARY KEY(log, first)";
/** Batches that were taken hollow, and what they leave in doubt. */
var SqlTold = class {
	#table;
	#logs;
	#meta;
	#doubt;
	constructor(database, logs, meta) {
		this.#table = new LateTable(database, "crdt_told", columns$2);
		this.#logs = logs;
		this.#meta = meta;
	}
	put(log, first) {
		this.#table.make();
		this.#table.statement("INSERT OR IGNORE INTO crdt_told(log, first) VALUES (?, ?)").run(this.#logs.num(log), first);
	}
	has(log, first) {
		if (this.doubt.until === 0 || !this.#table.isThere) return false;
		return this.#table.statement("SELECT 1 FROM crdt_told WHERE log = ? AND first = ?").get(this.#logs.num(log), first) !== void 0;
	}
	/** Where the last batch of a log begins that was taken hollow. */
	last(log) {
		if (this.doubt.until === 0 || !this.#table.isThere) return void 0;
		return this.#table.statement("SELECT max(first) FROM crdt_told WHERE log = +?").pluck().get(this.#logs.num(log)) ?? void 0;
	}
	get doubt() {
		const said = this.#doubt === void 0 ? this.#meta.text("doubt") : void 0;
		this.#doubt ??= said === void 0 ? noDoubt : JSON.parse(said);
		return this.#doubt;
	}
	set doubt(doubt) {
		this.#meta.set("doubt", JSON.stringify(doubt));
		this.#doubt = doubt;
	}
	/** Takes everything from the file, after a transaction was rolled back. */
	reload() {
		this.#doubt = void 0;
		this.#table.reload();
	}
};
// ../../packages/store-sqlite/dist/state/voids.js
const tables = `
CREATE TABLE IF NOT EXISTS crdt_voids(
  log BLOB PRIMARY KEY, start INTEGER NOT NULL, by_log BLOB NOT NULL, by_seq INTEGER NOT NULL, one BLOB NOT NULL,
  one_signature BLOB NOT NULL, other BLOB NOT NULL, other_signature BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS crdt_anew(batch BLOB PRIMARY KEY, log BLOB NOT NULL, seq INTEGER NOT NULL) WITHOUT ROWID;
`;
/** Logs whose rest does not count, and what was minted anew. Most files do without the tables. */
var SqlVoids = class {
	#database;
	#voids = /* @__PURE__ */ new Map();
	#hasTables = false;
	constructor(database) {
		this.#database = database;
		this.reload();
	}
	/** Takes everything from the file, after a transaction was rolled back. */
	reload() {
		this.#voids.clear();
		this.#hasTables = this.#database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'crdt_voids'").get() !== void 0;
		if (!this.#hasTables) return;
		for (const row of this.#database.prepare("SELECT * FROM crdt_voids").all()) {
			const interval = intervalOf(row);
			this.#voids.set(interval.log, interval);
		}
	}
	from(log) {
		return this.#voids.get(log)?.from;
	}
	all() {
		return this.#voids.values();
	}
	put(interval) {
		this.#make();
		const { log, from, by, proof } = interval;
		const [one, other = one] = proof;
		this.#database.prepare("INSERT OR REPLACE INTO crdt_voids VALUES (?, ?, ?, ?, ?, ?, ?, ?)").run(encodeLogId(log), from, encodeLogId(by.log), by.seq, one.header, one.signature, other.header, other.signature);
		this.#voids.set(log, interval);
	}
	anew(batch) {
		if (!this.#hasTables) return void 0;
		const row = this.#database.prepare("SELECT log, seq FROM crdt_anew WHERE batch = ?").get(batch);
		return row && {
			log: decodeLogId(row.log),
			seq: row.seq
		};
	}
	putAnew(batch, { log, seq }) {
		this.#make();
		this.#database.prepare("INSERT OR REPLACE INTO crdt_anew(batch, log, seq) VALUES (?, ?, ?)").run(batch, encodeLogId(log), seq);
	}
	#make() {
		if (this.#hasTables) return;
		this.#database.exec(tables);
		this.#hasTables = true;
	}
};
function intervalOf(row) {
	const one = {
		header: row.one,
		signature: row.one_signature
	};
	const other = {
		header: row.other,
		signature: row.other_signature
	};
	return {
		log: decodeLogId(row.log),
		from: row.start,
		by: {
			log: decodeLogId(row.by_log),
			seq: row.by_seq
		},
		proof: row.one.equals(row.other) ? [one] : [one, other]
	};
}
// ../../packages/store-sqlite/dist/state/waiting.js
/** The detail of a transaction that waits for an operation and abandons logs itself. */
const abandons = "abandons";
const columns$1 = "log, first, last, reason, detail, schema, dot_log, dot_seq";
/** Transactions that are stored and not interpreted, with the reason of each. */
var SqlWaiting = class {
	#logs;
	#database;
	/** How many wait, by the number of their log: mostly none, and then nothing is asked of the file. */
	#counts = /* @__PURE__ */ new Map();
	#add;
	#remove;
	#at;
	#toAbandon;
	#forDot;
	#forSchema;
	#forChange;
	constructor(database, logs) {
		this.#logs = logs;
		this.#database = database;
		this.#add = database.prepare(`INSERT INTO crdt_waiting(${columns$1}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
		this.#remove = database.prepare("DELETE FROM crdt_waiting WHERE log = ? AND first = ?");
		this.#at = database.prepare(`SELECT ${columns$1} FROM crdt_waiting WHERE log = +? AND first <= ? ORDER BY first DESC LIMIT 1`);
		this.#toAbandon = database.prepare(`SELECT ${columns$1} FROM crdt_waiting WHERE reason = 'missing-operation' AND detail = '${abandons}' ORDER BY id`);
		this.#forDot = database.prepare(`SELECT ${columns$1} FROM crdt_waiting WHERE dot_log = ? AND dot_seq BETWEEN ? AND ? LIMIT 1`);
		this.#forSchema = database.prepare(`SELECT ${columns$1} FROM crdt_waiting WHERE schema = ? ORDER BY id`);
		this.#forChange = database.prepare(`SELECT ${columns$1} FROM crdt_waiting WHERE reason <> 'missing-operation' ORDER BY id`);
		this.reload();
	}
	reload() {
		this.#counts.clear();
		const rows = this.#database.prepare("SELECT log, count(*) AS waiting FROM crdt_waiting GROUP BY log").all();
		for (const { log, waiting } of rows) this.#counts.set(this.#logs.id(log), waiting);
	}
	get count() {
		let count = 0;
		for (const waiting of this.#counts.values()) count += waiting;
		return count;
	}
	add({ log, first, last }, wait) {
		const detail = "detail" in wait ? wait.detail : "abandons" in wait && wait.abandons ? abandons : "";
		const schema = wait.reason === "unknown-schema" ? wait.schema : null;
		const dot = wait.reason === "missing-operation" ? wait.dot : void 0;
		const dotLog = dot ? encodeLogId(dot.log) : null;
		this.#add.run(this.#logs.num(log), first, last, wait.reason, detail, schema, dotLog, dot?.seq ?? null);
		this.#counts.set(log, (this.#counts.get(log) ?? 0) + 1);
	}
	remove({ log, first }) {
		const { changes } = this.#remove.run(this.#logs.num(log), first);
		this.#gone(log, changes);
	}
	#gone(log, count) {
		const left = (this.#counts.get(log) ?? 0) - count;
		if (left > 0) this.#counts.set(log, left);
		else this.#counts.delete(log);
	}
	/** Nothing of the log waits any more that begins there or later. */
	removeFrom(log, from) {
		const { changes } = this.#database.prepare("DELETE FROM crdt_waiting WHERE log = ? AND first >= ?").run(this.#logs.num(log), from);
		this.#gone(log, changes);
	}
	/** Where the first one of a log begins. */
	first(log) {
		if (!this.#counts.has(log)) return void 0;
		return this.#database.prepare("SELECT min(first) FROM crdt_waiting WHERE log = +?").pluck().get(this.#logs.num(log));
	}
	holds(log, seq) {
		return this.#rowAt(log, seq) !== void 0;
	}
	at(log, seq) {
		const row = this.#rowAt(log, seq);
		return row && this.#transaction(row);
	}
	#rowAt(log, seq) {
		if (!this.#counts.has(log)) return void 0;
		const row = this.#at.get(this.#logs.num(log), seq);
		return row !== void 0 && seq <= row.last ? row : void 0;
	}
	toAbandon() {
		if (this.#counts.size === 0) return [];
		return this.#toAbandon.all().map((row) => this.#transaction(row));
	}
	forRange({ log, first, last }) {
		if (this.#counts.size === 0) return void 0;
		const row = this.#forDot.get(encodeLogId(log), first, last);
		return row && this.#transaction(row);
	}
	forSchema(id) {
		return this.#forSchema.all(id).map((row) => this.#transaction(row));
	}
	forChange() {
		return this.#forChange.all().map((row) => this.#transaction(row));
	}
	#transaction(row) {
		const { log, first, last } = row;
		return {
			log: this.#logs.id(log),
			first,
			last,
			wait: waitOf(row)
		};
	}
};
function waitOf({ reason, detail, schema, dot_log, dot_seq }) {
	switch (reason) {
		case "missing-operation": return {
			reason,
			dot: {
				log: decodeLogId(dot_log),
				seq: dot_seq
			},
			abandons: detail === abandons
		};
		case "unknown-schema": return {
			reason,
			schema
		};
		case "other-schema":
		case "unreadable": return {
			reason,
			detail
		};
	}
}
// ../../packages/store-sqlite/dist/state/medium.js
/** The tables of one state file, as the engine wants them. */
var SqlMedium = class {
	meta;
	objects;
	cells;
	batches;
	waiting;
	todo;
	conflicts;
	digest;
	states;
	#voids;
	#spentSince;
	#told;
	#logs;
	#options;
	#schema;
	constructor(database, options) {
		this.#options = options;
		this.meta = new SqlMeta(database);
		this.#logs = new SqlLogs(database);
		this.objects = new SqlObjects(database);
		this.batches = new SqlBatches(database, this.#logs, options.compressor);
		this.waiting = new SqlWaiting(database, this.#logs);
		this.#voids = new SqlVoids(database);
		this.#spentSince = new SqlSpentSince(database, this.#logs);
		this.#told = new SqlTold(database, this.#logs, this.meta);
		this.conflicts = new SqlConflicts(database, options.now);
		this.cells = new SqlCells(database, this.#logs, this.objects, {
			rowsAdded: (table, log, rows, added) => {
				this.todo.rowsAdded(log, rows[0].seq, added);
				if (added === rows.length) this.digest.fresh.added(table, log, rows);
			},
			rowChanged: (table, uid, after, before) => {
				this.digest.fresh.changed(before);
				this.conflicts.rowChanged(table, uid, after);
				this.todo.rowChanged(table, uid, after, before);
			},
			registerChanged: (object, key, after) => {
				if (showsConflicts(object)) this.conflicts.registerChanged(object, key, after);
			},
			changed: (object) => this.states.changed(object),
			stampOf: ({ log, seq }) => this.open(log, seq).of(seq).stamp
		});
		this.states = new PublishedStates(database, this.meta, this.objects, this.cells);
		this.todo = new SqlTodo({
			database,
			logs: this.#logs,
			objects: this.objects,
			batches: this.batches,
			codec: this.cells.codec,
			meta: this.meta,
			bind: options.bind
		});
		this.digest = new SqlDigest(database, {
			...options,
			medium: this,
			logs: this.#logs
		});
		this.#schema = database.prepare("SELECT bytes FROM crdt_schemas WHERE id = ?").pluck();
	}
	log(id) {
		const state = this.#logs.get(id);
		return state !== void 0 && state.seq > 0 ? state : void 0;
	}
	logs() {
		return this.#logs.stored();
	}
	append(batch, open) {
		this.batches.append(batch, open);
		const { log, number } = batch.header;
		this.#logs.change(log, {
			seq: open.last,
			number,
			head: batch.id
		});
		this.#options.advanced(log);
	}
	goesOn(batch) {
		this.batches.goesOn(batch);
	}
	setWhole(log, seq) {
		this.#logs.change(log, { whole: seq });
		this.batches.whole(log);
	}
	open(log, seq) {
		return this.batches.open(log, seq);
	}
	headers(log, after, limit) {
		return this.batches.headers(log, after, limit);
	}
	empty(log, first) {
		this.batches.empty(log, first);
	}
	spentSince(log, first) {
		return this.#spentSince.get(log, first);
	}
	setSpentSince(log, first, since) {
		this.#spentSince.set(log, first, since);
	}
	isInUse(log, first) {
		return this.digest.isMarked(log, first);
	}
	batchId(log, first) {
		const header = this.batches.header(log, first);
		return header && batchId(header, this.#options.hasher);
	}
	addWaiting(range, wait) {
		this.waiting.add(range, wait);
	}
	removeWaiting(range) {
		this.waiting.remove(range);
	}
	firstWaiting(log) {
		return this.waiting.first(log);
	}
	isWaiting(log, seq) {
		return this.waiting.holds(log, seq);
	}
	waitingAt(log, seq) {
		return this.waiting.at(log, seq);
	}
	waitingToAbandon() {
		return this.waiting.toAbandon();
	}
	waitingFor(range) {
		return this.waiting.forRange(range);
	}
	waitingForSchema(id) {
		return this.waiting.forSchema(id);
	}
	waitingForChange() {
		return this.waiting.forChange();
	}
	schema(id) {
		const bytes = this.#schema.get(id);
		return bytes && decodeSchema(bytes);
	}
	interpreted(range) {
		this.todo.interpreted(range);
		this.digest.mark(range, this.batches.firsts(range.log, range.first, range.last));
	}
	voidFrom(log) {
		return this.#voids.from(log);
	}
	voids() {
		return this.#voids.all();
	}
	abandon(interval) {
		const { log, from } = interval;
		this.#voids.put(interval);
		this.waiting.removeFrom(log, from);
		this.#options.advanced(log);
		const state = this.log(log);
		if (state === void 0 || state.seq < from) return;
		const { number, previous } = this.batches.headerOf(log, from);
		const head = number === 1 ? noId : previous;
		this.#logs.change(log, {
			seq: from - 1,
			number: number - 1,
			whole: from - 1,
			head
		});
	}
	anew(batch) {
		return this.#voids.anew(batch);
	}
	putAnew(batch, first) {
		this.#voids.putAnew(batch, first);
	}
	signedHeader(log, first) {
		return this.batches.header(log, first) && this.batches.envelope(log, first);
	}
	putTold(log, first) {
		this.#told.put(log, first);
	}
	lastTold(log) {
		const first = this.#told.last(log);
		if (first === void 0) return 0;
		const { count } = this.batches.headerOf(log, first);
		return first + count - 1;
	}
	isTold(log, first) {
		return this.#told.has(log, first);
	}
	get doubt() {
		return this.#told.doubt;
	}
	set doubt(doubt) {
		this.#told.doubt = doubt;
	}
	recomputed(range) {
		this.interpreted(range);
		this.#options.advanced(range.log);
	}
	/** Envelopes that count after a sequence that ends a batch, up to `maxBytes` of bodies, at least one if any. */
	read(log, after, maxBytes) {
		return this.batches.read(log, after, maxBytes, this.#voids.from(log));
	}
	lostWrite(table, uid, group, entry) {
		this.conflicts.lost(table, uid, group, entry);
	}
	flush() {
		this.objects.flush();
		this.#logs.flush();
	}
	/** Takes everything from the file, after a transaction was rolled back. */
	reload() {
		this.#logs.reload();
		this.objects.reload();
		this.batches.clear();
		this.waiting.reload();
		this.#voids.reload();
		this.#spentSince.reload();
		this.#told.reload();
		this.conflicts.reload();
		this.todo.reload();
		this.digest.fresh.clear();
		this.states.reload();
	}
};
// ../../packages/store-sqlite/dist/state/lock.js
/**
* Keeps other processes away from a state file. The lock is one of the operating system on a file of its own, so it
* ends with its process, however that ends, and the state file itself stays readable for everybody.
*/
var Lock = class Lock {
	#database;
	constructor(database) {
		this.#database = database;
	}
	/** Undefined where another process, or another part of this one, holds it. */
	static take(path) {
		const database = new Sqlite(path, { timeout: 0 });
		try {
			database.pragma("locking_mode = EXCLUSIVE");
			database.pragma("journal_mode = MEMORY");
			database.exec("BEGIN EXCLUSIVE");
			return new Lock(database);
		} catch (error) {
			database.close();
			if (error instanceof Sqlite.SqliteError && error.code.startsWith("SQLITE_BUSY")) return void 0;
			throw error;
		}
	}
	release() {
		this.#database.close();
	}
};
// ../../packages/store-sqlite/dist/state/state-holder.js
/** Who has a state file open, in words: "process 42", as far as the file tells. */
function stateHolder(path) {
	if (!existsSync(path)) return "another process";
	try {
		const database = new Sqlite(path, {
			readonly: true,
			timeout: 100
		});
		try {
			const id = database.prepare("SELECT value FROM crdt_meta WHERE key = 'process'").pluck().get();
			return typeof id === "number" ? `process ${id}` : "another process";
		} finally {
			database.close();
		}
	} catch {
		return "another process";
	}
}
// ../../packages/store-sqlite/dist/state/open-database.js
/** Page cache. Random keys of sets and old rows are what needs it; new rows go to the end of their table. */
const cacheKiB = 16384;
/** Pages of the write-ahead log after which SQLite checkpoints by itself: rarely, because a checkpoint stalls. */
const checkpointPages = 65536;
/** Opens a state file and locks it for this process; makes it where there is none. Throws `StoreError`. */
function openDatabase(path, durability) {
	const lock = Lock.take(`${path}.lock`);
	if (lock === void 0) throw new StoreError("locked", lockedMessage(path));
	try {
		const database = new Sqlite(path);
		try {
			prepare(database, path, durability);
			return {
				database,
				lock
			};
		} catch (error) {
			database.close();
			throw error;
		}
	} catch (error) {
		lock.release();
		if (error instanceof Sqlite.SqliteError && error.code === "SQLITE_NOTADB") throw new StoreError("wrong-file", `${path} is not a SQLite file`, { cause: error });
		throw error;
	}
}
function prepare(database, path, durability) {
	const isNew = database.prepare("SELECT count(*) FROM sqlite_schema").pluck().get() === 0;
	if (!isNew) checkLayout(database, path);
	database.pragma("journal_mode = WAL");
	database.pragma(`synchronous = ${durability}`);
	database.pragma(`cache_size = -${cacheKiB}`);
	database.pragma(`wal_autocheckpoint = ${checkpointPages}`);
	database.pragma("temp_store = MEMORY");
	database.pragma("foreign_keys = OFF");
	if (isNew) database.transaction(() => {
		database.exec(ddl);
		database.pragma(`application_id = ${applicationId}`);
		database.pragma(`user_version = 2`);
	})();
	else upgradeLayout(database, path);
	database.prepare("INSERT OR REPLACE INTO crdt_meta(key, value) VALUES ('process', ?)").run(process.pid);
}
function lockedMessage(path) {
	return `${path} is in use by ${stateHolder(path)}; a state file has one process at a time`;
}
// ../../packages/store-sqlite/dist/state/own-log.js
/** The log that this process mints into, and the proof that nobody else continues it. */
var OwnLog = class {
	#parts;
	/** Once something was minted in this process; until the commit only `#claimed`. */
	#current;
	#claimed;
	/** The last process's log, where the fence proved that it ended there. */
	#proven;
	constructor(parts) {
		this.#parts = parts;
	}
	/** Undefined before the first mint of this process. */
	get current() {
		return this.#current;
	}
	/** The log of this process or, before its first mint, of the last one. */
	get last() {
		return this.#current ?? this.#parts.medium.meta.text("log");
	}
	/**
	* The log to mint into. The first time in a process that is the last one's log, where the fence proves that nobody
	* else continued it, and otherwise a new incarnation whose first batch names the old head.
	*/
	claim() {
		const { medium, node, fence } = this.#parts;
		const { meta } = medium;
		const known = this.#claimed ?? this.#current;
		if (known !== void 0) return {
			log: known,
			previous: meta.bytes("previous") ?? noId
		};
		const last = meta.text("log");
		const head = last === void 0 ? void 0 : medium.log(last)?.head;
		if (last !== void 0 && medium.voidFrom(last) === void 0 && head !== void 0 && nodeOf(last) === node && fence.isClean(head)) this.#proven = last;
		fence.remove();
		if (last === void 0 || this.#proven !== last) return this.#take(last);
		this.#claimed = last;
		return {
			log: last,
			previous: meta.bytes("previous") ?? noId
		};
	}
	/** A new incarnation, wherever this process has minted before. */
	renew() {
		this.#parts.fence.remove();
		return this.#take(this.#current ?? this.#claimed ?? this.last);
	}
	#take(before) {
		const { medium, node, random } = this.#parts;
		const { meta } = medium;
		const head = before === void 0 ? void 0 : medium.log(before)?.head;
		this.#claimed = makeLogId(node, Buffer.from(random(8)).toString("hex"));
		if (head !== void 0) meta.set("previous", head);
		meta.set("log", this.#claimed);
		return {
			log: this.#claimed,
			previous: meta.bytes("previous") ?? noId
		};
	}
	committed() {
		this.#current = this.#claimed ?? this.#current;
		this.#claimed = void 0;
	}
	rolledBack() {
		this.#claimed = void 0;
	}
	/** Somebody else continued it: I am the restored or cloned one, and go on under another name. */
	leave() {
		this.#claimed = void 0;
		this.#current = void 0;
		this.#proven = void 0;
	}
	/** After the file was closed: the next process may continue the log. */
	handOver(head) {
		this.#parts.fence.write(head);
	}
};
// ../../packages/store-sqlite/dist/state/transactions.js
/** The transactions of one state file, all of them synchronous. */
var Transactions = class {
	#database;
	#hooks;
	#usual;
	#begin;
	#commit;
	/** How the last one was written. */
	#durability;
	#savepoints = 0;
	#isOpen = true;
	/** `durability` is how the database was opened. */
	constructor(database, durability, hooks) {
		this.#database = database;
		this.#usual = durability;
		this.#durability = durability;
		this.#hooks = hooks;
		this.#begin = database.prepare("BEGIN IMMEDIATE");
		this.#commit = database.prepare("COMMIT");
	}
	/** BEGIN IMMEDIATE … COMMIT, or a part of the one that runs. Rolls back when `body` throws. */
	run(body) {
		this.checkOpen();
		if (this.#database.inTransaction) return body();
		this.#setDurability(this.#usual);
		return this.#run(body);
	}
	/** A part of a transaction that fails alone. */
	attempt(body) {
		if (!this.#database.inTransaction) return this.run(body);
		this.#hooks.flush();
		const name = `part_${this.#savepoints++}`;
		this.#database.exec(`SAVEPOINT ${name}`);
		try {
			const result = body();
			this.#hooks.flush();
			this.#database.exec(`RELEASE ${name}`);
			return result;
		} catch (error) {
			this.#database.exec(`ROLLBACK TO ${name}; RELEASE ${name}`);
			this.#hooks.reload();
			throw error;
		}
	}
	/** A transaction that a loss of power may undo, because what it writes is found again. */
	relaxed(body) {
		this.checkOpen();
		if (this.#database.inTransaction) return body();
		this.#setDurability("normal");
		return this.#run(body);
	}
	checkOpen() {
		if (!this.#isOpen) throw new StoreError("closed", "the state file is closed");
	}
	get isOpen() {
		return this.#isOpen;
	}
	/** Closes the file with everything in it on the disk. */
	close() {
		this.#isOpen = false;
		this.#setDurability("full");
		this.#database.pragma("wal_checkpoint(TRUNCATE)");
		this.#database.close();
	}
	/** Lets go of the file as a killed process would. */
	abandon() {
		this.#isOpen = false;
		this.#database.close();
	}
	#run(body) {
		this.#begin.run();
		let result;
		try {
			result = body();
			this.#hooks.flush();
			this.#commit.run();
		} catch (error) {
			if (this.#database.inTransaction) this.#database.exec("ROLLBACK");
			this.#hooks.rolledBack();
			this.#hooks.reload();
			throw error;
		}
		this.#hooks.committed();
		return result;
	}
	#setDurability(durability) {
		if (this.#durability === durability) return;
		this.#durability = durability;
		this.#database.pragma(`synchronous = ${durability}`);
	}
};
// ../../packages/store-sqlite/dist/state/core.js
/** The open file with everything that works on it: what the views of it share. */
var Core = class {
	options;
	database;
	medium;
	evictions;
	transactions;
	ownLog;
	#lock;
	#clock;
	#declaration;
	#listeners = /* @__PURE__ */ new Set();
	#advanced = /* @__PURE__ */ new Set();
	#engine;
	#schema;
	#storedHlc;
	constructor(options) {
		const { path, now, durability = "full" } = options;
		this.options = options;
		const { database, lock } = openDatabase(path, durability);
		this.database = database;
		this.#lock = lock;
		try {
			this.medium = new SqlMedium(database, {
				hasher: options.hasher,
				compressor: options.compressor,
				now,
				bind: (schema) => this.#engine.binding(schema),
				advanced: (log) => this.#advanced.add(log)
			});
			this.evictions = new SqlEvictions(database);
			this.ownLog = new OwnLog({
				node: options.node,
				medium: this.medium,
				fence: new Fence(options.fence ?? join(dirname(path), "fence"), path, options.machine),
				random: options.random
			});
			this.transactions = new Transactions(database, durability, {
				flush: () => this.#flush(),
				reload: () => this.#reload(),
				committed: () => this.#committed(),
				rolledBack: () => this.ownLog.rolledBack()
			});
			this.#storedHlc = this.medium.meta.number("hlc") ?? 0;
			this.#clock = new HybridClock(now, Math.max(this.#storedHlc, hlcAt(options.notBefore ?? 0)));
			this.#declaration = new Declaration(database, this.medium);
			this.#schema = options.schema && declared(this.#declaration.last, options.schema);
			this.#engine = this.transactions.run(() => this.#begin());
			this.transactions.run(() => this.#declaration.adopt(this.#engine));
		} catch (error) {
			database.close();
			lock.release();
			throw error;
		}
	}
	get engine() {
		return this.#engine;
	}
	/** What this node declares: all that it ever declared. */
	get schema() {
		return this.#schema;
	}
	/** From now on this is declared, with all that was before. Returns that. */
	declare(schema) {
		const all = declared(this.#schema, schema);
		if (isSameSchema(all, this.#schema)) return all;
		this.#schema = all;
		this.#engine = this.transactions.run(() => this.#begin());
		this.transactions.run(() => this.#declaration.adopt(this.#engine));
		this.options.onSchema?.(all);
		return all;
	}
	/** Throws StoreError `unknown-table`. */
	table(name) {
		const table = this.medium.cells.find("table", name);
		if (table === void 0) throw new StoreError("unknown-table", "the table is not replicated here");
		return table;
	}
	/** Throws StoreError `unknown-table`. */
	groupsOf(table) {
		const groups = this.#engine.ownGroups(table);
		if (groups === void 0) throw new StoreError("unknown-table", "the table is not replicated here");
		return groups;
	}
	subscribe(listener) {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}
	close() {
		const own = this.ownLog.current;
		const head = own === void 0 ? void 0 : this.medium.log(own)?.head;
		this.transactions.close();
		if (head !== void 0) this.ownLog.handOver(head);
		this.#lock.release();
	}
	abandon() {
		this.transactions.abandon();
		this.#lock.release();
	}
	#begin() {
		const { meta } = this.medium;
		const { cluster, path } = this.options;
		const known = meta.bytes("cluster");
		if (known !== void 0 && !equalBytes(known, cluster)) throw new StoreError("wrong-cluster", `${path} belongs to another cluster`);
		meta.set("cluster", cluster);
		this.#declaration.check(this.#schema);
		return new Engine({
			...this.options,
			schema: this.#schema,
			medium: this.medium,
			clock: this.#clock,
			ownLog: () => this.ownLog.claim(),
			newLog: () => this.ownLog.renew(),
			earliest: hlcAt(this.options.notBefore ?? 0)
		});
	}
	#flush() {
		this.medium.conflicts.flush(() => this.#engine);
		this.medium.flush();
		if (this.#clock.last === this.#storedHlc) return;
		this.#storedHlc = this.#clock.last;
		this.medium.meta.set("hlc", this.#storedHlc);
	}
	#reload() {
		this.medium.reload();
		this.evictions.reload();
		this.#advanced.clear();
		this.#storedHlc = this.medium.meta.number("hlc") ?? 0;
	}
	#committed() {
		this.ownLog.committed();
		if (this.#advanced.size === 0) return;
		const advanced = [...this.#advanced];
		this.#advanced.clear();
		for (const listener of this.#listeners) queueMicrotask(() => listener(advanced));
	}
};
function isSameSchema(a, b) {
	return b !== void 0 && equalBytes(encodeSchema(a), encodeSchema(b));
}
// ../../packages/store-sqlite/dist/state/conflict-records.js
const columns = "id, conflict_timestamp AS at, crdt_name AS name, conflict_type AS type, resolution_strategy AS rule, involved_nodes AS nodes, resolution_details AS details";
/** The history of conflicts, for the people who look after a node. */
var ConflictRecords = class {
	#database;
	constructor(database) {
		this.#database = database;
	}
	/** The latest first, before a record if one is given. O(limit). */
	list(before, limit) {
		return this.#database.prepare(`SELECT ${columns} FROM conflict_log WHERE id < ? ORDER BY id DESC LIMIT ?`).all(before ?? Number.MAX_SAFE_INTEGER, limit).map(recordOf);
	}
	get(id) {
		const row = this.#database.prepare(`SELECT ${columns} FROM conflict_log WHERE id = ?`).get(id);
		return row && recordOf(row);
	}
};
function recordOf({ nodes, details, ...rest }) {
	return {
		...rest,
		nodes: JSON.parse(nodes),
		details: JSON.parse(details)
	};
}
// ../../packages/store-sqlite/dist/state/named-cells.js
/** Cells that one step looks at: some 10 ms. */
const step$3 = 2e3;
/** Which cells have these names. A name is a hash, so all cells are looked at; O(cells), in steps between which others work. */
var NamedCells = class {
	#objects;
	#hasher;
	#next;
	constructor(database, objects, hasher) {
		this.#objects = objects;
		this.#hasher = new CellHasher(hasher, () => {
			throw new Error("names of cells need no leaves");
		});
		this.#next = database.prepare("SELECT object, key FROM crdt_cells WHERE (object, key) > (?, ?) ORDER BY object, key LIMIT ?");
	}
	/** Gives what each step found; ends when all are found or everything was looked at. */
	*find(names) {
		const wanted = new Set(names.map((name) => keyOf$3(name.subarray(0, 24))));
		let [object, key] = [0, /* @__PURE__ */ new Uint8Array(0)];
		while (wanted.size > 0) {
			const cells = this.#next.all(object, key, step$3);
			const last = cells.at(-1);
			if (last === void 0) return;
			yield cells.flatMap((cell) => this.#wanted(this.#objects.byId(cell.object), cell.key, wanted));
			object = last.object;
			key = last.key;
		}
	}
	#wanted(object, key, wanted) {
		const name = this.#hasher.name(object, key).subarray(0, 24);
		return wanted.delete(keyOf$3(name)) ? [{
			name,
			type: object.type,
			object: object.name,
			key
		}] : [];
	}
};
// ../../packages/store-sqlite/dist/state/open-conflicts.js
const domain$2 = new TextEncoder().encode("crdtsync/1 conflict\0");
const idBytes = 16;
/** The open conflicts of a state file, for the people who look after it. Changes nothing. */
var OpenConflicts = class {
	#parts;
	constructor(parts) {
		this.#parts = parts;
	}
	/** The next ones in a fixed order, and whether there may be more. O(limit). */
	page(after, limit) {
		const { object, key, part } = after ?? {
			object: 0,
			key: /* @__PURE__ */ new Uint8Array(0),
			part: 0
		};
		return this.#parts.database.prepare(`SELECT object, key, part FROM crdt_siblings WHERE differ = 1 AND (object, key, part) > (?, ?, ?)
         ORDER BY object, key, part LIMIT ?`).all(object, key, part, limit).flatMap((place) => this.at(place) ?? []);
	}
	/** The conflict that stands there now. */
	at(place) {
		const object = this.#parts.medium.objects.byId(place.object);
		const entries = this.#entries(object, place);
		if (entries === void 0) return void 0;
		const best = winner(entries);
		const sorted = [...entries].sort((a, b) => compareDots(a.dot, b.dot));
		const group = object.groups[place.part];
		return {
			id: this.#idOf(object, place, group, sorted),
			place,
			type: object.type,
			object: object.name,
			uid: object.type === "table" ? place.key : void 0,
			key: object.type === "keyed" ? decodeValue(place.key) : void 0,
			group,
			rule: place.part === -1 ? "first-row-wins" : "last-writer-wins",
			dots: [best, ...sorted.filter((entry) => entry !== best)].map(({ dot, stamp }) => ({
				dot,
				stamp
			}))
		};
	}
	/** What its siblings say, the shown one first; none for a whole row. */
	siblings({ place, dots }) {
		const object = this.#parts.medium.objects.byId(place.object);
		const { values, ownGroups } = this.#values();
		if (object.type !== "table") return dots.map((entry) => ({
			...entry,
			values: /* @__PURE__ */ new Map([["value", values.register(entry)]])
		}));
		const group = ownGroups(object)?.find(({ part }) => part === place.part);
		if (group === void 0) return [];
		return dots.map((entry) => {
			const read = values.group(entry, group);
			return {
				...entry,
				values: new Map(group.columns.map((column, i) => [column, read[i] ?? null]))
			};
		});
	}
	/** The write that closes the conflict in favour of a sibling. Throws `StoreError` `invalid-intent`. */
	intent(conflict, sibling) {
		const { object, uid, key, group, type } = conflict;
		const values = [...sibling.values.values()];
		if (type === "register") return {
			kind: "register.set",
			object,
			value: values[0] ?? null
		};
		if (type === "keyed") return {
			kind: "keyed.set",
			object,
			key: key ?? null,
			value: values[0] ?? null
		};
		if (uid === void 0 || group === void 0) throw new StoreError("invalid-intent", "two rows claim a value that the file accepts once: change it in one of them, and both are shown");
		return {
			kind: "row.set",
			table: object,
			uid,
			group,
			values
		};
	}
	#entries(object, { key, part }) {
		const { cells } = this.#parts.medium;
		if (object.type !== "table") return cells.register(object, key);
		if (part !== -1) return cells.row(object, key)?.groups[part];
		const row = cells.shortRow(object, key);
		return row && [{
			dot: row.dot,
			stamp: row.stamp
		}];
	}
	#values() {
		const engine = this.#parts.engine();
		return {
			values: engine.values,
			ownGroups: (table) => engine.ownGroups(table)
		};
	}
	#idOf(object, { key }, group, sorted) {
		const text = new TextEncoder();
		const named = text.encode(JSON.stringify([
			object.type,
			object.name,
			group ?? null
		]));
		const dots = sorted.flatMap(({ dot }) => [encodeLogId(dot.log), text.encode(`${dot.seq} `)]);
		return this.#parts.hasher.hash([
			domain$2,
			named,
			key,
			...dots
		]).slice(0, idBytes);
	}
};
function compareDots(a, b) {
	return a.log === b.log ? a.seq - b.seq : a.log < b.log ? -1 : 1;
}
// ../../packages/store-sqlite/dist/state/quarantine.js
const table = "CREATE TABLE IF NOT EXISTS crdt_dropped(log INTEGER NOT NULL, first INTEGER NOT NULL, PRIMARY KEY(log, first)) WITHOUT ROWID";
/**
* What waits in a state file, for the people who look after it. `crdt_dropped` names what they do not want to hear of any
* more; most files do without the table. Methods that change something run inside the caller's transaction.
*/
var Quarantine = class {
	#database;
	constructor(database) {
		this.#database = database;
	}
	/** What waits, in the order of logs and sequences, after a place if one is given. O(limit). */
	list(after, limit, dropped) {
		const hasDropped = this.#hasDropped();
		if (dropped && !hasDropped) return [];
		const isDropped = hasDropped ? "EXISTS(SELECT 1 FROM crdt_dropped d WHERE d.log = w.log AND d.first = w.first)" : "0";
		return this.#database.prepare(`SELECT l.name AS log, first, last, reason, detail, schema, dot_log, dot_seq, ${isDropped} AS dropped
         FROM crdt_waiting w JOIN crdt_logs l ON l.id = w.log
         WHERE (w.log, first) > (?, ?) AND ${isDropped} = ? ORDER BY w.log, first LIMIT ?`).all(this.#numberOf(after?.log), after?.first ?? 0, dropped ? 1 : 0, limit).map((row) => ({
			log: row.log,
			first: row.first,
			last: row.last,
			reason: row.reason,
			detail: explain(row),
			dropped: row.dropped === 1
		}));
	}
	/** How many that wait are hidden. */
	get dropped() {
		if (!this.#hasDropped()) return 0;
		return this.#database.prepare("SELECT count(*) FROM crdt_dropped JOIN crdt_waiting USING (log, first)").pluck().get();
	}
	/** Hides transactions that wait, or shows them again. How many that changed. */
	drop(places, hide) {
		this.#database.exec(table);
		const change = this.#database.prepare(hide ? "INSERT OR IGNORE INTO crdt_dropped(log, first) SELECT log, first FROM crdt_waiting WHERE log = ? AND first = ?" : "DELETE FROM crdt_dropped WHERE log = ? AND first = ?");
		let changed = 0;
		for (const { log, first } of places) changed += change.run(this.#numberOf(log), first).changes;
		this.#database.exec("DELETE FROM crdt_dropped WHERE NOT EXISTS(SELECT 1 FROM crdt_waiting w WHERE w.log = crdt_dropped.log AND w.first = crdt_dropped.first)");
		return changed;
	}
	/** Names come from people: one that is not known stands behind all others, and has no entry. */
	#numberOf(log) {
		if (log === void 0) return 0;
		return this.#database.prepare("SELECT id FROM crdt_logs WHERE name = ?").pluck().get(log) ?? Number.MAX_SAFE_INTEGER;
	}
	#hasDropped() {
		return this.#database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'crdt_dropped'").get() !== void 0;
	}
};
function explain({ reason, detail, schema, dot_log, dot_seq }) {
	switch (reason) {
		case "missing-operation": return `it changes what operation ${dot_seq} of ${decodeLogId(dot_log)} made, which has not come yet`;
		case "unknown-schema": return `the description of its tables, ${schema.toString("hex")}, has not come yet`;
		case "other-schema": return detail;
		case "unreadable": return `this version cannot read it: ${detail}`;
	}
}
// ../../packages/store-sqlite/dist/state/restore-record.js
/**
* The write that brings back the value that a record keeps; the `which`-th, from 0, where it keeps several. A row that was
* removed since comes back with the values that its author first gave it. Throws `StoreError` `invalid-intent`.
*/
function intentOfRecord(core, record, which) {
	const details = record.details;
	const all = details.others ?? details.lost ?? (details.archive ? [{ values: details.archive }] : []);
	if (all.length === 0) throw refusal("the record tells of two rows, and keeps no value that was lost");
	const kept = all[which];
	if (kept === void 0) throw refusal(`the record keeps ${all.length} values, numbered from 1`);
	const values = kept.values ?? fromLog(core, kept, record, details);
	const table = record.name.slice(0, record.name.lastIndexOf("/"));
	if (details.key !== void 0) return {
		kind: "keyed.set",
		object: table,
		key: valueOfJson(details.key),
		value: valueOfJson(values.value)
	};
	if (details.group === void 0) return {
		kind: "register.set",
		object: record.name,
		value: valueOfJson(values.value)
	};
	const uid = new Uint8Array(Buffer.from(record.name.slice(table.length + 1), "hex"));
	const groups = core.schema?.tables.find(({ name }) => name === table)?.groups;
	const columns = groups?.find(({ name }) => name === details.group)?.columns;
	if (groups === void 0 || columns === void 0) throw refusal("the table or its column group is not replicated here any more");
	const restored = (column) => valueOfJson(values[column] ?? null);
	const object = core.medium.cells.find("table", table);
	if (object !== void 0 && core.medium.cells.shortRow(object, uid) !== void 0) return {
		kind: "row.set",
		table,
		uid,
		group: details.group,
		values: columns.map(restored)
	};
	const first = firstValues(core, table, kept.row ?? []);
	if (first === void 0) throw refusal("the row was removed, and how it began is not stored here");
	return addAgain(table, uid, groups.flatMap((group) => group.columns).map((column, i) => columns.includes(column) ? restored(column) : first[i] ?? null));
}
/** What a write said that is too large for its record. */
function fromLog(core, { node, incarnation, seq }, { name }, { group: groupName }) {
	const dot = node && incarnation && seq ? {
		log: makeLogId(node, incarnation),
		seq
	} : void 0;
	const object = core.medium.cells.find("table", name.slice(0, name.lastIndexOf("/")));
	const group = (object && core.engine.ownGroups(object))?.find(({ part }) => object?.groups[part] === groupName);
	if (dot === void 0 || group === void 0 || core.medium.open(dot.log, dot.seq) === void 0) throw refusal("the value was too large for the record, and its write is not stored here any more");
	const values = core.engine.values.group({
		dot,
		stamp: "base"
	}, group);
	return Object.fromEntries(group.columns.map((column, i) => [column, jsonOfValue(values[i] ?? null)]));
}
function addAgain(table, uid, values) {
	return {
		kind: "row.add",
		table,
		uid,
		hint: null,
		values
	};
}
function firstValues(core, table, places) {
	for (const { node, incarnation, seq } of places) {
		const dot = {
			log: makeLogId(node, incarnation),
			seq
		};
		const operation = core.medium.open(dot.log, dot.seq)?.of(seq);
		const object = core.medium.cells.find("table", table);
		if (operation?.kind === "row.add" && object !== void 0) return core.engine.values.add(dot).row;
	}
}
function refusal(message) {
	return new StoreError("invalid-intent", message);
}
// ../../packages/store-sqlite/dist/state/oversight.js
/** What the people who look after a node ask of its state file, and do to it. */
var Oversight = class {
	quarantine;
	openConflicts;
	conflictRecords;
	namedCells;
	#core;
	constructor(core) {
		this.#core = core;
		this.quarantine = new Quarantine(core.database);
		this.conflictRecords = new ConflictRecords(core.database);
		this.namedCells = new NamedCells(core.database, core.medium.objects, core.options.hasher);
		this.openConflicts = new OpenConflicts({
			database: core.database,
			medium: core.medium,
			engine: () => core.engine,
			hasher: core.options.hasher
		});
	}
	/**
	* Tries once more to interpret what waits, and has the archive try these rows, which it refused. How many transactions
	* went on.
	*/
	retry(refused) {
		const { medium, engine, transactions } = this.#core;
		return transactions.run(() => {
			const before = medium.waiting.count;
			engine.changed();
			for (const { table: name, uid } of refused) {
				const table = medium.cells.find("table", name);
				const cell = table && medium.cells.row(table, uid);
				if (table !== void 0 && cell !== void 0) medium.todo.revisit(table, uid, cell);
			}
			return before - medium.waiting.count;
		});
	}
	/** Parts of the digest's tree, by paths of hexadecimal digits. */
	digestParts(paths) {
		return paths.map((path) => this.#core.medium.digest.below(path));
	}
	/** Hides transactions that wait, or shows them again. How many that changed. */
	drop(places, hide) {
		return this.#core.transactions.run(() => this.quarantine.drop(places, hide));
	}
	/** Hides rows on this node, until they are unevicted. Returns those that live and were not hidden. */
	evict(rows) {
		const { medium, evictions, transactions } = this.#core;
		return transactions.run(() => rows.filter(({ table: name, uid }) => {
			const table = medium.cells.find("table", name);
			const cell = table && medium.cells.row(table, uid);
			if (table === void 0 || cell === void 0 || evictions.has(table, uid)) return false;
			evictions.add(table, uid);
			medium.todo.revisit(table, uid, cell);
			return true;
		}));
	}
	/**
	* Writes what one sibling says, the shown one being 0, as a write of this node that names all siblings and so closes
	* the conflict. Throws `StoreError` `invalid-intent` where the conflict is not the one that was looked at any more.
	*/
	settle(conflict, sibling) {
		return this.#core.transactions.run(() => {
			const now = this.openConflicts.at(conflict.place);
			if (now === void 0 || !equalBytes(now.id, conflict.id)) throw new StoreError("invalid-intent", "the conflict has changed meanwhile; look at it again");
			const chosen = this.openConflicts.siblings(now)[sibling];
			if (chosen === void 0) {
				this.openConflicts.intent(now, {
					...now.dots[0],
					values: /* @__PURE__ */ new Map()
				});
				throw new StoreError("invalid-intent", `the conflict has no write ${sibling}; look at it again`);
			}
			return this.#write(this.openConflicts.intent(now, chosen));
		});
	}
	/**
	* Writes the value again that a record of `conflict_log` keeps, from 0 where it keeps several, as a write of this node over
	* whatever is there now. Throws `StoreError` `invalid-intent`.
	*/
	restore(record, which) {
		return this.#core.transactions.run(() => this.#write(intentOfRecord(this.#core, record, which)));
	}
	#write(intent) {
		const [dot] = this.#core.engine.commit({ intents: [intent] }).dots;
		if (!dot) throw new StoreError("invalid-intent", "what it would change is not there any more");
		return dot;
	}
};
// ../../packages/store-sqlite/dist/state/state-evictions.js
/** Rows that are hidden on this node, as its state file knows them. */
var StateEvictions = class {
	#core;
	constructor(core) {
		this.#core = core;
	}
	get count() {
		return this.#core.evictions.count;
	}
	has({ table: name, uid }) {
		this.#core.transactions.checkOpen();
		const table = this.#core.medium.cells.find("table", name);
		return table !== void 0 && this.#core.evictions.has(table, uid);
	}
	/** The first rows of a table that are hidden. */
	first(name, limit) {
		this.#core.transactions.checkOpen();
		const table = this.#core.medium.cells.find("table", name);
		if (table === void 0) return [];
		return this.#core.evictions.first(table, limit).map((uid) => ({
			table: name,
			uid
		}));
	}
	/** Shows these rows again. Returns those that were hidden. */
	undo(rows) {
		const { transactions, medium, evictions } = this.#core;
		return transactions.run(() => rows.filter(({ table: name, uid }) => {
			const table = medium.cells.find("table", name);
			if (table === void 0 || !evictions.remove(table, uid)) return false;
			medium.todo.revisit(table, uid, void 0);
			return medium.cells.shortRow(table, uid) !== void 0;
		}));
	}
};
// ../../packages/store-sqlite/dist/state/sync-log.js
/** Of the conflicts that were recorded since a round began, so many are counted at most. */
const lookedConflicts = 1e4;
/** Lines that are kept. */
const keptSyncs = 1e4;
/** The plan's `sync_log`: one line for each round with a peer. */
var SyncLog = class {
	#core;
	constructor(core) {
		this.#core = core;
	}
	record({ peer, at: began, sent, received, ms }) {
		const at = new Date(began).toISOString();
		const { database, transactions } = this.#core;
		transactions.relaxed(() => {
			database.prepare(`INSERT INTO sync_log(peer_node_id, sync_timestamp, operations_sent, operations_received,
             conflicts_resolved, sync_duration_ms) SELECT ?, ?, ?, ?, count(*), ? FROM conflict_log
             WHERE id > (SELECT max(id) FROM conflict_log) - ${lookedConflicts} AND conflict_timestamp >= ?`).run(peer, at, sent, received, ms, at);
			database.prepare("DELETE FROM sync_log WHERE id <= (SELECT max(id) FROM sync_log) - ?").run(keptSyncs);
		});
	}
};
// ../../packages/store-sqlite/dist/state/state-file.js
/**
* The state file of one node: its logs, batches and cells, and what its archive does not show yet. Everything is
* synchronous; `SqliteStore` is the port around it, `archive` the view of rule M.
*/
var StateFile = class {
	node;
	cluster;
	archive;
	oversight;
	collection;
	evictions;
	syncLog;
	#core;
	#medium;
	#database;
	#transactions;
	/** Throws `StoreError`: `locked`, `wrong-file`, `wrong-cluster`, `regrouped`. */
	constructor(options) {
		this.node = options.node;
		this.cluster = options.cluster;
		const core = new Core(options);
		this.#core = core;
		this.#medium = core.medium;
		this.#database = core.database;
		this.#transactions = core.transactions;
		try {
			this.archive = new ArchiveView(core);
			this.oversight = new Oversight(core);
			this.collection = new StateCollection(core);
			this.evictions = new StateEvictions(core);
			this.syncLog = new SyncLog(core);
		} catch (error) {
			core.abandon();
			throw error;
		}
	}
	commit(transaction) {
		return this.#transactions.run(() => this.#core.engine.commit(transaction));
	}
	/** Several transactions with one fsync; each succeeds or fails alone. */
	commitAll(transactions) {
		return this.#transactions.run(() => {
			this.#core.ownLog.claim();
			return transactions.map((transaction) => {
				try {
					return this.#transactions.attempt(() => this.#core.engine.commit(transaction));
				} catch (error) {
					return error instanceof Error ? error : new Error(String(error));
				}
			});
		});
	}
	/** Not fsynced: a loss of power leaves an earlier state, to which peers send the same again. */
	apply(batches) {
		return this.#transactions.relaxed(() => {
			const { ownLog } = this.#core;
			const own = ownLog.last;
			const before = own === void 0 ? void 0 : this.#medium.log(own)?.seq;
			const applied = this.#core.engine.apply(batches);
			const isAbandoned = own !== void 0 && this.#medium.voidFrom(own) !== void 0;
			const isContinued = own !== void 0 && this.#medium.log(own)?.seq !== before;
			if ((isAbandoned || isContinued) && ownLog.last === own) ownLog.leave();
			return applied;
		});
	}
	/** Logs of which the rest does not count. */
	voids() {
		this.#checkOpen();
		return voidLogs(this.#medium, this.#core.engine);
	}
	/** Throws for logs of other nodes. */
	heal(log, shown) {
		return this.#transactions.run(() => this.#core.engine.heal(log, shown));
	}
	/** Only where the clock is known to be right. */
	abandonFuture() {
		this.#checkOpen();
		const { engine } = this.#core;
		return engine.isAhead && this.#transactions.run(() => engine.abandonFuture());
	}
	/** Puts a verified batch back in the place of one with the same header that was damaged. Returns whether there is one. */
	putBack(batch) {
		return this.#transactions.run(() => this.#medium.batches.putBack(batch));
	}
	/** Ends of stored batches of the log, whether they count or not. */
	points(log) {
		this.#checkOpen();
		return pointsOf(this.#medium, log);
	}
	/** Batches of the log, whether they count or not, after the last of `points` that is stored here as it says. */
	branch(log, points, maxBytes) {
		this.#checkOpen();
		return untilHollow(this.#medium.batches.read(log, commonPoint(this.#medium, log, points), maxBytes));
	}
	frontier() {
		this.#checkOpen();
		return frontierOf(this.#medium);
	}
	read(log, after, maxBytes) {
		this.#checkOpen();
		return this.#medium.read(log, after, maxBytes);
	}
	head(log) {
		this.#checkOpen();
		const state = this.#medium.log(log);
		return state && {
			id: state.head,
			header: this.#medium.batches.headerOf(log, state.seq)
		};
	}
	/** The log that this process mints into; undefined before its first mint. */
	get ownLog() {
		return this.#core.ownLog.current;
	}
	certificates(node) {
		this.#checkOpen();
		return this.#database.prepare("SELECT der FROM crdt_certificates WHERE node = ? ORDER BY id DESC").pluck().all(node);
	}
	putCertificate(node, der) {
		this.#transactions.run(() => {
			this.#database.prepare("INSERT OR IGNORE INTO crdt_certificates(node, der) VALUES (?, ?)").run(node, der);
		});
	}
	schema(id) {
		this.#checkOpen();
		return this.#database.prepare("SELECT bytes FROM crdt_schemas WHERE id = ?").pluck().get(id);
	}
	putSchema(id, bytes) {
		decodeSchema(bytes);
		if (!equalBytes(schemaId(bytes, this.#core.options.hasher), id)) throw new StoreError("wrong-schema", "the bytes of the schema do not have this id");
		this.#transactions.run(() => {
			const { changes } = this.#database.prepare("INSERT OR IGNORE INTO crdt_schemas(id, bytes) VALUES (?, ?)").run(id, bytes);
			if (changes > 0) this.#core.engine.schemaArrived(id);
		});
	}
	counter(name) {
		this.#checkOpen();
		return counterState(this.#medium.cells, name);
	}
	register(name) {
		this.#checkOpen();
		return registerState(this.#medium.cells, this.#core.engine.values, name);
	}
	set(name) {
		this.#checkOpen();
		return setState(this.#medium.cells, name);
	}
	objectCells(object, key) {
		this.#checkOpen();
		return objectCells(this.#medium.cells, this.#core.engine.values, object, key);
	}
	objectNames(name) {
		this.#checkOpen();
		return objectNames(this.#medium.cells, name);
	}
	row(uid) {
		this.#checkOpen();
		const { engine, schema } = this.#core;
		return rowState(this.#medium.cells, engine, schema, uid, (table) => this.#medium.conflicts.of(table, uid));
	}
	/** One step towards the digest, some 20 ms; the digest when it covers everything, undefined while it does not. */
	stepDigest() {
		return this.#transactions.relaxed(() => {
			if (!this.#medium.digest.advance()) return void 0;
			const { rows, cells } = this.#medium.objects.totals();
			return {
				digest: this.#medium.digest.root,
				rows,
				cells
			};
		});
	}
	counts() {
		this.#checkOpen();
		return {
			rows: this.#medium.objects.totals().rows,
			...logTotals(this.#medium),
			quarantined: this.#medium.waiting.count - this.oversight.quarantine.dropped,
			conflicts: this.#medium.conflicts.open
		};
	}
	subscribe(listener) {
		return this.#core.subscribe(listener);
	}
	/** What this node declares: all that it ever declared. */
	get declaredSchema() {
		return this.#core.schema;
	}
	/**
	* When nothing else is to do: brings `crdt_states` up to date and moves the write-ahead log into the file. Returns whether a
	* reader kept a long one.
	*/
	rest() {
		this.#checkOpen();
		this.#publish();
		return moveLog(this.#database, this.#core.options.path);
	}
	close() {
		if (!this.#transactions.isOpen) return;
		this.#publish();
		this.#core.close();
	}
	/** Lets go of the file as a killed process would: what was not committed is lost, and no fence is written. */
	abandon() {
		this.#core.abandon();
	}
	#publish() {
		const at = new Date(this.#core.options.now()).toISOString();
		this.#transactions.relaxed(() => this.#medium.states.publish(this.#core.engine.values, at));
	}
	#checkOpen() {
		this.#transactions.checkOpen();
	}
};
// ../../packages/store-sqlite/dist/state/wal-sync.js
/**
* Makes what is in the write-ahead log durable while its thread goes on: one fsync takes as long as thousands of
* operations. Calls that come during one share the next, and so do those that come before one that may wait.
*/
var WalSync = class {
	#path;
	#rest;
	#file;
	#running;
	#next;
	/** The shortest pause that anybody wants before the next. */
	#nextRestMs = 0;
	/** When the last fsync ended, in ms. */
	#endedAt = Number.NEGATIVE_INFINITY;
	/** Ends the pause before an fsync; undefined while there is none. */
	#hurry;
	/** What failed once may have lost pages that the system now takes for written. */
	#failure;
	constructor(database, rest = systemRest) {
		this.#path = `${database}-wal`;
		this.#rest = rest;
	}
	/** Why it was given up; undefined while it was not. */
	get failure() {
		return this.#failure;
	}
	/**
	* Resolves once everything that was committed before this call survives a loss of power. `restMs`: how long after the
	* last fsync the disk may be left to others first.
	*/
	sync(restMs = 0) {
		if (restMs === 0) this.#hurry?.();
		if (this.#running === void 0) {
			this.#running = this.#restThenSync(restMs).finally(() => {
				this.#running = void 0;
			});
			return this.#running;
		}
		if (this.#hurry !== void 0) return this.#running;
		this.#nextRestMs = this.#next === void 0 ? restMs : Math.min(this.#nextRestMs, restMs);
		this.#next ??= this.#running.catch(() => void 0).then(() => {
			this.#next = void 0;
			return this.sync(this.#nextRestMs);
		});
		return this.#next;
	}
	async close() {
		this.#hurry?.();
		await this.#running?.catch(() => void 0);
		await this.#file?.close();
	}
	async #restThenSync(restMs) {
		const ms = this.#endedAt + restMs - performance.now();
		if (ms > 0) {
			await new Promise((resolve) => {
				this.#hurry = this.#rest(resolve, ms);
			});
			this.#hurry = void 0;
		}
		await this.#sync();
		this.#endedAt = performance.now();
	}
	async #sync() {
		if (this.#failure !== void 0) throw this.#failure;
		try {
			this.#file ??= await open(this.#path, "r+");
			await this.#file.sync();
		} catch (error) {
			this.#failure = error;
			throw error;
		}
	}
};
function systemRest(callback, ms) {
	const timer = setTimeout(callback, ms);
	return () => {
		clearTimeout(timer);
		callback();
	};
}
// ../../packages/store-sqlite/dist/sqlite-store.js
/** While somebody else works on the same disk: pause between two fsyncs of what peers send, and for how long he is believed to, in ms. */
const spared = {
	restMs: 250,
	forMs: 2e3
};
/** More than that, in operations or in bytes, is no drop any more, and does not wait. */
const drop = {
	operations: 500,
	bytes: 262144
};
/** The store on one SQLite file. Commits that are asked for together are made durable by one fsync. */
var SqliteStore = class {
	/** The file itself; its `archive` is what rule M sees of it. */
	state;
	#pending = [];
	#wal;
	#listeners = /* @__PURE__ */ new Set();
	/** Logs of which something may be stored that a loss of power would take, and how many calls it is of. */
	#volatile = /* @__PURE__ */ new Map();
	/** Of those the ones that advanced. */
	#untold = /* @__PURE__ */ new Set();
	/** Until then another program is taken to work on the same disk. */
	#sparedUntil = Number.NEGATIVE_INFINITY;
	/** Opens the state file, or makes it. Throws `StoreError`: `locked`, `wrong-file`, `wrong-cluster`. */
	constructor(options) {
		this.state = new StateFile(options);
		if (options.durability !== "normal") this.#wal = new WalSync(options.path);
		this.state.subscribe((advanced) => this.#tell(advanced));
	}
	get node() {
		return this.state.node;
	}
	get cluster() {
		return this.state.cluster;
	}
	/** Why nothing that peers send is stored any more, until the file is opened again; undefined where it is. */
	get failure() {
		return this.#wal?.failure;
	}
	commit(transaction) {
		return new Promise((resolve, reject) => {
			this.#pending.push({
				transaction,
				resolve,
				reject
			});
			if (this.#pending.length === 1) setImmediate(() => this.#commitPending());
		});
	}
	/** Durable when it resolves, and then told to listeners; the state and its archive do not wait for that. */
	async apply(batches) {
		if (this.#wal === void 0) return this.state.apply(batches);
		const logs = [...new Set(batches.map(({ header }) => header.log))];
		this.#holdBack(logs, 1);
		let applied;
		try {
			applied = this.state.apply(batches);
			await this.#wal.sync(this.#restBefore(batches));
		} finally {
			this.#holdBack(logs, -1);
		}
		this.#tell(logs.filter((log) => this.#untold.has(log)));
		return applied;
	}
	async frontier() {
		return this.state.frontier();
	}
	async read(log, after, maxBytes) {
		return this.state.read(log, after, maxBytes);
	}
	async head(log) {
		return this.state.head(log);
	}
	async voids() {
		return this.state.voids();
	}
	async heal(log, shown) {
		return this.state.heal(log, shown);
	}
	async abandonFuture() {
		return this.state.abandonFuture();
	}
	async points(log) {
		return this.state.points(log);
	}
	async branch(log, points, maxBytes) {
		return this.state.branch(log, points, maxBytes);
	}
	async spent(log, after) {
		return this.state.collection.spent(log, after);
	}
	async doubts() {
		return this.state.collection.doubts();
	}
	async wither(log, spent) {
		return this.state.collection.wither(log, spent);
	}
	async settle(doubts) {
		this.state.collection.settle(doubts);
	}
	async collect(request) {
		return this.state.collection.collect(request);
	}
	async interpreted() {
		return this.state.collection.interpreted();
	}
	async weight(log, after, through) {
		const sum = {
			batches: 0,
			hollow: 0,
			bytes: 0
		};
		for (const { batches, hollow, bytes } of this.state.collection.weigh(log, after, through)) {
			sum.batches += batches;
			sum.hollow += hollow;
			sum.bytes += bytes;
			await turn();
		}
		return sum;
	}
	async authors() {
		return this.state.collection.authors();
	}
	async certificates(node) {
		return this.state.certificates(node);
	}
	async putCertificate(node, der) {
		this.state.putCertificate(node, der);
	}
	async schema(id) {
		return this.state.schema(id);
	}
	async putSchema(id, bytes) {
		this.state.putSchema(id, bytes);
	}
	async counter(object) {
		return this.state.counter(object);
	}
	async register(object) {
		return this.state.register(object);
	}
	async set(object) {
		return this.state.set(object);
	}
	async cells(object, key) {
		return this.state.objectCells(object, key);
	}
	async objects(name) {
		return this.state.objectNames(name);
	}
	async row(uid) {
		return this.state.row(uid);
	}
	async digest() {
		for (;;) {
			const digest = this.state.stepDigest();
			if (digest !== void 0) return digest;
			await turn();
		}
	}
	async counts() {
		return this.state.counts();
	}
	subscribe(listener) {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}
	async close() {
		this.#commitPending();
		this.state.close();
		await this.#wal?.close();
	}
	/** Lets go of the file as a killed process would: what was asked for and not committed is lost, and no fence is written. */
	async abandon() {
		this.#pending = [];
		this.#listeners.clear();
		this.state.abandon();
		await this.#wal?.close();
	}
	/**
	* Another program writes on the same disk, where each of its commits waits for our fsyncs: for the next seconds what peers
	* send in drops is gathered and made durable a few times a second. Say it again while it is so.
	*/
	spareDisk() {
		this.#sparedUntil = performance.now() + spared.forMs;
	}
	#restBefore(batches) {
		if (performance.now() >= this.#sparedUntil) return 0;
		let operations = 0;
		let bytes = 0;
		for (const { header, envelope } of batches) {
			operations += header.count;
			bytes += envelope.rawLength;
		}
		return operations > drop.operations || bytes > drop.bytes ? 0 : spared.restMs;
	}
	#holdBack(logs, change) {
		for (const log of logs) {
			const calls = (this.#volatile.get(log) ?? 0) + change;
			if (calls === 0) this.#volatile.delete(log);
			else this.#volatile.set(log, calls);
		}
	}
	#tell(advanced) {
		const durable = [];
		for (const log of advanced) if (this.#volatile.has(log)) this.#untold.add(log);
		else {
			this.#untold.delete(log);
			durable.push(log);
		}
		if (durable.length > 0) for (const listener of this.#listeners) listener(durable);
	}
	#commitPending() {
		const pending = this.#pending;
		if (pending.length === 0) return;
		this.#pending = [];
		const [only] = pending;
		if (only !== void 0 && pending.length === 1) {
			try {
				only.resolve(this.state.commit(only.transaction));
			} catch (error) {
				only.reject(error);
			}
			return;
		}
		try {
			const results = this.state.commitAll(pending.map(({ transaction }) => transaction));
			for (const [i, { resolve, reject }] of pending.entries()) {
				const result = results[i];
				if (result instanceof Error) reject(result);
				else resolve(result);
			}
		} catch (error) {
			for (const { reject } of pending) reject(error);
		}
	}
};
function turn() {
	return new Promise((resolve) => setImmediate(resolve));
}
// ../../packages/store-sqlite/dist/archive/key-finder.js
/** The whole node stands still meanwhile; writers of a rollback journal keep readers out for a few of them. */
const busyMs = 50;
/** While a node starts nobody waits for it, and another program may just be writing. */
const openingBusyMs = 5e3;
const find = "SELECT key FROM crdt_rows WHERE uid=? AND tbl=(SELECT id FROM crdt_tables WHERE name=?)";
/** Finds where rows are shown, over a connection of its own that only reads. Follows when the file is replaced. */
var KeyFinder = class {
	#path;
	#db;
	#file;
	#isClosed = false;
	constructor(path) {
		this.#path = path;
		this.#db = openArchiveDatabase(path, {
			readonly: true,
			busyMs: openingBusyMs
		});
		this.#db.pragma(`busy_timeout = ${busyMs}`);
		this.#file = fileIdentity(path);
	}
	/** Undefined also where another program keeps readers out of the file, or the file cannot be used. */
	keyOf(table, uid) {
		if (this.#isClosed) return void 0;
		try {
			const key = prepared(this.#follow(), find).pluck().safeIntegers().get(uid, table);
			return key === void 0 ? void 0 : readKey(key);
		} catch (error) {
			if (isBusy(error) || isUnusable(error)) return void 0;
			throw error;
		}
	}
	close() {
		this.#isClosed = true;
		this.#db?.close();
		this.#db = void 0;
	}
	#follow() {
		const file = fileIdentity(this.#path);
		if (this.#db !== void 0 && file === this.#file) return this.#db;
		this.#db?.close();
		this.#db = void 0;
		this.#db = openArchiveDatabase(this.#path, {
			readonly: true,
			busyMs
		});
		this.#file = file;
		return this.#db;
	}
};
/** Missing, damaged, no database, or none of ours: whoever keeps the archive says so. */
function isUnusable(error) {
	return error instanceof ArchiveError || /^SQLITE_(ERROR|CORRUPT|NOTADB|CANTOPEN|IOERR)/.test(sqliteCode(error));
}
// ../../packages/store-sqlite/dist/thread/serve-state.js
/** Does what a `RemoteState` at the other end of the port asks. */
function serveState(state, port, signals, observer) {
	/** The archive carries a nonce that the state could not confirm yet: no plan may come before that. */
	let unconfirmed = false;
	const confirm = () => {
		unconfirmed = true;
		state.confirm();
		unconfirmed = false;
	};
	const plan = (request) => {
		const made = state.planPacked(request);
		Atomics.store(signals, 1, made.more ? work.some : work.none);
		observer.planned(made.more);
		return made;
	};
	port.on("message", (call) => {
		if (call.call === "confirm" || call.call === "unshown") {
			try {
				if (call.call === "unshown") state.unshown(call.change);
				else {
					observer.confirmed();
					confirm();
				}
			} catch (error) {
				Atomics.store(signals, 1, work.unknown);
				observer.failed(error);
			}
			return;
		}
		let answer;
		try {
			if (unconfirmed) confirm();
			answer = { result: carryOut(state, plan, call, signals) };
		} catch (error) {
			const { name, message } = error instanceof Error ? error : new Error(String(error));
			const code = error.code;
			answer = { error: {
				name,
				message,
				code: typeof code === "string" ? code : void 0
			} };
		}
		const bytes = "result" in answer && answer.result instanceof Uint8Array ? answer.result : void 0;
		port.postMessage(answer, bytes ? [bytes.buffer] : []);
		Atomics.store(signals, 0, 1);
		Atomics.notify(signals, 0);
	});
}
function carryOut(state, plan, call, signals) {
	switch (call.call) {
		case "drained": return state.drained(decodeEntries(call.bytes));
		case "plan": return encodePlan(plan(decodeRequest(call.bytes)));
		case "look": return encodeRows(state.look(decodeKeys(call.bytes)));
		case "survey": return encodeSurvey(state.survey(call.request));
		case "weigh": return encodeWeighed(state.weigh(decodeFound(call.bytes)));
		case "shown": return encodeRows(state.shown(decodeKeys(call.bytes)));
		case "declare": return state.declare(call.schema, call.present);
		case "hasWork": {
			const hasWork = state.hasWork();
			if (!hasWork) Atomics.store(signals, 1, work.none);
			return hasWork;
		}
		case "nonces": return state.nonces();
	}
}
// ../../packages/store-sqlite/dist/thread/shown-waiters.js
/** Who waits until the archive shows what the state holds at that moment. */
var ShownWaiters = class {
	#waiting = [];
	/** They wait for what the last plan shows. */
	#covered = [];
	/** `isPlanned`: the plan whose fate is not known shows all of it. */
	wait(isPlanned) {
		return new Promise((resolve) => (isPlanned ? this.#covered : this.#waiting).push(resolve));
	}
	/** A plan was made. Of one that was made before and did not take place nobody speaks any more. */
	planned(more) {
		const all = [...this.#covered, ...this.#waiting];
		this.#covered = more ? [] : all;
		this.#waiting = more ? all : [];
	}
	/** The archive carries the plan. */
	confirmed() {
		const covered = this.#covered;
		this.#covered = [];
		for (const resolve of covered) resolve();
	}
	/** Nothing will be shown any more. */
	end() {
		this.planned(false);
		this.confirmed();
	}
};
// ../../packages/store-sqlite/dist/thread/archive-thread.js
/** Rows pass through and are gone: a larger young generation only takes memory. */
const resourceLimits = { maxYoungGenerationSizeMb: 12 };
/**
* An archive that is read and written by a thread of its own, so that the node goes on answering and receiving while
* rows are shown; the state stays with the thread that opened it. Close it before the state.
*/
var ArchiveThread = class ArchiveThread {
	#state;
	#worker;
	#waiters;
	#signals;
	#keys;
	#exited;
	#drains = /* @__PURE__ */ new Map();
	#tickets = 0;
	#running = true;
	/** Throws ArchiveError where the file cannot be used. */
	static async open(options) {
		const { path, node, state, worker: script, mapping } = options;
		const { port1, port2 } = new MessageChannel();
		const signals = makeSignals();
		const waiters = new ShownWaiters();
		serveState(state, port1, signals, {
			planned: (more) => waiters.planned(more),
			confirmed: () => waiters.confirmed(),
			failed: (error) => options.onError?.(error)
		});
		const worker = new Worker(script, {
			workerData: {
				path,
				node,
				port: port2,
				signals,
				mapping
			},
			transferList: [port2],
			resourceLimits
		});
		const told = new Promise((resolve) => port1.once("close", () => resolve()));
		const ended = new Promise((resolve) => worker.once("exit", () => resolve()));
		const exited = Promise.all([told, ended]).then(() => {});
		try {
			await opened(worker);
		} catch (error) {
			await exited;
			port1.close();
			throw error;
		}
		return new ArchiveThread(options, worker, signals, waiters, exited);
	}
	constructor(options, worker, signals, waiters, exited) {
		this.#state = options.state;
		this.#waiters = waiters;
		this.#worker = worker;
		this.#signals = signals;
		this.#exited = exited;
		this.#keys = new KeyFinder(options.path);
		worker.on("message", (message) => {
			if (message.say === "exchange") options.onExchange?.(message.exchange);
			else if (message.say === "drained") this.#drained(message.ticket, message.failure);
			else if (message.say === "error") options.onError?.(errorOf(message));
		});
		worker.on("error", (error) => {
			throw error;
		});
		worker.once("exit", () => {
			this.#running = false;
			waiters.end();
			for (const ticket of [...this.#drains.keys()]) this.#drained(ticket, "the archive is closed");
		});
	}
	/** The state has changed: if it has something to show, it is shown at once. */
	wake() {
		if (!this.#running || !this.#state.hasMore()) return;
		Atomics.store(this.#signals, 1, work.some);
		this.#tell({ say: "wake" });
	}
	/** Resolves once everything is shown that the state has to show now; also when the thread ends. */
	async shown() {
		if (this.#running && this.#state.hasWork()) await this.#waiters.wait(!this.#state.hasMore());
	}
	/** Rows of the archive that no log knows; they wait for a peer to know them, or for being adopted. */
	get leftovers() {
		return Atomics.load(this.#signals, 2);
	}
	/** From now on rows of the archive that no log knows become rows of this node. */
	adoptLeftovers() {
		this.#tell({ say: "adopt" });
	}
	/** Resolves once everything the application wrote is captured and everything in the state is shown. */
	drain() {
		if (!this.#running) return Promise.reject(/* @__PURE__ */ new Error("the archive is closed"));
		if (this.#state.hasMore()) Atomics.store(this.#signals, 1, work.some);
		return new Promise((resolve, reject) => {
			const ticket = this.#tickets++;
			this.#drains.set(ticket, {
				resolve,
				reject
			});
			this.#tell({
				say: "drain",
				ticket
			});
		});
	}
	/** Where a row is shown. */
	keyOf(table, uid) {
		return this.#keys.keyOf(table, uid);
	}
	/** Ends the thread after the run under way, and closes the file. */
	async close() {
		this.#keys.close();
		if (this.#running) this.#tell({ say: "stop" });
		await this.#exited;
	}
	#tell(message) {
		this.#worker.postMessage(message);
	}
	#drained(ticket, failure) {
		const waiting = this.#drains.get(ticket);
		this.#drains.delete(ticket);
		if (failure === void 0) waiting?.resolve();
		else waiting?.reject(new Error(failure));
	}
};
function opened(worker) {
	return new Promise((resolve, reject) => {
		worker.once("error", reject);
		worker.once("message", (message) => {
			worker.off("error", reject);
			if (message.say === "error") reject(errorOf(message));
			else resolve();
		});
	});
}
function errorOf(message) {
	const { code } = message;
	if (code === void 0) return new Error(message.message);
	if (code.startsWith("SQLITE")) return Object.assign(new Error(message.message), { code });
	return new ArchiveError(code, message.message);
}
// ../../packages/store-sqlite/dist/upkeep.js
/** When a log that somebody reads is looked at again, in ms. */
const againMs = 1e3;
/**
* Does while nobody waits what somebody would wait for later: takes changes into the digest, step by step, and then
* moves the write-ahead log into the file, unless the archive still waits for something. Gives way to every change.
*/
var Upkeep = class {
	#state;
	#quietMs;
	#timer;
	#onError;
	#unsubscribe;
	#cancel;
	constructor(state, options = {}) {
		this.#state = state;
		this.#quietMs = options.quietMs ?? 50;
		this.#timer = options.timer ?? systemTimer;
		this.#onError = options.onError;
		this.#unsubscribe = state.subscribe(() => this.#schedule(this.#quietMs));
		this.#schedule(this.#quietMs);
	}
	stop() {
		this.#unsubscribe();
		this.#cancel?.();
	}
	#schedule(ms) {
		this.#cancel?.();
		this.#cancel = this.#timer(() => this.#step(), ms);
	}
	#step() {
		this.#cancel = void 0;
		try {
			if (this.#state.stepDigest() === void 0) this.#schedule(0);
			else if (this.#state.archive.hasWork()) this.#schedule(this.#quietMs);
			else if (this.#state.rest()) this.#schedule(againMs);
		} catch (error) {
			this.#onError?.(error);
		}
	}
};
function systemTimer(callback, ms) {
	const timer = setTimeout(callback, ms);
	return () => clearTimeout(timer);
}
// ../../packages/backup/dist/scrub-state.js
/**
* Reads every batch of a state: its place in its log, its author's signature, and its body against the signed root and
* against the leaf hashes that the digest is made of. Changes nothing. O(bytes).
*/
async function scrubState(copy, judge, { onProgress, pause } = {}) {
	const authors = /* @__PURE__ */ new Map();
	for (const { node, der } of copy.certificates()) authors.set(node, [...authors.get(node) ?? [], judge.author(der)]);
	const total = copy.bodyBytes;
	const damaged = [];
	let [batches, operations, bytes] = [
		0,
		0,
		0
	];
	for (const [log, last] of copy.frontier) {
		let previous;
		let at = 0;
		try {
			for (const envelope of copy.envelopes(log, 0)) {
				const header = headerOf$1(envelope.header);
				if (header === void 0) {
					damaged.push({
						log,
						first: at + 1,
						reason: "bad-header"
					});
					break;
				}
				const reason = reasonOf(copy, log, envelope, header, previous, authors, judge);
				if (reason !== void 0) damaged.push({
					log,
					first: header.first,
					reason
				});
				previous = {
					id: batchId(envelope.header, judge.hasher),
					header
				};
				at = header.first + header.count - 1;
				batches++;
				operations += header.count;
				bytes += envelope.body.length;
				onProgress?.(bytes, total);
				await pause?.(envelope.body.length);
			}
			const head = copy.headOf(log);
			if (!(at === last && previous !== void 0 && head !== void 0 && Buffer.compare(head, previous.id) === 0) && !damaged.some((one) => one.log === log)) damaged.push({
				log,
				first: at + 1,
				reason: "missing"
			});
		} catch (error) {
			if (error instanceof BackupError) throw error;
			const { code } = error;
			if (typeof code !== "string" || !code.startsWith("SQLITE_")) throw error;
			damaged.push({
				log,
				first: at + 1,
				reason: code
			});
		}
	}
	return {
		batches,
		operations,
		damaged
	};
}
function headerOf$1(bytes) {
	try {
		return decodeHeader(bytes);
	} catch {
		return;
	}
}
function reasonOf(copy, log, envelope, header, previous, authors, { hasher, verifier, compressor }) {
	try {
		const { leaves } = verifyBatch(envelope, {
			cluster: copy.cluster ?? /* @__PURE__ */ new Uint8Array(16),
			authorKey: (node, key) => {
				const found = authors.get(node)?.find((one) => Buffer.compare(one.key, key) === 0);
				return found && {
					publicKey: found.publicKey,
					from: hlcAt(found.notBefore),
					until: hlcAt(found.notAfter)
				};
			},
			previous,
			maxHlc: Number.MAX_SAFE_INTEGER,
			takesHollow: true,
			hasher,
			verifier,
			compressor
		});
		const kept = copy.leavesOf(log, header.first);
		return kept !== void 0 && Buffer.compare(kept, leaves) === 0 ? void 0 : "bad-leaves";
	} catch (error) {
		if (error instanceof BatchError) return error.code;
		throw error;
	}
}
// ../../packages/archive/dist/describe-mapping.js
/** Whether a table is declared to replicate and cannot. */
function isRefused({ name, kind }, declared) {
	return kind === "local" && Object.hasOwn(declared, name) && declared[name].kind !== "local";
}
// ../../packages/archive/dist/new-entry.js
const entries$1 = "archive_entries";
/**
* The rows of one operation, the first of which stands for it. In the plan's schema (§4.1) that is one row. Jarvis v0.2
* keeps the input and the output of an operation as two rows; here the output's metadata names the input's uid.
*/
function operationRows(rows, entry, context) {
	const columns = rows.columnsOf(entries$1);
	const timestamp = localTime(context.now);
	if (columns?.has("input_data")) {
		const input = text(entry.inputData);
		const values = /* @__PURE__ */ new Map([
			["operation", entry.operation],
			["input_data", input],
			["output_data", text(entry.outputData)],
			["timestamp", timestamp],
			["content_hash", context.sha256(input ?? "")],
			["metadata", text(entry.metadata)]
		]);
		return [rows.add(entries$1, values)];
	}
	const row = (type, content, metadata) => rows.add(entries$1, completeEntry(/* @__PURE__ */ new Map([
		["data_type", type],
		["operation", entry.operation],
		["content", content],
		["metadata", text(metadata) ?? "{}"]
	]), columns ?? /* @__PURE__ */ new Set(), context));
	const input = row("input", text(entry.inputData) ?? "", entry.metadata);
	const output = text(entry.outputData);
	if (output === null) return [input];
	return [input, row("output", output, {
		...asObject(entry.metadata),
		input_uid: hex$2(input.uid)
	})];
}
/** Fills what the assistant always writes and a caller may leave out. Columns that the table lacks stay out. */
function completeEntry(values, columns, { now, sha256 }) {
	const content = values.get("content");
	const usual = [
		["timestamp", localTime(now)],
		["data_type", "json"],
		["source", "jarvisd"],
		["metadata", "{}"],
		["content_hash", sha256(typeof content === "string" ? content : "")]
	];
	return new Map([...usual.filter(([column]) => columns.has(column)), ...values]);
}
/** As the assistant writes it: local time without a zone, with microseconds. */
function localTime(now) {
	const date = new Date(now);
	return `${(/* @__PURE__ */ new Date(now - date.getTimezoneOffset() * 6e4)).toISOString().slice(0, -1)}000`;
}
function text(value) {
	return value === null || typeof value === "string" ? value : JSON.stringify(value);
}
function asObject(value) {
	if (value === null) return {};
	if (typeof value === "object" && !Array.isArray(value) && Object.getPrototypeOf(value) === null) return value;
	return { metadata: value };
}
function hex$2(bytes) {
	return Buffer.from(bytes).toString("hex");
}
// ../../packages/archive/dist/new-rows.js
/** Why a row cannot be written: an unknown table or column, a value that the table refuses. The message is for the caller. */
var NewRowError = class extends Error {
	name = "NewRowError";
	code = "invalid";
};
/**
* Makes the intents of rows that come through an interface instead of the application's file. An empty twin of each
* table, in memory, gives missing columns their defaults and values their column's type, and refuses what the real
* table would refuse: NOT NULL, CHECK, a missing default.
*/
var NewRows = class {
	#twin;
	#tables = /* @__PURE__ */ new Map();
	#uid;
	#hasher;
	/** `archive` is only read, now. `uid` names rows whose key does not. */
	constructor(archive, mappings, { uid, hasher }) {
		this.#uid = uid;
		this.#hasher = hasher;
		this.#twin = openArchiveDatabase(":memory:", { create: true });
		const sqlOf = archive.prepare("SELECT sql FROM sqlite_schema WHERE type='table' AND name=?").pluck();
		for (const [id, replicated] of mappings.entries()) {
			if (replicated.kind === "local") continue;
			const mapping = {
				...replicated,
				stamped: false
			};
			this.#twin.exec(sqlOf.get(mapping.name));
			const columns = new Set(columnsOf(this.#twin, mapping.name).map(({ name }) => name));
			const table = describeTable(this.#twin, mapping, id);
			this.#tables.set(mapping.name, {
				table,
				columns,
				reader: new RowReader(this.#twin, table)
			});
		}
	}
	/** The columns of a table that a caller may give; undefined where the table does not replicate. */
	columnsOf(table) {
		return this.#tables.get(table)?.columns;
	}
	/** Throws NewRowError. */
	add(name, values) {
		const known = this.#tables.get(name);
		if (!known) throw new NewRowError(`table ${name} is not replicated; replicated are ${[...this.#tables.keys()].join(", ")}`);
		const { table, columns } = known;
		const allowed = new Set(table.columns);
		for (const column of values.keys()) if (!columns.has(column) || !allowed.has(column)) throw new NewRowError(`${name} has no column ${column} that can be written; it has ${[...allowed].join(", ")}`);
		const { key, values: typed } = this.#typed(known, values);
		return {
			kind: "row.add",
			table: name,
			uid: this.#uidOf(table, key),
			hint: null,
			values: typed
		};
	}
	[Symbol.dispose]() {
		this.#twin.close();
	}
	#uidOf({ naturalKey, mapping: { name } }, key) {
		if (naturalKey === void 0) return this.#uid();
		if (typeof key === "string" && naturalKey.fits(key)) return naturalKey.uid(this.#hasher, name, key);
		throw new NewRowError(`${name} tells its rows apart by ${naturalKey.columns.join(", ")}, which must not be NULL or longer than ${longestKey / 2} bytes`);
	}
	#typed({ table, reader }, values) {
		const { name } = table.mapping;
		const given = [...values];
		const into = given.map(([column]) => quote$1(column)).join(",");
		const places = given.map(([, value]) => value instanceof RawText ? "CAST(? AS TEXT)" : "?").join(",");
		const sql = given.length === 0 ? "DEFAULT VALUES" : `(${into}) VALUES (${places})`;
		try {
			prepared(this.#twin, `INSERT INTO ${quote$1(name)} ${sql}`).run(given.map(([, value]) => toSql(value)));
			const row = reader.any();
			if (!row) throw new Error(`a row of ${name} was inserted and is not there`);
			return row;
		} catch (error) {
			if (error instanceof Error && "code" in error && String(error.code).startsWith("SQLITE_CONSTRAINT")) throw new NewRowError(`${name} refuses the row: ${error.message}`);
			throw error;
		} finally {
			prepared(this.#twin, `DELETE FROM ${quote$1(name)}`).run();
		}
	}
};
// ../../packages/security/dist/der.js
/**
* A reader for DER (X.690), strict and without recursion of its own: definite minimal lengths, low tag numbers, nothing
* behind the end. Strictness matters because a certificate is named by the hash of its bytes: one certificate must not
* have two encodings. Every offence throws `DerError`; the caller says which code that is.
*/
var DerError = class extends Error {
	name = "DerError";
};
/** Tags of the types that the certificate profile needs. */
const tag = {
	boolean: 1,
	integer: 2,
	bitString: 3,
	octetString: 4,
	oid: 6,
	utf8String: 12,
	sequence: 48,
	set: 49,
	printableString: 19,
	utcTime: 23,
	generalizedTime: 24,
	/** [0] EXPLICIT, the version of a certificate. */
	version: 160,
	/** [3] EXPLICIT, the extensions of a certificate. */
	extensions: 163,
	/** [6] IMPLICIT IA5String, a URI among general names. */
	uri: 134
};
var DerReader = class DerReader {
	#bytes;
	#at = 0;
	constructor(bytes) {
		this.#bytes = bytes;
	}
	get done() {
		return this.#at === this.#bytes.length;
	}
	/** Whether the next element has this tag. */
	has(expected) {
		return this.#bytes[this.#at] === expected;
	}
	next() {
		const start = this.#at;
		const found = this.#byte();
		if ((found & 31) === 31) throw new DerError("a tag number above 30");
		const length = this.#length();
		if (length > this.#bytes.length - this.#at) throw new DerError("an element longer than its parent");
		const content = this.#bytes.subarray(this.#at, this.#at + length);
		this.#at += length;
		return {
			tag: found,
			content,
			bytes: this.#bytes.subarray(start, this.#at)
		};
	}
	take(expected) {
		if (!this.has(expected)) throw new DerError(`not the expected element 0x${expected.toString(16)}`);
		return this.next();
	}
	/** Steps into a constructed element. */
	enter(expected) {
		return new DerReader(this.take(expected).content);
	}
	end() {
		if (!this.done) throw new DerError("bytes behind the last element");
	}
	#byte() {
		const byte = this.#bytes[this.#at];
		if (byte === void 0) throw new DerError("the bytes end early");
		this.#at += 1;
		return byte;
	}
	#length() {
		const first = this.#byte();
		if (first < 128) return first;
		if (first === 129) {
			const length = this.#byte();
			if (length < 128) throw new DerError("a length that is not minimal");
			return length;
		}
		if (first === 130) {
			const length = this.#byte() * 256 + this.#byte();
			if (length < 256) throw new DerError("a length that is not minimal");
			return length;
		}
		throw new DerError("an indefinite length, or one above 65535");
	}
};
/** Milliseconds since 1970 of a UTCTime or GeneralizedTime in the only forms that RFC 5280 §4.1.2.5 allows. */
function readTime(element) {
	const text = ascii$1(element.content);
	const parts = element.tag === tag.utcTime ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text) : element.tag === tag.generalizedTime ? /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text) : null;
	if (parts === null) throw new DerError("not a time");
	const [year, month, day, hour, minute, second] = parts.slice(1).map(Number);
	const utc = element.tag === tag.utcTime;
	if (!utc && year < 2050) throw new DerError("a time before 2050 in the long form");
	const fullYear = !utc ? year : year < 50 ? 2e3 + year : 1900 + year;
	const time = Date.UTC(fullYear, month - 1, day, hour, minute, second);
	const back = new Date(time);
	if (!(back.getUTCMonth() === month - 1 && back.getUTCDate() === day && back.getUTCHours() === hour && back.getUTCMinutes() === minute && back.getUTCSeconds() === second)) throw new DerError("a date that does not exist");
	return time;
}
/** The bytes as text, if they are printable ASCII. */
function ascii$1(bytes) {
	let text = "";
	for (const byte of bytes) {
		if (byte < 32 || byte > 126) throw new DerError("a character outside printable ASCII");
		text += String.fromCharCode(byte);
	}
	return text;
}
// ../../packages/security/dist/profile.js
/** The X.509 profile of the cluster, in one place: names, limits and identifiers. */
const roles = /* @__PURE__ */ new Set([
	"reader",
	"writer",
	"admin"
]);
function isRole(text) {
	return roles.has(text);
}
/** Names of clusters and nodes: they appear in URIs, file names and log lines, so nothing in them needs escaping. */
function isName(text) {
	return /^[a-z0-9-]{1,63}$/.test(text);
}
function isUuid(text) {
	return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text);
}
/** A certificate travels in a handshake message of 2,560 bytes, beside keys, tags and a signature. */
const maxCertificateBytes = 2048;
/** Where a certificate says which node it speaks for. */
function nodeUri(cluster, node) {
	return `crdt://${cluster}/node/${node}`;
}
/** Object identifiers in hex of their DER content. */
const oid = {
	ed25519: "2b6570",
	commonName: "550403",
	organization: "55040a",
	organizationalUnit: "55040b",
	keyUsage: "551d0f",
	subjectAltName: "551d11",
	basicConstraints: "551d13"
};
// ../../packages/security/dist/x509.js
/**
* Reads an X.509 v3 certificate whose key and signature are Ed25519 (RFC 5280, RFC 8410). Throws `DerError` for anything
* else, for extensions that are critical and unknown, doubled or not minimal. Linear in the length, which is bounded.
*/
function readX509(der) {
	if (der.length > 2048) throw new DerError(`longer than ${maxCertificateBytes} bytes`);
	const outer = new DerReader(der);
	const certificate = outer.enter(tag.sequence);
	outer.end();
	const signed = certificate.take(tag.sequence);
	readAlgorithm(certificate);
	const signature = readBits(certificate, 64);
	certificate.end();
	const body = new DerReader(signed.content);
	readVersion(body);
	readSerial(body);
	readAlgorithm(body);
	const issuer = body.take(tag.sequence).bytes;
	const validity = body.enter(tag.sequence);
	const notBefore = readTime(validity.next());
	const notAfter = readTime(validity.next());
	validity.end();
	if (notBefore >= notAfter) throw new DerError("dates in the wrong order");
	const subject = body.take(tag.sequence);
	const publicKeyInfo = body.enter(tag.sequence);
	readAlgorithm(publicKeyInfo);
	const publicKey = readBits(publicKeyInfo, 32);
	publicKeyInfo.end();
	const wrapper = body.enter(tag.extensions);
	const extensions = readExtensions(wrapper.enter(tag.sequence));
	wrapper.end();
	body.end();
	return {
		der,
		signed: signed.bytes,
		signature,
		issuer,
		subject: subject.bytes,
		attributes: readAttributes(subject),
		publicKey,
		notBefore,
		notAfter,
		extensions
	};
}
function readVersion(body) {
	const wrapper = body.enter(tag.version);
	const version = wrapper.take(tag.integer).content;
	wrapper.end();
	if (version.length !== 1 || version[0] !== 2) throw new DerError("not version 3");
}
function readSerial(body) {
	const { content } = body.take(tag.integer);
	const [first = 128, second = 128] = content;
	const minimal = first !== 0 || second >= 128;
	if (first >= 128 || content.length > 20 || !minimal) throw new DerError("a bad serial number");
}
/** AlgorithmIdentifier of Ed25519: the identifier and, by RFC 8410 §3, no parameters. */
function readAlgorithm(reader) {
	const algorithm = reader.enter(tag.sequence);
	if (hex$1(algorithm.take(tag.oid).content) !== oid.ed25519) throw new DerError("not Ed25519");
	algorithm.end();
}
function readBits(reader, length) {
	const { content } = reader.take(tag.bitString);
	if (content.length !== length + 1 || content[0] !== 0) throw new DerError("a key or signature of wrong length");
	return content.subarray(1);
}
function readAttributes(name) {
	const attributes = [];
	const sets = new DerReader(name.content);
	while (!sets.done) {
		const set = sets.enter(tag.set);
		const pair = set.enter(tag.sequence);
		set.end();
		const type = hex$1(pair.take(tag.oid).content);
		const value = pair.next();
		pair.end();
		if (value.tag !== tag.utf8String && value.tag !== tag.printableString) throw new DerError("a name of another string type");
		attributes.push([type, ascii$1(value.content)]);
	}
	return attributes;
}
function readExtensions(list) {
	const seen = /* @__PURE__ */ new Set();
	let basicConstraints = {
		ca: false,
		pathLength: void 0
	};
	let keyUsage;
	let uris = [];
	while (!list.done) {
		const extension = list.enter(tag.sequence);
		const type = hex$1(extension.take(tag.oid).content);
		const critical = extension.has(tag.boolean) && readTrue(extension);
		const value = new DerReader(extension.take(tag.octetString).content);
		extension.end();
		if (seen.has(type)) throw new DerError("an extension twice");
		seen.add(type);
		if (type === oid.basicConstraints) basicConstraints = readBasicConstraints(value);
		else if (type === oid.keyUsage) keyUsage = readKeyUsage(value);
		else if (type === oid.subjectAltName) uris = readUris(value);
		else if (critical) throw new DerError("an unknown critical extension");
	}
	return {
		basicConstraints,
		keyUsage,
		uris
	};
}
/** DER does not encode defaults, so a written boolean is TRUE, and TRUE is 0xff. */
function readTrue(reader) {
	const { content } = reader.take(tag.boolean);
	if (content.length !== 1 || content[0] !== 255) throw new DerError("a boolean that is not TRUE");
	return true;
}
function readBasicConstraints(value) {
	const constraints = value.enter(tag.sequence);
	value.end();
	const ca = constraints.has(tag.boolean) && readTrue(constraints);
	let pathLength;
	if (!constraints.done) {
		const { content } = constraints.take(tag.integer);
		const [only = 128] = content;
		if (content.length !== 1 || only >= 128) throw new DerError("a bad path length");
		pathLength = only;
	}
	constraints.end();
	return {
		ca,
		pathLength
	};
}
function readKeyUsage(value) {
	const { content } = value.take(tag.bitString);
	value.end();
	const [unused = 8, bits = 0] = content;
	const trailing = bits === 0 ? 0 : 31 - Math.clz32(bits & -bits);
	if (content.length !== 2 || bits === 0 || unused !== trailing) throw new DerError("a bad key usage");
	return bits;
}
function readUris(value) {
	const names = value.enter(tag.sequence);
	value.end();
	const uris = [];
	while (!names.done) uris.push(ascii$1(names.take(tag.uri).content));
	return uris;
}
function hex$1(bytes) {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}
// ../../packages/security/dist/certificate.js
const digitalSignature = 128;
/**
* Reads a node's certificate and checks the whole profile from its ASN.1: X.509 v3, Ed25519, at most 2,048 bytes and 400
* days, no authority, key usage exactly digitalSignature, no unknown critical extension, subject exactly CN = name,
* OU = role, O = cluster, and exactly one alternative name, `crdt://<cluster>/node/<uuid>`.
* Throws `cert-profile`. Keeps a copy of `der`.
*/
function parseCertificate(der) {
	return leaf(profiled$1(() => readX509(Uint8Array.from(der))));
}
/** Runs a reader of certificates; what it refuses is `cert-profile`. */
function profiled$1(read) {
	try {
		return read();
	} catch (error) {
		if (!(error instanceof DerError)) throw error;
		throw new SecurityError("cert-profile", `The certificate is not of the cluster's profile: ${error.message}.`);
	}
}
/** The profile of a leaf on a certificate already taken apart. */
function leaf(x509) {
	return profiled$1(() => {
		const { extensions, notBefore, notAfter } = x509;
		if (extensions.basicConstraints.ca) throw new DerError("an authority, not a node");
		if (extensions.basicConstraints.pathLength !== void 0) throw new DerError("a path length on a node");
		if (extensions.keyUsage !== digitalSignature) throw new DerError("key usage is not digitalSignature");
		if (notAfter - notBefore > 3456e7) throw new DerError("valid for more than 400 days");
		if (x509.attributes.length !== 3) throw new DerError("the subject is not CN, OU and O");
		const name = attribute(x509, oid.commonName);
		const role = attribute(x509, oid.organizationalUnit);
		const cluster = attribute(x509, oid.organization);
		if (!isName(name)) throw new DerError("CN is not a name of [a-z0-9-]");
		if (!isRole(role)) throw new DerError("OU is not reader, writer or admin");
		if (!isName(cluster)) throw new DerError("O is not a name of [a-z0-9-]");
		const [uri, ...others] = extensions.uris;
		if (uri === void 0 || others.length > 0) throw new DerError("not exactly one alternative name");
		const node = uri.slice(-36);
		if (!isUuid(node) || uri !== nodeUri(cluster, node)) throw new DerError("the alternative name is not crdt://<cluster>/node/<uuid>");
		const key = hasher.hash([x509.der]).slice(0, 16);
		return {
			node,
			name,
			role,
			cluster,
			publicKey: x509.publicKey,
			notBefore,
			notAfter,
			key,
			der: x509.der
		};
	});
}
/** The one attribute of this type in the subject. */
function attribute(x509, type) {
	const [found, ...others] = x509.attributes.filter(([candidate]) => candidate === type);
	if (found === void 0 || others.length > 0) throw new DerError("a subject without exactly one CN, OU or O");
	return found[1];
}
// ../../packages/security/dist/cluster-id.js
const domain$1 = new TextEncoder().encode("crdtsync/1 cluster\0");
/**
* The 16 bytes that stand for a cluster in batch headers and handshakes: the start of the hash of its name, which every
* certificate carries. It separates clusters; what it does not do is authenticate them, that is the authorities' part.
* It survives the rotation of authorities. See docs/decisions, "cluster id".
*/
function clusterIdOf(cluster) {
	return hasher.hash([domain$1, new TextEncoder().encode(cluster)]).slice(0, 16);
}
// ../../node_modules/.pnpm/nanoassert@2.0.0/node_modules/nanoassert/index.js
var require_nanoassert = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	module.exports = assert;
	var AssertionError = class extends Error {};
	AssertionError.prototype.name = "AssertionError";
	/**
	* Minimal assert function
	* @param  {any} t Value to check if falsy
	* @param  {string=} m Optional assertion error message
	* @throws {AssertionError}
	*/
	function assert(t, m) {
		if (!t) {
			var err = new AssertionError(m);
			if (Error.captureStackTrace) Error.captureStackTrace(err, assert);
			throw err;
		}
	}
}));
// ../../node_modules/.pnpm/b4a@1.9.0/node_modules/b4a/index.js
var require_b4a = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	function isBuffer(value) {
		return Buffer.isBuffer(value) || value instanceof Uint8Array;
	}
	function isEncoding(encoding) {
		return Buffer.isEncoding(encoding);
	}
	function alloc(size, fill, encoding) {
		return Buffer.alloc(size, fill, encoding);
	}
	function allocUnsafe(size) {
		return Buffer.allocUnsafe(size);
	}
	function allocUnsafeSlow(size) {
		return Buffer.allocUnsafeSlow(size);
	}
	function byteLength(string, encoding) {
		return Buffer.byteLength(string, encoding);
	}
	function compare(a, b) {
		return Buffer.compare(a, b);
	}
	function concat(buffers, totalLength) {
		return Buffer.concat(buffers, totalLength);
	}
	function copy(source, target, targetStart, start, end) {
		return toBuffer(source).copy(target, targetStart, start, end);
	}
	function equals(a, b) {
		return toBuffer(a).equals(b);
	}
	function fill(buffer, value, offset, end, encoding) {
		return toBuffer(buffer).fill(value, offset, end, encoding);
	}
	function from(value, encodingOrOffset, length) {
		return Buffer.from(value, encodingOrOffset, length);
	}
	function includes(buffer, value, byteOffset, encoding) {
		return toBuffer(buffer).includes(value, byteOffset, encoding);
	}
	function indexOf(buffer, value, byfeOffset, encoding) {
		return toBuffer(buffer).indexOf(value, byfeOffset, encoding);
	}
	function lastIndexOf(buffer, value, byteOffset, encoding) {
		return toBuffer(buffer).lastIndexOf(value, byteOffset, encoding);
	}
	function swap16(buffer) {
		return toBuffer(buffer).swap16();
	}
	function swap32(buffer) {
		return toBuffer(buffer).swap32();
	}
	function swap64(buffer) {
		return toBuffer(buffer).swap64();
	}
	function toBuffer(buffer) {
		if (Buffer.isBuffer(buffer)) return buffer;
		return Buffer.from(buffer.buffer, buffer.byteOffset, buffer.byteLength);
	}
	function toString(buffer, encoding, start, end) {
		return toBuffer(buffer).toString(encoding, start, end);
	}
	function toHex(buffer, start, end) {
		return toBuffer(buffer).toString("hex", start, end);
	}
	function write(buffer, string, offset, length, encoding) {
		return toBuffer(buffer).write(string, offset, length, encoding);
	}
	function readDoubleBE(buffer, offset) {
		return toBuffer(buffer).readDoubleBE(offset);
	}
	function readDoubleLE(buffer, offset) {
		return toBuffer(buffer).readDoubleLE(offset);
	}
	function readFloatBE(buffer, offset) {
		return toBuffer(buffer).readFloatBE(offset);
	}
	function readFloatLE(buffer, offset) {
		return toBuffer(buffer).readFloatLE(offset);
	}
	function readInt32BE(buffer, offset) {
		return toBuffer(buffer).readInt32BE(offset);
	}
	function readInt32LE(buffer, offset) {
		return toBuffer(buffer).readInt32LE(offset);
	}
	function readUInt32BE(buffer, offset) {
		return toBuffer(buffer).readUInt32BE(offset);
	}
	function readUInt32LE(buffer, offset) {
		return toBuffer(buffer).readUInt32LE(offset);
	}
	function writeDoubleBE(buffer, value, offset) {
		return toBuffer(buffer).writeDoubleBE(value, offset);
	}
	function writeDoubleLE(buffer, value, offset) {
		return toBuffer(buffer).writeDoubleLE(value, offset);
	}
	function writeFloatBE(buffer, value, offset) {
		return toBuffer(buffer).writeFloatBE(value, offset);
	}
	function writeFloatLE(buffer, value, offset) {
		return toBuffer(buffer).writeFloatLE(value, offset);
	}
	function writeInt32BE(buffer, value, offset) {
		return toBuffer(buffer).writeInt32BE(value, offset);
	}
	function writeInt32LE(buffer, value, offset) {
		return toBuffer(buffer).writeInt32LE(value, offset);
	}
	function writeUInt32BE(buffer, value, offset) {
		return toBuffer(buffer).writeUInt32BE(value, offset);
	}
	function writeUInt32LE(buffer, value, offset) {
		return toBuffer(buffer).writeUInt32LE(value, offset);
	}
	module.exports = {
		isBuffer,
		isEncoding,
		alloc,
		allocUnsafe,
		allocUnsafeSlow,
		byteLength,
		compare,
		concat,
		copy,
		equals,
		fill,
		from,
		includes,
		indexOf,
		lastIndexOf,
		swap16,
		swap32,
		swap64,
		toBuffer,
		toString,
		toHex,
		write,
		readDoubleBE,
		readDoubleLE,
		readFloatBE,
		readFloatLE,
		readInt32BE,
		readInt32LE,
		readUInt32BE,
		readUInt32LE,
		writeDoubleBE,
		writeDoubleLE,
		writeFloatBE,
		writeFloatLE,
		writeInt32BE,
		writeInt32LE,
		writeUInt32BE,
		writeUInt32LE
	};
}));
// ../../node_modules/.pnpm/sodium-universal@5.0.1_bare-events@2.9.2/node_modules/sodium-universal/index.js
var require_sodium_universal = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	module.exports = __require("sodium-native");
}));
// ../../node_modules/.pnpm/noise-handshake@4.2.0_bare-events@2.9.2/node_modules/noise-handshake/cipher.js
var require_cipher = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const sodium = require_sodium_universal();
	const b4a = require_b4a();
	module.exports = class CipherState {
		constructor(key) {
			this.key = key || null;
			this.nonce = 0;
			this.CIPHER_ALG = "ChaChaPoly";
		}
		initialiseKey(key) {
			this.key = key;
			this.nonce = 0;
		}
		setNonce(nonce) {
			this.nonce = nonce;
		}
		encrypt(plaintext, ad) {
			if (!this.hasKey) return plaintext;
			if (!ad) ad = b4a.alloc(0);
			const ciphertext = encryptWithAD(this.key, this.nonce, ad, plaintext);
			if (ciphertext.length > 65535) throw new Error(`ciphertext length of ${ciphertext.length} exceeds maximum Noise message length of 65535`);
			this.nonce++;
			return ciphertext;
		}
		decrypt(ciphertext, ad) {
			if (!this.hasKey) return ciphertext;
			if (!ad) ad = b4a.alloc(0);
			if (ciphertext.length > 65535) throw new Error(`ciphertext length of ${ciphertext.length} exceeds maximum Noise message length of 65535`);
			const plaintext = decryptWithAD(this.key, this.nonce, ad, ciphertext);
			this.nonce++;
			return plaintext;
		}
		get hasKey() {
			return this.key !== null;
		}
		_clear() {
			sodium.sodium_memzero(this.key);
			this.key = null;
			this.nonce = null;
		}
		static get MACBYTES() {
			return 16;
		}
		static get NONCEBYTES() {
			return 8;
		}
		static get KEYBYTES() {
			return 32;
		}
	};
	function encryptWithAD(key, counter, additionalData, plaintext) {
		if (!b4a.isBuffer(additionalData)) additionalData = b4a.from(additionalData, "hex");
		if (!b4a.isBuffer(plaintext)) plaintext = b4a.from(plaintext, "hex");
		const nonce = b4a.alloc(sodium.crypto_aead_chacha20poly1305_ietf_NPUBBYTES);
		new DataView(nonce.buffer, nonce.byteOffset, nonce.byteLength).setUint32(4, counter, true);
		const ciphertext = b4a.alloc(plaintext.byteLength + sodium.crypto_aead_chacha20poly1305_ietf_ABYTES);
		sodium.crypto_aead_chacha20poly1305_ietf_encrypt(ciphertext, plaintext, additionalData, null, nonce, key);
		return ciphertext;
	}
	function decryptWithAD(key, counter, additionalData, ciphertext) {
		if (!b4a.isBuffer(additionalData)) additionalData = b4a.from(additionalData, "hex");
		if (!b4a.isBuffer(ciphertext)) ciphertext = b4a.from(ciphertext, "hex");
		const nonce = b4a.alloc(sodium.crypto_aead_chacha20poly1305_ietf_NPUBBYTES);
		new DataView(nonce.buffer, nonce.byteOffset, nonce.byteLength).setUint32(4, counter, true);
		const plaintext = b4a.alloc(ciphertext.byteLength - sodium.crypto_aead_chacha20poly1305_ietf_ABYTES);
		sodium.crypto_aead_chacha20poly1305_ietf_decrypt(plaintext, null, ciphertext, additionalData, nonce, key);
		return plaintext;
	}
}));
// ../../node_modules/.pnpm/noise-handshake@4.2.0_bare-events@2.9.2/node_modules/noise-handshake/dh.js
var require_dh = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const { crypto_kx_SEEDBYTES, crypto_kx_keypair, crypto_kx_seed_keypair, crypto_scalarmult_BYTES, crypto_scalarmult_SCALARBYTES, crypto_scalarmult, crypto_scalarmult_base } = require_sodium_universal();
	const assert = require_nanoassert();
	const b4a = require_b4a();
	const DHLEN = crypto_scalarmult_BYTES;
	const PKLEN = crypto_scalarmult_BYTES;
	const SKLEN = crypto_scalarmult_SCALARBYTES;
	module.exports = {
		DHLEN,
		PKLEN,
		SKLEN,
		SEEDLEN: crypto_kx_SEEDBYTES,
		ALG: "25519",
		generateKeyPair,
		generateSeedKeyPair,
		dh
	};
	function generateKeyPair(privKey) {
		const keyPair = {};
		keyPair.secretKey = privKey || b4a.alloc(SKLEN);
		keyPair.publicKey = b4a.alloc(PKLEN);
		if (privKey) crypto_scalarmult_base(keyPair.publicKey, keyPair.secretKey);
		else crypto_kx_keypair(keyPair.publicKey, keyPair.secretKey);
		return keyPair;
	}
	function generateSeedKeyPair(seed) {
		assert(seed.byteLength === SKLEN);
		const keyPair = {};
		keyPair.secretKey = b4a.alloc(SKLEN);
		keyPair.publicKey = b4a.alloc(PKLEN);
		crypto_kx_seed_keypair(keyPair.publicKey, keyPair.secretKey, seed);
		return keyPair;
	}
	function dh(publicKey, { secretKey }) {
		assert(secretKey.byteLength === SKLEN);
		assert(publicKey.byteLength === PKLEN);
		const output = b4a.alloc(DHLEN);
		crypto_scalarmult(output, secretKey, publicKey);
		return output;
	}
}));
// ../../node_modules/.pnpm/noise-handshake@4.2.0_bare-events@2.9.2/node_modules/noise-handshake/hmac.js
var require_hmac = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const b4a = require_b4a();
	const { sodium_memzero, crypto_generichash, crypto_generichash_batch } = require_sodium_universal();
	const HASHLEN = 64;
	const BLOCKLEN = 128;
	const scratch = b4a.alloc(384);
	const HMACKey = scratch.subarray(0, 128);
	const OuterKeyPad = scratch.subarray(128, 256);
	const InnerKeyPad = scratch.subarray(256, 384);
	module.exports = function hmac(out, batch, key) {
		if (key.byteLength > BLOCKLEN) {
			crypto_generichash(HMACKey.subarray(0, HASHLEN), key);
			sodium_memzero(HMACKey.subarray(HASHLEN));
		} else {
			HMACKey.set(key);
			sodium_memzero(HMACKey.subarray(key.byteLength));
		}
		for (let i = 0; i < HMACKey.byteLength; i++) {
			OuterKeyPad[i] = 92 ^ HMACKey[i];
			InnerKeyPad[i] = 54 ^ HMACKey[i];
		}
		sodium_memzero(HMACKey);
		crypto_generichash_batch(out, [InnerKeyPad].concat(batch));
		sodium_memzero(InnerKeyPad);
		crypto_generichash_batch(out, [OuterKeyPad, out]);
		sodium_memzero(OuterKeyPad);
	};
	module.exports.BYTES = HASHLEN;
	module.exports.KEYBYTES = BLOCKLEN;
}));
// ../../node_modules/.pnpm/noise-handshake@4.2.0_bare-events@2.9.2/node_modules/noise-handshake/hkdf.js
var require_hkdf = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const hmacBlake2b = require_hmac();
	const b4a = require_b4a();
	const HASHLEN = 64;
	module.exports = {
		hkdf,
		HASHLEN
	};
	function hkdf(salt, inputKeyMaterial, info = "", length = 128) {
		return hkdfExpand(hkdfExtract(salt, inputKeyMaterial), info, length);
	}
	function hkdfExtract(salt, inputKeyMaterial) {
		return hmacDigest(b4a.alloc(HASHLEN), salt, inputKeyMaterial);
	}
	function hkdfExpand(key, info, length) {
		const buffer = b4a.allocUnsafeSlow(length);
		const infoBuf = b4a.from(info);
		let prev = infoBuf;
		const result = [];
		for (let i = 0; i < length; i += HASHLEN) {
			const pos = b4a.from([i / HASHLEN + 1]);
			const out = buffer.subarray(i, i + HASHLEN);
			result.push(out);
			prev = hmacDigest(out, key, [
				prev,
				infoBuf,
				pos
			]);
		}
		return result;
	}
	function hmacDigest(out, key, input) {
		hmacBlake2b(out, input, key);
		return out;
	}
}));
// ../../node_modules/.pnpm/noise-handshake@4.2.0_bare-events@2.9.2/node_modules/noise-handshake/symmetric-state.js
var require_symmetric_state = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const sodium = require_sodium_universal();
	const assert = require_nanoassert();
	const b4a = require_b4a();
	const CipherState = require_cipher();
	const curve = require_dh();
	const { HASHLEN, hkdf } = require_hkdf();
	module.exports = class SymmetricState extends CipherState {
		constructor(opts = {}) {
			super();
			this.curve = opts.curve || curve;
			this.digest = b4a.alloc(HASHLEN);
			this.chainingKey = null;
			this.offset = 0;
			this.DH_ALG = this.curve.ALG;
		}
		mixHash(data) {
			accumulateDigest(this.digest, data);
		}
		mixKeyAndHash(key) {
			const [ck, tempH, tempK] = hkdf(this.chainingKey, key, "", 3 * HASHLEN);
			this.chainingKey = ck;
			this.mixHash(tempH);
			this.initialiseKey(tempK.subarray(0, 32));
		}
		mixKeyNormal(key) {
			const [ck, tempK] = hkdf(this.chainingKey, key);
			this.chainingKey = ck;
			this.initialiseKey(tempK.subarray(0, 32));
		}
		mixKey(remoteKey, localKey) {
			const dh = this.curve.dh(remoteKey, localKey);
			const hkdfResult = hkdf(this.chainingKey, dh);
			this.chainingKey = hkdfResult[0];
			this.initialiseKey(hkdfResult[1].subarray(0, 32));
		}
		encryptAndHash(plaintext) {
			const ciphertext = this.encrypt(plaintext, this.digest);
			accumulateDigest(this.digest, ciphertext);
			return ciphertext;
		}
		decryptAndHash(ciphertext) {
			const plaintext = this.decrypt(ciphertext, this.digest);
			accumulateDigest(this.digest, ciphertext);
			return plaintext;
		}
		getHandshakeHash(out) {
			if (!out) return this.getHandshakeHash(b4a.alloc(HASHLEN));
			assert(out.byteLength === HASHLEN, `output must be ${HASHLEN} bytes`);
			out.set(this.digest);
			return out;
		}
		split() {
			return hkdf(this.chainingKey, b4a.alloc(0)).map((k) => k.subarray(0, 32));
		}
		_clear() {
			super._clear();
			sodium.sodium_memzero(this.digest);
			sodium.sodium_memzero(this.chainingKey);
			this.digest = null;
			this.chainingKey = null;
			this.offset = null;
			this.curve = null;
		}
		static get alg() {
			return CipherState.alg + "_BLAKE2b";
		}
	};
	function accumulateDigest(digest, input) {
		const toHash = b4a.concat([digest, input]);
		sodium.crypto_generichash(digest, toHash);
	}
}));
// ../../node_modules/.pnpm/noise-handshake@4.2.0_bare-events@2.9.2/node_modules/noise-handshake/noise.js
var require_noise = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	const assert = require_nanoassert();
	const b4a = require_b4a();
	const SymmetricState = require_symmetric_state();
	const { HASHLEN } = require_hkdf();
	const PRESHARE_IS = Symbol("initiator static key preshared");
	const PRESHARE_RS = Symbol("responder static key preshared");
	const TOK_PSK = Symbol("psk");
	const TOK_S = Symbol("s");
	const TOK_E = Symbol("e");
	const TOK_ES = Symbol("es");
	const TOK_SE = Symbol("se");
	const TOK_EE = Symbol("ee");
	const TOK_SS = Symbol("ss");
	const HANDSHAKES = Object.freeze({
		NN: [[TOK_E], [TOK_E, TOK_EE]],
		NNpsk0: [[TOK_PSK, TOK_E], [TOK_E, TOK_EE]],
		XX: [
			[TOK_E],
			[
				TOK_E,
				TOK_EE,
				TOK_S,
				TOK_ES
			],
			[TOK_S, TOK_SE]
		],
		XXpsk0: [
			[TOK_PSK, TOK_E],
			[
				TOK_E,
				TOK_EE,
				TOK_S,
				TOK_ES
			],
			[TOK_S, TOK_SE]
		],
		IK: [
			PRESHARE_RS,
			[
				TOK_E,
				TOK_ES,
				TOK_S,
				TOK_SS
			],
			[
				TOK_E,
				TOK_EE,
				TOK_SE
			]
		],
		XK: [
			PRESHARE_RS,
			[TOK_E, TOK_ES],
			[TOK_E, TOK_EE],
			[TOK_S, TOK_SE]
		]
	});
	var Writer = class {
		constructor() {
			this.size = 0;
			this.buffers = [];
		}
		push(b) {
			this.size += b.byteLength;
			this.buffers.push(b);
		}
		end() {
			const all = b4a.alloc(this.size);
			let offset = 0;
			for (const b of this.buffers) {
				all.set(b, offset);
				offset += b.byteLength;
			}
			return all;
		}
	};
	var Reader = class {
		constructor(buf) {
			this.offset = 0;
			this.buffer = buf;
		}
		shift(n) {
			const start = this.offset;
			const end = this.offset += n;
			if (end > this.buffer.byteLength) throw new Error("Insufficient bytes");
			return this.buffer.subarray(start, end);
		}
		end() {
			return this.shift(this.buffer.byteLength - this.offset);
		}
	};
	module.exports = class NoiseState extends SymmetricState {
		constructor(pattern, initiator, staticKeypair, opts = {}) {
			super(opts);
			this.s = staticKeypair || this.curve.generateKeyPair();
			this.e = null;
			this.psk = null;
			if (opts && opts.psk) this.psk = opts.psk;
			this.re = null;
			this.rs = null;
			this.pattern = pattern;
			this.handshake = HANDSHAKES[this.pattern].slice();
			this.isPskHandshake = !!this.psk && hasPskToken(this.handshake);
			this.protocol = b4a.from([
				"Noise",
				this.pattern,
				this.DH_ALG,
				this.CIPHER_ALG,
				"BLAKE2b"
			].join("_"));
			this.initiator = initiator;
			this.complete = false;
			this.rx = null;
			this.tx = null;
			this.hash = null;
		}
		initialise(prologue, remoteStatic) {
			if (this.protocol.byteLength <= HASHLEN) this.digest.set(this.protocol);
			else this.mixHash(this.protocol);
			this.chainingKey = b4a.from(this.digest);
			this.mixHash(prologue);
			while (!Array.isArray(this.handshake[0])) {
				const message = this.handshake.shift();
				assert(message === PRESHARE_RS || message === PRESHARE_IS, "Unexpected pattern");
				const takeRemoteKey = this.initiator ? message === PRESHARE_RS : message === PRESHARE_IS;
				if (takeRemoteKey) this.rs = remoteStatic;
				const key = takeRemoteKey ? this.rs : this.s.publicKey;
				assert(key != null, "Remote pubkey required");
				this.mixHash(key);
			}
		}
		final() {
			const [k1, k2] = this.split();
			this.tx = this.initiator ? k1 : k2;
			this.rx = this.initiator ? k2 : k1;
			this.complete = true;
			this.hash = this.getHandshakeHash();
			this._clear();
		}
		recv(buf) {
			const r = new Reader(buf);
			for (const pattern of this.handshake.shift()) switch (pattern) {
				case TOK_PSK:
					this.mixKeyAndHash(this.psk);
					break;
				case TOK_E:
					this.re = r.shift(this.curve.PKLEN);
					this.mixHash(this.re);
					if (this.isPskHandshake) this.mixKeyNormal(this.re);
					break;
				case TOK_S: {
					const klen = this.hasKey ? this.curve.PKLEN + 16 : this.curve.PKLEN;
					this.rs = this.decryptAndHash(r.shift(klen));
					break;
				}
				case TOK_EE:
				case TOK_ES:
				case TOK_SE:
				case TOK_SS: {
					const useStatic = keyPattern(pattern, this.initiator);
					const localKey = useStatic.local ? this.s : this.e;
					const remoteKey = useStatic.remote ? this.rs : this.re;
					this.mixKey(remoteKey, localKey);
					break;
				}
				default: throw new Error("Unexpected message");
			}
			const payload = this.decryptAndHash(r.end());
			if (!this.handshake.length) this.final();
			return payload;
		}
		send(payload = b4a.alloc(0)) {
			const w = new Writer();
			for (const pattern of this.handshake.shift()) switch (pattern) {
				case TOK_PSK:
					this.mixKeyAndHash(this.psk);
					break;
				case TOK_E:
					if (this.e === null) this.e = this.curve.generateKeyPair();
					this.mixHash(this.e.publicKey);
					if (this.isPskHandshake) this.mixKeyNormal(this.e.publicKey);
					w.push(this.e.publicKey);
					break;
				case TOK_S:
					w.push(this.encryptAndHash(this.s.publicKey));
					break;
				case TOK_ES:
				case TOK_SE:
				case TOK_EE:
				case TOK_SS: {
					const useStatic = keyPattern(pattern, this.initiator);
					const localKey = useStatic.local ? this.s : this.e;
					const remoteKey = useStatic.remote ? this.rs : this.re;
					this.mixKey(remoteKey, localKey);
					break;
				}
				default: throw new Error("Unexpected message");
			}
			w.push(this.encryptAndHash(payload));
			const response = w.end();
			if (!this.handshake.length) this.final();
			return response;
		}
		_clear() {
			super._clear();
			this.e.secretKey.fill(0);
			this.e.publicKey.fill(0);
			this.re.fill(0);
			this.e = null;
			this.re = null;
		}
	};
	function keyPattern(pattern, initiator) {
		const ret = {
			local: false,
			remote: false
		};
		switch (pattern) {
			case TOK_EE: return ret;
			case TOK_ES:
				ret.local ^= !initiator;
				ret.remote ^= initiator;
				return ret;
			case TOK_SE:
				ret.local ^= initiator;
				ret.remote ^= !initiator;
				return ret;
			case TOK_SS:
				ret.local ^= 1;
				ret.remote ^= 1;
				return ret;
		}
	}
	function hasPskToken(handshake) {
		return handshake.some((x) => {
			return Array.isArray(x) && x.indexOf(TOK_PSK) !== -1;
		});
	}
}));
// ../../packages/security/dist/channel.js
function createChannel(peer, sending, receiving) {
	return {
		peer,
		seal: (plaintext) => sending.seal(plaintext),
		open: (record) => receiving.open(record)
	};
}
// ../../packages/security/dist/verifier.js
/**
* Ed25519 as libsodium reads it: canonical S, no small-order keys or points, cofactorless. There is one verifier for
* everything that is signed, because verifiers differ on the edge cases ("Taming the many EdDSAs", 2020) and replicas
* must agree. Wrong lengths are simply not a signature.
*/
const verifier = { verify(signature, message, publicKey) {
	if (signature.length !== 64 || publicKey.length !== 32) return false;
	return sodium.crypto_sign_verify_detached(signature, message, publicKey);
} };
// ../../packages/security/dist/verify-certificate.js
/**
* Reads a node's certificate, checks the profile and that one of our authorities signed it. `now` is milliseconds since
* 1970. One Ed25519 verification per authority of the issuer's name. Throws, in this order, `cert-profile`,
* `cluster-mismatch`, `cert-untrusted`, `cert-expired`.
*/
function verifyCertificate(der, trust, purpose) {
	const x509 = profiled$1(() => readX509(Uint8Array.from(der)));
	const certificate = leaf(x509);
	const { name, cluster } = certificate;
	if (cluster !== trust.cluster) throw new SecurityError("cluster-mismatch", `The certificate of ${shown(name)} is of the cluster ${shown(cluster)}, this one is ${shown(trust.cluster)}.`);
	const issuer = trust.authorities.find(({ subject, publicKey }) => Buffer.from(x509.issuer).equals(subject) && verifier.verify(x509.signature, x509.signed, publicKey));
	if (issuer === void 0) throw new SecurityError("cert-untrusted", `No authority in ca.pem signed the certificate of ${shown(name)}.`);
	if (purpose.use === "live" && !(validAt(certificate, purpose.now) && validAt(issuer, purpose.now))) throw new SecurityError("cert-expired", `The certificate of ${shown(name)} is valid from ${date(certificate.notBefore)} to ${date(certificate.notAfter)}, not at ${date(purpose.now)}. Issue a new one, or correct the clock.`);
	return certificate;
}
function validAt(dates, now) {
	return dates.notBefore - 3e5 <= now && now < dates.notAfter + 3e5;
}
function date(time) {
	return new Date(time).toISOString();
}
// ../../packages/security/dist/proof.js
const signatureBytes = 64;
const domain = new TextEncoder().encode("crdtsync/1 channel-identity\0");
const sides = {
	initiator: new TextEncoder().encode("initiator"),
	responder: new TextEncoder().encode("responder")
};
/** The payload with which a node says who it is: signature (64) and certificate. */
function makeProof(identity, context) {
	const signature = identity.sign(signedBytes(context));
	return Uint8Array.from(Buffer.concat([signature, identity.certificate.der]));
}
/**
* Reads and checks a proof. Throws `frame-too-large`, `identity-mismatch` (by the certificate's key nobody signed this
* channel) or what `verifyCertificate` throws for a live session.
*/
function checkProof(payload, context, trust, now) {
	if (payload.length > 2112) throw new SecurityError("frame-too-large", `The peer's certificate is longer than ${maxCertificateBytes} bytes.`);
	const signature = payload.subarray(0, signatureBytes);
	const certificate = verifyCertificate(payload.subarray(signatureBytes), trust, {
		use: "live",
		now
	});
	if (!verifier.verify(signature, signedBytes(context), certificate.publicKey)) throw new SecurityError("identity-mismatch", `The peer shows the certificate of ${shown(certificate.name)} and does not hold its key.`);
	return certificate;
}
function signedBytes({ side, handshakeHash, staticKey }) {
	return Buffer.concat([
		domain,
		sides[side],
		handshakeHash,
		staticKey
	]);
}
// ../../packages/security/dist/record-cipher.js
/** A Noise message is at most 65,535 bytes; 16 of them are the tag. */
const maxRecordBytes = 65535;
const maxPlaintextBytes = 65519;
const uint32 = 4294967296;
const zeros = /* @__PURE__ */ new Uint8Array(32);
/** The nonce 2^64 - 1, which Noise keeps for REKEY. */
const rekeyNonce = Uint8Array.of(0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255);
/**
* One direction of a channel after the handshake: CipherState of the Noise specification (revision 34 §5.1) with ChaChaPoly.
* It is our own because that of noise-handshake counts in 32 bits and then repeats nonces. Both ends count records and
* bytes alike, so they change keys at the same record without saying so. Any throw is final and wipes the key.
*/
var RecordCipher = class {
	#key;
	/** Four zero bytes and the counter, little-endian. */
	#nonce = /* @__PURE__ */ new Uint8Array(12);
	#counter = new DataView(this.#nonce.buffer, 4);
	/** Since the last change of key. */
	#records;
	#bytes;
	#dead = false;
	/** Takes a copy of `key`. Tests start elsewhere than at zero, near the limits. */
	constructor(key, start = {}) {
		const { high = 0, low = 0, records = 0, bytes = 0 } = start;
		this.#key = Uint8Array.from(key);
		this.#counter.setUint32(0, low, true);
		this.#counter.setUint32(4, high, true);
		this.#records = records;
		this.#bytes = bytes;
	}
	/** One record: ciphertext and tag, in a buffer of its own. At most 65,519 bytes of plaintext, more is a RangeError. */
	seal(plaintext) {
		if (plaintext.length > 65519) throw new RangeError(`a record holds at most ${maxPlaintextBytes} bytes, not ${plaintext.length}`);
		this.#check();
		const record = Buffer.allocUnsafe(plaintext.length + 16);
		sodium.crypto_aead_chacha20poly1305_ietf_encrypt(record, plaintext, null, null, this.#nonce, this.#key);
		this.#advance(record.length);
		return record;
	}
	/** The plaintext of the next record. Throws `frame-too-large` or `decrypt-failed`. */
	open(record) {
		this.#check();
		if (record.length > 65535) throw this.#die("frame-too-large", `A record of ${record.length} bytes is longer than ${maxRecordBytes}.`);
		if (record.length < 16) throw this.#die("decrypt-failed", "A record is shorter than its tag.");
		const plaintext = Buffer.allocUnsafe(record.length - 16);
		try {
			sodium.crypto_aead_chacha20poly1305_ietf_decrypt(plaintext, null, record, null, this.#nonce, this.#key);
		} catch {
			throw this.#die("decrypt-failed", "A record was changed, lost, repeated or moved on its way.");
		}
		this.#advance(record.length);
		return plaintext;
	}
	#check() {
		if (this.#dead) throw new SecurityError("decrypt-failed", "The channel failed before and is closed.");
		if (this.#counter.getUint32(0, true) === 4294967295 && this.#counter.getUint32(4, true) === 4294967295) throw this.#die("decrypt-failed", "The channel has used all its nonces.");
	}
	#advance(recordBytes) {
		const low = this.#counter.getUint32(0, true) + 1;
		this.#counter.setUint32(0, low, true);
		if (low === uint32) this.#counter.setUint32(4, this.#counter.getUint32(4, true) + 1, true);
		this.#records += 1;
		this.#bytes += recordBytes;
		if (this.#records >= 65536 || this.#bytes >= 1073741824) this.#rekey();
	}
	/** REKEY of the specification, §4.2: the first 32 bytes of zeros under the reserved nonce. The counter goes on. */
	#rekey() {
		const record = new Uint8Array(zeros.length + 16);
		sodium.crypto_aead_chacha20poly1305_ietf_encrypt(record, zeros, null, null, rekeyNonce, this.#key);
		this.#key.set(record.subarray(0, zeros.length));
		sodium.sodium_memzero(record);
		this.#records = 0;
		this.#bytes = 0;
	}
	#die(code, message) {
		this.#dead = true;
		sodium.sodium_memzero(this.#key);
		return new SecurityError(code, message);
	}
};
/** A cipher on a copy of this key, and the key wiped: the library hands out both keys as views of one buffer. */
function takeKey(key) {
	const cipher = new RecordCipher(key);
	sodium.sodium_memzero(key);
	return cipher;
}
// ../../packages/security/dist/x25519.js
/** A Diffie-Hellman key (RFC 7748) of Noise. Never stored. */
function x25519KeyPair(random) {
	const secretKey = Buffer.from(random(32));
	const publicKey = Buffer.alloc(32);
	sodium.crypto_scalarmult_base(publicKey, secretKey);
	return {
		publicKey,
		secretKey
	};
}
function systemRandom(length) {
	const bytes = new Uint8Array(length);
	sodium.randombytes_buf(bytes);
	return bytes;
}
// ../../packages/security/dist/handshake.js
var import_noise = /* @__PURE__ */ __toESM(require_noise(), 1);
const suite = "Noise_XX_25519_ChaChaPoly_BLAKE2b";
const keyBytes = 32;
/** A message with a proof is at most so long; the transport refuses longer ones before reading them. */
const maxMessageBytes = 2560;
/**
* Makes handshakes of Noise XX (noiseprotocol.org, revision 34) in which both ends prove the key of their certificate.
* Nothing is negotiated: version, suite, cluster and purpose are in the prologue, and ends that differ in one of them
* fail at the second message. The X25519 key is made here and lives as long as the factory.
*
* `receive` throws `SecurityError`: `frame-too-large`, `decrypt-failed`, `cluster-mismatch`, `cert-profile`,
* `cert-untrusted`, `cert-expired`, `identity-mismatch`, `self-connect`. The code is for the log, the peer is told nothing.
*/
function createHandshakes(options) {
	const { identity, trust = identity.trust, purpose, now, random = systemRandom } = options;
	const end = {
		identity,
		trust,
		now,
		random,
		staticKeys: x25519KeyPair(random),
		prologue: makePrologue(trust.clusterId, purpose)
	};
	return {
		initiator: () => new Initiator(end),
		responder: () => new Responder(end)
	};
}
/** `"crdtsync/1" 0 suite 0 cluster id (16) purpose`. */
function makePrologue(clusterId, purpose) {
	return Buffer.concat([
		Buffer.from(`crdtsync/1\0${suite}\0`),
		clusterId,
		Buffer.from(purpose)
	]);
}
/** → e · ← e, ee, s, es, proof · → s, se, proof */
var Initiator = class {
	#end;
	#noise;
	#expects = "start";
	constructor(end) {
		this.#end = end;
		this.#noise = newNoise(end, true);
	}
	start() {
		if (this.#expects !== "start") throw new Error("the handshake was started before");
		this.#expects = "second";
		return this.#noise.send();
	}
	receive(message) {
		if (this.#expects !== "second") throw new Error("the handshake expects no message");
		this.#expects = "nothing";
		const before = runningHash(this.#noise);
		const payload = read(this.#noise, message, 96, maxMessageBytes);
		const certificate = check(this.#end, this.#noise, "responder", before, payload);
		return {
			reply: prove(this.#end, this.#noise, "initiator"),
			channel: finish(this.#noise, certificate)
		};
	}
};
var Responder = class {
	#end;
	#noise;
	#expects = "first";
	constructor(end) {
		this.#end = end;
		this.#noise = newNoise(end, false);
	}
	start() {}
	receive(message) {
		const expected = this.#expects;
		this.#expects = "nothing";
		switch (expected) {
			case "first": {
				read(this.#noise, message, keyBytes, keyBytes);
				const reply = prove(this.#end, this.#noise, "responder");
				this.#expects = "third";
				return { reply };
			}
			case "third": {
				const before = runningHash(this.#noise);
				const payload = read(this.#noise, message, 64, maxMessageBytes);
				const certificate = check(this.#end, this.#noise, "initiator", before, payload);
				return { channel: finish(this.#noise, certificate) };
			}
			case "nothing": throw new Error("the handshake expects no message");
		}
	}
};
function newNoise({ staticKeys, prologue, random }, initiator) {
	const noise = new import_noise.default("XX", initiator, staticKeys);
	noise.initialise(prologue);
	noise.e = x25519KeyPair(random);
	return noise;
}
function runningHash(noise) {
	return Uint8Array.from(noise.digest);
}
function read(noise, message, min, max) {
	if (message.length > max) throw new SecurityError("frame-too-large", `A handshake message of ${message.length} bytes exceeds ${max}.`);
	if (message.length < min) throw new SecurityError("decrypt-failed", "A handshake message is too short.");
	try {
		return noise.recv(Buffer.from(message));
	} catch {
		throw noise.initiator && noise.rs === null ? new SecurityError("cluster-mismatch", "The peer's answer was not made for this handshake: it is of another cluster or version, or was exchanged on its way.") : new SecurityError("decrypt-failed", "A handshake message was changed or repeated on its way.");
	}
}
/** Sends our proof. It is bound to the handshake hash before the message that carries it. */
function prove({ identity, staticKeys }, noise, side) {
	const proof = makeProof(identity, {
		side,
		handshakeHash: runningHash(noise),
		staticKey: staticKeys.publicKey
	});
	try {
		return noise.send(proof);
	} catch {
		throw new SecurityError("decrypt-failed", "The peer's key gives no shared secret.");
	}
}
function check(end, noise, side, handshakeHash, payload) {
	const staticKey = noise.rs;
	const certificate = checkProof(payload, {
		side,
		handshakeHash,
		staticKey
	}, end.trust, end.now());
	if (certificate.node === end.identity.certificate.node) throw new SecurityError("self-connect", "The peer is this node itself, or a copy of it with the same certificate.");
	return certificate;
}
function finish(noise, { node, name, role, der, notAfter }) {
	return createChannel({
		node,
		name,
		role,
		certificate: der,
		notAfter
	}, takeKey(noise.tx), takeKey(noise.rx));
}
// ../../packages/security/dist/pem.js
/** A PEM file of ours holds at most a few certificates. */
const maxPemCharacters = 65536;
/**
* The DER of every block with this label, in order. Text between blocks is ignored, as by openssl.
* Throws `cert-profile` for a damaged block or a file that is too long.
*/
function decodePem(text, label) {
	if (text.length > maxPemCharacters) throw damaged(label);
	const blocks = [];
	const begin = `-----BEGIN ${label}-----`;
	const end = `-----END ${label}-----`;
	for (let at = text.indexOf(begin); at >= 0; at = text.indexOf(begin, at)) {
		const stop = text.indexOf(end, at);
		if (stop < 0) throw damaged(label);
		const body = text.slice(at + begin.length, stop).replace(/\s+/g, "");
		const der = Buffer.from(body, "base64");
		if (der.length === 0 || der.toString("base64") !== body) throw damaged(label);
		blocks.push(Uint8Array.from(der));
		at = stop + end.length;
	}
	return blocks;
}
function damaged(label) {
	return new SecurityError("cert-profile", `A PEM block "${label}" is damaged.`);
}
Buffer.from("302e020100300506032b657004220420", "hex");
function keyPairFromSeed(seed) {
	const publicKey = /* @__PURE__ */ new Uint8Array(32);
	const secretKey = /* @__PURE__ */ new Uint8Array(64);
	sodium.crypto_sign_seed_keypair(publicKey, secretKey, seed);
	return {
		publicKey,
		secretKey
	};
}
function signWith(keys, message) {
	const signature = /* @__PURE__ */ new Uint8Array(64);
	sodium.crypto_sign_detached(signature, message, keys.secretKey);
	return signature;
}
/** Reads an unencrypted PKCS#8 PEM as we and openssl write it. Throws `key-invalid`; the text never enters a message. */
function decodePrivateKeyPem(pem, path) {
	try {
		const key = createPrivateKey(pem);
		const { d } = key.export({ format: "jwk" });
		if (key.asymmetricKeyType === "ed25519" && d !== void 0) return keyPairFromSeed(Buffer.from(d, "base64url"));
	} catch {}
	throw new SecurityError("key-invalid", `${path} is no unencrypted Ed25519 key in PKCS#8 PEM.`);
}
// ../../packages/security/dist/key-file.js
/** Bits of group and others. */
const others = 63;
/**
* Reads a private key that nobody else may read. The mode is asked of the open file, not of the name, so that it cannot
* be exchanged in between. Throws `key-permissions`, `key-invalid` or `file-missing`.
*/
function readKeyFile(path) {
	const file = open$1(path);
	try {
		const { mode } = fstatSync(file);
		if (process.platform !== "win32" && (mode & others) !== 0) throw new SecurityError("key-permissions", `${path} can be read by others (mode ${(mode & 511).toString(8).padStart(4, "0")}). Run: chmod 600 ${path}`);
		return decodePrivateKeyPem(readFileSync(file, "utf8"), path);
	} finally {
		closeSync(file);
	}
}
function open$1(path) {
	try {
		return openSync(path, "r");
	} catch (error) {
		if (error.code !== "ENOENT") throw error;
		throw new SecurityError("file-missing", `There is no key file ${path}. Keys are made with "jarvisctl ca init" and "jarvisctl node issue"; check the path.`);
	}
}
// ../../packages/security/dist/trust.js
const keyCertSign = 4;
/** Reads `ca.pem`. Several authorities are allowed, for rotation. Throws `file-missing` or what `parseTrust` throws. */
function loadTrust(caPemPath) {
	return parseTrust(readText(caPemPath));
}
/**
* Takes the authorities of one cluster from PEM text. Each must be a self-signed Ed25519 root with CA:TRUE, pathlen 0,
* keyCertSign and O = cluster. Throws `cert-profile`, or `cluster-mismatch` if they are of different clusters.
*/
function parseTrust(pem) {
	const blocks = decodePem(pem, "CERTIFICATE");
	if (blocks.length === 0 || blocks.length > 16) throw new SecurityError("cert-profile", `The list of authorities must hold 1 to 16 certificates.`);
	const found = blocks.map((der) => profiled$1(() => readAuthority(der)));
	const { cluster } = found[0];
	const stranger = found.find((one) => one.cluster !== cluster);
	if (stranger !== void 0) throw new SecurityError("cluster-mismatch", `The list of authorities mixes the clusters ${shown(cluster)} and ${shown(stranger.cluster)}.`);
	return {
		cluster,
		clusterId: clusterIdOf(cluster),
		authorities: found.map(({ authority }) => authority)
	};
}
function readAuthority(der) {
	const x509 = readX509(der);
	const { basicConstraints, keyUsage = 0 } = x509.extensions;
	if (!basicConstraints.ca) throw new DerError("no authority (CA:TRUE)");
	if (basicConstraints.pathLength !== 0) throw new DerError("an authority whose pathlen is not 0");
	if ((keyUsage & keyCertSign) === 0) throw new DerError("an authority without keyCertSign");
	if (!(Buffer.from(x509.issuer).equals(x509.subject) && verifier.verify(x509.signature, x509.signed, x509.publicKey))) throw new DerError("an authority that is not self-signed");
	const cluster = attribute(x509, oid.organization);
	if (!isName(cluster)) throw new DerError("O is not a name of [a-z0-9-]");
	const { publicKey, subject, notBefore, notAfter } = x509;
	return {
		cluster,
		authority: {
			publicKey,
			subject,
			notBefore,
			notAfter,
			der
		}
	};
}
/** A whole small text file. A missing one is `file-missing`; other errors of the file system pass through. */
function readText(path) {
	try {
		return readFileSync(path, "utf8");
	} catch (error) {
		if (error.code !== "ENOENT") throw error;
		throw new SecurityError("file-missing", `There is no file ${path}. Certificates are made with "jarvisctl ca init" and "jarvisctl node issue"; check the path.`);
	}
}
// ../../packages/security/dist/identity.js
/**
* Loads the identity of this node from `node.pem`, `node.key` and `ca.pem` in a folder. Throws `file-missing`,
* `key-permissions`, `key-invalid`, `cert-profile`, `identity-mismatch` (the key is not that of the certificate) or
* `cluster-mismatch`. It does not ask the date or the authority: a node whose certificate ran out still serves its own
* archive; whether it may talk to others is for `verifyCertificate`, here and at the peers.
*/
function loadIdentity(folder) {
	const certificatePath = join(folder, "node.pem");
	const keyPath = join(folder, "node.key");
	const [der, ...others] = decodePem(readText(certificatePath), "CERTIFICATE");
	if (der === void 0 || others.length > 0) throw new SecurityError("cert-profile", `${certificatePath} must hold exactly one certificate.`);
	return createIdentity(parseCertificate(der), readKeyFile(keyPath), loadTrust(join(folder, "ca.pem")));
}
/** Joins the parts of an identity. Throws `identity-mismatch` or `cluster-mismatch` if they do not belong together. */
function createIdentity(certificate, keys, trust) {
	if (!Buffer.from(keys.publicKey).equals(certificate.publicKey)) throw new SecurityError("identity-mismatch", `node.key is not the key of the certificate of ${shown(certificate.name)} in node.pem.`);
	if (certificate.cluster !== trust.cluster) throw new SecurityError("cluster-mismatch", `node.pem is of the cluster ${shown(certificate.cluster)}, ca.pem of ${shown(trust.cluster)}.`);
	return {
		certificate,
		sign: (message) => signWith(keys, message),
		trust
	};
}
// ../../packages/security/dist/signer.js
/** The batch layer's view of an identity: it signs, and names the certificate it signs with. */
function createSigner(identity) {
	return {
		key: identity.certificate.key,
		sign: (message) => identity.sign(message)
	};
}
// ../../packages/replica/dist/changed-operations.js
const readBytes$1 = 1048576;
/** The operations of a change, in the order of each log. O(operations): they are unpacked again. */
async function* changedOperations(change, store, compressor) {
	for (const [log, { from, through }] of change) for (let at = from; at < through;) {
		const envelopes = await store.read(log, at, readBytes$1);
		if (envelopes.length === 0) break;
		for (const envelope of envelopes) {
			if (at >= through) break;
			yield* operationsOf(envelope, compressor);
			const { first, count } = decodeHeader(envelope.header);
			at = first + count - 1;
		}
	}
}
function* operationsOf(envelope, compressor) {
	const header = decodeHeader(envelope.header);
	const { log, first, count } = header;
	const all = isHollow(envelope) ? void 0 : unpackBody(envelope, count, compressor);
	for (let i = 0; i < count; i++) {
		const bytes = all?.[i];
		const outline = bytes && outlineOperation(bytes, header);
		yield {
			dot: {
				log,
				seq: first + i
			},
			outline,
			bytes: bytes?.length ?? 0
		};
	}
}
// ../../packages/replica/dist/clock-watch.js
/** So long it is remembered what a peer's clock showed: sessions tell it anew every day. */
const keptMs = 9e7;
/** Steps of the clock that are worth asking others. */
const stepMs = 1e3;
/**
* Judges this node's clock by those of its peers. It is contradicted where at least two authenticated peers agree with each
* other against it, and are more than those that agree with it, itself among them.
*/
var ClockWatch = class {
	#options;
	#readings = /* @__PURE__ */ new Map();
	#offset;
	constructor(options) {
		this.#options = options;
		this.#offset = options.now() - options.elapsed();
	}
	/** An authenticated peer said what its clock shows now. */
	heard(peer, clock) {
		this.#readings.set(peer, {
			shown: hlcTime(clock),
			at: this.#options.elapsed()
		});
	}
	/** O(peers · log peers). */
	get verdict() {
		const ahead = this.#aheadOf();
		const agreeing = ahead.filter(({ ms }) => Math.abs(ms) <= driftBound).length;
		const others = ahead.filter(({ ms }) => Math.abs(ms) > driftBound);
		const against = largestGroup(others);
		if (against.length >= 2 && against.length > agreeing + 1) return {
			kind: "contradicted",
			aheadMs: against[Math.floor(against.length / 2)].ms,
			peers: against.map(({ peer }) => peer)
		};
		return {
			kind: agreeing >= 1 && agreeing + 1 >= others.length ? "agreed" : "unknown",
			aheadMs: 0,
			peers: []
		};
	}
	/** Whether this clock was set since the last call. */
	hasStepped() {
		const before = this.#offset;
		this.#offset = this.#options.now() - this.#options.elapsed();
		return Math.abs(this.#offset - before) > stepMs;
	}
	#aheadOf() {
		const [now, elapsed] = [this.#options.now(), this.#options.elapsed()];
		const found = [];
		for (const [peer, { shown, at }] of this.#readings) if (elapsed - at > keptMs) this.#readings.delete(peer);
		else found.push({
			peer,
			ms: now - (shown + elapsed - at)
		});
		return found;
	}
};
/** The most that differ by no more than clocks may. */
function largestGroup(all) {
	const sorted = [...all].sort((a, b) => a.ms - b.ms);
	let best = [];
	let start = 0;
	for (let end = 0; end < sorted.length; end++) {
		while (sorted[end].ms - sorted[start].ms > driftBound) start++;
		if (end + 1 - start > best.length) best = sorted.slice(start, end + 1);
	}
	return best;
}
// ../../packages/replica/dist/collection/acknowledging.js
/** Acknowledges in the name of this node what it has interpreted since it did so last. Returns whether there was anything. */
async function acknowledgeNow(store) {
	return await newsSince(store, await said(store)) !== void 0 && write(store);
}
/**
* The same at most once in a quarter of a lease, and only where something older than that is not acknowledged: a lease never
* runs out because of it, and writes in quick succession are acknowledged together. O(logs).
*/
async function acknowledgeDue(store, now, leaseMs) {
	const due = now - leaseMs / 4;
	const all = await said(store);
	const own = all.get(store.node);
	if (own !== void 0 && own.at > due) return false;
	const since = await newsSince(store, all);
	return since !== void 0 && since <= due && write(store);
}
/**
* Since when something is interpreted that is not acknowledged, Unix ms. That somebody acknowledged is no news: a cluster in
* which nobody writes falls silent.
*/
async function newsSince(store, all) {
	let since;
	for (const [log, { through: seq }] of await store.interpreted()) {
		const after = all.get(store.node)?.interpreted.get(log)?.through ?? 0;
		const dot = all.get(nodeOf(log))?.dot;
		const isOnlySaid = dot?.log === log && dot.seq === seq && after === seq - 1;
		if (after >= seq || isOnlySaid) continue;
		since = Math.min(since ?? Number.POSITIVE_INFINITY, await writtenAt(store, log, after));
	}
	return since;
}
async function writtenAt(store, log, after) {
	const [next] = await store.read(log, after, 1);
	return next === void 0 ? 0 : hlcTime(decodeHeader(next.header).hlcMin);
}
async function write(store) {
	await store.commit({ intents: [acknowledge(store.node, await store.interpreted())] });
	return true;
}
async function said(store) {
	return new Map(acknowledgementsOf(await store.cells(acknowledgements)).map((one) => [one.node, one]));
}
// ../../packages/replica/dist/collection/members.js
/** Who is waited for, from the certificates and logs that are stored. O(members + logs). */
async function membersOf(store, authority, now) {
	const said = new Map(acknowledgementsOf(await store.cells(acknowledgements)).map((one) => [one.node, one]));
	const wroteAt = await lastWrites(store);
	const others = [];
	for (const node of await store.authors()) {
		if (node === store.node) continue;
		const valid = (await store.certificates(node)).map((der) => authority.author(der)).filter(({ role, notAfter }) => role !== "reader" && now < notAfter);
		const [newest] = valid;
		if (newest === void 0) continue;
		const { at, interpreted = /* @__PURE__ */ new Map() } = said.get(node) ?? {};
		const began = Math.min(...valid.map(({ notBefore }) => notBefore));
		const seenAt = Math.max(began, at ?? 0, wroteAt.get(node) ?? 0);
		others.push({
			node,
			role: newest.role,
			seenAt,
			acknowledgedAt: at ?? null,
			interpreted
		});
	}
	return {
		own: said.get(store.node),
		others
	};
}
/** When each node wrote what is stored of it last, Unix ms. */
async function lastWrites(store) {
	const wroteAt = /* @__PURE__ */ new Map();
	for (const log of (await store.frontier()).keys()) {
		const head = await store.head(log);
		if (head === void 0) continue;
		const node = nodeOf(log);
		wroteAt.set(node, Math.max(wroteAt.get(node) ?? 0, hlcTime(head.header.hlcMax)));
	}
	return wroteAt;
}
// ../../packages/replica/dist/collection/collecting.js
/**
* Throws away, a page at a time, what nobody needs any more; goes on at `from`. It may be left at any page, and ends with one
* that was put off.
*/
async function* collecting(options, from) {
	const { store, authority, leaseMs, undoMs } = options;
	const now = options.now();
	const { others } = await membersOf(store, authority, now);
	const found = horizons({
		now,
		leaseMs,
		interpreted: await store.interpreted(),
		members: others
	});
	const logs = new Map(found.map(({ log, unwitnessed, settled }) => [log, {
		after: unwitnessed,
		through: settled
	}]));
	const before = hlcAt(now - undoMs);
	for (let at = from;;) {
		const page = await store.collect({
			logs,
			before,
			now: hlcAt(now),
			from: at
		});
		yield page;
		at = page.next;
		if (at === void 0 || page.isPutOff) return;
	}
}
// ../../packages/replica/dist/collection/standing.js
const nothing$2 = {
	batches: 0,
	hollow: 0,
	bytes: 0
};
/** O(batches): each log is weighed once, between where its members are. */
async function standingOf({ store, authority, now, leaseMs }) {
	const { own, others } = await membersOf(store, authority, now);
	const input = {
		now,
		leaseMs,
		interpreted: await store.interpreted(),
		members: others
	};
	const logs = [];
	const lacks = /* @__PURE__ */ new Map();
	for (const horizon of horizons(input)) {
		const { log, settled } = horizon;
		const reach = (member) => Math.min(reaches(member, log, horizon.interpreted).through, horizon.interpreted);
		const weigh = await weighed(store, log, [
			settled,
			horizon.interpreted,
			...others.map(reach)
		]);
		for (const member of others) lacks.set(member.node, sum(lacks.get(member.node) ?? nothing$2, weigh(reach(member), horizon.interpreted)));
		const whole = weigh(0, horizon.interpreted);
		logs.push({
			...horizon,
			...whole,
			heldBytes: weigh(settled, horizon.interpreted).bytes
		});
	}
	return {
		acknowledgedAt: own?.at ?? null,
		logs,
		members: others.map((member) => ({
			...member,
			isRunning: isRunning(member, input),
			lacks: lacks.get(member.node) ?? nothing$2
		}))
	};
}
/**
* Members that are waited for and have not said that they have interpreted everything, those first that were not heard of for
* longest. O(members × logs).
*/
async function holdersOf(options) {
	const { store, authority, now, leaseMs } = options;
	const { others } = await membersOf(store, authority, now);
	const found = horizons({
		now,
		leaseMs,
		interpreted: await store.interpreted(),
		members: others
	});
	const holding = new Set(found.flatMap(({ heldBy }) => heldBy));
	return others.filter(({ node }) => holding.has(node)).sort((a, b) => a.seenAt - b.seenAt);
}
/** Weighs a log between some bounds, and tells of any two of them (and the beginning) what lies between. */
async function weighed(store, log, bounds) {
	const places = [...new Set(bounds)].filter((bound) => bound > 0).sort((a, b) => a - b);
	const parts = [];
	for (const [i, through] of places.entries()) parts.push({
		through,
		weight: await store.weight(log, places[i - 1] ?? 0, through)
	});
	return (after, last) => parts.filter(({ through }) => through > after && through <= last).reduce((all, { weight }) => sum(all, weight), nothing$2);
}
function sum(a, b) {
	return {
		batches: a.batches + b.batches,
		hollow: a.hollow + b.hollow,
		bytes: a.bytes + b.bytes
	};
}
// ../../packages/replica/dist/error.js
/** Why something a peer sent was refused. `code` is stable; the message is for the operator's log, never for the peer. */
var ReplicaError = class extends Error {
	name = "ReplicaError";
	code;
	constructor(code, message) {
		super(message);
		this.code = code;
	}
};
/** The code of any typed error, or "internal" for a bug. */
function codeOf$1(error) {
	if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
	return "internal";
}
/** An error as the operator's log tells it: of a bug where it happened, too. */
function problemOf(error) {
	const code = codeOf$1(error);
	if (!(error instanceof Error)) return {
		code,
		message: String(error)
	};
	return {
		code,
		message: code === "internal" ? error.stack ?? error.message : error.message
	};
}
// ../../packages/replica/dist/objects/objects.js
/** UTF-8 bytes of a name: the names of its parts have to fit beside it into one of an operation. */
const maxObjectName = 128;
/** Types whose cells are the store's own, under the plain name. */
const native = {
	counter: "pn_counter",
	register: "lww_register",
	set: "or_set",
	keyed: "lww_map"
};
/**
* Objects of every type by their names. A type is made of the cells that the store has: where those are not the
* whole of it, they stand under names made of the object's name, its type and the part that they are.
*
* So an object is named by its name *and* type, and two nodes that use one name with two types at the same time make two
* objects, of which none is lost. A node that knows of the one does not begin the other (`wrong-type`); who names
* neither type where there are both is told so (`ambiguous-type`).
*/
var Objects = class {
	#store;
	#access;
	/** Changes are planned and committed one after the other: what one node may spend, it spends once. */
	#last = Promise.resolve();
	constructor({ store, hasher, random }) {
		this.#store = store;
		this.#access = {
			node: store.node,
			cells: async (type, name, key) => await store.cells({
				type,
				name
			}, key),
			below: async (name) => [...new Set((await store.objects(name)).filter((one) => one.name !== name).map((one) => one.name))],
			newId: () => random(16),
			hash: (parts) => hasher.hash(parts)
		};
	}
	/** Every object that somebody wrote, by name and type. O(objects of the store). */
	async list() {
		return namedObjects(await this.#store.objects());
	}
	/** Reads an object; undefined where nobody wrote it. Throws `ObjectError`. */
	async read(name, type) {
		checkName(name);
		if (type !== void 0) kindOf(type);
		const types = await this.#typesOf(name);
		if (type !== void 0 && !types.includes(type)) {
			if (types.length > 0) throw wrongType(name, types, type);
			return;
		}
		const found = type ?? only(name, types);
		return found === void 0 ? void 0 : this.#read(name, found);
	}
	/**
	* Does one operation, in one transaction, and reads what came of it. Durable when it resolves. Throws `ObjectError`;
	* `CrdtError` for what a type or the store refuses, such as `no-rights`.
	*/
	update(name, update) {
		const done = this.#last.then(() => this.#update(name, update));
		this.#last = done.catch(() => void 0);
		return done;
	}
	/** The same with its arguments checked by the compiler: `objects.do("stock", "bounded_counter", "decrement", 3)`. */
	do(name, type, operation, ...values) {
		return this.update(name, {
			type,
			operation,
			values
		});
	}
	async #update(name, { type, operation, values }) {
		checkName(name);
		if (type !== void 0) kindOf(type);
		const types = await this.#typesOf(name);
		if (type !== void 0 && types.length > 0 && !types.includes(type)) throw wrongType(name, types, type);
		const chosen = type ?? only(name, types);
		if (chosen === void 0) throw new ObjectError("unknown-object", `nobody has written ${name} yet; say of which type it shall be`);
		const { operations } = kindOf(chosen);
		const known = Object.hasOwn(operations, operation) ? operations[operation] : void 0;
		if (known === void 0) {
			const usages = Object.entries(operations).map(([one, { usage }]) => `${one} ${usage}`.trim());
			throw new ObjectError("unknown-operation", `what one can do to a ${chosen}: ${usages.join(", ")}`);
		}
		const intents = await known.plan(basesOf(name, chosen), values, this.#access);
		if (intents.length > 0) await this.#store.commit({ intents });
		return this.#read(name, chosen);
	}
	async #read(name, type) {
		return {
			name,
			type,
			value: await kindOf(type).value(basesOf(name, type), this.#access)
		};
	}
	async #typesOf(name) {
		return namedObjects(await this.#store.objects(name)).map(({ type }) => type);
	}
};
function basesOf(name, type) {
	return [Object.values(native).includes(type) ? name : `${name}${type}`];
}
function namedObjects(names) {
	const found = /* @__PURE__ */ new Map();
	for (const { type: cell, name: whole } of names) {
		const [name = "", part] = whole.split("");
		const type = part ?? native[cell];
		if (part === void 0 || isType(part)) found.set(`${name}${type}`, {
			name,
			type
		});
	}
	return [...found].sort(([a], [b]) => a < b ? -1 : 1).map(([, object]) => object);
}
/** A newer node may know types that this one does not, and a hostile one makes some up. */
function isType(type) {
	try {
		return kindOf(type) !== void 0;
	} catch {
		return false;
	}
}
function only(name, types) {
	if (types.length > 1) throw new ObjectError("ambiguous-type", `${name} is several objects, of which one must be named by its type: ${types.join(", ")}`);
	return types[0];
}
function wrongType(name, types, type) {
	return new ObjectError("wrong-type", `${name} is a ${types.join(" and a ")}, not a ${type}; choose another name`);
}
function checkName(name) {
	if (!name.isWellFormed() || /\p{Cc}/u.test(name) || name === "" || utf8Length(name) > maxObjectName) throw new ObjectError("invalid-name", `the name of an object has 1 to ${maxObjectName} bytes and no control characters`);
}
// ../../packages/sync/dist/error.js
/** The message is for people and is printable ASCII: nothing in it was chosen by the peer. */
var SyncError = class extends Error {
	name = "SyncError";
	code;
	constructor(code, message) {
		super(message);
		this.code = code;
	}
};
// ../../packages/sync/dist/limits.js
const sessionLimits = {
	window: 8388608,
	maxBatch: 4718592,
	quantum: 262144,
	maxLoads: 4,
	maxLogs: 1e5,
	maxAttachments: 1e4,
	page: 2e3
};
/** Bounds of one message, the same for everybody: they are part of the wire format. */
const messageLimits = {
	/** An encoded message. */
	bytes: 5242880,
	depth: 4,
	elements: 16384,
	entries: 2e3,
	/** Places of a log in `history`, and batches in `shown`. */
	points: 64,
	shown: 256,
	/** Runs, overwritten parts, and names of column groups in `spent`: each. Bytes of such a name. */
	spent: 2e3,
	group: 1024,
	header: 1024,
	certificate: 2048,
	schema: 262144,
	rawLength: 4718592,
	features: 32,
	text: 200,
	/** Digits of a place in a frontier tree. */
	prefix: 64,
	/** Largest single grant of credit. */
	credit: 2 ** 30
};
// ../../packages/sync/dist/message.js
/** Announced in `hello` by whoever sends batches of other authors only when asked, and knows `quiet`, `ask` and `told`. */
const requestsFeature = "requests";
/** Announced in `hello` by whoever compares frontiers as trees, with the root behind the clock. */
const treeFeature = "frontier-tree";
/** Announced in `hello` by whoever helps to heal a log that was written twice. */
const healingFeature = "healing";
/** Announced in `hello` by whoever takes batches without their operations, and says what is spent. */
const hollowFeature = "hollow";
/** Announced in `hello` by whoever tells its clock when asked. */
const clockFeature = "clock";
/** What a batch costs of the credit, in bytes. */
function batchCost(envelope) {
	return envelope.header.length + envelope.signature.length + envelope.body.length;
}
// ../../packages/sync/dist/msgpack.js
const highWord = 2 ** 32;
/** One allocation of exactly the needed size. O(bytes). */
function encodeTokens(token) {
	const writer = new Writer(sizeOf(token));
	writer.put(token);
	return writer.bytes;
}
/**
* Reads exactly one token that fills `bytes`. Byte strings are views on `bytes`. Throws `SyncError` `malformed`, or
* `too-many` where the limits are passed. O(bytes), and what it allocates is bounded by `limits.elements`.
*/
function decodeTokens(bytes, limits) {
	const reader = new Reader(bytes, limits);
	const token = reader.take(0);
	if (reader.at !== bytes.length) throw new SyncError("malformed", "bytes follow the message");
	return token;
}
function sizeOf(token) {
	if (token === null || typeof token === "boolean") return 1;
	if (typeof token === "number") return token < 128 ? 1 : token < 256 ? 2 : token < 65536 ? 3 : token < highWord ? 5 : 9;
	if (typeof token === "string") return (token.length < 32 ? 1 : token.length < 256 ? 2 : 3) + token.length;
	if (token instanceof Uint8Array) return (token.length < 256 ? 2 : token.length < 65536 ? 3 : 5) + token.length;
	let size = token.length < 16 ? 1 : 3;
	for (const one of token) size += sizeOf(one);
	return size;
}
var Writer = class {
	bytes;
	#view;
	#at = 0;
	constructor(size) {
		this.bytes = new Uint8Array(size);
		this.#view = new DataView(this.bytes.buffer);
	}
	put(token) {
		if (token === null) this.#u8(192);
		else if (typeof token === "boolean") this.#u8(token ? 195 : 194);
		else if (typeof token === "number") this.#integer(token);
		else if (typeof token === "string") this.#text(token);
		else if (token instanceof Uint8Array) this.#binary(token);
		else {
			if (token.length > 65535) throw new RangeError("an array has too many elements for the wire");
			if (token.length < 16) this.#u8(144 | token.length);
			else this.#u16(220, token.length);
			for (const one of token) this.put(one);
		}
	}
	#integer(value) {
		if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`${value} is not a number for the wire`);
		if (value < 128) this.#u8(value);
		else if (value < 256) {
			this.#u8(204);
			this.#u8(value);
		} else if (value < 65536) this.#u16(205, value);
		else if (value < highWord) this.#u32(206, value);
		else {
			this.#u32(207, Math.floor(value / highWord));
			this.#view.setUint32(this.#at, value % highWord);
			this.#at += 4;
		}
	}
	#text(value) {
		if (value.length < 32) this.#u8(160 | value.length);
		else if (value.length < 256) {
			this.#u8(217);
			this.#u8(value.length);
		} else this.#u16(218, value.length);
		for (let i = 0; i < value.length; i++) {
			const code = value.charCodeAt(i);
			if (!isPrintable(code)) throw new RangeError("text for the wire is printable ASCII");
			this.#u8(code);
		}
	}
	#binary(value) {
		if (value.length < 256) {
			this.#u8(196);
			this.#u8(value.length);
		} else if (value.length < 65536) this.#u16(197, value.length);
		else this.#u32(198, value.length);
		this.bytes.set(value, this.#at);
		this.#at += value.length;
	}
	#u8(value) {
		this.bytes[this.#at++] = value;
	}
	#u16(tag, value) {
		this.#u8(tag);
		this.#view.setUint16(this.#at, value);
		this.#at += 2;
	}
	#u32(tag, value) {
		this.#u8(tag);
		this.#view.setUint32(this.#at, value);
		this.#at += 4;
	}
};
var Reader = class {
	#bytes;
	#view;
	#depth;
	#budget;
	at = 0;
	constructor(bytes, limits) {
		this.#bytes = bytes;
		this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		this.#depth = limits.depth;
		this.#budget = limits.elements;
	}
	take(depth) {
		if (--this.#budget < 0) throw new SyncError("too-many", "the message has too many elements");
		const tag = this.#number(1);
		if (tag < 128) return tag;
		if (tag >= 144 && tag <= 159) return this.#array(tag & 15, depth);
		if (tag >= 160 && tag <= 191) return this.#text(tag & 31);
		switch (tag) {
			case 192: return null;
			case 194: return false;
			case 195: return true;
			case 196: return this.#binary(this.#number(1));
			case 197: return this.#binary(this.#wide(2, 256));
			case 198: return this.#binary(this.#wide(4, 65536));
			case 204: return this.#wide(1, 128);
			case 205: return this.#wide(2, 256);
			case 206: return this.#wide(4, 65536);
			case 207: return this.#long();
			case 217: return this.#text(this.#wide(1, 32));
			case 218: return this.#text(this.#wide(2, 256));
			case 220: return this.#array(this.#wide(2, 16), depth);
			default: throw new SyncError("malformed", `token 0x${tag.toString(16)} is not part of the protocol`);
		}
	}
	#array(length, depth) {
		if (depth >= this.#depth) throw new SyncError("too-many", "the message is nested too deeply");
		if (length > this.#budget) throw new SyncError("too-many", "the message has too many elements");
		const tokens = [];
		for (let i = 0; i < length; i++) tokens.push(this.take(depth + 1));
		return tokens;
	}
	#text(length) {
		const start = this.#advance(length);
		let text = "";
		for (let i = start; i < this.at; i++) {
			const code = this.#bytes[i];
			if (!isPrintable(code)) throw new SyncError("malformed", "text is not printable ASCII");
			text += String.fromCharCode(code);
		}
		return text;
	}
	#binary(length) {
		return this.#bytes.subarray(this.#advance(length), this.at);
	}
	#number(width) {
		const start = this.#advance(width);
		return width === 1 ? this.#view.getUint8(start) : width === 2 ? this.#view.getUint16(start) : this.#view.getUint32(start);
	}
	/** A number for which a shorter form would have done is refused: everything has one encoding. */
	#wide(width, least) {
		const value = this.#number(width);
		if (value < least) throw new SyncError("malformed", "a number is longer than it needs to be");
		return value;
	}
	#long() {
		const value = this.#wide(4, 1) * highWord + this.#number(4);
		if (!Number.isSafeInteger(value)) throw new SyncError("malformed", "an integer exceeds 2^53 - 1");
		return value;
	}
	#advance(length) {
		const start = this.at;
		if (length > this.#bytes.length - start) throw new SyncError("malformed", "the message is truncated");
		this.at = start + length;
		return start;
	}
};
/** Printable ASCII can neither hide malformed UTF-8 nor steer a terminal. */
function isPrintable(code) {
	return code >= 32 && code <= 126;
}
// ../../packages/sync/dist/spent-codec.js
/** Fields of `spent`: runs and overwritten parts as flat lists of pairs, groups by their place in a list of names. */
function spentTokens({ log, after, through, settled, runs, told, overwritten }) {
	const names = [...new Set(overwritten.map(({ group }) => group))];
	const places = new Map(names.map((name, place) => [name, place]));
	return [
		encodeLogId(log),
		after,
		through,
		settled,
		runs.flatMap(({ first, last }) => [first, last]),
		told.flatMap(({ first, last }) => [first, last]),
		names.map(encodeName),
		overwritten.flatMap(({ seq, group }) => [seq, places.get(group)])
	];
}
const pairs = array(number().int().min(0)).max(2 * messageLimits.spent).refine((flat) => flat.length % 2 === 0);
const name = custom((value) => value instanceof Uint8Array && value.length <= messageLimits.group).transform((bytes, context) => {
	const text = decodeName(bytes);
	if (text === void 0) context.addIssue("no name");
	return text ?? NEVER;
});
/** Reads the same, strictly: sorted, apart, within what was looked at, each name used. */
function spentTuple(number, log, count) {
	return tuple([
		number,
		log,
		count,
		count,
		boolean(),
		pairs,
		pairs,
		array(name).max(messageLimits.spent),
		pairs
	]).transform(([, of, after, through, settled, flatRuns, flatTold, names, flatParts], context) => {
		const runs = runsOf(flatRuns, after, through);
		const told = runsOf(flatTold, after, through);
		if (runs === void 0 || told === void 0) context.addIssue("runs");
		const parts = pairsOf(flatParts);
		const overwritten = parts.map(([seq, place]) => ({
			seq,
			group: names[place] ?? ""
		}));
		let before = after;
		let used = 0;
		for (const [seq, place] of parts) {
			if (seq < before || seq <= after || seq > through || place > used) context.addIssue("overwritten");
			if (place === used) used++;
			before = seq;
		}
		if (used !== names.length || new Set(names).size !== names.length) context.addIssue("groups");
		return {
			type: "spent",
			log: of,
			after,
			through,
			settled,
			runs: runs ?? [],
			told: told ?? [],
			overwritten
		};
	});
}
/** Undefined where they are not ascending, apart and within what was looked at. */
function runsOf(flat, after, through) {
	const runs = pairsOf(flat).map(([first, last]) => ({
		first,
		last
	}));
	let end = after - 1;
	for (const { first, last } of runs) {
		if (first <= end + 1 || last < first || last > through) return void 0;
		end = last;
	}
	return runs;
}
function pairsOf(flat) {
	return Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i], flat[2 * i + 1]]);
}
/** A name as operations hold it: its length as a varint, then well-formed UTF-8. */
function encodeName(text) {
	const writer = new ByteWriter();
	writer.str(text);
	return writer.slice();
}
function decodeName(bytes) {
	try {
		const reader = new ByteReader(bytes);
		const text = reader.str(messageLimits.group);
		reader.end();
		return text;
	} catch (error) {
		if (error instanceof CrdtError) return void 0;
		throw error;
	}
}
// ../../packages/sync/dist/codec.js
/** Numbers of the messages on the wire. docs/wire/session.md lists the reserved ones. */
const numbers = {
	hello: 1,
	have: 2,
	certificate: 3,
	schema: 4,
	batch: 5,
	credit: 6,
	ack: 7,
	bye: 8,
	quiet: 9,
	ask: 10,
	told: 11,
	clock: 12,
	branch: 16,
	leaves: 17,
	inquire: 32,
	spent: 33,
	forked: 48,
	history: 49,
	shown: 50
};
/** A message as bytes. Throws `RangeError` for one that a receiver would refuse. O(bytes). */
function encodeMessage(message) {
	const bytes = encodeTokens(toTokens(message));
	if (bytes.length > messageLimits.bytes) throw new RangeError(`a ${message.type} message exceeds ${messageLimits.bytes} bytes`);
	return bytes;
}
/**
* Reads and validates one message. Ids are copied; the parts of a batch, certificates and schemas are views on `bytes`,
* which the caller therefore does not write to again. Throws `SyncError` `malformed`, `too-large`, `too-many` or
* `unknown-message`. O(bytes).
*/
function decodeMessage(bytes) {
	if (bytes.length > messageLimits.bytes) throw new SyncError("too-large", `a message exceeds ${messageLimits.bytes} bytes`);
	const tokens = decodeTokens(bytes, messageLimits);
	if (!Array.isArray(tokens) || typeof tokens[0] !== "number") throw new SyncError("malformed", "a message is an array that begins with its number");
	const shape = shapes.get(tokens[0]);
	if (shape === void 0) throw new SyncError("unknown-message", `no message has the number ${tokens[0]}`);
	const parsed = shape.safeParse(tokens);
	if (parsed.success) return parsed.data;
	const where = parsed.error.issues[0]?.path.join(".") ?? "";
	throw new SyncError("malformed", `message ${tokens[0]} is malformed at ${where || "its length"}`);
}
function toTokens(message) {
	switch (message.type) {
		case "hello": return [
			numbers.hello,
			message.version,
			message.cluster,
			encodeNode(message.node),
			message.features,
			message.clock,
			...message.tree ? [summaryTokens(message.tree)] : []
		];
		case "have": return [
			numbers.have,
			message.entries.map(entryTokens),
			message.last
		];
		case "certificate": return [
			numbers.certificate,
			encodeNode(message.node),
			message.der
		];
		case "schema": return [
			numbers.schema,
			message.id,
			message.bytes
		];
		case "batch": return [numbers.batch, ...envelopeTokens(message.envelope)];
		case "credit": return [numbers.credit, message.bytes];
		case "ack": return [numbers.ack, message.entries.map(entryTokens)];
		case "bye": return [
			numbers.bye,
			message.code,
			message.text
		];
		case "quiet": return [numbers.quiet, message.logs.map((log) => encodeLogId(log))];
		case "ask": return [numbers.ask, message.number];
		case "told": return [numbers.told, message.number];
		case "clock": return [
			numbers.clock,
			message.clock,
			message.asks
		];
		case "forked": return [numbers.forked, encodeLogId(message.log)];
		case "history": {
			const points = message.points.map(({ seq, batch }) => [seq, batch]);
			return [
				numbers.history,
				encodeLogId(message.log),
				points
			];
		}
		case "shown": return [
			numbers.shown,
			encodeLogId(message.log),
			message.envelopes.map(envelopeTokens)
		];
		case "inquire": return [
			numbers.inquire,
			encodeLogId(message.log),
			message.after
		];
		case "spent": return [numbers.spent, ...spentTokens(message)];
		case "branch": return [
			numbers.branch,
			message.prefix,
			message.children.map(summaryTokens)
		];
		case "leaves": return [
			numbers.leaves,
			message.prefix,
			message.entries.map(entryTokens),
			message.last
		];
	}
}
function entryTokens(entry) {
	return [
		encodeLogId(entry.log),
		entry.seq,
		entry.batch
	];
}
function envelopeTokens({ header, signature, codec, rawLength, body }) {
	return [
		header,
		signature,
		codec,
		rawLength,
		body
	];
}
function summaryTokens({ count, hash }) {
	return [count, hash];
}
const noIncarnation = "0".repeat(16);
function encodeNode(node) {
	return encodeLogId(`${node}:${noIncarnation}`).subarray(0, 16);
}
function decodeNode(bytes) {
	const padded = /* @__PURE__ */ new Uint8Array(24);
	padded.set(bytes);
	return nodeOf(decodeLogId(padded));
}
const bytesUpTo = (most) => custom((value) => value instanceof Uint8Array && value.length <= most);
/** Short and kept for long: a copy, or it would keep the whole message alive. */
const bytesOf$1 = (length) => custom((value) => value instanceof Uint8Array && value.length === length).transform((value) => value.slice());
const count = number().int().min(0);
const node = bytesOf$1(16).transform(decodeNode);
const entry = tuple([
	bytesOf$1(24),
	count,
	bytesOf$1(32)
]).transform(([log, seq, batch]) => ({
	log: decodeLogId(log),
	seq,
	batch
}));
const log = bytesOf$1(24).transform((bytes) => decodeLogId(bytes));
const point = tuple([count, bytesOf$1(32)]).transform(([seq, batch]) => ({
	seq,
	batch
}));
const envelopeParts = [
	bytesUpTo(messageLimits.header),
	bytesUpTo(64).refine((signature) => signature.length === 64),
	count.max(255),
	count.max(messageLimits.rawLength),
	bytesUpTo(messageLimits.bytes)
];
const envelope = tuple(envelopeParts).transform(([header, signature, codec, rawLength, body]) => ({
	header,
	signature,
	codec,
	rawLength,
	body
}));
const entries = array(entry).max(messageLimits.entries);
const summary = tuple([count, bytesOf$1(32)]).transform(([many, hash]) => ({
	count: many,
	hash
}));
const prefix = bytesUpTo(messageLimits.prefix).refine((digits) => digits.every((one) => one < 16)).transform((digits) => digits.slice());
const word = string().regex(/^[a-z0-9-]{1,32}$/);
const shapes = /* @__PURE__ */ new Map([
	[numbers.hello, tuple([
		literal(1),
		count,
		bytesOf$1(16),
		node,
		array(word).max(messageLimits.features),
		count
	], unknown$1()).transform(([, version, cluster, from, features, clock, root]) => ({
		type: "hello",
		version,
		cluster,
		node: from,
		features,
		clock,
		...features.includes("frontier-tree") && { tree: summary.safeParse(root).data }
	}))],
	[numbers.have, tuple([
		literal(2),
		entries,
		boolean()
	]).transform(([, all, last]) => ({
		type: "have",
		entries: all,
		last
	}))],
	[numbers.certificate, tuple([
		literal(3),
		node,
		bytesUpTo(messageLimits.certificate)
	]).transform(([, of, der]) => ({
		type: "certificate",
		node: of,
		der
	}))],
	[numbers.schema, tuple([
		literal(4),
		bytesOf$1(32),
		bytesUpTo(messageLimits.schema)
	]).transform(([, id, bytes]) => ({
		type: "schema",
		id,
		bytes
	}))],
	[numbers.batch, tuple([literal(5), ...envelopeParts]).transform(([, header, signature, codec, rawLength, body]) => ({
		type: "batch",
		envelope: {
			header,
			signature,
			codec,
			rawLength,
			body
		}
	}))],
	[numbers.credit, tuple([literal(6), count.max(messageLimits.credit)]).transform(([, bytes]) => ({
		type: "credit",
		bytes
	}))],
	[numbers.ack, tuple([literal(7), entries]).transform(([, all]) => ({
		type: "ack",
		entries: all
	}))],
	[numbers.bye, tuple([
		literal(8),
		word,
		string().max(messageLimits.text)
	]).transform(([, code, text]) => ({
		type: "bye",
		code,
		text
	}))],
	[numbers.quiet, tuple([literal(9), array(bytesOf$1(24).transform((log) => decodeLogId(log))).max(messageLimits.entries)]).transform(([, logs]) => ({
		type: "quiet",
		logs
	}))],
	[numbers.ask, tuple([literal(10), count]).transform(([, number]) => ({
		type: "ask",
		number
	}))],
	[numbers.told, tuple([literal(11), count]).transform(([, number]) => ({
		type: "told",
		number
	}))],
	[numbers.clock, tuple([
		literal(12),
		count,
		boolean()
	]).transform(([, clock, asks]) => ({
		type: "clock",
		clock,
		asks
	}))],
	[numbers.forked, tuple([literal(48), log]).transform(([, of]) => ({
		type: "forked",
		log: of
	}))],
	[numbers.history, tuple([
		literal(49),
		log,
		array(point).max(messageLimits.points)
	]).transform(([, of, points]) => ({
		type: "history",
		log: of,
		points
	}))],
	[numbers.shown, tuple([
		literal(50),
		log,
		array(envelope).max(messageLimits.shown)
	]).transform(([, of, envelopes]) => ({
		type: "shown",
		log: of,
		envelopes
	}))],
	[numbers.inquire, tuple([
		literal(32),
		log,
		count
	]).transform(([, of, after]) => ({
		type: "inquire",
		log: of,
		after
	}))],
	[numbers.spent, spentTuple(literal(33), log, count)],
	[numbers.branch, tuple([
		literal(16),
		prefix,
		array(summary).length(16)
	]).transform(([, at, children]) => ({
		type: "branch",
		prefix: at,
		children
	}))],
	[numbers.leaves, tuple([
		literal(17),
		prefix,
		entries,
		boolean()
	]).transform(([, at, all, last]) => ({
		type: "leaves",
		prefix: at,
		entries: all,
		last
	}))]
]);
const fanout = 16;
const empty = {
	count: 0,
	hash: /* @__PURE__ */ new Uint8Array(32)
};
const keyDomain = ascii("crdtsync/1 frontier-key\0");
const bucketDomain = ascii("crdtsync/1 frontier-bucket\0");
const branchDomain = ascii("crdtsync/1 frontier-branch\0");
/**
* A frontier as a hash tree over (log, sequence, batch id), so that two nodes find where theirs differ by looking at the
* places that differ: O(differences × log logs) instead of all logs that ever were. Logs are placed by the hash of their
* name, so nobody chooses the shape, and its shape and hashes depend on what it holds alone. Immutable: `with` gives
* another tree, which shares what did not change. Normative: docs/wire/session.md.
*/
var FrontierTree = class FrontierTree {
	#hasher;
	#root;
	constructor(hasher, root) {
		this.#hasher = hasher;
		this.#root = root;
	}
	static of(frontier, hasher) {
		return new FrontierTree(hasher, void 0).with(frontier);
	}
	/** How many logs. */
	get size() {
		return this.#root?.count ?? 0;
	}
	/** Operations in all logs. */
	get operations() {
		return this.#root?.operations ?? 0;
	}
	/** O(log logs). */
	get(log) {
		const key = this.#key(log);
		let place = this.#root;
		for (let depth = 0; place?.children; depth++) place = place.children[digit(key, depth)];
		return place?.held?.find((one) => one.log === log)?.entry;
	}
	/** The same tree with these entries in place of those of the same logs. O(entries × log logs). */
	with(entries) {
		const held = [...entries].map(([log, entry]) => ({
			log,
			key: this.#key(log),
			entry
		}));
		return held.length === 0 ? this : new FrontierTree(this.#hasher, put(this.#root, held, 0));
	}
	summary(prefix) {
		const place = this.#at(prefix);
		return place === void 0 ? empty : {
			count: place.count,
			hash: this.#hash(place)
		};
	}
	/** Summaries of the sixteen places one digit further; of a place that is divided. */
	children(prefix) {
		return Array.from({ length: fanout }, (_, i) => this.summary(Uint8Array.of(...prefix, i)));
	}
	/** Everything below a place, in the order of the tree. O(what is below). */
	*below(prefix) {
		const place = this.#at(prefix);
		if (place !== void 0) for (const { log, entry } of all(place)) yield [log, entry];
	}
	[Symbol.iterator]() {
		return this.below(/* @__PURE__ */ new Uint8Array(0));
	}
	#at(prefix) {
		let place = this.#root;
		for (const one of prefix) place = place?.children?.[one];
		return place;
	}
	#hash(place) {
		place.hash ??= place.held ? this.#hashBucket(place.held) : this.#hashBranch(place.children);
		return place.hash;
	}
	#hashBucket(held) {
		const size = 64;
		const bytes = new Uint8Array(held.length * size);
		const view = new DataView(bytes.buffer);
		for (const [i, { log, entry }] of held.entries()) {
			const at = i * size;
			encodeLogId(log, bytes, at);
			view.setUint32(at + 24, Math.floor(entry.seq / 2 ** 32));
			view.setUint32(at + 24 + 4, entry.seq % 2 ** 32);
			bytes.set(entry.batch, at + 24 + 8);
		}
		return this.#hasher.hash([bucketDomain, bytes]);
	}
	#hashBranch(children) {
		const bytes = /* @__PURE__ */ new Uint8Array(512);
		for (const [i, child] of children.entries()) if (child) bytes.set(this.#hash(child), i * 32);
		return this.#hasher.hash([branchDomain, bytes]);
	}
	#key(log) {
		return this.#hasher.hash([keyDomain, encodeLogId(log)]);
	}
};
/** All at once, so that each place is copied once. */
function put(place, added, depth) {
	if (place?.children) return branch(place.children, added, depth);
	const logs = new Set(added.map(({ log }) => log));
	const held = [...(place?.held ?? []).filter(({ log }) => !logs.has(log)), ...added];
	if (held.length > 16) return branch(Array(fanout).fill(void 0), held, depth);
	return bucket(held.sort((a, b) => compare(a.key, b.key)));
}
function branch(before, added, depth) {
	const parts = Array.from({ length: fanout }, () => []);
	for (const one of added) parts[digit(one.key, depth)].push(one);
	const children = before.map((child, i) => parts[i].length === 0 ? child : put(child, parts[i], depth + 1));
	let count = 0;
	let operations = 0;
	for (const child of children) {
		count += child?.count ?? 0;
		operations += child?.operations ?? 0;
	}
	return {
		count,
		operations,
		children,
		hash: void 0
	};
}
function bucket(held) {
	const operations = held.reduce((sum, { entry }) => sum + entry.seq, 0);
	return {
		count: held.length,
		operations,
		held,
		hash: void 0
	};
}
function* all(place) {
	if (place.held) yield* place.held;
	else for (const child of place.children) if (child) yield* all(child);
}
function digit(key, depth) {
	const byte = key[depth >> 1];
	return depth % 2 === 0 ? byte >> 4 : byte & 15;
}
function compare(a, b) {
	for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i] - b[i];
	return 0;
}
function ascii(text) {
	return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
// ../../packages/sync/dist/missing.js
/** What the owner of `theirs` lacks of what the owner of `mine` has. O(logs of `mine`), in their order. */
function missing(mine, theirs) {
	const lacks = [];
	const forks = [];
	for (const [log, entry] of mine) {
		const other = theirs.get(log);
		const after = other?.seq ?? 0;
		if (after < entry.seq) lacks.push({
			log,
			after,
			through: entry.seq
		});
		else if (isFork(entry, other)) forks.push({
			log,
			seq: entry.seq
		});
	}
	return {
		lacks,
		forks
	};
}
/** Whether two entries of one log prove that it was written twice. Unequal sequences prove nothing. */
function isFork(a, b) {
	if (a === void 0 || b === void 0 || a.seq !== b.seq || a.seq === 0) return false;
	return !sameBytes(a.batch, b.batch);
}
function sameBytes(a, b) {
	if (a.length !== b.length) return false;
	for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
	return true;
}
// ../../packages/sync/dist/pages.js
/** Cuts entries into messages of at most `size`; no entries are one empty page. */
function* pages(entries, size) {
	for (let at = 0; at === 0 || at < entries.length; at += size) yield [entries.slice(at, at + size), at + size >= entries.length];
}
// ../../packages/sync/dist/phase.js
const later = ["comparing", "streaming"];
const streaming = ["streaming"];
/** When the peer may say what. */
const phases = {
	hello: ["greeting"],
	have: later,
	branch: ["comparing"],
	leaves: ["comparing"],
	credit: later,
	ack: later,
	certificate: streaming,
	schema: streaming,
	batch: streaming,
	quiet: streaming,
	ask: streaming,
	told: streaming,
	clock: streaming,
	forked: streaming,
	history: streaming,
	shown: streaming,
	inquire: streaming,
	spent: streaming,
	bye: [
		"greeting",
		"comparing",
		"streaming"
	]
};
/** Throws `SyncError` `unexpected` for a message at the wrong time. */
function checkPhase(phase, { type }) {
	if (!phases[type].includes(phase)) throw new SyncError("unexpected", `${type} is not expected while ${phase}`);
}
// ../../packages/sync/dist/hearing.js
/** What the peer says, and what follows from it. Throws `SyncError` for what ends the session. */
var Hearing = class {
	#parts;
	/** Questions that wait for the frontiers to be compared. */
	#questions = [];
	#phase = "greeting";
	#certificates = 0;
	#schemas = 0;
	constructor(parts) {
		this.#parts = parts;
	}
	get phase() {
		return this.#phase;
	}
	hear(message) {
		checkPhase(this.#phase, message);
		const { opening, outbound, actions } = this.#parts;
		switch (message.type) {
			case "hello":
				this.#compare(opening.greet(message));
				break;
			case "have":
				if (this.#phase === "streaming") this.#correct(message);
				else this.#compare(opening.have(message));
				break;
			case "branch":
				this.#compare(opening.branch(message));
				break;
			case "leaves":
				this.#compare(opening.leaves(message));
				break;
			case "certificate":
			case "schema":
				this.#attached(message);
				break;
			case "batch":
				this.#arrive(message.envelope);
				break;
			case "credit":
				outbound.grant(message.bytes);
				break;
			case "ack":
				this.#acknowledged(message);
				break;
			case "quiet":
				this.#quieted(message.logs);
				break;
			case "ask":
				this.#tell(message.number);
				break;
			case "told":
				actions.add(message);
				break;
			case "clock":
				actions.add({
					type: "clock",
					clock: message.clock
				});
				if (message.asks) actions.send({
					type: "clock",
					clock: this.#parts.options.clock(),
					asks: false
				});
				break;
			case "forked":
			case "history":
			case "shown":
				actions.add({
					type: "healing",
					message
				});
				break;
			case "inquire":
			case "spent":
				actions.add({
					type: "vouching",
					message
				});
				break;
			case "bye": this.close(message.code, message.text ? `the peer says: ${message.text}` : "the peer said goodbye");
		}
	}
	/** The peer is to tell what it has, and is told what we have. */
	ask(number) {
		this.#questions.push(number);
		if (this.#phase === "streaming") this.#question();
	}
	/** The session is over. */
	end() {
		this.#phase = "closed";
		this.#parts.requests.end();
	}
	close(code, reason) {
		this.end();
		this.#parts.actions.add({
			type: "close",
			code,
			reason
		});
	}
	/** Goes on comparing the frontiers. */
	#compare(answers) {
		this.#phase = "comparing";
		for (const answer of answers) this.#parts.actions.send(answer);
		if (this.#parts.opening.isDone) this.#compared();
	}
	/** Everything is known that the peer has. */
	#compared() {
		this.#parts.opening.conclude();
		this.#phase = "streaming";
		const mine = /* @__PURE__ */ new Map();
		const theirs = /* @__PURE__ */ new Map();
		for (const log of this.#parts.knowledge.logs()) {
			const [here, there] = [this.#parts.knowledge.mine(log), this.#parts.knowledge.theirs(log)];
			if (here) mine.set(log, here);
			if (there) theirs.set(log, there);
		}
		const { node, clock } = this.#parts.opening.hello;
		this.#parts.actions.add({
			type: "offer",
			node,
			clock,
			frontier: theirs
		});
		const { lacks, forks } = missing(mine, theirs);
		if (this.#parts.requests.areKnown) {
			const lacking = /* @__PURE__ */ new Set();
			for (const { log, after } of lacks) if (after < this.#parts.knowledge.baseSeq(log)) lacking.add(log);
			this.#parts.outbound.restrict((log) => nodeOf(log) === this.#parts.options.node && !lacking.has(log));
		}
		this.#parts.requests.begin();
		for (const { log, seq } of forks) this.#fork(log, seq);
		for (const { log, through } of lacks) {
			this.#parts.catchUp.owe(log, through);
			this.#parts.outbound.wake(log);
		}
		for (const { log, through } of missing(theirs, mine).lacks) {
			this.#parts.catchUp.want(log, through);
			this.#parts.requests.lack(log);
		}
		this.#question();
	}
	/** The peer says again what it has of some logs, and asks for what follows. */
	#correct({ entries, last }) {
		if (!last) throw new SyncError("unexpected", "a correction is one message");
		for (const { log, seq, batch } of entries) {
			this.#parts.knowledge.resetTheirs(log, {
				seq,
				batch
			});
			this.checkFork(log);
			this.#parts.requests.note(log);
			this.#parts.outbound.request(log);
		}
	}
	#attached(message) {
		if ((message.type === "schema" ? ++this.#schemas : ++this.#certificates) > this.#parts.limits.maxAttachments) throw new SyncError("too-many", `too many ${message.type}s in one session`);
		this.#parts.actions.add(message);
	}
	#arrive(envelope) {
		const { log, verdict } = this.#parts.inbound.receive(envelope);
		if (verdict === "fork") this.#fork(log, this.#parts.knowledge.mineSeq(log), envelope);
		else {
			this.#parts.catchUp.settle(log);
			this.#parts.requests.note(log, false);
		}
		if (verdict === "deliver") {
			this.#parts.sources.moved(log);
			this.#parts.actions.add({
				type: "deliver",
				envelopes: [envelope]
			});
		} else {
			this.#parts.requests.repeated(log);
			this.#parts.announcements.repeated(log);
		}
	}
	#acknowledged({ entries }) {
		for (const { log, seq, batch } of entries) {
			this.#parts.knowledge.advanceTheirs(log, {
				seq,
				batch
			});
			this.checkFork(log);
			this.#parts.catchUp.settle(log);
			this.#parts.requests.note(log);
			this.#parts.announcements.acknowledged(log);
		}
	}
	/** The peer gets these logs elsewhere. */
	#quieted(logs) {
		for (const log of logs) {
			if (this.#parts.knowledge.mineSeq(log) === 0) continue;
			this.#parts.outbound.quiet(log);
			this.#parts.announcements.quieted(log);
		}
	}
	#question() {
		if (this.#questions.length > 0) this.#parts.announcements.release();
		for (const number of this.#questions.splice(0)) if (this.#parts.requests.areKnown) this.#parts.actions.send({
			type: "ask",
			number
		});
		else this.#parts.actions.add({
			type: "told",
			number
		});
	}
	#tell(number) {
		this.#parts.announcements.tellAll();
		this.acknowledge();
		this.#parts.actions.send({
			type: "told",
			number
		});
	}
	/** Says what is to be acknowledged now. */
	acknowledge() {
		const entries = this.#parts.announcements.take();
		if (entries.length === 0) return;
		for (const [page] of pages(entries, this.#parts.limits.page)) this.#parts.actions.send({
			type: "ack",
			entries: page
		});
	}
	/** Marks a log as written twice where the two frontiers contradict each other. */
	checkFork(log) {
		if (this.#parts.knowledge.contradicts(log)) this.#fork(log, this.#parts.knowledge.mineSeq(log));
	}
	#fork(log, seq, proof) {
		this.#parts.catchUp.forget(log);
		if (!this.#parts.knowledge.markForked(log)) return;
		this.#parts.actions.add(proof ? {
			type: "fork",
			log,
			seq,
			proof
		} : {
			type: "fork",
			log,
			seq
		});
	}
};
// ../../packages/sync/dist/actions.js
/** Collects what a step of the session asks of its driver. */
var Actions = class {
	/** Messages and loads. They precede the rest, so that a driver which awaits the rest keeps messages in order. */
	#outgoing = [];
	#rest = [];
	send(message) {
		this.add({
			type: "send",
			message
		});
	}
	add(action) {
		(action.type === "send" || action.type === "load" ? this.#outgoing : this.#rest).push(action);
	}
	take() {
		const all = [...this.#outgoing, ...this.#rest];
		this.#outgoing = [];
		this.#rest = [];
		return all;
	}
};
// ../../packages/sync/dist/announcements.js
/**
* What the peer hears of logs that grew here: it is sent them, or it is told in an acknowledgement, at once or when what
* was held back is released. A log that comes to it as batches need not be told, as it will say itself that it has it.
*/
var Announcements = class {
	#node;
	#knowledge;
	#outbound;
	/** How far we have told the peer that we have a log, where that is further than at the beginning. */
	#told = /* @__PURE__ */ new Map();
	#due = /* @__PURE__ */ new Set();
	/** Logs that grew and of which the peer was told nothing, because it gets their batches or because it is not time. */
	#untold = /* @__PURE__ */ new Set();
	/** Logs that grew and are neither pushed nor told before `release`. */
	#heldBack = /* @__PURE__ */ new Set();
	constructor(node, knowledge, outbound) {
		this.#node = node;
		this.#knowledge = knowledge;
		this.#outbound = outbound;
	}
	/** Our frontier of the log grew. */
	grew(log, hold) {
		this.#untold.add(log);
		if (this.#knowledge.theirSeq(log) >= this.#knowledge.mineSeq(log)) this.#due.add(log);
		else if (hold) this.#heldBack.add(log);
		else this.#show(log);
	}
	/** Pushes and tells what was held back. */
	release() {
		for (const log of this.#heldBack) this.#show(log);
		this.#heldBack.clear();
	}
	/** Everything of which the peer was told nothing is to be told. */
	tellAll() {
		this.release();
		for (const log of this.#untold) this.#due.add(log);
	}
	/** The peer sent what is here already: it does not know that it is. */
	repeated(log) {
		if (this.#toldSeq(log) < this.#knowledge.mineSeq(log)) this.#due.add(log);
	}
	/** The peer said what it has. */
	acknowledged(log) {
		const mine = this.#knowledge.mineSeq(log);
		if (!this.#untold.has(log) || this.#knowledge.theirSeq(log) < mine) return;
		if (this.#outbound.sentThrough(log) < mine) this.#due.add(log);
		else this.#untold.delete(log);
	}
	/** The peer gets the log elsewhere: from now on it is told of it. */
	quieted(log) {
		if (this.#untold.has(log) && !this.#heldBack.has(log)) this.#due.add(log);
	}
	/** What to acknowledge now; each sequence once. */
	take() {
		const entries = [];
		for (const log of this.#due) {
			const entry = this.#knowledge.mine(log);
			if (entry === void 0 || entry.seq <= this.#toldSeq(log)) continue;
			this.#told.set(log, entry.seq);
			this.#untold.delete(log);
			entries.push({
				log,
				seq: entry.seq,
				batch: entry.batch
			});
		}
		this.#due.clear();
		return entries;
	}
	/** Pushes the log, or tells of it where the peer does not want it. */
	#show(log) {
		this.#outbound.wake(log);
		if (nodeOf(log) !== this.#node || !this.#outbound.isOpen(log)) this.#due.add(log);
	}
	/** What a comparison tells is what we had when the session began. */
	#toldSeq(log) {
		return this.#told.get(log) ?? this.#knowledge.baseSeq(log);
	}
};
// ../../packages/sync/dist/catch-up.js
/** What each side lacked when the frontiers had been exchanged, as far as it is still outstanding: until then the session is not synced. */
var CatchUp = class {
	#knowledge;
	/** Through which sequence the peer lacked a log, and we did. */
	#owed = /* @__PURE__ */ new Map();
	#wanted = /* @__PURE__ */ new Map();
	constructor(knowledge) {
		this.#knowledge = knowledge;
	}
	get isDone() {
		return this.#owed.size === 0 && this.#wanted.size === 0;
	}
	owe(log, through) {
		this.#owed.set(log, through);
	}
	want(log, through) {
		this.#wanted.set(log, through);
	}
	/** Our frontier of the log grew, or the peer is known to have more of it than before. */
	settle(log) {
		if ((this.#owed.get(log) ?? Number.POSITIVE_INFINITY) <= this.#knowledge.theirSeq(log)) this.#owed.delete(log);
		if ((this.#wanted.get(log) ?? Number.POSITIVE_INFINITY) <= this.#knowledge.mineSeq(log)) this.#wanted.delete(log);
	}
	/** Nothing is to be expected of a log that was written twice. */
	forget(log) {
		this.#owed.delete(log);
		this.#wanted.delete(log);
	}
};
// ../../packages/sync/dist/heading.js
function lastOf(heading) {
	return heading.first + heading.count - 1;
}
// ../../packages/sync/dist/inbound.js
/**
* The receiving half of a session: batches continue their log or are passed over, and credit comes back when the
* driver is done with them. What is delivered and not done with never exceeds the window.
*/
var Inbound = class {
	#knowledge;
	#headingOf;
	#limits;
	/** Last sequence delivered, where it exceeds our frontier. */
	#delivered = /* @__PURE__ */ new Map();
	/** Logs the driver refused, and those of which it awaits the right continuation. */
	#held = /* @__PURE__ */ new Map();
	/** Credit the peer still holds. */
	#remaining = 0;
	/** Credit that came free and was not granted again. */
	#freed;
	#operations = 0;
	#repeated = 0;
	constructor(knowledge, headingOf, limits) {
		if (limits.maxBatch > limits.window * 3 / 4) throw new RangeError("a window smaller than 4/3 of the largest batch could stall");
		this.#knowledge = knowledge;
		this.#headingOf = headingOf;
		this.#limits = limits;
		this.#freed = limits.window;
	}
	/** Bytes delivered that the driver is not done with. */
	get outstanding() {
		return this.#limits.window - this.#remaining - this.#freed;
	}
	/** Operations in batches that came, and of those, those that were here already. */
	get operations() {
		return this.#operations;
	}
	get repeated() {
		return this.#repeated;
	}
	receive(envelope) {
		const cost = batchCost(envelope);
		if (cost > this.#limits.maxBatch) throw new SyncError("too-large", `a batch costs ${cost} bytes`);
		if (cost > this.#remaining) throw new SyncError("credit-exceeded", "a batch exceeds the granted credit");
		const { log, first, last } = this.#read(envelope);
		const verdict = this.#judge(log, first, last);
		this.#operations += last - first + 1;
		if (verdict === "pass") this.#repeated += last - first + 1;
		this.#remaining -= cost;
		if (verdict !== "fork") this.#knowledge.show(log, last);
		if (verdict === "deliver") this.#delivered.set(log, last);
		else this.#freed += cost;
		return {
			log,
			verdict
		};
	}
	/** Our frontier of the log grew. */
	advanced(log) {
		if ((this.#delivered.get(log) ?? 0) <= this.#knowledge.mineSeq(log)) this.#delivered.delete(log);
	}
	/** The driver is done with so many bytes that were delivered to it. */
	consumed(bytes) {
		if (bytes > this.outstanding) throw new RangeError("more was consumed than delivered");
		this.#freed += bytes;
	}
	/** The driver discarded what was delivered of the log beyond our frontier, and wants no more. */
	refused(log) {
		this.#delivered.delete(log);
		this.#held.set(log, "refused");
	}
	/** Whether the log was refused, and not asked for again. */
	isHeld(log) {
		return this.#held.get(log) === "refused";
	}
	/** Whether the log was refused and is now awaited again. */
	resume(log) {
		if (this.#held.get(log) !== "refused") return false;
		this.#held.set(log, "resuming");
		return true;
	}
	/** Credit to grant now, 0 while it is not worth a message. */
	grant() {
		if (this.#freed < this.#limits.window / 4) return 0;
		const bytes = this.#freed;
		this.#remaining += bytes;
		this.#freed = 0;
		return bytes;
	}
	#read(envelope) {
		try {
			const heading = this.#headingOf(envelope);
			return {
				log: heading.log,
				first: heading.first,
				last: lastOf(heading)
			};
		} catch (error) {
			if (error instanceof Error && "code" in error) throw new SyncError("malformed", "a batch header is malformed");
			throw error;
		}
	}
	#judge(log, first, last) {
		if (this.#knowledge.isForked(log)) return "pass";
		const held = this.#held.get(log);
		if (held === "refused") return "pass";
		const at = Math.max(this.#knowledge.mineSeq(log), this.#delivered.get(log) ?? 0);
		if (last <= at) return "pass";
		if (first <= at) return "fork";
		if (first === at + 1) {
			this.#held.delete(log);
			return "deliver";
		}
		if (held === "resuming") return "pass";
		throw new SyncError("out-of-order", `a batch begins at ${first}, where ${at + 1} is next`);
	}
};
// ../../packages/sync/dist/knowledge.js
const nothing$1 = {
	seq: 0,
	batch: /* @__PURE__ */ new Uint8Array(32)
};
/**
* What this side has and what it knows of the other: two frontiers that only grow, and where they contradict. Only what
* differs from the frontier with which the session began is kept, so old logs cost nothing.
*/
var Knowledge = class {
	#maxLogs;
	/** Our frontier when the session began. */
	#base = /* @__PURE__ */ new Map();
	/** What grew since. */
	#mine = /* @__PURE__ */ new Map();
	/** What the peer has said. Of other logs of the base it has the same, once `#assumed`. */
	#theirs = /* @__PURE__ */ new Map();
	#assumed = false;
	/** Last sequence of batches that the peer sent us: it has them, though it never named their ids. */
	#shown = /* @__PURE__ */ new Map();
	#forks = /* @__PURE__ */ new Set();
	/** Operations that the peer lacks, and that we lack; counted once the frontiers are compared. */
	#lag = 0;
	#missing = 0;
	#counting = false;
	constructor(maxLogs) {
		this.#maxLogs = maxLogs;
	}
	begin(base) {
		this.#base = base;
	}
	/** The frontiers were compared; `same`: logs of which the peer said nothing are there as they were here. */
	compared(same) {
		this.#assumed = same;
		for (const log of this.logs()) this.#count(this.#ahead(log));
		this.#counting = true;
	}
	get lag() {
		return this.#lag;
	}
	get missing() {
		return this.#missing;
	}
	/** Our frontier when the session began: what a comparison tells. */
	get base() {
		return this.#base;
	}
	baseSeq(log) {
		return this.#base.get(log)?.seq ?? 0;
	}
	mine(log) {
		return this.#mine.get(log) ?? this.#base.get(log);
	}
	/** What the peer has said that it holds durably of a log. */
	theirs(log) {
		const entry = this.#theirs.get(log) ?? (this.#assumed ? this.#base.get(log) : void 0);
		return entry?.seq === 0 ? void 0 : entry;
	}
	mineSeq(log) {
		return this.mine(log)?.seq ?? 0;
	}
	/** How far the peer is known to have the log, by what it said or by what it sent. */
	theirSeq(log) {
		return Math.max(this.theirs(log)?.seq ?? 0, this.#shown.get(log) ?? 0);
	}
	isForked(log) {
		return this.#forks.has(log);
	}
	get forks() {
		return [...this.#forks];
	}
	/** Marks a log as written twice; whether that is news. */
	markForked(log) {
		if (this.#forks.has(log)) return false;
		this.#forks.add(log);
		return true;
	}
	/** Our frontier of a log is now at least `entry`; whether it grew. */
	advanceMine(log, entry) {
		if (entry.seq <= this.mineSeq(log)) return false;
		this.#change(log, () => {
			this.#mine.set(log, entry);
			if ((this.#shown.get(log) ?? 0) >= entry.seq && entry.seq > (this.theirs(log)?.seq ?? 0)) this.#theirs.set(log, entry);
		});
		return true;
	}
	/** The peer says that it has at least `entry`. */
	advanceTheirs(log, entry) {
		if (entry.seq < (this.theirs(log)?.seq ?? 1)) return;
		this.#bound(log);
		this.#change(log, () => this.#theirs.set(log, entry));
	}
	/** The peer named what it has where this log belongs, and this was not among it. */
	absent(log) {
		if (!this.#theirs.has(log)) this.#theirs.set(log, nothing$1);
	}
	/** The peer corrects what we believe of it. */
	resetTheirs(log, entry) {
		this.#bound(log);
		this.#change(log, () => {
			this.#shown.delete(log);
			this.#theirs.set(log, entry);
		});
	}
	/** The peer sent us a batch that ends at `seq`. */
	show(log, seq) {
		if (seq <= (this.#shown.get(log) ?? 0)) return;
		this.#bound(log);
		this.#change(log, () => this.#shown.set(log, seq));
	}
	/** Whether the two frontiers contradict each other at this log. */
	contradicts(log) {
		return isFork(this.mine(log), this.theirs(log));
	}
	/** The logs in which the two sides may differ. */
	*logs() {
		if (!this.#assumed) {
			for (const [log] of this.#base) if (!this.#mine.has(log)) yield log;
		}
		yield* this.#mine.keys();
		for (const log of this.#theirs.keys()) if (!this.#isOurs(log)) yield log;
		for (const log of this.#shown.keys()) if (!this.#isOurs(log) && !this.#theirs.has(log)) yield log;
	}
	/** Whether `logs` yields it anyway, as a log of ours. */
	#isOurs(log) {
		return this.#mine.has(log) || !this.#assumed && this.#base.get(log) !== void 0;
	}
	/** How many operations more we have than the peer; negative where it has more. */
	#ahead(log) {
		return this.mineSeq(log) - this.theirSeq(log);
	}
	#change(log, change) {
		const before = this.#ahead(log);
		change();
		if (!this.#counting) return;
		this.#count(this.#ahead(log));
		this.#count(before, -1);
	}
	#count(ahead, sign = 1) {
		if (ahead > 0) this.#lag += sign * ahead;
		else this.#missing -= sign * ahead;
	}
	#bound(log) {
		if (this.#theirs.size < this.#maxLogs && this.#shown.size < this.#maxLogs) return;
		if (this.#theirs.has(log) || this.#shown.has(log)) return;
		throw new SyncError("too-many", `more than ${this.#maxLogs} logs were named`);
	}
};
// ../../packages/sync/dist/comparison.js
/**
* Finds where two frontiers differ by exchanging the parts of the places whose hashes differ. Both sides see the same
* pairs of summaries, so both know without a question what the other says next: the parts of a place where both have
* many logs, else all logs there. Ends when everything awaited has come; then the other side has all it awaits, too.
*/
var Comparison = class {
	#tree;
	#page;
	/** What the peer is to say next, by place. */
	#awaited = /* @__PURE__ */ new Map();
	/** Places of which both sides name all logs. */
	#named = [];
	constructor(tree, page) {
		this.#tree = tree;
		this.#page = page;
	}
	get isDone() {
		return this.#awaited.size === 0;
	}
	/** Places in which the frontiers differ; every log elsewhere is the same on both sides. */
	get differing() {
		return this.#named;
	}
	/** Begins with the root of the peer's tree; gives what to send. */
	start(theirs) {
		return this.#compare(/* @__PURE__ */ new Uint8Array(0), theirs);
	}
	branch({ prefix, children }) {
		this.#take(prefix, "branch");
		return children.flatMap((theirs, digit) => [...this.#compare(Uint8Array.of(...prefix, digit), theirs)]);
	}
	/** The peer's logs at a place; whether these are all. */
	leaves({ prefix, last }) {
		this.#take(prefix, "leaves");
		if (!last) this.#awaited.set(prefix.join(), "leaves");
	}
	*#compare(prefix, theirs) {
		const mine = this.#tree.summary(prefix);
		if (mine.count === theirs.count && mine.hash.every((byte, i) => byte === theirs.hash[i])) return;
		if (Math.min(mine.count, theirs.count) > 16) {
			this.#awaited.set(prefix.join(), "branch");
			yield {
				type: "branch",
				prefix,
				children: this.#tree.children(prefix)
			};
			return;
		}
		this.#named.push(prefix);
		if (theirs.count > 0) this.#awaited.set(prefix.join(), "leaves");
		if (mine.count > 0) yield* this.#leaves(prefix, mine.count);
	}
	*#leaves(prefix, count) {
		let entries = [];
		let left = count;
		for (const [log, { seq, batch }] of this.#tree.below(prefix)) {
			entries.push({
				log,
				seq,
				batch
			});
			left--;
			if (entries.length < this.#page && left > 0) continue;
			yield {
				type: "leaves",
				prefix,
				entries,
				last: left === 0
			};
			entries = [];
		}
	}
	#take(prefix, what) {
		const place = prefix.join();
		if (this.#awaited.get(place) !== what) throw new SyncError("unexpected", "a place that differs nowhere");
		this.#awaited.delete(place);
	}
};
// ../../packages/sync/dist/opening.js
/**
* How a session begins: both sides say who they are, then what they have. Two frontier trees are compared where they
* differ; otherwise both name all their logs.
*/
var Opening = class {
	#options;
	#knowledge;
	#pageSize;
	/** Our frontier when the session began, where it is compared as a tree. */
	#tree;
	#comparison;
	#hello;
	#isListed = false;
	constructor(options, knowledge, pageSize) {
		this.#options = options;
		this.#knowledge = knowledge;
		this.#pageSize = pageSize;
	}
	/** What the peer said of itself. */
	get hello() {
		return this.#hello;
	}
	/** Features that both sides announced. */
	get features() {
		return this.#features.filter((feature) => this.#hello?.features.includes(feature));
	}
	/** Everything is known that the peer has. */
	get isDone() {
		return this.#comparison?.isDone ?? this.#isListed;
	}
	begin(frontier) {
		if (frontier instanceof FrontierTree) this.#tree = frontier;
		this.#knowledge.begin(this.#tree ?? new Map(frontier));
		const { node, cluster, clock } = this.#options;
		return {
			type: "hello",
			version: 1,
			cluster,
			node,
			features: this.#features,
			clock: clock(),
			...this.#tree && { tree: this.#tree.summary(/* @__PURE__ */ new Uint8Array(0)) }
		};
	}
	/** Takes the peer's hello, if that is one to go on with; gives what to send. */
	greet(hello) {
		this.#check(hello);
		this.#hello = hello;
		if (this.#tree !== void 0 && hello.tree !== void 0) {
			this.#comparison = new Comparison(this.#tree, this.#pageSize);
			return [...this.#comparison.start(hello.tree)];
		}
		const entries = [];
		for (const [log, { seq, batch }] of this.#knowledge.base) entries.push({
			log,
			seq,
			batch
		});
		return [...pages(entries, this.#pageSize)].map(([page, last]) => ({
			type: "have",
			entries: page,
			last
		}));
	}
	/** The following take what the peer says while frontiers are compared, and give what to answer. */
	have({ entries, last }) {
		if (this.#comparison !== void 0) throw new SyncError("unexpected", "frontiers are compared as trees");
		this.#hear(entries);
		this.#isListed = last;
		return [];
	}
	branch(message) {
		return this.#trees.branch(message);
	}
	leaves(message) {
		this.#trees.leaves(message);
		this.#hear(message.entries);
		return [];
	}
	/** Draws the conclusions for logs of which the peer said nothing. */
	conclude() {
		for (const place of this.#comparison?.differing ?? []) for (const [log] of this.#tree.below(place)) this.#knowledge.absent(log);
		this.#knowledge.compared(this.#comparison !== void 0);
	}
	get #features() {
		const { features = [] } = this.#options;
		return [
			...this.#tree ? [treeFeature] : [],
			requestsFeature,
			...features
		];
	}
	get #trees() {
		if (this.#comparison === void 0) throw new SyncError("unexpected", "frontiers are compared as lists");
		return this.#comparison;
	}
	#check(hello) {
		const { node, cluster, peer } = this.#options;
		if (hello.version !== 1) throw new SyncError("version", `this node speaks version 1 of the session protocol, not ${hello.version}; update the older node`);
		if (!cluster.every((byte, i) => byte === hello.cluster[i])) throw new SyncError("cluster-mismatch", "this node belongs to another cluster");
		if (hello.node === node) throw new SyncError("self", "this node has the same identity");
		if (peer !== void 0 && hello.node !== peer) throw new SyncError("identity-mismatch", "hello names another node than the certificate");
		if (hello.features.includes("frontier-tree") && hello.tree === void 0) throw new SyncError("malformed", "hello announces a frontier tree and shows none");
	}
	#hear(entries) {
		for (const { log, seq, batch } of entries) if (seq > 0) this.#knowledge.advanceTheirs(log, {
			seq,
			batch
		});
	}
};
// ../../packages/sync/dist/turns.js
/** Of a log of which nobody said anything. */
const usual$1 = 2;
/**
* Whose turn it is of the logs that wait. Three turns of four are of the most urgent ones, in the order in which they came;
* the fourth goes round among the urgencies, so that nothing waits for ever. O(1).
*/
var Turns = class {
	#rings = [
		/* @__PURE__ */ new Set(),
		/* @__PURE__ */ new Set(),
		/* @__PURE__ */ new Set(),
		/* @__PURE__ */ new Set()
	];
	#urgency = /* @__PURE__ */ new Map();
	#taken = 0;
	/** The log waits, behind those that are as urgent. */
	add(log) {
		this.#ringOf(log).add(log);
	}
	/** Something more is to be sent of the log: it is as urgent as the most urgent of it. */
	urge(log, urgency) {
		const ring = this.#ringOf(log);
		const before = this.#urgency.get(log) ?? (ring.has(log) ? usual$1 : 3);
		this.#urgency.set(log, Math.min(before, urgency));
		if (ring !== this.#ringOf(log) && ring.delete(log)) this.add(log);
	}
	/** Nothing more is to be sent of the log. */
	done(log) {
		this.#ringOf(log).delete(log);
		this.#urgency.delete(log);
	}
	/** Takes the log whose turn it is. */
	next() {
		const waiting = this.#rings.filter(({ size }) => size > 0);
		if (waiting.length === 0) return void 0;
		const round = this.#taken++;
		const ring = round % 4 === 3 ? waiting[Math.floor(round / 4) % waiting.length] : waiting[0];
		const [log] = ring;
		ring.delete(log);
		return log;
	}
	#ringOf(log) {
		return this.#rings[this.#urgency.get(log) ?? usual$1];
	}
};
// ../../packages/sync/dist/outbound.js
/**
* The sending half of a session: of every log what the peer lacks, in log order, logs taking turns by bytes (deficit
* round robin, Shreedhar & Varghese 1995) and by urgency, never more than the peer's credit. What waits here is bounded by the credit
* plus one batch for each outstanding load.
*/
var Outbound = class {
	#knowledge;
	#headingOf;
	#limits;
	/** Highest sequence queued or sent, where it exceeds what the peer is known to have. */
	#sent = /* @__PURE__ */ new Map();
	/** The same of what left, not only queued. */
	#left = /* @__PURE__ */ new Map();
	#turns = new Turns();
	/** Bytes that a log may still send in its turn; negative after a batch larger than its turn. */
	#deficit = /* @__PURE__ */ new Map();
	#loading = /* @__PURE__ */ new Map();
	#attached = /* @__PURE__ */ new Set();
	/** Whether the peer wants a log, where that is not as usual. */
	#wishes = /* @__PURE__ */ new Map();
	/** Whether it wants a log of which it said nothing. */
	#isWanted = () => true;
	#steps = [];
	#queued = 0;
	#credit = 0;
	#operations = 0;
	constructor(knowledge, headingOf, limits) {
		this.#knowledge = knowledge;
		this.#headingOf = headingOf;
		this.#limits = limits;
	}
	/** Bytes that may still be sent. */
	get credit() {
		return this.#credit;
	}
	/** Last sequence of the log that left; 0 if nothing did. */
	sentThrough(log) {
		return this.#left.get(log) ?? 0;
	}
	/** Operations sent so far. */
	get operations() {
		return this.#operations;
	}
	/** Throws `SyncError` `too-large` for more than a session can use. */
	grant(bytes) {
		this.#credit += bytes;
		if (this.#credit > messageLimits.credit) throw new SyncError("too-large", "more credit than a session can use");
	}
	/** From now on the peer wants these logs only, unless it says so of others. */
	restrict(isWanted) {
		this.#isWanted = isWanted;
	}
	/** Whether batches of the log are sent. */
	isOpen(log) {
		return this.#wishes.get(log) ?? this.#isWanted(log);
	}
	/** The peer wants the log, from where it said. */
	request(log) {
		this.#wishes.set(log, true);
		this.rewind(log);
	}
	/** The peer does not want the log. What is sent is sent. */
	quiet(log) {
		this.#wishes.set(log, false);
		this.rewind(log);
	}
	/** What came of the log is so urgent. A log that is not sent at once keeps it until it is. */
	urge(log, urgency) {
		if (!this.#knowledge.isForked(log) && this.isOpen(log)) this.#turns.urge(log, urgency);
	}
	/** Gives a log a turn if the peer lacks something of it. O(1). */
	wake(log) {
		if (this.#loading.has(log) || this.#knowledge.isForked(log) || !this.isOpen(log)) return;
		if (this.#position(log) < this.#knowledge.mineSeq(log)) this.#turns.add(log);
	}
	/** The peer's entry of a log was reset: what was sent beyond it is sent again. */
	rewind(log) {
		if (this.#sent.delete(log)) {
			this.#steps = this.#steps.filter((step) => step.kind !== "batch" || step.log !== log);
			this.#queued = this.#steps.reduce((sum, step) => sum + (step.kind === "batch" ? step.cost : 0), 0);
		}
		this.wake(log);
	}
	loaded(log, { envelopes, certificates, schemas }) {
		if (!this.#loading.delete(log)) throw new Error(`nothing was being loaded of ${log}`);
		for (const { node, der } of certificates) this.#attach(`${node} ${key(der)}`, {
			type: "send",
			message: {
				type: "certificate",
				node,
				der
			}
		});
		for (const { id, bytes } of schemas) this.#attach(key(id), {
			type: "send",
			message: {
				type: "schema",
				id,
				bytes
			}
		});
		let spent = 0;
		for (const envelope of this.isOpen(log) ? envelopes : []) {
			const heading = this.#headingOf(envelope);
			const last = lastOf(heading);
			const position = this.#position(log);
			if (last <= position) continue;
			if (heading.first !== position + 1) break;
			const cost = batchCost(envelope);
			if (cost > this.#limits.maxBatch) throw new RangeError(`a stored batch costs ${cost} bytes`);
			const action = {
				type: "send",
				message: {
					type: "batch",
					envelope
				}
			};
			this.#steps.push({
				kind: "batch",
				log,
				last,
				operations: heading.count,
				cost,
				action
			});
			this.#sent.set(log, last);
			this.#queued += cost;
			spent += cost;
		}
		if (this.#position(log) >= this.#knowledge.mineSeq(log)) {
			this.#deficit.delete(log);
			this.#turns.done(log);
		} else this.#deficit.set(log, Math.min((this.#deficit.get(log) ?? 0) - spent, this.#limits.quantum));
		if (envelopes.length > 0) this.wake(log);
	}
	/** Sends what the credit allows and asks for more. */
	pump(emit) {
		this.#send(emit);
		this.#load(emit);
	}
	#send(emit) {
		let done = 0;
		for (const step of this.#steps) {
			if (step.kind === "batch") {
				const passed = this.#knowledge.isForked(step.log) || step.last <= this.#knowledge.theirSeq(step.log);
				if (!passed && step.cost > this.#credit) break;
				this.#queued -= step.cost;
				if (!passed) this.#credit -= step.cost;
				if (!passed) {
					this.#operations += step.operations;
					this.#left.set(step.log, step.last);
					emit(step.action);
				}
			} else emit(step.action);
			done++;
		}
		this.#steps.splice(0, done);
	}
	#load(emit) {
		const { maxLoads, quantum } = this.#limits;
		let reserved = this.#queued;
		for (const bytes of this.#loading.values()) reserved += bytes;
		while (this.#loading.size < maxLoads && reserved < this.#credit) {
			const log = this.#turns.next();
			if (log === void 0) return;
			if (this.#position(log) >= this.#knowledge.mineSeq(log)) continue;
			if (this.#knowledge.isForked(log) || !this.isOpen(log)) continue;
			const deficit = (this.#deficit.get(log) ?? 0) + quantum;
			this.#deficit.set(log, deficit);
			if (deficit <= 0) {
				this.#turns.add(log);
				continue;
			}
			const maxBytes = Math.min(deficit, this.#credit - reserved);
			this.#loading.set(log, maxBytes);
			reserved += maxBytes;
			emit({
				type: "load",
				log,
				after: this.#position(log),
				maxBytes
			});
		}
	}
	#position(log) {
		return Math.max(this.#knowledge.theirSeq(log), this.#sent.get(log) ?? 0);
	}
	#attach(name, action) {
		if (this.#attached.has(name)) return;
		this.#attached.add(name);
		this.#steps.push({
			kind: "attachment",
			action
		});
	}
};
/** Bytes as a key of a set. Only for what this node's own store gave. */
function key(bytes) {
	let text = "";
	for (const byte of bytes) text += String.fromCharCode(byte);
	return text;
}
// ../../packages/sync/dist/requests.js
const nothing = {
	seq: 0,
	batch: /* @__PURE__ */ new Uint8Array(32)
};
/** What is requested of the peer: which logs it has more of, and which of these it is asked for rather than another. */
var Requests = class {
	#context;
	/** Logs of which the peer has more than we, and those of them that were found in this step. */
	#ahead = /* @__PURE__ */ new Set();
	#news = /* @__PURE__ */ new Set();
	/** Logs for which we asked this peer, and those of which we want nothing from it. */
	#asked = /* @__PURE__ */ new Set();
	#unwanted = /* @__PURE__ */ new Set();
	/** The peer's own logs that we lacked something of when the session began: it waits to be asked. */
	#backlog = /* @__PURE__ */ new Set();
	/** What the comparison found was asked for. */
	#isSettledIn = false;
	constructor(context) {
		this.#context = context;
	}
	/** Whether the peer sends other authors' batches only when asked. */
	get areKnown() {
		return this.#context.opening.hello?.features.includes("requests") ?? false;
	}
	/** Logs of which the peer has more than we, and nothing speaks against taking them. */
	get awaited() {
		return [...this.#ahead].filter((log) => this.isTakable(log));
	}
	isAhead(log) {
		return this.#ahead.has(log) && this.isTakable(log);
	}
	isTakable(log) {
		return !this.#context.inbound.isHeld(log) && !this.#context.knowledge.isForked(log);
	}
	/** Whether this session is to bring the log. */
	brings(log) {
		return this.#context.sources.owner(log) === this;
	}
	/** From now on the peer pushes its own logs. */
	begin() {
		if (this.areKnown) this.#context.sources.joined(this.#context.opening.hello.node, this);
	}
	/** The session is over: what it was to bring may come from others. */
	end() {
		this.#context.sources.left(this);
	}
	/** The comparison found that we lack something of the log. */
	lack(log) {
		if (nodeOf(log) === this.#peer) this.#backlog.add(log);
		this.note(log);
	}
	/** Keeps account of whether the peer has more of the log than we. */
	note(log, isNews = true) {
		const { knowledge } = this.#context;
		if (knowledge.theirSeq(log) <= knowledge.mineSeq(log)) this.#ahead.delete(log);
		else {
			this.#ahead.add(log);
			if (isNews) this.#news.add(log);
		}
	}
	/** Asks for what the peer was found to have more of in this step. */
	claimNew() {
		if (!this.areKnown || this.#news.size === 0 && this.#isSettledIn) return;
		const logs = [...this.#news].filter((log) => this.isAhead(log));
		this.#news.clear();
		const eager = !this.#isSettledIn;
		this.#isSettledIn = true;
		this.#request(logs.filter((log) => this.#mayAsk(log, eager)));
	}
	/** Asks for all that the peer has more of, unless another is to bring it. */
	claimAll() {
		this.#request(this.awaited.filter((log) => this.#mayAsk(log, false)));
	}
	/** Asks for a log, whoever was to bring it. */
	take(log) {
		this.#context.sources.take(log, this);
		this.#request([log]);
	}
	/** Wants no batches of the log from this peer for now. */
	quiet(log) {
		this.#context.sources.release(log, this);
		this.#unwant(log);
	}
	/** The peer sent of a log what is here already: if another is to bring it, one of the two is too many. */
	repeated(log) {
		if (this.#context.sources.isElsewhere(log, this)) this.#unwant(log);
	}
	/** What comes of the log is refused for now. */
	refused(log) {
		this.#asked.delete(log);
		this.#context.sources.release(log, this);
	}
	/** Whether the peer sends a log only if it is asked, was not asked, and nobody else is to bring it. */
	#mayAsk(log, eager) {
		return !(nodeOf(log) === this.#peer && !this.#backlog.has(log) && !this.#unwanted.has(log)) && !this.#asked.has(log) && this.#context.sources.claim(log, this, eager);
	}
	/** Another brings the log: the peer is told once. */
	#unwant(log) {
		this.#asked.delete(log);
		if (!this.areKnown || this.#unwanted.has(log)) return;
		this.#unwanted.add(log);
		this.#context.actions.send({
			type: "quiet",
			logs: [log]
		});
	}
	#request(logs) {
		if (logs.length === 0) return;
		for (const log of logs) {
			this.#asked.add(log);
			this.#unwanted.delete(log);
		}
		const { knowledge, limits, actions } = this.#context;
		const entries = logs.map((log) => ({
			log,
			...knowledge.mine(log) ?? nothing
		}));
		for (const [page] of pages(entries, limits.page)) actions.send({
			type: "have",
			entries: page,
			last: true
		});
	}
	get #peer() {
		return this.#context.opening.hello?.node;
	}
};
// ../../packages/sync/dist/sources.js
/** Who brings which log, where several sessions could: shared by all sessions of a node. */
var Sources = class {
	/** Sessions that were asked for a log. */
	#asked = /* @__PURE__ */ new Map();
	/** Sessions with a node, which pushes its own logs unasked. */
	#sessions = /* @__PURE__ */ new Map();
	/** How often in a row a log was found awaited and unmoved. */
	#unmoved = /* @__PURE__ */ new Map();
	joined(node, session) {
		this.#sessions.set(node, session);
	}
	/** The session is over: what it was to bring may come from others. */
	left(session) {
		for (const [node, one] of this.#sessions) if (one === session) this.#sessions.delete(node);
		for (const [log, one] of this.#asked) if (one === session) this.#asked.delete(log);
	}
	/**
	* Whether this session may ask for a log: nobody else was asked, and its author is not here or is its peer. With
	* `eager` also where whoever was asked is not known to have more, instead of waiting for it to get more.
	*/
	claim(log, session, eager) {
		const owner = this.owner(log);
		if (owner !== void 0 && owner !== session && !(eager && !owner.isAhead(log))) return false;
		this.#asked.set(log, session);
		return true;
	}
	/** Whether another session is to bring the log. */
	isElsewhere(log, session) {
		const owner = this.owner(log);
		return owner !== void 0 && owner !== session;
	}
	/** The session does not bring the log any more. */
	release(log, session) {
		if (this.#asked.get(log) === session) this.#asked.delete(log);
	}
	/** The session that is to bring the log. */
	owner(log) {
		return this.#asked.get(log) ?? this.#sessions.get(nodeOf(log));
	}
	/** From now on this session brings the log. */
	take(log, session) {
		this.#asked.set(log, session);
		this.#unmoved.delete(log);
	}
	/** Our frontier of the log grew. */
	moved(log) {
		this.#unmoved.delete(log);
	}
	/**
	* Given all logs that some peer has more of, those of which nothing came since the call before: whoever was to bring
	* them does not. To be called every few seconds.
	*/
	stalled(awaited) {
		const unmoved = /* @__PURE__ */ new Map();
		for (const log of awaited) unmoved.set(log, (this.#unmoved.get(log) ?? 0) + 1);
		this.#unmoved = unmoved;
		return [...unmoved].filter(([, times]) => times > 1).map(([log]) => log);
	}
};
// ../../packages/sync/dist/parts.js
function partsOf(options) {
	const { node, headingOf, sources = new Sources() } = options;
	const given = {
		...sessionLimits,
		...options.limits
	};
	const limits = {
		...given,
		page: Math.min(given.page, messageLimits.entries)
	};
	const actions = new Actions();
	const knowledge = new Knowledge(limits.maxLogs);
	const opening = new Opening(options, knowledge, limits.page);
	const outbound = new Outbound(knowledge, headingOf, limits);
	const inbound = new Inbound(knowledge, headingOf, limits);
	return {
		options,
		limits,
		sources,
		actions,
		knowledge,
		opening,
		outbound,
		inbound,
		announcements: new Announcements(node, knowledge, outbound),
		requests: new Requests({
			knowledge,
			inbound,
			opening,
			sources,
			limits,
			actions
		}),
		catchUp: new CatchUp(knowledge)
	};
}
// ../../packages/sync/dist/session.js
const usual = /* @__PURE__ */ new Map();
/**
* One side of a session between two nodes; both sides run the same machine. It does no I/O: messages and the driver's
* answers go in, actions come out, to be carried out in order. Every method may be called at any time; after `close`
* all return nothing.
*/
var Session = class {
	#parts;
	#hearing;
	#synced = false;
	constructor(options) {
		this.#parts = partsOf(options);
		this.#hearing = new Hearing(this.#parts);
	}
	/** Features that both sides announced. */
	get features() {
		return this.#parts.opening.features;
	}
	/** Logs of which the peer has more than we, and nothing speaks against taking them. */
	get awaited() {
		return this.#parts.requests.awaited;
	}
	/** How far the peer is known to have stored a log durably, by its own word; undefined where it has nothing of it. */
	acknowledged(log) {
		return this.#parts.knowledge.theirs(log);
	}
	get status() {
		return {
			phase: this.#hearing.phase,
			peerNode: this.#parts.opening.hello?.node,
			lagOperations: this.#parts.knowledge.lag,
			missing: this.#parts.knowledge.missing,
			synced: this.#synced,
			credit: this.#parts.outbound.credit,
			outstanding: this.#parts.inbound.outstanding,
			sentOperations: this.#parts.outbound.operations,
			receivedOperations: this.#parts.inbound.operations,
			repeatedOperations: this.#parts.inbound.repeated,
			forks: this.#parts.knowledge.forks
		};
	}
	/** What is still to cross this session, as it stands now: the sequence that each log is to reach, there and here. */
	get outstandingLogs() {
		const there = /* @__PURE__ */ new Map();
		for (const log of this.#parts.knowledge.logs()) if (this.#parts.knowledge.theirSeq(log) < this.#parts.knowledge.mineSeq(log) && !this.#parts.knowledge.isForked(log)) there.set(log, this.#parts.knowledge.mineSeq(log));
		return {
			there,
			here: new Map(this.awaited.map((log) => [log, this.#parts.knowledge.theirSeq(log)]))
		};
	}
	/** Whether a log reached a sequence there, or here; or will not, because it is forked or cannot be taken. */
	hasReached(log, seq, where) {
		if (!this.#parts.requests.isTakable(log)) return true;
		return seq <= (where === "there" ? this.#parts.knowledge.theirSeq(log) : this.#parts.knowledge.mineSeq(log));
	}
	/** Whether this session is to bring the log. */
	brings(log) {
		return this.#parts.requests.brings(log);
	}
	/** Whether the peer understands what is said to heal a log. */
	get heals() {
		return this.#hearing.phase === "streaming" && this.features.includes("healing");
	}
	/** Whether the peer takes hollow batches, and says what is spent. */
	get vouches() {
		return this.#hearing.phase === "streaming" && this.features.includes("hollow");
	}
	/** Begins. Both sides do so as soon as they are connected. Sequences that both give as trees are compared as trees. */
	open(frontier) {
		return this.#run(() => this.#parts.actions.send(this.#parts.opening.begin(frontier)));
	}
	receive(message) {
		return this.#run(() => this.#hearing.hear(message));
	}
	/**
	* Our durable frontier grew: own commits, batches of this peer or of another. Pushes what the peer lacks, confirms
	* what it has sent; with `hold` only the latter, and the rest at the next `flush`. Logs with an urgency go before or
	* after the others where not everything can go at once.
	*/
	advanced(entries, hold = false, urgencies = usual) {
		return this.#run(() => {
			for (const [log, entry] of entries) {
				if (!this.#parts.knowledge.advanceMine(log, entry)) continue;
				this.#parts.catchUp.settle(log);
				this.#parts.inbound.advanced(log);
				this.#parts.sources.moved(log);
				this.#hearing.checkFork(log);
				this.#parts.requests.note(log);
				const urgency = urgencies.get(log);
				if (urgency !== void 0) this.#parts.outbound.urge(log, urgency);
				this.#parts.announcements.grew(log, hold);
			}
		});
	}
	/** Pushes and tells what was held back. */
	flush() {
		return this.#run(() => this.#parts.announcements.release());
	}
	/**
	* Asks the peer to tell what it has, and tells it what we have. Answered with a `told` of the same number, after
	* everything that the peer had then is known; a peer that knows no such question is taken to have told.
	*/
	ask(number) {
		return this.#run(() => this.#hearing.ask(number));
	}
	/** Tells the peer this node's clock and asks for its own, where it understands. */
	compareClocks() {
		return this.#run(() => {
			if (this.#hearing.phase !== "streaming" || !this.features.includes("clock")) return;
			this.#parts.actions.send({
				type: "clock",
				clock: this.#parts.options.clock(),
				asks: true
			});
		});
	}
	/** Asks the peer for what it has more of, unless another is to bring it. */
	consider() {
		return this.#run(() => this.#parts.requests.claimAll());
	}
	/** Asks the peer for a log, whoever was to bring it. */
	request(log) {
		return this.#run(() => this.#parts.requests.take(log));
	}
	/** Wants no batches of the log from this peer for now. */
	quiet(log) {
		return this.#run(() => this.#parts.requests.quiet(log));
	}
	/** The connection is gone without a word. */
	lost() {
		this.#hearing.end();
	}
	/** Answers a `load`. */
	loaded(log, loaded) {
		return this.#run(() => this.#parts.outbound.loaded(log, loaded));
	}
	/**
	* The driver no longer holds these delivered batches, stored or not: their credit goes back to the peer. Not derived
	* from `advanced`, because a batch that another session brought still lies in this driver's queue.
	*/
	consumed(envelopes) {
		return this.#run(() => this.#parts.inbound.consumed(envelopes.reduce((sum, one) => sum + batchCost(one), 0)));
	}
	/**
	* What was delivered of `log` beyond our frontier was not stored and is forgotten: it does not verify, or cannot be
	* judged yet. Its batches of it are passed over until `resume`, or the next session.
	*/
	refused(log) {
		return this.#run(() => {
			this.#parts.inbound.refused(log);
			this.#parts.requests.refused(log);
		});
	}
	/** Asks the peer for a refused log again, from our frontier on. */
	resume(log) {
		return this.#run(() => {
			if (this.#parts.inbound.resume(log)) this.#parts.requests.take(log);
		});
	}
	/** Says something to heal a log, after the schemas that it needs, or about what is spent, where the peer understands it. */
	say(message) {
		return this.#run(() => {
			if (message.type === "inquire" || message.type === "spent" ? this.vouches : this.heals) this.#parts.actions.send(message);
		});
	}
	/**
	* Ends the session from this side, with a code `[a-z0-9-]{1,32}` and a sentence that the peer will read: what is not
	* printable ASCII is replaced, what is too long is cut.
	*/
	close(code, text) {
		return this.#run(() => this.#leave(code, text));
	}
	#run(step) {
		if (this.#hearing.phase === "closed") return [];
		try {
			step();
			this.#pump();
		} catch (error) {
			if (error instanceof SyncError) this.#leave(error.code, error.message);
			else if (error instanceof Error && "code" in error) this.#leave("malformed", "a batch header is malformed");
			else throw error;
		}
		return this.#parts.actions.take();
	}
	#pump() {
		const { phase } = this.#hearing;
		if (phase === "greeting" || phase === "closed") return;
		const { requests, inbound, outbound, catchUp, actions } = this.#parts;
		if (phase === "streaming") requests.claimNew();
		this.#hearing.acknowledge();
		const bytes = inbound.grant();
		if (bytes > 0) actions.send({
			type: "credit",
			bytes
		});
		if (phase !== "streaming") return;
		outbound.pump((action) => actions.add(action));
		if (this.#synced || !catchUp.isDone) return;
		this.#synced = true;
		actions.add({ type: "synced" });
	}
	#leave(code, text) {
		const printable = text.replaceAll(/[^\x20-\x7e]/g, "?").slice(0, messageLimits.text);
		this.#parts.actions.send({
			type: "bye",
			code,
			text: printable
		});
		this.#hearing.close(code, text);
	}
};
// ../../packages/replica/dist/schedule/activity.js
const windowMs = 6e4;
const slots = 60;
const slotMs = windowMs / slots;
/** How many activities there were within the last minute, to the second; sixty numbers, whatever happens. */
var Activity = class {
	#counts = new Array(slots).fill(0);
	/** The second that was written last. */
	#last = 0;
	add(activities, now) {
		this.#move(now);
		this.#counts[this.#last % slots] = (this.#counts[this.#last % slots] ?? 0) + activities;
	}
	recent(now) {
		this.#move(now);
		return this.#counts.reduce((sum, count) => sum + count, 0);
	}
	#move(now) {
		const second = Math.floor(now / slotMs);
		for (let i = Math.min(slots, second - this.#last); i > 0; i--) this.#counts[(second - i + 1) % slots] = 0;
		this.#last = Math.max(this.#last, second);
	}
};
// ../../packages/replica/dist/schedule/interval.js
/** From the most urgent to the least. */
const priorities = [
	"critical",
	"high",
	"normal",
	"low"
];
/** The same as a number, 0 the most urgent: which log goes first over a session. */
function urgencyOf(priority) {
	return priorities.indexOf(priority);
}
/** Seconds between a change and the session in which it leaves (plan §9.3). */
const intervals = {
	critical: 1,
	high: 10,
	normal: 60,
	low: 300
};
/**
* Seconds to wait with a change of this priority, given how much has happened lately: above 100 activities half as long,
* never below 1; below 10 twice as long, never above 3600 (plan §9.3).
*/
function adaptiveInterval(priority, activities) {
	const interval = intervals[priority];
	if (activities > 100) return Math.max(Math.floor(interval / 2), 1);
	if (activities < 10) return Math.min(interval * 2, 3600);
	return interval;
}
// ../../packages/replica/dist/schedule/schedule.js
/** How urgent a change is of which nothing else was said. */
function usualPriority(mode) {
	return mode.kind === "lazy" ? mode.priority : "normal";
}
/** With which peer to synchronise when. Holds one entry for each peer, the earliest. Times are Unix milliseconds. */
var Schedule = class {
	#mode;
	#queue = /* @__PURE__ */ new Map();
	#activities = /* @__PURE__ */ new Map();
	constructor(mode) {
		this.#mode = mode;
	}
	/** A session with a peer begins: it brings both what they have. */
	joined(peer, now) {
		if (this.#mode.kind !== "scheduled") return;
		this.#queue.set(peer, {
			at: now + this.#mode.intervalMs,
			priority: "normal"
		});
	}
	left(peer) {
		this.#queue.delete(peer);
	}
	/** This node has so many operations that the peer may lack, of this priority. */
	changed(peer, operations, priority, now) {
		if (this.#mode.kind !== "lazy") return;
		const activity = this.#activities.get(peer) ?? new Activity();
		activity.add(operations, now);
		this.#activities.set(peer, activity);
		this.schedule(peer, priority, now);
	}
	/** Synchronise with a peer by the time its priority allows, or earlier where that was decided before. */
	schedule(peer, priority, now) {
		const at = now + adaptiveInterval(priority, this.#activities.get(peer)?.recent(now) ?? 0) * 1e3;
		const before = this.#queue.get(peer);
		if (before === void 0 || at < before.at) this.#queue.set(peer, {
			at,
			priority
		});
	}
	/** The peers whose time has come, the most urgent first. */
	due(now) {
		const due = [...this.#queue].filter(([, { at }]) => at <= now);
		due.sort(([, a], [, b]) => rank(a) - rank(b) || a.at - b.at);
		for (const [peer] of due) {
			this.#queue.delete(peer);
			this.joined(peer, now);
		}
		return due.map(([peer]) => peer);
	}
};
function rank({ priority }) {
	return priorities.indexOf(priority);
}
// ../../packages/replica/dist/schedule/urgencies.js
/** Of a large change so much is looked at: its beginning is what leaves first. */
const readBytes = 262144;
/** Finds how urgent a change is by what it is about. */
var Urgencies = class {
	#rules;
	#store;
	#compressor;
	constructor(rules, store, compressor) {
		this.#rules = Object.entries(rules);
		this.#store = store;
		this.#compressor = compressor;
	}
	/** Of each log the most urgent priority that a rule gives to something in it. O(what is read). */
	async of(change) {
		const found = /* @__PURE__ */ new Map();
		if (this.#rules.length === 0) return found;
		for (const [log, { from, through }] of change) {
			let most;
			for (const envelope of await this.#store.read(log, from, readBytes)) {
				if (decodeHeader(envelope.header).first > through) break;
				most = moreUrgent(most, await this.#ofBatch(envelope));
			}
			if (most !== void 0) found.set(log, most);
		}
		return found;
	}
	async #ofBatch(envelope) {
		if (isHollow(envelope)) return void 0;
		const header = decodeHeader(envelope.header);
		const bytes = await this.#store.schema(header.schema);
		const schema = bytes && decodeSchema(bytes);
		const names = /* @__PURE__ */ new Set();
		for (const operation of unpackBody(envelope, header.count, this.#compressor)) {
			const name = nameOf$2(outlineOperation(operation, header), schema);
			if (name !== void 0) names.add(name);
		}
		let most;
		for (const name of names) most = moreUrgent(most, this.#ofName(name));
		return most;
	}
	#ofName(name) {
		return this.#rules.find(([pattern]) => pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern)?.[1];
	}
};
/** The object or table that an operation is about; of a part of an object, the object. */
function nameOf$2(operation, schema) {
	if ("object" in operation) return operation.object.split("")[0];
	if ("table" in operation) return schema?.tables[operation.table]?.name;
}
/** The more urgent of two priorities, where there are any. */
function moreUrgent(a, b) {
	if (a === void 0 || b === void 0) return a ?? b;
	return priorities.indexOf(a) <= priorities.indexOf(b) ? a : b;
}
// ../../packages/replica/dist/announcer.js
/** Tells sessions and listeners, in order, what is stored, whoever brought it. */
var Announcer = class {
	#parts;
	#listeners = /* @__PURE__ */ new Set();
	#unsubscribe;
	/** What is stored, as far as the sessions were told. */
	#frontier;
	#announcing;
	/** `begin` is given the authors of what is stored before anything is announced. */
	constructor(parts, begin) {
		const { store, hasher, onFailure } = parts;
		this.#parts = parts;
		this.#frontier = FrontierTree.of(/* @__PURE__ */ new Map(), hasher);
		this.#announcing = store.frontier().then((frontier) => {
			this.#frontier = FrontierTree.of(frontier, hasher);
			return begin(new Set([...frontier.keys()].map(nodeOf)));
		});
		this.#unsubscribe = store.subscribe((logs) => {
			this.#announcing = this.#announcing.then(() => this.#announce(logs)).catch(onFailure);
		});
	}
	get frontier() {
		return this.#frontier;
	}
	/** Resolves when everything that is stored now was announced. */
	get announced() {
		return this.#announcing;
	}
	subscribe(listener) {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}
	/** Announces what is stored, and nothing any more. */
	async close() {
		this.#unsubscribe();
		await this.#announcing;
	}
	async #announce(logs) {
		const { store, records, urgencies, now } = this.#parts;
		const entries = /* @__PURE__ */ new Map();
		for (const log of logs) {
			const head = await store.head(log);
			if (head) entries.set(log, {
				seq: head.header.first + head.header.count - 1,
				batch: head.id
			});
		}
		const before = this.#frontier;
		const seqBefore = (log) => before.get(log)?.seq ?? 0;
		if (logs.some((log) => seqBefore(log) > (entries.get(log)?.seq ?? 0))) return this.#abandoned();
		const change = new Map([...entries].map(([log, { seq }]) => [log, {
			from: seqBefore(log),
			through: seq
		}]));
		const urgent = await urgencies.of(change);
		this.#frontier = before.with(entries);
		for (const record of records.values()) if (!record.isConnected) record.missed(seqBefore, entries, now());
		this.#push(entries, change, urgent);
		if (change.size > 0) for (const listener of this.#listeners) listener(change);
	}
	#push(entries, change, urgencies) {
		const { sessions, mode, schedule, now } = this.#parts;
		for (const session of sessions) {
			const peer = session.link.node;
			session.advanced(entries, mode.kind !== "eager", urgencies);
			let news = 0;
			let most;
			for (const [log, { from, through }] of change) {
				if (nodeOf(log) === peer) continue;
				news += through - from;
				most = moreUrgent(most, urgencies.get(log) ?? usualPriority(mode));
			}
			if (most !== void 0 && news > 0) schedule.changed(peer, news, most, now());
		}
	}
	/** A log ends earlier than was said: whatever was said of it is compared anew, in new sessions. */
	async #abandoned() {
		const { store, hasher, sessions } = this.#parts;
		this.#frontier = FrontierTree.of(await store.frontier(), hasher);
		sessions.closeAll("log-abandoned", "a log was written twice and ends earlier now");
	}
};
// ../../packages/replica/dist/authors.js
/** Certificates checked once and remembered: a signature is verified per batch, a certificate per author. */
var Authors = class {
	#store;
	#authority;
	#byNode = /* @__PURE__ */ new Map();
	constructor(store, authority) {
		this.#store = store;
		this.#authority = authority;
	}
	/** Checks and keeps a certificate that a peer sent. */
	async learn(node, certificate) {
		const known = await this.of(node);
		const author = this.#authority.author(certificate);
		if (author.node !== node) throw new ReplicaError("identity-mismatch", `a certificate of ${author.node} was offered as ${node}'s`);
		if (known.some((one) => equal$2(one.key, author.key))) return;
		await this.#store.putCertificate(node, certificate);
		const now = this.#byNode.get(node) ?? known;
		if (!now.some((one) => equal$2(one.key, author.key))) this.#byNode.set(node, [author, ...now]);
	}
	/** All known certificates of a node. */
	async of(node) {
		const known = this.#byNode.get(node);
		if (known) return known;
		const stored = (await this.#store.certificates(node)).map((der) => this.#authority.author(der));
		const authors = this.#byNode.get(node) ?? stored;
		this.#byNode.set(node, authors);
		return authors;
	}
	/** Nodes with a certificate that lets them write now, of those that were asked for or learnt. */
	*writers(now) {
		for (const [node, authors] of this.#byNode) if (authors.some(({ role, notAfter }) => role !== "reader" && now < notAfter)) yield node;
	}
	/** Whether a certificate of the node is known, of those that were asked for or learnt. */
	isKnown(node) {
		return (this.#byNode.get(node)?.length ?? 0) > 0;
	}
	/** The certificate that a header names; call `of` before. */
	find(node, key) {
		return this.#byNode.get(node)?.find((author) => equal$2(author.key, key));
	}
};
function equal$2(a, b) {
	return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
// ../../packages/replica/dist/clock-judge.js
/** What follows from the clocks of peers. That nothing is minted while they contradict is the store's to see to. */
var ClockJudge = class {
	#options;
	#store;
	#onFailure;
	#isContradicted = false;
	constructor(options, store, onFailure) {
		this.#options = options;
		this.#store = store;
		this.#onFailure = onFailure;
	}
	heard(peer, clock) {
		this.#options?.watch.heard(peer, clock);
		this.#judge();
	}
	/** Every few seconds: asks all again where this clock was set, or is contradicted. */
	look(sessions) {
		const watch = this.#options?.watch;
		if (watch === void 0) return;
		if (watch.hasStepped() || watch.verdict.kind === "contradicted") for (const session of sessions) session.compareClocks();
		this.#judge();
	}
	#judge() {
		if (this.#options === void 0) return;
		const { watch, onVerdict, onFuture } = this.#options;
		const { verdict } = watch;
		const isContradicted = verdict.kind === "contradicted";
		if (isContradicted !== this.#isContradicted) {
			this.#isContradicted = isContradicted;
			onVerdict?.(verdict);
		}
		if (verdict.kind !== "agreed") return;
		this.#store.abandonFuture().then((any) => {
			if (any) onFuture?.();
		}, this.#onFailure);
	}
};
// ../../packages/replica/dist/counter-buffer.js
/**
* Adds increments of a counter up before they become an operation: as many as come while the store makes the ones before
* durable. What has become an operation is never rewritten (plan §9.2: increments are merged per node).
*/
var CounterBuffer = class {
	#commit;
	#turn;
	#pending = /* @__PURE__ */ new Map();
	#running = false;
	/** `turn` resolves when others had their turn to add. */
	constructor(commit, turn) {
		this.#commit = commit;
		this.#turn = turn;
	}
	/** Resolves when the increment is durable; many resolve with one. O(1). */
	add(object, by) {
		const pending = this.#pending.get(object);
		if (pending !== void 0 && Number.isSafeInteger(pending.sum + by)) {
			pending.sum += by;
			return pending.done;
		}
		if (pending !== void 0) this.#write([[object, pending]]);
		const { promise: done, resolve, reject } = Promise.withResolvers();
		this.#pending.set(object, {
			sum: by,
			done,
			resolve,
			reject
		});
		if (!this.#running) this.#run();
		return done;
	}
	async #run() {
		this.#running = true;
		while (this.#pending.size > 0) {
			await this.#turn();
			const taken = [...this.#pending];
			this.#pending = /* @__PURE__ */ new Map();
			await this.#write(taken);
		}
		this.#running = false;
	}
	async #write(taken) {
		const intents = taken.map(([object, { sum: by }]) => ({
			kind: "counter.add",
			object,
			by
		}));
		try {
			await this.#commit({ intents });
			for (const [, { resolve }] of taken) resolve();
		} catch (error) {
			if (taken.length > 1) for (const one of taken) await this.#write([one]);
			else for (const [, { reject }] of taken) reject(error);
		}
	}
};
// ../../packages/replica/dist/exchange.js
/** Exchanges that somebody waits for: both sides tell what they have, then it has to be stored on the other. */
var Exchanges = class {
	#wanted = /* @__PURE__ */ new Map();
	#number = 0;
	/** Counts what goes over the session beyond `before`. Rejects with `disconnected` when the session ends before, and with the signal's reason. */
	begin(session, before, signal) {
		if (signal?.aborted) return Promise.reject(signal.reason);
		const { promise, resolve, reject } = Promise.withResolvers();
		const number = this.#number++;
		this.#wanted.set(number, {
			session,
			goal: void 0,
			...before,
			resolve,
			reject
		});
		const abort = () => {
			this.#wanted.delete(number);
			reject(signal?.reason);
		};
		signal?.addEventListener("abort", abort);
		session.ask(number);
		return promise.finally(() => signal?.removeEventListener("abort", abort));
	}
	/** The peer has told what it had when it was asked. */
	told(session, number) {
		const wanted = this.#wanted.get(number);
		if (wanted?.session !== session) return;
		wanted.goal = session.outstandingLogs;
		this.check(session);
	}
	/** Something was stored here or there. */
	check(session) {
		for (const [number, wanted] of this.#wanted) {
			if (wanted.session !== session || wanted.goal === void 0) continue;
			const { there, here } = wanted.goal;
			if (![...there].every(([log, seq]) => session.hasReached(log, seq, "there")) || ![...here].every(([log, seq]) => session.hasReached(log, seq, "here"))) continue;
			this.#wanted.delete(number);
			wanted.resolve({
				sent: session.sentOperations - wanted.sent,
				received: session.receivedOperations.all - wanted.received
			});
		}
	}
	ended(session) {
		for (const [number, wanted] of this.#wanted) {
			if (wanted.session !== session) continue;
			this.#wanted.delete(number);
			wanted.reject(new ReplicaError("disconnected", "the session ended before both sides had everything"));
		}
	}
};
// ../../packages/replica/dist/log-healing.js
/** Bytes of batches in one answer. */
const pageBytes = 1048576;
/** Unpacked bytes of a branch that are minted anew at a time: they are in memory as a whole. */
const branchBytes = 67108864;
/**
* What is said with one peer about logs that were written twice. The author asks for what the other holds of it, and
* gives it to the store, which decides what to make of it; anybody else tells the author.
*/
var LogHealing = class {
	#options;
	/** What was shown so far of the logs that were asked for. */
	#asked = /* @__PURE__ */ new Map();
	#told = /* @__PURE__ */ new Set();
	/** Who waits for what is shown of a log, whatever it is. */
	#fetching = /* @__PURE__ */ new Map();
	constructor(options) {
		this.#options = options;
	}
	/** The session began: tells the peer of what is stored of its logs and does not count. */
	async begin() {
		const { store, peer } = this.#options;
		for (const { log, isUnsettled } of await store.voids()) if (isUnsettled && nodeOf(log) === peer) await this.#tell(log);
	}
	/** What the peer has of a log contradicts what is stored. */
	async contradicted(log) {
		const { store, peer } = this.#options;
		if (nodeOf(log) === store.node) await this.#ask(log);
		else if (nodeOf(log) === peer) await this.#tell(log);
	}
	/** What the peer holds of a log after a place, as far as one answer goes; nothing where the session ends before. */
	fetch(log, points) {
		return new Promise((resolve, reject) => {
			this.#fetching.get(log)?.([]);
			this.#fetching.set(log, resolve);
			this.#options.say({
				type: "history",
				log,
				points
			}).catch(reject);
		});
	}
	end() {
		for (const resolve of this.#fetching.values()) resolve([]);
		this.#fetching.clear();
	}
	async receive(message) {
		const { store, say, schemasOf } = this.#options;
		switch (message.type) {
			case "forked":
				if (nodeOf(message.log) === store.node) await this.#ask(message.log);
				return;
			case "history": {
				const envelopes = await store.branch(message.log, message.points, pageBytes);
				await say({
					type: "shown",
					log: message.log,
					envelopes
				}, await schemasOf(envelopes));
				return;
			}
			case "shown":
				this.#fetching.get(message.log)?.(message.envelopes);
				this.#fetching.delete(message.log);
				await this.#take(message.log, message.envelopes);
		}
	}
	async #tell(log) {
		if (this.#told.has(log)) return;
		this.#told.add(log);
		await this.#options.say({
			type: "forked",
			log
		});
	}
	async #ask(log) {
		if (this.#asked.has(log)) return;
		this.#asked.set(log, []);
		await this.#options.say({
			type: "history",
			log,
			points: await this.#options.store.points(log)
		});
	}
	async #take(log, envelopes) {
		const { store, say, verify, onHealed } = this.#options;
		const shown = this.#asked.get(log);
		if (shown === void 0) return;
		for (const envelope of envelopes) shown.push(await verify(envelope, before(envelope, shown.at(-1))));
		const bytes = shown.reduce((sum, { envelope }) => sum + envelope.rawLength, 0);
		const last = shown.at(-1);
		if (envelopes.length > 0 && last !== void 0 && bytes < branchBytes) {
			await say({
				type: "history",
				log,
				points: [endOf(last)]
			});
			return;
		}
		this.#asked.delete(log);
		if (await store.heal(log, shown)) onHealed(log);
	}
};
function endOf({ id, header }) {
	return {
		seq: header.first + header.count - 1,
		batch: id
	};
}
/** The batch before, as far as the batch itself tells where none was shown: the store knows whether it is there. */
function before(envelope, last) {
	if (last !== void 0) return last;
	const header = decodeHeader(envelope.header);
	if (header.number === 1) return void 0;
	const { number, first, hlcMin, previous } = header;
	return {
		id: previous,
		header: {
			...header,
			number: number - 1,
			first: first - 1,
			count: 1,
			hlcMax: hlcMin
		}
	};
}
// ../../packages/replica/dist/fetch-batch.js
/**
* Finds somebody who has a stored batch whole, of which this node's copy is damaged: the one with the same header, verified.
* Undefined where nobody has it, or where not even the header here can be read.
*/
async function fetchBatch(log, first, holders, { store, inbox, hasher }) {
	const damaged = (await store.read(log, first - 1, 1))[0]?.header;
	const header = damaged && headerOf(damaged);
	if (damaged === void 0 || header?.log !== log || header.first !== first) return void 0;
	const points = first > 1 ? [{
		seq: first - 1,
		batch: header.previous
	}] : [];
	const id = batchId(damaged, hasher);
	for (const holder of holders) for (const envelope of await holder.fetch(log, points)) {
		if (isHollow(envelope) || !equal$1(batchId(envelope.header, hasher), id)) continue;
		const batch = await inbox.verify(envelope, before(envelope, void 0)).catch(() => void 0);
		if (batch) return {
			batch,
			peer: holder.link.node
		};
	}
}
function headerOf(bytes) {
	try {
		return decodeHeader(bytes);
	} catch {
		return;
	}
}
function equal$1(a, b) {
	return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
// ../../packages/replica/dist/fork-proofs.js
/**
* Checks who signed the headers by which a batch proves that another log of its author was written twice. Throws `unknown-author`
* where a certificate is missing, and `bad-proof`. What else is wrong with a proof the store finds. O(operations).
*/
function checkProofs(batch, authors, crypto) {
	for (const bytes of batch.operations) {
		if (bytes[0] !== operationKind["log.abandon"]) continue;
		for (const signed of proofOf(bytes, batch)) checkSigned(signed, batch, authors, crypto);
	}
}
function proofOf(bytes, { header }) {
	try {
		const operation = decodeOperation(bytes, header);
		return operation.kind === "log.abandon" ? operation.proof : [];
	} catch (error) {
		if (error instanceof CrdtError) return [];
		throw error;
	}
}
function checkSigned({ header, signature }, batch, authors, { hasher, verifier }) {
	const node = batch.header.log.slice(0, 36);
	const author = authors.find(node, keyOf(header));
	if (author === void 0) throw new ReplicaError("unknown-author", `no certificate of ${node} with the key of a fork proof is known`);
	if (!verifier.verify(signature, signedMessage(batchId(header, hasher)), author.publicKey)) throw new ReplicaError("bad-proof", `${node} shows a fork proof that it did not sign`);
}
function keyOf(header) {
	try {
		return decodeHeader(header).key;
	} catch (error) {
		throw new ReplicaError("bad-proof", `a fork proof holds no header (${codeOf$1(error)})`);
	}
}
// ../../packages/replica/dist/inbox.js
/**
* What one transaction of the store takes at most. Large ones while catching up make a first sync fast; larger ones
* keep everybody else waiting who wants something of the store, above all the archive.
*/
const applyOperations = 2e3;
const applyBytes = 16777216;
/**
* Where received batches become stored ones: verified as they come, in order of their log, then handed to the store
* in transactions as large as what has arrived. All sessions share one inbox, so that two peers who offer the same
* batch cost one verification of its operations.
*/
var Inbox = class {
	#options;
	/** Verified and not yet stored. */
	#queue = [];
	/** Heads of logs with batches in the queue or in the transaction that runs; everything else the store knows. */
	#tails = /* @__PURE__ */ new Map();
	/** How many transactions the store has ended. */
	#transactions = 0;
	#pump;
	constructor(options) {
		this.#options = options;
	}
	/**
	* Verifies an envelope that a node sent and queues it; one that is stored or queued already is passed over. `release` is
	* called once, when the envelope is no longer held here. Throws the typed error of a refusal, without calling `release`.
	*/
	async accept(envelope, giver, release) {
		const { store } = this.#options;
		const { log } = decodeHeader(envelope.header);
		await this.#options.authors.of(nodeOf(log));
		let stored;
		let transactions;
		do {
			transactions = this.#transactions;
			stored = this.#tails.get(log) ?? await store.head(log);
		} while (transactions !== this.#transactions);
		const previous = this.#tails.get(log) ?? stored;
		try {
			const batch = this.#judge(envelope, previous, true);
			if (isHollow(envelope) && !this.#options.isVouched(batch.header, giver)) throw new ReplicaError("unvouched", "they were thrown away elsewhere, and no other member says yet that nothing of them is needed");
			this.#tails.set(log, {
				id: batch.id,
				header: batch.header
			});
			this.#queue.push({
				batch,
				release
			});
			this.#pump ??= this.#run();
		} catch (error) {
			if (!(error instanceof BatchError)) throw error;
			if (error.code !== "duplicate" && !await this.#isVoid(envelope, error)) throw error;
			release("stored");
		}
	}
	/** Resolves when everything queued is stored. */
	async idle() {
		await this.#pump;
	}
	/** Whether a batch follows nothing because its log ends earlier now: what does not count is passed over. */
	async #isVoid(envelope, { code }) {
		if (code !== "gap" && code !== "fork") return false;
		const { log, first } = decodeHeader(envelope.header);
		return (await this.#options.store.voids()).some((interval) => interval.log === log && interval.from <= first);
	}
	/** Verifies an envelope as one that follows `previous`, and keeps nothing. Throws the typed error of a refusal. */
	async verify(envelope, previous) {
		await this.#options.authors.of(nodeOf(decodeHeader(envelope.header).log));
		return this.#judge(envelope, previous);
	}
	/** The author's certificates are known already. */
	#judge(envelope, previous, takesHollow = false) {
		const { store, authors, now, hasher, verifier, compressor } = this.#options;
		const batch = verifyBatch(envelope, {
			cluster: store.cluster,
			authorKey: (author, key) => {
				const found = authors.find(author, key);
				return found && {
					publicKey: found.publicKey,
					from: hlcAt(found.notBefore),
					until: hlcAt(found.notAfter)
				};
			},
			previous,
			maxHlc: hlcAt(now() + driftBound),
			takesHollow,
			hasher,
			verifier,
			compressor
		});
		const node = nodeOf(batch.header.log);
		if (authors.find(node, batch.header.key)?.role === "reader") throw new ReplicaError("forbidden", `${node} may only read, but signed a batch`);
		checkProofs(batch, authors, {
			hasher,
			verifier
		});
		return batch;
	}
	async #run() {
		let taken = [];
		try {
			while (this.#queue.length > 0) {
				await this.#gather();
				taken = this.#take();
				await this.#apply(taken);
				taken = [];
				await this.#options.turn();
			}
		} catch (error) {
			const dropped = [...taken, ...this.#queue.splice(0)];
			this.#tails.clear();
			this.#options.onFailure(error);
			for (const { release } of dropped) release("refused");
		} finally {
			this.#pump = void 0;
		}
	}
	/** Waits as long as every turn of the event loop brings more, so that a stream becomes few transactions. */
	async #gather() {
		for (let before = 0; before < this.#queue.length && !full(this.#queue);) {
			before = this.#queue.length;
			await this.#options.turn();
		}
	}
	#take() {
		let operations = 0;
		let bytes = 0;
		let count = 0;
		for (const { batch } of this.#queue) {
			if (count > 0 && (operations >= applyOperations || bytes >= applyBytes)) break;
			operations += batch.header.count;
			bytes += batch.envelope.rawLength;
			count++;
		}
		return this.#queue.splice(0, count);
	}
	async #apply(taken) {
		const { refused } = await this.#options.store.apply(taken.map(({ batch }) => batch));
		this.#transactions++;
		const refusedLogs = new Set(refused.map(({ log }) => log));
		for (const { log, reason } of refused) this.#options.onFailure(new ReplicaError("refused", `the store refused a batch of ${log}: ${reason}`));
		const [orphans, rest] = partition(this.#queue, ({ batch }) => refusedLogs.has(batch.header.log));
		this.#queue = rest;
		const waiting = new Set(rest.map(({ batch }) => batch.header.log));
		for (const { batch } of taken) if (!waiting.has(batch.header.log)) this.#tails.delete(batch.header.log);
		for (const { batch, release } of [...taken, ...orphans]) release(refusedLogs.has(batch.header.log) ? "refused" : "stored");
	}
};
function full(queue) {
	let operations = 0;
	for (const { batch } of queue) operations += batch.header.count;
	return operations >= applyOperations;
}
function partition(all, test) {
	const yes = [];
	const no = [];
	for (const one of all) (test(one) ? yes : no).push(one);
	return [yes, no];
}
// ../../packages/replica/dist/lag-clock.js
const mostMarks = 256;
/**
* How long the oldest of the operations has waited that a peer lacks, seen from how many they are: what came first is
* taken to be acknowledged first. Bounded: where much waits for long, later times are told as somewhat earlier.
*/
var LagClock = class {
	#marks = [];
	/** Operations that ever waited, and those of them that wait no more. */
	#grown = 0;
	#lag = 0;
	get operations() {
		return this.#lag;
	}
	/** So many wait now. */
	observe(operations, now) {
		if (operations > this.#lag) {
			this.#grown += operations - this.#lag;
			const last = this.#marks.at(-1);
			if (last !== void 0 && this.#marks.length >= mostMarks) this.#marks[this.#marks.length - 1] = {
				total: this.#grown,
				at: last.at
			};
			else this.#marks.push({
				total: this.#grown,
				at: now
			});
		}
		this.#lag = operations;
		const gone = this.#grown - this.#lag;
		this.#marks.splice(0, this.#marks.filter(({ total }) => total <= gone).length);
	}
	/** Age of the oldest that waits, in seconds; 0 where none does. */
	seconds(now) {
		const oldest = this.#marks[0];
		return oldest === void 0 ? 0 : Math.max(0, now - oldest.at) / 1e3;
	}
};
// ../../packages/replica/dist/peer-record.js
/** What is remembered of a peer beyond a session, for as long as this process runs. */
var PeerRecord = class {
	node;
	#lag = new LagClock();
	#session;
	#connected = true;
	#since;
	#problem;
	constructor(node, session, now) {
		this.node = node;
		this.#session = session;
		this.#since = now;
	}
	get isConnected() {
		return this.#connected;
	}
	began(session, now) {
		if (!this.#connected) this.#since = now;
		this.#session = session;
		this.#connected = true;
	}
	ended(session, now) {
		if (this.#session !== session || !this.#connected) return;
		this.#connected = false;
		this.#since = now;
	}
	failed(code, message, now) {
		this.#problem = {
			code,
			message,
			at: now
		};
	}
	/** The session has something new to tell. */
	observe(session, now) {
		if (this.#session !== session || !this.#connected) return;
		if (session.synced) this.#problem = void 0;
		this.#lag.observe(session.lagOperations, now);
	}
	/** While it was away our frontier went from `before` to `after`: what others wrote it may have from them. */
	missed(before, after, now) {
		let grown = 0;
		for (const [log, { seq }] of after) if (nodeOf(log) !== this.node) grown += seq - before(log);
		this.#lag.observe(this.#lag.operations + grown, now);
	}
	/** How far the peer is known to have stored a log. */
	acknowledged(log) {
		return this.#session.acknowledged(log)?.seq ?? 0;
	}
	report(now) {
		const { synced, missingOperations, held, forks } = this.#session;
		return {
			node: this.node,
			connected: this.#connected,
			since: this.#since,
			synced,
			lagOperations: this.#lag.operations,
			lagSeconds: this.#lag.seconds(now),
			missingOperations,
			held,
			forks,
			problem: this.#problem
		};
	}
};
// ../../packages/replica/dist/held-logs.js
/** The log goes on as it is for everybody else; a refusal of these kinds may end when something else arrives. */
const holding = /* @__PURE__ */ new Set([
	"unknown-author",
	"outside-certificate",
	"clock-ahead",
	"forbidden",
	"gap",
	"fork",
	"bad-proof",
	"unvouched"
]);
/** Refusals that say that two histories of a log were met. */
const contradictions = /* @__PURE__ */ new Set(["gap", "fork"]);
/** Whether an error refuses a batch in a way that may end, so that the session goes on. */
function isHolding(error) {
	return holding.has(codeOf$1(error));
}
function isContradiction(code) {
	return contradictions.has(code);
}
/** Logs of which a peer has what cannot be judged yet: up to where, and whether it was asked for them again. */
var HeldLogs = class {
	#held = /* @__PURE__ */ new Map();
	get list() {
		return [...this.#held.values()].map(({ log, code, message, since }) => ({
			log,
			code,
			message,
			since
		}));
	}
	/** A batch was refused at `now`, in Unix milliseconds. */
	refused({ header }, code, message, now) {
		const { log, first, count } = decodeHeader(header);
		const before = this.#held.get(log);
		const since = before?.code === code ? before.since : now;
		this.#held.set(log, {
			log,
			code,
			message,
			since,
			asked: false,
			last: first + count - 1
		});
	}
	/** Whether the log is held for this. */
	isHeld(log, code) {
		return this.#held.get(log)?.code === code;
	}
	/** Takes note that the log is asked for again; whether it was to be. */
	takeOne(log) {
		const one = this.#held.get(log);
		if (one === void 0 || one.asked) return false;
		this.#held.set(log, {
			...one,
			asked: true
		});
		return true;
	}
	/** What came before what is held may be stored only now: that releases nothing. */
	advanced(entries) {
		for (const [log, { seq }] of entries) if (seq >= (this.#held.get(log)?.last ?? 0)) this.#held.delete(log);
	}
	/**
	* The logs to ask for again; each is given once until it is refused again. What came hollow is not asked for here as long
	* as it may come `elsewhere`.
	*/
	takeToAsk(elsewhere) {
		const logs = [...this.#held.values()].filter(({ asked }) => !asked).filter(({ log, code }) => code !== "unvouched" || !elsewhere(log)).map(({ log }) => log);
		for (const log of logs) this.#held.set(log, {
			...this.#held.get(log),
			asked: true
		});
		return logs;
	}
};
// ../../packages/replica/dist/deliveries.js
/** Gives the batches of one peer to the inbox, and remembers of which logs something could not be taken yet. */
var Deliveries = class {
	#options;
	#held = new HeldLogs();
	constructor(options) {
		this.#options = options;
	}
	get held() {
		return this.#held.list;
	}
	/** Resolves when the next batch may come. Rejects where the peer is to blame. */
	async deliver(envelope) {
		const { inbox, peer, onUnvouched, onProblem } = this.#options;
		const { log } = decodeHeader(envelope.header);
		try {
			await inbox.accept(envelope, peer, (outcome) => this.#released(envelope, log, outcome));
		} catch (error) {
			if (!isHolding(error)) throw error;
			const { code, message } = problemOf(error);
			if (code === "unvouched") onUnvouched(envelope);
			else onProblem(code, `${log}: ${message}`);
			this.#refused(envelope, log, code, message);
		}
	}
	advanced(entries) {
		this.#held.advanced(entries);
	}
	/** Whether the log is to be asked for again, now that another member has vouched for what of it was hollow. */
	takeVouched(log) {
		return this.#held.isHeld(log, "unvouched") && this.#held.takeOne(log);
	}
	/** The logs to ask for again; `elsewhere`: whether others offer a log. */
	takeToAsk(elsewhere) {
		return this.#held.takeToAsk(elsewhere);
	}
	#released(envelope, log, outcome) {
		if (outcome === "refused") this.#refused(envelope, log, "refused", "the store refused a batch");
		else this.#options.onConsumed(envelope);
	}
	#refused(envelope, log, code, message) {
		const { now, onConsumed, onRefused, onContradicted } = this.#options;
		if (isContradiction(code)) onContradicted(log);
		this.#held.refused(envelope, code, message, now());
		onConsumed(envelope);
		onRefused(log);
	}
};
// ../../packages/replica/dist/loads.js
/** Batches with what they need to be understood, from the store to a peer and back; waits while the link is full. */
var Loads = class {
	#store;
	#hasher;
	/** Loads that wait until the link takes more. */
	#waiting = [];
	#writable = true;
	constructor(store, hasher) {
		this.#store = store;
		this.#hasher = hasher;
	}
	/** Runs a load, at once or when the link takes more. */
	schedule(load) {
		if (this.#writable) load();
		else this.#waiting.push(load);
	}
	/** The link is full. */
	pause() {
		this.#writable = false;
	}
	/** The link takes more again. */
	resume() {
		this.#writable = true;
		for (const load of this.#waiting.splice(0)) load();
	}
	/** The link is gone. */
	drop() {
		this.#waiting = [];
	}
	/** With `hollow` also batches without operations: a peer that does not know them gets nothing of the log from there on. */
	async read(log, after, maxBytes, hollow) {
		const stored = await this.#store.read(log, after, maxBytes);
		const unknown = hollow ? -1 : stored.findIndex(isHollow);
		const envelopes = unknown < 0 ? stored : stored.slice(0, unknown);
		return {
			envelopes,
			certificates: (await this.#store.certificates(nodeOf(log))).map((der) => ({
				node: nodeOf(log),
				der
			})),
			schemas: await this.schemasOf(envelopes)
		};
	}
	async schemasOf(envelopes) {
		const schemas = [];
		let last;
		for (const { header } of envelopes) {
			const { schema: id } = decodeHeader(header);
			if (last && equal(last, id)) continue;
			last = id;
			const bytes = await this.#store.schema(id);
			if (bytes) schemas.push({
				id,
				bytes
			});
		}
		return schemas;
	}
	/** Keeps a schema that the peer sent. Throws `ReplicaError` `bad-schema`. */
	async keepSchema(id, bytes) {
		if (!equal(schemaId(bytes, this.#hasher), id)) throw new ReplicaError("bad-schema", "a schema does not have the id under which it was offered");
		if (!await this.#store.schema(id)) await this.#store.putSchema(id, bytes);
	}
};
function equal(a, b) {
	return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
// ../../packages/replica/dist/rounds.js
/** Rounds that follow each other faster are told as one. Milliseconds. */
const atMostEvery = 6e4;
/**
* Divides what a session exchanges into rounds: the first when both sides have what the other had at the beginning, then
* one for each time there was something and is no more, at most one a minute, and what is left when it ends.
*/
var Rounds = class {
	#from = {
		sent: 0,
		received: 0
	};
	#last = {
		sent: 0,
		received: 0
	};
	#at;
	#settledAt;
	#toldAt;
	constructor(now) {
		this.#at = now;
	}
	/** `settled`: neither side lacks anything of the other. */
	observe(counters, settled, now) {
		const moved = counters.sent > this.#last.sent || counters.received > this.#last.received;
		this.#last = counters;
		if (moved || !settled) this.#at ??= now;
		if (this.#at === void 0) return void 0;
		if (!settled) this.#settledAt = void 0;
		else if (moved || this.#settledAt === void 0) this.#settledAt = now;
		if (this.#settledAt === void 0) return void 0;
		if (this.#toldAt !== void 0 && now - this.#toldAt < atMostEvery) return void 0;
		return this.#tell(now);
	}
	/** What was exchanged since the last round, if anything was. */
	end(now) {
		const { sent, received } = this.#last;
		if (this.#at === void 0 || sent === this.#from.sent && received === this.#from.received) return void 0;
		return this.#tell(now);
	}
	#tell(now) {
		const at = this.#at ?? now;
		const round = {
			at,
			ms: (this.#settledAt ?? now) - at,
			sent: this.#last.sent - this.#from.sent,
			received: this.#last.received - this.#from.received
		};
		this.#from = this.#last;
		this.#at = void 0;
		this.#settledAt = void 0;
		this.#toldAt = now;
		return round;
	}
};
// ../../packages/replica/dist/spoken.js
function spoken(message) {
	const { type } = message;
	switch (message.type) {
		case "batch": {
			const { log, first, count } = decodeHeader(message.envelope.header);
			return {
				type,
				log,
				first,
				operations: count,
				bytes: batchCost(message.envelope)
			};
		}
		case "have":
		case "leaves":
		case "ack": return {
			type,
			logs: message.entries.length
		};
		case "quiet": return {
			type,
			logs: message.logs.length
		};
		case "credit": return {
			type,
			bytes: message.bytes
		};
		case "ask":
		case "told": return {
			type,
			number: message.number
		};
		case "forked":
		case "history": return {
			type,
			log: message.log
		};
		case "shown": return {
			type,
			log: message.log,
			batches: message.envelopes.length
		};
		case "bye": return {
			type,
			code: message.code
		};
		default: return { type };
	}
}
// ../../packages/replica/dist/vouching/inquiries.js
/** What is asked and answered in one session about spent operations. */
var Inquiries = class {
	#store;
	#say;
	/** Who waits for the answer to a question. */
	#open = /* @__PURE__ */ new Map();
	#isOver = false;
	constructor(store, say) {
		this.#store = store;
		this.#say = say;
	}
	/** What of a log is spent at the peer after a sequence, by its own word; undefined where it does not answer any more. */
	async ask(log, after) {
		if (this.#isOver) return void 0;
		const { promise, resolve } = Promise.withResolvers();
		const question = nameOf$1(log, after);
		const waiting = this.#open.get(question);
		if (waiting !== void 0) waiting.push(resolve);
		else {
			this.#open.set(question, [resolve]);
			await this.#say({
				type: "inquire",
				log,
				after
			});
		}
		return promise;
	}
	async receive(message) {
		const { log, after } = message;
		if (message.type === "inquire") {
			await this.#say({
				type: "spent",
				log,
				after,
				...await this.#store.spent(log, after)
			});
			return;
		}
		const question = nameOf$1(log, after);
		const waiting = this.#open.get(question) ?? [];
		this.#open.delete(question);
		for (const resolve of waiting) resolve(message);
	}
	end() {
		this.#isOver = true;
		for (const waiting of this.#open.values()) for (const resolve of waiting) resolve(void 0);
		this.#open.clear();
	}
};
function nameOf$1(log, after) {
	return `${log} ${after}`;
}
// ../../packages/replica/dist/peer-session.js
/** Why a session ends without anything being wrong. */
const orderly = /* @__PURE__ */ new Set(["shutdown", "log-abandoned"]);
/** Drives one session: carries out what the state machine asks, over a link, with the store and the inbox. */
var PeerSession = class {
	link;
	#options;
	#session;
	#healing;
	#loads;
	#inquiries;
	#deliveries;
	#open = true;
	/** Why the session ends was told already. */
	#reported = false;
	#rounds;
	constructor(link, options) {
		this.link = link;
		this.#options = options;
		const { store, now, limits, sources, hasher } = options;
		this.#loads = new Loads(store, hasher);
		this.#rounds = new Rounds(now());
		this.#healing = new LogHealing({
			store,
			peer: link.node,
			say: (message, schemas) => this.#say(message, schemas),
			schemasOf: (envelopes) => this.#loads.schemasOf(envelopes),
			verify: (envelope, previous) => options.inbox.verify(envelope, previous),
			onHealed: options.onHealed
		});
		this.#deliveries = new Deliveries({
			inbox: options.inbox,
			peer: link.node,
			now,
			onConsumed: (envelope) => this.#start(this.#session.consumed([envelope])),
			onRefused: (log) => this.#start(this.#session.refused(log)),
			onContradicted: (log) => this.#spawn(this.#healing.contradicted(log)),
			onUnvouched: (envelope) => options.onUnvouched(link.node, envelope),
			onProblem: (code, message) => this.#report(code, message)
		});
		this.#inquiries = new Inquiries(store, (message) => this.#say(message));
		this.#session = new Session({
			node: store.node,
			cluster: store.cluster,
			clock: () => hlcAt(now()),
			headingOf: (envelope) => decodeHeader(envelope.header),
			features: [
				healingFeature,
				hollowFeature,
				clockFeature
			],
			peer: link.node,
			sources,
			...limits && { limits }
		});
	}
	get lagOperations() {
		return this.#session.status.lagOperations;
	}
	get missingOperations() {
		return this.#session.status.missing;
	}
	get synced() {
		return this.#session.status.synced;
	}
	get held() {
		return this.#deliveries.held;
	}
	/** Whether the peer can be asked what is spent. */
	get vouches() {
		return this.#open && this.#session.vouches;
	}
	/** What of a log is spent at the peer, by its own word; undefined when the session ends before. */
	inquire(log, after) {
		return this.#inquiries.ask(log, after);
	}
	/** Another member has vouched for what of the log was hollow: the peer is asked for it again. */
	vouched(log) {
		if (this.#deliveries.takeVouched(log)) this.#start(this.#session.resume(log));
	}
	get forks() {
		return this.#session.status.forks;
	}
	/** Operations in batches that came over this session, and of those how many were here already. */
	get sentOperations() {
		return this.#session.status.sentOperations;
	}
	get receivedOperations() {
		const { receivedOperations, repeatedOperations } = this.#session.status;
		return {
			all: receivedOperations,
			repeated: repeatedOperations
		};
	}
	acknowledged(log) {
		return this.#session.acknowledged(log);
	}
	open(frontier) {
		return this.#perform(this.#session.open(frontier));
	}
	/** Takes one message; resolves when the next may come. Never rejects: what is wrong ends the session. */
	async receive(bytes) {
		try {
			const message = decodeMessage(bytes);
			this.#options.onMessage?.(this.link.node, "received", spoken(message));
			if (message.type === "ask") await this.#options.announced();
			await this.#perform(this.#session.receive(message));
		} catch (error) {
			this.#fail(error);
		}
	}
	/** The link takes more again. */
	drained() {
		this.#loads.resume();
	}
	/** With `hold` the peer is not told before `flush`, except what it waits to hear. */
	advanced(entries, hold, priorities) {
		this.#deliveries.advanced(entries);
		const urgencies = new Map([...priorities].map(([log, priority]) => [log, urgencyOf(priority)]));
		this.#start(this.#session.advanced(entries, hold, urgencies));
	}
	flush() {
		this.#start(this.#session.flush());
	}
	ask(number) {
		this.#start(this.#session.ask(number));
	}
	/** Tells the peer this node's clock, and has it tell its own. */
	compareClocks() {
		this.#start(this.#session.compareClocks());
	}
	/** What the peer holds of a log after a place; nothing where it does not understand, or is gone before it answered. */
	fetch(log, points) {
		return this.#open && this.#session.heals ? this.#healing.fetch(log, points) : Promise.resolve([]);
	}
	/** Logs of which the peer has more than this node, and nothing speaks against taking them. */
	get awaited() {
		return this.#session.awaited;
	}
	/** Whether this session is to bring the log. */
	brings(log) {
		return this.#session.brings(log);
	}
	get outstandingLogs() {
		return this.#session.outstandingLogs;
	}
	hasReached(log, seq, where) {
		return this.#session.hasReached(log, seq, where);
	}
	get isOpen() {
		return this.#open;
	}
	/** Asks the peer for what it has more of, unless another is to bring it. */
	consider() {
		this.#start(this.#session.consider());
	}
	/** Asks the peer for a log, whoever was to bring it. */
	request(log) {
		this.#start(this.#session.request(log));
	}
	/** Wants no batches of the log from this peer for now. */
	quiet(log) {
		this.#start(this.#session.quiet(log));
	}
	/** Asks again for what could not be judged: a clock may have come near, a certificate may have arrived. `elsewhere`: whether others offer a log. */
	retryHeld(elsewhere) {
		for (const log of this.#deliveries.takeToAsk(elsewhere)) this.#start(this.#session.resume(log));
		this.#observe();
	}
	close(code, reason) {
		this.#start(this.#session.close(code, reason));
	}
	/** The link is gone; nothing more is done for it. */
	closed() {
		this.#open = false;
		this.#loads.drop();
		this.#inquiries.end();
		this.#healing.end();
		this.#session.lost();
		const round = this.#rounds.end(this.#options.now());
		if (round) this.#options.onRound(this.link.node, round);
	}
	#observe() {
		const { phase, synced, sentOperations, receivedOperations, lagOperations, missing } = this.#session.status;
		if (phase !== "streaming") return;
		this.#options.onChange(this);
		const settled = synced && lagOperations === 0 && missing === 0;
		const counters = {
			sent: sentOperations,
			received: receivedOperations
		};
		const round = this.#rounds.observe(counters, settled, this.#options.now());
		if (round) this.#options.onRound(this.link.node, round);
	}
	async #perform(actions) {
		this.#observe();
		for (const action of actions) {
			if (!this.#open) return;
			switch (action.type) {
				case "send":
					this.#options.onMessage?.(this.link.node, "sent", spoken(action.message));
					if (!this.link.send(encodeMessage(action.message))) this.#loads.pause();
					break;
				case "load":
					this.#loads.schedule(() => this.#spawn(this.#load(action.log, action.after, action.maxBytes)));
					break;
				case "deliver":
					for (const envelope of action.envelopes) await this.#deliveries.deliver(envelope);
					break;
				case "certificate":
					await this.#options.authors.learn(action.node, action.der);
					break;
				case "schema":
					await this.#loads.keepSchema(action.id, action.bytes);
					break;
				case "healing":
					await this.#healing.receive(action.message);
					break;
				case "vouching":
					await this.#inquiries.receive(action.message);
					break;
				case "fork":
					this.#spawn(this.#healing.contradicted(action.log));
					this.#report("fork", `two versions of ${action.log} end at ${action.seq}`);
					break;
				case "synced":
					this.#options.onSynced(this.link.node);
					break;
				case "close":
					this.#open = false;
					this.#inquiries.end();
					if (!this.#reported && !orderly.has(action.code)) this.#report(action.code, action.reason);
					this.link.close(action.code, action.reason);
					break;
				case "told":
					this.#options.onTold(this, action.number);
					break;
				case "clock":
					this.#options.onClock(this.link.node, action.clock);
					break;
				case "offer":
					this.#options.onClock(this.link.node, action.clock);
					this.#spawn(this.#healing.begin());
			}
		}
	}
	async #say(message, schemas = []) {
		for (const { id, bytes } of schemas) await this.#perform(this.#session.say({
			type: "schema",
			id,
			bytes
		}));
		await this.#perform(this.#session.say(message));
	}
	async #load(log, after, maxBytes) {
		const loaded = await this.#loads.read(log, after, maxBytes, this.#session.vouches);
		if (this.#open) await this.#perform(this.#session.loaded(log, loaded));
	}
	#start(actions) {
		this.#spawn(this.#perform(actions));
	}
	#spawn(work) {
		work.catch((error) => this.#fail(error));
	}
	#fail(error) {
		if (!this.#open) return;
		const { code, message } = problemOf(error);
		this.#reported = true;
		this.#report(code, message);
		this.close(code, code === "internal" ? "internal error" : "refused");
	}
	#report(code, message) {
		this.#options.onProblem(this.link.node, code, message);
	}
};
// ../../packages/replica/dist/sessions.js
/** The sessions of a node, of which a peer may have several while one replaces another. */
var Sessions = class {
	#sessions = /* @__PURE__ */ new Set();
	add(session) {
		this.#sessions.add(session);
	}
	delete(session) {
		this.#sessions.delete(session);
	}
	[Symbol.iterator]() {
		return this.#sessions.values();
	}
	/** The last one with a peer that is open. */
	with(peer) {
		return [...this].findLast(({ link, isOpen }) => link.node === peer && isOpen);
	}
	/** A session with another node than `but`, from which a log can be taken that goes on there. */
	offering(log, but) {
		return [...this].find(({ link, awaited }) => link.node !== but && awaited.includes(log));
	}
	/** Asks others for what does not come from the peer that was asked for it. */
	reroute(sources) {
		const sessions = [...this].map((session) => ({
			session,
			awaited: new Set(session.awaited)
		}));
		for (const log of sources.stalled(sessions.flatMap(({ awaited }) => [...awaited]))) {
			const other = sessions.find(({ session, awaited }) => awaited.has(log) && !session.brings(log));
			if (other === void 0) continue;
			const before = sessions.find(({ session }) => session.brings(log));
			other.session.request(log);
			before?.session.quiet(log);
		}
	}
	closeAll(code, reason) {
		for (const session of this) session.close(code, reason);
	}
};
// ../../packages/replica/dist/vouching/members.js
/** Members as sessions and certificates show them. */
var Members = class {
	#node;
	#authors;
	#sessions;
	#now;
	constructor(node, authors, sessions, now) {
		this.#node = node;
		this.#authors = authors;
		this.#sessions = sessions;
		this.#now = now;
	}
	members() {
		const members = new Set(this.#authors.writers(this.#now()));
		for (const { link, awaited } of this.#sessions) for (const node of [link.node, ...awaited.map(nodeOf)]) if (!this.#authors.isKnown(node)) members.add(node);
		members.delete(this.#node);
		return members;
	}
	present() {
		const members = this.members();
		const witnesses = /* @__PURE__ */ new Map();
		for (const session of this.#sessions) {
			const { node } = session.link;
			if (!session.vouches || !members.has(node)) continue;
			witnesses.set(node, {
				node,
				ask: (log, after) => session.inquire(log, after),
				isPresent: () => session.vouches,
				has: (log, through) => (session.acknowledged(log)?.seq ?? 0) >= through
			});
		}
		return [...witnesses.values()];
	}
};
// ../../packages/replica/dist/vouching/agreed.js
/** What at least `needed` of the answers call spent, or overwritten, as far as so many of them looked. O(answers² · entries). */
function agreed(answers, needed) {
	const through = answers.map(({ through }) => through).sort((a, b) => b - a)[needed - 1] ?? 0;
	const edges = answers.flatMap(({ runs }) => runs.flatMap(({ first, last }) => [[first, 1], [last + 1, -1]]));
	edges.sort(([a, up], [b, down]) => a - b || down - up);
	const runs = [];
	let voices = 0;
	let first = 0;
	for (const [at, change] of edges) {
		const before = voices;
		voices += change;
		if (before < needed && voices >= needed) first = at;
		const last = Math.min(at - 1, through);
		if (before >= needed && voices < needed && first <= last) runs.push({
			first,
			last
		});
	}
	return {
		through,
		runs,
		overwritten: overwrittenIn(answers, needed, through)
	};
}
/** Who calls an operation spent says the same of all its groups. */
function overwrittenIn(answers, needed, through) {
	const parts = /* @__PURE__ */ new Map();
	const voices = /* @__PURE__ */ new Map();
	for (const { overwritten } of answers) for (const part of overwritten) {
		const name = `${part.seq} ${part.group}`;
		parts.set(name, part);
		voices.set(name, (voices.get(name) ?? 0) + 1);
	}
	return [...parts].filter(([name, { seq }]) => {
		const spent = answers.filter(({ runs }) => runs.some((run) => run.first <= seq && seq <= run.last));
		return seq <= through && voices.get(name) + spent.length >= needed;
	}).map(([, part]) => part).sort((a, b) => a.seq - b.seq);
}
// ../../packages/replica/dist/vouching/merged-runs.js
/** Both lists in order, what touches or overlaps made one. O(runs). */
function mergedRuns(a, b) {
	const merged = [];
	for (const { first, last } of [...a, ...b].sort((x, y) => x.first - y.first)) {
		const before = merged.at(-1);
		if (before !== void 0 && first <= before.last + 1) before.last = Math.max(before.last, last);
		else merged.push({
			first,
			last
		});
	}
	return merged;
}
// ../../packages/replica/dist/vouching/settling.js
/** Calls between two comparisons at most: a minute, as it is called. */
const longestPause = 12;
/**
* After hollow batches: compares what lives here with what other members say, and lets fall what two of them call spent,
* or the only other one. Without their word it stays.
*/
var Settling = class {
	#store;
	#witnesses;
	#isRunning = false;
	/** Causes for doubt when it was looked last: while there are more each time, it is too early. */
	#seen;
	/** Calls to pass over, because nothing came of the last comparisons. */
	#rest = 0;
	#pause = 1;
	#inDoubt;
	constructor(store, witnesses) {
		this.#store = store;
		this.#witnesses = witnesses;
	}
	/** Undefined where nothing is in doubt. */
	get inDoubt() {
		return this.#inDoubt;
	}
	/** Compares, where there is anything to compare and nothing comes any more that would have to be compared again. */
	async run() {
		if (this.#isRunning) return;
		this.#isRunning = true;
		try {
			await this.#run();
		} finally {
			this.#isRunning = false;
		}
	}
	async #run() {
		const doubts = await this.#store.doubts();
		const isQuiet = doubts?.causes === this.#seen;
		this.#seen = doubts?.causes;
		if (doubts === void 0) {
			this.#inDoubt = void 0;
			return;
		}
		const needed = Math.min(2, this.#witnesses.members().size);
		const witnesses = this.#witnesses.present();
		this.#inDoubt = {
			needed,
			present: witnesses.length
		};
		if (!isQuiet) this.#rest = 0;
		if (!isQuiet || needed === 0 || witnesses.length < needed || this.#rest-- > 0) return;
		if (!await this.#compare(doubts, witnesses, needed)) {
			this.#pause = Math.min(2 * this.#pause, longestPause);
			this.#rest = this.#pause;
			return;
		}
		this.#pause = 1;
		await this.#store.settle(doubts);
		if (await this.#store.doubts() === void 0) this.#inDoubt = void 0;
	}
	/** Whether everything was compared with enough members that know what was removed. */
	async #compare(doubts, witnesses, needed) {
		const told = await this.#told(doubts);
		const known = await Promise.all(witnesses.map((one) => this.#knows(one, doubts, told)));
		const knowing = witnesses.filter((_, i) => known[i]);
		let isDone = knowing.length >= needed;
		for (const { log, through } of doubts.logs) for (let after = 0; after < through;) {
			const answers = await this.#answers(witnesses, log, after);
			const spent = agreed([...answers.values()], needed);
			if (spent.runs.length > 0 || spent.overwritten.length > 0) await this.#store.wither(log, spent);
			if (spent.through <= after) break;
			const here = await this.#store.spent(log, after);
			const gone = mergedRuns(here.runs, here.told);
			const end = Math.min(here.through, spent.through);
			const isOpen = (one) => {
				const { runs = [], told = [] } = answers.get(one) ?? {};
				return mergedRuns(runs, told).some((run) => run.first <= end && !isWithin(gone, run.first, Math.min(run.last, end)));
			};
			if (end <= after || knowing.some(isOpen)) isDone = false;
			if (end <= after) break;
			after = end;
		}
		return isDone && witnesses.every(({ isPresent }) => isPresent());
	}
	/** What came hollow here. */
	async #told({ logs }) {
		const told = /* @__PURE__ */ new Map();
		for (const { log, through } of logs) {
			let runs = [];
			for (let after = 0; after < through;) {
				const page = await this.#store.spent(log, after);
				if (page.through <= after) break;
				runs = mergedRuns(runs, page.told);
				after = page.through;
			}
			if (runs.length > 0) told.set(log, runs);
		}
		return told;
	}
	/** Whether a member knows what those removed: it has interpreted them, or has compared itself. */
	async #knows(witness, { logs }, told) {
		let isSettled = logs.every(({ log, through }) => witness.has(log, through));
		let calls = told.size > 0;
		for (const { log } of logs) {
			const mine = told.get(log) ?? [];
			const end = mine.at(-1)?.last ?? 1;
			let runs = [];
			for (let after = (mine[0]?.first ?? 1) - 1; after < end;) {
				const answer = await witness.ask(log, after);
				if (answer === void 0) return false;
				isSettled &&= answer.settled;
				if (answer.through <= after) break;
				runs = mergedRuns(runs, answer.runs);
				after = answer.through;
			}
			calls &&= mine.every(({ first, last }) => isWithin(runs, first, last));
			if (!isSettled && !calls) return false;
		}
		return isSettled || calls;
	}
	async #answers(witnesses, log, after) {
		const answers = /* @__PURE__ */ new Map();
		const asked = witnesses.map(async (one) => {
			const answer = await one.ask(log, after);
			if (answer !== void 0 && answer.through > after) answers.set(one, answer);
		});
		await Promise.all(asked);
		return answers;
	}
};
// ../../packages/replica/dist/vouching/vouchers.js
/** Runs that are remembered of all members: some 10 MB. Peers choose how many there are. */
const mostRuns = 1e5;
/** Whether a hollow batch may be taken: who says of it what its giver says. */
var Vouchers = class {
	#witnesses;
	#onVouched;
	/** What members called spent, by log. */
	#said = /* @__PURE__ */ new Map();
	#runs = 0;
	/** Batches that wait. */
	#waiting = /* @__PURE__ */ new Map();
	#asking = /* @__PURE__ */ new Set();
	constructor(witnesses, onVouched) {
		this.#witnesses = witnesses;
		this.#onVouched = onVouched;
	}
	/** Whether a member other than `giver` calls all of the batch spent, or there is none. O(members · log runs). */
	isVouched({ log, first, count }, giver) {
		const others = [...this.#witnesses.members()].filter((node) => node !== giver);
		if (others.length === 0) return true;
		const said = this.#said.get(log);
		return others.some((node) => isWithin(said?.get(node) ?? [], first, first + count - 1));
	}
	/** A hollow batch waits: asks everybody who can be asked. */
	wait({ log, first, count }, giver) {
		const waiting = (this.#waiting.get(log) ?? []).filter((place) => place.giver !== giver);
		this.#waiting.set(log, [...waiting, {
			first,
			last: first + count - 1,
			giver
		}]);
		for (const witness of this.#witnesses.present()) if (witness.node !== giver) this.#ask(witness, log, first - 1);
	}
	/** Asks for all of the log from there on: what is vouched for when it comes need not wait. */
	async #ask(witness, log, from) {
		const name = `${witness.node} ${log}`;
		if (this.#asking.has(name)) return;
		this.#asking.add(name);
		for (let after = from;;) {
			const spent = await witness.ask(log, after);
			if (spent === void 0 || spent.through <= after) break;
			this.#hear(witness.node, log, spent.runs);
			after = spent.through;
		}
		this.#asking.delete(name);
	}
	#hear(node, log, runs) {
		if (this.#runs + runs.length > mostRuns) this.#forget();
		const said = this.#said.get(log) ?? /* @__PURE__ */ new Map();
		this.#said.set(log, said);
		const before = said.get(node) ?? [];
		const merged = mergedRuns(before, runs);
		said.set(node, merged);
		this.#runs += merged.length - before.length;
		const members = this.#witnesses.members();
		const waiting = this.#waiting.get(log) ?? [];
		const isFree = ({ first, last, giver }) => giver !== node && members.has(node) && isWithin(merged, first, last);
		const still = waiting.filter((place) => !isFree(place));
		if (still.length > 0) this.#waiting.set(log, still);
		else this.#waiting.delete(log);
		for (const place of waiting) if (!still.includes(place)) this.#onVouched(log, place.giver);
	}
	#forget() {
		this.#said.clear();
		this.#runs = 0;
	}
};
// ../../packages/replica/dist/replica.js
/**
* One node's replica: a store, and sessions with peers that bring it and take from it. Local writes go to the store;
* every session is told when the store has more, whoever brought it.
*/
var Replica = class Replica {
	#options;
	#authors;
	#inbox;
	#sessions = new Sessions();
	#records = /* @__PURE__ */ new Map();
	#vouchers;
	#settling;
	#sources = new Sources();
	#exchanges = new Exchanges();
	#counters;
	#schedule;
	#announcer;
	#clock;
	constructor(options) {
		this.#options = options;
		const { store, hasher, verifier, compressor, now, turn } = options;
		this.#authors = new Authors(store, options.authority);
		const members = new Members(store.node, this.#authors, this.#sessions, now);
		this.#vouchers = new Vouchers(members, (log, giver) => this.#sessions.with(giver)?.vouched(log));
		this.#settling = new Settling(store, members);
		this.#inbox = new Inbox({
			store,
			authors: this.#authors,
			hasher,
			verifier,
			compressor,
			now,
			turn,
			isVouched: (header, giver) => this.#vouchers.isVouched(header, giver),
			onFailure: (error) => this.#problem(void 0, error)
		});
		this.#counters = new CounterBuffer((transaction) => store.commit(transaction), turn);
		this.#clock = new ClockJudge(options.clock, store, (error) => this.#problem(void 0, error));
		const mode = options.mode ?? { kind: "eager" };
		this.#schedule = new Schedule(mode);
		this.#announcer = new Announcer({
			store,
			hasher,
			sessions: this.#sessions,
			records: this.#records,
			mode,
			schedule: this.#schedule,
			urgencies: new Urgencies(options.priorities ?? {}, store, compressor),
			now,
			onFailure: (error) => this.#problem(void 0, error)
		}, async (authors) => {
			for (const node of authors) await this.#authors.of(node);
		});
	}
	static async open(options) {
		const replica = new Replica(options);
		await replica.#announcer.announced;
		await replica.#authors.learn(options.store.node, options.certificate);
		return replica;
	}
	get node() {
		return this.#options.store.node;
	}
	/** Begins a session over a link. The owner of the link passes on what it receives, drains and its end. */
	async attach(link) {
		const { store, hasher, now, limits, onProblem, onSynced, onHealed, onRound } = this.#options;
		const session = new PeerSession(link, {
			store,
			authors: this.#authors,
			inbox: this.#inbox,
			hasher,
			now,
			...limits && { limits },
			sources: this.#sources,
			announced: () => this.#announcer.announced,
			onUnvouched: (giver, { header }) => {
				const heading = decodeHeader(header);
				this.#vouchers.wait(heading, giver);
				this.#sessions.offering(heading.log, giver)?.request(heading.log);
			},
			onMessage: this.#options.onMessage,
			onTold: (told, number) => this.#exchanges.told(told, number),
			onProblem: (peer, code, message) => {
				this.#records.get(peer)?.failed(code, message, now());
				onProblem?.(peer, code, message);
			},
			onClock: (peer, clock) => this.#clock.heard(peer, clock),
			onSynced: (peer) => onSynced?.(peer),
			onHealed: (log) => onHealed?.(log),
			onRound: (peer, round) => onRound?.(peer, round),
			onChange: (changed) => {
				this.#records.get(link.node)?.observe(changed, now());
				this.#exchanges.check(changed);
			}
		});
		const record = this.#records.get(link.node);
		if (record) record.began(session, now());
		else this.#records.set(link.node, new PeerRecord(link.node, session, now()));
		await this.#announcer.announced;
		this.#sessions.add(session);
		this.#schedule.joined(link.node, now());
		await session.open(this.#announcer.frontier);
		return session;
	}
	detach(session) {
		session.closed();
		this.#sessions.delete(session);
		this.#records.get(session.link.node)?.ended(session, this.#options.now());
		this.#exchanges.ended(session);
		if (this.#sessions.with(session.link.node) === void 0) this.#schedule.left(session.link.node);
		for (const other of this.#sessions) other.consider();
	}
	/**
	* Connects to a peer by its node id or an address. Rejects with `no-connections` where the replica was given none, or
	* as the owner of the connections does.
	*/
	async connectTo(target) {
		return this.#connections.connect(target);
	}
	/** Ends the sessions with a peer, and has none until `connectTo`. */
	disconnectFrom(peer) {
		this.#connections.disconnect(peer);
	}
	/**
	* Has both sides store what the other has at this moment, whatever the mode; connects first where there is no session,
	* and then counts what connecting brought.
	* What cannot be taken (`peers` tells why) is not waited for. Rejects with `disconnected` when the session ends before, and when the
	* signal says so: a peer that stores nothing is waited for as long.
	*/
	async syncWith(peer, options = {}) {
		const before = this.#sessions.with(peer);
		const node = before === void 0 ? await this.connectTo(peer) : peer;
		await this.#announcer.announced;
		const session = this.#sessions.with(node);
		if (session === void 0) throw new ReplicaError("disconnected", `there is no session with ${node}`);
		const sent = before?.sentOperations ?? 0;
		const received = before?.receivedOperations.all ?? 0;
		return this.#exchanges.begin(session, {
			sent,
			received
		}, options.signal);
	}
	/** In lazy mode: has changes reach a peer as soon as this priority allows, if that is sooner than it was to be. */
	scheduleSync(peer, priority) {
		this.#schedule.schedule(peer, priority, this.#options.now());
	}
	/** Synchronises with the peers whose time has come; call it about every second, unless the mode is eager. */
	tick() {
		for (const peer of this.#schedule.due(this.#options.now())) this.#sessions.with(peer)?.flush();
	}
	/** Whether an operation is stored here. */
	async hasOperation({ log, seq }) {
		const head = (await this.#options.store.head(log))?.header;
		return head !== void 0 && seq >= 1 && seq < head.first + head.count;
	}
	/**
	* Adds to a counter; durable when it resolves. Increments that come together become one operation. `by` is a safe
	* integer.
	*/
	incrementCounter(name, by = 1) {
		if (!Number.isSafeInteger(by)) return Promise.reject(new ReplicaError("invalid", "a counter grows by an integer within 2^53"));
		return this.#counters.add(name, by);
	}
	/** 0 where nobody has written it. */
	async getCounterValue(name) {
		return await this.#options.store.counter(name) ?? 0;
	}
	/** Rows of all replicated tables. */
	async getEntryCount() {
		return (await this.#options.store.counts()).rows;
	}
	/** Calls `listener` when logs have grown, whoever wrote them, once they are durable. Returns how to stop. */
	subscribe(listener) {
		return this.#announcer.subscribe(listener);
	}
	/** How far the peer is behind this node, connected or not; undefined before its first session. */
	lag(peer) {
		const report = this.#records.get(peer)?.report(this.#options.now());
		return report && {
			operations: report.lagOperations,
			seconds: report.lagSeconds,
			synced: report.synced
		};
	}
	/** The peers that this process has talked to. */
	peers() {
		return [...this.#records.values()].map((record) => record.report(this.#options.now()));
	}
	/** Peers that said to have stored an operation durably, of those that this process has talked to. */
	acknowledgedBy({ log, seq }) {
		return [...this.#records.values()].filter((record) => record.acknowledged(log) >= seq).map(({ node }) => node);
	}
	/** What is compared with other members, because batches came without their operations; undefined where nothing is. */
	get inDoubt() {
		return this.#settling.inDoubt;
	}
	/**
	* Asks all peers again for batches that could not be judged when they came, and others for what does not come from
	* the peer that was asked for it, and compares what hollow batches left in doubt; call it every few seconds.
	*/
	retryHeld() {
		this.#clock.look(this.#sessions);
		for (const session of this.#sessions) session.retryHeld((log) => this.#sessions.offering(log, session.link.node) !== void 0);
		this.#settling.run().catch((error) => this.#problem(void 0, error));
		this.#sessions.reroute(this.#sources);
	}
	/** A stored batch that is damaged here, as a connected peer has it, verified. Undefined where none has. */
	fetchBatch(log, first) {
		const { store, hasher } = this.#options;
		return fetchBatch(log, first, [...this.#sessions], {
			store,
			inbox: this.#inbox,
			hasher
		});
	}
	/** Ends all sessions; what was received and verified is stored first. The store stays open, it is the caller's. */
	async close() {
		this.#sessions.closeAll("shutdown", "this node is stopping");
		await this.#inbox.idle();
		await this.#announcer.close();
	}
	get #connections() {
		const { connections } = this.#options;
		if (connections === void 0) throw new ReplicaError("no-connections", "this replica was given no way to connect to peers");
		return connections;
	}
	#problem(peer, error) {
		const { code, message } = problemOf(error);
		this.#options.onProblem?.(peer, code, message);
	}
};
// dist/compose/entries.js
/** Makes rows of what a client posts, and tells the CRDT type that a row has by the mapping. */
var Entries = class {
	#rows;
	#mappings;
	#now;
	constructor(rows, mappings, now) {
		this.#rows = rows;
		this.#mappings = new Map(mappings.map((mapping) => [mapping.name, mapping]));
		this.#now = now;
	}
	/** The first row stands for the entry. Throws ServiceError. */
	rowsOf(entry) {
		try {
			return "table" in entry ? [this.#row(entry)] : operationRows(this.#rows, entry, this.#context());
		} catch (error) {
			if (error instanceof NewRowError) throw new ServiceError("invalid", error.message);
			throw error;
		}
	}
	/** Whether a table's key says which row is meant. */
	isKeyed(table) {
		return this.#mappings.get(table)?.keyColumns !== void 0;
	}
	/** What posting a row means whose key is there already: its other columns become these. Throws ServiceError. */
	changesOf({ table, uid, values }) {
		const { kind, groups } = this.#mappings.get(table);
		if (kind === "grow-only") throw new ServiceError("invalid", `${table} has a row with this key, and its rows are only added`);
		let from = 0;
		return groups.flatMap((group) => {
			const own = values.slice(from, from + group.columns.length);
			from += group.columns.length;
			return group.name === "key" ? [] : [{
				kind: "row.set",
				table,
				uid,
				group: group.name,
				values: own
			}];
		});
	}
	typeOf(table, values) {
		return this.#mappings.get(table)?.typeOf(values) ?? "";
	}
	close() {
		this.#rows[Symbol.dispose]();
	}
	#row({ table, values }) {
		const columns = this.#rows.columnsOf(table);
		const complete = table === "archive_entries" && columns ? completeEntry(values, columns, this.#context()) : values;
		return this.#rows.add(table, complete);
	}
	#context() {
		return {
			now: this.#now(),
			sha256: (text) => createHash("sha256").update(text).digest("hex")
		};
	}
};
// dist/compose/archive-tables.js
/** How the tables of a configuration's archive replicate; makes the file where there is none. */
function readMappings(configuration) {
	return readArchive(configuration, (found) => found);
}
/** What makes rows of the archive's tables as they are now. */
function makeEntries(configuration, store) {
	return readArchive(configuration, (found, db) => {
		const mappings = withDeclared(found, store.state.declaredSchema ?? schemaOf(found));
		return new Entries(new NewRows(db, mappings, {
			uid: () => uidOfInsert(Date.now(), randomBytes(10)),
			hasher
		}), mappings, Date.now);
	});
}
/** Tells of declared tables that cannot replicate; the others do. */
function warnOfTables({ tables }, mappings, logger) {
	for (const mapping of mappings) if (isRefused(mapping, tables)) logger.error({
		code: "table-refused",
		table: mapping.name
	}, `a declared table stays local: ${mapping.why}`);
	for (const name of Object.keys(tables)) if (!mappings.some((mapping) => mapping.name === name)) logger.warn({ table: name }, "a declared table is not in the archive; it replicates once it is made");
}
/** What of a configuration says how tables replicate. */
function mapOptions({ archive: { operations }, tables }) {
	return {
		operations,
		tables
	};
}
function readArchive(configuration, use) {
	const { path } = configuration.archive;
	if (!existsSync(path)) createArchive(path);
	const db = openArchiveDatabase(path, { busyMs: 5e3 });
	try {
		return db.transaction(() => use(mapArchive(db, mapOptions(configuration)), db)).deferred();
	} finally {
		db.close();
	}
}
// dist/worker-file.js
/**
* The script of one of this program's threads. It lies beside this module wherever that is: among the sources, compiled, or
* put into few files, where all modules are in one folder.
*/
function workerFile(name) {
	return new URL(`./${name}-worker${extname(import.meta.url)}`, import.meta.url);
}
// dist/compose/archive-thread.js
/** Keeps archive and state together, in a thread of its own. */
function openArchiveThread(configuration, store, logger) {
	return ArchiveThread.open({
		path: configuration.archive.path,
		mapping: mapOptions(configuration),
		node: store.node,
		state: store.state.archive,
		worker: workerFile("archive"),
		onExchange: (exchange) => {
			if ("otherWriter" in exchange && exchange.otherWriter === "now") store.spareDisk();
			tell(exchange, logger);
		},
		onError: (error) => logger.error(error.code === void 0 ? { err: error } : { code: error.code }, `the archive cannot be kept up to date: ${error.message}`)
	});
}
function tell(exchange, logger) {
	if (exchange.outcome !== "done" && exchange.outcome !== "captured") return;
	const { evicted, unreplicable, keyless, isSplit } = exchange;
	logger.debug(exchange, "archive exchange");
	if (evicted > 0) logger.info({ evicted }, "rows deleted by the application are hidden on this node");
	if (isSplit) logger.info({ rows: exchange.captured }, "more than 64 MiB or 200,000 writes wait to be captured; peers may see a transaction of the application in parts");
	if (keyless > 0) logger.warn({ keyless }, "rows stay on this node: a part of their key is NULL, or it is too long");
	for (const { table, key, bytes } of unreplicable) logger.warn({
		table,
		key: String(key),
		bytes
	}, "a row is too large to replicate");
	if (exchange.outcome === "captured") return;
	const { refused, reconciled, adopted } = exchange;
	if (refused > 0) logger.warn({ refused }, "the archive refuses rows; they stay replicated and are tried again");
	if (reconciled) logger.warn(reconciled, "the archive was not the one that this node left, and is reconciled");
	if (reconciled && reconciled.leftovers > 0) logger.warn({ rows: reconciled.leftovers }, "rows of the archive are in no log; they are adopted once this node is in sync with a peer, or started with network.enabled: false");
	if (adopted) logger.info({ rows: adopted }, "rows of the archive that no log knew are adopted");
}
// dist/compose/authority.js
/** Judges authors by the certificate authorities that this node trusts, without asking today's date. */
function authorityOf(trust) {
	return { author: (der) => verifyCertificate(der, trust, { use: "author" }) };
}
// dist/compose/collection-desk.js
/** How often it is looked whether there is something to do; more often where leases are short. */
const longestLookMs = 36e5;
/** After each page others get so many times as long. */
const restFactor = 4;
/** How long one request may take. */
const runMs = 5e3;
const quietMs = 100;
/** Tells the other members what this node has interpreted, and throws old history away that nobody needs any more. */
var CollectionDesk = class {
	#options;
	#stop = new AbortController();
	#timer;
	#running = Promise.resolve();
	/** Where the last run was interrupted. */
	#from;
	constructor(options) {
		this.#options = options;
		this.#schedule();
	}
	get leaseMs() {
		return this.#options.leaseMs;
	}
	get isOn() {
		return this.#options.isOn;
	}
	standing() {
		return standingOf(this.#question());
	}
	/** Whom old history is waiting for, those first that were not heard of for longest. O(members × logs). */
	holders() {
		return holdersOf(this.#question());
	}
	/** Acknowledges what has come, and collects for some seconds. Throws ServiceError `not-ready`. */
	run() {
		const run = this.#run();
		this.#running = Promise.allSettled([this.#running, run]);
		return run;
	}
	async stop() {
		this.#stop.abort();
		clearTimeout(this.#timer);
		await this.#running;
	}
	#question() {
		const { store, authority, leaseMs, now } = this.#options;
		return {
			store,
			authority,
			leaseMs,
			now: now()
		};
	}
	#schedule() {
		if (this.#stop.signal.aborted) return;
		const lookMs = Math.min(longestLookMs, this.#options.leaseMs / 16);
		this.#timer = setTimeout(() => {
			const look = this.#look().finally(() => this.#schedule());
			this.#running = Promise.allSettled([this.#running, look]);
		}, lookMs);
		this.#timer.unref();
	}
	async #run() {
		const { store, writes } = this.#options;
		return {
			acknowledged: writes && await acknowledgeNow(store),
			...await this.#collect(performance.now() + runMs, 0)
		};
	}
	async #look() {
		const { store, now, leaseMs, writes, isOn, logger } = this.#options;
		try {
			if (writes && await acknowledgeDue(store, now(), leaseMs)) logger.info("told the other members what is interpreted here");
			if (!isOn) return;
			const { batches, operations, bytes } = await this.#collect(Number.POSITIVE_INFINITY, restFactor);
			if (batches > 0) logger.info({
				batches,
				operations,
				bytes
			}, "old history of which nothing lives was thrown away");
		} catch (error) {
			if (!this.#stop.signal.aborted) logger.error({ err: error }, "old history cannot be thrown away");
		}
	}
	async #collect(until, rest) {
		const { store, isQuiet } = this.#options;
		const sum = {
			batches: 0,
			operations: 0,
			bytes: 0
		};
		while (!isQuiet()) {
			if (performance.now() > until) throw new ServiceError("not-ready", notQuiet);
			await this.#pause(quietMs);
		}
		await store.digest();
		let began = performance.now();
		for await (const page of collecting(this.#options, this.#from)) {
			sum.batches += page.batches;
			sum.operations += page.operations;
			sum.bytes += page.bytes;
			this.#from = page.next;
			if (page.isPutOff) return {
				...sum,
				isPartial: true
			};
			await this.#pause((performance.now() - began) * rest);
			if (page.next !== void 0 && (performance.now() > until || !isQuiet())) return {
				...sum,
				isPartial: true
			};
			began = performance.now();
		}
		return {
			...sum,
			isPartial: false
		};
	}
	#pause(ms) {
		const { signal } = this.#stop;
		return new Promise((resolve, reject) => {
			const stopped = () => {
				clearTimeout(timer);
				reject(new ServiceError("not-ready", "the node is stopping"));
			};
			const timer = setTimeout(() => {
				signal.removeEventListener("abort", stopped);
				resolve();
			}, ms);
			if (signal.aborted) stopped();
			else signal.addEventListener("abort", stopped, { once: true });
		});
	}
};
const notQuiet = "the archive does not show everything yet, and what it shows still is read from the log; try again, jarvisctl why tells more";
// dist/compose/conflict-desk.js
/** Conflicts that are looked through before others get their turn. */
const step$2 = 500;
/** The open conflicts of a node, and the history of all. */
var ConflictDesk = class {
	#oversight;
	constructor(oversight) {
		this.#oversight = oversight;
	}
	/** `after` is a conflict's id. Throws ServiceError. */
	async list(after, limit) {
		const from = after === void 0 ? void 0 : await this.#find(after);
		const page = this.#oversight.openConflicts.page(from?.place, limit);
		const last = page.at(-1);
		return {
			items: page.map(summaryOf),
			next: page.length < limit || !last ? null : hex(last.id)
		};
	}
	async show(id) {
		const conflict = await this.#find(id);
		const siblings = this.#oversight.openConflicts.siblings(conflict);
		const { writes, ...summary } = summaryOf(conflict);
		return {
			...summary,
			writes: writes.map((write, i) => ({
				...write,
				values: siblings[i]?.values
			}))
		};
	}
	/** The latest first. */
	async records(before, limit) {
		return this.#oversight.conflictRecords.list(before, limit);
	}
	/** Closes an open conflict in favour of a write; 0 is the shown one. */
	async settle(id, write) {
		const conflict = await this.#find(id);
		return orInvalid(() => this.#oversight.settle(conflict, write));
	}
	/** Writes the value again that a record keeps. */
	async restore(record, which) {
		const found = this.#oversight.conflictRecords.get(record);
		if (found === void 0) throw new ServiceError("not-found", "there is no record of this number");
		return orInvalid(() => this.#oversight.restore(found, which));
	}
	/** O(open conflicts): their ids are hashes, so that they are the same everywhere. */
	async #find(id) {
		for (let page = [];;) {
			page = this.#oversight.openConflicts.page(page.at(-1)?.place, step$2);
			const found = page.find((one) => hex(one.id) === id);
			if (found !== void 0) return found;
			if (page.length < step$2) throw new ServiceError("not-found", "no open conflict has this id; it may have been settled, or changed");
			await new Promise((resolve) => setImmediate(resolve));
		}
	}
};
function summaryOf(conflict) {
	const { id, object, uid, key, group, rule, dots } = conflict;
	return {
		id: hex(id),
		object,
		uid: uid === void 0 ? null : hex(uid),
		key,
		group: group ?? null,
		rule,
		writes: dots.map(({ dot, stamp }) => ({
			dot,
			author: nodeOf(dot.log),
			at: timeOf(stamp)
		}))
	};
}
function timeOf(stamp) {
	return stamp === "base" ? null : new Date(hlcTime(stamp)).toISOString();
}
function orInvalid(body) {
	try {
		return body();
	} catch (error) {
		if (error instanceof StoreError && error.code !== "closed") throw new ServiceError("invalid", error.message);
		throw error;
	}
}
function hex(bytes) {
	return Buffer.from(bytes).toString("hex");
}
// dist/compose/current-entries.js
/** Makes entries by the archive's tables as they are now: the application may change them while the node runs. */
var CurrentEntries = class {
	#make;
	#made;
	#isStale = false;
	constructor(make) {
		this.#make = make;
		this.#made = make();
	}
	/**
	* The tables have changed. They are read when they are asked for next: whoever tells is in the middle of a transaction,
	* and where they cannot be read, whoever asks is told so, each time until they can.
	*/
	renew() {
		this.#isStale = true;
	}
	get #entries() {
		if (!this.#isStale) return this.#made;
		const before = this.#made;
		this.#made = this.#make();
		this.#isStale = false;
		before.close();
		return this.#made;
	}
	rowsOf(...args) {
		return this.#entries.rowsOf(...args);
	}
	typeOf(...args) {
		return this.#entries.typeOf(...args);
	}
	isKeyed(table) {
		return this.#entries.isKeyed(table);
	}
	changesOf(...args) {
		return this.#entries.changesOf(...args);
	}
	close() {
		this.#made.close();
	}
};
// dist/compose/debugging.js
/** `debugging.sync_debugging`: a line for each message between nodes. */
function messageLogging({ debugging }, logger) {
	if (!debugging.sync_debugging) return {};
	return { onMessage: (peer, direction, message) => logger.info({
		peer,
		...message
	}, `message ${direction}`) };
}
/** `debugging.operation_logging`: a line for each operation that was stored, whoever wrote it, without its values. */
function logOperations({ debugging }, replica, store, logger) {
	if (!debugging.operation_logging) return;
	let before = Promise.resolve();
	replica.subscribe((change) => {
		before = before.then(async () => {
			for await (const one of changedOperations(change, store, compressor)) logger.info(line(one), "operation");
		}).catch((error) => logger.warn({ err: error }, "operations could not be logged"));
	});
}
function line({ dot, outline, bytes }) {
	return {
		...dot,
		...outline && {
			...subject(outline),
			bytes
		}
	};
}
function subject(operation) {
	const { kind, stamp } = operation;
	if ("object" in operation) return {
		kind,
		stamp,
		object: operation.object
	};
	if ("uid" in operation) return {
		kind,
		stamp,
		table: operation.table,
		uid: Buffer.from(operation.uid).toString("hex")
	};
	return {
		kind,
		stamp
	};
}
/** `debugging.performance_profiling`: the store, with a line for each call that says how long it took. */
function profiled(store, { debugging }, logger) {
	if (!debugging.performance_profiling) return store;
	return new Proxy(store, { get(target, name) {
		const member = Reflect.get(target, name, target);
		if (typeof member !== "function") return member;
		return (...args) => {
			const began = performance.now();
			const result = Reflect.apply(member, target, args);
			if (!(result instanceof Promise)) return result;
			const done = () => logger.info({
				step: String(name),
				ms: round(performance.now() - began)
			}, "step");
			result.then(done, done);
			return result;
		};
	} });
}
/** To microseconds. */
function round(ms) {
	return Math.round(ms * 1e3) / 1e3;
}
// ../../packages/transport/dist/error.js
var TransportError = class extends Error {
	name = "TransportError";
	code;
	/** The peer's code where `code` is `refused`; `[a-z0-9-]` only. */
	reason;
	constructor(code, message, reason) {
		super(message);
		this.code = code;
		this.reason = reason;
	}
};
/** The code of whatever was thrown; `fallback` for what has none. */
function codeOf(error, fallback) {
	if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
	return fallback;
}
// ../../packages/transport/dist/address.js
const pattern = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+)):(\d{1,5})$/;
/** Reads `host:port` or `[v6]:port`. Throws `TransportError` `invalid-address`. */
function parseAddress(text) {
	const match = pattern.exec(text);
	const port = Number(match?.[3]);
	if (match === null || port < 1 || port > 65535) throw new TransportError("invalid-address", `${JSON.stringify(text.slice(0, 80))} is not an address; write host:port or [ipv6]:port`);
	return {
		host: match[1] ?? match[2],
		port
	};
}
function formatAddress({ host, port }) {
	return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
// ../../packages/transport/dist/backoff.js
const defaultBackoff = {
	minMs: 250,
	maxMs: 15e3,
	attempts: 1
};
/**
* How long to wait before attempt `attempt` (from 0): exponential, bounded, and spread over its upper half, so that
* nodes which lost the same peer do not come back in step. `random` is in [0, 1).
*/
function backoffDelay({ minMs, maxMs, attempts }, attempt, random) {
	const doublings = attempts === 0 ? Number.POSITIVE_INFINITY : Math.floor(attempt / attempts);
	return Math.min(maxMs, minMs * 2 ** Math.min(doublings, 30)) * (.5 + random / 2);
}
// ../../packages/transport/dist/rate-meter.js
/** How fast something flows, as a mean that forgets exponentially. Times are milliseconds of one clock. O(1). */
var RateMeter = class {
	#meanMs;
	#at;
	/** Per millisecond, at `#at`. */
	#rate = 0;
	/** `meanMs` is after which time a flow that ended shows 1/e of its rate. */
	constructor(now, meanMs = 5e3) {
		this.#at = now;
		this.#meanMs = meanMs;
	}
	add(amount, now) {
		this.#fade(now);
		this.#rate += amount / this.#meanMs;
	}
	perSecond(now) {
		this.#fade(now);
		return this.#rate * 1e3;
	}
	#fade(now) {
		const passed = Math.max(0, now - this.#at);
		this.#at = now;
		if (passed > 0) this.#rate *= Math.exp(-passed / this.#meanMs);
	}
};
// ../../packages/transport/dist/token-bucket.js
/**
* How much may pass at a steady rate. What passes is taken at once and may leave a debt, so that a piece larger than the
* bucket passes too; whoever is in debt waits. Times are milliseconds of one clock. O(1).
*/
var TokenBucket = class {
	#perMs;
	#burst;
	#tokens;
	#at;
	/** `perSecond` may be infinite; `burst` is what may pass at once after a pause. */
	constructor(perSecond, burst, now) {
		this.#perMs = perSecond / 1e3;
		this.#burst = burst;
		this.#tokens = burst;
		this.#at = now;
	}
	/** Takes tokens, whether they are there or not. */
	take(tokens, now) {
		this.#fill(now);
		this.#tokens -= tokens;
	}
	/** Milliseconds until the debt is paid; 0 where there is none. */
	debtMs(now) {
		this.#fill(now);
		return this.#tokens >= 0 ? 0 : Math.ceil(-this.#tokens / this.#perMs);
	}
	#fill(now) {
		const passed = Math.max(0, now - this.#at);
		this.#at = now;
		if (passed > 0) this.#tokens = Math.min(this.#burst, this.#tokens + passed * this.#perMs);
	}
};
// ../../packages/transport/dist/flow.js
/** One direction: what may pass, what does, and the wait for it. */
var Flow = class {
	bucket;
	meter;
	/** Calls off the wait under way. */
	wait;
	constructor(perSecond, now) {
		this.bucket = new TokenBucket(perSecond, perSecond / 4, now);
		this.meter = new RateMeter(now);
	}
	pass(bytes, now) {
		this.bucket.take(bytes, now);
		this.meter.add(bytes, now);
	}
};
// ../../packages/transport/dist/record.js
/** Longest record: its length is a u16. */
const recordBytes = 65535;
/**
* Cuts a stream into records, `u16 length || record`, however the stream is chopped. It holds no more than one record
* and what one read brought. Amortised O(bytes).
*/
var RecordReader = class {
	#chunks = [];
	/** Where the first chunk begins, and what is there in all. */
	#offset = 0;
	#total = 0;
	#least;
	#most;
	constructor(least, most) {
		this.#least = least;
		this.#most = most;
	}
	/** Bounds for the records to come. */
	bound(least, most) {
		this.#least = least;
		this.#most = most;
	}
	push(chunk) {
		if (chunk.length === 0) return;
		this.#chunks.push(chunk);
		this.#total += chunk.length;
	}
	/** The next whole record, a view where it lay in one chunk. Throws `frame-too-small`, `frame-too-large`. */
	next() {
		if (this.#total < 2) return void 0;
		const length = this.#peek(0) << 8 | this.#peek(1);
		if (length < this.#least) throw new TransportError("frame-too-small", `a record of ${length} bytes`);
		if (length > this.#most) throw new TransportError("frame-too-large", `a record of ${length} bytes, at most ${this.#most} are allowed`);
		if (this.#total < 2 + length) return void 0;
		this.#take(2);
		return this.#take(length);
	}
	#peek(at) {
		const first = this.#chunks[0];
		const index = this.#offset + at;
		return index < first.length ? first[index] : this.#chunks[1][index - first.length];
	}
	#take(length) {
		this.#total -= length;
		const first = this.#chunks[0];
		const end = this.#offset + length;
		if (end < first.length) {
			const record = first.subarray(this.#offset, end);
			this.#offset = end;
			return record;
		}
		const record = new Uint8Array(length);
		let filled = 0;
		let used = 0;
		while (filled < length) {
			const chunk = this.#chunks[used];
			const part = chunk.subarray(this.#offset, this.#offset + length - filled);
			record.set(part, filled);
			filled += part.length;
			this.#offset += part.length;
			if (this.#offset < chunk.length) break;
			this.#offset = 0;
			used++;
		}
		this.#chunks.splice(0, used);
		return record;
	}
};
/** A record as it is written. For those that are not worth a vectored write. */
function frame(record) {
	const framed = new Uint8Array(2 + record.length);
	framed[0] = record.length >>> 8;
	framed[1] = record.length & 255;
	framed.set(record, 2);
	return framed;
}
// ../../packages/transport/dist/message.js
/**
* Messages as the plaintexts of records. Each begins with a byte of flags: 1 = last of its message, 2 = for the
* transport itself. The first of a message goes on with its length (u32). Other bits are reserved and refused.
*/
const lastFlag = 1;
const controlFlag = 2;
const plaintextBytes = 65519;
const kinds = [
	"ready",
	"alive",
	"close",
	"ask"
];
/** The plaintexts of one message. O(bytes): one copy. */
function* splitMessage(message) {
	let at = 0;
	for (let first = true; first || at < message.length; first = false) {
		const head = first ? 5 : 1;
		const size = Math.min(message.length - at, plaintextBytes - head);
		const plaintext = new Uint8Array(head + size);
		if (first) new DataView(plaintext.buffer).setUint32(1, message.length);
		plaintext.set(message.subarray(at, at + size), head);
		at += size;
		if (at === message.length) plaintext[0] = lastFlag;
		yield plaintext;
	}
}
function controlPlaintext(control) {
	const code = control.kind === "close" ? control.code : "";
	const plaintext = new Uint8Array(2 + code.length);
	plaintext[0] = 3;
	plaintext[1] = kinds.indexOf(control.kind);
	for (let i = 0; i < code.length; i++) plaintext[2 + i] = code.charCodeAt(i);
	return plaintext;
}
/** Puts messages together again. What it holds is bounded by the bytes received and by `most`. */
var MessageReader = class {
	#most;
	#parts = [];
	/** Bytes missing from the message under way; undefined between messages. */
	#missing;
	constructor(most) {
		this.#most = most;
	}
	/** Takes one plaintext. Gives a message when it is complete. Throws `malformed`, `message-too-large`. */
	push(plaintext) {
		const flags = plaintext[0];
		if (flags === void 0 || flags > 3) throw malformed("a record has unknown flags");
		if ((flags & controlFlag) !== 0) return readControl(plaintext);
		let part;
		if (this.#missing === void 0) {
			if (plaintext.length < 5) throw malformed("a message has no length");
			const length = new DataView(plaintext.buffer, plaintext.byteOffset).getUint32(1);
			if (length > this.#most) throw new TransportError("message-too-large", `a message of ${length} bytes`);
			this.#missing = length;
			part = plaintext.subarray(5);
		} else part = plaintext.subarray(1);
		const last = (flags & lastFlag) !== 0;
		if (!last && part.length === 0) throw malformed("a record carries nothing");
		this.#missing -= part.length;
		if (this.#missing < 0 || last !== (this.#missing === 0)) throw malformed("a message has not the length it told");
		this.#parts.push(part);
		if (!last) return void 0;
		const parts = this.#parts;
		this.#parts = [];
		this.#missing = void 0;
		return parts.length === 1 ? part : concatenate(parts);
	}
};
function readControl(plaintext) {
	const kind = kinds[plaintext[1] ?? kinds.length];
	const code = String.fromCharCode(...plaintext.subarray(2, 64));
	if (kind === "close" && /^[a-z0-9-]{1,32}$/.test(code)) return {
		kind,
		code
	};
	if (kind === void 0 || kind === "close" || code !== "") throw malformed("an unknown control record");
	return { kind };
}
function concatenate(parts) {
	const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
	let at = 0;
	for (const part of parts) {
		whole.set(part, at);
		at += part.length;
	}
	return whole;
}
function malformed(message) {
	return new TransportError("malformed", message);
}
// ../../packages/transport/dist/record-sender.js
/** Sealed records on their way into a socket, no faster than the rate lets them go. */
var RecordSender = class {
	flow;
	#options;
	#corked = false;
	/** Records that the rate does not let go yet, and their bytes. */
	#held = [];
	#heldBytes = 0;
	#lastFlushed;
	constructor(options) {
		const now = options.timers.now();
		this.#options = options;
		this.flow = new Flow(options.bytesPerSecond, now);
		this.#lastFlushed = now;
	}
	/** Bytes that have not left this process. */
	get queued() {
		return this.#options.socket.writableLength + this.#heldBytes;
	}
	write(record) {
		if (this.#held.length === 0 && this.flow.bucket.debtMs(this.#options.timers.now()) === 0) {
			this.#put(record);
			return;
		}
		this.#held.push(record);
		this.#heldBytes += record.length;
		if (this.flow.wait === void 0) this.release();
	}
	/** Hands to the socket what the rate lets go, or all of it. */
	release(all = false) {
		const { timers } = this.#options;
		while (this.#held.length > 0) {
			const debtMs = all ? 0 : this.flow.bucket.debtMs(timers.now());
			if (debtMs > 0) {
				this.flow.wait = timers.after(debtMs, () => {
					this.flow.wait = void 0;
					this.release();
				});
				return;
			}
			const record = this.#held.shift();
			this.#heldBytes -= record.length;
			this.#put(record);
		}
	}
	/** Whether the socket has bytes of which none has gone out for so long. */
	isStalled(now, idleMs) {
		return this.#options.socket.writableLength > 0 && now - this.#lastFlushed >= idleMs;
	}
	/** This process stood still: no time is counted against the peer. */
	forgive(now) {
		this.#lastFlushed = now;
	}
	/** Forgets what is held back. */
	discard() {
		this.flow.wait?.();
		this.#held = [];
		this.#heldBytes = 0;
	}
	#put(record) {
		const { socket, timers, onFlushed } = this.#options;
		if (!this.#corked) {
			this.#corked = true;
			socket.cork();
			process.nextTick(() => {
				this.#corked = false;
				socket.uncork();
			});
		}
		const now = timers.now();
		this.flow.pass(2 + record.length, now);
		if (socket.writableLength === 0) this.#lastFlushed = now;
		socket.write(Uint8Array.of(record.length >>> 8, record.length & 255));
		socket.write(record, () => {
			this.#lastFlushed = timers.now();
			onFlushed();
		});
	}
};
// ../../packages/transport/dist/channel-connection.js
/** A connection over an established channel. */
var ChannelConnection = class {
	initiator;
	remoteAddress;
	closed;
	#socket;
	#channel;
	#records;
	#messages;
	#limits;
	#timers;
	#resolveClosed;
	#handler;
	#reason;
	/** A handler is at work: the socket is not read. */
	#busy = false;
	/** `send` returned false. */
	#full = false;
	#sender;
	#incoming;
	#cancelTick;
	#tickDue;
	#since;
	#lastSent;
	#lastReceived;
	constructor({ socket, channel, records, initiator, remoteAddress, limits, timers }) {
		this.initiator = initiator;
		this.remoteAddress = remoteAddress;
		this.#socket = socket;
		this.#channel = channel;
		this.#records = records;
		this.#limits = limits;
		this.#timers = timers;
		this.#messages = new MessageReader(limits.message);
		const { promise, resolve } = Promise.withResolvers();
		this.closed = promise;
		this.#resolveClosed = resolve;
		const now = timers.now();
		this.#sender = new RecordSender({
			socket,
			timers,
			bytesPerSecond: limits.bytesPerSecond,
			onFlushed: () => this.#flushed()
		});
		this.#incoming = new Flow(limits.bytesPerSecond, now);
		this.#since = now;
		this.#lastSent = now;
		this.#lastReceived = now;
		this.#tickDue = now + limits.keepAliveMs;
		this.#cancelTick = timers.after(limits.keepAliveMs, () => this.#tick());
		socket.on("close", () => this.#end({
			by: "failure",
			code: "interrupted"
		}));
		socket.on("end", () => {
			if (this.#reason === void 0) this.#cut({
				by: "failure",
				code: "interrupted"
			});
		});
	}
	get peer() {
		return this.#channel.peer;
	}
	get bytesSent() {
		return this.#socket.bytesWritten;
	}
	get bytesReceived() {
		return this.#socket.bytesRead;
	}
	get sendRate() {
		return this.#sender.flow.meter.perSecond(this.#timers.now());
	}
	get receiveRate() {
		return this.#incoming.meter.perSecond(this.#timers.now());
	}
	open(handler) {
		if (this.#handler !== void 0) throw new Error("the connection is open already");
		this.#handler = handler;
		if (this.#reason !== void 0) {
			handler.close?.(this.#reason);
			return;
		}
		this.#lastReceived = this.#timers.now();
		this.#socket.on("data", (chunk) => {
			if (this.#reason !== void 0) return;
			const now = this.#timers.now();
			this.#lastReceived = now;
			this.#incoming.pass(chunk.length, now);
			this.#records.push(chunk);
			this.#read();
		});
		this.#read();
	}
	send(message) {
		if (this.#reason !== void 0) return false;
		if (message.length > this.#limits.message) throw new RangeError(`a message of ${message.length} bytes, at most ${this.#limits.message} are allowed`);
		for (const plaintext of splitMessage(message)) this.#write(plaintext);
		if (this.#sender.queued > this.#limits.queueHard) this.#fail(new TransportError("queue-overflow", "more was queued than the peer takes"));
		if (this.#sender.queued > this.#limits.queueSoft) this.#full = true;
		return !this.#full && this.#reason === void 0;
	}
	close(code = "closed") {
		if (this.#reason !== void 0) return;
		if (!/^[a-z0-9-]{1,32}$/.test(code)) throw new RangeError("a code is [a-z0-9-]{1,32}");
		this.#control({
			kind: "close",
			code
		});
		this.#finish({
			by: "local",
			code
		});
	}
	destroy() {
		this.#cut({
			by: "local",
			code: "destroyed"
		});
	}
	#read() {
		try {
			while (!this.#busy && this.#reason === void 0) {
				const record = this.#records.next();
				if (record === void 0) {
					this.#readOn();
					return;
				}
				const item = this.#messages.push(this.#channel.open(record));
				if (item === void 0) continue;
				if ("kind" in item) this.#hear(item);
				else this.#hand(item);
			}
		} catch (error) {
			this.#fail(error);
		}
	}
	/** Reads more from the socket, as soon as the rate allows. */
	#readOn() {
		const { wait } = this.#incoming;
		if (wait !== void 0) return;
		const debtMs = this.#incoming.bucket.debtMs(this.#timers.now());
		this.#socket.pause();
		if (debtMs === 0) {
			setImmediate(() => {
				if (!this.#busy && this.#incoming.wait === void 0) this.#socket.resume();
			});
			return;
		}
		this.#incoming.wait = this.#timers.after(debtMs, () => {
			this.#incoming.wait = void 0;
			this.#lastReceived = this.#timers.now();
			if (!this.#busy && this.#reason === void 0) this.#readOn();
		});
	}
	#hand(message) {
		const working = this.#handler.message(message);
		if (working === void 0) return;
		this.#busy = true;
		this.#socket.pause();
		working.then(() => {
			this.#busy = false;
			this.#lastReceived = this.#timers.now();
			this.#read();
		}, (error) => {
			if (this.#reason === void 0) this.#fail(error);
		});
	}
	#hear(control) {
		if (control.kind === "ready") throw new TransportError("malformed", "accepted twice");
		if (control.kind === "ask") this.#control({ kind: "alive" });
		if (control.kind !== "close") return;
		this.#finish({
			by: "peer",
			code: control.code
		});
	}
	#control(control) {
		this.#write(controlPlaintext(control));
	}
	#write(plaintext) {
		this.#lastSent = this.#timers.now();
		this.#sender.write(this.#channel.seal(plaintext));
	}
	#flushed() {
		if (!this.#full || this.#reason !== void 0 || this.#sender.queued > this.#limits.queueSoft / 2) return;
		this.#full = false;
		this.#handler?.drain?.();
	}
	#tick() {
		const { idleMs, keepAliveMs, renewMs } = this.#limits;
		const now = this.#timers.now();
		if (now - this.#tickDue >= keepAliveMs) {
			this.#lastReceived = now;
			this.#sender.forgive(now);
		}
		const reading = this.#handler !== void 0 && !this.#busy;
		if (reading && now - this.#lastReceived >= idleMs) this.#fail(new TransportError("idle", "the peer is silent"));
		else if (this.#sender.isStalled(now, idleMs)) this.#fail(new TransportError("stalled", "the peer does not read"));
		else if (now - this.#since >= renewMs) this.close("renew");
		else {
			if (reading && now - this.#lastReceived >= 2 * keepAliveMs) this.#control({ kind: "ask" });
			else if (now - this.#lastSent >= keepAliveMs) this.#control({ kind: "alive" });
			this.#tickDue = now + keepAliveMs;
			this.#cancelTick = this.#timers.after(keepAliveMs, () => this.#tick());
		}
	}
	#fail(error) {
		this.#cut({
			by: "failure",
			code: codeOf(error, "internal"),
			error
		});
	}
	/** Lets what is queued go out, for a while; what still comes is dropped, or the peer's end would never be seen. */
	#finish(reason) {
		const cancel = this.#timers.after(this.#limits.closeMs, () => this.#socket.destroy());
		this.#socket.once("close", cancel).on("data", () => {});
		this.#sender.release(true);
		this.#socket.end();
		this.#end(reason);
		this.#socket.resume();
	}
	#cut(reason) {
		this.#end(reason);
		this.#socket.destroy();
	}
	#end(reason) {
		if (this.#reason !== void 0) return;
		this.#reason = reason;
		this.#cancelTick();
		this.#sender.discard();
		this.#incoming.wait?.();
		this.#handler?.close?.(reason);
		this.#resolveClosed(reason);
	}
};
// ../../packages/transport/dist/handshake.js
/**
* Takes a fresh socket to an established channel, or destroys it and throws: `timeout`, `interrupted`, `aborted`,
* `frame-too-large`, `refused`, what `admit` said, or the security layer's own error. Nothing is told to a peer that
* is not authenticated. An initiator does not show its identity to a peer that `admit` turns down; it is done when the
* responder has said that it accepts.
*/
async function shakeHands(socket, initiator, options) {
	const { promise, resolve, reject } = Promise.withResolvers();
	const steps = new Steps(socket, initiator, options);
	const onData = (chunk) => {
		try {
			const shaken = steps.take(chunk);
			if (shaken === void 0) return;
			socket.pause();
			resolve(shaken);
		} catch (error) {
			reject(error);
		}
	};
	const onClose = () => reject(new TransportError("interrupted", "the connection ended in its handshake"));
	const onAbort = () => reject(new TransportError("aborted", "the handshake was called off"));
	const cancel = options.timers.after(options.limits.handshakeMs, () => reject(new TransportError("timeout", "the handshake took too long")));
	socket.on("data", onData).once("close", onClose).once("end", onClose);
	options.signal?.addEventListener("abort", onAbort);
	if (options.signal?.aborted) onAbort();
	try {
		steps.begin();
		return await promise;
	} catch (error) {
		if (steps.said) farewell(socket, options);
		else socket.destroy();
		throw error;
	} finally {
		cancel();
		socket.off("data", onData).off("close", onClose).off("end", onClose);
		options.signal?.removeEventListener("abort", onAbort);
	}
}
/** Lets the peer hear why, and drops what it still sends, for a while. */
function farewell(socket, { timers, limits }) {
	const cancel = timers.after(limits.closeMs, () => socket.destroy());
	socket.once("close", cancel).on("data", () => {}).resume().end();
}
var Steps = class {
	#socket;
	#initiator;
	#options;
	#records;
	#channel;
	/** Whether the peer was told why it is refused. */
	said = false;
	constructor(socket, initiator, options) {
		this.#socket = socket;
		this.#initiator = initiator;
		this.#options = options;
		this.#records = new RecordReader(1, options.limits.handshakeRecord);
	}
	begin() {
		const first = this.#options.handshake.start();
		if (first !== void 0) this.#socket.write(frame(first));
	}
	take(chunk) {
		this.#records.push(chunk);
		for (;;) {
			const record = this.#records.next();
			if (record === void 0) return void 0;
			if (this.#channel !== void 0) {
				this.#hearReady(this.#channel, record);
				return {
					channel: this.#channel,
					records: this.#records
				};
			}
			const { reply, channel } = this.#options.handshake.receive(record.slice());
			if (channel !== void 0) this.#establish(channel);
			if (reply !== void 0) this.#socket.write(frame(reply));
			if (channel !== void 0 && !this.#initiator) return {
				channel,
				records: this.#records
			};
		}
	}
	#establish(channel) {
		this.#records.bound(16, recordBytes);
		const code = this.#options.admit(channel.peer);
		if (!this.#initiator) {
			const answer = code === void 0 ? { kind: "ready" } : {
				kind: "close",
				code
			};
			this.#socket.write(frame(channel.seal(controlPlaintext(answer))));
			this.said = code !== void 0;
		}
		if (code !== void 0) throw new Turned(code, channel.peer);
		this.#channel = channel;
	}
	#hearReady(channel, record) {
		const answer = new MessageReader(0).push(channel.open(record));
		if (answer !== void 0 && "kind" in answer) {
			if (answer.kind === "ready") return;
			if (answer.kind === "close") throw new TransportError("refused", `the peer refuses: ${answer.code}`, answer.code);
		}
		throw new TransportError("malformed", "the responder did not say that it accepts");
	}
};
/** Thrown where `admit` turned an authenticated peer down; `code` is its word. */
var Turned = class extends Error {
	name = "Turned";
	code;
	peer;
	constructor(code, peer) {
		super(`not admitted: ${code}`);
		this.code = code;
		this.peer = peer;
	}
};
// ../../packages/transport/dist/limits.js
const transportLimits = {
	handshakeRecord: 2560,
	message: 5242880,
	connectMs: 5e3,
	handshakeMs: 5e3,
	halfOpen: 64,
	halfOpenPerAddress: 8,
	sessions: 256,
	queueSoft: 1048576,
	queueHard: 8388608,
	bytesPerSecond: Number.POSITIVE_INFINITY,
	keepAliveMs: 3e4,
	idleMs: 9e4,
	renewMs: 864e5,
	closeMs: 5e3
};
// ../../packages/transport/dist/timers.js
const systemTimers = {
	now: () => performance.now(),
	after(ms, run) {
		const timer = setTimeout(run, ms);
		return () => clearTimeout(timer);
	}
};
// ../../packages/transport/dist/dial.js
/** Connects and authenticates. Throws `unreachable`, or what `shakeHands` throws. */
async function dial(options) {
	const { host, port, handshakes, admit = () => void 0, signal, timers = systemTimers } = options;
	const limits = {
		...transportLimits,
		...options.limits
	};
	const socket = connect({
		host,
		port,
		noDelay: true
	});
	socket.on("error", () => {});
	await connected(socket, limits, timers, signal);
	const { channel, records } = await shakeHands(socket, true, {
		handshake: handshakes.initiator(),
		limits,
		timers,
		admit,
		signal
	});
	return new ChannelConnection({
		socket,
		channel,
		records,
		initiator: true,
		remoteAddress: formatAddress({
			host: socket.remoteAddress ?? host,
			port
		}),
		limits,
		timers
	});
}
async function connected(socket, limits, timers, signal) {
	const { promise, resolve, reject } = Promise.withResolvers();
	const onError = (error) => reject(new TransportError("unreachable", error.message));
	const onAbort = () => reject(new TransportError("aborted", "dialling was called off"));
	const cancel = timers.after(limits.connectMs, () => reject(new TransportError("timeout", "no answer")));
	socket.once("connect", resolve).once("error", onError);
	signal?.addEventListener("abort", onAbort);
	if (signal?.aborted) onAbort();
	try {
		await promise;
	} catch (error) {
		socket.destroy();
		throw error;
	} finally {
		cancel();
		socket.off("connect", resolve).off("error", onError);
		signal?.removeEventListener("abort", onAbort);
	}
}
// ../../packages/transport/dist/discovery/dns.js
/** What one name may mean, and how many hosts of a service are looked up. */
const maxAddresses = 256;
const maxHosts = 64;
/** Finds peers by names of the domain name system, and follows when these change. */
var DnsDiscovery = class {
	#options;
	#timers;
	/** What each name means. */
	#known = /* @__PURE__ */ new Map();
	#failing = /* @__PURE__ */ new Set();
	#waits = /* @__PURE__ */ new Map();
	#closed = false;
	constructor(options) {
		this.#options = options;
		this.#timers = options.timers ?? systemTimers;
		for (const name of options.names) this.#follow(name);
	}
	close() {
		this.#closed = true;
		for (const cancel of this.#waits.values()) cancel();
	}
	async #follow(name) {
		const { onProblem, intervalMs, random } = this.#options;
		try {
			const addresses = await this.#resolve(name);
			if (this.#closed) return;
			this.#failing.delete(name);
			this.#learn(name, addresses);
		} catch (error) {
			if (this.#closed) return;
			if (!this.#failing.has(name)) onProblem?.(codeOf(error, "internal"), name, error);
			this.#failing.add(name);
		}
		const wait = intervalMs * (1 + random() / 4);
		this.#waits.set(name, this.#timers.after(wait, () => void this.#follow(name)));
	}
	async #resolve(name) {
		const { resolver } = this.#options;
		if (!name.startsWith("_")) {
			const [host, port] = name.split(":");
			return at(await resolver.addresses(host), Number(port));
		}
		const servers = (await resolver.srv(name)).filter(({ host, port }) => host !== "" && host !== "." && port > 0);
		const answers = await Promise.allSettled(servers.slice(0, maxHosts).map(async ({ host, port }) => [...at(await resolver.addresses(host), port)]));
		const [failure] = answers.filter(({ status }) => status === "rejected");
		const found = answers.flatMap((answer) => answer.status === "fulfilled" ? answer.value : []);
		if (found.length === 0 && failure?.status === "rejected") throw failure.reason;
		return new Set(found.slice(0, maxAddresses));
	}
	#learn(name, addresses) {
		const before = this.#known.get(name) ?? /* @__PURE__ */ new Set();
		this.#known.set(name, addresses);
		for (const address of addresses) this.#options.hints.found(address);
		const still = new Set([...this.#known.values()].flatMap((known) => [...known]));
		for (const address of before) if (!still.has(address)) this.#options.hints.lost(address);
	}
};
function at(hosts, port) {
	const addresses = hosts.filter((host) => isIP(host) !== 0).map((host) => formatAddress({
		host,
		port
	}));
	return new Set(addresses.slice(0, maxAddresses));
}
// ../../packages/transport/dist/discovery/dns-sd.js
/** DNS-SD (RFC 6763) as far as nodes use it: one service type, an instance for each running node. */
const serviceType = "_crdtsync._tcp.local";
/** Records that are looked at in one packet. */
const maxRecords = 64;
/** The records that announce an instance on the host of `address` (IPv4). They name neither node nor owner. */
function announce({ instance, port, cluster, ttl }, address) {
	const name = `${instance}.${serviceType}`;
	const target = `${instance}.local`;
	return [
		{
			type: "PTR",
			name: serviceType,
			ttl,
			data: name
		},
		{
			type: "SRV",
			name,
			ttl,
			data: {
				port,
				target,
				priority: 0,
				weight: 0
			}
		},
		{
			type: "TXT",
			name,
			ttl,
			data: [`cluster=${cluster}`]
		},
		{
			type: "A",
			name: target,
			ttl,
			data: address
		}
	];
}
/** Whether a query asks for nodes. */
function asksForNodes({ questions = [] }) {
	return questions.slice(0, maxRecords).some(({ type, name }) => ["PTR", "ANY"].includes(type) && name.toLowerCase() === "_crdtsync._tcp.local");
}
/**
* The nodes that a response announces. Addresses in it are not read: where a node is, is where its packet came from, so
* that nobody is sent elsewhere. What is incomplete or odd is passed over.
*/
function announcements({ answers = [], additionals = [] }) {
	const records = [...answers, ...additionals].slice(0, maxRecords);
	const clusters = /* @__PURE__ */ new Map();
	for (const record of records) {
		if (record.type !== "TXT") continue;
		const texts = Array.isArray(record.data) ? record.data : [record.data];
		for (const text of texts.slice(0, 8)) {
			const match = /^cluster=([0-9a-f]{8})$/.exec(String(text));
			if (match) clusters.set(record.name.toLowerCase(), match[1]);
		}
	}
	return records.flatMap((record) => {
		if (record.type !== "SRV") return [];
		const name = record.name.toLowerCase();
		const cluster = clusters.get(name);
		const instance = name.slice(0, -21);
		const { port } = record.data;
		if (name !== `${instance}._crdtsync._tcp.local` || !/^[0-9a-z-]{1,63}$/.test(instance)) return [];
		if (cluster === void 0 || port < 1 || port > 65535) return [];
		return [{
			instance,
			port,
			cluster,
			ttl: record.ttl ?? 0
		}];
	});
}
/** Eight hex digits by which nodes of one cluster find each other; a cluster's id does not become known by it. */
function clusterHint(digest) {
	return Buffer.from(digest.subarray(0, 4)).toString("hex");
}
// ../../node_modules/.pnpm/dns-packet@5.6.1/node_modules/dns-packet/types.js
var require_types = /* @__PURE__ */ __commonJSMin(((exports) => {
	exports.toString = function(type) {
		switch (type) {
			case 1: return "A";
			case 10: return "NULL";
			case 28: return "AAAA";
			case 18: return "AFSDB";
			case 42: return "APL";
			case 257: return "CAA";
			case 60: return "CDNSKEY";
			case 59: return "CDS";
			case 37: return "CERT";
			case 5: return "CNAME";
			case 49: return "DHCID";
			case 32769: return "DLV";
			case 39: return "DNAME";
			case 48: return "DNSKEY";
			case 43: return "DS";
			case 55: return "HIP";
			case 13: return "HINFO";
			case 45: return "IPSECKEY";
			case 25: return "KEY";
			case 36: return "KX";
			case 29: return "LOC";
			case 15: return "MX";
			case 35: return "NAPTR";
			case 2: return "NS";
			case 47: return "NSEC";
			case 50: return "NSEC3";
			case 51: return "NSEC3PARAM";
			case 12: return "PTR";
			case 46: return "RRSIG";
			case 17: return "RP";
			case 24: return "SIG";
			case 6: return "SOA";
			case 99: return "SPF";
			case 33: return "SRV";
			case 44: return "SSHFP";
			case 32768: return "TA";
			case 249: return "TKEY";
			case 52: return "TLSA";
			case 250: return "TSIG";
			case 16: return "TXT";
			case 252: return "AXFR";
			case 251: return "IXFR";
			case 41: return "OPT";
			case 255: return "ANY";
		}
		return "UNKNOWN_" + type;
	};
	exports.toType = function(name) {
		switch (name.toUpperCase()) {
			case "A": return 1;
			case "NULL": return 10;
			case "AAAA": return 28;
			case "AFSDB": return 18;
			case "APL": return 42;
			case "CAA": return 257;
			case "CDNSKEY": return 60;
			case "CDS": return 59;
			case "CERT": return 37;
			case "CNAME": return 5;
			case "DHCID": return 49;
			case "DLV": return 32769;
			case "DNAME": return 39;
			case "DNSKEY": return 48;
			case "DS": return 43;
			case "HIP": return 55;
			case "HINFO": return 13;
			case "IPSECKEY": return 45;
			case "KEY": return 25;
			case "KX": return 36;
			case "LOC": return 29;
			case "MX": return 15;
			case "NAPTR": return 35;
			case "NS": return 2;
			case "NSEC": return 47;
			case "NSEC3": return 50;
			case "NSEC3PARAM": return 51;
			case "PTR": return 12;
			case "RRSIG": return 46;
			case "RP": return 17;
			case "SIG": return 24;
			case "SOA": return 6;
			case "SPF": return 99;
			case "SRV": return 33;
			case "SSHFP": return 44;
			case "TA": return 32768;
			case "TKEY": return 249;
			case "TLSA": return 52;
			case "TSIG": return 250;
			case "TXT": return 16;
			case "AXFR": return 252;
			case "IXFR": return 251;
			case "OPT": return 41;
			case "ANY": return 255;
			case "*": return 255;
		}
		if (name.toUpperCase().startsWith("UNKNOWN_")) return parseInt(name.slice(8));
		return 0;
	};
}));
// ../../node_modules/.pnpm/dns-packet@5.6.1/node_modules/dns-packet/rcodes.js
var require_rcodes = /* @__PURE__ */ __commonJSMin(((exports) => {
	exports.toString = function(rcode) {
		switch (rcode) {
			case 0: return "NOERROR";
			case 1: return "FORMERR";
			case 2: return "SERVFAIL";
			case 3: return "NXDOMAIN";
			case 4: return "NOTIMP";
			case 5: return "REFUSED";
			case 6: return "YXDOMAIN";
			case 7: return "YXRRSET";
			case 8: return "NXRRSET";
			case 9: return "NOTAUTH";
			case 10: return "NOTZONE";
			case 11: return "RCODE_11";
			case 12: return "RCODE_12";
			case 13: return "RCODE_13";
			case 14: return "RCODE_14";
			case 15: return "RCODE_15";
		}
		return "RCODE_" + rcode;
	};
	exports.toRcode = function(code) {
		switch (code.toUpperCase()) {
			case "NOERROR": return 0;
			case "FORMERR": return 1;
			case "SERVFAIL": return 2;
			case "NXDOMAIN": return 3;
			case "NOTIMP": return 4;
			case "REFUSED": return 5;
			case "YXDOMAIN": return 6;
			case "YXRRSET": return 7;
			case "NXRRSET": return 8;
			case "NOTAUTH": return 9;
			case "NOTZONE": return 10;
			case "RCODE_11": return 11;
			case "RCODE_12": return 12;
			case "RCODE_13": return 13;
			case "RCODE_14": return 14;
			case "RCODE_15": return 15;
		}
		return 0;
	};
}));
// ../../node_modules/.pnpm/dns-packet@5.6.1/node_modules/dns-packet/opcodes.js
var require_opcodes = /* @__PURE__ */ __commonJSMin(((exports) => {
	exports.toString = function(opcode) {
		switch (opcode) {
			case 0: return "QUERY";
			case 1: return "IQUERY";
			case 2: return "STATUS";
			case 3: return "OPCODE_3";
			case 4: return "NOTIFY";
			case 5: return "UPDATE";
			case 6: return "OPCODE_6";
			case 7: return "OPCODE_7";
			case 8: return "OPCODE_8";
			case 9: return "OPCODE_9";
			case 10: return "OPCODE_10";
			case 11: return "OPCODE_11";
			case 12: return "OPCODE_12";
			case 13: return "OPCODE_13";
			case 14: return "OPCODE_14";
			case 15: return "OPCODE_15";
		}
		return "OPCODE_" + opcode;
	};
	exports.toOpcode = function(code) {
		switch (code.toUpperCase()) {
			case "QUERY": return 0;
			case "IQUERY": return 1;
			case "STATUS": return 2;
			case "OPCODE_3": return 3;
			case "NOTIFY": return 4;
			case "UPDATE": return 5;
			case "OPCODE_6": return 6;
			case "OPCODE_7": return 7;
			case "OPCODE_8": return 8;
			case "OPCODE_9": return 9;
			case "OPCODE_10": return 10;
			case "OPCODE_11": return 11;
			case "OPCODE_12": return 12;
			case "OPCODE_13": return 13;
			case "OPCODE_14": return 14;
			case "OPCODE_15": return 15;
		}
		return 0;
	};
}));
// ../../node_modules/.pnpm/dns-packet@5.6.1/node_modules/dns-packet/classes.js
var require_classes = /* @__PURE__ */ __commonJSMin(((exports) => {
	exports.toString = function(klass) {
		switch (klass) {
			case 1: return "IN";
			case 2: return "CS";
			case 3: return "CH";
			case 4: return "HS";
			case 255: return "ANY";
		}
		return "UNKNOWN_" + klass;
	};
	exports.toClass = function(name) {
		switch (name.toUpperCase()) {
			case "IN": return 1;
			case "CS": return 2;
			case "CH": return 3;
			case "HS": return 4;
			case "ANY": return 255;
		}
		return 0;
	};
}));
// ../../node_modules/.pnpm/dns-packet@5.6.1/node_modules/dns-packet/optioncodes.js
var require_optioncodes = /* @__PURE__ */ __commonJSMin(((exports) => {
	exports.toString = function(type) {
		switch (type) {
			case 1: return "LLQ";
			case 2: return "UL";
			case 3: return "NSID";
			case 5: return "DAU";
			case 6: return "DHU";
			case 7: return "N3U";
			case 8: return "CLIENT_SUBNET";
			case 9: return "EXPIRE";
			case 10: return "COOKIE";
			case 11: return "TCP_KEEPALIVE";
			case 12: return "PADDING";
			case 13: return "CHAIN";
			case 14: return "KEY_TAG";
			case 26946: return "DEVICEID";
		}
		if (type < 0) return null;
		return `OPTION_${type}`;
	};
	exports.toCode = function(name) {
		if (typeof name === "number") return name;
		if (!name) return -1;
		switch (name.toUpperCase()) {
			case "OPTION_0": return 0;
			case "LLQ": return 1;
			case "UL": return 2;
			case "NSID": return 3;
			case "OPTION_4": return 4;
			case "DAU": return 5;
			case "DHU": return 6;
			case "N3U": return 7;
			case "CLIENT_SUBNET": return 8;
			case "EXPIRE": return 9;
			case "COOKIE": return 10;
			case "TCP_KEEPALIVE": return 11;
			case "PADDING": return 12;
			case "CHAIN": return 13;
			case "KEY_TAG": return 14;
			case "DEVICEID": return 26946;
			case "OPTION_65535": return 65535;
		}
		const m = name.match(/_(\d+)$/);
		if (m) return parseInt(m[1], 10);
		return -1;
	};
}));
// ../../node_modules/.pnpm/@leichtgewicht+ip-codec@2.0.5/node_modules/@leichtgewicht/ip-codec/index.cjs
var require_ip_codec = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	var ipCodec = (function(exports) {
		"use strict";
		Object.defineProperty(exports, "__esModule", { value: true });
		exports.decode = decode;
		exports.encode = encode;
		exports.familyOf = familyOf;
		exports.name = void 0;
		exports.sizeOf = sizeOf;
		exports.v6 = exports.v4 = void 0;
		const v4Regex = /^(\d{1,3}\.){3,3}\d{1,3}$/;
		const v4Size = 4;
		const v6Regex = /^(::)?(((\d{1,3}\.){3}(\d{1,3}){1})?([0-9a-f]){0,4}:{0,2}){1,8}(::)?$/i;
		const v6Size = 16;
		const v4 = {
			name: "v4",
			size: v4Size,
			isFormat: (ip) => v4Regex.test(ip),
			encode(ip, buff, offset) {
				offset = ~~offset;
				buff = buff || new Uint8Array(offset + v4Size);
				const max = ip.length;
				let n = 0;
				for (let i = 0; i < max;) {
					const c = ip.charCodeAt(i++);
					if (c === 46) {
						buff[offset++] = n;
						n = 0;
					} else n = n * 10 + (c - 48);
				}
				buff[offset] = n;
				return buff;
			},
			decode(buff, offset) {
				offset = ~~offset;
				return `${buff[offset++]}.${buff[offset++]}.${buff[offset++]}.${buff[offset]}`;
			}
		};
		exports.v4 = v4;
		const v6 = {
			name: "v6",
			size: v6Size,
			isFormat: (ip) => ip.length > 0 && v6Regex.test(ip),
			encode(ip, buff, offset) {
				offset = ~~offset;
				let end = offset + v6Size;
				let fill = -1;
				let hexN = 0;
				let decN = 0;
				let prevColon = true;
				let useDec = false;
				buff = buff || new Uint8Array(offset + v6Size);
				for (let i = 0; i < ip.length; i++) {
					let c = ip.charCodeAt(i);
					if (c === 58) {
						if (prevColon) {
							if (fill !== -1) {
								if (offset < end) buff[offset] = 0;
								if (offset < end - 1) buff[offset + 1] = 0;
								offset += 2;
							} else if (offset < end) fill = offset;
						} else {
							if (useDec === true) {
								if (offset < end) buff[offset] = decN;
								offset++;
							} else {
								if (offset < end) buff[offset] = hexN >> 8;
								if (offset < end - 1) buff[offset + 1] = hexN & 255;
								offset += 2;
							}
							hexN = 0;
							decN = 0;
						}
						prevColon = true;
						useDec = false;
					} else if (c === 46) {
						if (offset < end) buff[offset] = decN;
						offset++;
						decN = 0;
						hexN = 0;
						prevColon = false;
						useDec = true;
					} else {
						prevColon = false;
						if (c >= 97) c -= 87;
						else if (c >= 65) c -= 55;
						else {
							c -= 48;
							decN = decN * 10 + c;
						}
						hexN = (hexN << 4) + c;
					}
				}
				if (prevColon === false) {
					if (useDec === true) {
						if (offset < end) buff[offset] = decN;
						offset++;
					} else {
						if (offset < end) buff[offset] = hexN >> 8;
						if (offset < end - 1) buff[offset + 1] = hexN & 255;
						offset += 2;
					}
				} else if (fill === 0) {
					if (offset < end) buff[offset] = 0;
					if (offset < end - 1) buff[offset + 1] = 0;
					offset += 2;
				} else if (fill !== -1) {
					offset += 2;
					for (let i = Math.min(offset - 1, end - 1); i >= fill + 2; i--) buff[i] = buff[i - 2];
					buff[fill] = 0;
					buff[fill + 1] = 0;
					fill = offset;
				}
				if (fill !== offset && fill !== -1) {
					if (offset > end - 2) offset = end - 2;
					while (end > fill) buff[--end] = offset < end && offset > fill ? buff[--offset] : 0;
				} else while (offset < end) buff[offset++] = 0;
				return buff;
			},
			decode(buff, offset) {
				offset = ~~offset;
				let result = "";
				for (let i = 0; i < v6Size; i += 2) {
					if (i !== 0) result += ":";
					result += (buff[offset + i] << 8 | buff[offset + i + 1]).toString(16);
				}
				return result.replace(/(^|:)0(:0)*:0(:|$)/, "$1::$3").replace(/:{3,4}/, "::");
			}
		};
		exports.v6 = v6;
		exports.name = "ip";
		function sizeOf(ip) {
			if (v4.isFormat(ip)) return v4.size;
			if (v6.isFormat(ip)) return v6.size;
			throw Error(`Invalid ip address: ${ip}`);
		}
		function familyOf(string) {
			return sizeOf(string) === v4.size ? 1 : 2;
		}
		function encode(ip, buff, offset) {
			offset = ~~offset;
			const size = sizeOf(ip);
			if (typeof buff === "function") buff = buff(offset + size);
			if (size === v4.size) return v4.encode(ip, buff, offset);
			return v6.encode(ip, buff, offset);
		}
		function decode(buff, offset, length) {
			offset = ~~offset;
			length = length || buff.length - offset;
			if (length === v4.size) return v4.decode(buff, offset, length);
			if (length === v6.size) return v6.decode(buff, offset, length);
			throw Error(`Invalid buffer size needs to be ${v4.size} for v4 or ${v6.size} for v6.`);
		}
		return "default" in exports ? exports.default : exports;
	})({});
	if (typeof define === "function" && define.amd) define([], function() {
		return ipCodec;
	});
	else if (typeof module === "object" && typeof exports === "object") module.exports = ipCodec;
}));
// ../../node_modules/.pnpm/dns-packet@5.6.1/node_modules/dns-packet/index.js
var require_dns_packet = /* @__PURE__ */ __commonJSMin(((exports) => {
	const Buffer = __require("buffer").Buffer;
	const types = require_types();
	const rcodes = require_rcodes();
	const opcodes = require_opcodes();
	const classes = require_classes();
	const optioncodes = require_optioncodes();
	const ip = require_ip_codec();
	const QUERY_FLAG = 0;
	const RESPONSE_FLAG = 32768;
	const FLUSH_MASK = 32768;
	const NOT_FLUSH_MASK = -32769;
	const QU_MASK = 32768;
	const NOT_QU_MASK = -32769;
	const name = exports.name = {};
	name.encode = function(str, buf, offset, { mail = false } = {}) {
		if (!buf) buf = Buffer.alloc(name.encodingLength(str));
		if (!offset) offset = 0;
		const oldOffset = offset;
		const n = str.replace(/^\.|\.$/gm, "");
		if (n.length) {
			let list = [];
			if (mail) {
				let localPart = "";
				n.split(".").forEach((label) => {
					if (label.endsWith("\\")) localPart += (localPart.length ? "." : "") + label.slice(0, -1);
					else if (list.length === 0 && localPart.length) list.push(localPart + "." + label);
					else list.push(label);
				});
			} else list = n.split(".");
			for (let i = 0; i < list.length; i++) {
				const len = buf.write(list[i], offset + 1);
				buf[offset] = len;
				offset += len + 1;
			}
		}
		buf[offset++] = 0;
		name.encode.bytes = offset - oldOffset;
		return buf;
	};
	name.encode.bytes = 0;
	name.decode = function(buf, offset, { mail = false } = {}) {
		if (!offset) offset = 0;
		const list = [];
		let oldOffset = offset;
		let totalLength = 0;
		let consumedBytes = 0;
		let jumped = false;
		while (true) {
			if (offset >= buf.length) throw new Error("Cannot decode name (buffer overflow)");
			const len = buf[offset++];
			consumedBytes += jumped ? 0 : 1;
			if (len === 0) break;
			else if ((len & 192) === 0) {
				if (offset + len > buf.length) throw new Error("Cannot decode name (buffer overflow)");
				totalLength += len + 1;
				if (totalLength > 254) throw new Error("Cannot decode name (name too long)");
				let label = buf.toString("utf-8", offset, offset + len);
				if (mail) label = label.replace(/\./g, "\\.");
				list.push(label);
				offset += len;
				consumedBytes += jumped ? 0 : len;
			} else if ((len & 192) === 192) {
				if (offset + 1 > buf.length) throw new Error("Cannot decode name (buffer overflow)");
				const jumpOffset = buf.readUInt16BE(offset - 1) - 49152;
				if (jumpOffset >= oldOffset) throw new Error("Cannot decode name (bad pointer)");
				offset = jumpOffset;
				oldOffset = jumpOffset;
				consumedBytes += jumped ? 0 : 1;
				jumped = true;
			} else throw new Error("Cannot decode name (bad label)");
		}
		name.decode.bytes = consumedBytes;
		return list.length === 0 ? "." : list.join(".");
	};
	name.decode.bytes = 0;
	name.encodingLength = function(n) {
		if (n === "." || n === "..") return 1;
		return Buffer.byteLength(n.replace(/^\.|\.$/gm, "")) + 2;
	};
	const string = {};
	string.encode = function(s, buf, offset) {
		if (!buf) buf = Buffer.alloc(string.encodingLength(s));
		if (!offset) offset = 0;
		const len = buf.write(s, offset + 1);
		buf[offset] = len;
		string.encode.bytes = len + 1;
		return buf;
	};
	string.encode.bytes = 0;
	string.decode = function(buf, offset) {
		if (!offset) offset = 0;
		const len = buf[offset];
		const s = buf.toString("utf-8", offset + 1, offset + 1 + len);
		string.decode.bytes = len + 1;
		return s;
	};
	string.decode.bytes = 0;
	string.encodingLength = function(s) {
		return Buffer.byteLength(s) + 1;
	};
	const header = {};
	header.encode = function(h, buf, offset) {
		if (!buf) buf = header.encodingLength(h);
		if (!offset) offset = 0;
		const flags = (h.flags || 0) & 32767;
		const type = h.type === "response" ? RESPONSE_FLAG : QUERY_FLAG;
		buf.writeUInt16BE(h.id || 0, offset);
		buf.writeUInt16BE(flags | type, offset + 2);
		buf.writeUInt16BE(h.questions.length, offset + 4);
		buf.writeUInt16BE(h.answers.length, offset + 6);
		buf.writeUInt16BE(h.authorities.length, offset + 8);
		buf.writeUInt16BE(h.additionals.length, offset + 10);
		return buf;
	};
	header.encode.bytes = 12;
	header.decode = function(buf, offset) {
		if (!offset) offset = 0;
		if (buf.length < 12) throw new Error("Header must be 12 bytes");
		const flags = buf.readUInt16BE(offset + 2);
		return {
			id: buf.readUInt16BE(offset),
			type: flags & RESPONSE_FLAG ? "response" : "query",
			flags: flags & 32767,
			flag_qr: (flags >> 15 & 1) === 1,
			opcode: opcodes.toString(flags >> 11 & 15),
			flag_aa: (flags >> 10 & 1) === 1,
			flag_tc: (flags >> 9 & 1) === 1,
			flag_rd: (flags >> 8 & 1) === 1,
			flag_ra: (flags >> 7 & 1) === 1,
			flag_z: (flags >> 6 & 1) === 1,
			flag_ad: (flags >> 5 & 1) === 1,
			flag_cd: (flags >> 4 & 1) === 1,
			rcode: rcodes.toString(flags & 15),
			questions: new Array(buf.readUInt16BE(offset + 4)),
			answers: new Array(buf.readUInt16BE(offset + 6)),
			authorities: new Array(buf.readUInt16BE(offset + 8)),
			additionals: new Array(buf.readUInt16BE(offset + 10))
		};
	};
	header.decode.bytes = 12;
	header.encodingLength = function() {
		return 12;
	};
	const runknown = exports.unknown = {};
	runknown.encode = function(data, buf, offset) {
		if (!buf) buf = Buffer.alloc(runknown.encodingLength(data));
		if (!offset) offset = 0;
		buf.writeUInt16BE(data.length, offset);
		data.copy(buf, offset + 2);
		runknown.encode.bytes = data.length + 2;
		return buf;
	};
	runknown.encode.bytes = 0;
	runknown.decode = function(buf, offset) {
		if (!offset) offset = 0;
		const len = buf.readUInt16BE(offset);
		const data = buf.slice(offset + 2, offset + 2 + len);
		runknown.decode.bytes = len + 2;
		return data;
	};
	runknown.decode.bytes = 0;
	runknown.encodingLength = function(data) {
		return data.length + 2;
	};
	const rns = exports.ns = {};
	rns.encode = function(data, buf, offset) {
		if (!buf) buf = Buffer.alloc(rns.encodingLength(data));
		if (!offset) offset = 0;
		name.encode(data, buf, offset + 2);
		buf.writeUInt16BE(name.encode.bytes, offset);
		rns.encode.bytes = name.encode.bytes + 2;
		return buf;
	};
	rns.encode.bytes = 0;
	rns.decode = function(buf, offset) {
		if (!offset) offset = 0;
		const len = buf.readUInt16BE(offset);
		const dd = name.decode(buf, offset + 2);
		rns.decode.bytes = len + 2;
		return dd;
	};
	rns.decode.bytes = 0;
	rns.encodingLength = function(data) {
		return name.encodingLength(data) + 2;
	};
	const rsoa = exports.soa = {};
	rsoa.encode = function(data, buf, offset) {
		if (!buf) buf = Buffer.alloc(rsoa.encodingLength(data));
		if (!offset) offset = 0;
		const oldOffset = offset;
		offset += 2;
		name.encode(data.mname, buf, offset);
		offset += name.encode.bytes;
		name.encode(data.rname, buf, offset, { mail: true });
		offset += name.encode.bytes;
		buf.writeUInt32BE(data.serial || 0, offset);
		offset += 4;
		buf.writeUInt32BE(data.refresh || 0, offset);
		offset += 4;
		buf.writeUInt32BE(data.retry || 0, offset);
		offset += 4;
		buf.writeUInt32BE(data.expire || 0, offset);
		offset += 4;
		buf.writeUInt32BE(data.minimum || 0, offset);
		offset += 4;
		buf.writeUInt16BE(offset - oldOffset - 2, oldOffset);
		rsoa.encode.bytes = offset - oldOffset;
		return buf;
	};
	rsoa.encode.bytes = 0;
	rsoa.decode = function(buf, offset) {
		if (!offset) offset = 0;
		const oldOffset = offset;
		const data = {};
		offset += 2;
		data.mname = name.decode(buf, offset);
		offset += name.decode.bytes;
		data.rname = name.decode(buf, offset, { mail: true });
		offset += name.decode.bytes;
		data.serial = buf.readUInt32BE(offset);
		offset += 4;
		data.refresh = buf.readUInt32BE(offset);
		offset += 4;
		data.retry = buf.readUInt32BE(offset);
		offset += 4;
		data.expire = buf.readUInt32BE(offset);
		offset += 4;
		data.minimum = buf.readUInt32BE(offset);
		offset += 4;
		rsoa.decode.bytes = offset - oldOffset;
		return data;
	};
	rsoa.decode.bytes = 0;
	rsoa.encodingLength = function(data) {
		return 22 + name.encodingLength(data.mname) + name.encodingLength(data.rname);
	};
	const rtxt = exports.txt = {};
	rtxt.encode = function(data, buf, offset) {
		if (!Array.isArray(data)) data = [data];
		for (let i = 0; i < data.length; i++) {
			if (typeof data[i] === "string") data[i] = Buffer.from(data[i]);
			if (!Buffer.isBuffer(data[i])) throw new Error("Must be a Buffer");
		}
		if (!buf) buf = Buffer.alloc(rtxt.encodingLength(data));
		if (!offset) offset = 0;
		const oldOffset = offset;
		offset += 2;
		data.forEach(function(d) {
			buf[offset++] = d.length;
			d.copy(buf, offset, 0, d.length);
			offset += d.length;
		});
		buf.writeUInt16BE(offset - oldOffset - 2, oldOffset);
		rtxt.encode.bytes = offset - oldOffset;
		return buf;
	};
	rtxt.encode.bytes = 0;
	rtxt.decode = function(buf, offset) {
		if (!offset) offset = 0;
		const oldOffset = offset;
		let remaining = buf.readUInt16BE(offset);
		offset += 2;
		let data = [];
		while (remaining > 0) {
			const len = buf[offset++];
			--remaining;
			if (remaining < len) throw new Error("Buffer overflow");
			data.push(buf.slice(offset, offset + len));
			offset += len;
			remaining -= len;
		}
		rtxt.decode.bytes = offset - oldOffset;
		return data;
	};
	rtxt.decode.bytes = 0;
	rtxt.encodingLength = function(data) {
		if (!Array.isArray(data)) data = [data];
		let length = 2;
		data.forEach(function(buf) {
			if (typeof buf === "string") length += Buffer.byteLength(buf) + 1;
			else length += buf.length + 1;
		});
		return length;
	};
	const rnull = exports.null = {};
	rnull.encode = function(data, buf, offset) {
		if (!buf) buf = Buffer.alloc(rnull.encodingLength(data));
		if (!offset) offset = 0;
		if (typeof data === "string") data = Buffer.from(data);
		if (!data) data = Buffer.alloc(0);
		const oldOffset = offset;
		offset += 2;
		const len = data.length;
		data.copy(buf, offset, 0, len);
		offset += len;
		buf.writeUInt16BE(offset - oldOffset - 2, oldOffset);
		rnull.encode.bytes = offset - oldOffset;
		return buf;
	};
	rnull.encode.bytes = 0;
	rnull.decode = function(buf, offset) {
		if (!offset) offset = 0;
		const oldOffset = offset;
		const len = buf.readUInt16BE(offset);
		offset += 2;
		const data = buf.slice(offset, offset + len);
		offset += len;
		rnull.decode.bytes = offset - oldOffset;
		return data;
	};
	rnull.decode.bytes = 0;
	rnull.encodingLength = function(data) {
		if (!data) return 2;
		return (Buffer.isBuffer(data) ? data.length : Buffer.byteLength(data)) + 2;
	};
	const rhinfo = exports.hinfo = {};
	rhinfo.encode = function(data, buf, offset) {
		if (!buf) buf = Buffer.alloc(rhinfo.encodingLength(data));
		if (!offset) offset = 0;
		const oldOffset = offset;
		offset += 2;
		string.encode(data.cpu, buf, offset);
		offset += string.encode.bytes;
		string.encode(data.os, buf, offset);
		offset += string.encode.bytes;
		buf.writeUInt16BE(offset - oldOffset - 2, oldOffset);
		rhinfo.encode.bytes = offset - oldOffset;
		return buf;
	};
	rhinfo.encode.bytes = 0;
	rhinfo.decode = function(buf, offset) {
		if (!offset) offset = 0;
		const oldOffset = offset;
		const data = {};
		offset += 2;
		data.cpu = string.decode(buf, offset);
		offset += string.decode.bytes;
		data.os = string.decode(buf, offset);
		offset += string.decode.bytes;
		rhinfo.decode.bytes = offset - oldOffset;
		return data;
	};
	rhinfo.decode.bytes = 0;
	rhinfo.encodingLength = function(data) {
		return string.encodingLength(data.cpu) + string.encodingLength(data.os) + 2;
	};
	const rptr = exports.ptr = {};
	const rcname = exports.cname = rptr;
	const rdname = exports.dname = rptr;
	rptr.encode = function(data, buf, offset) {
		if (!buf) buf = Buffer.alloc(rptr.encodingLength(data));
		if (!offset) offset = 0;
		name.encode(data, buf, offset + 2);
		buf.writeUInt16BE(name.encode.bytes, offset);
		rptr.encode.bytes = name.encode.bytes + 2;
		return buf;
	};
	rptr.encode.bytes = 0;
	rptr.decode = function(buf, offset) {
		if (!offset) offset = 0;
		const data = name.decode(buf, offset + 2);
		rptr.decode.bytes = name.decode.bytes + 2;
		return data;
	};
	rptr.decode.bytes = 0;
	rptr.encodingLength = function(data) {
		return name.encodingLength(data) + 2;
	};
	const rsrv = exports.srv = {};
	rsrv.encode = function(data, buf, offset) {
		if (!buf) buf = Buffer.alloc(rsrv.encodingLength(data));
		if (!offset) offset = 0;
		buf.writeUInt16BE(data.priority || 0, offset + 2);
		buf.writeUInt16BE(data.weight || 0, offset + 4);
		buf.writeUInt16BE(data.port || 0, offset + 6);
		name.encode(data.target, buf, offset + 8);
		const len = name.encode.bytes + 6;
		buf.writeUInt16BE(len, offset);
		rsrv.encode.bytes = len + 2;
		return buf;
	};
	rsrv.encode.bytes = 0;
	rsrv.decode = function(buf, offset) {
		if (!offset) offset = 0;
		const len = buf.readUInt16BE(offset);
		const data = {};
		data.priority = buf.readUInt16BE(offset + 2);
		data.weight = buf.readUInt16BE(offset + 4);
		data.port = buf.readUInt16BE(offset + 6);
		data.target = name.decode(buf, offset + 8);
		rsrv.decode.bytes = len + 2;
		return data;
	};
	rsrv.decode.bytes = 0;
	rsrv.encodingLength = function(data) {
		return 8 + name.encodingLength(data.target);
	};
	const rcaa = exports.caa = {};
	rcaa.ISSUER_CRITICAL = 128;
	rcaa.encode = function(data, buf, offset) {
		const len = rcaa.encodingLength(data);
		if (!buf) buf = Buffer.alloc(rcaa.encodingLength(data));
		if (!offset) offset = 0;
		if (data.issuerCritical) data.flags = rcaa.ISSUER_CRITICAL;
		buf.writeUInt16BE(len - 2, offset);
		offset += 2;
		buf.writeUInt8(data.flags || 0, offset);
		offset += 1;
		string.encode(data.tag, buf, offset);
		offset += string.encode.bytes;
		buf.write(data.value, offset);
		offset += Buffer.byteLength(data.value);
		rcaa.encode.bytes = len;
		return buf;
	};
	rcaa.encode.bytes = 0;
	rcaa.decode = function(buf, offset) {
		if (!offset) offset = 0;
		const len = buf.readUInt16BE(offset);
		offset += 2;
		const oldOffset = offset;
		const data = {};
		data.flags = buf.readUInt8(offset);
		offset += 1;
		data.tag = string.decode(buf, offset);
		offset += string.decode.bytes;
		data.value = buf.toString("utf-8", offset, oldOffset + len);
		data.issuerCritical = !!(data.flags & rcaa.ISSUER_CRITICAL);
		rcaa.decode.bytes = len + 2;
		return data;
	};
	rcaa.decode.bytes = 0;
	rcaa.encodingLength = function(data) {
		return string.encodingLength(data.tag) + string.encodingLength(data.value) + 2;
	};
	const rmx = exports.mx = {};
	rmx.encode = function(data, buf, offset) {
		if (!buf) buf = Buffer.alloc(rmx.encodingLength(data));
		if (!offset) offset = 0;
		const oldOffset = offset;
		offset += 2;
		buf.writeUInt16BE(data.preference || 0, offset);
		offset += 2;
		name.encode(data.exchange, buf, offset);
		offset += name.encode.bytes;
		buf.writeUInt16BE(offset - oldOffset - 2, oldOffset);
		rmx.encode.bytes = offset - oldOffset;
		return buf;
	};
	rmx.encode.bytes = 0;
	rmx.decode = function(buf, offset) {
		if (!offset) offset = 0;
		const oldOffset = offset;
		const data = {};
		offset += 2;
		data.preference = buf.readUInt16BE(offset);
		offset += 2;
		data.exchange = name.decode(buf, offset);
		offset += name.decode.bytes;
		rmx.decode.bytes = offset - oldOffset;
		return data;
	};
	rmx.encodingLength = function(data) {
		return 4 + name.encodingLength(data.exchange);
	};
	const ra = exports.a = {};
	ra.encode = function(host, buf, offset) {
		if (!buf) buf = Buffer.alloc(ra.encodingLength(host));
		if (!offset) offset = 0;
		buf.writeUInt16BE(4, offset);
		offset += 2;
		ip.v4.encode(host, buf, offset);
		ra.encode.bytes = 6;
		return buf;
	};
	ra.encode.bytes = 0;
	ra.decode = function(buf, offset) {
		if (!offset) offset = 0;
		offset += 2;
		const host = ip.v4.decode(buf, offset);
		ra.decode.bytes = 6;
		return host;
	};
	ra.decode.bytes = 0;
	ra.encodingLength = function() {
		return 6;
	};
	const raaaa = exports.aaaa = {};
	raaaa.encode = function(host, buf, offset) {
		if (!buf) buf = Buffer.alloc(raaaa.encodingLength(host));
		if (!offset) offset = 0;
		buf.writeUInt16BE(16, offset);
		offset += 2;
		ip.v6.encode(host, buf, offset);
		raaaa.encode.bytes = 18;
		return buf;
	};
	raaaa.encode.bytes = 0;
	raaaa.decode = function(buf, offset) {
		if (!offset) offset = 0;
		offset += 2;
		const host = ip.v6.decode(buf, offset);
		raaaa.decode.bytes = 18;
		return host;
	};
	raaaa.decode.bytes = 0;
	raaaa.encodingLength = function() {
		return 18;
	};
	const roption = exports.option = {};
	roption.encode = function(option, buf, offset) {
		if (!buf) buf = Buffer.alloc(roption.encodingLength(option));
		if (!offset) offset = 0;
		const oldOffset = offset;
		const code = optioncodes.toCode(option.code);
		buf.writeUInt16BE(code, offset);
		offset += 2;
		if (option.data) {
			buf.writeUInt16BE(option.data.length, offset);
			offset += 2;
			option.data.copy(buf, offset);
			offset += option.data.length;
		} else switch (code) {
			case 8:
				const spl = option.sourcePrefixLength || 0;
				const fam = option.family || ip.familyOf(option.ip);
				const ipBuf = ip.encode(option.ip, Buffer.alloc);
				const ipLen = Math.ceil(spl / 8);
				buf.writeUInt16BE(ipLen + 4, offset);
				offset += 2;
				buf.writeUInt16BE(fam, offset);
				offset += 2;
				buf.writeUInt8(spl, offset++);
				buf.writeUInt8(option.scopePrefixLength || 0, offset++);
				ipBuf.copy(buf, offset, 0, ipLen);
				offset += ipLen;
				break;
			case 11:
				if (option.timeout) {
					buf.writeUInt16BE(2, offset);
					offset += 2;
					buf.writeUInt16BE(option.timeout, offset);
					offset += 2;
				} else {
					buf.writeUInt16BE(0, offset);
					offset += 2;
				}
				break;
			case 12:
				const len = option.length || 0;
				buf.writeUInt16BE(len, offset);
				offset += 2;
				buf.fill(0, offset, offset + len);
				offset += len;
				break;
			case 14:
				const tagsLen = option.tags.length * 2;
				buf.writeUInt16BE(tagsLen, offset);
				offset += 2;
				for (const tag of option.tags) {
					buf.writeUInt16BE(tag, offset);
					offset += 2;
				}
				break;
			default: throw new Error(`Unknown roption code: ${option.code}`);
		}
		roption.encode.bytes = offset - oldOffset;
		return buf;
	};
	roption.encode.bytes = 0;
	roption.decode = function(buf, offset) {
		if (!offset) offset = 0;
		const option = {};
		option.code = buf.readUInt16BE(offset);
		option.type = optioncodes.toString(option.code);
		offset += 2;
		const len = buf.readUInt16BE(offset);
		offset += 2;
		option.data = buf.slice(offset, offset + len);
		switch (option.code) {
			case 8:
				option.family = buf.readUInt16BE(offset);
				offset += 2;
				option.sourcePrefixLength = buf.readUInt8(offset++);
				option.scopePrefixLength = buf.readUInt8(offset++);
				const padded = Buffer.alloc(option.family === 1 ? 4 : 16);
				buf.copy(padded, 0, offset, offset + len - 4);
				option.ip = ip.decode(padded);
				break;
			case 11:
				if (len > 0) {
					option.timeout = buf.readUInt16BE(offset);
					offset += 2;
				}
				break;
			case 14:
				option.tags = [];
				for (let i = 0; i < len; i += 2) {
					option.tags.push(buf.readUInt16BE(offset));
					offset += 2;
				}
		}
		roption.decode.bytes = len + 4;
		return option;
	};
	roption.decode.bytes = 0;
	roption.encodingLength = function(option) {
		if (option.data) return option.data.length + 4;
		switch (optioncodes.toCode(option.code)) {
			case 8:
				const spl = option.sourcePrefixLength || 0;
				return Math.ceil(spl / 8) + 8;
			case 11: return typeof option.timeout === "number" ? 6 : 4;
			case 12: return option.length + 4;
			case 14: return 4 + option.tags.length * 2;
		}
		throw new Error(`Unknown roption code: ${option.code}`);
	};
	const ropt = exports.opt = {};
	ropt.encode = function(options, buf, offset) {
		if (!buf) buf = Buffer.alloc(ropt.encodingLength(options));
		if (!offset) offset = 0;
		const oldOffset = offset;
		const rdlen = encodingLengthList(options, roption);
		buf.writeUInt16BE(rdlen, offset);
		offset = encodeList(options, roption, buf, offset + 2);
		ropt.encode.bytes = offset - oldOffset;
		return buf;
	};
	ropt.encode.bytes = 0;
	ropt.decode = function(buf, offset) {
		if (!offset) offset = 0;
		const oldOffset = offset;
		const options = [];
		let rdlen = buf.readUInt16BE(offset);
		offset += 2;
		let o = 0;
		while (rdlen > 0) {
			options[o++] = roption.decode(buf, offset);
			offset += roption.decode.bytes;
			rdlen -= roption.decode.bytes;
		}
		ropt.decode.bytes = offset - oldOffset;
		return options;
	};
	ropt.decode.bytes = 0;
	ropt.encodingLength = function(options) {
		return 2 + encodingLengthList(options || [], roption);
	};
	const rdnskey = exports.dnskey = {};
	rdnskey.PROTOCOL_DNSSEC = 3;
	rdnskey.ZONE_KEY = 128;
	rdnskey.SECURE_ENTRYPOINT = 32768;
	rdnskey.encode = function(key, buf, offset) {
		if (!buf) buf = Buffer.alloc(rdnskey.encodingLength(key));
		if (!offset) offset = 0;
		const oldOffset = offset;
		const keydata = key.key;
		if (!Buffer.isBuffer(keydata)) throw new Error("Key must be a Buffer");
		offset += 2;
		buf.writeUInt16BE(key.flags, offset);
		offset += 2;
		buf.writeUInt8(rdnskey.PROTOCOL_DNSSEC, offset);
		offset += 1;
		buf.writeUInt8(key.algorithm, offset);
		offset += 1;
		keydata.copy(buf, offset, 0, keydata.length);
		offset += keydata.length;
		rdnskey.encode.bytes = offset - oldOffset;
		buf.writeUInt16BE(rdnskey.encode.bytes - 2, oldOffset);
		return buf;
	};
	rdnskey.encode.bytes = 0;
	rdnskey.decode = function(buf, offset) {
		if (!offset) offset = 0;
		const oldOffset = offset;
		var key = {};
		var length = buf.readUInt16BE(offset);
		offset += 2;
		key.flags = buf.readUInt16BE(offset);
		offset += 2;
		if (buf.readUInt8(offset) !== rdnskey.PROTOCOL_DNSSEC) throw new Error("Protocol must be 3");
		offset += 1;
		key.algorithm = buf.readUInt8(offset);
		offset += 1;
		key.key = buf.slice(offset, oldOffset + length + 2);
		offset += key.key.length;
		rdnskey.decode.bytes = offset - oldOffset;
		return key;
	};
	rdnskey.decode.bytes = 0;
	rdnskey.encodingLength = function(key) {
		return 6 + Buffer.byteLength(key.key);
	};
	const rrrsig = exports.rrsig = {};
	rrrsig.encode = function(sig, buf, offset) {
		if (!buf) buf = Buffer.alloc(rrrsig.encodingLength(sig));
		if (!offset) offset = 0;
		const oldOffset = offset;
		const signature = sig.signature;
		if (!Buffer.isBuffer(signature)) throw new Error("Signature must be a Buffer");
		offset += 2;
		buf.writeUInt16BE(types.toType(sig.typeCovered), offset);
		offset += 2;
		buf.writeUInt8(sig.algorithm, offset);
		offset += 1;
		buf.writeUInt8(sig.labels, offset);
		offset += 1;
		buf.writeUInt32BE(sig.originalTTL, offset);
		offset += 4;
		buf.writeUInt32BE(sig.expiration, offset);
		offset += 4;
		buf.writeUInt32BE(sig.inception, offset);
		offset += 4;
		buf.writeUInt16BE(sig.keyTag, offset);
		offset += 2;
		name.encode(sig.signersName, buf, offset);
		offset += name.encode.bytes;
		signature.copy(buf, offset, 0, signature.length);
		offset += signature.length;
		rrrsig.encode.bytes = offset - oldOffset;
		buf.writeUInt16BE(rrrsig.encode.bytes - 2, oldOffset);
		return buf;
	};
	rrrsig.encode.bytes = 0;
	rrrsig.decode = function(buf, offset) {
		if (!offset) offset = 0;
		const oldOffset = offset;
		var sig = {};
		var length = buf.readUInt16BE(offset);
		offset += 2;
		sig.typeCovered = types.toString(buf.readUInt16BE(offset));
		offset += 2;
		sig.algorithm = buf.readUInt8(offset);
		offset += 1;
		sig.labels = buf.readUInt8(offset);
		offset += 1;
		sig.originalTTL = buf.readUInt32BE(offset);
		offset += 4;
		sig.expiration = buf.readUInt32BE(offset);
		offset += 4;
		sig.inception = buf.readUInt32BE(offset);
		offset += 4;
		sig.keyTag = buf.readUInt16BE(offset);
		offset += 2;
		sig.signersName = name.decode(buf, offset);
		offset += name.decode.bytes;
		sig.signature = buf.slice(offset, oldOffset + length + 2);
		offset += sig.signature.length;
		rrrsig.decode.bytes = offset - oldOffset;
		return sig;
	};
	rrrsig.decode.bytes = 0;
	rrrsig.encodingLength = function(sig) {
		return 20 + name.encodingLength(sig.signersName) + Buffer.byteLength(sig.signature);
	};
	const rrp = exports.rp = {};
	rrp.encode = function(data, buf, offset) {
		if (!buf) buf = Buffer.alloc(rrp.encodingLength(data));
		if (!offset) offset = 0;
		const oldOffset = offset;
		offset += 2;
		name.encode(data.mbox || ".", buf, offset, { mail: true });
		offset += name.encode.bytes;
		name.encode(data.txt || ".", buf, offset);
		offset += name.encode.bytes;
		rrp.encode.bytes = offset - oldOffset;
		buf.writeUInt16BE(rrp.encode.bytes - 2, oldOffset);
		return buf;
	};
	rrp.encode.bytes = 0;
	rrp.decode = function(buf, offset) {
		if (!offset) offset = 0;
		const oldOffset = offset;
		const data = {};
		offset += 2;
		data.mbox = name.decode(buf, offset, { mail: true }) || ".";
		offset += name.decode.bytes;
		data.txt = name.decode(buf, offset) || ".";
		offset += name.decode.bytes;
		rrp.decode.bytes = offset - oldOffset;
		return data;
	};
	rrp.decode.bytes = 0;
	rrp.encodingLength = function(data) {
		return 2 + name.encodingLength(data.mbox || ".") + name.encodingLength(data.txt || ".");
	};
	const typebitmap = {};
	typebitmap.encode = function(typelist, buf, offset) {
		if (!buf) buf = Buffer.alloc(typebitmap.encodingLength(typelist));
		if (!offset) offset = 0;
		const oldOffset = offset;
		var typesByWindow = [];
		for (var i = 0; i < typelist.length; i++) {
			var typeid = types.toType(typelist[i]);
			if (typesByWindow[typeid >> 8] === void 0) typesByWindow[typeid >> 8] = [];
			typesByWindow[typeid >> 8][typeid >> 3 & 31] |= 1 << 7 - (typeid & 7);
		}
		for (i = 0; i < typesByWindow.length; i++) if (typesByWindow[i] !== void 0) {
			var windowBuf = Buffer.from(typesByWindow[i]);
			buf.writeUInt8(i, offset);
			offset += 1;
			buf.writeUInt8(windowBuf.length, offset);
			offset += 1;
			windowBuf.copy(buf, offset);
			offset += windowBuf.length;
		}
		typebitmap.encode.bytes = offset - oldOffset;
		return buf;
	};
	typebitmap.encode.bytes = 0;
	typebitmap.decode = function(buf, offset, length) {
		if (!offset) offset = 0;
		const oldOffset = offset;
		var typelist = [];
		while (offset - oldOffset < length) {
			var window = buf.readUInt8(offset);
			offset += 1;
			var windowLength = buf.readUInt8(offset);
			offset += 1;
			for (var i = 0; i < windowLength; i++) {
				var b = buf.readUInt8(offset + i);
				for (var j = 0; j < 8; j++) if (b & 1 << 7 - j) {
					var typeid = types.toString(window << 8 | i << 3 | j);
					typelist.push(typeid);
				}
			}
			offset += windowLength;
		}
		typebitmap.decode.bytes = offset - oldOffset;
		return typelist;
	};
	typebitmap.decode.bytes = 0;
	typebitmap.encodingLength = function(typelist) {
		var extents = [];
		for (var i = 0; i < typelist.length; i++) {
			var typeid = types.toType(typelist[i]);
			extents[typeid >> 8] = Math.max(extents[typeid >> 8] || 0, typeid & 255);
		}
		var len = 0;
		for (i = 0; i < extents.length; i++) if (extents[i] !== void 0) len += 2 + Math.ceil((extents[i] + 1) / 8);
		return len;
	};
	const rnsec = exports.nsec = {};
	rnsec.encode = function(record, buf, offset) {
		if (!buf) buf = Buffer.alloc(rnsec.encodingLength(record));
		if (!offset) offset = 0;
		const oldOffset = offset;
		offset += 2;
		name.encode(record.nextDomain, buf, offset);
		offset += name.encode.bytes;
		typebitmap.encode(record.rrtypes, buf, offset);
		offset += typebitmap.encode.bytes;
		rnsec.encode.bytes = offset - oldOffset;
		buf.writeUInt16BE(rnsec.encode.bytes - 2, oldOffset);
		return buf;
	};
	rnsec.encode.bytes = 0;
	rnsec.decode = function(buf, offset) {
		if (!offset) offset = 0;
		const oldOffset = offset;
		var record = {};
		var length = buf.readUInt16BE(offset);
		offset += 2;
		record.nextDomain = name.decode(buf, offset);
		offset += name.decode.bytes;
		record.rrtypes = typebitmap.decode(buf, offset, length - (offset - oldOffset));
		offset += typebitmap.decode.bytes;
		rnsec.decode.bytes = offset - oldOffset;
		return record;
	};
	rnsec.decode.bytes = 0;
	rnsec.encodingLength = function(record) {
		return 2 + name.encodingLength(record.nextDomain) + typebitmap.encodingLength(record.rrtypes);
	};
	const rnsec3 = exports.nsec3 = {};
	rnsec3.encode = function(record, buf, offset) {
		if (!buf) buf = Buffer.alloc(rnsec3.encodingLength(record));
		if (!offset) offset = 0;
		const oldOffset = offset;
		const salt = record.salt;
		if (!Buffer.isBuffer(salt)) throw new Error("salt must be a Buffer");
		const nextDomain = record.nextDomain;
		if (!Buffer.isBuffer(nextDomain)) throw new Error("nextDomain must be a Buffer");
		offset += 2;
		buf.writeUInt8(record.algorithm, offset);
		offset += 1;
		buf.writeUInt8(record.flags, offset);
		offset += 1;
		buf.writeUInt16BE(record.iterations, offset);
		offset += 2;
		buf.writeUInt8(salt.length, offset);
		offset += 1;
		salt.copy(buf, offset, 0, salt.length);
		offset += salt.length;
		buf.writeUInt8(nextDomain.length, offset);
		offset += 1;
		nextDomain.copy(buf, offset, 0, nextDomain.length);
		offset += nextDomain.length;
		typebitmap.encode(record.rrtypes, buf, offset);
		offset += typebitmap.encode.bytes;
		rnsec3.encode.bytes = offset - oldOffset;
		buf.writeUInt16BE(rnsec3.encode.bytes - 2, oldOffset);
		return buf;
	};
	rnsec3.encode.bytes = 0;
	rnsec3.decode = function(buf, offset) {
		if (!offset) offset = 0;
		const oldOffset = offset;
		var record = {};
		var length = buf.readUInt16BE(offset);
		offset += 2;
		record.algorithm = buf.readUInt8(offset);
		offset += 1;
		record.flags = buf.readUInt8(offset);
		offset += 1;
		record.iterations = buf.readUInt16BE(offset);
		offset += 2;
		const saltLength = buf.readUInt8(offset);
		offset += 1;
		record.salt = buf.slice(offset, offset + saltLength);
		offset += saltLength;
		const hashLength = buf.readUInt8(offset);
		offset += 1;
		record.nextDomain = buf.slice(offset, offset + hashLength);
		offset += hashLength;
		record.rrtypes = typebitmap.decode(buf, offset, length - (offset - oldOffset));
		offset += typebitmap.decode.bytes;
		rnsec3.decode.bytes = offset - oldOffset;
		return record;
	};
	rnsec3.decode.bytes = 0;
	rnsec3.encodingLength = function(record) {
		return 8 + record.salt.length + record.nextDomain.length + typebitmap.encodingLength(record.rrtypes);
	};
	const rds = exports.ds = {};
	rds.encode = function(digest, buf, offset) {
		if (!buf) buf = Buffer.alloc(rds.encodingLength(digest));
		if (!offset) offset = 0;
		const oldOffset = offset;
		const digestdata = digest.digest;
		if (!Buffer.isBuffer(digestdata)) throw new Error("Digest must be a Buffer");
		offset += 2;
		buf.writeUInt16BE(digest.keyTag, offset);
		offset += 2;
		buf.writeUInt8(digest.algorithm, offset);
		offset += 1;
		buf.writeUInt8(digest.digestType, offset);
		offset += 1;
		digestdata.copy(buf, offset, 0, digestdata.length);
		offset += digestdata.length;
		rds.encode.bytes = offset - oldOffset;
		buf.writeUInt16BE(rds.encode.bytes - 2, oldOffset);
		return buf;
	};
	rds.encode.bytes = 0;
	rds.decode = function(buf, offset) {
		if (!offset) offset = 0;
		const oldOffset = offset;
		var digest = {};
		var length = buf.readUInt16BE(offset);
		offset += 2;
		digest.keyTag = buf.readUInt16BE(offset);
		offset += 2;
		digest.algorithm = buf.readUInt8(offset);
		offset += 1;
		digest.digestType = buf.readUInt8(offset);
		offset += 1;
		digest.digest = buf.slice(offset, oldOffset + length + 2);
		offset += digest.digest.length;
		rds.decode.bytes = offset - oldOffset;
		return digest;
	};
	rds.decode.bytes = 0;
	rds.encodingLength = function(digest) {
		return 6 + Buffer.byteLength(digest.digest);
	};
	const rsshfp = exports.sshfp = {};
	rsshfp.getFingerprintLengthForHashType = function getFingerprintLengthForHashType(hashType) {
		switch (hashType) {
			case 1: return 20;
			case 2: return 32;
		}
	};
	rsshfp.encode = function encode(record, buf, offset) {
		if (!buf) buf = Buffer.alloc(rsshfp.encodingLength(record));
		if (!offset) offset = 0;
		const oldOffset = offset;
		offset += 2;
		buf[offset] = record.algorithm;
		offset += 1;
		buf[offset] = record.hash;
		offset += 1;
		const fingerprintBuf = Buffer.from(record.fingerprint.toUpperCase(), "hex");
		if (fingerprintBuf.length !== rsshfp.getFingerprintLengthForHashType(record.hash)) throw new Error("Invalid fingerprint length");
		fingerprintBuf.copy(buf, offset);
		offset += fingerprintBuf.byteLength;
		rsshfp.encode.bytes = offset - oldOffset;
		buf.writeUInt16BE(rsshfp.encode.bytes - 2, oldOffset);
		return buf;
	};
	rsshfp.encode.bytes = 0;
	rsshfp.decode = function decode(buf, offset) {
		if (!offset) offset = 0;
		const oldOffset = offset;
		const record = {};
		offset += 2;
		record.algorithm = buf[offset];
		offset += 1;
		record.hash = buf[offset];
		offset += 1;
		const fingerprintLength = rsshfp.getFingerprintLengthForHashType(record.hash);
		record.fingerprint = buf.slice(offset, offset + fingerprintLength).toString("hex").toUpperCase();
		offset += fingerprintLength;
		rsshfp.decode.bytes = offset - oldOffset;
		return record;
	};
	rsshfp.decode.bytes = 0;
	rsshfp.encodingLength = function(record) {
		return 4 + Buffer.from(record.fingerprint, "hex").byteLength;
	};
	const rnaptr = exports.naptr = {};
	rnaptr.encode = function(data, buf, offset) {
		if (!buf) buf = Buffer.alloc(rnaptr.encodingLength(data));
		if (!offset) offset = 0;
		const oldOffset = offset;
		offset += 2;
		buf.writeUInt16BE(data.order || 0, offset);
		offset += 2;
		buf.writeUInt16BE(data.preference || 0, offset);
		offset += 2;
		string.encode(data.flags, buf, offset);
		offset += string.encode.bytes;
		string.encode(data.services, buf, offset);
		offset += string.encode.bytes;
		string.encode(data.regexp, buf, offset);
		offset += string.encode.bytes;
		name.encode(data.replacement, buf, offset);
		offset += name.encode.bytes;
		rnaptr.encode.bytes = offset - oldOffset;
		buf.writeUInt16BE(rnaptr.encode.bytes - 2, oldOffset);
		return buf;
	};
	rnaptr.encode.bytes = 0;
	rnaptr.decode = function(buf, offset) {
		if (!offset) offset = 0;
		const oldOffset = offset;
		const data = {};
		offset += 2;
		data.order = buf.readUInt16BE(offset);
		offset += 2;
		data.preference = buf.readUInt16BE(offset);
		offset += 2;
		data.flags = string.decode(buf, offset);
		offset += string.decode.bytes;
		data.services = string.decode(buf, offset);
		offset += string.decode.bytes;
		data.regexp = string.decode(buf, offset);
		offset += string.decode.bytes;
		data.replacement = name.decode(buf, offset);
		offset += name.decode.bytes;
		rnaptr.decode.bytes = offset - oldOffset;
		return data;
	};
	rnaptr.decode.bytes = 0;
	rnaptr.encodingLength = function(data) {
		return string.encodingLength(data.flags) + string.encodingLength(data.services) + string.encodingLength(data.regexp) + name.encodingLength(data.replacement) + 6;
	};
	const rtlsa = exports.tlsa = {};
	rtlsa.encode = function(cert, buf, offset) {
		if (!buf) buf = Buffer.alloc(rtlsa.encodingLength(cert));
		if (!offset) offset = 0;
		const oldOffset = offset;
		const certdata = cert.certificate;
		if (!Buffer.isBuffer(certdata)) throw new Error("Certificate must be a Buffer");
		offset += 2;
		buf.writeUInt8(cert.usage, offset);
		offset += 1;
		buf.writeUInt8(cert.selector, offset);
		offset += 1;
		buf.writeUInt8(cert.matchingType, offset);
		offset += 1;
		certdata.copy(buf, offset, 0, certdata.length);
		offset += certdata.length;
		rtlsa.encode.bytes = offset - oldOffset;
		buf.writeUInt16BE(rtlsa.encode.bytes - 2, oldOffset);
		return buf;
	};
	rtlsa.encode.bytes = 0;
	rtlsa.decode = function(buf, offset) {
		if (!offset) offset = 0;
		const oldOffset = offset;
		const cert = {};
		const length = buf.readUInt16BE(offset);
		offset += 2;
		cert.usage = buf.readUInt8(offset);
		offset += 1;
		cert.selector = buf.readUInt8(offset);
		offset += 1;
		cert.matchingType = buf.readUInt8(offset);
		offset += 1;
		cert.certificate = buf.slice(offset, oldOffset + length + 2);
		offset += cert.certificate.length;
		rtlsa.decode.bytes = offset - oldOffset;
		return cert;
	};
	rtlsa.decode.bytes = 0;
	rtlsa.encodingLength = function(cert) {
		return 5 + Buffer.byteLength(cert.certificate);
	};
	const renc = exports.record = function(type) {
		switch (type.toUpperCase()) {
			case "A": return ra;
			case "PTR": return rptr;
			case "CNAME": return rcname;
			case "DNAME": return rdname;
			case "TXT": return rtxt;
			case "NULL": return rnull;
			case "AAAA": return raaaa;
			case "SRV": return rsrv;
			case "HINFO": return rhinfo;
			case "CAA": return rcaa;
			case "NS": return rns;
			case "SOA": return rsoa;
			case "MX": return rmx;
			case "OPT": return ropt;
			case "DNSKEY": return rdnskey;
			case "RRSIG": return rrrsig;
			case "RP": return rrp;
			case "NSEC": return rnsec;
			case "NSEC3": return rnsec3;
			case "SSHFP": return rsshfp;
			case "DS": return rds;
			case "NAPTR": return rnaptr;
			case "TLSA": return rtlsa;
		}
		return runknown;
	};
	const answer = exports.answer = {};
	answer.encode = function(a, buf, offset) {
		if (!buf) buf = Buffer.alloc(answer.encodingLength(a));
		if (!offset) offset = 0;
		const oldOffset = offset;
		name.encode(a.name, buf, offset);
		offset += name.encode.bytes;
		buf.writeUInt16BE(types.toType(a.type), offset);
		if (a.type.toUpperCase() === "OPT") {
			if (a.name !== ".") throw new Error("OPT name must be root.");
			buf.writeUInt16BE(a.udpPayloadSize || 4096, offset + 2);
			buf.writeUInt8(a.extendedRcode || 0, offset + 4);
			buf.writeUInt8(a.ednsVersion || 0, offset + 5);
			buf.writeUInt16BE(a.flags || 0, offset + 6);
			offset += 8;
			ropt.encode(a.options || [], buf, offset);
			offset += ropt.encode.bytes;
		} else {
			let klass = classes.toClass(a.class === void 0 ? "IN" : a.class);
			if (a.flush) klass |= FLUSH_MASK;
			buf.writeUInt16BE(klass, offset + 2);
			buf.writeUInt32BE(a.ttl || 0, offset + 4);
			offset += 8;
			const enc = renc(a.type);
			enc.encode(a.data, buf, offset);
			offset += enc.encode.bytes;
		}
		answer.encode.bytes = offset - oldOffset;
		return buf;
	};
	answer.encode.bytes = 0;
	answer.decode = function(buf, offset) {
		if (!offset) offset = 0;
		const a = {};
		const oldOffset = offset;
		a.name = name.decode(buf, offset);
		offset += name.decode.bytes;
		a.type = types.toString(buf.readUInt16BE(offset));
		if (a.type === "OPT") {
			a.udpPayloadSize = buf.readUInt16BE(offset + 2);
			a.extendedRcode = buf.readUInt8(offset + 4);
			a.ednsVersion = buf.readUInt8(offset + 5);
			a.flags = buf.readUInt16BE(offset + 6);
			a.flag_do = (a.flags >> 15 & 1) === 1;
			a.options = ropt.decode(buf, offset + 8);
			offset += 8 + ropt.decode.bytes;
		} else {
			const klass = buf.readUInt16BE(offset + 2);
			a.ttl = buf.readUInt32BE(offset + 4);
			a.class = classes.toString(klass & NOT_FLUSH_MASK);
			a.flush = !!(klass & FLUSH_MASK);
			const enc = renc(a.type);
			a.data = enc.decode(buf, offset + 8);
			offset += 8 + enc.decode.bytes;
		}
		answer.decode.bytes = offset - oldOffset;
		return a;
	};
	answer.decode.bytes = 0;
	answer.encodingLength = function(a) {
		const data = a.data !== null && a.data !== void 0 ? a.data : a.options;
		return name.encodingLength(a.name) + 8 + renc(a.type).encodingLength(data);
	};
	const question = exports.question = {};
	question.encode = function(q, buf, offset) {
		if (!buf) buf = Buffer.alloc(question.encodingLength(q));
		if (!offset) offset = 0;
		const oldOffset = offset;
		name.encode(q.name, buf, offset);
		offset += name.encode.bytes;
		buf.writeUInt16BE(types.toType(q.type), offset);
		offset += 2;
		buf.writeUInt16BE(classes.toClass(q.class === void 0 ? "IN" : q.class), offset);
		offset += 2;
		question.encode.bytes = offset - oldOffset;
		return q;
	};
	question.encode.bytes = 0;
	question.decode = function(buf, offset) {
		if (!offset) offset = 0;
		const oldOffset = offset;
		const q = {};
		q.name = name.decode(buf, offset);
		offset += name.decode.bytes;
		q.type = types.toString(buf.readUInt16BE(offset));
		offset += 2;
		q.class = classes.toString(buf.readUInt16BE(offset));
		offset += 2;
		if (!!(q.class & QU_MASK)) q.class &= NOT_QU_MASK;
		question.decode.bytes = offset - oldOffset;
		return q;
	};
	question.decode.bytes = 0;
	question.encodingLength = function(q) {
		return name.encodingLength(q.name) + 4;
	};
	exports.AUTHORITATIVE_ANSWER = 1024;
	exports.TRUNCATED_RESPONSE = 512;
	exports.RECURSION_DESIRED = 256;
	exports.RECURSION_AVAILABLE = 128;
	exports.AUTHENTIC_DATA = 32;
	exports.CHECKING_DISABLED = 16;
	exports.DNSSEC_OK = 32768;
	exports.encode = function(result, buf, offset) {
		const allocing = !buf;
		if (allocing) buf = Buffer.alloc(exports.encodingLength(result));
		if (!offset) offset = 0;
		const oldOffset = offset;
		if (!result.questions) result.questions = [];
		if (!result.answers) result.answers = [];
		if (!result.authorities) result.authorities = [];
		if (!result.additionals) result.additionals = [];
		header.encode(result, buf, offset);
		offset += header.encode.bytes;
		offset = encodeList(result.questions, question, buf, offset);
		offset = encodeList(result.answers, answer, buf, offset);
		offset = encodeList(result.authorities, answer, buf, offset);
		offset = encodeList(result.additionals, answer, buf, offset);
		exports.encode.bytes = offset - oldOffset;
		if (allocing && exports.encode.bytes !== buf.length) return buf.slice(0, exports.encode.bytes);
		return buf;
	};
	exports.encode.bytes = 0;
	exports.decode = function(buf, offset) {
		if (!offset) offset = 0;
		const oldOffset = offset;
		const result = header.decode(buf, offset);
		offset += header.decode.bytes;
		offset = decodeList(result.questions, question, buf, offset);
		offset = decodeList(result.answers, answer, buf, offset);
		offset = decodeList(result.authorities, answer, buf, offset);
		offset = decodeList(result.additionals, answer, buf, offset);
		exports.decode.bytes = offset - oldOffset;
		return result;
	};
	exports.decode.bytes = 0;
	exports.encodingLength = function(result) {
		return header.encodingLength(result) + encodingLengthList(result.questions || [], question) + encodingLengthList(result.answers || [], answer) + encodingLengthList(result.authorities || [], answer) + encodingLengthList(result.additionals || [], answer);
	};
	exports.streamEncode = function(result) {
		const buf = exports.encode(result);
		const sbuf = Buffer.alloc(2);
		sbuf.writeUInt16BE(buf.byteLength);
		const combine = Buffer.concat([sbuf, buf]);
		exports.streamEncode.bytes = combine.byteLength;
		return combine;
	};
	exports.streamEncode.bytes = 0;
	exports.streamDecode = function(sbuf) {
		const len = sbuf.readUInt16BE(0);
		if (sbuf.byteLength < len + 2) return null;
		const result = exports.decode(sbuf.slice(2));
		exports.streamDecode.bytes = exports.decode.bytes;
		return result;
	};
	exports.streamDecode.bytes = 0;
	function encodingLengthList(list, enc) {
		let len = 0;
		for (let i = 0; i < list.length; i++) len += enc.encodingLength(list[i]);
		return len;
	}
	function encodeList(list, enc, buf, offset) {
		for (let i = 0; i < list.length; i++) {
			enc.encode(list[i], buf, offset);
			offset += enc.encode.bytes;
		}
		return offset;
	}
	function decodeList(list, enc, buf, offset) {
		for (let i = 0; i < list.length; i++) {
			list[i] = enc.decode(buf, offset);
			offset += enc.decode.bytes;
		}
		return offset;
	}
}));
// ../../node_modules/.pnpm/thunky@1.1.0/node_modules/thunky/index.js
var require_thunky = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	var nextTick = nextTickArgs;
	process.nextTick(upgrade, 42);
	module.exports = thunky;
	function thunky(fn) {
		var state = run;
		return thunk;
		function thunk(callback) {
			state(callback || noop);
		}
		function run(callback) {
			var stack = [callback];
			state = wait;
			fn(done);
			function wait(callback) {
				stack.push(callback);
			}
			function done(err) {
				var args = arguments;
				state = isError(err) ? run : finished;
				while (stack.length) finished(stack.shift());
				function finished(callback) {
					nextTick(apply, callback, args);
				}
			}
		}
	}
	function isError(err) {
		return Object.prototype.toString.call(err) === "[object Error]";
	}
	function noop() {}
	function apply(callback, args) {
		callback.apply(null, args);
	}
	function upgrade(val) {
		if (val === 42) nextTick = process.nextTick;
	}
	function nextTickArgs(fn, a, b) {
		process.nextTick(function() {
			fn(a, b);
		});
	}
}));
// ../../node_modules/.pnpm/multicast-dns@7.2.5/node_modules/multicast-dns/index.js
var require_multicast_dns = /* @__PURE__ */ __commonJSMin(((exports, module) => {
	var packet = require_dns_packet();
	var dgram = __require("dgram");
	var thunky = require_thunky();
	var events = __require("events");
	var os = __require("os");
	var noop = function() {};
	module.exports = function(opts) {
		if (!opts) opts = {};
		var that = new events.EventEmitter();
		var port = typeof opts.port === "number" ? opts.port : 5353;
		var type = opts.type || "udp4";
		var ip = opts.ip || opts.host || (type === "udp4" ? "224.0.0.251" : null);
		var me = {
			address: ip,
			port
		};
		var memberships = {};
		var destroyed = false;
		var interval = null;
		if (type === "udp6" && (!ip || !opts.interface)) throw new Error("For IPv6 multicast you must specify `ip` and `interface`");
		var socket = opts.socket || dgram.createSocket({
			type,
			reuseAddr: opts.reuseAddr !== false,
			toString: function() {
				return type;
			}
		});
		socket.on("error", function(err) {
			if (err.code === "EACCES" || err.code === "EADDRINUSE") that.emit("error", err);
			else that.emit("warning", err);
		});
		socket.on("message", function(message, rinfo) {
			try {
				message = packet.decode(message);
			} catch (err) {
				that.emit("warning", err);
				return;
			}
			that.emit("packet", message, rinfo);
			if (message.type === "query") that.emit("query", message, rinfo);
			if (message.type === "response") that.emit("response", message, rinfo);
		});
		socket.on("listening", function() {
			if (!port) port = me.port = socket.address().port;
			if (opts.multicast !== false) {
				that.update();
				interval = setInterval(that.update, 5e3);
				socket.setMulticastTTL(opts.ttl || 255);
				socket.setMulticastLoopback(opts.loopback !== false);
			}
		});
		var bind = thunky(function(cb) {
			if (!port || opts.bind === false) return cb(null);
			socket.once("error", cb);
			socket.bind(port, opts.bind || opts.interface, function() {
				socket.removeListener("error", cb);
				cb(null);
			});
		});
		bind(function(err) {
			if (err) return that.emit("error", err);
			that.emit("ready");
		});
		that.send = function(value, rinfo, cb) {
			if (typeof rinfo === "function") return that.send(value, null, rinfo);
			if (!cb) cb = noop;
			if (!rinfo) rinfo = me;
			else if (!rinfo.host && !rinfo.address) rinfo.address = me.address;
			bind(onbind);
			function onbind(err) {
				if (destroyed) return cb();
				if (err) return cb(err);
				var message = packet.encode(value);
				socket.send(message, 0, message.length, rinfo.port, rinfo.address || rinfo.host, cb);
			}
		};
		that.response = that.respond = function(res, rinfo, cb) {
			if (Array.isArray(res)) res = { answers: res };
			res.type = "response";
			res.flags = (res.flags || 0) | packet.AUTHORITATIVE_ANSWER;
			that.send(res, rinfo, cb);
		};
		that.query = function(q, type, rinfo, cb) {
			if (typeof type === "function") return that.query(q, null, null, type);
			if (typeof type === "object" && type && type.port) return that.query(q, null, type, rinfo);
			if (typeof rinfo === "function") return that.query(q, type, null, rinfo);
			if (!cb) cb = noop;
			if (typeof q === "string") q = [{
				name: q,
				type: type || "ANY"
			}];
			if (Array.isArray(q)) q = {
				type: "query",
				questions: q
			};
			q.type = "query";
			that.send(q, rinfo, cb);
		};
		that.destroy = function(cb) {
			if (!cb) cb = noop;
			if (destroyed) return process.nextTick(cb);
			destroyed = true;
			clearInterval(interval);
			for (var iface in memberships) try {
				socket.dropMembership(ip, iface);
			} catch (e) {}
			memberships = {};
			socket.close(cb);
		};
		that.update = function() {
			var ifaces = opts.interface ? [].concat(opts.interface) : allInterfaces();
			var updated = false;
			for (var i = 0; i < ifaces.length; i++) {
				var addr = ifaces[i];
				if (memberships[addr]) continue;
				try {
					socket.addMembership(ip, addr);
					memberships[addr] = true;
					updated = true;
				} catch (err) {
					that.emit("warning", err);
				}
			}
			if (updated) {
				if (socket.setMulticastInterface) try {
					socket.setMulticastInterface(opts.interface || defaultInterface());
				} catch (err) {
					that.emit("warning", err);
				}
				that.emit("networkInterface");
			}
		};
		return that;
	};
	function defaultInterface() {
		var networks = os.networkInterfaces();
		var names = Object.keys(networks);
		for (var i = 0; i < names.length; i++) {
			var net = networks[names[i]];
			for (var j = 0; j < net.length; j++) {
				var iface = net[j];
				if (isIPv4(iface.family) && !iface.internal) {
					if (os.platform() === "darwin" && names[i] === "en0") return iface.address;
					return "0.0.0.0";
				}
			}
		}
		return "127.0.0.1";
	}
	function allInterfaces() {
		var networks = os.networkInterfaces();
		var names = Object.keys(networks);
		var res = [];
		for (var i = 0; i < names.length; i++) {
			var net = networks[names[i]];
			for (var j = 0; j < net.length; j++) {
				var iface = net[j];
				if (isIPv4(iface.family)) {
					res.push(iface.address);
					break;
				}
			}
		}
		return res;
	}
	function isIPv4(family) {
		return family === 4 || family === "IPv4";
	}
}));
// ../../packages/transport/dist/discovery/hint-book.js
/** Bounds of what is believed of strangers in one network. */
const bounds = {
	hints: 128,
	/** Of one sender: it may run several nodes. */
	perSource: 8,
	/** New ones a second, from all together, and at once. */
	newPerSecond: 4,
	burst: 64,
	/** For which a hint lasts without being repeated. */
	leastMs: 5e3,
	mostMs: 6e5
};
/**
* Addresses that were announced, for as long as they are. Bounded, whatever is said by whomever: a sender crowds out
* only itself, and a flood by many senders is slowed down and replaces hints at random, so that true ones come in again
* as they are repeated. Times are milliseconds of one clock; `random` is in [0, 1).
*/
var HintBook = class {
	#hints = /* @__PURE__ */ new Map();
	#fresh;
	#random;
	constructor(now, random) {
		this.#fresh = new TokenBucket(bounds.newPerSecond, bounds.burst, now);
		this.#random = random;
	}
	get size() {
		return this.#hints.size;
	}
	/** Whether the address is new, and which one it replaces. */
	heard(address, source, ttlMs, now) {
		const until = now + Math.min(bounds.mostMs, Math.max(bounds.leastMs, ttlMs));
		if (this.#hints.has(address)) {
			this.#hints.set(address, {
				source,
				until
			});
			return { isNew: false };
		}
		if (this.#fresh.debtMs(now) > 0) return { isNew: false };
		this.#fresh.take(1, now);
		const own = [...this.#hints].filter(([, hint]) => hint.source === source).map(([text]) => text);
		const crowded = own.length >= bounds.perSource ? own : [...this.#hints.keys()];
		const replaced = own.length >= bounds.perSource || this.#hints.size >= bounds.hints ? crowded[Math.floor(this.#random() * crowded.length)] : void 0;
		if (replaced !== void 0) this.#hints.delete(replaced);
		this.#hints.set(address, {
			source,
			until
		});
		return replaced === void 0 ? { isNew: true } : {
			isNew: true,
			replaced
		};
	}
	/** The sender takes an address back; whether it was there. */
	gone(address, source) {
		return this.#hints.get(address)?.source === source && this.#hints.delete(address);
	}
	/** Forgets what was not repeated in time, and says what. */
	expire(now) {
		const late = [...this.#hints].filter(([, { until }]) => until <= now).map(([address]) => address);
		for (const address of late) this.#hints.delete(address);
		return late;
	}
};
// ../../packages/transport/dist/discovery/interfaces.js
/** The IPv4 interfaces on which a node that listens on `host` can be reached. */
function interfacesOf(host, all = networkInterfaces()) {
	const every = Object.values(all).flatMap((list = []) => list).filter(({ family }) => family === "IPv4");
	return (isIPv4(host) && host !== "0.0.0.0" ? every.filter(({ address }) => address === host) : every.filter(({ internal }) => !internal)).map(({ address, netmask }) => ({
		address,
		netmask
	}));
}
/** Whether a packet from `address` came from the interface's own network, as multicast DNS does (RFC 6762, §11). */
function isOnLink(address, { address: own, netmask }) {
	if (!isIPv4(address)) return false;
	const mask = bits(netmask);
	return (bits(address) & mask) === (bits(own) & mask);
}
function bits(address) {
	return address.split(".").reduce((sum, part) => sum << 8 | Number(part), 0);
}
// ../../packages/transport/dist/discovery/multicast.js
var import_multicast_dns = /* @__PURE__ */ __toESM(require_multicast_dns(), 1);
/** Announcements last so long, and are asked for anew well before. */
const ttlSeconds = 120;
const askMs = {
	first: 1e3,
	most: 5e4
};
/** Answers, at most one in so long however many ask. */
const answerMs = 1e3;
const rescanMs = 15e3;
/** Finds peers in the local network by multicast DNS (RFC 6762), on every interface of this node, over IPv4. */
var MulticastDiscovery = class {
	#options;
	#timers;
	#book;
	#links = /* @__PURE__ */ new Map();
	#cancels = /* @__PURE__ */ new Set();
	#lastProblem = "";
	#ask = askMs.first;
	constructor(options) {
		this.#options = options;
		this.#timers = options.timers ?? systemTimers;
		this.#book = new HintBook(this.#timers.now(), options.random);
		this.#scan();
		this.#askLater();
	}
	/** Takes the announcement back and closes the sockets. */
	async close() {
		for (const cancel of this.#cancels) cancel();
		await Promise.all([...this.#links.values()].map((link) => link.close()));
	}
	/** Interfaces come and go. */
	#scan() {
		const { host } = this.#options;
		const now = new Map(interfacesOf(host).map((one) => [one.address, one]));
		for (const [address, link] of this.#links) if (!now.has(address)) {
			this.#links.delete(address);
			link.close();
		}
		for (const [address, one] of now) if (!this.#links.has(address)) this.#links.set(address, this.#open(one));
		for (const address of this.#book.expire(this.#timers.now())) this.#options.hints.lost(address);
		this.#after(rescanMs, () => this.#scan());
	}
	/** More rarely with time; with chance, so that nodes which started together do not ask together. */
	#askLater() {
		const wait = this.#ask * (.5 + this.#options.random() / 2);
		this.#ask = Math.min(askMs.most, this.#ask * 2);
		this.#after(wait, () => {
			for (const link of this.#links.values()) link.ask();
			this.#askLater();
		});
	}
	#open(at) {
		const { mdnsPort, onProblem } = this.#options;
		return new Link(at, {
			...mdnsPort !== void 0 && { mdnsPort },
			records: (ttl) => this.#records(at, ttl),
			after: (ms, run) => this.#after(ms, run),
			heard: (found, source) => this.#heard(found, source),
			random: this.#options.random,
			onProblem: (error) => {
				const code = codeOf(error, "malformed");
				if (code === this.#lastProblem) return;
				this.#lastProblem = code;
				onProblem?.(code, at.address, error);
			}
		});
	}
	#records({ address }, ttl) {
		const { announce: isWanted, instance, port, cluster } = this.#options;
		return isWanted ? announce({
			instance,
			port,
			cluster,
			ttl
		}, address) : [];
	}
	#heard(found, source) {
		const { hints, instance, cluster } = this.#options;
		const now = this.#timers.now();
		for (const one of found) {
			if (one.instance === instance || one.cluster !== cluster) continue;
			const address = formatAddress({
				host: source,
				port: one.port
			});
			if (one.ttl === 0) {
				if (this.#book.gone(address, source)) hints.lost(address);
				continue;
			}
			const { isNew, replaced } = this.#book.heard(address, source, one.ttl * 1e3, now);
			if (replaced !== void 0) hints.lost(replaced);
			if (isNew) hints.found(address);
		}
	}
	#after(ms, run) {
		const cancel = this.#timers.after(ms, () => {
			this.#cancels.delete(cancel);
			run();
		});
		this.#cancels.add(cancel);
	}
};
/** One interface. */
var Link = class {
	#options;
	#mdns;
	/** An answer is due, or was given a moment ago; it may have been asked for again since. */
	#answering = false;
	#askedAgain = false;
	constructor(at, options) {
		this.#options = options;
		const port = options.mdnsPort ?? 5353;
		this.#mdns = (0, import_multicast_dns.default)({
			interface: at.address,
			bind: "0.0.0.0",
			port
		});
		this.#mdns.on("error", (error) => options.onProblem(error));
		this.#mdns.on("warning", (error) => options.onProblem(error));
		this.#mdns.on("query", (packet, from) => {
			if (isOnLink(from.address, at) && asksForNodes(packet)) this.#answer();
		});
		this.#mdns.on("response", (packet, from) => {
			if (isOnLink(from.address, at) && from.port === port) options.heard(announcements(packet), from.address);
		});
		this.#mdns.on("ready", () => {
			this.#answer();
			this.ask();
		});
	}
	ask() {
		this.#mdns.query({ questions: [{
			name: serviceType,
			type: "PTR"
		}] }, this.#sent);
	}
	async close() {
		const goodbye = this.#options.records(0);
		if (goodbye.length > 0) await new Promise((resolve) => this.#mdns.respond({ answers: goodbye }, () => resolve()));
		await new Promise((resolve) => this.#mdns.destroy(resolve));
	}
	#answer() {
		if (this.#answering) {
			this.#askedAgain = true;
			return;
		}
		const { records, after, random } = this.#options;
		this.#answering = true;
		after(20 + 100 * random(), () => {
			this.#askedAgain = false;
			const answers = records(ttlSeconds);
			if (answers.length > 0) this.#mdns.respond({ answers }, this.#sent);
			after(answerMs, () => {
				this.#answering = false;
				if (this.#askedAgain) this.#answer();
			});
		});
	}
	#sent = (error) => {
		if (error) this.#options.onProblem(error);
	};
};
// ../../packages/transport/dist/discovery/resolver.js
/** The system's resolver, which knows the hosts file; or the given servers, `address:port`, and they alone. */
function systemResolver(servers = []) {
	const resolver = new Resolver({
		timeout: 3e3,
		tries: 2
	});
	if (servers.length > 0) resolver.setServers(servers);
	return {
		async srv(name) {
			return (await resolver.resolveSrv(name)).map(({ name: host, port }) => ({
				host,
				port
			}));
		},
		async addresses(host) {
			if (servers.length === 0) return (await lookup(host, { all: true })).map(({ address }) => address);
			const [v4, v6] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
			if (v4.status === "rejected" && v6.status === "rejected") throw v4.reason;
			return [v4, v6].flatMap((answer) => answer.status === "fulfilled" ? answer.value : []);
		}
	};
}
// ../../packages/transport/dist/listen.js
/** Accepts authenticated connections. Rejects with the system's error where the address cannot be had. */
async function listen(options) {
	const reception = new Reception(options);
	const server = createServer({ noDelay: true }, (socket) => reception.accept(socket));
	const { promise, resolve, reject } = Promise.withResolvers();
	server.once("error", reject).listen({
		host: options.host,
		port: options.port
	}, resolve);
	await promise;
	server.off("error", reject);
	server.on("error", (error) => options.onRefused?.(codeOf(error, "internal"), "", error));
	const bound = server.address();
	if (bound === null || typeof bound === "string") throw new Error("the server has no port");
	return {
		address: {
			host: bound.address,
			port: bound.port
		},
		close() {
			const { promise, resolve } = Promise.withResolvers();
			server.close(() => resolve());
			reception.close();
			return promise;
		}
	};
}
/** Keeps count of who is at the door and who is in. */
var Reception = class {
	#options;
	#limits;
	#timers;
	#halfOpen = /* @__PURE__ */ new Map();
	#sessions = /* @__PURE__ */ new Set();
	#closing = new AbortController();
	#atTheDoor = 0;
	constructor(options) {
		this.#options = options;
		this.#limits = {
			...transportLimits,
			...options.limits
		};
		this.#timers = options.timers ?? systemTimers;
	}
	accept(socket) {
		socket.on("error", () => {});
		const host = socket.remoteAddress ?? "";
		const address = formatAddress({
			host,
			port: socket.remotePort ?? 0
		});
		const full = this.#full(host);
		if (full !== void 0) {
			socket.destroy();
			this.#refuse(full, address, void 0);
			return;
		}
		this.#count(host, 1);
		this.#receive(socket, address).catch((error) => this.#refuse(codeOf(error, "handshake-failed"), address, error)).finally(() => this.#count(host, -1));
	}
	close() {
		this.#closing.abort();
		for (const connection of this.#sessions) connection.close("shutdown");
	}
	async #receive(socket, remoteAddress) {
		const [limits, timers] = [this.#limits, this.#timers];
		const { channel, records } = await shakeHands(socket, false, {
			handshake: this.#options.handshakes.responder(),
			limits,
			timers,
			admit: this.#options.admit ?? (() => void 0),
			signal: this.#closing.signal
		});
		const connection = new ChannelConnection({
			socket,
			channel,
			records,
			initiator: false,
			remoteAddress,
			limits,
			timers
		});
		this.#sessions.add(connection);
		connection.closed.then(() => this.#sessions.delete(connection));
		if (this.#closing.signal.aborted) connection.close("shutdown");
		else this.#options.onConnection(connection);
	}
	#full(host) {
		const { halfOpen, halfOpenPerAddress, sessions } = this.#limits;
		if (this.#atTheDoor >= halfOpen || (this.#halfOpen.get(host) ?? 0) >= halfOpenPerAddress) return "half-open-limit";
		return this.#sessions.size + this.#atTheDoor >= sessions ? "session-limit" : void 0;
	}
	#count(host, by) {
		this.#atTheDoor += by;
		const count = (this.#halfOpen.get(host) ?? 0) + by;
		if (count === 0) this.#halfOpen.delete(host);
		else this.#halfOpen.set(host, count);
	}
	#refuse(code, address, error) {
		this.#options.onRefused?.(code, address, error);
	}
};
// ../../packages/transport/dist/known-peer.js
/** Throws `TransportError` `invalid-address`. */
function knownPeer(text, configured) {
	return {
		...parseAddress(text),
		text,
		configured,
		chosen: false,
		peer: void 0,
		disabled: false,
		self: false,
		lost: false,
		attempt: 0,
		tries: 0,
		lastError: void 0,
		cancel: void 0
	};
}
/** Calls off the dial or the wait under way. */
function stop(peer) {
	peer.cancel?.();
	peer.cancel = void 0;
}
// ../../packages/transport/dist/overlay.js
/**
* Whom to dial. Up to `most` known peers: all of them. Beyond: a random half of `most`, while the others dial us. So
* a node has about `most` neighbours, and the graph of all is connected almost surely: where each of n nodes chooses k
* others at random, it falls apart with a probability that vanishes for k ≥ 2 as n grows (Fenner and Frieze, "On the
* connectivity of random m-orientable graphs and digraphs", 1982).
*
* Who is chosen stays chosen; one that fails gives way to another. `swap` exchanges one at random, for graphs that grew
* apart while the network was cut: each part had filled its places with itself. `random` is in [0, 1). O(n log n).
*/
function chooseNeighbours(known, { most, random, swap = false }) {
	if (known.length <= most) return {
		start: known.filter(({ chosen }) => !chosen),
		stop: []
	};
	const leaving = swap ? anyOf(exchangeable(known), random) : void 0;
	const worth = (one) => {
		if (one === leaving || one.failing && one.chosen) return 0;
		if (one.failing) return 1;
		if (!one.chosen) return one.configured ? 5 : 2;
		return one.configured ? 6 : one.connected ? 4 : 3;
	};
	const ranked = known.map((one) => ({
		one,
		worth: worth(one),
		chance: random()
	})).sort((a, b) => b.worth - a.worth || a.chance - b.chance);
	const taken = new Set(ranked.slice(0, Math.ceil(most / 2)).map(({ one }) => one));
	return {
		start: [...taken].filter(({ chosen }) => !chosen),
		stop: known.filter((one) => one.chosen && !taken.has(one))
	};
}
/** An operator's choice is exchanged for another one of the operator's only. */
function exchangeable(known) {
	const others = known.some(({ configured, chosen }) => configured && !chosen);
	return known.filter(({ configured, chosen, connected }) => chosen && connected && (others || !configured));
}
function anyOf(list, random) {
	return list[Math.floor(random() * list.length)];
}
// ../../packages/transport/dist/peer-state.js
/** Known peers that were named, met or chosen, then those that came by themselves, then those that are kept off. */
function peerStates({ known, connections, disabled, stateOf }) {
	const byNode = new Map(connections.map((connection) => [connection.peer.node, connection]));
	const rows = known.filter(({ configured, peer, chosen, self }) => configured || (peer || chosen) && !self).map((one) => ({
		address: one.text,
		node: one.peer?.node,
		name: one.peer?.name,
		state: stateOf(one),
		lastError: one.lastError,
		traffic: one.peer && byNode.get(one.peer.node)
	}));
	const shown = new Set(rows.map(({ node }) => node));
	for (const [node, connection] of byNode) {
		if (shown.has(node)) continue;
		shown.add(node);
		rows.push({
			...unknown,
			address: connection.remoteAddress,
			node,
			name: connection.peer.name,
			state: "connected",
			traffic: connection
		});
	}
	for (const node of disabled) if (!shown.has(node)) rows.push({
		...unknown,
		node,
		state: "disabled"
	});
	return rows;
}
const unknown = {
	address: void 0,
	name: void 0,
	lastError: void 0,
	traffic: void 0
};
// ../../packages/transport/dist/peers.js
/** A connection that lasted this long was worth having: the next failure starts from the shortest delay. */
const stableMs = 1e4;
/** Why this side ends a connection without anything being wrong with the peer. */
const ownChoice = /* @__PURE__ */ new Set([
	"closed",
	"shutdown",
	"renew",
	"disabled",
	"duplicate",
	"surplus",
	"log-abandoned"
]);
/** Why either side does so, to come back or because others are enough. */
const ended = /* @__PURE__ */ new Set(["renew", "surplus"]);
/** An address that failed so often in a row gives way to another one, where not all are dialled. */
const failingTries = 3;
/** Where not all are dialled, one is exchanged about so often. */
const swapMs = 3e5;
/** Addresses that were only heard of are kept up to this number. */
const maxFound = 256;
/** Keeps one connection to every peer, or to some of many, whoever dials, and never gives up. */
var Peers = class {
	#options;
	#timers;
	#known = /* @__PURE__ */ new Map();
	#live = /* @__PURE__ */ new Map();
	#disabled = /* @__PURE__ */ new Set();
	#listener;
	#running = false;
	#cancelSwap;
	/** Throws `TransportError` `invalid-address`. */
	constructor(options) {
		this.#options = options;
		this.#timers = options.timers ?? systemTimers;
		for (const text of options.addresses) this.#known.set(text, knownPeer(text, true));
	}
	/** Listens, then dials. Gives the address that peers can dial. */
	async start() {
		const { listen: at, handshakes, limits, onRefused } = this.#options;
		if (at !== void 0) this.#listener = await listen({
			...at,
			handshakes,
			timers: this.#timers,
			...limits && { limits },
			onRefused: (code, address, error) => onRefused?.(code, address, error, false),
			admit: (peer) => this.#admit(peer, false),
			onConnection: (connection) => this.#join(connection)
		});
		this.#running = true;
		this.#review();
		return this.#listener?.address;
	}
	get connections() {
		return [...this.#live.values()].map(({ connection }) => connection);
	}
	/**
	* Somebody says that a peer is there: a hint, of which nothing is believed but that it is worth a try. Throws
	* `TransportError` `invalid-address`.
	*/
	found(text) {
		const known = this.#known.get(text);
		if (known !== void 0) {
			known.lost = false;
			return;
		}
		const peer = knownPeer(text, false);
		const others = [...this.#known.values()].filter(({ configured }) => !configured);
		if (others.length >= maxFound) {
			const idle = others.filter((other) => this.#stateOf(other) !== "connected");
			const leaving = idle[Math.floor(this.#options.random() * idle.length)];
			if (leaving === void 0) return;
			this.#forget(leaving);
		}
		this.#known.set(text, peer);
		this.#review();
	}
	/** Nobody says any more that a peer is there. A connection that stands is kept. */
	lost(text) {
		const known = this.#known.get(text);
		if (known === void 0 || known.configured) return;
		known.lost = true;
		if (this.#stateOf(known) !== "connected") this.#forget(known);
	}
	/** Peers in the order in which they became known, then the others. */
	states() {
		return peerStates({
			known: [...this.#known.values()],
			connections: this.connections,
			disabled: this.#disabled,
			stateOf: (known) => this.#stateOf(known)
		});
	}
	/** Cuts a peer off and keeps it off, by its node id or its configured address. */
	disable(target) {
		const known = this.#known.get(target);
		if (known === void 0) this.#disabled.add(target);
		else {
			known.disabled = true;
			if (known.peer) this.#disabled.add(known.peer.node);
		}
		for (const other of this.#known.values()) if (this.#stateOf(other) === "disabled") this.#release(other);
		for (const node of this.#disabled) this.#live.get(node)?.connection.close("disabled");
		this.#review();
	}
	/** Undoes `disable` and dials at once. */
	enable(target) {
		this.#disabled.delete(target);
		for (const known of this.#known.values()) {
			if (known.text !== target && known.peer?.node !== target) continue;
			known.disabled = false;
			known.self = false;
			if (known.peer) this.#disabled.delete(known.peer.node);
			known.attempt = 0;
			known.lastError = void 0;
			stop(known);
			this.#dial(known);
		}
		this.#review();
	}
	/** Ends everything; resolves when no socket and no timer is left. */
	async close() {
		this.#running = false;
		this.#cancelSwap?.();
		for (const known of this.#known.values()) stop(known);
		for (const { connection } of [...this.#live.values()]) connection.close("shutdown");
		await this.#listener?.close();
	}
	#stateOf({ disabled, self, peer, chosen }) {
		if (disabled || self || peer && this.#disabled.has(peer.node)) return "disabled";
		if (peer && this.#live.has(peer.node)) return "connected";
		return chosen ? "backoff" : "known";
	}
	/** Chooses whom to dial, after anything changed that may change the choice. */
	#review(swap = false) {
		if (!this.#running) return;
		const { maxPeers: most = 32, random } = this.#options;
		const candidates = [...this.#known.values()].flatMap((known) => {
			const state = this.#stateOf(known);
			if (state === "disabled") return [];
			const { configured, chosen, tries } = known;
			return {
				known,
				configured,
				chosen,
				connected: state === "connected",
				failing: tries >= failingTries
			};
		});
		if (candidates.length > most) this.#cancelSwap ??= this.#swapLater();
		const { start, stop } = chooseNeighbours(candidates, {
			most,
			random,
			swap
		});
		for (const { known } of stop) {
			this.#release(known);
			const live = known.peer && this.#live.get(known.peer.node);
			if (live?.connection.initiator) live.connection.close("surplus");
		}
		for (const { known } of start) {
			known.chosen = true;
			known.tries = 0;
			if (known.attempt === 0) this.#dial(known);
			else this.#wait(known);
		}
	}
	#swapLater() {
		return this.#timers.after(swapMs * (.5 + this.#options.random()), () => {
			this.#cancelSwap = void 0;
			for (const known of this.#known.values()) if (known.configured && !known.chosen) known.tries = 0;
			this.#review(true);
		});
	}
	#release(known) {
		known.chosen = false;
		stop(known);
	}
	#forget(known) {
		this.#release(known);
		this.#known.delete(known.text);
		this.#review();
	}
	/** Whether a connection to `peer` that `mine` says who dialled is wanted; a code if not. */
	#admit(peer, mine) {
		const { node } = this.#options;
		if (!this.#running) return "shutdown";
		if (peer.node === node) return "self-connect";
		if (this.#disabled.has(peer.node)) return "disabled";
		const live = this.#live.get(peer.node);
		if (live === void 0) return void 0;
		if (this.#timers.now() - live.since >= stableMs || live.connection.initiator === mine) return mine ? "duplicate" : void 0;
		return mine === node < peer.node ? void 0 : "duplicate";
	}
	#dial(known) {
		if (!this.#running || known.cancel !== void 0 || this.#stateOf(known) !== "backoff") return;
		const abort = new AbortController();
		known.cancel = () => abort.abort();
		const { handshakes, limits } = this.#options;
		dial({
			host: known.host,
			port: known.port,
			handshakes,
			timers: this.#timers,
			...limits && { limits },
			signal: abort.signal,
			admit: (peer) => {
				known.peer = peer;
				return this.#admit(peer, true);
			}
		}).then((connection) => {
			if (abort.signal.aborted) return connection.close();
			known.cancel = void 0;
			known.lastError = void 0;
			known.tries = 0;
			this.#join(connection);
		}, (error) => {
			if (abort.signal.aborted) return;
			known.cancel = void 0;
			this.#failed(known, error);
		});
	}
	#failed(known, error) {
		const code = error instanceof TransportError && error.reason ? error.reason : codeOf(error, "handshake-failed");
		if (code === "self-connect") known.self = true;
		if (code !== "duplicate") known.tries++;
		const turned = error instanceof Turned && code !== "self-connect";
		const repeated = known.lastError === code;
		if (!turned) known.lastError = code;
		if (!turned && code !== "duplicate") this.#options.onRefused?.(code, known.text, error, repeated);
		this.#wait(known);
		if (known.self || known.tries === failingTries) this.#review();
	}
	#wait(known) {
		if (!this.#running || known.cancel !== void 0 || this.#stateOf(known) !== "backoff") return;
		const delay = backoffDelay(this.#options.backoff ?? defaultBackoff, known.attempt++, this.#options.random());
		known.cancel = this.#timers.after(delay, () => {
			known.cancel = void 0;
			this.#dial(known);
		});
	}
	#join(connection) {
		const { peer, initiator } = connection;
		const refusal = this.#admit(peer, initiator);
		if (refusal !== void 0) {
			connection.close(refusal);
			for (const known of this.#known.values()) if (known.peer?.node === peer.node) this.#wait(known);
			return;
		}
		this.#live.get(peer.node)?.connection.close("duplicate");
		const live = {
			connection,
			since: this.#timers.now()
		};
		this.#live.set(peer.node, live);
		for (const known of this.#known.values()) if (known.peer?.node === peer.node) known.lastError = void 0;
		connection.closed.then(({ by, code }) => this.#left(live, by === "local" && ownChoice.has(code) || ended.has(code) ? void 0 : code));
		this.#options.onConnection(connection);
	}
	#left(live, error) {
		const { node } = live.connection.peer;
		if (this.#live.get(node) !== live) return;
		this.#live.delete(node);
		const stable = this.#timers.now() - live.since >= stableMs;
		for (const known of [...this.#known.values()]) {
			if (known.peer?.node !== node) continue;
			if (stable) known.attempt = 0;
			known.lastError = error;
			if (known.lost) this.#forget(known);
			else this.#wait(known);
		}
	}
};
// dist/compose/discovery.js
/** Looks for peers in the way that the configuration says; undefined where they are only listed. */
function startDiscovery({ network, clusterId, hints, port, logger }) {
	const { discovery_method: method, dns_names, dns_servers, dns_interval, host, announce } = network;
	const told = logged(hints, logger);
	const onProblem = (code, where, error) => logger.warn({
		code,
		where,
		err: error
	}, "peers cannot be looked for");
	switch (method) {
		case "static": return;
		case "dns": return new DnsDiscovery({
			names: dns_names,
			resolver: systemResolver(dns_servers),
			intervalMs: dns_interval,
			hints: told,
			random: Math.random,
			onProblem
		});
		case "multicast":
			if (isLoopback(host)) logger.warn({ host }, "only this machine can reach this node; set network.host to one of its addresses");
			return new MulticastDiscovery({
				host: isLoopback(host) ? "127.0.0.1" : host,
				port,
				announce,
				cluster: clusterHint(clusterId),
				instance: randomBytes(8).toString("hex"),
				hints: told,
				random: Math.random,
				onProblem
			});
	}
}
function logged(hints, logger) {
	return {
		found(address) {
			logger.debug({ address }, "a peer may be there");
			hints.found(address);
		},
		lost(address) {
			logger.debug({ address }, "nobody says any more that a peer is there");
			hints.lost(address);
		}
	};
}
// dist/compose/evictions.js
/** Rows of one step; other work goes on between two steps. */
const step$1 = 2e3;
/** The rows that are hidden on this node. */
var Evictions = class {
	#state;
	#tables;
	constructor(state, mappings) {
		this.#state = state;
		this.#tables = mappings.filter(({ kind }) => kind !== "local").map(({ name }) => name);
	}
	get count() {
		return this.#state.count;
	}
	has(table, uid) {
		return this.#state.has({
			table,
			uid
		});
	}
	/** Lets the archive show rows again. Returns how many. Throws ServiceError. */
	async undo({ table, uids }) {
		if (table !== void 0 && !this.#tables.includes(table)) throw new ServiceError("invalid", "there is no replicated table of this name");
		const tables = table === void 0 ? this.#tables : [table];
		let shown = 0;
		for (const name of tables) {
			if (uids !== void 0) {
				shown += this.#state.undo(uids.map((uid) => ({
					table: name,
					uid
				}))).length;
				continue;
			}
			for (;;) {
				const rows = this.#state.first(name, step$1);
				if (rows.length === 0) break;
				shown += this.#state.undo(rows).length;
				await new Promise((resolve) => setImmediate(resolve));
			}
		}
		return shown;
	}
};
// dist/compose/background-scrub.js
var __addDisposableResource = function(env, value, async) {
	if (value !== null && value !== void 0) {
		if (typeof value !== "object" && typeof value !== "function") throw new TypeError("Object expected.");
		var dispose, inner;
		if (async) {
			if (!Symbol.asyncDispose) throw new TypeError("Symbol.asyncDispose is not defined.");
			dispose = value[Symbol.asyncDispose];
		}
		if (dispose === void 0) {
			if (!Symbol.dispose) throw new TypeError("Symbol.dispose is not defined.");
			dispose = value[Symbol.dispose];
			if (async) inner = dispose;
		}
		if (typeof dispose !== "function") throw new TypeError("Object not disposable.");
		if (inner) dispose = function() {
			try {
				inner.call(this);
			} catch (e) {
				return Promise.reject(e);
			}
		};
		env.stack.push({
			value,
			dispose,
			async
		});
	} else if (async) env.stack.push({ async: true });
	return value;
};
var __disposeResources = (function(SuppressedError) {
	return function(env) {
		function fail(e) {
			env.error = env.hasError ? new SuppressedError(e, env.error, "An error was suppressed during disposal.") : e;
			env.hasError = true;
		}
		var r, s = 0;
		function next() {
			while (r = env.stack.pop()) try {
				if (!r.async && s === 1) return s = 0, env.stack.push(r), Promise.resolve().then(next);
				if (r.dispose) {
					var result = r.dispose.call(r.value);
					if (r.async) return s |= 2, Promise.resolve(result).then(next, function(e) {
						fail(e);
						return next();
					});
				} else s |= 1;
			} catch (e) {
				fail(e);
			}
			if (s === 1) return env.hasError ? Promise.reject(env.error) : Promise.resolve();
			if (env.hasError) throw env.error;
		}
		return next();
	};
})(typeof SuppressedError === "function" ? SuppressedError : function(error, suppressed, message) {
	var e = new Error(message);
	return e.name = "SuppressedError", e.error = error, e.suppressed = suppressed, e;
});
/** After a start the node has other things to do first. */
const firstMs = 6e5;
const longestTimerMs$1 = 2 ** 31 - 1;
var Stopped = class extends Error {};
/**
* Reads the log against its signatures and hashes, batch by batch and slowly, while the node works: a byte that flipped on the
* disk is found before a peer or a restore needs it.
*/
var BackgroundScrub = class {
	#options;
	#stop = new AbortController();
	#timer;
	#running = Promise.resolve();
	constructor(options) {
		this.#options = options;
		this.#schedule(Math.min(firstMs, options.intervalMs));
	}
	async stop() {
		this.#stop.abort();
		clearTimeout(this.#timer);
		await this.#running;
	}
	/** One pass. */
	run() {
		this.#running = this.#run();
		return this.#running;
	}
	#schedule(ms) {
		if (this.#stop.signal.aborted) return;
		const again = () => this.#schedule(this.#options.intervalMs);
		this.#timer = setTimeout(() => void this.run().then(again), Math.min(ms, longestTimerMs$1));
		this.#timer.unref();
	}
	async #run() {
		const { state, judge, logger } = this.#options;
		try {
			const env_1 = {
				stack: [],
				error: void 0,
				hasError: false
			};
			try {
				const { batches, damaged } = await scrubState(__addDisposableResource(env_1, new StateCopy(state), false), judge(), { pause: (bytes) => this.#pause(bytes) });
				for (const { log, first, reason } of damaged) logger.error({
					code: "log-damaged",
					log,
					first,
					reason
				}, "a stored batch is not what its author signed; peers are asked for it");
				if (damaged.length === 0) logger.info({ batches }, "the log was read and is sound");
				else await this.#repair(damaged);
			} catch (e_1) {
				env_1.error = e_1;
				env_1.hasError = true;
			} finally {
				__disposeResources(env_1);
			}
		} catch (error) {
			if (!(error instanceof Stopped)) logger.error({ err: error }, "the log could not be read");
		}
	}
	async #repair(damaged) {
		const { repair, logger } = this.#options;
		const { repaired, left } = await repair(damaged);
		for (const place of repaired) logger.info(place, "a damaged batch was put back, as a peer has it");
		for (const place of left) logger.error({
			code: "log-damaged",
			...place
		}, "no connected peer has a damaged batch: stop jarvisd, then jarvisctl scrub --repair");
	}
	#pause(bytes) {
		const { signal } = this.#stop;
		return new Promise((resolve, reject) => {
			const stopped = () => reject(new Stopped());
			if (signal.aborted) return stopped();
			const timer = setTimeout(() => {
				signal.removeEventListener("abort", onAbort);
				resolve();
			}, Math.min(bytes / this.#options.rate * 1e3, longestTimerMs$1));
			const onAbort = () => {
				clearTimeout(timer);
				stopped();
			};
			signal.addEventListener("abort", onAbort, { once: true });
		});
	}
};
// dist/compose/backup-schedule.js
/** After a start the node has other things to do first. */
const leastWaitMs = 6e4;
/** How long a backup under way may take to clean up when the node stops. */
const stopMs = 2e3;
/** Longer waits overflow the timers of the runtime. */
const longestTimerMs = 2 ** 31 - 1;
/**
* Makes backups at an interval from the last one that is there, whoever made it, and removes those that need not be kept.
* Where nothing has changed since there is none to make.
*/
var BackupSchedule = class {
	#options;
	#timer;
	#running;
	#worker;
	#isStopped = false;
	constructor(options) {
		this.#options = options;
		this.#schedule();
	}
	async stop() {
		this.#isStopped = true;
		clearTimeout(this.#timer);
		if (this.#running === void 0) return;
		this.#worker?.postMessage("stop");
		const late = setTimeout(() => void this.#worker?.terminate(), stopMs);
		await this.#running;
		clearTimeout(late);
	}
	/** One backup now, if anything has changed since the last. */
	run() {
		this.#running ??= this.#run().finally(() => {
			this.#running = void 0;
		});
		return this.#running;
	}
	#schedule() {
		if (this.#isStopped) return;
		const { intervalMs, now } = this.#options;
		const last = this.#last();
		const due = last === void 0 ? intervalMs : Date.parse(last.created) + intervalMs - now();
		const wait = Math.min(Math.max(leastWaitMs, Math.min(due, intervalMs)), longestTimerMs);
		this.#timer = setTimeout(() => void this.run().then(() => this.#schedule()), wait);
		this.#timer.unref();
	}
	#last() {
		try {
			return listBackups(this.#options.folder).find((one) => "manifest" in one)?.manifest;
		} catch {
			return;
		}
	}
	async #run() {
		const { archive, state, folder, retention, worker: script, logger } = this.#options;
		if (this.#isUnchanged()) return;
		const worker = new Worker(script, { workerData: {
			archive,
			state,
			folder,
			retention
		} });
		this.#worker = worker;
		const said = await new Promise((resolve) => {
			const failed = (message) => resolve({
				say: "failed",
				code: void 0,
				message
			});
			worker.once("message", resolve);
			worker.once("error", (error) => failed(error.message));
			worker.once("exit", () => failed("the thread ended"));
		});
		this.#worker = void 0;
		if (said.say === "made") {
			const { path, rows, removed } = said;
			logger.info({
				path,
				rows,
				removed
			}, "backup made");
		} else if (!this.#isStopped) logger.error({
			code: said.code,
			folder
		}, `no backup was made: ${said.message}`);
	}
	/** Nothing in any log, and the archive was not written, as far as its file tells. */
	#isUnchanged() {
		const last = this.#last();
		if (last === void 0) return false;
		const frontier = [...this.#options.frontier()];
		const isSame = frontier.length === Object.keys(last.frontier).length && frontier.every(([log, { seq }]) => last.frontier[log] === seq);
		const { archive } = this.#options;
		const written = [archive, `${archive}-wal`].map((file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0);
		return isSame && Math.max(...written) < Date.parse(last.created);
	}
};
// dist/compose/housekeeping.js
/** Bytes of the log that are read a second while nothing is wrong. */
const scrubRate = 1e6;
/** Undefined where the configuration wants none. */
function startScrub({ storage }, trust, repairs, logger) {
	if (storage.scrub_interval === 0) return void 0;
	return new BackgroundScrub({
		state: storage.path,
		judge: () => ({
			...authorityOf(trust),
			hasher,
			verifier,
			compressor,
			until: Date.now()
		}),
		intervalMs: storage.scrub_interval,
		rate: scrubRate,
		repair: (places) => repairs.repair(places),
		logger
	});
}
/** Undefined where the configuration wants none. */
function startBackups({ archive, storage }, { state }, logger) {
	if (storage.backup_interval === 0) return void 0;
	return new BackupSchedule({
		archive: archive.path,
		state: storage.path,
		folder: storage.backup_folder,
		intervalMs: storage.backup_interval,
		retention: {
			newest: storage.backup_keep,
			days: storage.backup_keep_days
		},
		worker: workerFile("backup"),
		frontier: () => state.frontier(),
		now: Date.now,
		logger
	});
}
// dist/compose/identity.js
/** The node's identity, by the authorities of the configuration. An expired certificate still serves its own archive. */
function readIdentity({ security, node_id }, logger) {
	const identity = loadIdentity(security.node_certificates);
	const trust = loadTrust(security.trusted_ca);
	const { certificate } = identity;
	verifyCertificate(certificate.der, trust, { use: "author" });
	if (node_id !== "auto" && node_id !== certificate.node) throw new StartError("identity-mismatch", `node_id is ${node_id}, the certificate in ${security.node_certificates} is of ${certificate.node}; correct one of them`);
	if (Date.now() >= certificate.notAfter) logger.error({
		code: "cert-expired",
		until: new Date(certificate.notAfter).toISOString()
	}, "this node's certificate has expired: no peer accepts it; issue a new one");
	return {
		identity,
		trust
	};
}
// dist/compose/peer-statuses.js
/** Every peer that was named, found or met, with what it lacks as far as is known here. */
function peerStatuses(peers, replica) {
	return (peers?.states() ?? []).map((state) => {
		const lag = state.node === void 0 ? void 0 : replica.lag(state.node);
		return {
			node: state.node ?? null,
			name: state.name ?? null,
			address: state.address ?? "",
			state: state.state,
			lag_ops: lag?.operations ?? null,
			lag_s: lag?.seconds ?? null,
			last_error: state.lastError ?? null,
			traffic: trafficOf(state)
		};
	});
}
/** A node that is known by what it wrote and has not been met. */
function unmetPeer(node) {
	return {
		node,
		name: null,
		address: "",
		state: "backoff",
		lag_ops: null,
		lag_s: null,
		last_error: null,
		traffic: null
	};
}
function trafficOf({ traffic }) {
	if (traffic === void 0) return null;
	return {
		bytes_sent: traffic.bytesSent,
		bytes_received: traffic.bytesReceived,
		send_rate: Math.round(traffic.sendRate),
		receive_rate: Math.round(traffic.receiveRate)
	};
}
// dist/compose/settled-within.js
/** Resolves once the promise is settled, however, or after `ms`. */
async function settledWithin(promise, ms) {
	const late = Promise.withResolvers();
	const timer = setTimeout(late.resolve, ms);
	await Promise.race([promise.catch(() => void 0), late.promise]);
	clearTimeout(timer);
}
// dist/compose/jarvis-node.js
/** How long a request to synchronise waits: shorter than clients do. */
const syncMs = 1e4;
/** How long the local id of a new row is waited for: another program may hold the archive, or its disk may be full. */
const idWaitMs = 1e3;
/** What the HTTP interface offers, done by the parts. */
var JarvisNode = class {
	node;
	peerAddress;
	ready = true;
	#parts;
	constructor(parts) {
		this.#parts = parts;
		this.node = parts.store.node;
		this.peerAddress = parts.peerAddress;
	}
	get objects() {
		return this.#parts.objects;
	}
	get quarantine() {
		return this.#parts.quarantine;
	}
	get conflicts() {
		return this.#parts.conflicts;
	}
	get collection() {
		return this.#parts.collection;
	}
	get why() {
		return this.#parts.why;
	}
	async status() {
		const { cluster, store, ownLog, evictions, links, collection } = this.#parts;
		const own = ownLog();
		const [frontier, counts, { digest }, holders] = await Promise.all([
			store.frontier(),
			store.counts(),
			store.digest(),
			collection.holders()
		]);
		return {
			node: this.node,
			incarnation: own === void 0 ? null : incarnationOf(own),
			cluster,
			version,
			frontier,
			peers: this.#peerStates(),
			counts: {
				...counts,
				evicted: evictions.count,
				leftovers: this.#parts.archive.leftovers
			},
			troubles: this.#parts.troubles(),
			collection: {
				isOn: collection.isOn,
				leaseMs: collection.leaseMs,
				holders
			},
			bytes_sent: links.bytesSent,
			bytes_received: links.bytesReceived,
			digest
		};
	}
	repair(places) {
		return this.#parts.repairs.repair(places);
	}
	voids() {
		return this.#parts.store.voids();
	}
	async digest() {
		const { store } = this.#parts;
		const [digest, frontier] = await Promise.all([store.digest(), store.frontier()]);
		return {
			...digest,
			frontier
		};
	}
	async digestParts(paths) {
		await this.#parts.store.digest();
		return this.#parts.oversight.digestParts(paths);
	}
	async cellsNamed(names) {
		const found = [];
		for (const some of this.#parts.oversight.namedCells.find(names)) {
			found.push(...some);
			await new Promise((resolve) => setImmediate(resolve));
		}
		return found;
	}
	async createEntry(entry) {
		const { entries, store, archive } = this.#parts;
		const rows = entries.rowsOf(entry);
		const there = entries.isKeyed(rows[0].table) ? await store.row(rows[0].uid) : void 0;
		const intents = there ? entries.changesOf(rows[0]) : rows;
		const dots = intents.length > 0 ? (await store.commit({ intents })).dots : [there.dot];
		await settledWithin(archive.shown(), idWaitMs);
		const [row] = rows;
		const dot = dots[0];
		if (!row || !dot) throw new Error("a new entry was committed without an operation");
		return {
			uid: row.uid,
			id: this.#idOf(row.table, row.uid),
			dot
		};
	}
	async getEntry(uid) {
		const { store, entries } = this.#parts;
		const row = await store.row(uid);
		if (!row) return void 0;
		const { table, dot, values } = row;
		return {
			uid,
			id: this.#idOf(table, uid),
			dot,
			crdtType: entries.typeOf(table, values),
			values
		};
	}
	async adoptLeftovers() {
		const { archive } = this.#parts;
		const rows = archive.leftovers;
		archive.adoptLeftovers();
		return rows;
	}
	async unevict(which) {
		const rows = await this.#parts.evictions.undo(which);
		this.#parts.archive.wake();
		return rows;
	}
	async addToCounter(object, by) {
		await this.#parts.replica.incrementCounter(object, by);
		return this.#parts.replica.getCounterValue(object);
	}
	async addToCounters(sums) {
		const { replica } = this.#parts;
		await Promise.all([...sums].map(([name, by]) => replica.incrementCounter(name, by)));
		const values = /* @__PURE__ */ new Map();
		for (const name of sums.keys()) values.set(name, await replica.getCounterValue(name));
		return values;
	}
	getCounter(name) {
		return this.#parts.store.counter(name);
	}
	async putRegister(object, value) {
		await this.#commit({
			kind: "register.set",
			object,
			value
		});
		const state = await this.#parts.store.register(object);
		if (!state) throw new Error("a register was written and is not there");
		return state;
	}
	getRegister(name) {
		return this.#parts.store.register(name);
	}
	async changeSet(object, add, remove) {
		await this.#commit(...remove.map((element) => ({
			kind: "set.remove",
			object,
			element
		})), ...add.map((element) => ({
			kind: "set.add",
			object,
			element
		})));
		return await this.#parts.store.set(object) ?? [];
	}
	getSet(name) {
		return this.#parts.store.set(name);
	}
	async sync(node) {
		if (!await this.#isKnown(node)) return void 0;
		try {
			return await this.#parts.replica.syncWith(node, { signal: AbortSignal.timeout(syncMs) });
		} catch (error) {
			const code = codeOf$1(error);
			if (code === "no-connections" || code === "disconnected") throw new ServiceError("not-ready", "there is no session with this peer; /v1/why tells why");
			if (error instanceof Error && error.name === "TimeoutError") throw new ServiceError("not-ready", "the peer has not stored everything yet; /v1/why tells what is missing");
			throw error;
		}
	}
	async disconnect(node) {
		if (!await this.#isKnown(node)) return void 0;
		this.#parts.peers?.disable(node);
		return this.#peerState(node);
	}
	async connect(node) {
		if (!await this.#isKnown(node)) return void 0;
		this.#parts.peers?.enable(node);
		return this.#peerState(node);
	}
	async close() {
		this.ready = false;
		await this.#parts.close();
	}
	/** The number under which the archive shows a row; a row whose key replicates has none. */
	#idOf(table, uid) {
		const key = this.#parts.archive.keyOf(table, uid);
		return key === void 0 || typeof key === "string" ? null : key;
	}
	async #commit(...intents) {
		if (intents.length === 0) return [];
		return (await this.#parts.store.commit({ intents })).dots;
	}
	/** A peer that is or was connected, or wrote something that is stored here. */
	async #isKnown(node) {
		if (this.#peerStates().some((peer) => peer.node === node)) return true;
		return node !== this.node && (await this.#parts.store.certificates(node)).length > 0;
	}
	#peerState(node) {
		return this.#peerStates().find((peer) => peer.node === node) ?? unmetPeer(node);
	}
	#peerStates() {
		return peerStatuses(this.#parts.peers, this.#parts.replica);
	}
};
// dist/compose/troubles.js
/** The clock of this machine, watched; what elapses counts also while it sleeps. */
function watchClock(now) {
	return new ClockWatch({
		now,
		elapsed: () => uptime() * 1e3
	});
}
/** Why nothing is minted; undefined where the clock is not contradicted. */
function clockTrouble({ kind, aheadMs, peers }, now) {
	if (kind !== "contradicted") return void 0;
	const [mine, theirs] = [now, now - aheadMs].map((at) => `${new Date(at).toISOString().slice(0, 19)}Z`);
	return {
		code: "clock-contradicted",
		sentence: `The clock of this machine says ${mine}, and ${peers.length} peers agree that it is about ${theirs}: nothing is written here meanwhile. What the assistant writes waits in the archive, and what peers write is shown afterwards.`,
		next: "Set this machine's clock right, with NTP (timedatectl set-ntp true). Nothing has to be restarted; should the peers be wrong, set theirs."
	};
}
/** Why nothing of peers is stored any more; undefined where the disk did what it was asked. */
function diskTrouble(failure, path) {
	if (failure === void 0) return void 0;
	const { code, message } = failure;
	return {
		code: "disk-failed",
		sentence: `The disk failed to keep what it had taken of ${path} (${code ?? message ?? "error"}): what peers send is not stored any more, because it could not be told from what is lost. Nothing that was acknowledged is missing.`,
		next: "Look after the disk (its free space, dmesg, smartctl), then restart jarvisd: peers send again what is not there. Where it fails again, restore a backup on another disk."
	};
}
// dist/compose/open-replica.js
/** The replica over a node's store, which tells the operator's log what happens with peers. */
function openReplica(options) {
	const { configuration, logger, identity, trust, store, archive, clocks } = options;
	const { max_delta_size, priorities } = configuration.synchronization;
	return Replica.open({
		store: profiled(store, configuration, logger),
		authority: authorityOf(trust),
		certificate: identity.certificate.der,
		hasher,
		verifier,
		compressor,
		now: Date.now,
		turn: () => new Promise((resolve) => setImmediate(resolve)),
		limits: { window: max_delta_size },
		mode: modeOf(configuration),
		priorities,
		clock: {
			watch: clocks,
			onVerdict: (verdict) => {
				tellVerdict(verdict, logger);
				archive.wake();
			},
			onFuture: () => logger.warn({ code: "future-abandoned" }, "what this node had stamped while its clock was ahead counts no more; it is written anew, under today's time")
		},
		...messageLogging(configuration, logger),
		onProblem: (peer, code, message) => logger.warn({
			peer,
			code
		}, message),
		onSynced: (peer) => {
			logger.info({ peer }, "in sync with what the peer had");
			archive.adoptLeftovers();
		},
		onHealed: (log) => logger.warn({
			log,
			code: "fork-healed"
		}, "a log of this node was written twice; what it held is written anew"),
		onRound: (peer, round) => recordRound(store, {
			peer,
			...round
		}, logger)
	});
}
function tellVerdict(verdict, logger) {
	const trouble = clockTrouble(verdict, Date.now());
	if (trouble) logger.error({
		code: trouble.code,
		peers: verdict.peers
	}, `${trouble.sentence} ${trouble.next}`);
	else logger.info("the clock is not contradicted any more");
}
function modeOf({ synchronization: { mode, priority, interval } }) {
	if (mode === "lazy") return {
		kind: mode,
		priority
	};
	if (mode === "scheduled") return {
		kind: mode,
		intervalMs: interval
	};
	return { kind: mode };
}
/** What was exchanged is exchanged, whether it can be written down or not. */
function recordRound({ state }, round, logger) {
	try {
		state.syncLog.record(round);
	} catch (error) {
		logger.warn({
			err: error,
			...round
		}, "a line of sync_log could not be written");
	}
}
// dist/compose/opened.js
/** What was opened and must be closed again, last first. One failure does not keep the rest open. */
var Opened = class {
	#closers = [];
	onClose(close) {
		this.#closers.push(close);
	}
	/** Closes everything once; then throws the first error there was. */
	async close() {
		const errors = [];
		for (let close = this.#closers.pop(); close; close = this.#closers.pop()) try {
			await close();
		} catch (error) {
			errors.push(error);
		}
		if (errors.length > 0) throw errors[0];
	}
};
// dist/compose/peers.js
/** Dials and accepts peers as the configuration says, once it is started. */
function makePeers({ network, synchronization }, identity, trust, links, logger) {
	return new Peers({
		node: identity.certificate.node,
		handshakes: createHandshakes({
			identity,
			trust,
			purpose: "peer",
			now: Date.now
		}),
		addresses: network.peers,
		maxPeers: network.max_peers,
		backoff: {
			...defaultBackoff,
			attempts: synchronization.retry_attempts
		},
		listen: {
			host: network.host,
			port: network.port
		},
		limits: {
			keepAliveMs: network.keep_alive,
			idleMs: 3 * network.keep_alive,
			bytesPerSecond: network.bandwidth_limit
		},
		random: Math.random,
		onConnection: (connection) => links.join(connection),
		onRefused: (code, address, error, repeated) => {
			const reason = error instanceof Error ? error.message : void 0;
			logger[repeated ? "debug" : "warn"]({
				code,
				address,
				reason
			}, "a connection was refused");
		}
	});
}
/** Returns where peers are accepted; undefined where they are only dialled. */
async function startPeers(peers, network) {
	try {
		return await peers.start();
	} catch (error) {
		const code = error instanceof TransportError ? error.code : error.code;
		throw new StartError("peer-address", `peers cannot be accepted on ${hostPort(network.host, network.port)} (${code ?? "error"}); choose another network.host or network.port, 0 takes any free port`);
	}
}
// dist/compose/quarantine-desk.js
/** Rows that are looked at together. */
const step = 1e3;
const uidPattern = /^[0-9a-f]{32}$/;
/** Transactions that are not interpreted and rows that the archive refuses: one list, transactions first. */
var QuarantineDesk = class {
	#oversight;
	#archive;
	#path;
	constructor(oversight, archive, archivePath) {
		this.#oversight = oversight;
		this.#archive = archive;
		this.#path = archivePath;
	}
	/** Throws ServiceError. */
	async list({ after, limit, dropped }) {
		const items = [];
		const place = after === void 0 || uidPattern.test(after) ? void 0 : placeOf(after);
		if (after === void 0 || place !== void 0) for (const one of this.#oversight.quarantine.list(place, limit, dropped)) items.push(itemOf(one));
		if (items.length < limit && !dropped) {
			const from = place === void 0 && after !== void 0 ? bytesOf(after) : void 0;
			for (const { table, uid, reason, tries, retryAt } of this.#refused(from, limit - items.length)) items.push({
				kind: "row",
				id: Buffer.from(uid).toString("hex"),
				table,
				reason: "refused",
				detail: reason,
				tries,
				retry_at: new Date(retryAt).toISOString()
			});
		}
		return {
			items,
			next: items.length < limit ? null : items.at(-1).id
		};
	}
	/** Tries everything once more. How many transactions were interpreted, and how many rows are tried. */
	async retry() {
		let transactions = this.#oversight.retry([]);
		let rows = 0;
		for (let after;;) {
			const refused = this.#refused(after, step);
			transactions += this.#oversight.retry(refused);
			rows += refused.length;
			if (refused.length < step) break;
			after = refused.at(-1).uid;
			await new Promise((resolve) => setImmediate(resolve));
		}
		this.#archive.wake();
		return {
			transactions,
			rows
		};
	}
	/** Hides entries on this node, or lists transactions again. How many that changed. Throws ServiceError. */
	async drop(ids, hide) {
		const uids = new Set(ids.filter((id) => uidPattern.test(id)));
		if (!hide && uids.size > 0) throw new ServiceError("invalid", "a row that was dropped is hidden here; archive unevict shows it");
		return this.#oversight.drop(ids.filter((id) => !uids.has(id)).map(placeOf), hide) + await this.#dropRows(uids);
	}
	async #dropRows(uids) {
		const rows = [];
		for (let after; rows.length < uids.size;) {
			const refused = this.#refused(after, step);
			rows.push(...refused.filter(({ uid }) => uids.has(Buffer.from(uid).toString("hex"))));
			if (refused.length < step) break;
			after = refused.at(-1).uid;
		}
		const hidden = this.#oversight.evict(rows).length;
		if (hidden > 0) this.#archive.wake();
		return hidden;
	}
	#refused(after, limit) {
		const rows = readRefused(this.#path, after, limit);
		if (rows === void 0) throw new ServiceError("not-ready", "another program keeps readers out of the archive; try again");
		return rows;
	}
};
function itemOf({ log, first, last, reason, detail, dropped }) {
	return {
		kind: "transaction",
		id: `${log}/${first}`,
		author: nodeOf(log),
		operations: last - first + 1,
		reason,
		detail,
		dropped
	};
}
function placeOf(id) {
	const slash = id.indexOf("/");
	const [log, first] = [id.slice(0, slash), Number(id.slice(slash + 1))];
	if (slash < 0 || !isLogId(log) || !Number.isSafeInteger(first) || first < 1) throw new ServiceError("invalid", "an entry is named by its log and sequence, uuid:hex16/seq, or by a row's 32 hex digits");
	return {
		log,
		first
	};
}
function bytesOf(hex) {
	return new Uint8Array(Buffer.from(hex, "hex"));
}
// dist/compose/repair-desk.js
/** Puts batches back that the disk damaged, as peers have them, while the node runs. */
var RepairDesk = class {
	#options;
	constructor(options) {
		this.#options = options;
	}
	async repair(places) {
		const repaired = [];
		const left = [];
		for (const { log, first } of places) {
			const peer = await this.#repairOne({
				log,
				first
			});
			if (peer === void 0) left.push({
				log,
				first
			});
			else repaired.push({
				log,
				first,
				peer
			});
		}
		return {
			repaired,
			left
		};
	}
	async #repairOne({ log, first }) {
		const { state, replica, waitMs = 1e4 } = this.#options;
		const search = replica.fetchBatch(log, first).catch(() => void 0);
		await settledWithin(search, waitMs);
		const found = await Promise.race([search, Promise.resolve(void 0)]);
		return found && state.putBack(found.batch) ? found.peer : void 0;
	}
};
// dist/compose/replica-links.js
/** Puts connections and the replica together, and counts what went over the wire. */
var ReplicaLinks = class {
	#replica;
	#logger;
	#live = /* @__PURE__ */ new Set();
	#sent = 0;
	#received = 0;
	constructor(replica, logger) {
		this.#replica = replica;
		this.#logger = logger;
	}
	get bytesSent() {
		let sum = this.#sent;
		for (const { bytesSent } of this.#live) sum += bytesSent;
		return sum;
	}
	get bytesReceived() {
		let sum = this.#received;
		for (const { bytesReceived } of this.#live) sum += bytesReceived;
		return sum;
	}
	/** Begins a session over a new connection. */
	join(connection) {
		const peer = {
			peer: connection.peer.node,
			name: connection.peer.name,
			address: connection.remoteAddress
		};
		this.#live.add(connection);
		this.#logger.info(peer, "connected");
		const link = {
			node: connection.peer.node,
			send: (message) => connection.send(message),
			close: (code, reason) => {
				this.#logger.debug({
					...peer,
					code,
					reason
				}, "session ends");
				connection.close(code);
			}
		};
		let session;
		const attached = this.#replica.attach(link).then((begun) => {
			session = begun;
		});
		attached.catch((error) => {
			this.#logger.error({
				...peer,
				err: error
			}, "a session could not begin");
			connection.close("internal");
		});
		connection.open({
			message: async (bytes) => {
				await attached;
				await session?.receive(bytes);
			},
			drain: () => session?.drained(),
			close: (reason) => {
				this.#live.delete(connection);
				this.#sent += connection.bytesSent;
				this.#received += connection.bytesReceived;
				this.#logger.info({
					...peer,
					code: reason.code,
					by: reason.by
				}, "disconnected");
				attached.then(() => session && this.#replica.detach(session)).catch(() => void 0);
			}
		});
	}
};
// dist/own-archive.js
/**
* Makes sure that no other node of this machine works with the archive. The lock ends with its process, however that
* ends.
*
* @throws StartError `archive-in-use`
*/
function takeArchive(path) {
	const file = archiveLockFile(path);
	const lock = Lock.take(file);
	if (lock !== void 0) return { release: () => {
		rmSync(file, { force: true });
		lock.release();
	} };
	const process = nodeHolding(path);
	const who = `node ${lastNode(path) ?? "that has just begun"}${process === void 0 ? "" : ` (process ${process})`}`;
	throw new StartError("archive-in-use", `${who} works with ${path}; stop it, or give this node an archive of its own in archive.path`);
}
/** Whose state the archive shows. */
function lastNode(path) {
	if (!existsSync(path)) return void 0;
	const db = openArchiveDatabase(path, {
		readonly: true,
		busyMs: 5e3
	});
	try {
		return hasCapture(db) ? readMarker(db).node ?? void 0 : void 0;
	} finally {
		db.close();
	}
}
// dist/why/cause.js
function cause(code, sentence, about = {}) {
	return {
		code,
		peer: about.peer ?? null,
		since: about.since === void 0 ? null : isoTime(about.since),
		operations: about.operations ?? null,
		sentence
	};
}
/** Unix milliseconds as ISO time in seconds. */
function isoTime(at) {
	return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
function several(count, noun) {
	return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
// dist/why/peer-causes.js
/** What keeps this node and a peer from having the same. `startedAt`: since when this process tries, Unix ms. */
function peerCauses(peer, startedAt) {
	const { report } = peer;
	const causes = connectionCauses(peer, startedAt);
	if (report === void 0) return causes;
	const who = nameOf(peer);
	const about = { peer: peer.node };
	if (report.lagOperations > 0) causes.push(cause("peer-behind", `${who} has not said yet that it stored ${several(report.lagOperations, "operation")} that this node has; the oldest waits for ${duration(report.lagSeconds)}.`, {
		...about,
		operations: report.lagOperations
	}));
	if (report.missingOperations > 0) causes.push(cause("behind-peer", `This node lacks ${several(report.missingOperations, "operation")} that ${who} has.`, {
		...about,
		operations: report.missingOperations
	}));
	for (const held of report.held) causes.push(cause(held.code, heldSentence(who, held), {
		...about,
		since: held.since
	}));
	for (const log of report.forks) causes.push(cause("fork", `${who} has other operations under the same numbers of ${nodeOf(log)}'s log than this node: that node was cloned or restored; nothing of this log is exchanged with ${who}.`, about));
	if (peer.state === "connected" && !report.synced && causes.length === 0) causes.push(cause("comparing", `This node and ${who} are still comparing what they have.`, about));
	return causes;
}
function connectionCauses(peer, startedAt) {
	const { report, lastError, state } = peer;
	if (state === "connected" || state === "known") return [];
	const who = nameOf(peer);
	const about = {
		peer: peer.node ?? peer.address,
		since: report?.since ?? startedAt
	};
	const since = isoTime(about.since);
	if (state === "disabled") return [cause("peer-disabled", `${who} is switched off on this node since ${since}; POST /v1/peers/${peer.node ?? "NODE"}/connect lets it in again.`, about)];
	if (state === "gone") return [cause("peer-gone", `${who} is not connected since ${since}; it dialled this node, which knows no address of it, and has to come back.`, about)];
	const problem = report?.problem;
	if (problem !== void 0) return [cause(problem.code, `The session with ${who} ended with ${problem.code} (${sentenceOf(problem.message)}); it is tried again and again.`, {
		...about,
		since: problem.at
	})];
	if (lastError !== void 0 && Object.hasOwn(refusals, lastError)) return [cause(lastError, `${who} ${refusals[lastError]}`, about)];
	if (lastError === void 0) return [cause("peer-connecting", `${who} is not connected since ${since}; it is being dialled.`, about)];
	return [cause("peer-unreachable", `${who} cannot be reached since ${since} (${lastError}); it is dialled again and again, at longer and longer intervals.`, about)];
}
/** Why a channel was not established although somebody answered. */
const refusals = {
	"cert-untrusted": "shows a certificate of another authority, or takes this node's for one; both need certificates of the same ca.pem.",
	"cert-expired": "and this node do not talk because a certificate has expired; issue a new one with jarvisctl node issue.",
	"cert-profile": "shows a certificate that is none of a node; issue one with jarvisctl node issue.",
	"cluster-mismatch": "belongs to another cluster; correct network.peers, or its certificate.",
	"identity-mismatch": "is another node than its certificate says.",
	"self-connect": "is this node itself; take its address out of network.peers.",
	version: "speaks no version of the protocol that this node does; update the older one.",
	disabled: "has switched this node off; its operator lets it in again."
};
function heldSentence(who, { log, code, message, since }) {
	const author = nodeOf(log);
	const from = `since ${isoTime(since)}`;
	switch (code) {
		case "clock-ahead": return `Operations of ${author} that ${who} offers are stamped ahead of this node's clock, ${from}; they are taken when their time comes, or once the clocks are right.`;
		case "unknown-author": return `Operations of ${author} that ${who} offers are signed with a certificate that this node does not have, ${from}; ${who} is asked again.`;
		case "outside-certificate": return `Operations of ${author} that ${who} offers were made when its certificate was not valid, ${from}.`;
		case "forbidden": return `Operations of ${author} that ${who} offers are not taken, ${from}: its certificate lets it read only.`;
		case "unvouched": return `Operations of ${author} were thrown away at ${who}; they are passed over once another member that had them says that nothing of them is needed, ${from}. It has to be connected.`;
		default: return `Operations of ${author} that ${who} offers are not taken, ${from}: ${sentenceOf(message)}.`;
	}
}
function nameOf({ node, name, address }) {
	if (node === void 0) return `The peer at ${address ?? "an unknown address"}`;
	return name === void 0 ? node : `${name} (${node})`;
}
function duration(seconds) {
	if (seconds < 120) return `${Math.round(seconds)} s`;
	if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
	return `${Math.round(seconds / 3600)} h`;
}
function sentenceOf(message) {
	return message.slice(0, 200).replace(/\.$/, "");
}
// dist/why/store-causes.js
/** What is stored and not used: one cause for each author and reason, and one for each table and reason. */
function quarantineCauses(items) {
	const groups = /* @__PURE__ */ new Map();
	for (const item of items) {
		const of = item.kind === "transaction" ? item.author : item.table;
		const key = JSON.stringify([
			item.kind,
			of,
			item.reason,
			item.detail
		]);
		const group = groups.get(key) ?? {
			first: item,
			count: 0,
			operations: 0
		};
		group.count++;
		if (item.kind === "transaction") group.operations += item.operations;
		groups.set(key, group);
	}
	return [...groups.values()].map(({ first, count, operations }) => first.kind === "transaction" ? cause("quarantined", `${several(count, "transaction")} of ${first.author} ${count === 1 ? "is" : "are"} stored and passed on, and not used here: ${first.detail}.`, { operations }) : cause("row-refused", refusedSentence(first, count)));
}
/** What is compared because batches came without their operations. */
function doubtCauses(inDoubt) {
	if (inDoubt === void 0) return [];
	const { needed, present } = inDoubt;
	return [cause("in-doubt", `Operations were thrown away elsewhere before they came; what they removed may still be shown here until it is compared with others: ${present < needed ? `of ${several(needed, "member")} whose word that needs, ${present === 0 ? "none" : `only ${present}`} can be asked now.` : "that is being done, again and again until their answers agree."}`)];
}
function refusedSentence(row, count) {
	return `${count === 1 ? `Row ${row.id}` : `${count} rows, ${row.id} among them,`} of ${row.table} ${count === 1 ? "is" : "are"} not accepted by the archive: ${row.detail} (${several(row.tries, "try").replace("trys", "tries")}, the next at ${row.retry_at.slice(0, 19)}Z).`;
}
// dist/why/why-desk.js
/** Entries of the quarantine that are looked at. */
const looked = 1e3;
/** Answers why not everything is everywhere. */
var WhyDesk = class {
	#parts;
	constructor(parts) {
		this.#parts = parts;
	}
	/** About everything. */
	async everything() {
		const { startedAt, state, evictions, peers } = this.#parts;
		const facts = this.#facts();
		const causes = this.#parts.troubles().map(({ code, sentence, next }) => cause(code, `${sentence} ${next}`));
		causes.push(...facts.flatMap((peer) => [...peerCauses(peer, startedAt)]));
		causes.push(...quarantineCauses(await this.#quarantined()));
		causes.push(...doubtCauses(this.#parts.replica.inDoubt));
		if (state.archive.hasWork()) causes.push(cause("archive-behind", "The archive does not show everything yet that is stored; it is being written, or waits for another program that writes it."));
		const notes = [];
		if (peers === void 0) notes.push("This node keeps to itself: network.enabled is false.");
		else if (facts.length === 0) notes.push("This node knows no peer.");
		if (!this.#parts.isEager) notes.push("Changes of this node wait for their time (synchronization.mode); jarvisctl sync sends them now.");
		if (evictions.count > 0) notes.push(`${several(evictions.count, "row")} ${evictions.count === 1 ? "is" : "are"} hidden here because the assistant deleted ${evictions.count === 1 ? "it" : "them"}; jarvisctl archive unevict shows them again.`);
		return why(null, causes, notes);
	}
	/** About a peer, an entry by its uid, or an operation by its dot; undefined where nothing has this name. */
	async about(name) {
		const uid = /^[0-9a-f]{32}$/.test(name) ? new Uint8Array(Buffer.from(name, "hex")) : void 0;
		if (uid !== void 0) return this.#entry(name, uid);
		const dot = dotOf(name);
		if (dot !== void 0) return why(name, await this.#operation(dot), []);
		const facts = this.#facts().filter((peer) => [
			peer.node,
			peer.name,
			peer.address
		].includes(name));
		if (facts.length === 0) return void 0;
		return why(name, facts.flatMap((peer) => [...peerCauses(peer, this.#parts.startedAt)]), []);
	}
	async #entry(name, uid) {
		const { store, archive, evictions } = this.#parts;
		const row = await store.row(uid);
		const refused = (await this.#quarantined()).filter(({ id }) => id === name);
		if (row === void 0) {
			const waiting = (await store.counts()).quarantined;
			return why(name, [cause("unknown-entry", `This node knows no row with this uid: it was removed, or has not come yet${waiting > 0 ? `, or is in one of the ${several(waiting, "transaction")} in quarantine` : ""}.`)], []);
		}
		const causes = [...quarantineCauses(refused)];
		if (evictions.has(row.table, uid)) causes.push(cause("evicted", `The row is hidden on this node, where it was deleted; jarvisctl archive unevict --uid ${name} shows it again.`));
		else if (refused.length === 0 && archive.keyOf(row.table, uid) === void 0) causes.push(cause("not-shown", "The archive does not show the row: it will soon, or another row holds a value that may be there only once (jarvisctl conflicts tells)."));
		causes.push(...await this.#operation(row.dot));
		return why(name, causes, []);
	}
	/** What is known of an operation: whether it is here, and who has not said to have it. */
	async #operation(dot) {
		const { store, replica } = this.#parts;
		const last = (await store.head(dot.log))?.header;
		if (last === void 0 || dot.seq > last.first + last.count - 1) return [cause("unknown-operation", "The operation has not come to this node yet.")];
		const have = /* @__PURE__ */ new Set([nodeOf(dot.log), ...replica.acknowledgedBy(dot)]);
		const causes = [];
		for (const peer of this.#facts()) {
			if (peer.state === "known" || peer.node !== void 0 && have.has(peer.node)) continue;
			const reasons = peerCauses(peer, this.#parts.startedAt).filter(({ code }) => code !== "peer-behind");
			const who = peer.name ?? peer.node ?? peer.address ?? "a peer";
			causes.push(cause("not-acknowledged", `${who} has not said to have it${reasons.length > 0 ? "." : " yet."}`, { peer: peer.node ?? peer.address }), ...reasons);
		}
		return causes;
	}
	#facts() {
		const { peers, replica } = this.#parts;
		const reports = new Map(replica.peers().map((report) => [report.node, report]));
		const facts = (peers?.states() ?? []).map(({ node, name, address, state, lastError }) => ({
			node,
			name,
			address,
			state,
			lastError,
			report: node === void 0 ? void 0 : reports.get(node)
		}));
		const listed = new Set(facts.map(({ node }) => node));
		const gone = [...reports.values()].filter(({ node, connected }) => !connected && !listed.has(node));
		return [...facts, ...gone.map((report) => ({
			node: report.node,
			name: void 0,
			address: void 0,
			state: "gone",
			lastError: void 0,
			report
		}))];
	}
	async #quarantined() {
		return (await this.#parts.quarantine.list({
			limit: looked,
			dropped: false
		})).items;
	}
};
function why(about, causes, notes) {
	return {
		about,
		synced: causes.length === 0,
		causes,
		notes
	};
}
/** `uuid:hex16/sequence`. */
function dotOf(name) {
	const [log, seq, ...rest] = name.split("/");
	if (log === void 0 || seq === void 0 || rest.length > 0 || !isLogId(log)) return void 0;
	return /^[1-9]\d{0,15}$/.test(seq) ? {
		log,
		seq: Number(seq)
	} : void 0;
}
// dist/compose.js
const now = () => Date.now();
/** How often peers are asked again for batches that could not be judged when they came. */
const retryHeldMs = 5e3;
/** How often it is looked whether the time of a peer has come, where changes wait for it. */
const tickMs = 1e3;
const random = (bytes) => randomBytes(bytes);
/** Builds the node of a configuration. What it opened is closed again where a later part cannot be had. */
const compose = async (configuration, logger) => {
	const opened = new Opened();
	try {
		const { identity, trust } = readIdentity(configuration, logger);
		const mappings = readMappings(configuration);
		warnOfTables(configuration, mappings, logger);
		const clocks = watchClock(now);
		const troubles = () => [clockTrouble(clocks.verdict, now()), diskTrouble(store.failure, configuration.storage.path)].filter((one) => one !== void 0);
		const store = new SqliteStore({
			path: configuration.storage.path,
			durability: configuration.storage.durability,
			node: identity.certificate.node,
			cluster: trust.clusterId,
			notBefore: identity.certificate.notBefore,
			now,
			random,
			refusal: () => clockTrouble(clocks.verdict, now())?.sentence,
			batchOperations: configuration.synchronization.batch_size,
			schema: schemaOf(mappings),
			onSchema: () => entries.renew(),
			signer: createSigner(identity),
			hasher,
			compressor
		});
		opened.onClose(() => store.close());
		const hold = takeArchive(configuration.archive.path);
		opened.onClose(() => hold.release());
		const entries = new CurrentEntries(() => makeEntries(configuration, store));
		opened.onClose(() => entries.close());
		const upkeep = new Upkeep(store.state, { onError: (error) => logger.error({ err: error }, "the state file cannot be tidied") });
		opened.onClose(() => upkeep.stop());
		const archive = await openArchiveThread(configuration, store, logger);
		opened.onClose(() => archive.close());
		opened.onClose(store.state.subscribe(() => archive.wake()));
		const replica = await openReplica({
			configuration,
			logger,
			identity,
			trust,
			store,
			archive,
			clocks
		});
		logOperations(configuration, replica, store, logger);
		if (isAlone(configuration, store)) archive.adoptLeftovers();
		const links = new ReplicaLinks(replica, logger);
		const peers = configuration.network.enabled ? makePeers(configuration, identity, trust, links, logger) : void 0;
		const { network } = configuration;
		const listening = peers && await startPeers(peers, network);
		opened.onClose(async () => peers?.close());
		if (peers && listening) {
			const { port } = listening;
			const discovery = startDiscovery({
				network,
				clusterId: trust.clusterId,
				hints: peers,
				port,
				logger
			});
			opened.onClose(async () => discovery?.close());
		}
		opened.onClose(() => replica.close());
		const backups = startBackups(configuration, store, logger);
		const repairs = new RepairDesk({
			state: store.state,
			replica
		});
		const scrub = startScrub(configuration, trust, repairs, logger);
		opened.onClose(async () => scrub?.stop());
		opened.onClose(async () => backups?.stop());
		const retry = setInterval(() => replica.retryHeld(), retryHeldMs);
		opened.onClose(() => clearInterval(retry));
		const tick = setInterval(() => replica.tick(), tickMs);
		opened.onClose(() => clearInterval(tick));
		const collection = new CollectionDesk({
			store,
			authority: authorityOf(trust),
			isOn: configuration.storage.collection,
			isQuiet: () => store.state.collection.isQuiet,
			undoMs: configuration.storage.undo_window,
			writes: identity.certificate.role !== "reader",
			leaseMs: configuration.storage.collection_lease,
			now,
			logger
		});
		opened.onClose(() => collection.stop());
		const evictions = new Evictions(store.state.evictions, mappings);
		const quarantine = new QuarantineDesk(store.state.oversight, archive, configuration.archive.path);
		const { state } = store;
		return new JarvisNode({
			cluster: trust.cluster,
			store,
			evictions,
			oversight: store.state.oversight,
			quarantine,
			collection,
			why: new WhyDesk({
				store,
				state,
				archive,
				replica,
				peers,
				evictions,
				quarantine,
				startedAt: now(),
				troubles,
				isEager: configuration.synchronization.mode === "eager"
			}),
			objects: new Objects({
				store,
				hasher,
				random
			}),
			conflicts: new ConflictDesk(store.state.oversight),
			repairs,
			ownLog: () => store.state.ownLog,
			troubles,
			archive,
			entries,
			replica,
			links,
			peers,
			peerAddress: listening && hostPort(listening.host, listening.port),
			close: () => opened.close()
		});
	} catch (error) {
		await opened.close();
		throw error;
	}
};
/** Nobody could have what this node does not: it dials no peer and holds nothing of another, or its owner says so. */
function isAlone({ network }, { node, state }) {
	const logs = [...state.frontier().keys()];
	const looksForNobody = network.peers.length === 0 && network.discovery_method === "static";
	return !network.enabled || looksForNobody && logs.every((log) => nodeOf(log) === node);
}
export { compose };
