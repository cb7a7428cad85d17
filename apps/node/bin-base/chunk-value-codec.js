import { n as encodeLogId, s as CrdtError, t as decodeLogId } from "./chunk-log.js";
// ../../packages/crdt/dist/dot.js
/** Order of dots wherever a canonical order is needed: by log id, then by sequence. */
function compareDots(a, b) {
	if (a.log !== b.log) return a.log < b.log ? -1 : 1;
	return a.seq - b.seq;
}
function sameDot(a, b) {
	return a.seq === b.seq && a.log === b.log;
}
function hasDot(dots, dot) {
	for (const one of dots) if (one.seq === dot.seq && one.log === dot.log) return true;
	return false;
}
// ../../packages/crdt/dist/codec/text.js
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", {
	fatal: true,
	ignoreBOM: true
});
/** Writes `text` as UTF-8 at the start of `target`, which has room. Returns the bytes written. */
function encodeUtf8Into(text, target) {
	return encoder.encodeInto(text, target).written;
}
/** Decodes well-formed UTF-8; a byte order mark is kept as a character. */
function decodeUtf8(bytes) {
	const text = decodeText(bytes);
	if (text === void 0) throw malformedText();
	return text;
}
/** Well-formed `text` as UTF-8. */
function encodeText(text) {
	if (!text.isWellFormed()) throw loneSurrogate();
	return encoder.encode(text);
}
function loneSurrogate() {
	return new CrdtError("invalid-value", "text holds a lone surrogate");
}
/** The text whose UTF-8 these bytes are, undefined where they are not well-formed. */
function decodeText(bytes) {
	try {
		return decoder.decode(bytes);
	} catch {
		return;
	}
}
function malformedText() {
	return new CrdtError("invalid-value", "text is not well-formed UTF-8");
}
/**
* Whether a part of the bytes is well-formed UTF-8 (RFC 3629, section 4), without making a text of it: for short texts
* faster than the host's decoder, and nothing to collect afterwards.
*/
function isWellFormedUtf8(bytes, from = 0, to = bytes.length) {
	for (let at = from; at < to;) {
		const first = bytes[at++];
		if (first < 128) continue;
		if (first < 194 || first > 244) return false;
		const more = first < 224 ? 1 : first < 240 ? 2 : 3;
		if (at + more > to) return false;
		const second = bytes[at++];
		if (second < (first === 224 ? 160 : first === 240 ? 144 : 128) || second > (first === 237 ? 159 : first === 244 ? 143 : 191)) return false;
		for (let i = 1; i < more; i++) if ((bytes[at++] & 192) !== 128) return false;
	}
	return true;
}
/** Bytes of well-formed `text` as UTF-8. */
function utf8Length(text) {
	let length = 0;
	for (let i = 0; i < text.length; i++) {
		const unit = text.charCodeAt(i);
		length += unit < 128 ? 1 : unit < 2048 || (unit & 63488) === 55296 ? 2 : 3;
	}
	return length;
}
/** Order of well-formed texts by their UTF-8 bytes, which is the order of their code points. */
function compareText(a, b) {
	const length = Math.min(a.length, b.length);
	for (let i = 0; i < length; i++) {
		const x = a.charCodeAt(i);
		const y = b.charCodeAt(i);
		if (x === y) continue;
		const xHigh = (x & 63488) === 55296;
		return xHigh === ((y & 63488) === 55296) ? x - y : xHigh ? 1 : -1;
	}
	return a.length - b.length;
}
// ../../packages/crdt/dist/codec/byte-reader.js
const two32$1 = 4294967296;
/** Up to this length a loop over the bytes is faster than a native call. */
const shortText = 16;
/** Reads canonical bytes and refuses every other form of the same meaning. Never reads beyond its end. */
var ByteReader = class {
	#bytes;
	#view;
	#end;
	#at;
	constructor(bytes, from = 0, to = bytes.length) {
		if (from < 0 || to > bytes.length || from > to) throw new RangeError("not a part of these bytes");
		this.#bytes = bytes;
		this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
		this.#at = from;
		this.#end = to;
	}
	/** Where the next read starts. */
	get position() {
		return this.#at;
	}
	get remaining() {
		return this.#end - this.#at;
	}
	u8() {
		if (this.#at >= this.#end) throw truncated();
		return this.#bytes[this.#at++];
	}
	/** The next byte, which stays to be read; undefined at the end. */
	peek() {
		return this.#at < this.#end ? this.#bytes[this.#at] : void 0;
	}
	u32() {
		const at = this.#take(4);
		return this.#view.getUint32(at);
	}
	/** Eight bytes as a safe integer; beyond 2^53 is `too-large`. */
	u64() {
		const at = this.#take(8);
		const value = this.#view.getUint32(at) * two32$1 + this.#view.getUint32(at + 4);
		if (value > Number.MAX_SAFE_INTEGER) throw new CrdtError("too-large", "an integer beyond 2^53");
		return value;
	}
	/** Eight bytes as a number; of the many NaN only the canonical one. */
	f64() {
		const at = this.#take(8);
		const value = this.#view.getFloat64(at);
		if (Number.isNaN(value) && (this.#view.getUint32(at) !== 2146959360 || this.#view.getUint32(at + 4) !== 0)) throw new CrdtError("not-canonical", "a NaN with other bits than the canonical one");
		return value;
	}
	/** Minimal LEB128 up to 2^53 − 1. */
	varint() {
		const first = this.u8();
		if (first < 128) return first;
		let value = first & 127;
		let scale = 128;
		for (let i = 1; i < 8; i++) {
			const byte = this.u8();
			value += (byte & 127) * scale;
			if (byte < 128) {
				if (byte === 0) throw new CrdtError("not-canonical", "an integer with superfluous bytes");
				if (value > Number.MAX_SAFE_INTEGER) break;
				return value;
			}
			scale *= 128;
		}
		throw new CrdtError("too-large", "an integer beyond 2^53");
	}
	/** A signed integer of up to 64 bits; a bigint only beyond 2^53. */
	int() {
		const from = this.#at;
		let value = 0;
		let scale = 1;
		for (let i = 0; i < 7; i++) {
			const byte = this.u8();
			value += (byte & 127) * scale;
			if (byte < 128) {
				if (byte === 0 && i > 0) throw new CrdtError("not-canonical", "an integer with superfluous bytes");
				return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
			}
			scale *= 128;
		}
		this.#at = from;
		return this.#wideInt();
	}
	#wideInt() {
		let value = 0n;
		for (let shift = 0n; shift < 70n; shift += 7n) {
			const byte = this.u8();
			value |= BigInt(byte & 127) << shift;
			if (byte >= 128) continue;
			if (byte === 0) throw new CrdtError("not-canonical", "an integer with superfluous bytes");
			if (value >= 1n << 64n) break;
			const signed = (value & 1n) === 0n ? value >> 1n : -(value + 1n >> 1n);
			const narrow = Number(signed);
			return Number.isSafeInteger(narrow) ? narrow : signed;
		}
		throw new CrdtError("too-large", "an integer beyond 64 bits");
	}
	/** The next `length` bytes as a view. */
	raw(length) {
		const at = this.#take(length);
		return this.#bytes.subarray(at, at + length);
	}
	/** What was read since a position, as a view. */
	since(position) {
		return this.#bytes.subarray(position, this.#at);
	}
	/** Length as varint, then the bytes, as a view. */
	bytes() {
		return this.raw(this.varint());
	}
	/** Length in bytes as varint, then well-formed UTF-8. */
	str(maxBytes = Number.MAX_SAFE_INTEGER) {
		const length = this.varint();
		if (length > maxBytes) throw new CrdtError("too-large", `a text of ${length} bytes, ${maxBytes} are allowed`);
		const at = this.#take(length);
		const bytes = this.#bytes;
		if (length <= shortText) {
			const end = at + length;
			let text = "";
			let i = at;
			for (; i + 4 <= end; i += 4) {
				const a = bytes[i];
				const b = bytes[i + 1];
				const c = bytes[i + 2];
				const d = bytes[i + 3];
				if ((a | b | c | d) >= 128) return decodeUtf8(bytes.subarray(at, end));
				text += String.fromCharCode(a, b, c, d);
			}
			for (; i < end; i++) {
				const byte = bytes[i];
				if (byte >= 128) return decodeUtf8(bytes.subarray(at, end));
				text += String.fromCharCode(byte);
			}
			return text;
		}
		return decodeUtf8(bytes.subarray(at, at + length));
	}
	/** Passes over what `str` would read, and refuses the same. */
	skipStr() {
		const length = this.varint();
		const at = this.#take(length);
		if (!isWellFormedUtf8(this.#bytes, at, at + length)) throw malformedText();
	}
	logId() {
		return decodeLogId(this.#bytes, this.#take(24));
	}
	/**
	* A number of things to follow, each of at least `minBytes` bytes: so a count can never ask for more memory than
	* the input pays for.
	*/
	count(max, minBytes = 1) {
		const count = this.varint();
		if (count > max) throw new CrdtError("too-large", `${count} entries, ${max} are allowed`);
		if (count * minBytes > this.remaining) throw truncated();
		return count;
	}
	/** Nothing may follow. */
	end() {
		if (this.#at !== this.#end) throw new CrdtError("not-canonical", `${this.remaining} bytes too many`);
	}
	#take(length) {
		if (length > this.#end - this.#at) throw truncated();
		const at = this.#at;
		this.#at += length;
		return at;
	}
};
function truncated() {
	return new CrdtError("truncated", "the bytes end too early");
}
// ../../packages/crdt/dist/codec/byte-writer.js
const two32 = 4294967296;
/** From this length on a native call is faster than a loop over the characters. */
const longText = 96;
/** Appends canonical bytes to a buffer that grows. Integers of fixed width are big-endian. Amortised O(1) per byte. */
var ByteWriter = class {
	#bytes;
	#view;
	#length = 0;
	constructor(capacity = 256) {
		this.#bytes = new Uint8Array(Math.max(capacity, 16));
		this.#view = new DataView(this.#bytes.buffer);
	}
	get length() {
		return this.#length;
	}
	/** Bytes it can hold without growing. */
	get capacity() {
		return this.#bytes.length;
	}
	u8(value) {
		this.#reserve(1);
		this.#bytes[this.#length++] = value;
	}
	u32(value) {
		this.#reserve(4);
		this.#view.setUint32(this.#length, value);
		this.#length += 4;
	}
	/** A safe non-negative integer in eight bytes. */
	u64(value) {
		checkUnsigned(value);
		this.#reserve(8);
		this.#view.setUint32(this.#length, Math.floor(value / two32));
		this.#view.setUint32(this.#length + 4, value % two32);
		this.#length += 8;
	}
	f64(value) {
		this.#reserve(8);
		if (Number.isNaN(value)) {
			this.#view.setUint32(this.#length, 2146959360);
			this.#view.setUint32(this.#length + 4, 0);
		} else this.#view.setFloat64(this.#length, value);
		this.#length += 8;
	}
	/** A safe non-negative integer as minimal LEB128, one to eight bytes. */
	varint(value) {
		if (value >>> 0 === value && value < 128) {
			this.u8(value);
			return;
		}
		checkUnsigned(value);
		this.#reserve(8);
		let rest = value;
		while (rest >= 128) {
			this.#bytes[this.#length++] = rest % 128 | 128;
			rest = rest < 2147483648 ? rest >>> 7 : Math.floor(rest / 128);
		}
		this.#bytes[this.#length++] = rest;
	}
	/** A signed integer of up to 64 bits: zigzag (0, −1, 1, −2 … become 0, 1, 2, 3 …), then LEB128. */
	int(value) {
		if (typeof value === "number" && value > -0x8000000000000 && value < 0x8000000000000) {
			if (!Number.isInteger(value)) throw new CrdtError("invalid-value", "not an integer");
			this.varint(value < 0 ? -2 * value - 1 : 2 * value);
			return;
		}
		if (typeof value === "number" && !Number.isSafeInteger(value)) throw new CrdtError("invalid-value", "an integer beyond 2^53 must be a bigint");
		const wide = BigInt(value);
		if (BigInt.asIntN(64, wide) !== wide) throw new CrdtError("invalid-value", "an integer beyond 64 bits");
		let rest = wide < 0n ? -2n * wide - 1n : 2n * wide;
		while (rest >= 128n) {
			this.u8(Number(rest & 127n) | 128);
			rest >>= 7n;
		}
		this.u8(Number(rest));
	}
	/** The bytes themselves, without their length. */
	raw(bytes) {
		this.#reserve(bytes.length);
		this.#bytes.set(bytes, this.#length);
		this.#length += bytes.length;
	}
	/** Length as varint, then the bytes. */
	bytes(bytes) {
		this.varint(bytes.length);
		this.raw(bytes);
	}
	/** Length in bytes as varint, then UTF-8. A lone surrogate is refused. */
	str(text) {
		const units = text.length;
		if (units < longText) {
			this.#reserve(units + 1);
			const bytes = this.#bytes;
			const start = this.#length;
			let i = 0;
			for (; i < units; i++) {
				const unit = text.charCodeAt(i);
				if (unit >= 128) break;
				bytes[start + 1 + i] = unit;
			}
			if (i === units) {
				bytes[start] = units;
				this.#length = start + 1 + units;
				return;
			}
		}
		if (!text.isWellFormed()) throw loneSurrogate();
		this.#reserve(units * 3 + 8);
		const start = this.#length;
		const guess = varintLength(units);
		const written = encodeUtf8Into(text, this.#bytes.subarray(start + guess));
		const needed = varintLength(written);
		if (needed !== guess) this.#bytes.copyWithin(start + needed, start + guess, start + guess + written);
		this.varint(written);
		this.#length += written;
	}
	/** The 24 bytes of a log id. */
	logId(log) {
		this.#reserve(24);
		encodeLogId(log, this.#bytes, this.#length);
		this.#length += 24;
	}
	/** A copy of what was written since `from`. */
	slice(from = 0) {
		return this.#bytes.slice(from, this.#length);
	}
	/** A view on what was written since `from`, valid until the next write. */
	subarray(from = 0) {
		return this.#bytes.subarray(from, this.#length);
	}
	/** Forgets what was written after `length` and keeps the buffer. */
	truncate(length = 0) {
		if (length > this.#length) throw new RangeError("cannot truncate to more than was written");
		this.#length = length;
	}
	#reserve(more) {
		const needed = this.#length + more;
		if (needed <= this.#bytes.length) return;
		const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
		grown.set(this.#bytes.subarray(0, this.#length));
		this.#bytes = grown;
		this.#view = new DataView(grown.buffer);
	}
};
/** Bytes of a safe non-negative integer as LEB128. */
function varintLength(value) {
	let length = 1;
	for (let rest = value; rest >= 128; rest /= 128) length++;
	return length;
}
function checkUnsigned(value) {
	if (!Number.isSafeInteger(value) || value < 0) throw new CrdtError("invalid-value", "not a safe non-negative integer");
}
// ../../packages/crdt/dist/limits.js
/** Canonical bytes of a set element: it is a key, and keys are indexed and hashed. */
const maxElementBytes = 1024;
/** Dots that one operation names, `adds` and `seen` together. */
const maxOperationDots = 4096;
/** Canonical bytes of one operation: with its length, which takes four bytes, it fills a batch of 4 MiB. */
const maxOperationBytes = 4194300;
/** Bytes of a piece of a long value: with their frames four of them fill a batch that is closed at 256 KiB. */
const maxPieceBytes = 65472;
/** A value in pieces has more bytes than this. */
const minPiecedBytes = 1024;
/** Bytes of all values in pieces of one operation. */
const maxRowBytes = 67108864;
/** Arrays and objects in one value: an empty one is two bytes on the wire and two hundred in memory. */
const maxValueContainers = 65536;
/** Columns of one table: what SQLite allows by default. */
const maxColumns = 2e3;
/** Canonical bytes of a schema. */
const maxSchemaBytes = 1048576;
/** Batches that one operation says to be minted anew. */
const maxAnewBatches = 4096;
// ../../packages/crdt/dist/value.js
/** A REAL whose value happens to be an integer. */
var Real = class {
	value;
	constructor(value) {
		this.value = value;
	}
};
/** TEXT that is not well-formed UTF-8. */
var RawText = class {
	bytes;
	constructor(bytes) {
		this.bytes = bytes;
	}
};
// ../../packages/crdt/dist/codec/scratch.js
/** A buffer above this size is given back rather than kept. */
const keptCapacity = 1048576;
let spare;
/**
* Runs `write` with an empty writer whose buffer is used again afterwards, because a fresh buffer costs more than most
* operations. `write` returns a copy of what it needs. A nested call gets a writer of its own.
*/
function withWriter(write) {
	const writer = spare ?? new ByteWriter(4096);
	spare = void 0;
	try {
		return write(writer);
	} finally {
		writer.truncate();
		if (writer.capacity <= keptCapacity) spare = writer;
	}
}
// ../../packages/crdt/dist/codec/value-codec.js
/** The first byte of a value. Normative: docs/wire/operations.md. */
const valueTag = {
	null: 0,
	false: 1,
	true: 2,
	int: 3,
	real: 4,
	text: 5,
	rawText: 6,
	bytes: 7,
	array: 8,
	object: 9,
	textInPieces: 10,
	bytesInPieces: 11
};
/** Canonical bytes of a value: equal values have equal bytes. O(size). */
function encodeValue(value) {
	return withWriter((writer) => {
		writeValue(writer, value);
		return checkSize(writer.slice());
	});
}
/** Strict: bytes that `encodeValue` would not have made are refused. */
function decodeValue(bytes) {
	checkSize(bytes);
	const reader = new ByteReader(bytes);
	const value = readValue(reader);
	reader.end();
	return value;
}
/** Canonical bytes of a set element, which is the key of its cell. */
function encodeElement(element) {
	const bytes = encodeValue(element);
	if (bytes.length > 1024) throw elementTooLarge();
	return bytes;
}
function elementTooLarge() {
	return new CrdtError("too-large", `a set element may have ${maxElementBytes} canonical bytes`);
}
function checkSize(bytes) {
	if (bytes.length > 4194300) throw new CrdtError("too-large", `a value may have ${maxOperationBytes} bytes`);
	return bytes;
}
/** Whether two values are the same: 1 and 1n are, 1 and `new Real(1)` are not. */
function sameValue(a, b) {
	if (typeof a === "string" || typeof b === "string") return a === b;
	if (a instanceof Uint8Array || b instanceof Uint8Array) return a instanceof Uint8Array && b instanceof Uint8Array && sameBytes(a, b);
	if (a instanceof RawText || b instanceof RawText) return a instanceof RawText && b instanceof RawText && sameBytes(a.bytes, b.bytes);
	return a === b && (a === null || typeof a === "boolean") || sameBytes(encodeValue(a), encodeValue(b));
}
function sameBytes(a, b) {
	if (a.length !== b.length) return false;
	for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
	return true;
}
function writeValue(writer, value) {
	writeNested(writer, value, void 0);
}
function enter(outer) {
	const nesting = outer ?? {
		depth: 0,
		containers: 0
	};
	nesting.depth++;
	nesting.containers++;
	if (nesting.depth > 16) throw new CrdtError("too-large", `a value nested deeper than 16`);
	if (nesting.containers > 65536) throw new CrdtError("too-large", `a value of more than ${maxValueContainers} arrays and objects`);
	return nesting;
}
function writeNested(writer, value, outer) {
	switch (typeof value) {
		case "string":
			writer.u8(valueTag.text);
			writer.str(value);
			return;
		case "number":
			if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
				writer.u8(valueTag.int);
				writer.int(value);
			} else {
				writer.u8(valueTag.real);
				writer.f64(value);
			}
			return;
		case "bigint":
			writer.u8(valueTag.int);
			writer.int(value);
			return;
		case "boolean":
			writer.u8(value ? valueTag.true : valueTag.false);
			return;
		case "object":
			if (value === null) writer.u8(valueTag.null);
			else writeObject(writer, value, outer);
			return;
		default: throw new CrdtError("invalid-value", `a value cannot be of type ${typeof value}`);
	}
}
function writeObject(writer, value, outer) {
	if (value instanceof Uint8Array) {
		writer.u8(valueTag.bytes);
		writer.bytes(value);
	} else if (value instanceof Real) {
		writer.u8(valueTag.real);
		writer.f64(value.value);
	} else if (value instanceof RawText) {
		if (isWellFormedUtf8(value.bytes)) throw new CrdtError("invalid-value", "raw text is well-formed: give it as a string");
		writer.u8(valueTag.rawText);
		writer.bytes(value.bytes);
	} else {
		const nesting = enter(outer);
		if (Array.isArray(value)) writeArray(writer, value, nesting);
		else writeMembers(writer, value, nesting);
		nesting.depth--;
	}
}
function writeArray(writer, items, nesting) {
	writer.u8(valueTag.array);
	writer.varint(items.length);
	for (const item of items) writeNested(writer, item, nesting);
}
function writeMembers(writer, value, nesting) {
	if (!isPlain(value)) throw new CrdtError("invalid-value", "an object must be plain");
	const plain = value;
	const keys = Object.keys(plain).sort(compareText);
	writer.u8(valueTag.object);
	writer.varint(keys.length);
	for (const key of keys) {
		writer.str(key);
		writeNested(writer, plain[key], nesting);
	}
}
function isPlain(value) {
	const prototype = Object.getPrototypeOf(value);
	return prototype === null || Object.getPrototypeOf(prototype) === null;
}
function readValue(reader) {
	return readNested(reader, void 0);
}
/** A value that a column can hold: no boolean, array or object. */
function readScalar(reader) {
	const tag = reader.u8();
	if (!isScalarTag(tag)) throw notScalar();
	return readTagged(reader, tag, void 0);
}
/** Passes over what `readScalar` would read, and refuses the same. */
function skipScalar(reader) {
	const tag = reader.u8();
	if (tag === valueTag.text) reader.skipStr();
	else if (!isScalarTag(tag)) throw notScalar();
	else if (tag === valueTag.bytes) reader.bytes();
	else readTagged(reader, tag, void 0);
}
function writeScalar(writer, value) {
	if (typeof value === "string") {
		writer.u8(valueTag.text);
		writer.str(value);
		return;
	}
	if (!isScalar(value)) throw notScalar();
	writeNested(writer, value, void 0);
}
function isScalarTag(tag) {
	return tag === valueTag.null || tag >= valueTag.int && tag <= valueTag.bytes;
}
/** Whether a column can hold the value. */
function isScalar(value) {
	if (typeof value === "boolean") return false;
	if (typeof value !== "object" || value === null) return true;
	return value instanceof Uint8Array || value instanceof Real || value instanceof RawText;
}
function notScalar() {
	return new CrdtError("invalid-operation", "a column holds null, a number, text or bytes only");
}
function readNested(reader, outer) {
	return readTagged(reader, reader.u8(), outer);
}
function readTagged(reader, tag, outer) {
	switch (tag) {
		case valueTag.text: return reader.str();
		case valueTag.null: return null;
		case valueTag.int: return reader.int();
		case valueTag.real: {
			const value = reader.f64();
			return Number.isSafeInteger(value) && !Object.is(value, -0) ? new Real(value) : value;
		}
		case valueTag.rawText: {
			const bytes = reader.bytes().slice();
			if (isWellFormedUtf8(bytes)) throw new CrdtError("not-canonical", "raw text that is well-formed UTF-8");
			return new RawText(bytes);
		}
		case valueTag.bytes: return reader.bytes().slice();
		case valueTag.false: return false;
		case valueTag.true: return true;
		case valueTag.array:
		case valueTag.object: {
			const nesting = enter(outer);
			const value = tag === valueTag.array ? readArray(reader, nesting) : readMembers(reader, nesting);
			nesting.depth--;
			return value;
		}
		default: throw new CrdtError("invalid-value", `unknown value tag ${tag}`);
	}
}
function readArray(reader, nesting) {
	const count = reader.count(maxOperationBytes);
	const items = [];
	for (let i = 0; i < count; i++) items.push(readNested(reader, nesting));
	return items;
}
function readMembers(reader, nesting) {
	const count = reader.count(maxOperationBytes, 2);
	const object = Object.create(null);
	let last;
	for (let i = 0; i < count; i++) {
		const key = reader.str();
		if (last !== void 0 && compareText(last, key) >= 0) throw new CrdtError("not-canonical", "object keys out of order");
		object[key] = readNested(reader, nesting);
		last = key;
	}
	return object;
}
export { compareDots as A, minPiecedBytes as C, decodeUtf8 as D, decodeText as E, sameDot as M, encodeText as O, maxSchemaBytes as S, ByteReader as T, maxElementBytes as _, readScalar as a, maxPieceBytes as b, skipScalar as c, writeValue as d, withWriter as f, maxColumns as g, maxAnewBatches as h, encodeValue as i, hasDot as j, utf8Length as k, valueTag as l, Real as m, elementTooLarge as n, readValue as o, RawText as p, encodeElement as r, sameValue as s, decodeValue as t, writeScalar as u, maxOperationBytes as v, ByteWriter as w, maxRowBytes as x, maxOperationDots as y };
