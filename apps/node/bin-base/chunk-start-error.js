import { o as nodeOf, s as CrdtError } from "./chunk-log.js";
import { A as compareDots, r as encodeElement } from "./chunk-value-codec.js";
import { createRequire } from "node:module";
import { isIP, isIPv6 } from "node:net";
// \0rolldown/runtime.js
var __create = Object.create;
var __defProp = Object.defineProperty;
var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __getProtoOf = Object.getPrototypeOf;
var __hasOwnProp = Object.prototype.hasOwnProperty;
var __esmMin = (fn, res, err) => () => {
	if (err) throw err[0];
	try {
		return fn && (res = fn(fn = 0)), res;
	} catch (e) {
		throw err = [e], e;
	}
};
var __commonJSMin = (cb, mod) => () => (mod || (cb((mod = { exports: {} }).exports, mod, mod.exports), cb = null), mod.exports);
var __exportAll = (all, no_symbols) => {
	let target = {};
	for (var name in all) __defProp(target, name, {
		get: all[name],
		enumerable: true
	});
	if (!no_symbols) __defProp(target, Symbol.toStringTag, { value: "Module" });
	return target;
};
var __copyProps = (to, from, except, desc) => {
	if (from && typeof from === "object" || typeof from === "function") for (var keys = __getOwnPropNames(from), i = 0, n = keys.length, key; i < n; i++) {
		key = keys[i];
		if (!__hasOwnProp.call(to, key) && key !== except) __defProp(to, key, {
			get: ((k) => from[k]).bind(null, key),
			enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable
		});
	}
	return to;
};
var __toESM = (mod, isNodeMode, target) => (target = mod != null ? __create(__getProtoOf(mod)) : {}, __copyProps(isNodeMode || !mod || !mod.__esModule || !__hasOwnProp.call(mod, "default") ? __defProp(target, "default", {
	value: mod,
	enumerable: true
}) : target, mod));
var __toCommonJS = (mod) => __hasOwnProp.call(mod, "module.exports") ? mod["module.exports"] : __copyProps(__defProp({}, "__esModule", { value: true }), mod);
var __require = /* #__PURE__ */ (() => createRequire(import.meta.url))();
// ../../packages/crdt/dist/causal-context.js
/**
* Which dots were seen: for each log an unbroken run from 1, and a cloud of single dots above it (Almeida, Shoker,
* Baquero 2018, "dotted version vector"). Dots of the cloud move into the run as its gaps close.
*/
var CausalContext = class CausalContext {
	#runs = /* @__PURE__ */ new Map();
	#cloud = /* @__PURE__ */ new Map();
	/** Whether the dot was seen. O(1). */
	has(dot) {
		return dot.seq <= this.run(dot.log) || this.#cloud.get(dot.log)?.has(dot.seq) === true;
	}
	/** The last sequence of the unbroken run of `log`, 0 where there is none. */
	run(log) {
		return this.#runs.get(log) ?? 0;
	}
	/** Logs of which at least one dot was seen. */
	*logs() {
		yield* this.#runs.keys();
		for (const log of this.#cloud.keys()) if (!this.#runs.has(log)) yield log;
	}
	/** The dots above the run of `log`, ascending. */
	cloud(log) {
		return [...this.#cloud.get(log) ?? []].sort((a, b) => a - b);
	}
	/** Dots seen above the runs. */
	get cloudSize() {
		let size = 0;
		for (const cloud of this.#cloud.values()) size += cloud.size;
		return size;
	}
	/** Whether the dot is new. Amortised O(1). */
	add(dot) {
		if (this.has(dot)) return false;
		if (dot.seq === this.run(dot.log) + 1) this.addRun(dot.log, dot.seq);
		else {
			const cloud = this.#cloud.get(dot.log);
			if (cloud) cloud.add(dot.seq);
			else this.#cloud.set(dot.log, /* @__PURE__ */ new Set([dot.seq]));
		}
		return true;
	}
	/** Adds all of `log` up to `seq`. Whether anything is new. */
	addRun(log, seq) {
		const before = this.run(log);
		if (seq <= before) return false;
		const cloud = this.#cloud.get(log);
		if (cloud === void 0) {
			this.#runs.set(log, seq);
			return true;
		}
		let end = seq;
		if (seq - before > cloud.size) for (const one of cloud) one <= seq && cloud.delete(one);
		else for (let one = before + 1; one <= seq; one++) cloud.delete(one);
		while (cloud.delete(end + 1)) end++;
		if (cloud.size === 0) this.#cloud.delete(log);
		this.#runs.set(log, end);
		return true;
	}
	/** Joins the other context into this one. Whether anything is new. O(logs and cloud of the other). */
	merge(other) {
		let changed = false;
		for (const [log, seq] of other.#runs) changed = this.addRun(log, seq) || changed;
		for (const [log, cloud] of other.#cloud) for (const seq of cloud) changed = this.add({
			log,
			seq
		}) || changed;
		return changed;
	}
	clone() {
		const copy = new CausalContext();
		copy.merge(this);
		return copy;
	}
	/** Plain data: for each log its run and then the dots above it, ascending. */
	toJSON() {
		const json = Object.create(null);
		for (const log of [...this.logs()].sort()) json[log] = [this.run(log), ...this.cloud(log)];
		return json;
	}
	/** Reads `toJSON`, which may come from anywhere. Throws `invalid-dot`. */
	static fromJSON(json) {
		const context = new CausalContext();
		for (const log of Object.keys(json)) {
			const list = json[log];
			if (!Array.isArray(list) || !list.every((seq) => Number.isSafeInteger(seq) && seq >= 0)) throw new CrdtError("invalid-dot", "a causal context lists sequences for each log");
			const [run = 0, ...cloud] = list;
			context.addRun(log, run);
			for (const seq of cloud) if (seq > 0) context.add({
				log,
				seq
			});
		}
		return context;
	}
	static of(dots) {
		const context = new CausalContext();
		for (const dot of dots) context.add(dot);
		return context;
	}
};
// ../../packages/crdt/dist/cells/counter-cell.js
const span = 2 ** 53;
/**
* The cell after the increment `by` at `seq` of its log. Each increment is given once; their order does not matter.
*
* A sum that leaves the safe integers wraps around. Only an author who ignores `checkIncrement` can cause that, on a
* counter that he may set as he likes anyway; but it must not stop the others, and must not depend on the order.
*/
function addToCounter(cell, seq, by) {
	if (cell === void 0) return {
		seq,
		sum: by
	};
	return {
		seq: Math.max(cell.seq, seq),
		sum: wrappedSum(cell.sum, by)
	};
}
function wrappedSum(a, b) {
	const sum = a + b;
	if (sum >= span) return a - span + (b - span + 1);
	if (sum <= -span) return a + span + (b + span - 1);
	return sum;
}
/**
* Join of two states of one log's cell that both hold all its increments up to their `seq`: the later one. Two sums at
* one `seq` exist only where an author forked its log; then the greater wins, so that the order still does not matter.
*/
function joinCounters(a, b) {
	if (a === void 0 || b === void 0) return a ?? b;
	return b.seq > a.seq || b.seq === a.seq && b.sum > a.sum ? b : a;
}
/** The value of a counter: the sum over its logs. Throws `overflow` where that is no safe integer. O(logs). */
function counterValue(cells) {
	let safe = 0;
	let rest = 0n;
	for (const { sum } of cells) {
		const next = safe + sum;
		if (Number.isSafeInteger(next)) safe = next;
		else rest += BigInt(sum);
	}
	const value = rest === 0n ? safe : Number(rest + BigInt(safe));
	if (!Number.isSafeInteger(value)) throw overflow();
	return value;
}
/** What an author checks before the increment: that his own sum and the value stay safe integers. Throws `overflow`. */
function checkIncrement(own, value, by) {
	if (!Number.isSafeInteger((own?.sum ?? 0) + by) || !Number.isSafeInteger(value + by)) throw overflow();
}
function overflow() {
	return new CrdtError("overflow", "a counter holds integers up to 2^53 only");
}
// ../../packages/crdt/dist/cells/entry.js
/** Order in which concurrent writes win: stamp (a base value is 0), then author, incarnation, sequence. */
function compareEntries(a, b) {
	return (a.stamp === "base" ? 0 : a.stamp) - (b.stamp === "base" ? 0 : b.stamp) || compareDots(a.dot, b.dot);
}
function winner(entries) {
	let best = entries[0];
	for (const entry of entries) if (compareEntries(entry, best) > 0) best = entry;
	return best;
}
function dotOfEntry(entry) {
	return entry.dot;
}
// ../../packages/crdt/dist/cells/dot-store.js
/** The store with one more item. O(n). */
function insertItem(store, item, dotOf) {
	if (store.length === 0) return [item];
	const dot = dotOf(item);
	let at = store.length;
	while (at > 0 && compareDots(dotOf(store[at - 1]), dot) > 0) at--;
	return at === store.length ? [...store, item] : [
		...store.slice(0, at),
		item,
		...store.slice(at)
	];
}
/** The store without the items that `dots`, in canonical order, name. O(n log m). */
function withoutItems(store, dots, dotOf) {
	if (store.length === 0 || dots.length === 0) return store;
	const kept = store.filter((item) => !includesDot(dots, dotOf(item)));
	return kept.length === store.length ? store : kept;
}
/**
* Join of two states of one store: an item lives where both have it, or where one has it and the other has not seen
* it. O((n + m) log (n + m)).
*/
function joinStores(mine, iSaw, theirs, theySaw, group, dotOf) {
	const theirDots = theirs.map(dotOf);
	const kept = mine.filter((item) => !theySaw(dotOf(item), group) || includesDot(theirDots, dotOf(item)));
	const fresh = theirs.filter((item) => !iSaw(dotOf(item), group));
	if (kept.length === 0 && fresh.length === 1) return [fresh[0]];
	if (fresh.length > 0) return [...kept, ...fresh].sort((a, b) => compareDots(dotOf(a), dotOf(b)));
	return kept.length === mine.length ? mine : kept;
}
/** Whether `dots`, in canonical order, hold `dot`. A peer chooses the length of such lists, hence O(log n). */
function includesDot(dots, dot) {
	let low = 0;
	let high = dots.length;
	while (low < high) {
		const middle = low + high >>> 1;
		const order = compareDots(dots[middle], dot);
		if (order === 0) return true;
		if (order < 0) low = middle + 1;
		else high = middle;
	}
	return false;
}
/** Items that are dots themselves. */
function itself(dot) {
	return dot;
}
// ../../packages/crdt/dist/cells/register-cell.js
/** The cell after a write that saw `seen` (in canonical order). O(entries). */
function writeRegister(cell, entry, seen, isDead) {
	const before = cell ?? [];
	const kept = withoutItems(before, seen, dotOfEntry);
	const superseded = kept === before ? [] : before.filter((one) => includesDot(seen, one.dot));
	return {
		cell: asCell$2(isDead(entry.dot, null) ? kept : insertItem(kept, entry, dotOfEntry)),
		superseded
	};
}
/** The cell without the writes that a remover saw; those it did not see stay. O(entries). */
function removeFromRegister(cell, seen) {
	return asCell$2(withoutItems(cell ?? [], seen, dotOfEntry));
}
/** Join of two states by what each has seen. */
function joinRegisters(mine, iSaw, theirs, theySaw) {
	return asCell$2(joinStores(mine ?? [], iSaw, theirs ?? [], theySaw, null, dotOfEntry));
}
function asCell$2(entries) {
	return entries.length === 0 ? void 0 : entries;
}
// ../../packages/crdt/dist/cells/set-cell.js
/** The cell after an add, which replaces the adds it saw. O(adds). */
function addToSet(cell, dot, seen, isDead) {
	const kept = withoutItems(cell ?? [], seen, itself);
	return asCell$1(isDead(dot, null) ? kept : insertItem(kept, dot, itself));
}
/** The cell after a remove: adds that the remover did not see stay. O(adds). */
function removeFromSet(cell, seen) {
	return asCell$1(withoutItems(cell ?? [], seen, itself));
}
/** Join of two states by what each has seen. */
function joinSets(mine, iSaw, theirs, theySaw) {
	return asCell$1(joinStores(mine ?? [], iSaw, theirs ?? [], theySaw, null, itself));
}
function asCell$1(dots) {
	return dots.length === 0 ? void 0 : dots;
}
// ../../packages/crdt/dist/parts/counter-parts.js
/** The parts of a counter, one per replica, and their sum. */
var CounterParts = class {
	#node;
	#parts = /* @__PURE__ */ new Map();
	/** This replica's part once more: it is written again and again. */
	#own;
	#value = 0;
	constructor(node) {
		this.#node = node;
	}
	get state() {
		return this.#parts;
	}
	get value() {
		this.#value ??= counterValue(this.#parts.values());
		return this.#value;
	}
	/** What one replica added. */
	of(replica) {
		return this.#parts.get(replica)?.sum ?? 0;
	}
	add(by) {
		if (!Number.isSafeInteger(by)) throw new CrdtError("invalid-value", "an increment is a safe integer");
		const own = this.#own;
		const value = this.value;
		checkIncrement(own, value, by);
		const part = addToCounter(own, (own?.seq ?? 0) + 1, by);
		this.#own = part;
		this.#parts.set(this.#node, part);
		this.#value = value + by;
		return [[this.#node, part]];
	}
	merge(other) {
		let changed = false;
		for (const [replica, theirs] of other) {
			const mine = this.#parts.get(replica);
			const joined = joinCounters(mine, theirs);
			if (joined === mine) continue;
			if (replica === this.#node) this.#own = joined;
			this.#parts.set(replica, joined);
			changed = true;
		}
		if (changed) this.#value = void 0;
		return changed;
	}
};
/** Refuses parts that no replica can have made. `grows`: no replica can have taken away. */
function checkParts(state, grows) {
	for (const [, { seq, sum }] of state) if (!Number.isSafeInteger(seq) || seq < 1 || !Number.isSafeInteger(sum) || grows && sum < 0) throw new CrdtError("invalid-value", "not a part of such a counter");
}
// ../../packages/crdt/dist/containers/bounded-counter.js
/**
* A counter that cannot be overspent, not even by replicas that do not hear of each other: a quota, credit for an API
* (escrow; Balegas et al. 2015, "Extending eventually consistent cloud databases for enforcing numeric invariants").
*
* Who adds to the counter gets the right to take as much away again; a replica takes only what it has rights for, and gives
* rights to others. The matrix of the paper is made of grow-only counters here: one of grants, one of uses, one of gifts
* per receiver. Only a replica itself lowers its rights, so what it knows of them is never too much.
*
* Costs: three numbers per replica and one per pair that ever gave. `rights` O(replicas), the rest O(1) beside it.
* Not guaranteed: that rights are where they are needed; one who has none asks another, or waits. That a view which
* has not everything is not below zero: it may know of a use before the grant. Anything against a replica that cheats.
*
* ```ts
* const a = new BoundedCounter("a");
* const b = new BoundedCounter("b");
* a.increment(1000);
* b.merge(a.transfer("b", 300));
* b.decrement(299);
* b.rights(); // 1: the next decrement of 2 throws "no-rights"
* ```
*/
var BoundedCounter = class {
	#node;
	#granted;
	#used;
	#given = /* @__PURE__ */ new Map();
	/** `node` names this replica; two that write under one name can overspend. */
	constructor(node) {
		this.#node = node;
		this.#granted = new CounterParts(node);
		this.#used = new CounterParts(node);
	}
	/** What was granted and not used. Throws `overflow` beyond 2^53. */
	get value() {
		return this.#granted.value - this.#used.value;
	}
	/** How much `node` may take away, as far as is known here; for this replica itself never too much. */
	rights(node = this.#node) {
		let rights = this.#granted.of(node) - this.#used.of(node) + (this.#given.get(node)?.value ?? 0);
		for (const gifts of this.#given.values()) rights -= gifts.of(node);
		return rights;
	}
	/** The whole state, for `merge` elsewhere. A view: it changes with the counter. */
	get state() {
		const given = this.#given;
		return {
			granted: this.#granted.state,
			used: this.#used.state,
			given: { *[Symbol.iterator]() {
				for (const [receiver, gifts] of given) yield [receiver, gifts.state];
			} }
		};
	}
	/** Adds `by` ≥ 0 with the rights to it, and returns the delta. Throws `invalid-value` or `overflow`. */
	increment(by = 1) {
		checkAmount(by);
		return {
			granted: this.#granted.add(by),
			used: [],
			given: []
		};
	}
	/** Takes `by` ≥ 0 away and returns the delta. Throws `no-rights` where this replica may not, `invalid-value`. */
	decrement(by = 1) {
		this.#checkRights(by);
		return {
			granted: [],
			used: this.#used.add(by),
			given: []
		};
	}
	/** Gives rights to another replica and returns the delta. Throws `no-rights` or `invalid-value`. */
	transfer(to, by) {
		if (to === this.#node) throw new CrdtError("invalid-value", "rights are given to another replica");
		this.#checkRights(by);
		return {
			granted: [],
			used: [],
			given: [[to, this.#gifts(to).add(by)]]
		};
	}
	/** Joins a state or a delta. Whether anything changed. Throws `invalid-value`, having changed nothing. */
	merge(other) {
		const given = [...other.given];
		for (const parts of [
			other.granted,
			other.used,
			...given.map(([, parts]) => parts)
		]) checkParts(parts, true);
		let changed = this.#granted.merge(other.granted);
		changed = this.#used.merge(other.used) || changed;
		for (const [receiver, parts] of given) changed = this.#gifts(receiver).merge(parts) || changed;
		return changed;
	}
	#gifts(receiver) {
		let gifts = this.#given.get(receiver);
		if (gifts === void 0) {
			gifts = new CounterParts(this.#node);
			this.#given.set(receiver, gifts);
		}
		return gifts;
	}
	#checkRights(by) {
		checkAmount(by);
		const rights = this.rights();
		if (by > rights) throw new CrdtError("no-rights", `this replica has rights to ${rights}, not to ${by}: another must transfer some`);
	}
};
function checkAmount(by) {
	if (!Number.isSafeInteger(by) || by < 0) throw new CrdtError("invalid-value", "an amount is a safe integer from 0");
}
// ../../packages/crdt/dist/parts/element-key.js
/** Texts are well-formed, so nothing that begins with the second half of a pair is one. */
const notText = "\udc00";
/** No element's bytes are more than three per unit of text, and four. */
const surelySmall = 340;
/**
* The key of an element: short texts and integers are their own, of which most sets consist; of the others it is made of
* their canonical bytes. Throws `invalid-value` or `too-large`. O(size).
*/
function elementKey(element) {
	if (typeof element === "string" && element.length <= surelySmall && element.isWellFormed()) return element;
	if (typeof element === "number" && Number.isSafeInteger(element) && !Object.is(element, -0)) return element;
	const bytes = encodeElement(element);
	if (typeof element === "string") return element;
	if (typeof element === "bigint" && Number.isSafeInteger(Number(element))) return Number(element);
	return notText + String.fromCharCode(...bytes);
}
/** A map whose keys are elements, kept once where they are their own key. */
var ElementMap = class {
	#values = /* @__PURE__ */ new Map();
	#elements = /* @__PURE__ */ new Map();
	get size() {
		return this.#values.size;
	}
	get(key) {
		return this.#values.get(key);
	}
	set(key, element, value) {
		this.#values.set(key, value);
		if (isOther(key) && !this.#elements.has(key)) this.#elements.set(key, element);
	}
	delete(key) {
		this.#values.delete(key);
		if (isOther(key)) this.#elements.delete(key);
	}
	keys() {
		return this.#values.keys();
	}
	element(key) {
		return isOther(key) ? this.#elements.get(key) : key;
	}
	*entries() {
		for (const [key, value] of this.#values) yield [this.element(key), value];
	}
};
function isOther(key) {
	return typeof key === "string" && key.startsWith(notText);
}
// ../../packages/crdt/dist/parts/seen.js
/** What a state has seen is what its context covers: containers defer nothing, since a delta names its dots itself. */
function sees(context) {
	return (dot) => context.has(dot);
}
/** No dot that a replica mints can have been named before. */
const neverDead = () => false;
// ../../packages/crdt/dist/parts/cell-map.js
/**
* The cells of one replica's set or map, each under its key, and one causal context for all of
* them: a dot map (Almeida, Shoker, Baquero 2018). The types differ in their cell and its join.
*/
var CellMap = class {
	#node;
	#join;
	#context = new CausalContext();
	/** Most cells have one item, which stands for itself: a list around each would double what a set costs. */
	#cells = new ElementMap();
	constructor(node, join) {
		this.#node = node;
		this.#join = join;
	}
	get size() {
		return this.#cells.size;
	}
	get(key) {
		return asCell(this.#cells.get(elementKey(key)));
	}
	*entries() {
		for (const [key, stored] of this.#cells.entries()) yield [key, asCell(stored)];
	}
	get state() {
		return {
			cells: { [Symbol.iterator]: () => this.entries() },
			context: this.#context,
			whole: true
		};
	}
	/** The name of the next write of this replica. */
	nextDot() {
		return {
			log: this.#node,
			seq: this.#context.run(this.#node) + 1
		};
	}
	/** Replaces a cell by what `change` makes of it, and returns what it was. */
	update(key, change) {
		const id = elementKey(key);
		const before = asCell(this.#cells.get(id));
		this.#put(id, key, change(before));
		return before;
	}
	/** The delta that says: `cell` is new in the cell of `key`, and `dots` are known. */
	delta(key, cell, dots) {
		for (const dot of dots) this.#context.add(dot);
		return {
			cells: [[key, cell]],
			context: CausalContext.of(dots),
			whole: false
		};
	}
	merge(other) {
		const iSaw = sees(this.#context);
		const theySaw = sees(other.context);
		const theirs = [...other.cells].map(([key, cell]) => [
			elementKey(key),
			key,
			cell
		]);
		let changed = false;
		const join = (id, key, cell) => {
			const mine = asCell(this.#cells.get(id));
			const joined = this.#join(mine, iSaw, cell, theySaw, key);
			if (joined === mine) return;
			this.#put(id, key, joined);
			changed = true;
		};
		const named = /* @__PURE__ */ new Set();
		for (const [id, key, cell] of theirs) {
			if (other.whole) named.add(id);
			join(id, key, cell);
		}
		if (other.whole) {
			for (const id of this.#cells.keys()) if (!named.has(id)) join(id, this.#cells.element(id), []);
		}
		return this.#context.merge(other.context) || changed;
	}
	#put(id, key, cell) {
		if (cell === void 0) this.#cells.delete(id);
		else this.#cells.set(id, key, cell.length === 1 ? cell[0] : cell);
	}
};
/** Items are objects, and never lists. */
function asCell(stored) {
	if (stored === void 0 || Array.isArray(stored)) return stored;
	return [stored];
}
// ../../packages/crdt/dist/containers/or-set.js
/**
* A set in which an add wins against a concurrent remove, without tombstones (Bieniusa et al. 2012, the optimised
* OR-Set). Elements are the same if their canonical bytes are.
*
* Costs: an element and a dot for each of its concurrent adds; one number per replica that ever added; nothing for what
* was removed. Add and remove O(size of the element).
* Not guaranteed: that a removed element stays away; whoever adds it at the same time wins. `RWSet` is the other way.
*
* ```ts
* const a = new ORSet<string>("a");
* const b = new ORSet<string>("b");
* b.merge(a.add("x"));
* const removal = b.remove("x");
* a.add("x");
* a.merge(removal);
* a.has("x"); // true
* ```
*/
var ORSet = class {
	#cells;
	constructor(node) {
		this.#cells = new CellMap(node, joinSets);
	}
	get size() {
		return this.#cells.size;
	}
	has(element) {
		return this.#cells.get(element) !== void 0;
	}
	*values() {
		for (const [element] of this.#cells.entries()) yield element;
	}
	/** The whole state, for `merge` elsewhere. A view: it changes with the set. */
	get state() {
		return this.#cells.state;
	}
	/** Adds and returns the delta. Throws `invalid-value` or `too-large`. O(size of the element). */
	add(element) {
		const dot = this.#cells.nextDot();
		const seen = this.#cells.update(element, (cell) => addToSet(cell, dot, cell ?? [], neverDead)) ?? [];
		return this.#cells.delta(element, [dot], [...seen, dot]);
	}
	/** Removes and returns the delta; of an element that is not there, an empty one. */
	remove(element) {
		return this.#cells.delta(element, [], this.#cells.update(element, () => void 0) ?? []);
	}
	/** Joins a state or a delta. Whether anything changed. O(elements) for a state, O(its elements) for a delta. */
	merge(other) {
		return this.#cells.merge(other);
	}
};
// ../../packages/crdt/dist/containers/ew-flag.js
/**
* A flag that is enabled where it is enabled and disabled at the same time (the "enable-wins flag" of Riak and
* AntidoteDB). It *is* an add-wins set of one element: to enable is to add it, to disable is to remove what was seen.
*
* Costs: one dot per concurrent `enable`, one number per replica that ever enabled. All operations O(1).
* Not guaranteed: that `disable` lasts; whoever enables at the same time wins. Where off must win, hold the
* opposite in such a flag ("blocked" instead of "allowed").
*
* ```ts
* const a = new EWFlag("a");
* const b = new EWFlag("b");
* b.merge(a.enable());
* const off = b.disable();
* a.enable();
* a.merge(off);
* a.value; // true
* ```
*/
var EWFlag = class {
	#set;
	constructor(node) {
		this.#set = new ORSet(node);
	}
	get value() {
		return this.#set.size > 0;
	}
	/** The whole state, for `merge` elsewhere. A view: it changes with the flag. */
	get state() {
		return this.#set.state;
	}
	/** Enables, also where it is enabled already, which saves it from a concurrent `disable`. Returns the delta. */
	enable() {
		return this.#set.add(true);
	}
	/** Takes back every `enable` that is known here, and returns the delta. */
	disable() {
		return this.#set.remove(true);
	}
	/** Joins a state or a delta. Whether anything changed. */
	merge(other) {
		return this.#set.merge(other);
	}
};
// ../../packages/crdt/dist/containers/g-set.js
/**
* A set that only grows: ids that were seen, capabilities, anything that is never deleted (Shapiro et al. 2011,
* "G-Set"). It is `ORSet`'s meaning where nobody removes; without removes the dots say nothing, so there are none, and
* the join is the union.
*
* Costs: the elements. Add O(size of the element), merge O(elements of what is merged).
* Not guaranteed: any bound on its size, who added an element or when. `GrowLog` tells that.
*
* ```ts
* const a = new GSet<string>();
* const b = new GSet<string>();
* b.merge(a.add("x"));
* b.has("x"); // true
* b.merge(["x"]); // false: nothing new
* ```
*/
var GSet = class {
	#elements = new ElementMap();
	get size() {
		return this.#elements.size;
	}
	has(element) {
		return this.#elements.get(elementKey(element)) === true;
	}
	*values() {
		for (const key of this.#elements.keys()) yield this.#elements.element(key);
	}
	/** The whole state, for `merge` elsewhere. A view: it changes with the set. */
	get state() {
		return { [Symbol.iterator]: () => this.values() };
	}
	/** Adds and returns the delta. Throws `invalid-value` or `too-large`. */
	add(element) {
		this.#add(elementKey(element), element);
		return [element];
	}
	/** Joins a state or a delta. Whether anything changed. Throws like `add`, having changed nothing. */
	merge(other) {
		let changed = false;
		for (const [key, element] of [...other].map((one) => [elementKey(one), one])) changed = this.#add(key, element) || changed;
		return changed;
	}
	#add(key, element) {
		if (this.#elements.get(key)) return false;
		this.#elements.set(key, element, true);
		return true;
	}
};
// ../../packages/crdt/dist/containers/grow-log.js
/**
* A log that only grows, for audit and activities: a grow-only set (Shapiro et al. 2011) of entries under their dots,
* read in the order in which concurrent writes win everywhere here: stamp, then author. The dots tell what another lacks,
* so `since` sends that and not the log.
*
* Costs: the entries. Append O(1), merge O(entries of what is merged); the first reading after a merge sorts.
* Not guaranteed: that an entry keeps its place; what comes from elsewhere with an earlier stamp stands before it. That the
* order is the order of causes, unless stamps come from a `HybridClock` that observes the stamps it reads. Any bound.
*
* ```ts
* const a = new GrowLog<string>("a");
* const b = new GrowLog<string>("b");
* a.append("login", 2);
* b.append("boot", 1);
* b.merge(a.since(b.context));
* [...b.values()]; // ["boot", "login"]
* ```
*/
var GrowLog = class {
	#node;
	#context = new CausalContext();
	#entries = [];
	#isSorted = true;
	constructor(node) {
		this.#node = node;
	}
	get size() {
		return this.#entries.length;
	}
	/** The entries that are here: what another gives to its `since`. A view. */
	get context() {
		return this.#context;
	}
	/** All entries, in order. */
	entries() {
		if (!this.#isSorted) this.#entries.sort(compareEntries);
		this.#isSorted = true;
		return this.#entries;
	}
	*values() {
		for (const { value } of this.entries()) yield value;
	}
	/** The whole state, for `merge` elsewhere. A view: it changes with the log. */
	get state() {
		return this.#entries;
	}
	/** The entries that are not in `context`. O(entries). */
	since(context) {
		return this.#entries.filter((entry) => !context.has(entry.dot));
	}
	/** Appends and returns the delta. `stamp` comes from the replica's clock. */
	append(value, stamp) {
		const entry = {
			dot: {
				log: this.#node,
				seq: this.#context.run(this.#node) + 1
			},
			stamp,
			value
		};
		this.#push(entry);
		return [entry];
	}
	/** Joins a state or a delta. Whether anything changed. */
	merge(other) {
		let changed = false;
		for (const entry of other) changed = this.#push(entry) || changed;
		return changed;
	}
	#push(entry) {
		if (!this.#context.add(entry.dot)) return false;
		const last = this.#entries.at(-1);
		if (last !== void 0 && compareEntries(last, entry) > 0) this.#isSorted = false;
		this.#entries.push(entry);
		return true;
	}
};
// ../../packages/crdt/dist/parts/keyed-registers.js
/** A register cell for each key, and one context for all of them. */
var KeyedRegisters = class {
	#cells;
	constructor(node) {
		this.#cells = new CellMap(node, joinRegisters);
	}
	get size() {
		return this.#cells.size;
	}
	get(key) {
		return this.#cells.get(key);
	}
	entries() {
		return this.#cells.entries();
	}
	get state() {
		return this.#cells.state;
	}
	/** Writes over everything the cell holds. */
	write(key, value, stamp) {
		const dot = this.#cells.nextDot();
		const entry = {
			dot,
			stamp,
			value
		};
		const before = this.#cells.update(key, (cell) => {
			const seen = (cell ?? []).map((one) => one.dot);
			return writeRegister(cell, entry, seen, neverDead).cell;
		});
		return this.#cells.delta(key, [entry], [...(before ?? []).map((one) => one.dot), dot]);
	}
	/** Kills everything the cell holds; a write that is not known here stays. */
	clear(key) {
		const before = this.#cells.update(key, () => void 0);
		return this.#cells.delta(key, [], (before ?? []).map((one) => one.dot));
	}
	merge(other) {
		return this.#cells.merge(other);
	}
};
// ../../packages/crdt/dist/containers/lww-map.js
/**
* A map from keys to last-writer-wins registers: each key merges by itself, as `LWWRegister` does.
*
* To delete a key is to remove the writes one has seen of it, as in an observed-remove map (Almeida et al. 2018), and
* not to write a tombstone under a stamp, as in the LWW-element-set of Shapiro et al. 2011: so nothing of a deleted key
* stays behind, and a clock that runs ahead cannot delete what nobody has seen yet.
*
* Costs: per key one entry per concurrent write, one number per replica that ever wrote; nothing for deleted keys. Set and
* delete O(size of the key).
* Not guaranteed: that a delete lasts; a `set` at the same time wins, whatever the stamps. Keys do not change together.
*
* ```ts
* const a = new LWWMap<string, string>("a");
* const b = new LWWMap<string, string>("b");
* b.merge(a.set("theme", "dark", 1));
* const gone = b.delete("theme");
* a.set("theme", "light", 2);
* a.merge(gone);
* a.get("theme"); // "light"
* ```
*/
var LWWMap = class {
	#registers;
	constructor(node) {
		this.#registers = new KeyedRegisters(node);
	}
	get size() {
		return this.#registers.size;
	}
	has(key) {
		return this.#registers.get(key) !== void 0;
	}
	get(key) {
		const cell = this.#registers.get(key);
		return cell && winner(cell).value;
	}
	/** Writes of the key that no other write has seen; more than one is a conflict, which the next `set` ends. */
	siblings(key) {
		return this.#registers.get(key) ?? [];
	}
	*entries() {
		for (const [key, cell] of this.#registers.entries()) yield [key, winner(cell).value];
	}
	/** The whole state, for `merge` elsewhere. A view: it changes with the map. */
	get state() {
		return this.#registers.state;
	}
	/** Writes and returns the delta. `stamp` comes from the replica's clock. Throws `invalid-value` or `too-large`. */
	set(key, value, stamp) {
		return this.#registers.write(key, value, stamp);
	}
	/** Removes the key and returns the delta; of a key that is not there, an empty one. */
	delete(key) {
		return this.#registers.clear(key);
	}
	/** Joins a state or a delta. Whether anything changed. O(keys) for a state, O(its keys) for a delta. */
	merge(other) {
		return this.#registers.merge(other);
	}
};
// ../../packages/crdt/dist/parts/register-writes.js
/** The register cell of one replica. The registers differ in which of its entries they read. */
var RegisterWrites = class {
	#node;
	#context = new CausalContext();
	#cell;
	constructor(node) {
		this.#node = node;
	}
	get entries() {
		return this.#cell ?? [];
	}
	get state() {
		return {
			entries: this.entries,
			context: this.#context
		};
	}
	write(value, stamp) {
		const dot = {
			log: this.#node,
			seq: this.#context.run(this.#node) + 1
		};
		const entry = {
			dot,
			stamp,
			value
		};
		const seen = this.entries.map((one) => one.dot);
		this.#cell = writeRegister(this.#cell, entry, seen, neverDead).cell;
		this.#context.add(dot);
		return {
			entries: [entry],
			context: CausalContext.of([...seen, dot])
		};
	}
	merge(other) {
		const joined = joinRegisters(this.#cell, sees(this.#context), other.entries, sees(other.context));
		const changed = joined !== this.#cell;
		this.#cell = joined;
		return this.#context.merge(other.context) || changed;
	}
};
// ../../packages/crdt/dist/containers/lww-register.js
/**
* A register that reads the last write. A write replaces what its author saw, whatever the clocks say; of writes that
* did not see each other the one with the greater stamp is read, and the others stay visible as `siblings` (Shapiro et
* al. 2011 for the order, Almeida et al. 2018 for the dots).
*
* Costs: one entry per write that no other has seen, one number per replica that ever wrote.
* Not guaranteed: that the write which is read is the later one by anybody's watch; stamps are believed.
*
* ```ts
* const a = new LWWRegister<string>("a");
* const b = new LWWRegister<string>("b");
* const one = a.set("red", 1);
* b.set("blue", 2);
* b.merge(one);
* b.value; // "blue"
* b.siblings.length; // 2
* ```
*/
var LWWRegister = class {
	#writes;
	constructor(node) {
		this.#writes = new RegisterWrites(node);
	}
	get value() {
		return winner(this.#writes.entries)?.value;
	}
	/** Writes that no other write has seen; more than one is a conflict, which the next `set` ends. */
	get siblings() {
		return this.#writes.entries;
	}
	/** The whole state, for `merge` elsewhere. Its context is a view. */
	get state() {
		return this.#writes.state;
	}
	/** Writes and returns the delta. `stamp` comes from the replica's clock. */
	set(value, stamp) {
		return this.#writes.write(value, stamp);
	}
	/** Joins a state or a delta. Whether anything changed. */
	merge(other) {
		return this.#writes.merge(other);
	}
};
// ../../packages/crdt/dist/parts/extreme-register.js
/** A register cell of which the greatest value by `isBeyond` is read, and in which nothing else is written. */
var ExtremeRegister = class {
	#isBeyond;
	#writes;
	constructor(node, isBeyond) {
		this.#isBeyond = isBeyond;
		this.#writes = new RegisterWrites(node);
	}
	/** Undefined before the first write. */
	get value() {
		let best;
		for (const { value } of this.#writes.entries) if (best === void 0 || this.#isBeyond(value, best)) best = value;
		return best;
	}
	/** The whole state, for `merge` elsewhere. Its context is a view. */
	get state() {
		return this.#writes.state;
	}
	/** Writes where `value` is beyond what is here. Returns the delta, else an empty one. Throws `invalid-value`. */
	set(value) {
		if (!isOrdered(value)) throw notOrdered();
		const before = this.value;
		if (before !== void 0 && !this.#isBeyond(value, before)) return {
			entries: [],
			context: new CausalContext()
		};
		return this.#writes.write(value, "base");
	}
	/** Joins a state or a delta. Whether anything changed. Throws `invalid-value`, having changed nothing. */
	merge(other) {
		if (!other.entries.every((entry) => isOrdered(entry.value))) throw notOrdered();
		return this.#writes.merge(other);
	}
};
/** What is not a number has no order, and zero has one sign too many: the two would be equal and not the same. */
function isOrdered(value) {
	return typeof value === "bigint" || typeof value === "number" && !Number.isNaN(value) && !Object.is(value, -0);
}
function notOrdered() {
	return new CrdtError("invalid-value", "an ordered value is a number or a bigint, and neither NaN nor −0");
}
// ../../packages/crdt/dist/containers/max-register.js
/**
* A register that reads the greatest value ever written: high and low water marks, health, versions (a chain as a
* lattice, Shapiro et al. 2011 §3).
*
* It is the register cell of `LWWRegister`, read by value instead of by stamp, so that a store needs no second kind of
* cell: a write names the values it saw, and is made only where it is greater than all of them.
*
* Costs: one entry per concurrent write, one number per replica that ever wrote. Write and merge O(entries).
* Not guaranteed: that the value can ever come back from a mistake. There is no reset; put the register into an `ORMap`
* for that. Numbers are compared as numbers, so that 1 and 1n are the same; NaN and −0 are refused.
*
* ```ts
* const a = new MaxRegister<number>("a");
* const b = new MaxRegister<number>("b");
* b.set(3);
* b.merge(a.set(7));
* b.value; // 7
* ```
*/
var MaxRegister = class extends ExtremeRegister {
	constructor(node) {
		super(node, (a, b) => a > b);
	}
};
// ../../packages/crdt/dist/containers/min-register.js
/**
* A register that reads the least value ever written: high and low water marks, health, versions (a chain as a
* lattice, Shapiro et al. 2011 §3).
*
* It is the register cell of `LWWRegister`, read by value instead of by stamp, so that a store needs no second kind of
* cell: a write names the values it saw, and is made only where it is less than all of them.
*
* Costs: one entry per concurrent write, one number per replica that ever wrote. Write and merge O(entries).
* Not guaranteed: that the value can ever come back from a mistake. There is no reset; put the register into an `ORMap`
* for that. Numbers are compared as numbers, so that 1 and 1n are the same; NaN and −0 are refused.
*
* ```ts
* const a = new MinRegister<number>("a");
* const b = new MinRegister<number>("b");
* b.set(3);
* b.merge(a.set(7));
* b.value; // 3
* ```
*/
var MinRegister = class extends ExtremeRegister {
	constructor(node) {
		super(node, (a, b) => a < b);
	}
};
// ../../packages/crdt/dist/containers/mv-register.js
/**
* A register that reads every write which no other write has seen, so that a person or a program decides (Shapiro et
* al. 2011, "MV-Register"; dots as in Almeida et al. 2018, so that a value is not doubled by being sent twice).
*
* The cell is that of `LWWRegister`, without stamps: no clock is needed.
*
* Costs: one entry per concurrent write, one number per replica that ever wrote. Write and merge O(entries).
* Not guaranteed: that there are few values; each replica that writes without having merged adds one. Equal values
* written at the same time are two.
*
* ```ts
* const a = new MVRegister<string>("a");
* const b = new MVRegister<string>("b");
* b.set("blue");
* b.merge(a.set("red"));
* b.values; // ["red", "blue"]
* a.merge(b.set("violet"));
* a.values; // ["violet"]
* ```
*/
var MVRegister = class {
	#writes;
	constructor(node) {
		this.#writes = new RegisterWrites(node);
	}
	/** The values of all writes that no other write has seen, by their author's name; none before the first. */
	get values() {
		return this.#writes.entries.map((entry) => entry.value);
	}
	/** The whole state, for `merge` elsewhere. Its context is a view. */
	get state() {
		return this.#writes.state;
	}
	/** Replaces all values that are here, and returns the delta. */
	set(value) {
		return this.#writes.write(value, "base");
	}
	/** Joins a state or a delta. Whether anything changed. */
	merge(other) {
		return this.#writes.merge(other);
	}
};
// ../../packages/crdt/dist/containers/rw-set.js
/**
* A set in which a remove wins against a concurrent add (the remove-wins set of Bieniusa et al. 2012 and AntidoteDB):
* for lists of who may do something, where the cautious answer is the right one.
*
* An element is a multi-value register cell of "in" and "out", and in the set if all its live writes say "in". So a
* remove must be kept until an add has seen it: the cell that `ORSet` saves is paid for here.
*
* Costs: an entry per concurrent write of an element, *also of a removed one*; one number per replica that ever wrote.
* Add and remove O(size of the element); `size` O(elements, removed ones too).
* Not guaranteed: that a removed element stays away; who has seen the remove may add again. `TwoPhaseSet` is for ever.
*
* ```ts
* const a = new RWSet<string>("a");
* const b = new RWSet<string>("b");
* b.merge(a.add("guest"));
* const removal = b.remove("guest");
* a.add("guest");
* a.merge(removal);
* a.has("guest"); // false
* ```
*/
var RWSet = class {
	#registers;
	constructor(node) {
		this.#registers = new KeyedRegisters(node);
	}
	get size() {
		return [...this.values()].length;
	}
	has(element) {
		return this.#registers.get(element)?.every((entry) => entry.value) ?? false;
	}
	*values() {
		for (const [element, cell] of this.#registers.entries()) if (cell.every((entry) => entry.value)) yield element;
	}
	/** The whole state, for `merge` elsewhere. A view: it changes with the set. */
	get state() {
		return this.#registers.state;
	}
	/** Adds and returns the delta. Throws `invalid-value` or `too-large`. */
	add(element) {
		return this.#registers.write(element, true, "base");
	}
	/** Removes, also what is not here yet: a concurrent add will not bring it back. Returns the delta. */
	remove(element) {
		return this.#registers.write(element, false, "base");
	}
	/** Joins a state or a delta. Whether anything changed. O(elements) for a state, O(its elements) for a delta. */
	merge(other) {
		return this.#registers.merge(other);
	}
};
// ../../packages/crdt/dist/containers/time-series.js
/**
* Metrics of the last `buckets` × `width` of time, measured by many and summed by anybody: per bucket and replica one
* counter cell, as in `GCounter`, with the extremes beside it. The window ends with the newest bucket that anybody has
* filled; so it moves by what is known, which all learn, and not by a clock, on which they differ. What lies before it is
* the least element of every state, and dropping it keeps the laws (a max-register of the window's end, times a map; Baquero
* et al. 2017, "Composition in state-based replicated data types").
*
* Costs: at most `buckets` × replicas cells. Record and merge O(1) per cell, O(buckets) when the window moves.
* Not guaranteed: that a late sample counts; before the window it does not. That one time from far ahead does not
* empty the window: the caller checks times that come from elsewhere. Quantiles. Sums are floating point, added in the order
* of the replicas' names, so that they are equal everywhere.
*
* ```ts
* const a = new TimeSeries("a", { width: 60, buckets: 3 });
* const b = new TimeSeries("b", { width: 60, buckets: 3 });
* b.record(10, 4);
* b.merge(a.record(59, 2));
* [...b.summaries()]; // [{ from: 0, count: 2, sum: 6, min: 2, max: 4 }]
* ```
*/
var TimeSeries = class {
	#node;
	#width;
	#limit;
	#buckets = /* @__PURE__ */ new Map();
	#newest = Number.NEGATIVE_INFINITY;
	/** `width` in the unit of the times, and the number of `buckets`, are the same on all replicas. */
	constructor(node, window) {
		const { width, buckets } = window;
		if (!(width > 0 && Number.isFinite(width)) || !Number.isSafeInteger(buckets) || buckets < 1) throw new CrdtError("invalid-value", "a window has a width above 0 and a number of buckets");
		this.#node = node;
		this.#width = width;
		this.#limit = buckets;
	}
	/** What was measured in each bucket of the window, ascending; empty buckets are left out. */
	*summaries() {
		for (const [bucket, cells] of [...this.#buckets].sort(([a], [b]) => a - b)) {
			let [count, sum, min, max] = [
				0,
				0,
				Number.POSITIVE_INFINITY,
				Number.NEGATIVE_INFINITY
			];
			for (const [, cell] of [...cells].sort(([a], [b]) => a < b ? -1 : 1)) {
				count += cell.seq;
				sum += cell.sum;
				min = Math.min(min, cell.min);
				max = Math.max(max, cell.max);
			}
			yield {
				from: bucket * this.#width,
				count,
				sum,
				min,
				max
			};
		}
	}
	/** The whole state, for `merge` elsewhere. A view: it changes with the series. */
	get state() {
		const buckets = this.#buckets;
		return { *[Symbol.iterator]() {
			for (const [bucket, cells] of buckets) for (const [replica, cell] of cells) yield [
				bucket,
				replica,
				cell
			];
		} };
	}
	/** Adds a sample and returns the delta, an empty one before the window. Throws `invalid-value` or `overflow`. */
	record(time, value = 1) {
		const bucket = Math.floor(time / this.#width);
		if (!Number.isSafeInteger(bucket) || !Number.isFinite(value)) throw new CrdtError("invalid-value", "a sample has a time and a finite value");
		if (!this.#isOpen(bucket)) return [];
		const before = this.#buckets.get(bucket)?.get(this.#node);
		const cell = {
			seq: (before?.seq ?? 0) + 1,
			sum: (before?.sum ?? 0) + value,
			min: Math.min(before?.min ?? value, value),
			max: Math.max(before?.max ?? value, value)
		};
		if (!Number.isFinite(cell.sum)) throw new CrdtError("overflow", "the sum of a bucket is a finite number");
		this.#put(bucket, this.#node, cell);
		return [[
			bucket,
			this.#node,
			cell
		]];
	}
	/** Joins a state or a delta. Whether anything changed. Throws `invalid-value`, having changed nothing. */
	merge(other) {
		const cells = [...other];
		for (const [bucket, , cell] of cells) checkCell(bucket, cell);
		let changed = false;
		for (const [bucket, replica, theirs] of cells) {
			if (!this.#isOpen(bucket)) continue;
			const mine = this.#buckets.get(bucket)?.get(replica);
			const joined = joinCounters(mine, theirs);
			if (joined === mine) continue;
			this.#put(bucket, replica, joined);
			changed = true;
		}
		return changed;
	}
	#isOpen(bucket) {
		return bucket > this.#newest - this.#limit;
	}
	#put(bucket, replica, cell) {
		const cells = this.#buckets.get(bucket);
		if (cells) cells.set(replica, cell);
		else this.#buckets.set(bucket, /* @__PURE__ */ new Map([[replica, cell]]));
		if (bucket <= this.#newest) return;
		this.#newest = bucket;
		for (const one of this.#buckets.keys()) if (!this.#isOpen(one)) this.#buckets.delete(one);
	}
};
function checkCell(bucket, { seq, sum, min, max }) {
	if (!(Number.isSafeInteger(bucket) && Number.isSafeInteger(seq) && seq >= 1) || ![
		sum,
		min,
		max
	].every(Number.isFinite) || min > max) throw new CrdtError("invalid-value", "not a cell of such a series");
}
// ../../packages/crdt/dist/containers/two-phase-set.js
/**
* A set whose elements come once and go once, for ever: revoked ids, finished jobs (Shapiro et al. 2011, "2P-Set"). It is
* two grow-only sets, of what was added and of what was removed; the removed ones win, in every order, without clock,
* dots or names of replicas.
*
* Costs: every element that ever was in it. Add and remove O(size of the element); `size` and `values` O(all of them).
* Not guaranteed: that `add` has an effect; of an element that was removed anywhere it has none. `ORSet` forgets.
*
* ```ts
* const a = new TwoPhaseSet<string>();
* const b = new TwoPhaseSet<string>();
* b.merge(a.add("key-7"));
* a.merge(b.remove("key-7"));
* a.add("key-7");
* a.has("key-7"); // false
* ```
*/
var TwoPhaseSet = class {
	#added = new GSet();
	#removed = new GSet();
	get size() {
		return this.#added.size - this.#removed.size;
	}
	has(element) {
		return this.#added.has(element) && !this.#removed.has(element);
	}
	*values() {
		for (const element of this.#added.values()) if (!this.#removed.has(element)) yield element;
	}
	/** The whole state, for `merge` elsewhere. A view: it changes with the set. */
	get state() {
		return {
			added: this.#added.state,
			removed: this.#removed.state
		};
	}
	/** Adds and returns the delta; without effect on what was removed. Throws `invalid-value` or `too-large`. */
	add(element) {
		return {
			added: this.#added.add(element),
			removed: []
		};
	}
	/** Removes for ever and returns the delta, empty where the element is not in the set. */
	remove(element) {
		if (!this.has(element)) return {
			added: [],
			removed: []
		};
		this.#removed.add(element);
		return {
			added: [element],
			removed: [element]
		};
	}
	/** Joins a state or a delta. Whether anything changed. Throws like `add`. O(elements of what is merged). */
	merge(other) {
		const removed = [...other.removed];
		const added = this.#added.merge([...other.added, ...removed]);
		return this.#removed.merge(removed) || added;
	}
};
// ../../packages/crdt/dist/hlc.js
/** 2020-01-01T00:00:00Z. 41 bits of milliseconds from here last until 2089. */
const hlcEpoch = 15778368e5;
const counterRange = 4096;
/** Stamps further ahead of a clock than this are not taken by it. Milliseconds. */
const driftBound = 6e4;
/** The first HLC of a millisecond of Unix time; times before the epoch give 1, the smallest stamp. */
function hlcAt(unixMs) {
	return Math.max(1, (Math.floor(unixMs) - hlcEpoch) * counterRange);
}
/** Unix milliseconds of an HLC. */
function hlcTime(hlc) {
	return Math.floor(hlc / counterRange) + hlcEpoch;
}
/** Whether a stamp lies further ahead of another than clocks may differ. */
function isBeyondDrift(stamp, of) {
	return stamp - of > driftBound * counterRange;
}
/** Issues strictly increasing HLC values. `now` gives Unix milliseconds and is an argument. */
var HybridClock = class {
	#now;
	#last;
	constructor(now, last = 0) {
		this.#now = now;
		this.#last = last;
	}
	/** The greatest value issued or observed. */
	get last() {
		return this.#last;
	}
	/** A stamp for something that happens now. */
	tick() {
		return this.stamp(this.#now());
	}
	/**
	* A stamp for something that happened at `unixMs`, which may lie in the past but never in the future. Throws
	* `overflow` where there is no greater stamp, or no time.
	*/
	stamp(unixMs) {
		const stamp = Math.max(this.#last + 1, hlcAt(Math.min(unixMs, this.#now())));
		if (!Number.isSafeInteger(stamp)) throw new CrdtError("overflow", "the hybrid clock is exhausted");
		this.#last = stamp;
		return stamp;
	}
	/**
	* Forgets what was issued beyond `unixMs`. Only for whoever declares that what bears such stamps counts no more: stamps
	* increase from there on.
	*/
	turnBack(unixMs) {
		this.#last = Math.min(this.#last, hlcAt(unixMs));
	}
	/** Takes notice of a remote stamp, so that later stamps exceed it. The caller has checked the drift bound. */
	observe(remote) {
		if (!Number.isSafeInteger(remote) || remote < 0) throw new CrdtError("invalid-value", "not an HLC");
		if (remote > this.#last) this.#last = remote;
	}
};
/** Whether concurrent writes of one cell of the object are a conflict that a person may want to see. */
function showsConflicts({ type, name }) {
	return type === "register" || type === "keyed" && !name.includes("");
}
// ../../packages/config/dist/address.js
const name = /^(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})(\.[A-Za-z0-9_][A-Za-z0-9_-]{0,62})*\.?$/;
function isHost(text) {
	if (isIP(text) !== 0) return true;
	return name.test(text) && !/^[\d.]+$/.test(text);
}
/** "host:port" or "[IPv6]:port", the port from 1 to 65535. */
function isAddress(text) {
	const match = /^(?:\[([^\]]{2,45})\]|([^:[\]]{1,253})):(\d{1,5})$/.exec(text);
	if (!match) return false;
	const port = Number(match[3]);
	if (port < 1 || port > 65535) return false;
	return match[1] === void 0 ? isHost(match[2]) : isIPv6(match[1]);
}
/** Whether only this machine can reach the address. A name other than localhost may resolve to anything. */
function isLoopback(host) {
	return host === "localhost" || host === "::1" || isIP(host) === 4 && host.startsWith("127.");
}
/** How a host stands in an address or URL: IPv6 in brackets. */
function hostPort(host, port) {
	return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}
// ../../packages/replica/dist/objects/error.js
var ObjectError = class extends Error {
	name = "ObjectError";
	code;
	constructor(code, message) {
		super(message);
		this.code = code;
	}
};
// ../../packages/replica/dist/objects/arguments.js
function noValues(values) {
	if (values.length > 0) throw wrong("nothing");
}
function oneValue(values, what) {
	const [value] = values;
	if (values.length !== 1 || value === void 0) throw wrong(`one ${what}`);
	return value;
}
function twoValues(values, what) {
	const [first, second] = values;
	if (values.length !== 2 || first === void 0 || second === void 0) throw wrong(what);
	return [first, second];
}
function someValues(values, what) {
	if (values.length === 0) throw wrong(`one ${what} or more`);
	return values;
}
/** A safe integer, 1 where there is none. */
function amountOf(values, least) {
	const by = values.length === 0 ? 1 : oneValue(values, "amount");
	if (typeof by !== "number" || !Number.isSafeInteger(by) || by < least) throw wrong(`an integer${least === 0 ? " from 0" : ""} of at most 53 bits, or nothing for 1`);
	return by === 0 ? 0 : by;
}
function numberOf(value, what) {
	if (typeof value !== "number" || !Number.isFinite(value)) throw wrong(`a number as ${what}`);
	return value;
}
function textOf(value, what) {
	if (typeof value !== "string") throw wrong(`a text as ${what}`);
	return value;
}
function wrong(expected) {
	return new ObjectError("invalid-argument", `the operation takes ${expected}`);
}
// ../../packages/replica/dist/objects/types/counters.js
const part = (base, name) => `${base}${name}`;
const granted = (base) => part(base, "granted");
const used = (base) => part(base, "used");
const given = (base) => part(base, "given");
const gCounter = {
	summary: "counts up",
	value: total,
	operations: { increment: adds("[BY]", 0, 1) }
};
const pnCounter = {
	summary: "counts up and down",
	value: total,
	operations: {
		increment: adds("[BY]", Number.MIN_SAFE_INTEGER, 1),
		decrement: adds("[BY]", Number.MIN_SAFE_INTEGER, -1)
	}
};
/**
* Rights belong to nodes, so that a new incarnation goes on with those of the last one. A node whose state was restored
* from an older copy does not know what it spent since, until a peer has told it.
*/
const boundedCounter = {
	summary: "a quota that cannot be overspent, not even by nodes that do not hear of each other",
	value: async (bases, access) => {
		const { counter, nodes } = await bounded(bases, access);
		const rights = [...nodes].sort().map((node) => [node, counter.rights(node)]);
		return {
			value: counter.value,
			rights: Object.fromEntries(rights)
		};
	},
	operations: {
		increment: {
			usage: "[BY]",
			plan: async (bases, values, access) => {
				const by = amountOf(values, 0);
				(await bounded(bases, access)).counter.increment(by);
				return [{
					kind: "counter.add",
					object: granted(bases[0]),
					by
				}];
			}
		},
		decrement: {
			usage: "[BY]",
			plan: async (bases, values, access) => {
				const by = amountOf(values, 0);
				(await bounded(bases, access)).counter.decrement(by);
				return [{
					kind: "counter.add",
					object: used(bases[0]),
					by
				}];
			}
		},
		transfer: {
			usage: "NODE BY",
			plan: async (bases, values, access) => {
				const [to, amount] = twoValues(values, "a node and how much it gets");
				const receiver = textOf(to, "node");
				const by = numberOf(amount, "amount");
				if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(receiver)) throw new ObjectError("invalid-argument", "rights are given to a node, by its UUID");
				(await bounded(bases, access)).counter.transfer(receiver, by);
				return [{
					kind: "counter.add",
					object: part(given(bases[0]), receiver),
					by
				}];
			}
		}
	}
};
function adds(usage, least, sign) {
	return {
		usage,
		plan: ([object], values) => [{
			kind: "counter.add",
			object,
			by: sign * amountOf(values, least) || 0
		}]
	};
}
async function total(bases, access) {
	return counterValue((await Promise.all(bases.map((base) => access.cells("counter", base)))).flat().map(({ sum }) => ({
		seq: 1,
		sum
	})));
}
/** The counter as the container of the same name holds it, by nodes instead of logs. */
async function bounded(bases, access) {
	const nodes = /* @__PURE__ */ new Set();
	const sums = async (names) => {
		const byNode = /* @__PURE__ */ new Map();
		for (const name of names) for (const { log, sum } of await access.cells("counter", name)) {
			nodes.add(nodeOf(log));
			byNode.set(nodeOf(log), (byNode.get(nodeOf(log)) ?? 0) + sum);
		}
		return [...byNode].map(([node, sum]) => [node, {
			seq: 1,
			sum
		}]);
	};
	const receivers = /* @__PURE__ */ new Map();
	for (const base of bases) for (const name of await access.below(given(base))) {
		const receiver = name.slice(given(base).length + 1);
		nodes.add(receiver);
		receivers.set(receiver, [...receivers.get(receiver) ?? [], name]);
	}
	const gifts = [];
	for (const [receiver, names] of receivers) gifts.push([receiver, await sums(names)]);
	const counter = new BoundedCounter(access.node);
	counter.merge({
		granted: await sums(bases.map(granted)),
		used: await sums(bases.map(used)),
		given: gifts
	});
	return {
		counter,
		nodes
	};
}
// ../../packages/replica/dist/objects/types/grow-log.js
const growLog = {
	summary: "what is appended stays, in the order of time",
	value: async (bases, access) => {
		const log = new GrowLog(access.node);
		for (const base of bases) for (const { entries } of await access.cells("keyed", base)) log.merge(entries);
		return log.entries().map(({ dot, stamp, value }) => ({
			at: stamp === "base" ? 0 : hlcTime(stamp),
			node: nodeOf(dot.log),
			value
		}));
	},
	operations: { append: {
		usage: "VALUE",
		plan: ([object], values) => [{
			kind: "keyed.append",
			object,
			value: oneValue(values, "value")
		}]
	} }
};
// ../../packages/replica/dist/objects/types/keyed.js
/** What is kept below one name, as a state of a container of registers under keys. */
async function keyedState(base, access, key) {
	const cells = await access.cells("keyed", base, key);
	return {
		cells: cells.map((cell) => [cell.key, cell.entries]),
		context: CausalContext.of(cells.flatMap(({ entries }) => entries.map(({ dot }) => dot))),
		whole: false
	};
}
/** A write under a key that replaces all that is there. */
function writesUnder([first, ...others], key, value) {
	return [{
		kind: "keyed.set",
		object: first,
		key,
		value
	}, ...others.map((object) => ({
		kind: "keyed.remove",
		object,
		key
	}))];
}
function removesUnder(bases, key) {
	return bases.map((object) => ({
		kind: "keyed.remove",
		object,
		key
	}));
}
// ../../packages/replica/dist/objects/types/lww-map.js
const lwwMap = {
	summary: "per key the last write is read; a set wins against a concurrent delete",
	value: async (bases, access) => {
		const map = new LWWMap(access.node);
		for (const base of bases) map.merge(await keyedState(base, access));
		return [...map.entries()].map(([key, value]) => [key, value]);
	},
	operations: {
		set: {
			usage: "KEY VALUE",
			plan: (bases, values) => {
				const [key, value] = twoValues(values, "a key and a value");
				return writesUnder(bases, key, value);
			}
		},
		delete: {
			usage: "KEY…",
			plan: (bases, values) => someValues(values, "key").flatMap((key) => removesUnder(bases, key))
		}
	}
};
// ../../packages/replica/dist/objects/types/or-map.js
const idBytes = 16;
const hashBytes = 20;
const groups = (base) => `${base}groups`;
/**
* Under its keys the map keeps the ids of their makings, one register a key: concurrent makings are siblings, a remove
* names those it saw. What is written into a key is kept below a name made of the ids of the makings it was written to,
* and is read while one of them lives, as in the container. Names of several ids are listed, with the ids, in `groups`.
*/
function orMap(nested) {
	return {
		summary: `nests under each key: ${nested.summary}`,
		value: async (bases, access) => {
			const keys = /* @__PURE__ */ new Map();
			for (const base of bases) for (const { key } of await access.cells("keyed", base)) keys.set(hex(encodeElement(key)), key);
			const entries = [];
			for (const [, key] of [...keys].sort(([a], [b]) => a < b ? -1 : 1)) {
				const ids = await makings(bases, key, access);
				if (ids.length > 0) entries.push([key, await nested.value(await below(bases, key, ids, access), access)]);
			}
			return entries;
		},
		operations: {
			update: update(nested),
			remove: {
				usage: "KEY…",
				plan: remove
			}
		}
	};
}
function remove(bases, keys) {
	return someValues(keys, "key").flatMap((key) => removesUnder(bases, key));
}
function update(nested) {
	const usages = Object.entries(nested.operations).map(([name, { usage }]) => `${name} ${usage}`.trim());
	return {
		usage: `KEY ${usages.join(" | ")}`,
		plan: async (bases, [key, name, ...values], access) => {
			if (key === void 0 || name === void 0) throw new ObjectError("invalid-argument", "an update takes a key and what to do there");
			const operation = textOf(name, "operation");
			const known = Object.hasOwn(nested.operations, operation) ? nested.operations[operation] : void 0;
			if (known === void 0) throw new ObjectError("unknown-operation", `under a key one can: ${usages.join(", ")}`);
			const live = await makings(bases, key, access);
			const ids = live.length > 0 ? live : [access.newId()];
			const intents = [];
			if (live.length === 0) intents.push({
				kind: "keyed.set",
				object: bases[0],
				key,
				value: ids[0]
			});
			const places = await below(bases, key, ids, access);
			if (ids.length > 1) intents.push({
				kind: "keyed.set",
				object: groups(bases[0]),
				key: [key, hashOf(ids, access)],
				value: ids
			});
			return [...intents, ...await known.plan(places, values, access)];
		}
	};
}
/** Ids of the live makings of a key, in order. */
async function makings(bases, key, access) {
	const ids = /* @__PURE__ */ new Map();
	for (const base of bases) for (const { entries } of await access.cells("keyed", base, key)) for (const { value } of entries) if (isId(value)) ids.set(hex(value), value);
	return [...ids].sort(([a], [b]) => a < b ? -1 : 1).map(([, id]) => id);
}
/** Where to find what was written under a key whose makings live: first the place for what is written to all of them. */
async function below(bases, key, ids, access) {
	const root = bases[0].split("").slice(0, 2).join("");
	const place = (hash) => `${root}${hex(hash)}`;
	const live = new Set(ids.map(hex));
	const places = /* @__PURE__ */ new Set([place(hashOf(ids, access))]);
	for (const id of ids) places.add(place(hashOf([id], access)));
	const ofKey = hex(encodeElement(key));
	for (const base of bases) for (const cell of await access.cells("keyed", groups(base))) {
		const [of, hash] = Array.isArray(cell.key) ? cell.key : [];
		if (of === void 0 || hex(encodeElement(of)) !== ofKey || !(hash instanceof Uint8Array)) continue;
		if (cell.entries.flatMap(({ value }) => Array.isArray(value) ? value : []).some((id) => isId(id) && live.has(hex(id)))) places.add(place(hash));
	}
	return [...places];
}
function hashOf(ids, access) {
	return access.hash(ids).slice(0, hashBytes);
}
function isId(value) {
	return value instanceof Uint8Array && value.length === idBytes;
}
function hex(bytes) {
	return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
// ../../packages/replica/dist/objects/types/registers.js
/** The key of an object that has only one. */
const onlyKey = null;
const lwwRegister = {
	summary: "the last write is read, concurrent ones stay visible as siblings",
	value: async (bases, access) => {
		const register = await filled(new LWWRegister(access.node), bases, access);
		return {
			value: register.value ?? null,
			siblings: register.siblings.length
		};
	},
	operations: { set: {
		usage: "VALUE",
		plan: (bases, values) => {
			const value = oneValue(values, "value");
			return isPlain(bases[0]) ? [{
				kind: "register.set",
				object: bases[0],
				value
			}] : writes(bases, value);
		}
	} }
};
const mvRegister = {
	summary: "every write is read that no other has seen",
	value: async (bases, access) => (await filled(new MVRegister(access.node), bases, access)).values,
	operations: { set: {
		usage: "VALUE",
		plan: (bases, values) => writes(bases, oneValue(values, "value"))
	} }
};
const maxRegister = extreme("the greatest number ever written", (node) => new MaxRegister(node));
const minRegister = extreme("the smallest number ever written", (node) => new MinRegister(node));
function extreme(summary, make) {
	return {
		summary,
		value: async (bases, access) => (await filled(make(access.node), bases, access)).value ?? null,
		operations: { set: {
			usage: "NUMBER",
			plan: async (bases, values, access) => {
				const value = oneValue(values, "number");
				const { entries } = (await filled(make(access.node), bases, access)).set(value);
				return entries.length === 0 ? [] : writes(bases, value);
			}
		} }
	};
}
/** A register that people named is one of the store's; below another object it has a key, so that it can be removed. */
function isPlain(base) {
	return !base.includes("");
}
function writes([first, ...others], value) {
	return [{
		kind: "keyed.set",
		object: first,
		key: onlyKey,
		value
	}, ...others.map((object) => ({
		kind: "keyed.remove",
		object,
		key: onlyKey
	}))];
}
async function filled(register, bases, access) {
	for (const base of bases) {
		const cells = isPlain(base) ? await access.cells("register", base) : await access.cells("keyed", base, onlyKey);
		for (const { entries } of cells) register.merge({
			entries,
			context: CausalContext.of(entries.map(({ dot }) => dot))
		});
	}
	return register;
}
// ../../packages/replica/dist/objects/types/sets.js
const added = (base) => `${base}added`;
const removed = (base) => `${base}removed`;
const gSet = {
	summary: "elements are only added",
	value: async (bases, access) => {
		const set = new GSet();
		for (const base of bases) set.merge(await elements(base, access));
		return [...set.values()];
	},
	operations: { add: each("ELEMENT…", ([object], element) => [{
		kind: "set.add",
		object,
		element
	}]) }
};
const twoPhaseSet = {
	summary: "what was removed once never comes back",
	value: async (bases, access) => [...(await twoPhase(bases, access)).values()],
	operations: {
		add: each("ELEMENT…", ([base], element) => [{
			kind: "set.add",
			object: added(base),
			element
		}]),
		remove: {
			usage: "ELEMENT…",
			plan: async (bases, values, access) => {
				const set = await twoPhase(bases, access);
				return someValues(values, "element").filter((element) => set.has(element)).map((element) => ({
					kind: "set.add",
					object: removed(bases[0]),
					element
				}));
			}
		}
	}
};
const orSet = {
	summary: "an add wins against a concurrent remove",
	value: async (bases, access) => {
		const set = new ORSet(access.node);
		for (const base of bases) set.merge(await dotted(base, access));
		return [...set.values()];
	},
	operations: {
		add: each("ELEMENT…", addedTo),
		remove: each("ELEMENT…", removedFrom)
	}
};
const rwSet = {
	summary: "a remove wins against a concurrent add",
	value: async (bases, access) => {
		const set = new RWSet(access.node);
		for (const base of bases) set.merge(await keyedState(base, access));
		return [...set.values()];
	},
	operations: {
		add: each("ELEMENT…", (bases, element) => writesUnder(bases, element, true)),
		remove: each("ELEMENT…", (bases, element) => writesUnder(bases, element, false))
	}
};
const ewFlag = {
	summary: "enabled where it is enabled and disabled at the same time",
	value: async (bases, access) => {
		const flag = new EWFlag(access.node);
		for (const base of bases) flag.merge(await dotted(base, access));
		return flag.value;
	},
	operations: {
		enable: switches(addedTo),
		disable: switches(removedFrom)
	}
};
function each(usage, plan) {
	return {
		usage,
		plan: (bases, values) => someValues(values, "element").flatMap((element) => plan(bases, element))
	};
}
function switches(plan) {
	return {
		usage: "",
		plan: (bases, values) => {
			noValues(values);
			return plan(bases, true);
		}
	};
}
function addedTo([first, ...others], element) {
	return [{
		kind: "set.add",
		object: first,
		element
	}, ...others.map((object) => ({
		kind: "set.remove",
		object,
		element
	}))];
}
function removedFrom(bases, element) {
	return bases.map((object) => ({
		kind: "set.remove",
		object,
		element
	}));
}
async function elements(name, access) {
	return (await access.cells("set", name)).map(({ element }) => element);
}
async function twoPhase(bases, access) {
	const set = new TwoPhaseSet();
	for (const base of bases) set.merge({
		added: await elements(added(base), access),
		removed: await elements(removed(base), access)
	});
	return set;
}
async function dotted(base, access) {
	const cells = await access.cells("set", base);
	return {
		cells: cells.map(({ element, dots }) => [element, dots]),
		context: CausalContext.of(cells.flatMap(({ dots }) => dots)),
		whole: false
	};
}
// ../../packages/replica/dist/objects/types/time-series.js
/**
* Per bucket and node one register, which that node alone writes: the number of samples, their sum, the smallest and the
* greatest. Whoever records drops his own buckets before the window.
*/
function timeSeries(width, buckets) {
	const window = {
		width,
		buckets
	};
	return {
		summary: `samples of the last ${buckets} × ${width} of time: count, sum, smallest, greatest`,
		value: async (bases, access) => {
			const series = new TimeSeries(access.node, window);
			for (const base of bases) {
				const cells = await cellsOf(base, access);
				series.merge(cells.map(([bucket, node, cell]) => [
					bucket,
					`${node} ${base}`,
					cell
				]));
			}
			return [...series.summaries()].map((one) => ({ ...one }));
		},
		operations: { record: {
			usage: "TIME [VALUE]",
			plan: async (bases, values, access) => {
				const [time, value] = values.length === 1 ? [oneValue(values, "time"), 1] : twoValues(values, "a time and a value");
				const series = new TimeSeries(access.node, window);
				for (const base of bases.slice(1)) {
					const cells = await cellsOf(base, access);
					series.merge(cells.map(([bucket, node, cell]) => [
						bucket,
						`${node} ${base}`,
						cell
					]));
				}
				series.merge(await cellsOf(bases[0], access));
				return [...[...series.record(numberOf(time, "time"), numberOf(value, "value"))].map(([bucket, node, cell]) => write(bases[0], bucket, node, cell)), ...await outdated(bases, access, series, window)];
			}
		} }
	};
}
function write(object, bucket, node, { seq, sum, min, max }) {
	return {
		kind: "keyed.set",
		object,
		key: [bucket, node],
		value: [
			seq,
			sum,
			min,
			max
		]
	};
}
/** This node's buckets before the window, which nobody reads any more. */
async function outdated(bases, access, series, window) {
	const newest = [...series.summaries()].at(-1);
	if (newest === void 0) return [];
	const first = Math.round(newest.from / window.width) - window.buckets + 1;
	const intents = [];
	for (const object of bases) for (const [bucket, node] of await cellsOf(object, access)) if (node === access.node && bucket < first) intents.push({
		kind: "keyed.remove",
		object,
		key: [bucket, node]
	});
	return intents;
}
async function cellsOf(base, access) {
	const cells = [];
	for (const { key, entries } of await access.cells("keyed", base)) for (const { value } of entries) {
		const cell = cellOf(key, value);
		if (cell !== void 0) cells.push(cell);
	}
	return cells;
}
/** What another node may have made up is left out unless it is such a cell. */
function cellOf(key, value) {
	if (!Array.isArray(key) || !Array.isArray(value)) return void 0;
	const [bucket, node] = key;
	const [seq, sum, min, max] = value.map(Number);
	if (typeof bucket !== "number" || typeof node !== "string") return void 0;
	const state = [[
		bucket,
		node,
		{
			seq,
			sum,
			min,
			max
		}
	]];
	try {
		new TimeSeries("", {
			width: 1,
			buckets: 1
		}).merge(state);
	} catch {
		return;
	}
	return [
		bucket,
		node,
		{
			seq,
			sum,
			min,
			max
		}
	];
}
// ../../packages/replica/dist/objects/type-name.js
/** Maps within maps. */
const maxNesting = 4;
const maxBuckets = 1e5;
const plain = {
	g_counter: gCounter,
	pn_counter: pnCounter,
	bounded_counter: boundedCounter,
	max_register: maxRegister,
	min_register: minRegister,
	lww_register: lwwRegister,
	mv_register: mvRegister,
	g_set: gSet,
	two_phase_set: twoPhaseSet,
	or_set: orSet,
	rw_set: rwSet,
	ew_flag: ewFlag,
	lww_map: lwwMap,
	grow_log: growLog
};
/** The type of a name. Throws `ObjectError` `unknown-type`. */
function kindOf(type, nesting = 0) {
	if (Object.hasOwn(plain, type)) return plain[type];
	const [first, ...rest] = type.split(":");
	if (first === "or_map" && rest.length > 0 && nesting < maxNesting) return orMap(kindOf(rest.join(":"), nesting + 1));
	if (first === "time_series" && rest.length === 2) {
		const [width, buckets] = rest.map(positive);
		if (width !== void 0 && buckets !== void 0 && buckets <= maxBuckets) return timeSeries(width, buckets);
	}
	throw new ObjectError("unknown-type", `there is no such type; there are: ${Object.keys(plain).join(", ")}, time_series:WIDTH:BUCKETS, or_map:TYPE`);
}
/** Every type, as people may want to see them. */
function describeTypes() {
	const described = Object.entries(plain).map(([type, kind]) => describe(type, kind));
	const series = {
		...timeSeries(1, 1),
		summary: "samples of the last BUCKETS × WIDTH of time, summed by bucket"
	};
	const map = {
		...orMap(gCounter),
		summary: "nests a type under each key; a key made anew wins against a remove"
	};
	const update = {
		...map.operations,
		update: {
			...map.operations.update,
			usage: "KEY OPERATION…"
		}
	};
	return [
		...described,
		describe("time_series:WIDTH:BUCKETS", series),
		describe("or_map:TYPE", {
			...map,
			operations: update
		})
	];
}
function describe(type, { summary, operations }) {
	return {
		type,
		summary,
		operations: Object.entries(operations).map(([name, { usage }]) => `${name} ${usage}`.trim())
	};
}
/** Written in one way only, or one type would have two names. */
function positive(text) {
	const number = Number(text);
	return Number.isSafeInteger(number) && number > 0 && String(number) === text ? number : void 0;
}
// dist/service.js
/** What a caller of the service can cause. The message goes to the caller. */
var ServiceError = class extends Error {
	name = "ServiceError";
	code;
	constructor(code, message) {
		super(message);
		this.code = code;
	}
};
// dist/start-error.js
/** Why a node cannot start, in one sentence that ends with what to do. Printed without a stack trace; exit 1. */
var StartError = class extends Error {
	name = "StartError";
	code;
	constructor(code, message) {
		super(message);
		this.code = code;
	}
};
export { __esmMin as A, withoutItems as C, checkIncrement as D, addToCounter as E, __require as M, __toCommonJS as N, counterValue as O, __toESM as P, itself as S, winner as T, removeFromSet as _, ObjectError as a, includesDot as b, isHost as c, HybridClock as d, driftBound as f, addToSet as g, isBeyondDrift as h, kindOf as i, __exportAll as j, __commonJSMin as k, isLoopback as l, hlcTime as m, ServiceError as n, hostPort as o, hlcAt as p, describeTypes as r, isAddress as s, StartError as t, showsConflicts as u, removeFromRegister as v, dotOfEntry as w, insertItem as x, writeRegister as y };
