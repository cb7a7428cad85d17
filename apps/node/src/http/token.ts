import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { linkSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StartError } from "../start-error.ts";

const bytes = 32;
const shape = /^[A-Za-z0-9_-]{32,256}$/;

/** The bearer token in `folder`/http.token, made at the first start with mode 0600. */
export function bearerToken(folder: string): string {
  const file = join(folder, "http.token");
  const found = read(file);
  if (found !== undefined) return found;

  // Written beside and linked into place: nobody ever reads half a token, and of two first starts one wins.
  const fresh = join(folder, `http.token.${randomBytes(8).toString("hex")}`);
  writeFileSync(fresh, `${randomBytes(bytes).toString("base64url")}\n`, {
    mode: 0o600,
    flag: "wx",
    flush: true,
  });
  try {
    linkSync(fresh, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(fresh);
  }
  return read(file)!;
}

function read(file: string): string | undefined {
  let mode: number;
  let text: string;
  try {
    mode = statSync(file).mode;
    text = readFileSync(file, "utf8").trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  if (process.platform !== "win32" && (mode & 0o077) !== 0) {
    throw new StartError("token-exposed", `${file} can be read by others; run: chmod 600 ${file}`);
  }
  if (!shape.test(text)) {
    throw new StartError(
      "token-invalid",
      `${file} holds no token; remove it and a new one is made at the next start`,
    );
  }
  return text;
}

/** Makes the check of an Authorization header against a token, in time that does not depend on where they differ. */
export function tokenCheck(token: string): (authorization: string | undefined) => boolean {
  const expected = digest(token);
  return (authorization) => {
    const match = /^Bearer +(\S+)$/i.exec(authorization ?? "");
    return timingSafeEqual(digest(match?.[1] ?? ""), expected) && match !== null;
  };
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
