import { t as keepCompiled } from "./chunk-compile-cache.js";
// dist/archive-worker.js
keepCompiled();
const { workOnArchive } = await import("./chunk-archive-work.js");
workOnArchive();
export {};
