import { afterAll, beforeAll, expect, test } from "vitest";
import { fakeHttp } from "../testing/http.ts";

let http: Awaited<ReturnType<typeof fakeHttp>>;
beforeAll(async () => {
  http = await fakeHttp();
});
afterAll(() => http.app.close());

test("quarantine is listed page by page, dropped and tried again", async () => {
  const { call } = http;
  const all = (await call("GET", "/v1/quarantine")).body;
  expect(all).toMatchObject({ items: [{ kind: "transaction" }, { kind: "row", tries: 3 }], next: null });
  const { id } = all.items[0];
  expect((await call("GET", "/v1/quarantine?limit=1")).body).toMatchObject({ items: [{ id }], next: id });
  expect((await call("POST", "/v1/quarantine/drop", { ids: [id] })).body).toEqual({ dropped: 1 });
  expect((await call("GET", "/v1/quarantine?dropped=true")).body.items).toMatchObject([
    { id, dropped: true },
  ]);
  expect((await call("POST", "/v1/quarantine/drop", { ids: [id], undo: true })).status).toBe(200);
  expect((await call("POST", "/v1/quarantine/retry", {})).body).toEqual({ transactions: 1, rows: 2 });
});

test("conflicts are listed, shown with all values, and restored", async () => {
  const { call } = http;
  const { items } = (await call("GET", "/v1/conflicts")).body;
  const { id } = items[0];
  expect((await call("GET", `/v1/conflicts/${id}`)).body.writes).toMatchObject([
    { at: "2026-01-02T03:04:05.678Z", values: { verification_status: "ok" } },
    { at: null, values: { verification_status: "bad" } },
  ]);
  expect((await call("POST", `/v1/conflicts/${id}/restore`, {})).body).toMatchObject({ dot: { seq: 11 } });
  expect((await call("POST", `/v1/conflicts/${id}/restore`, { write: 0 })).body).toMatchObject({
    dot: { seq: 10 },
  });
  expect((await call("GET", "/v1/conflicts/records")).body).toMatchObject({ items: [{ id: 7 }], next: null });
  expect((await call("POST", "/v1/conflicts/records/7/restore", {})).status).toBe(200);
});

test.each([
  ["GET", "/v1/quarantine?limit=0", 422],
  ["GET", "/v1/quarantine?limit=1001", 422],
  ["GET", "/v1/quarantine?nonsense=1", 422],
  ["GET", "/v1/conflicts/xyz", 422],
  ["GET", `/v1/conflicts/${"00".repeat(16)}`, 404],
  ["POST", `/v1/conflicts/${"ab".repeat(16)}/restore`, 422],
  ["POST", "/v1/quarantine/drop", 422],
] as const)("%s %s is answered %i", async (method, url, status) => {
  const body = method === "POST" ? { write: 7, ids: [] } : undefined;
  expect((await http.call(method, url, body)).status).toBe(status);
});
