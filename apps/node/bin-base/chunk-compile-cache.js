import { enableCompileCache } from "node:module";
import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
// ../../packages/config/dist/compile-cache.js
/**
* Keeps what V8 makes of the modules that are loaded from now on, so that the next process need not make it again. It lies
* in the user's cache folder, where nobody else writes, because it is code that will be run; where there is none, or it
* cannot be written, everything works as without. `NODE_COMPILE_CACHE` names another folder, `NODE_DISABLE_COMPILE_CACHE=1`
* does without. To be called in each thread, before its program is imported.
*/
function keepCompiled() {
	if (process.env.NODE_COMPILE_CACHE) return;
	const caches = cacheFolder();
	if (caches === void 0) return;
	const folder = join(caches, "jarvis-crdt");
	try {
		mkdirSync(folder, {
			recursive: true,
			mode: 448
		});
	} catch {
		return;
	}
	enableCompileCache(folder);
}
function cacheFolder() {
	const { XDG_CACHE_HOME: named } = process.env;
	if (named) return named;
	try {
		return join(homedir(), ".cache");
	} catch {
		return;
	}
}
export { keepCompiled as t };
