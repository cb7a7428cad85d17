import { expect, test } from "vitest";
import { fakeHttp } from "../testing/http.ts";

interface Operation {
  readonly responses: Readonly<Record<string, unknown>>;
  readonly security?: readonly unknown[];
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
}

interface OpenApi {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
}

const routes = [
  "GET /healthz",
  "GET /readyz",
  "GET /v1/archive/{uid}",
  "GET /v1/collection",
  "GET /v1/conflicts",
  "GET /v1/conflicts/records",
  "GET /v1/conflicts/{id}",
  "GET /v1/counters/{name}",
  "GET /v1/digest",
  "GET /v1/object-types",
  "GET /v1/objects",
  "GET /v1/objects/{name}",
  "GET /v1/openapi.json",
  "GET /v1/quarantine",
  "GET /v1/registers/{name}",
  "GET /v1/sets/{name}",
  "GET /v1/status",
  "GET /v1/voids",
  "GET /v1/why",
  "POST /v1/archive",
  "POST /v1/archive/adopt",
  "POST /v1/archive/unevict",
  "POST /v1/collection/run",
  "POST /v1/conflicts/records/{record}/restore",
  "POST /v1/conflicts/{id}/restore",
  "POST /v1/counters",
  "POST /v1/counters/{name}",
  "POST /v1/digest/cells",
  "POST /v1/digest/parts",
  "POST /v1/objects/{name}",
  "POST /v1/peers/{node}/connect",
  "POST /v1/peers/{node}/disconnect",
  "POST /v1/peers/{node}/sync",
  "POST /v1/quarantine/drop",
  "POST /v1/quarantine/retry",
  "POST /v1/reload",
  "POST /v1/repair",
  "POST /v1/sets/{name}",
  "PUT /v1/registers/{name}",
];

async function load() {
  const { app, call } = await fakeHttp();
  return { app, document: (await call("GET", "/v1/openapi.json")).body as OpenApi };
}

test("the document is OpenAPI 3.1 and describes every route, and none that does not exist", async () => {
  const { app, document } = await load();
  expect(document.openapi).toMatch(/^3\.1\./);
  expect(document.info).toMatchObject({ title: "jarvisd", version: expect.stringMatching(/^\d+\.\d+\.\d+/) });
  const documented = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(documented.sort()).toEqual(routes);
  for (const route of routes) {
    const [method, path] = route.split(" ") as ["GET", string];
    expect(app.hasRoute({ method, url: path.replace(/\{(\w+)\}/g, ":$1") }), route).toBe(true);
  }
  // The router's own listing: a route without a schema or hidden from the document would only show here.
  const served =
    app.printRoutes({ commonPrefix: false }).match(/\((?:GET|POST|PUT|HEAD|DELETE|PATCH)[^)]*\)/g) ?? [];
  expect(served.join().match(/[A-Z]{3,}/g)).toHaveLength(routes.length);
});

test("every operation says what it answers and which parameters it takes; only health checks are open", async () => {
  const { document } = await load();
  for (const [path, methods] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const name = `${method} ${path}`;
      const statuses = Object.keys(operation.responses);
      expect(
        statuses.some((status) => status.startsWith("2")),
        name,
      ).toBe(true);
      const open = path === "/healthz" || path === "/readyz";
      expect(operation.security?.length === 0, name).toBe(open);
      if (!open) expect(statuses, name).toEqual(expect.arrayContaining(["401", "403"]));
      if (method !== "get") expect(statuses, name).toEqual(expect.arrayContaining(["413", "415", "422"]));
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
      const declared = (operation.parameters ?? []).filter((one) => one.in === "path").map((one) => one.name);
      expect(declared, name).toEqual(inPath);
    }
  }
});

test("every reference resolves and no schema is there twice", async () => {
  const { document } = await load();
  const names = Object.keys(document.components.schemas);
  const used = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1]!);
  expect(used.length).toBeGreaterThan(0);
  for (const reference of used) {
    expect(reference).toMatch(/^#\/components\/schemas\//);
    expect(names).toContain(reference.slice("#/components/schemas/".length));
  }
  expect(names.sort()).toEqual([
    "CollectionRun",
    "Conflict",
    "ConflictRecord",
    "Digest",
    "DigestPart",
    "Dot",
    "Frontier",
    "LogStanding",
    "MemberStanding",
    "Peer",
    "Problem",
    "Quarantined",
    "Standing",
    "Status",
    "Value",
    "VoidInterval",
    "Why",
  ]);
});
