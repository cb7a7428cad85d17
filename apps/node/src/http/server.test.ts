import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { fakeId, fakeIncarnation, fakePeer } from "../testing/fake-node.ts";
import { fakeHttp, headers, token } from "../testing/http.ts";
import { httpLimits } from "./limits.ts";

test("counters", async () => {
  const { call } = await fakeHttp();
  expect(await call("GET", "/v1/counters/hits")).toMatchObject({ status: 404, body: { code: "not-found" } });
  expect(await call("POST", "/v1/counters/hits", { by: 5 })).toMatchObject({
    status: 200,
    body: { value: 5 },
  });
  expect((await call("POST", "/v1/counters/hits", { by: -7 })).body).toEqual({ value: -2 });
  expect((await call("GET", "/v1/counters/hits")).body).toEqual({ value: -2 });
  for (const body of [{}, { by: 1.5 }, { by: "1" }, { by: 2 ** 53 }, { by: 1, x: 1 }, [], "null", "{"]) {
    expect(await call("POST", "/v1/counters/hits", body), JSON.stringify(body)).toMatchObject({
      status: 422,
      body: { code: "invalid" },
    });
  }
});

test("several counters at once, and their names", async () => {
  const { call } = await fakeHttp();
  await call("POST", "/v1/counters", { add: { hits: 2 } });
  expect(await call("POST", "/v1/counters", { add: { hits: 5, "miß/es": -1 } })).toMatchObject({
    status: 200,
    body: { values: { hits: 7, "miß/es": -1 } },
  });
  for (const add of [{ hits: 1.5 }, { "": 1 }, { "a\n": 1 }, [1], null])
    expect((await call("POST", "/v1/counters", { add })).status, JSON.stringify(add)).toBe(422);
});

test("synchronising with a peer says what went over", async () => {
  const { call } = await fakeHttp();
  expect(await call("POST", `/v1/peers/${fakePeer}/sync`)).toMatchObject({
    status: 200,
    body: { sent: 3, received: 4 },
  });
  expect((await call("POST", `/v1/peers/${fakeId}/sync`)).status).toBe(404);
});

test("status is answered where the digest is not known", async () => {
  const { call, node } = await fakeHttp();
  const status = node.status.bind(node);
  node.status = async () => ({ ...(await status()), digest: undefined });
  expect(await call("GET", "/v1/status")).toMatchObject({ status: 200, body: { digest: null } });
});

test("registers", async () => {
  const { call } = await fakeHttp();
  const value = {
    list: [1, null, true],
    raw: { $bytes: "AP8=", text: false },
    big: { $int: "9007199254740993" },
  };
  const dot = { node: fakeId, incarnation: fakeIncarnation, seq: 1 };
  expect((await call("GET", "/v1/registers/a")).status).toBe(404);
  expect(await call("PUT", "/v1/registers/a", { value })).toMatchObject({
    status: 200,
    body: { value, dot },
  });
  expect((await call("GET", "/v1/registers/a")).body).toEqual({ value, dot, siblings: 1 });
  expect((await call("PUT", "/v1/registers/a", { value: null })).status).toBe(200);
  expect((await call("PUT", "/v1/registers/a", {})).status).toBe(422);
  expect((await call("PUT", "/v1/registers/a", '{"value":{"__proto__":{"x":1}}}')).status).toBe(422);
});

test("sets", async () => {
  const { call } = await fakeHttp();
  expect((await call("GET", "/v1/sets/s")).status).toBe(404);
  expect((await call("POST", "/v1/sets/s", { add: [1, "a", [null]] })).body).toEqual({
    values: [1, "a", [null]],
  });
  expect((await call("POST", "/v1/sets/s", { add: [2], remove: [1] })).body).toEqual({
    values: ["a", [null], 2],
  });
  expect((await call("GET", "/v1/sets/s")).body).toEqual({ values: ["a", [null], 2] });
  const many = Array.from({ length: httpLimits.elements + 1 }, () => 0);
  expect((await call("POST", "/v1/sets/s", { add: many })).status).toBe(422);
});

