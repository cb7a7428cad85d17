import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fakeHttp, token } from "../../../node/src/testing/http.ts";
import { inProcess } from "../testing/run.ts";

let folder: string;
let node: Awaited<ReturnType<typeof fakeHttp>>;
let url: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "jarvisctl-object-"));
  writeFileSync(join(folder, "token"), `${token}\n`);
  node = await fakeHttp();
  url = await node.app.listen({ host: "127.0.0.1", port: 0 });
});
afterAll(async () => {
  await node.app.close();
  rmSync(folder, { recursive: true });
});

const object = (...args: readonly string[]) => {
  const [command = "", ...rest] = args;
  return inProcess("object", command, "--node", url, "--token-file", join(folder, "token"), ...rest);
};

test("an object is made, changed, shown and listed, for people and for programs", async () => {
  expect(await object("list")).toMatchObject({ code: 0, out: "There are no objects.\n" });
  const made = await object("update", "hits", "increment", "3", "--type", "pn_counter");
  expect(made).toMatchObject({ code: 0, err: "" });
  expect(made.out).toMatch(/^name +hits\ntype +pn_counter\nvalue +3\n$/);
  const json = await object("update", "hits", "increment", "--json", "--", "-5");
  expect(JSON.parse(json.out)).toEqual({ name: "hits", type: "pn_counter", value: -2, more: false });
  await object("update", "a/b c", "add", "x", "--type", "g_set");
  expect((await object("show", "a/b c", "--json")).out).toContain('"x"');
  expect((await object("list")).out).toBe("name\ttype\na/b c\tg_set\nhits\tpn_counter\n");
  expect((await object("list", "--type", "g_set")).out).toBe("name\ttype\na/b c\tg_set\n");
});

test("words are JSON where they can be, unless text is asked for", async () => {
  const add = (...words: string[]) => object("update", "words", "add", ...words, "--type", "g_set", "--json");
  const { out } = await add("7", "007", '"7"', "true", "null", '[1, {"a": 2}]', "größe");
  expect(new Set(JSON.parse(out).value.map((one: unknown) => JSON.stringify(one)))).toEqual(
    new Set(["7", '"007"', '"7"', "true", "null", '[1,{"a":2}]', '"größe"']),
  );
  const text = await object("update", "words", "add", "[1]", "--text", "--json");
  expect(JSON.parse(text.out).value).toContain("[1]");
  const big = await object("update", "words", "add", "9007199254740993");
  expect(big).toMatchObject({ code: 1, out: "" });
  expect(big.err).toContain("lost digits");
});

test("what cannot be done is said with the reason, and leaves nothing", async () => {
  const refused = await object("update", "quota", "decrement", "--type", "bounded_counter", "--json");
  expect(refused.code).toBe(1);
  expect(JSON.parse(refused.out)).toMatchObject({ error: { code: "no-rights" } });
  expect((await object("update", "new", "add", "1")).err).toContain("say of which type");
  expect((await object("update", "new", "jump", "1", "--type", "g_set")).err).toContain("add ELEMENT…");
  expect((await object("update", "new", "add", "1", "--type", "tree")).err).toContain(
    "g_counter, pn_counter",
  );
  expect((await object("show", "nobody")).err).toContain("nobody has written");
  expect(await object("update", "new")).toMatchObject({ code: 2 });
  expect(await object("show", "")).toMatchObject({ code: 2 });
});

test("the types are shown without a node", async () => {
  const { code, out } = await inProcess("object", "types", "--json");
  expect([code, JSON.parse(out).types.length]).toEqual([0, 16]);
  expect((await inProcess("object", "types")).out).toContain(
    "bounded_counter\tincrement [BY], decrement [BY], transfer NODE BY\t",
  );
  expect((await inProcess("object", "update", "--help")).out).toContain(
    "jarvisctl object update credit transfer",
  );
});
