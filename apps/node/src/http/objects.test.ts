import { expect, test } from "vitest";
import { fakeHttp } from "../testing/http.ts";

test("an object of any type is made, changed, read and listed", async () => {
  const { call } = await fakeHttp();
  expect(await call("GET", "/v1/objects")).toMatchObject({ status: 200, body: { objects: [], next: null } });
  expect(await call("GET", "/v1/objects/tags")).toMatchObject({ status: 404, body: { code: "not-found" } });
  const added = {
    type: "g_set",
    operation: "add",
    values: ["a", { $int: "9007199254740993" }, { $bytes: "AP8=" }],
  };
  expect(await call("POST", "/v1/objects/tags", added)).toMatchObject({
    status: 200,
    body: { name: "tags", type: "g_set", more: false },
  });
  const { body } = await call("GET", "/v1/objects/tags");
  expect((body as { value: unknown[] }).value).toEqual(
    expect.arrayContaining(["a", { $int: "9007199254740993" }, { $bytes: "AP8=", text: false }]),
  );
  expect((await call("GET", "/v1/objects")).body).toEqual({
    objects: [{ name: "tags", type: "g_set" }],
    next: null,
  });
  expect((await call("GET", "/v1/object-types")).body).toMatchObject({ types: { length: 16 } });
});

test("long lists are cut, of a log the beginning; names come in pages", async () => {
  const { call } = await fakeHttp();
  for (const value of [1, 2, 3]) {
    await call("POST", "/v1/objects/log", { type: "grow_log", operation: "append", values: [value] });
    await call("POST", `/v1/objects/c${value}`, { type: "g_counter", operation: "increment" });
  }
  const log = (await call("GET", "/v1/objects/log?limit=2")).body as {
    value: { value: number }[];
    more: boolean;
  };
  expect([log.value.map(({ value }) => value), log.more]).toEqual([[2, 3], true]);
  expect((await call("GET", "/v1/objects?limit=2")).body).toEqual({
    objects: [
      { name: "c1", type: "g_counter" },
      { name: "c2", type: "g_counter" },
    ],
    next: "c2",
  });
  expect((await call("GET", "/v1/objects?limit=2&after=c2")).body).toMatchObject({
    objects: [{ name: "c3" }, { name: "log" }],
    next: null,
  });
  expect((await call("GET", "/v1/objects?type=grow_log")).body).toMatchObject({ objects: [{ name: "log" }] });
});

test.each<[string, unknown, number, string]>([
  ["nothing", {}, 422, "invalid"],
  ["a key too many", { operation: "add", values: [1], x: 1 }, 422, "invalid"],
  ["no such type", { type: "tree", operation: "add", values: [1] }, 422, "invalid"],
  ["no such operation", { type: "g_set", operation: "remove", values: [1] }, 422, "invalid"],
  ["no such value", { type: "g_set", operation: "add", values: [{ $int: "x" }] }, 422, "invalid"],
  ["no type where it is new", { operation: "add", values: [1] }, 404, "not-found"],
  ["another type", { type: "g_set", operation: "add", values: [1] }, 409, "wrong-type"],
  ["what nobody may", { type: "bounded_counter", operation: "decrement", values: [1] }, 409, "no-rights"],
  ["too many values", { type: "g_set", operation: "add", values: Array(1001).fill(1) }, 422, "invalid"],
])("%s is refused", async (what, body, status, code) => {
  const { call } = await fakeHttp();
  await call("POST", "/v1/objects/counter", { type: "g_counter", operation: "increment" });
  const name = what === "another type" ? "counter" : "other";
  expect(await call("POST", `/v1/objects/${name}`, body)).toMatchObject({ status, body: { code } });
});