test("names may hold anything printable", async () => {
  const { call } = await fakeHttp();
  for (const name of ["a/b", "ü ?#%", "🚀".repeat(100), "x".repeat(200)]) {
    expect((await call("POST", `/v1/counters/${encodeURIComponent(name)}`, { by: 1 })).body).toEqual({
      value: 1,
    });
  }
  for (const name of ["%00", "a%0Ab", "x".repeat(201), "%ff", "x".repeat(10_000)]) {
    const { status } = await call("POST", `/v1/counters/${name}`, { by: 1 });
    expect([404, 422], name.slice(0, 20)).toContain(status);
  }
});

test("rows that are hidden here", async () => {
  const { call } = await fakeHttp();
  expect((await call("GET", "/v1/status")).body).toMatchObject({ counts: { evicted: 2 } });
  expect((await call("POST", "/v1/archive/adopt", {})).body).toEqual({ rows: 4 });
  expect((await call("POST", "/v1/archive/unevict", {})).body).toEqual({ rows: 2 });
  expect((await call("POST", "/v1/archive/unevict", { table: "t" })).body).toEqual({ rows: 1 });
  const uids = ["01".repeat(16), "02".repeat(16), "03".repeat(16)];
  expect((await call("POST", "/v1/archive/unevict", { uids })).body).toEqual({ rows: 3 });
  for (const body of [{ uids: ["x"] }, { table: "" }, { all: true }, []])
    expect((await call("POST", "/v1/archive/unevict", body)).status, JSON.stringify(body)).toBe(422);
});

test("archive entries by columns", async () => {
  const { call, node } = await fakeHttp();
  const values = { content: "x", blob: { $bytes: "AA==", text: false }, score: 0.5, none: null };
  const created = await call("POST", "/v1/archive", { values });
  const expected = {
    uid: "01".repeat(16),
    id: { $int: "1152921504606846976" },
    dot: { node: fakeId, incarnation: fakeIncarnation, seq: 1 },
  };
  expect(created).toMatchObject({ status: 201, body: expected });
  expect(node.created[0]).toMatchObject({ table: "archive_entries" });
  expect((await call("GET", `/v1/archive/${"01".repeat(16)}`)).body).toEqual({
    ...expected,
    crdt_type: "or_set",
    values,
  });
});

test("archive entries in the plan's words", async () => {
  const { call, node } = await fakeHttp();
  const body = { operation: "llm_query", input_data: "q", output_data: { a: 1 }, metadata: { m: [1] } };
  expect((await call("POST", "/v1/archive", body)).status).toBe(201);
  expect(node.created[0]).toMatchObject({ operation: "llm_query", inputData: "q", metadata: { m: [1] } });
  const { metadata: _, ...without } = body;
  expect((await call("POST", "/v1/archive", without)).status).toBe(201);
  expect(node.created[1]).toMatchObject({ metadata: null });
});

test("what is no archive entry is refused", async () => {
  const { call, node } = await fakeHttp();
  const bad = [
    {},
    { values: 5 },
    { values: {}, extra: 1 },
    { operation: "x" },
    { table: "unknown", values: {} },
    { values: { a: "\ud800" } },
    { values: Object.fromEntries(Array.from({ length: 2001 }, (_, i) => [`c${i}`, 1])) },
  ];
  for (const body of bad)
    expect((await call("POST", "/v1/archive", body)).body).toMatchObject({ code: "invalid" });
  expect(node.created).toEqual([]);
  expect((await call("GET", `/v1/archive/${"02".repeat(16)}`)).body).toMatchObject({ code: "not-found" });
  expect((await call("GET", "/v1/archive/xyz")).body).toMatchObject({ code: "invalid" });
});

test("status and digest", async () => {
  const { call } = await fakeHttp();
  const frontier = { [`${fakeId}:${fakeIncarnation}`]: { seq: 0, batch: "09".repeat(32) } };
  const status = await call("GET", "/v1/status");
  expect(status.body).toMatchObject({
    node: fakeId,
    incarnation: fakeIncarnation,
    frontier,
    digest: "07".repeat(32),
  });
  expect(status.body.peers).toHaveLength(1);
  expect((await call("GET", "/v1/digest")).body).toEqual({
    digest: "07".repeat(32),
    rows: 0,
    cells: 3,
    frontier,
  });
});

