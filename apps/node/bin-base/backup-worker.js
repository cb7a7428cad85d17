import { a as partialName, c as StateCopy, i as manifestFile, m as BackupError, n as backupName, o as timeOfName, r as isPartialName, s as manifestSchema, t as listBackups } from "./chunk-list-backups.js";
import { p as openArchiveDatabase, s as readMarker } from "./chunk-header-codec.js";
import { _ as record, f as literal, o as base64$1, t as version, v as strictObject, y as string } from "./chunk-version.js";
import { closeSync, createReadStream, fsyncSync, mkdirSync, openSync, readFileSync, readdirSync, renameSync, rmSync, statSync, statfsSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { createCipheriv, createHash, randomBytes, scryptSync } from "node:crypto";
import { parentPort, workerData } from "node:worker_threads";
import Sqlite from "better-sqlite3";
// ../../packages/backup/dist/durable.js
/** Makes a file, or the names in a folder, durable. */
function flush(path) {
	const descriptor = openSync(path, "r");
	try {
		fsyncSync(descriptor);
	} finally {
		closeSync(descriptor);
	}
}
function writeDurable(path, data) {
	writeFileSync(path, data, {
		mode: 384,
		flag: "wx"
	});
	flush(path);
}
async function hashFile(path, onBytes) {
	const hash = createHash("sha256");
	for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
		hash.update(chunk);
		onBytes?.(chunk.length);
	}
	return hash.digest("hex");
}
/** Room that is left free for others. */
const reserveBytes = 16777216;
/** Throws BackupError `no-space`. */
function requireSpace(folder, bytes) {
	const { bavail, bsize } = statfsSync(folder);
	const free = bavail * bsize;
	if (free >= bytes + reserveBytes) return;
	throw new BackupError("no-space", `${folder} has ${megabytes(free)} left and this needs ${megabytes(bytes + reserveBytes)}; free some space, or name another folder`);
}
/** What the system says where there is no room, as what to do about it; everything else as it is. */
function asSpaceError(error, folder) {
	const code = String(error?.code);
	if (!/^(ENOSPC|EDQUOT|SQLITE_FULL)/.test(code)) return error;
	return new BackupError("no-space", `${folder} is full; nothing was changed: free some space, then try again`, { cause: error });
}
function megabytes(bytes) {
	return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}
