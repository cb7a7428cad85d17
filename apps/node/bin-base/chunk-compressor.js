import { o as nodeOf, s as CrdtError } from "./chunk-log.js";
import { A as compareDots, C as minPiecedBytes, D as decodeUtf8, E as decodeText, O as encodeText, S as maxSchemaBytes, T as ByteReader, a as readScalar, b as maxPieceBytes, c as skipScalar, d as writeValue, f as withWriter, g as maxColumns, h as maxAnewBatches, k as utf8Length, l as valueTag, m as Real, n as elementTooLarge, o as readValue, p as RawText, u as writeScalar, v as maxOperationBytes, w as ByteWriter, x as maxRowBytes, y as maxOperationDots } from "./chunk-value-codec.js";
import { a as BatchError, h as ArchiveError, i as equalBytes, l as Statements, p as openArchiveDatabase, t as decodeHeader } from "./chunk-header-codec.js";
import { statSync } from "node:fs";
import { receiveMessageOnPort } from "node:worker_threads";
import sodium from "sodium-native";
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
// ../../packages/crdt/dist/pieces.js
/**
* Stands in an operation for a value that is too long for it. The value's bytes are in the operations before it, its
* *pieces*: all of `maxPieceBytes` but the last, those of several values one after the other.
*/
var Pieced = class {
	form;
	/** Bytes of the value; those of a text need not be well-formed UTF-8. */
	length;
	constructor(form, length) {
		this.form = form;
		this.length = length;
	}
};
/** Bytes of values in one operation above which even short ones are cut. */
const crowdedBytes = 2097152;
/** How many pieces a value of so many bytes has. */
function pieceCount(length) {
	return Math.ceil(length / maxPieceBytes);
}
/** Bytes of the pieces that stand before an operation with these values in pieces, in order. O(pieces). */
function pieceLengths(pieced) {
	return pieced.flatMap((length) => Array.from({ length: pieceCount(length) }, (_, i) => Math.min(maxPieceBytes, length - i * maxPieceBytes)));
}
/** The value whose bytes these are: a text that is not well-formed becomes a `RawText`. O(bytes). */
function joinPieces(form, bytes) {
	return form === "bytes" ? bytes : decodeText(bytes) ?? new RawText(bytes);
}
/**
* Cuts the values that are too long to stand in an operation; undefined where none is. Pieces may be views of the given
* bytes. Nothing is cut of a row above `maxRowBytes`, which no operation can carry. O(values), and O(bytes) where it cuts.
*/
function cutValues(values) {
	let bytes = 0;
	let longest = 0;
	for (const value of values) {
		const most = mostBytes(value);
		bytes += most;
		if (most > longest) longest = most;
	}
	if (longest <= 65472 && bytes <= crowdedBytes) return void 0;
	const sizes = values.map(bytesOf);
	const limit = sizes.reduce((sum, size) => size > 65472 ? sum : sum + size, 0) > crowdedBytes ? minPiecedBytes : maxPieceBytes;
	if (sizes.reduce((sum, size) => size > limit ? sum + size : sum, 0) > 67108864) return void 0;
	const pieces = [];
	const columns = values.map((value, i) => {
		if (sizes[i] <= limit) return value;
		const [form, content] = contentOf$1(value);
		for (let at = 0; at < content.length; at += maxPieceBytes) pieces.push(content.subarray(at, at + maxPieceBytes));
		return new Pieced(form, content.length);
	});
	return pieces.length === 0 ? void 0 : {
		values: columns,
		pieces
	};
}
/** At least as many bytes as the value takes. O(1). */
function mostBytes(value) {
	return typeof value === "string" ? value.length * 3 : bytesOf(value);
}
/** Bytes of texts and blobs; of others about as many. */
function bytesOf(value) {
	if (typeof value === "string") return utf8Bytes(value);
	if (value instanceof Uint8Array) return value.length;
	return value instanceof RawText ? value.bytes.length : 10;
}
function utf8Bytes(text) {
	return text.length * 3 <= 1024 ? text.length * 3 : utf8Length(text);
}
function contentOf$1(value) {
	if (typeof value === "string") return ["text", encodeText(value)];
	if (value instanceof RawText) return ["text", value.bytes];
	return ["bytes", value];
}
// ../../packages/crdt/dist/codec/columns-codec.js
/** Canonical bytes of a row's values, none in pieces: their number, then each. */
function encodeRowValues(values) {
	return withWriter((writer) => {
		writeRowValues(writer, values);
		return writer.slice();
	});
}
function writeRowValues(writer, values) {
	writeAll(writer, values, (value) => writeScalar(writer, value));
}
function writeAll(writer, values, write) {
	if (values.length > 2e3) throw new CrdtError("too-large", `a row has at most ${maxColumns} columns`);
	writer.varint(values.length);
	for (const value of values) write(value);
}
function readRowValues(reader) {
	const count = reader.count(maxColumns);
	const values = [];
	for (let i = 0; i < count; i++) values.push(readScalar(reader));
	return values;
}
function writeColumns(writer, values) {
	checkPieced(values);
	writeAll(writer, values, (value) => {
		if (!(value instanceof Pieced)) return writeScalar(writer, value);
		writer.u8(value.form === "text" ? valueTag.textInPieces : valueTag.bytesInPieces);
		writer.varint(value.length);
	});
}
function readColumns(reader) {
	const count = reader.count(maxColumns);
	const values = [];
	let isPieced = false;
	for (let i = 0; i < count; i++) {
		const value = readPieced(reader) ?? readScalar(reader);
		if (value instanceof Pieced) isPieced = true;
		values.push(value);
	}
	if (isPieced) checkPieced(values);
	return values;
}
function skipColumns(reader) {
	const columns = reader.count(maxColumns);
	let pieced;
	for (let i = 0; i < columns; i++) {
		const value = readPieced(reader);
		if (value === void 0) skipScalar(reader);
		else if (pieced === void 0) pieced = [value];
		else pieced.push(value);
	}
	if (pieced === void 0) return { columns };
	checkPieced(pieced);
	return {
		columns,
		pieced: pieced.map(({ length }) => length)
	};
}
/** The stand-in of a value in pieces, if that is next. */
function readPieced(reader) {
	const tag = reader.peek();
	if (tag !== valueTag.textInPieces && tag !== valueTag.bytesInPieces) return void 0;
	reader.u8();
	return new Pieced(tag === valueTag.textInPieces ? "text" : "bytes", reader.varint());
}
function checkPieced(values) {
	let total = 0;
	for (const value of values) {
		if (!(value instanceof Pieced)) continue;
		if (value.length <= 1024) throw new CrdtError("not-canonical", "a value in pieces that needs none");
		total += value.length;
		if (total > 67108864) throw new CrdtError("too-large", `a row may have ${maxRowBytes} bytes`);
	}
}
function readPiece(reader) {
	const bytes = reader.bytes();
	checkPiece(bytes.length);
	return bytes;
}
function checkPiece(length) {
	if (length > 0 && length <= 65472) return;
	throw new CrdtError("invalid-operation", `a piece has 1 to ${maxPieceBytes} bytes`);
}
// ../../packages/crdt/dist/codec/dots-codec.js
/** Dots in canonical order, those of `own` log without its id. */
function writeDots(writer, dots, own) {
	if (dots.length > 4096) throw tooManyDots();
	writer.varint(dots.length);
	let last;
	for (const dot of dots) {
		if (last !== void 0 && compareDots(last, dot) >= 0) throw new CrdtError("invalid-dot", "dots must be in canonical order and distinct");
		if (dot.log === own) writer.u8(0);
		else {
			writer.u8(1);
			writer.logId(dot.log);
		}
		if (!Number.isSafeInteger(dot.seq) || dot.seq < 1) throw new CrdtError("invalid-dot", "a dot's sequence is a safe integer from 1");
		writer.varint(dot.seq);
		last = dot;
	}
}
function readDots(reader, own) {
	const count = reader.count(maxOperationDots, 2);
	const dots = [];
	let last;
	for (let i = 0; i < count; i++) {
		const log = readLog(reader, own, last?.log);
		const seq = reader.varint();
		if (seq === 0) throw new CrdtError("invalid-dot", "a dot's sequence starts at 1");
		const dot = {
			log,
			seq
		};
		if (last !== void 0 && compareDots(last, dot) >= 0) throw new CrdtError("not-canonical", "dots out of order");
		dots.push(dot);
		last = dot;
	}
	return dots;
}
function readLog(reader, own, last) {
	const form = reader.u8();
	if (form === 0) return own;
	if (form !== 1) throw new CrdtError("invalid-dot", `unknown form ${form} of a dot`);
	const log = reader.logId();
	if (log === own) throw new CrdtError("not-canonical", "the own log is written as 0");
	return log === last ? last : log;
}
function tooManyDots() {
	return new CrdtError("too-large", `an operation names at most ${maxOperationDots} dots`);
}
function checkNamesSome(dots) {
	if (dots.length === 0) throw new CrdtError("invalid-operation", "an operation that names no dots has no effect");
}
function checkDots(adds, seen) {
	if (adds.length + seen.length > 4096) throw tooManyDots();
}
// ../../packages/crdt/dist/codec/healing-codec.js
/** Bytes of a batch's header, of its signature and of its id; this package does not look inside. */
const headerBytes = 198;
const signatureBytes = 64;
const batchIdBytes = 32;
function writeAbandon(writer, operation, own) {
	const { abandoned, from, proof, anew } = operation;
	checkAbandon(operation, own);
	writer.logId(abandoned);
	writer.varint(from);
	for (const { header, signature } of [proof[0], proof[1] ?? proof[0]]) {
		writer.raw(header);
		writer.raw(signature);
	}
	writer.varint(anew.length);
	for (const { batch, first } of anew) {
		writer.raw(batch);
		writer.varint(first);
	}
}
function readAbandon(reader, own) {
	const abandoned = reader.logId();
	const from = reader.varint();
	const [one, other] = [readSigned(reader), readSigned(reader)];
	const proof = isSame(one, other) ? [one] : [one, other];
	const count = reader.count(maxAnewBatches, 33);
	const anew = [];
	for (let i = 0; i < count; i++) anew.push({
		batch: reader.raw(batchIdBytes).slice(),
		first: reader.varint()
	});
	const operation = {
		abandoned,
		from,
		proof,
		anew
	};
	checkAbandon(operation, own);
	return operation;
}
function checkOrigin(origin) {
	if (origin.length !== 8) throw invalid(`an origin has 8 bytes`);
}
function readSigned(reader) {
	return {
		header: reader.raw(headerBytes).slice(),
		signature: reader.raw(signatureBytes).slice()
	};
}
function checkAbandon({ abandoned, from, proof, anew }, own) {
	if (abandoned === own || nodeOf(abandoned) !== nodeOf(own)) throw invalid("an author abandons other logs of its own");
	if (!isSequence(from)) throw invalid("a sequence is a safe integer from 1");
	for (const { header, signature } of proof) if (header.length !== headerBytes || signature.length !== signatureBytes) throw invalid("no signed header");
	if (proof[1] !== void 0 && !isBefore(proof[0].header, proof[1].header)) throw invalid("the headers of a proof differ and are in order");
	if (anew.length > 4096) throw new CrdtError("too-large", `an operation names at most ${maxAnewBatches} batches`);
	for (const { batch, first } of anew) if (batch.length !== batchIdBytes || !isSequence(first)) throw invalid("no batch that is minted anew");
}
function isSequence(seq) {
	return Number.isSafeInteger(seq) && seq >= 1;
}
function isSame(a, b) {
	return a.header.every((byte, i) => byte === b.header[i]) && a.signature.every((byte, i) => byte === b.signature[i]);
}
function isBefore(a, b) {
	const at = a.findIndex((byte, i) => byte !== b[i]);
	return at >= 0 && a[at] < b[at];
}
function invalid(message) {
	return new CrdtError("invalid-operation", message);
}
// ../../packages/crdt/dist/codec/object-codec.js
function writeName$1(writer, name) {
	if (name.length === 0 || utf8Length(name) > 256) throw new CrdtError("invalid-operation", `an object's name has 1 to 256 bytes`);
	writer.str(name);
}
function readName$1(reader) {
	const name = reader.str(256);
	if (name === "") throw new CrdtError("invalid-operation", "an object needs a name");
	return name;
}
function writeElement(writer, element) {
	const start = writer.length;
	writeValue(writer, element);
	if (writer.length - start > 1024) throw elementTooLarge();
}
function readElement(reader) {
	const start = reader.position;
	const element = readValue(reader);
	if (reader.position - start > 1024) throw elementTooLarge();
	return element;
}
// ../../packages/crdt/dist/codec/operation-kind.js
/** The first byte of an operation. Normative: docs/wire/operations.md. */
const operationKind = {
	"counter.add": 1,
	"register.set": 2,
	"set.add": 3,
	"set.remove": 4,
	"row.add": 5,
	"row.set": 6,
	"row.remove": 7,
	"keyed.set": 8,
	"keyed.remove": 9,
	piece: 10,
	"log.abandon": 11,
	"counter.again": 12
};
function kindByte(kind) {
	const byte = operationKind[kind];
	if (byte === void 0) throw new CrdtError("invalid-operation", "unknown kind of operation");
	return byte;
}
// ../../packages/crdt/dist/codec/safe-integer-codec.js
/** An integer that a number holds exactly; what is counted and what rows are numbered by. */
function writeSafeInteger(writer, value) {
	if (!Number.isSafeInteger(value)) throw notSafe();
	writer.int(value);
}
function readSafeInteger(reader) {
	const value = reader.int();
	if (typeof value === "bigint") throw notSafe();
	return value;
}
function notSafe() {
	return new CrdtError("invalid-operation", "not a safe integer");
}
function writeRowKey(writer, operation) {
	writeIndex(writer, operation.table, 256);
	if (operation.uid.length !== 16) throw new CrdtError("invalid-operation", "a uid has 16 bytes");
	writer.raw(operation.uid);
}
function readRowKey(reader) {
	return {
		table: readIndex(reader, 256),
		uid: readUid(reader)
	};
}
function readUid(reader) {
	return reader.raw(16).slice();
}
/** The number that a row had at its author, which a receiver keeps where it is free. */
function writeHint$1(writer, hint) {
	if (hint === null) writer.u8(0);
	else {
		writer.u8(1);
		writeSafeInteger(writer, hint);
	}
}
function readHint$1(reader) {
	const form = reader.u8();
	if (form === 0) return null;
	if (form !== 1) throw new CrdtError("invalid-operation", `unknown form ${form} of a hint`);
	return readSafeInteger(reader);
}
function writeIndex(writer, index, limit) {
	if (!Number.isInteger(index) || index < 0 || index >= limit) throw new CrdtError("invalid-operation", `an index must be an integer from 0 to ${limit - 1}`);
	writer.varint(index);
}
function readIndex(reader, limit) {
	const index = reader.varint();
	if (index >= limit) throw new CrdtError("invalid-operation", `index ${index} where ${limit - 1} is the last`);
	return index;
}
function readRowSet(reader, own) {
	const { table, uid } = readRowKey(reader);
	const group = readIndex(reader, 64);
	const adds = readDots(reader, own);
	const seen = readDots(reader, own);
	checkNamesSome(adds);
	checkDots(adds, seen);
	return {
		table,
		uid,
		group,
		adds,
		seen
	};
}
// ../../packages/crdt/dist/codec/operation-fields.js
/** What follows kind and stamp. Checks what `readOperation` would refuse. */
function writeFields(writer, operation, own) {
	switch (operation.kind) {
		case "counter.add":
			writeName$1(writer, operation.object);
			writeSafeInteger(writer, operation.by);
			return;
		case "register.set":
			writeName$1(writer, operation.object);
			writeDots(writer, operation.seen, own);
			writeValue(writer, operation.value);
			return;
		case "set.add":
		case "set.remove":
			if (operation.kind === "set.remove") checkNamesSome(operation.seen);
			writeName$1(writer, operation.object);
			writeDots(writer, operation.seen, own);
			writeElement(writer, operation.element);
			return;
		case "keyed.set":
		case "keyed.remove":
			if (operation.kind === "keyed.remove") checkNamesSome(operation.seen);
			writeName$1(writer, operation.object);
			writeDots(writer, operation.seen, own);
			writeElement(writer, operation.key);
			if (operation.kind === "keyed.set") writeValue(writer, operation.value);
			return;
		case "row.add":
			writeRowKey(writer, operation);
			writeHint$1(writer, operation.hint);
			writeColumns(writer, operation.values);
			return;
		case "row.set":
			checkNamesSome(operation.adds);
			checkDots(operation.adds, operation.seen);
			writeRowKey(writer, operation);
			writeIndex(writer, operation.group, 64);
			writeDots(writer, operation.adds, own);
			writeDots(writer, operation.seen, own);
			writeColumns(writer, operation.values);
			return;
		case "row.remove":
			checkNamesSome(operation.adds);
			writeRowKey(writer, operation);
			writeDots(writer, operation.adds, own);
			return;
		case "log.abandon":
			writeAbandon(writer, operation, own);
			return;
		case "counter.again":
			checkOrigin(operation.origin);
			writer.raw(operation.origin);
			writeName$1(writer, operation.object);
			writeSafeInteger(writer, operation.by);
			return;
		case "piece":
			checkPiece(operation.bytes.length);
			writer.bytes(operation.bytes);
			return;
	}
}
/** An operation other than those that carry a row's values, or a part of one. */
function readOther(kind, reader, stamp, own) {
	switch (kind) {
		case operationKind["row.remove"]: {
			const { table, uid } = readRowKey(reader);
			const adds = readDots(reader, own);
			checkNamesSome(adds);
			return {
				kind: "row.remove",
				stamp,
				table,
				uid,
				adds
			};
		}
		case operationKind["counter.add"]: return {
			kind: "counter.add",
			stamp,
			object: readName$1(reader),
			by: readSafeInteger(reader)
		};
		case operationKind["register.set"]: {
			const object = readName$1(reader);
			const seen = readDots(reader, own);
			return {
				kind: "register.set",
				stamp,
				object,
				value: readValue(reader),
				seen
			};
		}
		case operationKind["set.add"]: {
			const object = readName$1(reader);
			const seen = readDots(reader, own);
			return {
				kind: "set.add",
				stamp,
				object,
				element: readElement(reader),
				seen
			};
		}
		case operationKind["set.remove"]: {
			const object = readName$1(reader);
			const seen = readDots(reader, own);
			checkNamesSome(seen);
			return {
				kind: "set.remove",
				stamp,
				object,
				element: readElement(reader),
				seen
			};
		}
		case operationKind["keyed.set"]: {
			const object = readName$1(reader);
			const seen = readDots(reader, own);
			return {
				kind: "keyed.set",
				stamp,
				object,
				key: readElement(reader),
				value: readValue(reader),
				seen
			};
		}
		case operationKind["keyed.remove"]: {
			const object = readName$1(reader);
			const seen = readDots(reader, own);
			checkNamesSome(seen);
			return {
				kind: "keyed.remove",
				stamp,
				object,
				key: readElement(reader),
				seen
			};
		}
		case operationKind["log.abandon"]: return {
			kind: "log.abandon",
			stamp,
			...readAbandon(reader, own)
		};
		case operationKind["counter.again"]: {
			const origin = reader.raw(8).slice();
			return {
				kind: "counter.again",
				stamp,
				object: readName$1(reader),
				by: readSafeInteger(reader),
				origin
			};
		}
		default: throw new CrdtError("invalid-operation", `unknown kind ${kind} of operation`);
	}
}
/**
* The values of a row as they came, texts as their bytes: a store that keeps UTF-8 itself hands them on without making
* strings of them, which costs several times as much.
*/
var RowSlots = class {
	/** A value, or the bytes of a text as a view. */
	slots;
	/** Bit i is set where slot i holds a text. */
	texts;
	constructor(slots, texts) {
		this.slots = slots;
		this.texts = texts;
	}
	at(index) {
		const slot = this.slots[index] ?? null;
		return this.texts >>> index & 1 ? decodeUtf8(slot) : slot;
	}
	/** All values, decoded. */
	values() {
		return this.slots.map((_, i) => this.at(i));
	}
};
/** Reads what `readRowValues` would, of canonical bytes; undefined where there are too many columns for slots. */
function readRowSlots(reader) {
	const count = reader.count(maxColumns);
	if (count > 30) return void 0;
	const slots = [];
	let texts = 0;
	for (let i = 0; i < count; i++) if (reader.peek() === valueTag.text) {
		reader.u8();
		slots.push(reader.bytes());
		texts |= 1 << i;
	} else slots.push(readScalar(reader));
	return new RowSlots(slots, texts);
}
// ../../packages/crdt/dist/codec/stamp-codec.js
/** 0 is a base value; n stands for `hlcMin + n - 1`. */
function stampVarint(stamp, context) {
	if (stamp === "base") return 0;
	checkStamp(stamp, context);
	return stamp - context.hlcMin + 1;
}
function readStamp$1(reader, context) {
	const offset = reader.varint();
	if (offset === 0) return "base";
	const stamp = context.hlcMin + offset - 1;
	checkStamp(stamp, context);
	return stamp;
}
function checkStamp(stamp, { hlcMin, hlcMax = Number.MAX_SAFE_INTEGER }) {
	if (!Number.isSafeInteger(stamp) || stamp < 1 || stamp < hlcMin || stamp > hlcMax) throw new CrdtError("invalid-operation", "a stamp outside of its batch's range");
}
// ../../packages/crdt/dist/codec/operation-codec.js
/** Canonical bytes of an operation. Errors: `invalid-operation`, `invalid-value`, `invalid-dot`, `too-large`. O(size). */
function encodeOperation(operation, context) {
	return withWriter((writer) => {
		writeOperation(writer, operation, context);
		return writer.slice();
	});
}
/** Appends the canonical bytes of an operation. After an error the writer holds a part of them. */
function writeOperation(writer, operation, context) {
	const start = writer.length;
	writer.u8(kindByte(operation.kind));
	writer.varint(stampVarint(operation.stamp, context));
	writeFields(writer, operation, context.log);
	if (writer.length - start > 4194300) throw operationTooLarge();
}
/**
* Reads an operation that a peer may have made up: what is accepted encodes to the same bytes again. Byte values are
* copies. Errors: `not-canonical`, `truncated`, `too-large`, `invalid-operation`, `invalid-value`, `invalid-dot`.
*/
function decodeOperation(bytes, context) {
	if (bytes.length > 4194300) throw operationTooLarge();
	const reader = new ByteReader(bytes);
	const operation = readOperation(reader, context);
	reader.end();
	return operation;
}
/** Accepts and refuses what `decodeOperation` does, and makes nothing of a row's values. */
function outlineOperation(bytes, context) {
	if (bytes.length > 4194300) throw operationTooLarge();
	const reader = new ByteReader(bytes);
	const outline = readOutline(reader, context);
	reader.end();
	return outline;
}
/**
* Reads a `row.add` that `outlineOperation` has accepted; uid and texts are views of the bytes. Undefined where it has too
* many columns for that. Throws where it is another operation.
*/
function openRowAdd(bytes, context) {
	const reader = new ByteReader(bytes);
	if (reader.u8() !== operationKind["row.add"]) throw new Error("not a row.add");
	const stamp = readStamp$1(reader, context);
	const table = readIndex(reader, 256);
	const uid = reader.raw(16);
	const hint = readHint$1(reader);
	const slots = readRowSlots(reader);
	return slots && {
		stamp,
		table,
		uid,
		hint,
		slots
	};
}
/** Reads an operation that other bytes may follow. */
function readOperation(reader, context) {
	const kind = reader.u8();
	const stamp = readStamp$1(reader, context);
	switch (kind) {
		case operationKind["row.add"]: {
			const key = readRowKey(reader);
			const hint = readHint$1(reader);
			return {
				kind: "row.add",
				stamp,
				table: key.table,
				uid: key.uid,
				hint,
				values: readColumns(reader)
			};
		}
		case operationKind["row.set"]: return {
			kind: "row.set",
			stamp,
			...readRowSet(reader, context.log),
			values: readColumns(reader)
		};
		case operationKind.piece: return {
			kind: "piece",
			stamp,
			bytes: readPiece(reader).slice()
		};
		default: return readOther(kind, reader, stamp, context.log);
	}
}
function readOutline(reader, context) {
	const kind = reader.u8();
	const stamp = readStamp$1(reader, context);
	switch (kind) {
		case operationKind["row.add"]: {
			const { table, uid } = readRowKey(reader);
			readHint$1(reader);
			return {
				kind: "row.add",
				stamp,
				table,
				uid,
				...skipColumns(reader)
			};
		}
		case operationKind["row.set"]: return {
			kind: "row.set",
			stamp,
			...readRowSet(reader, context.log),
			...skipColumns(reader)
		};
		case operationKind.piece: return {
			kind: "piece",
			stamp,
			length: readPiece(reader).length
		};
		default: return readOther(kind, reader, stamp, context.log);
	}
}
function operationTooLarge() {
	return new CrdtError("too-large", `an operation may have ${maxOperationBytes} bytes`);
}
// ../../packages/crdt/dist/codec/schema-codec.js
const kinds$1 = [
	"records",
	"grow-only",
	"map"
];
/** Canonical bytes of a schema, of which its id is the hash. The order of tables, groups and columns is part of it. */
function encodeSchema(schema) {
	return withWriter((writer) => {
		writeCount(writer, schema.tables.length, 256, "tables");
		checkDistinct(schema.tables.map((table) => table.name));
		for (const table of schema.tables) writeTable(writer, table);
		if (writer.length > 1048576) throw schemaTooLarge();
		return writer.slice();
	});
}
/** Strict: names are distinct and not empty, counts within the limits, nothing follows. */
function decodeSchema(bytes) {
	if (bytes.length > 1048576) throw schemaTooLarge();
	const reader = new ByteReader(bytes);
	const tables = [];
	for (let rest = reader.count(256, 4); rest > 0; rest--) tables.push(readTable(reader));
	checkDistinct(tables.map((table) => table.name));
	reader.end();
	return { tables };
}
function writeTable(writer, table) {
	writeName(writer, table.name);
	const kind = kinds$1.indexOf(table.kind);
	if (kind < 0) throw new CrdtError("invalid-schema", "unknown kind of table");
	writer.u8(kind + 1);
	writeCount(writer, table.groups.length, 64, "groups");
	checkGroups(table.groups);
	for (const group of table.groups) {
		writeName(writer, group.name);
		writeCount(writer, group.columns.length, maxColumns, "columns");
		for (const column of group.columns) writeName(writer, column);
	}
}
function readTable(reader) {
	const name = readName(reader);
	const kind = kinds$1[reader.u8() - 1];
	if (kind === void 0) throw new CrdtError("invalid-schema", "unknown kind of table");
	const groups = [];
	for (let rest = reader.count(64, 4); rest > 0; rest--) {
		const group = readName(reader);
		const columns = [];
		for (let more = reader.count(maxColumns, 2); more > 0; more--) columns.push(readName(reader));
		groups.push({
			name: group,
			columns
		});
	}
	checkGroups(groups);
	return {
		name,
		kind,
		groups
	};
}
function checkGroups(groups) {
	checkDistinct(groups.map((group) => group.name));
	const columns = groups.flatMap((group) => group.columns);
	if (columns.length > 2e3) throw tooMany("columns", maxColumns);
	checkDistinct(columns);
	for (const group of groups) if (group.columns.length === 0) throw new CrdtError("invalid-schema", "a column group without columns");
}
function checkDistinct(names) {
	if (new Set(names).size !== names.length) throw new CrdtError("invalid-schema", "a name occurs twice");
}
function writeCount(writer, count, limit, what) {
	if (count > limit) throw tooMany(what, limit);
	writer.varint(count);
}
function tooMany(what, limit) {
	return new CrdtError("too-large", `more than ${limit} ${what}`);
}
function writeName(writer, name) {
	if (name.length === 0 || utf8Length(name) > 256) throw new CrdtError("invalid-schema", `a name has 1 to 256 bytes`);
	writer.str(name);
}
function readName(reader) {
	const name = reader.str(256);
	if (name === "") throw new CrdtError("invalid-schema", "an empty name");
	return name;
}
function schemaTooLarge() {
	return new CrdtError("too-large", `a schema may have ${maxSchemaBytes} bytes`);
}
// ../../packages/store-sqlite/dist/archive/adoption-uid.js
/** Counts up when the columns or their bytes change: rows adopted by different versions are different rows. */
const adoptionVersion = 1;
const text = new TextEncoder();
const domain$1 = text.encode("uid/1\0");
/**
* The uid of an adopted row: the first 16 bytes of hash("uid/1" || version || table || columns with their typed bytes ||
* k). It leaves out local keys and whatever changes later, so that one file adopted on two machines is one set of
* rows; `ordinal` k tells rows apart that are equal in the rest.
*
* @param hash BLAKE2b-256 of the concatenation of its parts
*/
function adoptionUid(hash, table, columns, ordinal) {
	const parts = [
		domain$1,
		uint32(adoptionVersion),
		...framed(text.encode(table)),
		uint32(columns.length)
	];
	for (const { name, value } of columns) parts.push(...framed(text.encode(name)), ...typed(value));
	parts.push(uint32(ordinal));
	return hash(parts).slice(0, 16);
}
/** SQLite's five types, each with a tag of its own; −0 is 0 and every NaN is NULL, as in a file. */
function typed(value) {
	if (value === null) return [tag.null];
	if (typeof value === "string") return [tag.text, ...framed(text.encode(value))];
	if (typeof value === "bigint" || Number.isSafeInteger(value)) return [tag.integer, integer(BigInt(value))];
	if (typeof value === "number") return [tag.real, real(value)];
	if (value instanceof Real) return [tag.real, real(value.value)];
	if (value instanceof RawText) return [tag.text, ...framed(value.bytes)];
	if (value instanceof Uint8Array) return [tag.blob, ...framed(value)];
	throw new TypeError("a file holds no JSON values");
}
const tag = {
	null: Uint8Array.of(0),
	integer: Uint8Array.of(1),
	real: Uint8Array.of(2),
	text: Uint8Array.of(3),
	blob: Uint8Array.of(4)
};
function framed(bytes) {
	return [uint32(bytes.length), bytes];
}
function uint32(value) {
	const bytes = /* @__PURE__ */ new Uint8Array(4);
	new DataView(bytes.buffer).setUint32(0, value);
	return bytes;
}
function integer(value) {
	const bytes = /* @__PURE__ */ new Uint8Array(8);
	new DataView(bytes.buffer).setBigInt64(0, value);
	return bytes;
}
function real(value) {
	const bytes = /* @__PURE__ */ new Uint8Array(8);
	new DataView(bytes.buffer).setFloat64(0, value + 0);
	return bytes;
}
// ../../packages/store-sqlite/dist/move-log.js
/** A write-ahead log up to this length stays as it is, because to write over what is there costs less than to grow. Bytes. */
const keptLog = 1048576;
/**
* Moves a write-ahead log into its file, as far as readers let it, and gives a long one back to the disk. Waits for nobody, and
* says whether a long one is left.
*/
function moveLog(database, path) {
	database.pragma("wal_checkpoint(PASSIVE)");
	if (!isLong(path)) return false;
	const patience = database.pragma("busy_timeout", { simple: true });
	database.pragma("busy_timeout = 0");
	try {
		database.pragma("wal_checkpoint(TRUNCATE)");
	} finally {
		database.pragma(`busy_timeout = ${patience}`);
	}
	return isLong(path);
}
function isLong(path) {
	return (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > keptLog;
}
// ../../packages/store-sqlite/dist/mapping.js
/** The schema that batches of this file name. */
function schemaOf(mappings) {
	return { tables: mappings.filter((mapping) => mapping.kind !== "local").map(({ name, kind, groups }) => ({
		name,
		kind,
		groups
	})) };
}
// ../../packages/store-sqlite/dist/archive/name.js
/** A name as SQL identifier, whatever it contains. */
function quote(name) {
	return `"${name.replaceAll("\"", "\"\"")}"`;
}
/** A text as SQL literal. */
function literal(text) {
	return `'${text.replaceAll("'", "''")}'`;
}
// ../../packages/store-sqlite/dist/archive/sql-value.js
/** The replacement character: the only trace that bytes of a TEXT were not well-formed UTF-8. */
const replacement = "�";
/**
* A value read in safe-integer mode. `bytes` gives the bytes of a TEXT whose string may have been repaired, which
* happens exactly where the string holds the replacement character.
*/
function fromSql(value, bytes) {
	if (typeof value === "string") return value.includes(replacement) ? exactText$1(value, bytes()) : value;
	if (typeof value === "bigint") return fromInteger(value);
	if (typeof value === "number") return fromReal(value);
	return value;
}
/** The integer as number where that is exact. */
function fromInteger(value) {
	const number = Number(value);
	return Number.isSafeInteger(number) ? number : value;
}
function fromReal(value) {
	return Number.isSafeInteger(value) && !Object.is(value, -0) ? new Real(value) : value;
}
function exactText$1(text, bytes) {
	const again = new TextEncoder().encode(text);
	return again.length === bytes.length && again.every((byte, i) => byte === bytes[i]) ? text : new RawText(new Uint8Array(bytes));
}
/**
* What to bind for a value. Integers are bound as bigint, because a number is bound as REAL and would become '5.0' in
* a TEXT column. A `RawText` binds its bytes and needs `CAST(? AS TEXT)`. JSON values, which only a foreign peer puts
* into a column, become what SQLite's own JSON functions would store.
*/
function toSql(value) {
	switch (typeof value) {
		case "string":
		case "bigint": return value;
		case "number": return Number.isSafeInteger(value) && !Object.is(value, -0) ? BigInt(value) : value;
		case "boolean": return value ? 1n : 0n;
		default:
			if (value === null || value instanceof Uint8Array) return value;
			if (value instanceof Real) return value.value;
			if (value instanceof RawText) return value.bytes;
			return JSON.stringify(value, jsonable);
	}
}
function jsonable(_key, value) {
	if (typeof value === "bigint") return value.toString();
	if (value instanceof Real) return value.value;
	if (value instanceof RawText || value instanceof Uint8Array) return Buffer.from(toBytes(value)).toString("base64");
	return value;
}
function toBytes(value) {
	return value instanceof RawText ? value.bytes : value;
}
/** Characters of a key's text; beyond, its row stays local. Keys are indexed, and every write of the row repeats them. */
const longestKey = 4096;
const utf8$1 = new TextEncoder();
const exactText = new TextDecoder("utf-8", {
	fatal: true,
	ignoreBOM: true
});
/**
* A key that replicates: one or more columns, as one text that is equal exactly if SQLite holds the keys to be equal
* byte by byte. Its parts in the order of the columns, separated by commas: `t` and `b` with the bytes of a TEXT or
* BLOB in hexadecimal, `i` with an integer, `r` with a real that is none, `n` for NULL. Never looks like a number,
* which the affinity of the columns that keep it would change.
*/
var NaturalKey = class {
	columns;
	#collated;
	constructor(columns, all) {
		this.columns = columns;
		this.#collated = new Set(all.filter(({ isCollated }) => isCollated).map(({ name }) => name));
	}
	/** SQL of SQLite 3.40 that gives a key's text but for the form of reals; `row` is `OLD.`, `NEW.` or empty. */
	static expression(columns, row) {
		return columns.map((name) => {
			const x = row + quote(name);
			return `CASE typeof(${x})WHEN'text'THEN't'||hex(${x})WHEN'integer'THEN'i'||${x} WHEN'blob'THEN'b'||hex(${x})WHEN'real'THEN'r'||quote(${x})ELSE'n'END`;
		}).join("||','||");
	}
	/** Whether a text is a key of this table, and not too long for one. */
	fits(key) {
		return key !== "" && key.length <= 4096 && key.split(",").length === this.columns.length;
	}
	/** The condition for the row with this key. */
	where(key) {
		const values = valuesOf$1(key);
		const parts = this.columns.map((name, i) => {
			const column = quote(name);
			const equal = `${column}=${place(values[i])}`;
			return this.#collated.has(name) ? `${equal} AND ${column} COLLATE BINARY=${place(values[i])}` : equal;
		});
		const bindings = values.flatMap((value, i) => this.#collated.has(this.columns[i]) ? [toSql(value), toSql(value)] : [toSql(value)]);
		return {
			sql: parts.join(" AND "),
			bindings
		};
	}
	/** The condition for all rows with a whole key, or those after a key, in the order in which the table keeps them. */
	after(key) {
		const names = this.columns.map(quote);
		const values = key === void 0 ? [] : valuesOf$1(key);
		const conditions = names.map((name) => `${name} IS NOT NULL`);
		if (key !== void 0) conditions.unshift(`(${names.join(",")})>(${values.map(place).join(",")})`);
		return {
			sql: `${conditions.join(" AND ")} ORDER BY ${names.join(",")}`,
			bindings: values.map(toSql)
		};
	}
	/** The key of a row by its values; `noKey` where one is NULL. */
	of(values) {
		return canonicalKey(values.map((value) => partOf(toSql(value), value instanceof RawText)).join(","));
	}
	/**
	* The uid of the row with this key, on whatever node: the first 16 bytes of hash("crdtsync/1 key\0" || table || 0 ||
	* the key's text with its parts in the order of their columns' names).
	*/
	uid(hasher, table, key) {
		const parts = key.split(",");
		const text = this.columns.map((name, i) => ({
			name,
			part: parts[i]
		})).sort((a, b) => a.name < b.name ? -1 : 1).map(({ part }) => part).join(",");
		return hasher.hash([domain, utf8$1.encode(`${table}\0${text}`)]).slice(0, 16);
	}
};
/** SQL that gives the local key of a row, of either kind. */
function keySql({ key, keyColumns }, row) {
	return keyColumns === void 0 ? row + quote(key) : NaturalKey.expression(keyColumns, row);
}
const domain = utf8$1.encode("crdtsync/1 key\0");
/** A key's text as SQL gives it, with reals in the one form that all versions of SQLite agree on. */
function canonicalKey(text) {
	if (!keyText.test(text)) return "";
	if (!/(^|,)[nr]/.test(text)) return text;
	const parts = text.split(",").map((part) => {
		if (!part.startsWith("r")) return part;
		const real = realOf(part.slice(1));
		return Number.isInteger(real) && -(2 ** 63) <= real && real < 2 ** 63 ? `i${BigInt(real)}` : `r${real}`;
	});
	return parts.includes("n") ? "" : parts.join(",");
}
const keyText = /^(?:(?:[tb](?:[0-9A-F]{2})*|i-?\d{1,19}|r[-+.\deInfity]{1,32}|n)(?:,(?!$)|$))+$/;
function realOf(text) {
	return /^[+-]?inf/i.test(text) ? text.startsWith("-") ? -Infinity : Infinity : Number(text);
}
function partOf(value, isText) {
	if (value === null) return "n";
	if (typeof value === "string") return `t${hex(utf8$1.encode(value))}`;
	if (typeof value === "bigint") return `i${value}`;
	if (typeof value === "number") return Number.isNaN(value) ? "n" : `r${value}`;
	return `${isText ? "t" : "b"}${hex(value)}`;
}
function valuesOf$1(key) {
	return key.split(",").map((part) => {
		const rest = part.slice(1);
		if (part.startsWith("i")) return BigInt.asIntN(64, BigInt(rest));
		if (part.startsWith("r")) return realOf(rest);
		const bytes = new Uint8Array(Buffer.from(rest, "hex"));
		return part.startsWith("t") ? textOf(bytes) : bytes;
	});
}
function textOf(bytes) {
	try {
		return exactText.decode(bytes);
	} catch {
		return new RawText(bytes);
	}
}
function place(value) {
	return value instanceof RawText ? "CAST(? AS TEXT)" : "?";
}
function hex(bytes) {
	return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex").toUpperCase();
}
// ../../packages/store-sqlite/dist/archive/capture-sql.js
/**
* What an outbox entry reports; `lost` rows are gone, and no trigger saw how; a `contested` row was about to lose a UNIQUE
* value to another, which deletes it or fails.
*/
const entryKind = {
	insert: 1,
	update: 2,
	delete: 3,
	adopt: 4,
	lost: 5,
	contested: 6
};
/**
* Our tables in the application's file. Few and short on purpose: every connection that the application opens parses
* the whole schema, and it opens one per call, so that each object here costs about as much as a row.
*
* - `crdt_rows`: which row a local key (`LocalKey`; its column takes texts too) is, for rows that the state file knows. Written by rule M alone: until then a row
*   is named by its outbox entry.
* - `crdt_outbox`: what the application did, one narrow row per write. `was` is the old key of an update. The token is
*   random; that of an adopted row is its uid.
* - `crdt_tables`: the tables' numbers in the other two.
* - `crdt_marker`: which node shows its state here, the nonce of the last plan that was carried out, and `applying`, which
*   is 1 inside our own transactions, so that triggers pass them over.
*/
const captureTables = {
	crdt_tables: "CREATE TABLE crdt_tables(id INTEGER PRIMARY KEY,name TEXT)",
	crdt_rows: "CREATE TABLE crdt_rows(tbl INTEGER,key INTEGER,uid BLOB UNIQUE,PRIMARY KEY(tbl,key))WITHOUT ROWID",
	crdt_outbox: "CREATE TABLE crdt_outbox(id INTEGER PRIMARY KEY AUTOINCREMENT,kind INTEGER,tbl INTEGER,key INTEGER,was INTEGER,grp TEXT,token BLOB DEFAULT(randomblob(16)),time REAL DEFAULT(julianday('now')))",
	crdt_marker: "CREATE TABLE crdt_marker(node TEXT,nonce TEXT,trimmed_through INTEGER,applying INTEGER)"
};
const notApplying = "(SELECT applying FROM crdt_marker)=0";
/**
* The triggers of one table: pure SQL that runs on SQLite 3.40 in anybody's connection. `id` is the table's number. An update
* is logged whether or not it changes a value, because SQLite refuses to drop a column that a trigger reads; the state
* compares. Columns of groups whose later changes stay local are not watched at all, so that the assistant's
* re-tagging of every row costs nothing.
*/
function captureTriggers(mapping, id, columns, uniqueKeys) {
	const on = quote(mapping.name);
	const { keyColumns } = mapping;
	const key = (row) => keySql(mapping, row);
	const trigger = (suffix, event, when, fields, values) => {
		const name = `crdt_${suffix}_${id}`;
		const insert = `INSERT INTO crdt_outbox(${fields})VALUES(${values})`;
		return {
			name,
			sql: `CREATE TRIGGER ${name} AFTER ${event} ON ${on} WHEN ${when}${notApplying} BEGIN ${insert};END`
		};
	};
	const keyNames = keyColumns ?? [mapping.key];
	const moved = keyColumns ? changed(columns.filter(({ name }) => keyColumns.includes(name))) : [`${key("OLD.")}<>${key("NEW.")}`];
	const update = (suffix, names, conditions, group) => trigger(suffix, `UPDATE OF ${names.map(quote).join(",")}`, conditions.length > 0 ? `(${conditions.join(" OR ")})AND ` : "", "kind,tbl,key,was,grp", `${entryKind.update},${id},${key("NEW.")},${key("OLD.")},${group}`);
	const triggers = [trigger("i", "INSERT", "", "kind,tbl,key", `${entryKind.insert},${id},${key("NEW.")}`), trigger("d", "DELETE", "", "kind,tbl,key", `${entryKind.delete},${id},${key("OLD.")}`)];
	let watchesKey = false;
	for (const [index, group] of mapping.groups.entries()) {
		if (mapping.kind === "grow-only" || mapping.initialOnly.includes(group.name)) continue;
		if (keyColumns && group.name === "key") continue;
		const watched = columns.filter(({ name }) => group.columns.includes(name));
		if (watched.length === 0) continue;
		const names = watched.map(({ name }) => name);
		if (!watchesKey) names.unshift(...keyNames);
		watchesKey = true;
		triggers.push(update(`u${index}`, names, [], literal(group.name)));
	}
	if (!watchesKey) triggers.push(update("k", keyNames, moved, "NULL"));
	return [...triggers, ...contestTriggers(mapping, id, uniqueKeys)];
}
/**
* REPLACE deletes rows that hold a UNIQUE value of the new one, and no trigger sees that: so those rows are noted before.
* Tables without such values, as the assistant's own are, get none of these.
*/
function contestTriggers(mapping, id, uniqueKeys) {
	if (uniqueKeys.length === 0) return [];
	const on = quote(mapping.name);
	const key = keySql(mapping, "");
	const trigger = (suffix, event, own) => {
		const name = `crdt_${suffix}_${id}`;
		const notes = uniqueKeys.map((names) => {
			const same = names.map((column) => `${quote(column)}=NEW.${quote(column)}`).join(" AND ");
			return `INSERT INTO crdt_outbox(kind,tbl,key)SELECT ${entryKind.contested},${id},${key} FROM ${on} WHERE ${same} AND ${key} IS NOT ${keySql(mapping, own)};`;
		});
		return {
			name,
			sql: `CREATE TRIGGER ${name} BEFORE ${event} ON ${on} WHEN ${notApplying} BEGIN ${notes.join("")}END`
		};
	};
	const watched = [...new Set(uniqueKeys.flat())].map(quote).join(",");
	return [trigger("r", "INSERT", "NEW."), trigger("s", `UPDATE OF ${watched}`, "OLD.")];
}
/**
* Conditions of which one holds if a column changed. Values of equal type compare by their bytes unless the column has a
* collation; 5 and 5.0 compare as equal, but only a column without TEXT affinity can hold numbers at all.
*/
function changed(columns) {
	const conditions = [];
	const plain = [];
	for (const { name, type, isCollated } of columns) {
		const column = quote(name);
		if (isCollated) conditions.push(`OLD.${column} COLLATE BINARY IS NOT NEW.${column}`);
		else plain.push(column);
		if (!isText(type)) conditions.push(`typeof(OLD.${column})IS NOT typeof(NEW.${column})`);
	}
	const row = (version) => plain.map((column) => `${version}.${column}`).join(",");
	if (plain.length > 0) conditions.unshift(`(${row("OLD")})IS NOT(${row("NEW")})`);
	return conditions;
}
/** TEXT affinity by SQLite's rules (https://www.sqlite.org/datatype3.html#determination_of_column_affinity). */
function isText(type) {
	return !type.includes("INT") && /CHAR|CLOB|TEXT/.test(type);
}
// ../../packages/store-sqlite/dist/archive/table.js
/** The columns of the plan (§4.2) that show where a row comes from, in their order. */
const stampColumns = [
	"crdt_type",
	"crdt_node_id",
	"crdt_vector_clock",
	"crdt_logical_time",
	"crdt_operation_id",
	"crdt_metadata"
];
/** The columns of a table that hold data, generated ones excluded; empty where there is no such table. */
function columnsOf(db, table) {
	const rows = db.pragma(`table_xinfo(${quote(table)})`);
	const sql = db.prepare("SELECT sql FROM sqlite_schema WHERE type='table' AND name=?").pluck().get(table);
	const isCollated = typeof sql === "string" && /\bCOLLATE\b/i.test(sql);
	return rows.filter(({ hidden }) => hidden === 0).map(({ name, type, dflt_value, notnull }) => ({
		name,
		type: type.toUpperCase(),
		isCollated,
		default: dflt_value,
		isRequired: notnull === 1
	}));
}
/** Reads how a mapped table lies in this file. */
function describeTable(db, mapping, id) {
	const all = columnsOf(db, mapping.name);
	const here = new Map(all.map((column) => [column.name, column]));
	const { keyColumns } = mapping;
	const groups = [];
	const columns = [];
	for (const group of mapping.groups) {
		const from = columns.length;
		columns.push(...group.columns);
		const initialOnly = keyColumns !== void 0 && group.name === "key" || mapping.initialOnly.includes(group.name);
		groups.push({
			name: group.name,
			from,
			to: columns.length,
			initialOnly
		});
	}
	const found = columns.map((name) => here.get(name));
	return {
		mapping,
		naturalKey: keyColumns && new NaturalKey(keyColumns, all),
		id,
		groups,
		columns,
		present: found.map((column) => column !== void 0),
		defaults: found.map((column) => plainValue(db, column?.default ?? null)),
		filled: found.map((column) => column?.isRequired === true && column.default !== null)
	};
}
/** The value of a default that is a literal. */
function plainValue(db, expression) {
	if (expression === null || !/^([-+]?[0-9.]+|'([^']|'')*'|x'[0-9a-f]*'|NULL|TRUE|FALSE)$/i.test(expression)) return null;
	const value = db.prepare(`SELECT ${expression}`).pluck().safeIntegers().get();
	return fromSql(value, () => Buffer.from(String(value)));
}
// ../../packages/store-sqlite/dist/archive/unique-keys.js
/**
* The columns of a table's UNIQUE indexes, besides its key: rows that hold the same values there take each other's place.
* An index on an expression is passed over.
*/
function uniqueKeysOf(db, { name, key, keyColumns }) {
	const own = [...keyColumns ?? [key]].sort().join();
	return db.prepare("SELECT name,\"unique\" AS isUnique FROM pragma_index_list(?) ORDER BY name").all(name).flatMap((index) => {
		if (index.isUnique !== 1) return [];
		const columns = db.prepare("SELECT name FROM pragma_index_info(?) ORDER BY seqno").pluck().all(index.name);
		if (columns.some((column) => column === null)) return [];
		return [...columns].sort().join() === own ? [] : [columns];
	});
}
// ../../packages/store-sqlite/dist/archive/capture.js
/** Whether the application's writes in this file are captured. */
function hasCapture(db) {
	return db.prepare("SELECT 1 FROM sqlite_schema WHERE type='table' AND name='crdt_marker'").get() !== void 0;
}
/** The table in which an adoption keeps its place: there while it runs or was interrupted. */
const adoptionTable = "crdt_adoption";
/** Whether rows of this file still wait for being adopted. */
function isAdopting(db) {
	return hasTable(db, adoptionTable);
}
/**
* Brings our tables, the six columns of stamped tables and the triggers to what the mapping asks for, in one short
* transaction. Does nothing, and takes no lock, where all of it is there. Returns whether anything changed.
*/
function installCapture(db, mappings) {
	if (isInstalled(db, mappings)) return false;
	const install = () => {
		for (const [name, sql] of Object.entries(captureTables)) if (!hasTable(db, name)) db.exec(sql);
		db.exec("INSERT INTO crdt_marker SELECT NULL,NULL,0,0 WHERE NOT EXISTS(SELECT 1 FROM crdt_marker)");
		numberTables(db, mappings);
		for (const mapping of replicatedHere(db, mappings)) if (mapping.stamped) addStampColumns(db, mapping.name);
		suspendCapture(db);
		for (const { sql } of expectedTriggers(db, mappings)) db.exec(sql);
	};
	if (db.inTransaction) install();
	else db.transaction(install).immediate();
	return true;
}
/** The numbers of tables whose triggers are not, or not all, as the mapping asks for; unknown tables have none. */
function staleTables(db, mappings) {
	if (!hasTable(db, "crdt_tables")) return [];
	const installed = new Map(installedTriggers(db).map(({ name, sql }) => [name, sql]));
	return replicatedHere(db, mappings).flatMap((mapping) => {
		const id = tableId(db, mapping.name);
		if (id === void 0) return [];
		return triggersOf(db, mapping, id).every(({ name, sql }) => installed.get(name) === sql) ? [] : [id];
	});
}
/**
* Drops the triggers within the caller's write transaction, which must end with `installCapture`: nobody else can write
* meanwhile, and whatever ends the transaction early brings them back.
*/
function suspendCapture(db) {
	for (const { name } of installedTriggers(db)) db.exec(`DROP TRIGGER ${quote(name)}`);
}
/** The replicated tables of a captured file. */
function capturedTables(db, mappings) {
	return replicatedHere(db, mappings).map((mapping) => describeTable(db, mapping, tableId(db, mapping.name)));
}
/** Whether all of it is there. */
function isInstalled(db, mappings) {
	if (Object.keys(captureTables).some((name) => !hasTable(db, name))) return false;
	const known = new Set(tableNames(db));
	for (const mapping of replicatedHere(db, mappings)) {
		if (!known.has(mapping.name)) return false;
		const here = new Set(columnsOf(db, mapping.name).map(({ name }) => name));
		if (mapping.stamped && stampColumns.some((name) => !here.has(name))) return false;
	}
	const installed = new Map(installedTriggers(db).map(({ name, sql }) => [name, sql]));
	const expected = expectedTriggers(db, mappings);
	return installed.size === expected.length && expected.every(({ name, sql }) => installed.get(name) === sql);
}
function addStampColumns(db, table) {
	const here = new Set(columnsOf(db, table).map(({ name }) => name));
	for (const name of stampColumns) {
		if (here.has(name)) continue;
		const type = name === "crdt_logical_time" ? "INTEGER" : "TEXT";
		db.exec(`ALTER TABLE ${quote(table)} ADD COLUMN ${name} ${type}`);
	}
}
function expectedTriggers(db, mappings) {
	return replicatedHere(db, mappings).flatMap((mapping) => triggersOf(db, mapping, tableId(db, mapping.name)));
}
function triggersOf(db, mapping, id) {
	return captureTriggers(mapping, id, columnsOf(db, mapping.name), uniqueKeysOf(db, mapping));
}
function installedTriggers(db) {
	return db.prepare("SELECT name,sql FROM sqlite_schema WHERE type='trigger' AND name GLOB 'crdt_*'").all();
}
/** A table keeps its number for ever. */
function numberTables(db, mappings) {
	const known = new Set(tableNames(db));
	const add = db.prepare("INSERT INTO crdt_tables(name)VALUES(?)");
	for (const { name } of replicatedHere(db, mappings)) if (!known.has(name)) add.run(name);
}
function tableId(db, name) {
	return db.prepare("SELECT id FROM crdt_tables WHERE name=?").pluck().get(name);
}
function tableNames(db) {
	return db.prepare("SELECT name FROM crdt_tables").pluck().all();
}
/** Whether the file has a table of this name. */
function hasTable(db, table) {
	return db.prepare("SELECT 1 FROM sqlite_schema WHERE type='table' AND name=?").get(table) !== void 0;
}
/** Replicated tables that this file has: an older copy may lack one. */
function replicatedHere(db, mappings) {
	return mappings.filter(({ kind, name }) => kind !== "local" && hasTable(db, name));
}
// ../../packages/store-sqlite/dist/archive/local-key.js
/** What to bind for a key in `crdt_rows` and `crdt_outbox`. */
function bindKey(key) {
	return typeof key === "string" ? key : BigInt(key);
}
/** A key as SQL gives it, in safe-integer mode. */
function readKey(key) {
	return typeof key === "string" ? canonicalKey(key) : fromInteger(key);
}
// ../../packages/store-sqlite/dist/uid.js
/**
* The uid of a row that the application inserted: the time of the write in Unix milliseconds (6 bytes, so that indexes
* grow at their end) and ten bytes of the entry's random token. It follows from the outbox entry, so a drain that is
* done again gives the same row.
*/
function uidOfInsert(time, token) {
	const uid = /* @__PURE__ */ new Uint8Array(16);
	let rest = Math.min(Math.max(0, Math.round(time)), 2 ** 48 - 1);
	for (let i = 5; i >= 0; i--) {
		uid[i] = rest % 256;
		rest = Math.floor(rest / 256);
	}
	const length = Math.min(10, token.length);
	for (let i = 0; i < length; i++) uid[6 + i] = token[i];
	return uid;
}
/** 32 lower-case hex digits. */
function uidText(uid) {
	return Buffer.from(uid.buffer, uid.byteOffset, uid.byteLength).toString("hex");
}
// ../../packages/store-sqlite/dist/state/state.js
/** Bytes of rows that one plan takes, and one batch more at most: it is in memory as a whole. */
const planBytes = 33554432;
/** Nothing captured: a plan that only shows. */
const nothingCaptured = {
	intents: [],
	times: [],
	entries: [],
	evicted: []
};
function holdsAnything({ intents, entries, unevicted = [] }) {
	return entries.length > 0 || intents.length > 0 || unevicted.length > 0;
}
/** Makes a plan of its steps. */
function planBy(steps, { nonce, captured, maxRows, also }) {
	return steps.transaction(() => {
		if (holdsAnything(captured)) steps.capture(captured);
		const planned = [];
		let bytes = 0;
		const add = (row, values) => {
			bytes += sizeOf(values);
			planned.push(row);
		};
		const show = (key) => {
			const change = steps.change(key);
			if (change === void 0) look(key);
			else add(change, valuesOf(change));
		};
		const look = ({ table, uid }) => {
			const view = steps.view({
				table,
				uid
			});
			add({
				table,
				uid,
				view
			}, view?.values ?? []);
		};
		let work = steps.worklist(maxRows);
		while (planned.length < work.rows.length) {
			show(work.rows[planned.length]);
			if (bytes > 33554432 && planned.length < work.rows.length) work = steps.worklist(planned.length);
		}
		steps.intend(nonce, work.through);
		const others = distinct(work.rows, also).slice(work.rows.length);
		const seen = others.findIndex((row) => {
			if (bytes > 33554432) return true;
			look(row);
			return false;
		});
		return {
			batches: [],
			rows: planned,
			left: seen < 0 ? [] : others.slice(seen),
			more: steps.hasMore()
		};
	});
}
/** The values that differ, in their order. */
function valuesOf({ changed }) {
	return changed.filter((value) => value !== void 0);
}
function distinct(rows, more) {
	if (more.length === 0) return rows;
	const seen = new Set(rows.map(({ uid }) => uidText(uid)));
	return [...rows, ...more.filter(({ uid }) => !seen.has(uidText(uid)))];
}
/** An upper bound of the bytes that a row's values take in an operation, exact for long texts. */
function sizeOf(values) {
	let bytes = 0;
	for (const value of values) if (typeof value === "string") bytes += value.length > 65536 ? Buffer.byteLength(value) : value.length * 3;
	else if (value instanceof Uint8Array) bytes += value.length;
	else if (value instanceof RawText) bytes += value.bytes.length;
	else bytes += 10;
	return bytes;
}
// ../../packages/store-sqlite/dist/archive/file-identity.js
/** Tells files apart that a path leads to at different times. */
function fileIdentity(path) {
	const stat = statSync(path, {
		bigint: true,
		throwIfNoEntry: false
	});
	return stat === void 0 ? "none" : `${stat.dev}:${stat.ino}`;
}
// ../../packages/store-sqlite/dist/declared.js
/**
* A node's schema after its file has changed: what it declared once stays declared, because its log and its cells hold
* such columns. A column that the file has no more reads as what the state knows of it.
*
* A table that changed its kind, and a group whose columns are in other groups now, are as `now` says.
*/
function declared(before, now) {
	if (before === void 0) return now;
	const tables = now.tables.map((table) => {
		const was = before.tables.find(({ name }) => name === table.name);
		if (was === void 0 || was.kind !== table.kind) return table;
		const here = new Set(table.groups.flatMap(({ columns }) => columns));
		const groups = table.groups.map((group) => {
			const gone = (was.groups.find(({ name }) => name === group.name)?.columns ?? []).filter((column) => !here.has(column));
			return gone.length === 0 ? group : {
				...group,
				columns: [...group.columns, ...gone].sort()
			};
		});
		return {
			...table,
			groups
		};
	});
	const gone = before.tables.filter(({ name }) => !now.tables.some((table) => table.name === name));
	return { tables: [...tables, ...gone] };
}
/** The mappings with all columns that are declared. */
function withDeclared(mappings, schema) {
	return mappings.map((mapping) => {
		const table = schema.tables.find(({ name }) => name === mapping.name);
		if (table === void 0 || mapping.kind === "local") return mapping;
		const groups = mapping.groups.map((group) => table.groups.find(({ name }) => name === group.name) ?? group);
		return {
			...mapping,
			groups
		};
	});
}
// ../../packages/store-sqlite/dist/archive/large-rows.js
/** Bytes of a row's values that replicate. A row above stays as it is in this file, and on this node. */
const greatestRow = maxRowBytes;
/**
* Bytes of rows that one drain takes, and one row more: they are read, signed and stored while the archive is locked, and
* the application waits five seconds at most.
*/
const drainedAtOnce = 67108864;
/**
* A column as it is read: in place of a value that is too large for any row come as many zeros, because a text above
* 512 MiB would end the process.
*/
function bounded(column) {
	return `iif(octet_length(${column})>${greatestRow},zeroblob(${greatestRow + 1}),${column})`;
}
/** How many of these rows, at least one, have no more than `most` bytes together. */
function fitting(sizes, most) {
	let count = 0;
	let bytes = 0;
	for (const size of sizes) {
		bytes += size;
		if (count > 0 && bytes > most) break;
		count++;
	}
	return count;
}
// ../../packages/store-sqlite/dist/archive/row-reader.js
/** Reads rows of one table exactly: INTEGER and REAL apart, 64 bits, text that is not well-formed UTF-8. */
var RowReader = class {
	#table;
	#statements;
	#select;
	#one;
	#after;
	#columns;
	#size;
	constructor(db, table) {
		this.#table = table;
		this.#statements = new Statements(db);
		const { mapping, naturalKey } = table;
		const stamp = mapping.stamped ? stampColumns : [];
		const present = table.columns.filter((_, i) => table.present[i]).map(quote);
		this.#columns = table.columns.map((name, i) => table.present[i] ? bounded(quote(name)) : "NULL");
		this.#size = ["0", ...present.map((column) => `ifnull(octet_length(${column}),0)`)].join("+");
		const key = keySql(mapping, "");
		this.#select = `SELECT ${[
			key,
			...this.#columns,
			...stamp
		].join(",")} FROM ${quote(mapping.name)} WHERE `;
		if (naturalKey) return;
		this.#one = db.prepare(`${this.#select}${key}=?`).raw().safeIntegers();
		this.#after = db.prepare(`${this.#select}${key}>? ORDER BY ${key} LIMIT ?`).raw().safeIntegers();
	}
	/** The row under this key. */
	one(key) {
		const row = typeof key === "string" ? [...this.#read(this.#keyed().where(key), "LIMIT 1")][0] : this.#one.get(BigInt(key));
		return row && this.#toRow(row);
	}
	/** Any row, its key whole or not. */
	any() {
		const row = this.#statements.get(`${this.#select}1 LIMIT 1`).raw().safeIntegers().get();
		return row === void 0 ? void 0 : this.#toRow(row);
	}
	/**
	* At most `limit` rows after this key, by key; from the first one on where there is none. Of large rows so many as may
	* be in memory together.
	*/
	after(key, limit) {
		const rows = [];
		let bytes = 0;
		for (const row of this.#rowsAfter(key, limit)) {
			rows.push(row);
			for (const value of row) if (typeof value === "string" || value instanceof Uint8Array) bytes += value.length;
			if (bytes > 33554432) break;
		}
		return {
			rows: rows.map((row) => this.#toRow(row)),
			isLast: rows.length < limit && bytes <= 33554432
		};
	}
	/** Bytes of the values of the row under this key, without reading them. */
	sizeOf(key) {
		const { sql, bindings } = this.#where(key);
		const from = `SELECT ${this.#size} FROM ${quote(this.#table.mapping.name)} WHERE ${sql}`;
		return this.#statements.get(from).pluck().get(...bindings) ?? 0;
	}
	#rowsAfter(key, limit) {
		const { naturalKey, mapping } = this.#table;
		if (naturalKey !== void 0) return this.#read(naturalKey.after(key), "LIMIT ?", limit);
		if (key === void 0) return this.#read({
			sql: `1 ORDER BY ${quote(mapping.key)}`,
			bindings: []
		}, "LIMIT ?", limit);
		return this.#after.iterate(BigInt(key), limit);
	}
	#read({ sql, bindings }, end, ...more) {
		return this.#statements.get(`${this.#select}${sql} ${end}`).raw().safeIntegers().iterate(...bindings, ...more);
	}
	#where(key) {
		const { naturalKey, mapping } = this.#table;
		if (typeof key === "string" && naturalKey) return naturalKey.where(key);
		return {
			sql: `${quote(mapping.key)}=?`,
			bindings: [BigInt(key)]
		};
	}
	#keyed() {
		const { naturalKey, mapping } = this.#table;
		if (naturalKey === void 0) throw new Error(`rows of ${mapping.name} are found by a number`);
		return naturalKey;
	}
	#toRow(row) {
		const [first] = row;
		const key = readKey(first);
		const count = this.#table.columns.length;
		const values = new Array(count);
		for (let i = 0; i < count; i++) {
			const value = row[i + 1];
			values[i] = fromSql(value, () => key === "" ? utf8.encode(String(value)) : this.#bytes(i, key));
		}
		return {
			key,
			values,
			stamp: row.slice(count + 1)
		};
	}
	#bytes(column, key) {
		const { sql, bindings } = this.#where(key);
		const from = quote(this.#table.mapping.name);
		return this.#statements.get(`SELECT CAST(${this.#columns[column]} AS BLOB) FROM ${from} WHERE ${sql}`).pluck().get(...bindings);
	}
};
const utf8 = new TextEncoder();
// ../../packages/store-sqlite/dist/state/survey.js
/** A stretch of the log that takes some ten milliseconds. */
const operationsAtOnce = 1e3;
/**
* What a row is recognised by where it has lost its uid: a hash of its table and immutable columns, which is the uid
* that the first of several equal rows would be adopted under. O(bytes).
*/
function contentOf(hasher, { table, columns }, values) {
	return adoptionUid((parts) => hasher.hash(parts), table, columns.map(({ name, index }) => ({
		name,
		value: asStored(values[index] ?? null)
	})), 0);
}
/** JSON values, which only a foreign peer puts into a column, as a file holds them. */
function asStored(value) {
	if (typeof value === "boolean" || Array.isArray(value)) return stored(value);
	return value !== null && Object.getPrototypeOf(value) === Object.prototype ? stored(value) : value;
}
function stored(value) {
	const bound = toSql(value);
	return typeof bound === "bigint" ? fromInteger(bound) : bound;
}
/**
* One page of all rows that the log ever added, in its order, because there a row's values are neighbours. A live row
* comes once, with its first live add; a dead one with each of its adds.
*/
function survey(parts, { identifications, after }) {
	const logs = [...parts.medium.logs()].map(({ id, seq }) => ({
		id,
		seq
	}));
	logs.sort((a, b) => a.id < b.id ? -1 : 1);
	const wanted = new Map(identifications.map((one) => [one.table, one]));
	const rows = [];
	let operations = 0;
	for (const { id, seq } of logs) {
		if (after !== void 0 && id < after.log) continue;
		for (let at = after?.log === id ? after.seq + 1 : 1; at <= seq;) {
			const batch = parts.medium.open(id, at);
			if (batch === void 0) throw new Error(`operation ${at} of ${id} is not stored`);
			if (!batch.isHollow) rows.push(...rowsOf(parts, batch, id, wanted));
			operations += batch.header.count;
			at = batch.last + 1;
			if (operations >= operationsAtOnce) return {
				rows,
				next: {
					log: id,
					seq: batch.last
				}
			};
		}
	}
	return {
		rows,
		next: void 0
	};
}
function* rowsOf(parts, batch, log, wanted) {
	const { medium, values } = parts;
	const { first, count, schema } = batch.header;
	const tables = parts.binding(schema)?.tables ?? [];
	for (let i = 0; i < count; i++) {
		const operation = batch.outline(i);
		if (operation.kind !== "row.add") continue;
		const binding = tables[operation.table];
		if (binding === void 0 || typeof binding === "string") continue;
		const { object } = binding;
		const identification = wanted.get(object.name);
		if (identification === void 0 || medium.isWaiting(log, first + i)) continue;
		const { uid } = operation;
		const short = medium.cells.shortRow(object, uid);
		if (short !== void 0 && (short.dot.log !== log || short.dot.seq !== first + i)) continue;
		const initial = contentOf(parts.hasher, identification, values.add({
			log,
			seq: first + i
		}).row);
		const contents = [initial];
		if (short?.cell !== void 0) {
			const row = values.row(short.cell, parts.groupsOf(object));
			const current = contentOf(parts.hasher, identification, row);
			if (Buffer.compare(current, initial) !== 0) contents.unshift(current);
		}
		const fate = short === void 0 ? "dead" : parts.isEvicted(object, uid) ? "evicted" : "live";
		yield {
			table: object.name,
			uid,
			fate,
			contents
		};
	}
}
// ../../packages/batch/dist/limits.js
/** A batch is closed at this many operations: one signature is then cheap per operation, and a proof ten hashes long. */
const closeOperations = 1e3;
/** A batch is closed before its operations exceed this many bytes, so that a slow link resumes often. */
const closeBytes = 262144;
/** A batch with more operations is refused. */
const acceptOperations = 65536;
/** A batch whose unpacked body is longer, in bytes, is refused. */
const acceptRawBytes = 4194304;
/** Longest packed body that `rawLength` bytes can need (the bound of zstd itself, for incompressible input). */
function packedBound(rawLength) {
	return rawLength + (rawLength >>> 8) + 64;
}
// ../../packages/batch/dist/zstd-frame.js
const magic$1 = Uint8Array.of(40, 181, 47, 253);
const maxBlockBytes = 131072;
/**
* Checks that `bytes` is exactly one Zstandard frame (RFC 8878 §3.1.1) that may unpack to `rawLength` bytes, without
* unpacking anything. Decoders pass over trailing bytes, second and skippable frames in silence, and believe the
* window size of a hostile frame; a walk over the block headers settles all of it. Throws `BatchError` `bad-body`.
* O(blocks).
*/
function checkZstdFrame(bytes, rawLength) {
	if (bytes.length < 6 || !equalBytes(bytes.subarray(0, 4), magic$1)) fail$1("does not start as a Zstandard frame");
	const descriptor = bytes[4];
	if ((descriptor & 11) !== 0) fail$1("needs a dictionary or uses a reserved bit");
	const single = (descriptor & 32) !== 0;
	let at = 5;
	if (!single && windowBytes(bytes[at++]) > 8388608) fail$1("needs a window above 8 MiB");
	const sizeBytes = contentSizeBytes(descriptor >>> 6, single);
	if (at + sizeBytes > bytes.length) fail$1("is cut off in its header");
	if (sizeBytes > 0 && contentSize(bytes, at, sizeBytes) !== rawLength) fail$1("declares another content size");
	at = blocksEnd(bytes, at + sizeBytes) + ((descriptor & 4) === 0 ? 0 : 4);
	if (at > bytes.length) fail$1("is cut off");
	if (at < bytes.length) fail$1("is followed by other bytes");
}
function blocksEnd(bytes, start) {
	let at = start;
	for (;;) {
		if (at + 3 > bytes.length) fail$1("is cut off between blocks");
		const block = bytes[at] | bytes[at + 1] << 8 | bytes[at + 2] << 16;
		const kind = block >>> 1 & 3;
		const size = block >>> 3;
		if (kind === 3 || size > maxBlockBytes) fail$1("holds an invalid block");
		at += 3 + (kind === 1 ? 1 : size);
		if ((block & 1) === 1) return at;
	}
}
function windowBytes(descriptor) {
	const base = 2 ** (10 + (descriptor >>> 3));
	return base + base / 8 * (descriptor & 7);
}
function contentSizeBytes(flag, single) {
	if (flag === 0) return single ? 1 : 0;
	return 1 << flag;
}
function contentSize(bytes, at, length) {
	let size = length === 2 ? 256 : 0;
	for (let i = 0; i < length; i++) size += bytes[at + i] * 256 ** i;
	return size;
}
function fail$1(what) {
	throw new BatchError("bad-body", `the packed body ${what}`);
}
/** The unpacked body. O(bytes). */
function joinOperations(operations) {
	let length = 0;
	for (const operation of operations) length += framedLength(operation.length);
	const raw = new Uint8Array(length);
	let at = 0;
	for (const operation of operations) {
		let rest = operation.length;
		for (; rest >= 128; rest >>>= 7) raw[at++] = rest & 127 | 128;
		raw[at++] = rest;
		raw.set(operation, at);
		at += operation.length;
	}
	return raw;
}
/** Bytes that an operation of `length` bytes takes in an unpacked body. */
function framedLength(length) {
	let bytes = length + 1;
	for (let rest = length; rest >= 128; rest >>>= 7) bytes++;
	return bytes;
}
/** The `count` operations of an unpacked body, as views. Throws `BatchError` `bad-body`. O(count). */
function splitBody(raw, count) {
	const operations = [];
	let at = 0;
	for (let i = 0; i < count; i++) {
		let length = 0;
		let byte = 128;
		for (let shift = 0; byte >= 128; shift += 7) {
			if (at >= raw.length || shift > 21) fail(`operation ${i} has no valid length`);
			byte = raw[at++];
			if (byte === 0) fail(`operation ${i} is empty or its length is not minimal`);
			length |= (byte & 127) << shift;
		}
		if (length > raw.length - at) fail(`operation ${i} reaches beyond the body`);
		operations.push(raw.subarray(at, at + length));
		at += length;
	}
	if (at !== raw.length) fail(`${raw.length - at} bytes follow the last operation`);
	return operations;
}
/** Unpacks the body of an envelope whose sizes were checked. Throws `BatchError` `bad-body`. O(bytes). */
function unpackBody(envelope, count, compressor) {
	if (envelope.codec !== 1) fail("the codec is unknown; this version reads codec 1");
	checkZstdFrame(envelope.body, envelope.rawLength);
	const raw = inflate$1(envelope, compressor);
	if (raw.length !== envelope.rawLength) fail(`it unpacks to ${raw.length} bytes instead of ${envelope.rawLength}`);
	return splitBody(new Uint8Array(raw.buffer, raw.byteOffset, raw.length), count);
}
function inflate$1(envelope, compressor) {
	try {
		return compressor.inflate(envelope.body, envelope.rawLength);
	} catch (cause) {
		throw new BatchError("bad-body", "the packed body does not unpack to its declared length", { cause });
	}
}
function fail(message) {
	throw new BatchError("bad-body", message);
}
// ../../packages/store-sqlite/dist/thread/packed-row.js
/** A row as a packed batch adds it; nothing is decoded that nobody asks for. */
var PackedRow = class {
	table;
	uid;
	dot;
	stamp;
	hint;
	slots;
	#values;
	constructor(table, dot, { uid, stamp, hint, slots }) {
		this.table = table;
		this.uid = uid;
		this.dot = dot;
		this.stamp = stamp;
		this.hint = hint;
		this.slots = slots;
	}
	get values() {
		this.#values ??= this.slots.values();
		return this.#values;
	}
};
const most = Number.MAX_SAFE_INTEGER;
const kinds = {
	gone: 0,
	shown: 1,
	changed: 2
};
/** Says a name once and then by its number. */
var NameWriter = class {
	#numbers = /* @__PURE__ */ new Map();
	write(writer, name) {
		const known = this.#numbers.get(name);
		writer.varint(known === void 0 ? 0 : known + 1);
		if (known !== void 0) return;
		this.#numbers.set(name, this.#numbers.size);
		writer.str(name);
	}
};
var NameReader = class {
	#names = [];
	read(reader) {
		const number = reader.varint();
		if (number > 0) return this.#names[number - 1];
		const name = reader.str();
		this.#names.push(name);
		return name;
	}
};
/** Rows as they shall be shown, whole. */
function encodeRows(rows) {
	const writer = new ByteWriter(rows.reduce((bytes, row) => bytes + sizeOfRow(row), 16));
	const names = new NameWriter();
	writer.varint(rows.length);
	for (const row of rows) writePlanned(writer, names, row);
	return writer.subarray();
}
function decodeRows(bytes) {
	const reader = new ByteReader(bytes);
	const names = new NameReader();
	return Array.from({ length: reader.count(most) }, () => readPlanned(reader, names));
}
/** About the bytes that a row takes: large ones are copied once if the buffer need not grow. */
function sizeOfRow(row) {
	if ("changed" in row) return 128 + sizeOf(valuesOf(row));
	return 128 + (row.view ? sizeOf(row.view.values) : 0);
}
function writeRow(writer, names, row) {
	if ("changed" in row) writeChanged(writer, names, row);
	else writePlanned(writer, names, row);
}
function readRow(reader, names) {
	const table = names.read(reader);
	const uid = reader.raw(16);
	const kind = reader.u8();
	if (kind === kinds.gone) return {
		table,
		uid,
		view: void 0
	};
	const { dot, stamp } = readStamp(reader, names);
	if (kind === kinds.changed) return {
		table,
		uid,
		dot,
		stamp,
		changed: readChanged(reader)
	};
	return {
		table,
		uid,
		view: {
			table,
			uid,
			dot,
			stamp,
			hint: readHint(reader),
			values: readRowValues(reader)
		}
	};
}
function writePlanned(writer, names, { table, uid, view }) {
	names.write(writer, table);
	writer.raw(uid);
	writer.u8(view ? kinds.shown : kinds.gone);
	if (!view) return;
	writeStamp(writer, names, view);
	writeHint(writer, view.hint);
	writeRowValues(writer, view.values);
}
function readPlanned(reader, names) {
	const row = readRow(reader, names);
	if ("changed" in row) throw new Error("a row is told whole where nothing says what the archive shows");
	return row;
}
function writeStamp(writer, names, { dot, stamp }) {
	names.write(writer, dot.log);
	writer.varint(dot.seq);
	writer.varint(stamp === "base" ? 0 : stamp);
}
function readStamp(reader, names) {
	return {
		dot: {
			log: names.read(reader),
			seq: reader.varint()
		},
		stamp: reader.varint() || "base"
	};
}
function writeChanged(writer, names, row) {
	names.write(writer, row.table);
	writer.raw(row.uid);
	writer.u8(kinds.changed);
	writeStamp(writer, names, row);
	writer.varint(row.changed.length);
	for (const value of row.changed) writer.u8(value === void 0 ? 0 : 1);
	writeRowValues(writer, valuesOf(row));
}
function readChanged(reader) {
	const isThere = Array.from({ length: reader.count(most) }, () => reader.u8() === 1);
	const values = readRowValues(reader).values();
	return isThere.map((one) => one ? values.next().value : void 0);
}
function writeHint(writer, hint) {
	writer.u8(hint === null ? 0 : 1);
	if (hint !== null) writer.int(hint);
}
function readHint(reader) {
	return reader.u8() === 0 ? null : reader.int();
}
// ../../packages/store-sqlite/dist/thread/plan-codec.js
const tokenBytes = 16;
const nothing = /* @__PURE__ */ new Uint8Array(0);
function encodeEntries(entries) {
	const writer = new ByteWriter(entries.length * 24 + 16);
	writeEntries(writer, entries);
	return writer.slice();
}
function decodeEntries(bytes) {
	return readEntries(new ByteReader(bytes));
}
function encodeRequest({ nonce, captured, maxRows, also }) {
	const writer = new ByteWriter(1024 + sum(captured.intents, (one) => "values" in one ? sizeOf(one.values) : 0));
	const names = new NameWriter();
	writer.str(nonce);
	writer.varint(maxRows);
	writeKeys(writer, names, also);
	writer.varint(captured.intents.length);
	for (const intent of captured.intents) writeIntent(writer, names, intent);
	for (const time of captured.times) writer.f64(time);
	writeEntries(writer, captured.entries);
	writeKeys(writer, names, captured.evicted);
	writeKeys(writer, names, captured.unevicted ?? []);
	writer.u8(captured.isRewound ? 1 : 0);
	return writer.subarray();
}
function decodeRequest(bytes) {
	const reader = new ByteReader(bytes);
	const names = new NameReader();
	const nonce = reader.str();
	const maxRows = reader.varint();
	const also = readKeys(reader, names);
	const intents = Array.from({ length: reader.count(most) }, () => readIntent(reader, names));
	return {
		nonce,
		maxRows,
		also,
		captured: {
			intents,
			times: intents.map(() => reader.f64()),
			entries: readEntries(reader),
			evicted: readKeys(reader, names),
			unevicted: readKeys(reader, names),
			isRewound: reader.u8() === 1
		}
	};
}
function encodeKeys(keys) {
	const writer = new ByteWriter(keys.length * 24 + 16);
	writeKeys(writer, new NameWriter(), keys);
	return writer.slice();
}
function decodeKeys(bytes) {
	return readKeys(new ByteReader(bytes), new NameReader());
}
function encodePlan({ batches, rows, left, more }) {
	const packed = sum(batches, ({ envelope }) => envelope.body.length + 1024);
	const writer = new ByteWriter(64 + packed + sum(rows, sizeOfRow));
	const names = new NameWriter();
	writer.u8(more ? 1 : 0);
	writer.varint(batches.length);
	for (const { envelope, tables, count } of batches) {
		writer.bytes(envelope.header);
		writer.varint(envelope.codec);
		writer.varint(envelope.rawLength);
		writer.bytes(envelope.body);
		writer.varint(tables.length);
		for (const table of tables) names.write(writer, table);
		writer.varint(count);
	}
	writer.varint(rows.length);
	for (const row of rows) writeRow(writer, names, row);
	writeKeys(writer, names, left);
	return writer.subarray();
}
/** Large rows are copied once if the buffer need not grow. */
function sum(all, bytes) {
	return all.reduce((total, one) => total + bytes(one), 0);
}
/** Reads a plan; each packed batch becomes a page of rows when its turn comes. */
function decodePlan(bytes, compressor) {
	const reader = new ByteReader(bytes);
	const names = new NameReader();
	const more = reader.u8() === 1;
	const batches = Array.from({ length: reader.count(most) }, () => readPacked(reader, names));
	const rows = Array.from({ length: reader.count(most) }, () => readRow(reader, names));
	const left = readKeys(reader, names);
	return {
		more,
		count: batches.reduce((sum, batch) => sum + batch.count, rows.length),
		left,
		pages: pagesOf(batches, rows, compressor)
	};
}
function* pagesOf(batches, rows, compressor) {
	for (const batch of batches) yield unpackRows(batch, compressor);
	yield rows;
}
/** The rows that a packed batch adds, each with the view that the state would give of it. */
function unpackRows({ envelope, tables }, compressor) {
	const header = decodeHeader(envelope.header);
	const { log, first, count } = header;
	return unpackBody(envelope, count, compressor).map((bytes, i) => {
		const dot = {
			log,
			seq: first + i
		};
		const open = openRowAdd(bytes, header);
		const view = open === void 0 ? wideRow(bytes, header, dot, tables) : packedRow(open, dot, tables);
		return {
			table: view.table,
			uid: view.uid,
			view
		};
	});
}
function packedRow(open, dot, tables) {
	return new PackedRow(tables[open.table], dot, open);
}
function wideRow(bytes, header, dot, tables) {
	const operation = decodeOperation(bytes, header);
	if (operation.kind !== "row.add") throw new Error("a packed batch does more than add rows");
	const { uid, stamp, hint, values } = operation;
	return {
		table: tables[operation.table],
		uid,
		dot,
		stamp,
		hint,
		values
	};
}
function readPacked(reader, names) {
	const header = reader.bytes();
	const codec = reader.varint();
	const rawLength = reader.varint();
	return {
		envelope: {
			header,
			signature: nothing,
			codec,
			rawLength,
			body: reader.bytes()
		},
		tables: Array.from({ length: reader.count(most) }, () => names.read(reader)),
		count: reader.varint()
	};
}
function writeIntent(writer, names, intent) {
	if (!("table" in intent)) throw new Error("an archive captures rows only");
	writer.u8(intent.kind === "row.add" ? intent.base ? 1 : 0 : intent.kind === "row.set" ? 2 : 3);
	names.write(writer, intent.table);
	writer.raw(intent.uid);
	if (intent.kind === "row.add") writeHint(writer, intent.hint);
	if (intent.kind === "row.set") names.write(writer, intent.group);
	if (intent.kind !== "row.remove") writeRowValues(writer, intent.values);
}
function readIntent(reader, names) {
	const kind = reader.u8();
	const table = names.read(reader);
	const uid = reader.raw(16);
	if (kind === 3) return {
		kind: "row.remove",
		table,
		uid
	};
	if (kind === 2) return {
		kind: "row.set",
		table,
		uid,
		group: names.read(reader),
		values: readRowValues(reader)
	};
	return {
		kind: "row.add",
		table,
		uid,
		hint: readHint(reader),
		values: readRowValues(reader),
		...kind === 1 ? { base: true } : {}
	};
}
function writeKeys(writer, names, keys) {
	writer.varint(keys.length);
	for (const { table, uid } of keys) {
		names.write(writer, table);
		writer.raw(uid);
	}
}
function readKeys(reader, names) {
	return Array.from({ length: reader.count(most) }, () => ({
		table: names.read(reader),
		uid: reader.raw(16)
	}));
}
function writeEntries(writer, entries) {
	writer.varint(entries.length);
	for (const { id, token } of entries) {
		writer.varint(id);
		writer.raw(token);
	}
}
function readEntries(reader) {
	return Array.from({ length: reader.count(most) }, () => ({
		id: reader.varint(),
		token: reader.raw(tokenBytes)
	}));
}
// ../../packages/store-sqlite/dist/thread/reconcile-codec.js
const uidBytes = 16;
const fates = [
	"live",
	"evicted",
	"dead"
];
function encodeSurvey({ rows, next }) {
	const writer = new ByteWriter(rows.length * 40 + 64);
	const names = new NameWriter();
	writer.u8(next ? 1 : 0);
	if (next) {
		writer.str(next.log);
		writer.varint(next.seq);
	}
	writer.varint(rows.length);
	for (const { table, uid, fate, contents } of rows) {
		names.write(writer, table);
		writer.raw(uid);
		writer.u8(fates.indexOf(fate));
		writer.varint(contents.length);
		for (const content of contents) writer.raw(content);
	}
	return writer.slice();
}
function decodeSurvey(bytes) {
	const reader = new ByteReader(bytes);
	const names = new NameReader();
	const next = reader.u8() === 1 ? {
		log: reader.str(),
		seq: reader.varint()
	} : void 0;
	return {
		rows: Array.from({ length: reader.count(most) }, () => {
			return {
				table: names.read(reader),
				uid: reader.raw(uidBytes),
				fate: fates[reader.u8()],
				contents: Array.from({ length: reader.count(most) }, () => reader.raw(uidBytes))
			};
		}),
		next
	};
}
function encodeFound(found) {
	const writer = new ByteWriter(found.length * 256 + 16);
	const names = new NameWriter();
	writer.varint(found.length);
	for (const { table, uid, groups } of found) {
		names.write(writer, table);
		writer.raw(uid);
		writer.varint(groups.length);
		for (const { name, values, isLater, time } of groups) {
			names.write(writer, name);
			writer.varint(time === void 0 ? 0 : time + 1);
			writer.u8(isLater === void 0 ? 2 : isLater ? 1 : 0);
			writeRowValues(writer, values);
		}
	}
	return writer.slice();
}
function decodeFound(bytes) {
	const reader = new ByteReader(bytes);
	const names = new NameReader();
	return Array.from({ length: reader.count(most) }, () => {
		return {
			table: names.read(reader),
			uid: reader.raw(uidBytes),
			groups: Array.from({ length: reader.count(most) }, () => {
				const name = names.read(reader);
				const time = reader.varint();
				const later = reader.u8();
				return {
					name,
					values: readRowValues(reader),
					isLater: later === 2 ? void 0 : later === 1,
					...time > 0 && { time: time - 1 }
				};
			})
		};
	});
}
function encodeWeighed({ rows, taken, recorded }) {
	const writer = new ByteWriter(rows.length * 1024 + 16);
	const names = new NameWriter();
	writer.varint(taken);
	writer.varint(recorded);
	writer.varint(rows.length);
	for (const row of rows) writePlanned(writer, names, row);
	return writer.slice();
}
function decodeWeighed(bytes) {
	const reader = new ByteReader(bytes);
	const names = new NameReader();
	const taken = reader.varint();
	const recorded = reader.varint();
	return {
		rows: Array.from({ length: reader.count(most) }, () => readPlanned(reader, names)),
		taken,
		recorded
	};
}
// ../../packages/store-sqlite/dist/thread/remote-state.js
/** What the thread of the state says of the worklist, so that the other one need not ask. */
const work = {
	none: 0,
	unknown: 1,
	some: 2
};
function makeSignals() {
	const signals = new Int32Array(new SharedArrayBuffer(12));
	signals[1] = work.unknown;
	return signals;
}
/** An error that was thrown in the thread of the state. */
var RemoteStateError = class extends Error {
	code;
	constructor(error) {
		super(error.message);
		this.name = error.name;
		this.code = error.code;
	}
};
/** The state as the archive's thread sees it: each call stands still until the state's thread has answered. */
var RemoteState = class {
	#port;
	#signals;
	#compressor;
	#nonces;
	/** A plan that shows rows has not taken place, as far as is known here. */
	#isUnsure = true;
	/** The last plan left something. */
	#more = false;
	constructor(port, signals, compressor) {
		this.#port = port;
		this.#signals = signals;
		this.#compressor = compressor;
	}
	drained(entries) {
		if (entries.length === 0) return /* @__PURE__ */ new Set();
		return this.#ask({
			call: "drained",
			bytes: encodeEntries(entries)
		});
	}
	hasWork() {
		if (this.#more) return true;
		const known = Atomics.load(this.#signals, 1);
		if (known === work.some) return true;
		if (known === work.unknown || this.#isUnsure) this.#isUnsure = this.#ask({ call: "hasWork" });
		return this.#isUnsure;
	}
	plan(request) {
		const { confirmed, awaited } = this.nonces();
		this.#nonces = void 0;
		this.#isUnsure = true;
		const plan = decodePlan(this.#ask({
			call: "plan",
			bytes: encodeRequest(request)
		}), this.#compressor);
		this.#nonces = {
			intended: request.nonce,
			confirmed,
			awaited: request.captured.entries.at(-1) ?? awaited
		};
		this.#more = plan.more;
		this.#isUnsure = plan.count > 0;
		return plan;
	}
	/**
	* Told, not waited for: it is done before whatever is asked next. Where it fails, that fails too, and tries again.
	*/
	confirm() {
		const { intended } = this.nonces();
		this.#isUnsure = false;
		this.#port.postMessage({ call: "confirm" });
		this.#nonces = {
			intended: void 0,
			confirmed: intended
		};
	}
	look(rows) {
		return decodeRows(this.#ask({
			call: "look",
			bytes: encodeKeys(rows)
		}));
	}
	shown(rows) {
		return decodeRows(this.#ask({
			call: "shown",
			bytes: encodeKeys(rows)
		}));
	}
	declare(schema, present) {
		return this.#ask({
			call: "declare",
			schema,
			present
		});
	}
	/** Told, not waited for: what is lost is told again when the file is opened. */
	unshown(change) {
		this.#port.postMessage({
			call: "unshown",
			change
		});
	}
	/** Nobody else changes them, so they are asked for once. */
	nonces() {
		this.#nonces ??= this.#ask({ call: "nonces" });
		return this.#nonces;
	}
	survey(request) {
		return decodeSurvey(this.#ask({
			call: "survey",
			request
		}));
	}
	weigh(found) {
		return decodeWeighed(this.#ask({
			call: "weigh",
			bytes: encodeFound(found)
		}));
	}
	#ask(call) {
		Atomics.store(this.#signals, 0, 0);
		this.#port.postMessage(call, "bytes" in call ? [call.bytes.buffer] : []);
		while (Atomics.load(this.#signals, 0) === 0) Atomics.wait(this.#signals, 0, 0);
		const received = receiveMessageOnPort(this.#port);
		if (!received) throw new Error("the thread of the state signalled an answer and sent none");
		if ("error" in received.message) throw new RemoteStateError(received.message.error);
		return received.message.result;
	}
};
/** The plan's thirteen operations by name (§5.2, R48). */
const planRules = [
	{
		pattern: "memory_store",
		type: "or_set"
	},
	{
		pattern: "memory_retrieve",
		type: "g_counter"
	},
	{
		pattern: "llm_query",
		type: "g_counter"
	},
	{
		pattern: "verification",
		type: "lww_register"
	},
	{
		pattern: "health_check",
		type: "g_counter"
	},
	{
		pattern: "configuration",
		type: "lww_register"
	},
	{
		pattern: "archive_entry",
		type: "or_set"
	},
	{
		pattern: "backup_create",
		type: "g_set"
	},
	{
		pattern: "system_status",
		type: "lww_register"
	},
	{
		pattern: "resource_usage",
		type: "pn_counter"
	},
	{
		pattern: "agent_workflow",
		type: "or_set"
	},
	{
		pattern: "error_handling",
		type: "g_set"
	},
	{
		pattern: "dashboard_metrics",
		type: "lww_register"
	}
];
/** What the running assistant calls the same things. */
const assistantRules = [
	{
		pattern: "remember_fact",
		type: "or_set"
	},
	{
		pattern: "forget_fact",
		type: "or_set"
	},
	{
		pattern: "recall_fact",
		type: "g_counter"
	},
	{
		pattern: "ask_local_llm",
		type: "g_counter"
	},
	{
		pattern: "llm_response",
		type: "g_counter"
	},
	{
		pattern: "error_handling_*",
		type: "g_set"
	},
	{
		pattern: "cycle_*_error_handling_*",
		type: "g_set"
	},
	{
		pattern: "cycle_*_scenario_*",
		type: "or_set"
	}
];
/** An operator's own patterns go ahead of the built-in ones; `*` alone stands for whatever no other rule knows. */
function typeRules(operations = {}) {
	const configured = Object.entries(operations).map(([pattern, type]) => ({
		pattern,
		type
	}));
	return {
		configured: configured.filter(({ pattern }) => pattern !== "*"),
		plan: planRules,
		assistant: assistantRules,
		otherwise: configured.find(({ pattern }) => pattern === "*")?.type ?? "lww_register"
	};
}
/** Gives an operation its type by rules. The answer to a name is remembered for the next time, up to a bound. */
function typeAssigner(rules = typeRules()) {
	const { configured, plan, assistant, otherwise } = rules;
	const compiled = [
		...configured,
		...plan,
		...assistant
	].map(({ pattern, type }) => ({
		test: matcher(pattern),
		type
	}));
	const known = /* @__PURE__ */ new Map();
	return (operation) => {
		const before = known.get(operation);
		if (before !== void 0) return before;
		const type = compiled.find(({ test }) => test(operation))?.type ?? otherwise;
		if (known.size < rememberedNames && operation.length <= rememberedLength) known.set(operation, type);
		return type;
	};
}
const rememberedNames = 4096;
const rememberedLength = 256;
/** Matches without backtracking: each part after the first is looked for once, the last at the end. */
function matcher(pattern) {
	const parts = pattern.split("*");
	const head = parts[0];
	const tail = parts.at(-1);
	const middle = parts.slice(1, -1);
	if (parts.length === 1) return (text) => text === pattern;
	return (text) => {
		if (text.length < head.length + tail.length || !text.startsWith(head) || !text.endsWith(tail)) return false;
		let at = head.length;
		for (const part of middle) {
			const found = text.indexOf(part, at);
			if (found < 0) return false;
			at = found + part.length;
		}
		return at <= text.length - tail.length;
	};
}
// ../../packages/archive/dist/map-table.js
/** How a table replicates that an operator has declared; a local one, with the reason, where it cannot. */
function mapTable(facts, choice) {
	const { name } = facts;
	if (choice.kind === "local") return localTable(name, "declared as local");
	const found = keyOf(facts, choice);
	if (typeof found === "string") return localTable(name, found);
	const kind = choice.kind ?? (found.columns === void 0 ? "records" : "map");
	const key = found.columns ?? [];
	const local = facts.integerKey !== void 0 && !key.includes(facts.integerKey) ? facts.integerKey : void 0;
	const data = facts.columns.filter((column) => column !== local && !key.includes(column)).sort();
	const groups = groupsOf(data, choice.groups ?? []);
	if (typeof groups === "string") return localTable(name, groups);
	const all = key.length > 0 ? [{
		name: "key",
		columns: [...key].sort()
	}, ...groups] : groups;
	if (all.length === 0) return localTable(name, "it has nothing but a local number");
	const mapping = {
		name,
		kind,
		key: facts.integerKey ?? "",
		...key.length > 0 ? { keyColumns: key } : {},
		groups: all,
		initialOnly: [],
		identity: key.length > 0 ? [...key].sort() : data,
		deletes: choice.deletes ?? (kind === "grow-only" ? "evict" : "replicate"),
		stamped: false,
		typeOf: () => typeOfKind[kind]
	};
	const limit = overLimit(mapping);
	return limit === void 0 ? mapping : localTable(name, limit);
}
const typeOfKind = {
	records: "or_set",
	"grow-only": "g_set",
	map: "lww_register"
};
function localTable(name, why) {
	return {
		name,
		kind: "local",
		key: "rowid",
		groups: [],
		initialOnly: [],
		identity: [],
		deletes: "evict",
		stamped: false,
		typeOf: () => "",
		why
	};
}
/** Columns of a key that replicates, none for a local number, or why there is no key. */
function keyOf(facts, choice) {
	const { type, integerKey, primaryKey, uniques } = facts;
	if (type === "view") return "it is a view: declare the tables it reads";
	if (type === "virtual") return "it is a virtual table: its rows are not in the file as such";
	if (type === "shadow") return "it belongs to a virtual table, which keeps it itself";
	const wanted = choice.key;
	if (wanted !== void 0) {
		const columns = [primaryKey, ...uniques.map(({ columns }) => columns)].find((one) => isSameSet(one, wanted));
		if (columns === void 0) return `no PRIMARY KEY or UNIQUE constraint is on exactly ${wanted.join(", ")}; make one with CREATE UNIQUE INDEX`;
		return choice.kind === "records" ? "a key that replicates makes a map, not records" : { columns };
	}
	if (integerKey !== void 0) return { columns: choice.kind === "map" ? [integerKey] : void 0 };
	const columns = primaryKey.length > 0 ? primaryKey : uniques.find(({ isTotal }) => isTotal)?.columns;
	if (columns === void 0) return "rows cannot be told apart: it has neither a PRIMARY KEY nor UNIQUE columns that are NOT NULL, and a rowid changes with VACUUM";
	if (choice.kind === "records") return `rows have no local number but the key ${columns.join(", ")}, which replicates: declare it as map`;
	return { columns };
}
function isSameSet(a, b) {
	return a.length === b.length && a.every((one) => b.includes(one));
}
function groupsOf(columns, declared) {
	const taken = declared.flat();
	const unknown = taken.find((column) => !columns.includes(column));
	if (unknown !== void 0) return `a group names ${unknown}, which is no column besides the key`;
	if (new Set(taken).size !== taken.length) return "a column is in two groups";
	const rest = columns.filter((column) => !taken.includes(column));
	const groups = declared.map((group) => ({
		name: `lww(${[...group].sort().join("+")})`,
		columns: [...group].sort()
	}));
	return [...rest.length > 0 ? [{
		name: "content",
		columns: rest
	}] : [], ...groups.sort(byName)];
}
function byName(a, b) {
	return a.name < b.name ? -1 : 1;
}
/** The limits of the format. */
function overLimit(mapping) {
	try {
		encodeSchema(schemaOf([mapping]));
		return;
	} catch (error) {
		if (error instanceof CrdtError) return `it is beyond what the format allows: ${error.message}`;
		throw error;
	}
}
// ../../packages/archive/dist/table-facts.js
/** The tables and views of a file by name, those of SQLite and our own left out. */
function tableFacts(db) {
	return db.prepare(`SELECT name,type,sql FROM sqlite_schema WHERE type IN('table','view')
       AND name NOT GLOB 'sqlite_*' AND name NOT GLOB 'crdt_*' ORDER BY name`).all().map(({ name, type, sql }) => {
		const isVirtual = /^CREATE\s+VIRTUAL\b/i.test(sql);
		const listed = type === "view" || isVirtual ? void 0 : listedTable(db, name);
		if (listed?.type !== "table") return {
			name,
			type: listed?.type ?? (isVirtual ? "virtual" : "view"),
			columns: [],
			integerKey: void 0,
			primaryKey: [],
			uniques: []
		};
		const declared = declaredColumns(db, name);
		const columns = columnsOf(db, name).map((column) => column.name);
		const primaryKey = declared.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk).map((column) => column.name);
		return {
			name,
			type: "table",
			columns,
			integerKey: listed.wr === 0 ? integerKeyOf(db, name, declared) : void 0,
			primaryKey,
			uniques: uniquesOf(db, name, declared).filter((key) => key.columns.every((column) => columns.includes(column)))
		};
	});
}
function listedTable(db, name) {
	return db.prepare("SELECT type,wr FROM pragma_table_list(?) WHERE schema='main'").get(name);
}
function declaredColumns(db, table) {
	return db.prepare("SELECT name,type,\"notnull\",pk FROM pragma_table_xinfo(?)").all(table);
}
function integerKeyOf(db, table, columns) {
	const keys = columns.filter(({ pk }) => pk > 0);
	const [key] = keys;
	const isIndexed = indexesOf(db, table).some(({ origin }) => origin === "pk");
	return keys.length === 1 && key.type.toUpperCase() === "INTEGER" && !isIndexed ? key.name : void 0;
}
function uniquesOf(db, table, columns) {
	const total = new Set(columns.filter((one) => one.notnull === 1).map(({ name }) => name));
	const namesIn = db.prepare("SELECT name FROM pragma_index_info(?) ORDER BY seqno").pluck();
	return indexesOf(db, table).filter(({ unique, partial, origin }) => unique === 1 && partial === 0 && origin !== "pk").map(({ name }) => namesIn.all(name)).filter((names) => names.every((name) => typeof name === "string")).map((names) => ({
		columns: names,
		isTotal: names.every((name) => total.has(name))
	})).sort((a, b) => a.columns.join() < b.columns.join() ? -1 : 1);
}
function indexesOf(db, table) {
	return db.prepare("SELECT name,\"unique\",origin,partial FROM pragma_index_list(?)").all(table);
}
// ../../packages/archive/dist/map-archive.js
/** The columns that a verification writes together: v0.2's five, and those of the plan's own schema (§4.1). */
const verificationColumns = {
	v02: [
		"verification_status",
		"verification_score",
		"verification_model",
		"verification_timestamp",
		"verification_details"
	],
	plan: [
		"verification_result",
		"confidence_score",
		"model_used"
	]
};
/**
* Finds out by introspection how the tables of a Jarvis archive replicate:
*
* - `archive_entries`: records; groups *content*, *verification* (written whole, or a row would show a status of one
*   node with a score of another) and *version*, of which only the first value travels;
* - `agent_activities`: grow-only;
* - `agent_workflow_states`: a map; agent and workflow are the key, on whatever node the agent runs;
* - `verification_queue` (local work: replicated, every node would verify everything): local;
* - other tables: as the operator declares them, local where nobody does. Views are passed over unless declared.
*
* Columns within a group are in the order of their names, so that files with swapped columns have one schema.
*/
function mapArchive(db, options = {}) {
	const declared = options.tables ?? {};
	return tableFacts(db).filter(({ name, type }) => type !== "view" || Object.hasOwn(declared, name)).map((facts) => mapKnown(facts, options));
}
function mapKnown(facts, options) {
	const { name } = facts;
	const choice = Object.hasOwn(options.tables ?? {}, name) ? options.tables[name] : void 0;
	switch (name) {
		case "archive_entries": {
			if (choice?.kind === "local") return localTable(name, "declared as local");
			if (facts.integerKey === void 0) return localTable(name, "its rows have no INTEGER PRIMARY KEY");
			const typeOf = typeAssigner(typeRules(options.operations));
			return entriesTable(facts.columns, facts.integerKey, typeOf, choice?.deletes ?? "evict");
		}
		case "agent_activities": return mapTable(facts, {
			kind: "grow-only",
			...choice
		});
		case "agent_workflow_states": return {
			...mapTable(facts, {
				kind: "map",
				key: ["agent_id", "workflow_id"],
				...choice
			}),
			typeOf: typeColumn
		};
		case "verification_queue": if (choice === void 0) return localTable(name, "local work: replicated, every node would verify everything");
	}
	return choice === void 0 ? localTable(name, "not declared") : mapTable(facts, choice);
}
function entriesTable(columns, key, typeOf, deletes) {
	const isPlan = columns.includes("verification_result");
	const verification = isPlan ? verificationColumns.plan : verificationColumns.v02;
	const elsewhere = /* @__PURE__ */ new Set([
		key,
		...verification,
		"program_version",
		...stampColumns
	]);
	const content = columns.filter((column) => !elsewhere.has(column)).sort();
	return {
		name: "archive_entries",
		kind: "records",
		key,
		groups: [
			{
				name: "content",
				columns: content
			},
			{
				name: "verification",
				columns: [...verification].sort()
			},
			{
				name: "version",
				columns: ["program_version"]
			}
		],
		initialOnly: ["version"],
		identity: content,
		...isPlan ? {} : { times: { verification: "verification_timestamp" } },
		deletes,
		stamped: true,
		typeOf: (values) => {
			const operation = values.get("operation");
			return typeOf(typeof operation === "string" ? operation : "");
		}
	};
}
function typeColumn(values) {
	const type = values.get("crdt_type");
	return typeof type === "string" ? type : "or_set";
}
// ../../packages/archive/dist/schema.js
/**
* The archive file as Jarvis v0.2 creates it: same tables, same order of columns (the assistant reads them by position),
* AUTOINCREMENT, six indexes.
*/
const archiveSchema = `
CREATE TABLE archive_entries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  timestamp TEXT NOT NULL,
  data_type TEXT NOT NULL,
  content TEXT NOT NULL,
  source TEXT NOT NULL,
  operation TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  metadata TEXT NOT NULL,
  verification_status TEXT DEFAULT 'pending',
  verification_score REAL,
  verification_model TEXT,
  verification_timestamp TEXT,
  verification_details TEXT,
  program_version TEXT DEFAULT 'unknown',
  created_at DATETIME DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX idx_timestamp ON archive_entries(timestamp);
CREATE INDEX idx_data_type ON archive_entries(data_type);
CREATE INDEX idx_source ON archive_entries(source);
CREATE INDEX idx_verification_status ON archive_entries(verification_status);
CREATE INDEX idx_content_hash ON archive_entries(content_hash);
CREATE INDEX idx_program_version ON archive_entries(program_version);
CREATE TABLE verification_queue (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  archive_entry_id INTEGER NOT NULL,
  priority INTEGER DEFAULT 1,
  attempts INTEGER DEFAULT 0,
  max_attempts INTEGER DEFAULT 3,
  created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
  FOREIGN KEY(archive_entry_id) REFERENCES archive_entries(id)
);
CREATE TABLE agent_activities (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  agent_id TEXT NOT NULL,
  activity_type TEXT NOT NULL,
  description TEXT NOT NULL,
  data TEXT,
  timestamp DATETIME DEFAULT CURRENT_TIMESTAMP
);
CREATE INDEX idx_agent_id ON agent_activities(agent_id);
CREATE INDEX idx_activity_type ON agent_activities(activity_type);
CREATE INDEX idx_agent_timestamp ON agent_activities(timestamp);`;
/** The plan's table of the agents' state (§4.2). Agent and workflow are what tells states apart. */
const workflowSchema = `
CREATE TABLE IF NOT EXISTS agent_workflow_states (
  id INTEGER PRIMARY KEY,
  agent_id TEXT,
  workflow_id TEXT,
  state_data TEXT,
  crdt_type TEXT,
  last_synchronized TEXT,
  node_id TEXT,
  UNIQUE(agent_id, workflow_id)
);`;
// ../../packages/archive/dist/create-archive.js
/**
* Makes an own, empty archive: v0.2's schema, the plan's columns, captured from the first row on. In write-ahead mode,
* because no other program has used the file yet. A file that is there must be empty (0 bytes).
*
* @returns how its tables replicate
* @throws ArchiveError `not-empty`
*/
function createArchive(path) {
	const db = openArchiveDatabase(path, { create: true });
	try {
		if (db.prepare("SELECT 1 FROM sqlite_schema").get() !== void 0) throw new ArchiveError("not-empty", `${path} holds tables already; adopt it instead of creating it.`);
		db.pragma("page_size = 4096");
		db.pragma("journal_mode = WAL");
		return db.transaction(() => {
			db.exec(archiveSchema + workflowSchema);
			const mappings = mapArchive(db);
			installCapture(db, mappings);
			return mappings;
		}).immediate();
	} finally {
		db.close();
	}
}
// ../../packages/security/dist/error.js
/** Something that a peer, a file or an operator caused. The message says what to do; it never carries key material. */
var SecurityError = class extends Error {
	name = "SecurityError";
	code;
	constructor(code, message) {
		super(message);
		this.code = code;
	}
};
/** A foreign string made safe for a log or a terminal: printable ASCII only, at most 80 characters. */
function shown(text) {
	return `"${text.slice(0, 80).replace(/[^\x20-\x7e]|["\\]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`).slice(0, 80)}"`;
}
// ../../packages/security/dist/hasher.js
const hashBytes = 32;
const slabBytes = 8192;
const scratchBytes = 4096;
/**
* BLAKE2b-256 (RFC 7693, unkeyed) over libsodium. About 0.4 µs for one short part, 0.6 µs for three: short inputs are
* joined in a scratch buffer, because the native call costs more per part than the copy; from 4 KiB they are not copied.
* Results are views of 8 KiB slabs: 32-byte arrays of their own cost more to allocate than to hash.
*/
const hasher = { hash };
let slab = /* @__PURE__ */ new ArrayBuffer(slabBytes);
let used = 0;
const scratch = new Uint8Array(scratchBytes);
const prefixes = [];
function hash(parts) {
	const output = fresh();
	const [only] = parts;
	if (parts.length === 1 && only !== void 0) {
		sodium.crypto_generichash(output, only);
		return output;
	}
	let length = 0;
	for (const part of parts) length += part.length;
	if (length > scratchBytes) {
		sodium.crypto_generichash_batch(output, parts);
		return output;
	}
	let at = 0;
	for (const part of parts) {
		scratch.set(part, at);
		at += part.length;
	}
	prefixes[length] ??= scratch.subarray(0, length);
	sodium.crypto_generichash(output, prefixes[length]);
	return output;
}
function fresh() {
	if (used === slabBytes) {
		slab = /* @__PURE__ */ new ArrayBuffer(slabBytes);
		used = 0;
	}
	const output = new Uint8Array(slab, used, hashBytes);
	used += hashBytes;
	return output;
}
// ../../packages/security/dist/zstd-frame.js
const magic = 4247762216;
/**
* Whether the bytes are one zstd frame and nothing else (RFC 8878 §3.1.1), found by walking its block headers without
* unpacking. The decoder of node:zlib does not say: depending on how full its output piece is, it ignores what follows
* the first frame or unpacks it too, and it skips skippable frames. Linear in the number of blocks, 128 KiB each.
*/
function isOneFrame(bytes) {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	if (bytes.length < 5 || view.getUint32(0, true) !== magic) return false;
	const descriptor = view.getUint8(4);
	const singleSegment = (descriptor & 32) !== 0;
	const checksum = (descriptor & 4) !== 0;
	const dictionaryBytes = [
		0,
		1,
		2,
		4
	][descriptor & 3];
	const contentSizeBytes = [
		singleSegment ? 1 : 0,
		2,
		4,
		8
	][descriptor >> 6];
	let at = 5 + (singleSegment ? 0 : 1) + dictionaryBytes + contentSizeBytes;
	for (;;) {
		if (at + 3 > bytes.length) return false;
		const header = view.getUint16(at, true) | view.getUint8(at + 2) << 16;
		const repeated = (header >> 1 & 3) === 1;
		at += 3 + (repeated ? 1 : header >> 3);
		if ((header & 1) !== 0) break;
	}
	return at + (checksum ? 4 : 0) === bytes.length;
}
// ../../packages/security/dist/compressor.js
/** Largest window accepted from a peer: 8 MiB, so a frame cannot ask for more memory than a few batches. */
const maxWindowLog = 23;
/** Greatest output piece: node:zlib allocates in whole pieces, and one that holds a full batch nearly halves the time. */
const chunkBytes = 524288;
const deflateOptions = { params: { [constants.ZSTD_c_compressionLevel]: 6 } };
/**
* zstd (RFC 8878) at level 6: a body is packed once and crosses many wires. A full batch packs at about 90 MB/s and
* unpacks at 1.4 GB/s, a small one takes 25 µs. Measured in docs/decisions/0031-a-body-stays-rows.md.
*/
const compressor = {
	deflate: (bytes) => zstdCompressSync(bytes, deflateOptions),
	inflate
};
/**
* One frame, nothing before, between or after, and exactly `length` bytes in it: what goes along unseen would be stored
* and relayed by everybody without anybody's signature. Throws `inflate-failed`.
*/
function inflate(bytes, length) {
	const body = isOneFrame(bytes) ? decompress(bytes, length) : void 0;
	if (body?.length !== length) throw new SecurityError("inflate-failed", `The bytes are not one zstd frame of ${length} bytes.`);
	return body;
}
function decompress(bytes, length) {
	try {
		return zstdDecompressSync(bytes, {
			chunkSize: Math.min(Math.max(64, length), chunkBytes),
			maxOutputLength: Math.max(1, length),
			params: { [constants.ZSTD_d_windowLogMax]: maxWindowLog }
		});
	} catch {
		return;
	}
}
export { columnsOf as $, fitting as A, uidOfInsert as B, closeBytes as C, pieceCount as Ct, survey as D, contentOf as E, holdsAnything as F, capturedTables as G, bindKey as H, nothingCaptured as I, installCapture as J, hasCapture as K, planBy as L, declared as M, withDeclared as N, RowReader as O, fileIdentity as P, suspendCapture as Q, planBytes as R, acceptRawBytes as S, joinPieces as St, packedBound as T, readKey as U, uidText as V, adoptionTable as W, isInstalled as X, isAdopting as Y, staleTables as Z, encodeRows as _, outlineOperation as _t, createArchive as a, keySql as at, unpackBody as b, Pieced as bt, makeSignals as c, toSql as ct, encodeSurvey as d, moveLog as dt, describeTable as et, encodeWeighed as f, adoptionUid as ft, encodePlan as g, encodeOperation as gt, decodeRequest as h, decodeOperation as ht, shown as i, canonicalKey as it, greatestRow as j, drainedAtOnce as k, work as l, quote as lt, decodeKeys as m, encodeSchema as mt, hasher as n, entryKind as nt, mapArchive as o, longestKey as ot, decodeEntries as p, decodeSchema as pt, hasTable as q, SecurityError as r, NaturalKey as rt, RemoteState as s, fromInteger as st, compressor as t, stampColumns as tt, decodeFound as u, schemaOf as ut, joinOperations as v, operationKind as vt, closeOperations as w, pieceLengths as wt, acceptOperations as x, cutValues as xt, splitBody as y, encodeRowValues as yt, sizeOf as z };