test("peers are cut off and connected again", async () => {
  const { app, call } = await fakeHttp();
  expect((await call("POST", `/v1/peers/${fakePeer}/disconnect`)).body).toMatchObject({ state: "disabled" });
  expect((await call("GET", "/v1/status")).body.peers[0].state).toBe("disabled");
  expect((await call("POST", `/v1/peers/${fakePeer.toUpperCase()}/connect`)).body).toMatchObject({
    state: "connected",
  });
  expect((await call("POST", `/v1/peers/${fakeId}/connect`)).status).toBe(404);
  expect((await call("POST", "/v1/peers/nobody/connect")).status).toBe(422);
  const announced = { ...headers, "content-type": "application/json" };
  const url = `/v1/peers/${fakePeer}/connect`;
  expect((await app.inject({ method: "POST", url, headers: announced })).statusCode).toBe(200);
});

test("every route but the health checks needs the token, also one that does not exist", async () => {
  const { app } = await fakeHttp();
  const { authorization: _, ...anonymous } = headers;
  for (const url of ["/v1/status", "/v1/digest", "/v1/openapi.json", "/v1/counters/x", "/nowhere", "/"]) {
    const answer = await app.inject({ url, headers: anonymous });
    expect(answer.statusCode, url).toBe(401);
    expect(answer.headers["content-type"]).toMatch(/^application\/problem\+json/);
    expect(answer.headers["www-authenticate"]).toBe("Bearer");
    expect(answer.json()).toMatchObject({ code: "unauthenticated", status: 401 });
  }
  expect(
    (await app.inject({ url: "/v1/status", headers: { ...headers, authorization: "Bearer x" } })).statusCode,
  ).toBe(401);
  expect((await app.inject({ url: "/nowhere", headers })).json()).toMatchObject({ code: "not-found" });
  expect((await app.inject({ url: "/healthz", headers: anonymous })).statusCode).toBe(200);
  expect((await app.inject({ url: "/readyz", headers: anonymous })).statusCode).toBe(200);
});

test("a page of another origin and a rebound name are refused", async () => {
  const { app } = await fakeHttp();
  for (const bad of [{ host: "evil.example" }, { origin: "http://evil.example" }]) {
    const answer = await app.inject({ url: "/v1/status", headers: { ...headers, ...bad } });
    expect(answer.json()).toMatchObject({ code: "forbidden", status: 403 });
  }
  const { app: proxied } = await fakeHttp({ behindProxy: true });
  expect(
    (await proxied.inject({ url: "/v1/status", headers: { ...headers, host: "a.example" } })).statusCode,
  ).toBe(200);
});

test("a node that is not ready takes no writes and still answers", async () => {
  const { app, call, node } = await fakeHttp();
  node.ready = false;
  expect((await app.inject("/readyz")).json()).toMatchObject({ code: "not-ready", status: 503 });
  expect((await app.inject("/healthz")).statusCode).toBe(200);
  expect(await call("POST", "/v1/counters/a", { by: 1 })).toMatchObject({
    status: 503,
    body: { code: "not-ready" },
  });
  expect((await call("PUT", "/v1/registers/a", { value: 1 })).status).toBe(503);
  expect((await call("POST", "/v1/sets/a", { add: [1] })).status).toBe(503);
  expect((await call("POST", "/v1/archive", { values: {} })).status).toBe(503);
  expect((await call("GET", "/v1/status")).status).toBe(200);
  expect((await call("POST", `/v1/peers/${fakePeer}/disconnect`)).status).toBe(200);
});

