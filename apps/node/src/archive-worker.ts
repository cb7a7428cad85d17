import { keepCompiled } from "@jarvis-crdt/config/compile-cache";

keepCompiled();
const { workOnArchive } = await import("./archive-work.ts");
workOnArchive();
