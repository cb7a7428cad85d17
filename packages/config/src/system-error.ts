import { accessSync, constants, existsSync } from "node:fs";
import { dirname } from "node:path";
import { escapeText } from "./text.ts";

const notAllowed =
  "this user may not; give the right to the user that runs this, or run it as the file's owner";
const full = "its disk is full; free some space";

/** By code: what is so, and what to do. */
const reasons: Readonly<Record<string, string>> = {
  EROFS: 'its disk is mounted read-only, often because it met errors (see "dmesg"); mount it writable',
  EACCES: notAllowed,
  EPERM: notAllowed,
  ENOENT: "it is not there; check the path",
  ENOTDIR: "a part of the path is no folder; check the path",
  EISDIR: "it is a folder; check the path",
  ENOSPC: full,
  EDQUOT: full,
  EIO: 'its disk failed (see "dmesg"); save what is there on another one',
};

const verbs: Readonly<Record<string, string>> = { access: "written", mkdir: "made", open: "opened" };

/** What the operating system refused, as a sentence with the next step; undefined for any other error. */
export function systemSentence(error: unknown): string | undefined {
  const { code, path, syscall } = (error ?? {}) as NodeJS.ErrnoException;
  if (error instanceof Error && /^SQLITE_(FULL|IOERR_SHMSIZE)$/.test(code ?? ""))
    return "the disk is full: free some space, then try again";
  if (!(error instanceof Error) || code === undefined || path === undefined || syscall === undefined)
    return undefined;
  const found = syscall === "mkdir" && code === "ENOENT" ? whyNotMade(path) : code;
  const reason = reasons[found];
  if (reason === undefined) return undefined;
  return `${escapeText(path, 1000)} cannot be ${verbs[syscall] ?? "used"}: ${reason} (${found})`;
}

/** A folder that cannot be made in the one that is there is told to be missing. */
function whyNotMade(path: string): string {
  let folder = path;
  do folder = dirname(folder);
  while (!existsSync(folder));
  try {
    accessSync(folder, constants.W_OK);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "ENOENT";
  }
  return "ENOENT";
}