test("a reader takes no writes that others would refuse, and all that concerns itself", async () => {
  const { call, node } = await fakeHttp();
  await call("POST", "/v1/counters/hits", { by: 2 });
  node.mayWrite = false;
  for (const [method, url, body] of [
    ["POST", "/v1/counters/hits", { by: 5 }],
    ["PUT", "/v1/registers/a", { value: 1 }],
    ["POST", "/v1/sets/s", { add: [1] }],
    ["POST", "/v1/archive", { values: { content: "x" } }],
    ["POST", "/v1/archive/adopt", undefined],
  ] as const) {
    const answer = await call(method, url, body);
    expect(answer, url).toMatchObject({ status: 403, body: { code: "forbidden" } });
    expect(answer.body.detail).toMatch(/read only.*writer's certificate/);
  }
  expect((await call("GET", "/v1/counters/hits")).body).toEqual({ value: 2 });
  expect((await call("POST", "/v1/archive/unevict", {})).status).toBe(200);
  expect((await call("POST", "/v1/quarantine/retry")).status).toBe(200);
});

test("bodies are bounded", async () => {
  const { call } = await fakeHttp();
  const value = "x".repeat(httpLimits.bodyBytes);
  expect(await call("PUT", "/v1/registers/a", { value })).toMatchObject({
    status: 413,
    body: { code: "too-large" },
  });
  expect((await call("POST", "/v1/archive", { values: { content: value } })).status).toBe(201);
  const entry = { values: { content: "x".repeat(httpLimits.entryBytes) } };
  expect((await call("POST", "/v1/archive", entry)).status).toBe(413);
  const bomb = `{"value":${"[".repeat(500_000)}${"]".repeat(500_000)}}`;
  expect(await call("PUT", "/v1/registers/a", bomb)).toMatchObject({
    status: 422,
    body: { code: "invalid" },
  });
});

test("who sends neither values nor an operation, or asks for what is not there, is told what there is", async () => {
  const { call } = await fakeHttp();
  for (const body of [{ operation: "x" }, [], 1, {}])
    expect((await call("POST", "/v1/archive", body)).body.detail).toMatch(/"values".*"input_data"/);
  expect((await call("GET", "/v1/nope")).body.detail).toContain("GET /v1/nope; /v1/openapi.json");
});

test("only JSON is read", async () => {
  const { app } = await fakeHttp();
  const answer = await app.inject({
    method: "PUT",
    url: "/v1/registers/a",
    headers: { ...headers, "content-type": "text/plain" },
    payload: '{"value":1}',
  });
  expect(answer.json()).toMatchObject({ code: "unsupported-media-type", status: 415 });
});

test("a bug shows in the log and not in the answer", async () => {
  const { call, log } = await fakeHttp();
  const answer = await call("POST", "/v1/archive", { table: "broken", values: {} });
  expect(answer).toMatchObject({ status: 500, body: { code: "internal" } });
  expect(JSON.stringify(answer.body)).not.toContain("secret");
  expect(log.some((line) => line.includes("secret: /etc/passwd"))).toBe(true);
});

test("over a real socket", async () => {
  const { app } = await fakeHttp();
  await app.listen({ host: "127.0.0.1", port: 0 });
  try {
    const { port } = app.server.address() as AddressInfo;
    const base = `http://127.0.0.1:${port}`;
    const answer = await fetch(`${base}/v1/counters/a`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: '{"by":3}',
    });
    expect(await answer.json()).toEqual({ value: 3 });
    expect((await fetch(`${base}/v1/status`)).status).toBe(401);

    const garbage = await new Promise<string>((resolve, reject) => {
      const socket = connect(port, "127.0.0.1", () => socket.write("\x16\x03\x01 not HTTP\r\n\r\n"));
      let text = "";
      socket.on("data", (chunk) => {
        text += chunk.toString();
      });
      socket.on("close", () => resolve(text)).on("error", reject);
    });
    expect(garbage).toContain("400 Bad Request");
    expect(JSON.parse(garbage.split("\r\n\r\n")[1]!)).toMatchObject({ status: 400, code: "bad-request" });
    const long = await fetch(`${base}/v1/status`, { headers: { "x-long": "x".repeat(20_000) } });
    expect(long.headers.get("content-type")).toBe("application/problem+json");
    expect(await long.json()).toMatchObject({ status: 431, code: "headers-too-large" });
  } finally {
    await app.close();
  }
});