// ../../packages/backup/dist/copy-database.js
/** Pages that are copied while others cannot write: some milliseconds. */
const firstPortion = 1e3;
/** The most, where others write so often that smaller portions never come to an end: about a second. */
const lastPortion = 1e5;
/** How often a copy may begin anew at the largest portion. */
const patience = 50;
const busyMs = 5e3;
/**
* Copies a database that others write meanwhile, as one file in journal mode `delete`, durable. In write-ahead mode nobody
* waits for it. Otherwise a write by others makes the copy begin anew, each time with larger portions. Returns the journal
* mode of the source. What is begun is removed where this fails.
*
* @throws BackupError `busy`, `interrupted`
*/
async function copyDatabase(from, to, options = {}) {
	const source = new Sqlite(from, {
		readonly: true,
		fileMustExist: true,
		timeout: busyMs
	});
	try {
		const mode = String(source.pragma("journal_mode", { simple: true }));
		if (mode === "wal") source.exec("BEGIN; SELECT count(*) FROM sqlite_schema");
		await source.backup(to, { progress: pace(from, options) });
		const copy = new Sqlite(to);
		try {
			copy.pragma("journal_mode = DELETE");
		} finally {
			copy.close();
		}
		flush(to);
		return mode;
	} catch (error) {
		for (const file of [
			to,
			`${to}-wal`,
			`${to}-shm`,
			`${to}-journal`
		]) rmSync(file, { force: true });
		throw error;
	} finally {
		source.close();
	}
}
function pace(path, { onPages, signal }) {
	let portion = firstPortion;
	let done = 0;
	let restarts = 0;
	return ({ totalPages, remainingPages }) => {
		if (signal?.aborted) throw new BackupError("interrupted", "interrupted; nothing was changed");
		const now = totalPages - remainingPages;
		if (now < done) {
			portion = Math.min(lastPortion, portion * 2);
			if (portion === lastPortion && ++restarts > patience) throw new BackupError("busy", `${path} is written without a pause; try again when it is quieter`);
		}
		done = now;
		onPages?.(done, totalPages);
		return portion;
	};
}
// ../../packages/backup/dist/pairing.js
/** Whether an archive carries the last plan that a state knows to be shown, or the one under way. */
function isPaired(archive, state) {
	const db = openArchiveDatabase(archive, { readonly: true });
	try {
		const nonce = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'crdt_marker'").get() !== void 0 ? readMarker(db).nonce : null;
		return nonce !== null && state.nonces.includes(nonce);
	} finally {
		db.close();
	}
}
// ../../packages/backup/dist/seal-keys.js
/**
* `keys.sealed`: files encrypted with a passphrase.
*
*     "JKEYS1\n" | header as JSON | "\n" | ciphertext | 16 bytes of tag
*
* The key is scrypt(passphrase in UTF-8 NFC, salt; N, r, p of the header), 32 bytes; the cipher ChaCha20-Poly1305 with
* the header's nonce, and everything before the ciphertext as associated data. The plain text is JSON, file names with
* their contents in base64. scrypt costs 128 MiB and a third of a second, so that guessing does (RFC 7914).
*/
const magic = "JKEYS1\n";
const cost = {
	N: 1 << 17,
	r: 8,
	p: 1
};
const keyBytes = 32;
const tagBytes = 16;
const cipherName = "chacha20-poly1305";
const base64 = (bytes) => base64$1().refine((text) => Buffer.from(text, "base64").length === bytes);
strictObject({
	kdf: literal("scrypt"),
	N: literal(cost.N),
	r: literal(cost.r),
	p: literal(cost.p),
	salt: base64(16),
	nonce: base64(12)
});
record(string().regex(/^[\w.-]{1,100}$/), base64$1());
/** Throws BackupError `passphrase` where it is too short. */
function sealKeys(files, passphrase) {
	if ([...passphrase].length < 12) throw new BackupError("passphrase", `a passphrase has 12 characters or more`);
	const salt = randomBytes(16);
	const nonce = randomBytes(12);
	const header = JSON.stringify({
		kdf: "scrypt",
		...cost,
		salt: salt.toString("base64"),
		nonce: nonce.toString("base64")
	});
	const open = Buffer.from(`${magic}${header}\n`);
	const plain = JSON.stringify(Object.fromEntries([...files].map(([name, bytes]) => [name, Buffer.from(bytes).toString("base64")])));
	const cipher = createCipheriv(cipherName, keyOf(passphrase, salt), nonce, { authTagLength: tagBytes });
	cipher.setAAD(open, { plaintextLength: Buffer.byteLength(plain) });
	return Buffer.concat([
		open,
		cipher.update(plain, "utf8"),
		cipher.final(),
		cipher.getAuthTag()
	]);
}
function keyOf(passphrase, salt) {
	const { N, r, p } = cost;
	return scryptSync(passphrase.normalize("NFC"), salt, keyBytes, {
		N,
		r,
		p,
		maxmem: 256 * N * r
	});
}
// ../../packages/backup/dist/create-backup.js
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
/** The files of an identity. */
const keyNames = [
	"node.pem",
	"node.key",
	"ca.pem"
];
/** What a killed run left is somebody's who still runs, for so long. */
const abandonedMs = 864e5;
/**
* Copies an archive and then its state, while both are in use: everything that the archive shows, the state knows. The
* backup has its name once it is whole and durable; interrupted, without room or killed, it leaves nothing that looks like
* one.
*
* @throws BackupError `no-space`, `busy`, `interrupted`, `passphrase`
*/
async function createBackup(options) {
	const { archive, state, folder, now, random, keys, onProgress, signal } = options;
	mkdirSync(folder, {
		recursive: true,
		mode: 448
	});
	removeAbandoned(folder, now());
	requireSpace(folder, sizeOf(archive) + sizeOf(state));
	const sealed = keys && sealKeys(readKeys(keys.folder), keys.passphrase);
	const name = backupName(now(), random(4));
	const partial = join(folder, partialName(name));
	mkdirSync(partial, { mode: 448 });
	try {
		const env_1 = {
			stack: [],
			error: void 0,
			hasError: false
		};
		try {
			const at = (file) => join(partial, file);
			const copy = (step, from, to) => copyDatabase(from, to, {
				onPages: (done, total) => onProgress?.({
					step,
					done,
					total
				}),
				signal
			});
			const journalMode = await copy("copy the archive", archive, at("archive.db"));
			await copy("copy the state", state, at("state.db"));
			if (sealed) writeDurable(at("keys.sealed"), sealed);
			const total = statSync(at("archive.db")).size + statSync(at("state.db")).size;
			let done = 0;
			const describe = async (file) => ({
				name: file,
				bytes: statSync(at(file)).size,
				sha256: await hashFile(at(file), (bytes) => {
					if (signal?.aborted) throw new BackupError("interrupted", "interrupted; nothing was changed");
					done += bytes;
					onProgress?.({
						step: "read the copies",
						done,
						total
					});
				})
			});
			const facts = __addDisposableResource(env_1, new StateCopy(at("state.db")), false);
			const manifest = manifestSchema.parse({
				format: "jarvis-crdt backup 1",
				created: new Date(now()).toISOString(),
				program: options.program,
				node: facts.node ?? null,
				cluster: Buffer.from(facts.cluster ?? []).toString("hex"),
				archive: {
					...await describe("archive.db"),
					journal_mode: journalMode
				},
				state: await describe("state.db"),
				keys: sealed ? await describe("keys.sealed") : null,
				paired: isPaired(at("archive.db"), facts),
				rows: facts.counts.rows,
				operations: facts.counts.operations,
				frontier: Object.fromEntries(facts.frontier)
			});
			writeDurable(at(manifestFile), `${JSON.stringify(manifest, null, 2)}\n`);
			flush(partial);
			const path = join(folder, name);
			renameSync(partial, path);
			flush(folder);
			return {
				path,
				manifest
			};
		} catch (e_1) {
			env_1.error = e_1;
			env_1.hasError = true;
		} finally {
			__disposeResources(env_1);
		}
	} catch (error) {
		rmSync(partial, {
			recursive: true,
			force: true
		});
		throw asSpaceError(error, folder);
	}
}
function readKeys(folder) {
	return new Map(keyNames.map((name) => [name, readFileSync(join(folder, name))]));
}
function removeAbandoned(folder, now) {
	for (const name of readdirSync(folder)) if (isPartialName(name) && now - timeOfName(name.slice(name.indexOf("-") + 1)) > abandonedMs) rmSync(join(folder, name), {
		recursive: true,
		force: true
	});
}
function sizeOf(path) {
	const wal = statSync(`${path}-wal`, { throwIfNoEntry: false });
	return statSync(path).size + (wal?.size ?? 0);
}
// ../../packages/backup/dist/retention.js
const dayMs = 864e5;
/** Those that are not kept. Days are those of UTC. O(n log n). */
function superfluous(backups, { newest, days }) {
	const sorted = [...backups].sort((a, b) => b.at - a.at);
	const seen = /* @__PURE__ */ new Set();
	return sorted.filter(({ at }, i) => {
		const day = Math.floor(at / dayMs);
		const isLastOfItsDay = !seen.has(day) && seen.size < days;
		if (isLastOfItsDay) seen.add(day);
		return i >= newest && !isLastOfItsDay;
	});
}
// ../../packages/backup/dist/thin-out.js
/** Removes backups that need not be kept; returns their folders. Only whole ones that this version made are touched. */
function thinOut(folder, retention) {
	const gone = superfluous(listBackups(folder).filter((one) => "manifest" in one).map(({ path, manifest }) => ({
		path,
		at: Date.parse(manifest.created)
	})), retention).map(({ path }) => path);
	for (const path of gone) {
		const away = join(dirname(path), partialName(basename(path)));
		renameSync(path, away);
		rmSync(away, { recursive: true });
	}
	return gone;
}
// dist/backup-worker.js
const { archive, state, folder, retention } = workerData;
const port = parentPort;
const stop = new AbortController();
port.once("message", () => stop.abort());
/** Copying waits for disks; the node goes on meanwhile. */
async function run() {
	const { path, manifest } = await createBackup({
		archive,
		state,
		folder,
		program: version,
		now: () => Date.now(),
		random: (bytes) => randomBytes(bytes),
		signal: stop.signal
	});
	return {
		say: "made",
		path,
		rows: manifest.rows,
		removed: thinOut(folder, retention).length
	};
}
const answer = await run().catch((error) => {
	const { code, message } = error;
	return {
		say: "failed",
		code: typeof code === "string" ? code : void 0,
		message: String(message)
	};
});
port.postMessage(answer);
port.close();
export {};
