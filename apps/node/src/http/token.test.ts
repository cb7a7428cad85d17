import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bearerToken, tokenCheck } from "./token.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "jarvisd-token-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("the first start makes a token that only its owner can read, later ones keep it", () => {
  const token = bearerToken(folder);
  const file = join(folder, "http.token");
  expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, "utf8")).toBe(`${token}\n`);
  expect(readdirSync(folder)).toEqual(["http.token"]);
  expect(bearerToken(folder)).toBe(token);
});

test("a token that others can read is refused with the remedy", () => {
  bearerToken(folder);
  chmodSync(join(folder, "http.token"), 0o644);
  expect(() => bearerToken(folder)).toThrow(/run: chmod 600 /);
});

test("a file that holds no token is refused", () => {
  writeFileSync(join(folder, "http.token"), "", { mode: 0o600 });
  expect(() => bearerToken(folder)).toThrow(/remove it/);
});

test("only the very token passes", () => {
  const check = tokenCheck("secret");
  expect(check("Bearer secret")).toBe(true);
  expect(check("bearer  secret")).toBe(true);
  for (const header of [
    undefined,
    "",
    "Bearer",
    "Bearer ",
    "Bearer secre",
    "Bearer secret2",
    "Basic secret",
    "secret",
  ]) {
    expect(check(header), String(header)).toBe(false);
  }
});
