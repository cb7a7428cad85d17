// ../../packages/crdt/dist/error.js
var CrdtError = class extends Error {
	name = "CrdtError";
	code;
	constructor(code, message) {
		super(message);
		this.code = code;
	}
};
const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}:[0-9a-f]{16}$/;
function makeLogId(node, incarnation) {
	const log = `${node}:${incarnation}`;
	checkLogId(log);
	return log;
}
function isLogId(text) {
	return pattern.test(text);
}
function checkLogId(text) {
	if (!isLogId(text)) throw new CrdtError("invalid-log", `not a log id: ${JSON.stringify(text.slice(0, 80))}`);
}
function nodeOf(log) {
	return log.slice(0, 36);
}
function incarnationOf(log) {
	return log.slice(37);
}
const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
/** Where in a log id the two digits of each byte stand. */
const places = [];
for (let at = 0; at < 53; at++) {
	if ([
		8,
		13,
		18,
		23,
		36
	].includes(at)) continue;
	places.push(at++);
}
/** The log that was encoded last: operations come in runs of one log. */
let last;
/** The 24 bytes of a log id, written into `target` at `offset` where that is given. O(1). */
function encodeLogId(log, target = /* @__PURE__ */ new Uint8Array(24), offset = 0) {
	if (last?.log !== log) {
		checkLogId(log);
		last = {
			log,
			bytes: encoded(log)
		};
	}
	target.set(last.bytes, offset);
	return target;
}
function encoded(log) {
	const bytes = /* @__PURE__ */ new Uint8Array(24);
	for (let i = 0; i < 24; i++) {
		const at = places[i];
		bytes[i] = digit(log.charCodeAt(at)) << 4 | digit(log.charCodeAt(at + 1));
	}
	return bytes;
}
function digit(code) {
	return code < 58 ? code - 48 : code - 87;
}
/** Reads 24 bytes at `offset` as a log id. */
function decodeLogId(bytes, offset = 0) {
	if (offset + 24 > bytes.length) throw new CrdtError("truncated", "a log id needs 24 bytes");
	let text = "";
	for (let i = 0; i < 24; i++) {
		if (i === 4 || i === 6 || i === 8 || i === 10) text += "-";
		if (i === 16) text += ":";
		text += hex[bytes[offset + i]];
	}
	return text;
}
export { makeLogId as a, isLogId as i, encodeLogId as n, nodeOf as o, incarnationOf as r, CrdtError as s, decodeLogId as t };
