import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { inProcess, jarvisctl } from "../testing/run.ts";

let folder: string;
let ca: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "jarvisctl-"));
  ca = join(folder, "ca");
  const { code, out, err } = await jarvisctl("ca", "init", "--out", ca, "--cluster", "home");
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toContain('Made the authority of the cluster "home"');
});
afterAll(() => rmSync(folder, { recursive: true }));

const mode = (path: string) => statSync(path).mode & 0o777;

test("ca init writes an authority whose key only its owner can read", () => {
  expect(new X509Certificate(readFileSync(join(ca, "ca.pem"))).ca).toBe(true);
  expect(mode(join(ca, "ca.key"))).toBe(0o600);
  expect(JSON.parse(readFileSync(join(ca, "cluster.json"), "utf8"))).toMatchObject({ cluster: "home" });
});

test("an authority is only destroyed by --force and a yes", async () => {
  const before = readFileSync(join(ca, "ca.key"));
  const refused = await inProcess("ca", "init", "--out", ca, "--json");
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining("--force") });
  expect(JSON.parse(refused.out)).toMatchObject({ error: { code: "file-exists" } });
  expect(await inProcess("ca", "init", "--out", ca, "--force")).toMatchObject({
    code: 2,
    err: expect.stringContaining("add --yes"),
  });
  expect(readFileSync(join(ca, "ca.key"))).toEqual(before);

  const other = join(folder, "other");
  expect((await inProcess("ca", "init", "--out", other)).code).toBe(0);
  const old = readFileSync(join(other, "ca.key"));
  expect((await inProcess("ca", "init", "--out", other, "--force", "--yes")).code).toBe(0);
  expect(readFileSync(join(other, "ca.key"))).not.toEqual(old);
});

test("node issue makes a member, and renews it under its UUID", async () => {
  const out = join(folder, "kitchen");
  const args = ["node", "issue", "--ca", ca, "--name", "kitchen", "--role", "writer", "--out", out, "--json"];
  const issued = await inProcess(...args);
  expect(issued.code).toBe(0);
  const document = JSON.parse(issued.out);
  expect(document).toMatchObject({ name: "kitchen", role: "writer", cluster: "home", out });
  const certificate = new X509Certificate(readFileSync(join(out, "node.pem")));
  const authority = new X509Certificate(readFileSync(join(out, "ca.pem")));
  expect(certificate.verify(authority.publicKey)).toBe(true);
  expect(certificate.subjectAltName).toContain(`crdt://home/node/${document.node}`);
  expect(mode(join(out, "node.key"))).toBe(0o600);

  const renewed = await inProcess(...args, "--id", document.node.toUpperCase(), "--force", "--yes");
  expect(JSON.parse(renewed.out)).toMatchObject({ node: document.node });
});

test("node issue without an authority says so", async () => {
  const { code, out, err } = await inProcess(
    ...["node", "issue", "--ca", join(folder, "absent"), "--name", "a", "--role", "admin"],
    ...["--out", join(folder, "never")],
  );
  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toMatch(/^jarvisctl: .*absent/);
  expect(err).not.toMatch(/^ {4}at /m);
});
