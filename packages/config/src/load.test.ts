import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { parse } from "yaml";
import { inertKeys } from "./inert.ts";
import { ConfigurationError, dataFolder, loadConfiguration, parseConfiguration } from "./load.ts";
import { printConfiguration } from "./print.ts";
import { general, sections } from "./schema.ts";

const folder = mkdtempSync(join(tmpdir(), "jarvisd-config-"));
afterAll(() => rmSync(folder, { recursive: true }));

function mistakes(text: string): readonly string[] {
  try {
    parseConfiguration(text, "/etc/jarvis/config.yaml");
  } catch (error) {
    if (error instanceof ConfigurationError) return error.mistakes;
    throw error;
  }
  return [];
}

test("an empty file is the default configuration, with absolute paths, bytes and milliseconds", () => {
  const configuration = parseConfiguration("", "/etc/jarvis/config.yaml");
  expect(configuration).toMatchObject({
    enabled: true,
    node_id: "auto",
    network: { host: "127.0.0.1", port: 8888, discovery_method: "static", peers: [] },
    storage: { backend: "sqlite", path: "/etc/jarvis/data/crdt_state.db", backup_interval: 3_600_000 },
    archive: { path: "/etc/jarvis/data/jarvis_archive.db" },
    http: { host: "127.0.0.1", port: 8889 },
    synchronization: { mode: "eager", batch_size: 1000, max_delta_size: 10_000_000 },
    security: { node_certificates: "/etc/jarvis/config/certs", trusted_ca: "/etc/jarvis/config/ca.pem" },
    debugging: { log_level: "INFO" },
  });
  expect(dataFolder(configuration)).toBe("/etc/jarvis/data");
});

test("the printed default configuration loads, names every key and is the default", () => {
  const printed = printConfiguration();
  expect(parseConfiguration(printed, "/x/y.yaml")).toEqual(parseConfiguration("", "/x/y.yaml"));
  const tree = parse(printed) as Record<string, object>;
  expect(Object.keys(tree)).toEqual([...Object.keys(general), ...Object.keys(sections)]);
  for (const [name, keys] of Object.entries(sections))
    expect(Object.keys(tree[name]!)).toEqual(Object.keys(keys));
});

test("a section without keys stands for its defaults", () => {
  expect(parseConfiguration("network:\nhttp: {}\n", "/x/y.yaml").network.port).toBe(8888);
});

test("absolute paths stay", () => {
  expect(parseConfiguration("archive: {path: /srv/a.db}", "/x/y.yaml").archive.path).toBe("/srv/a.db");
});

test("all mistakes are told at once, each with line, path, value and what is allowed", () => {
  expect(
    mistakes(`node_id: nobody
network:
  port: eighty
  prot: 1
  peers: [ok:1, "b:0"]
storage: 5
synchronization:
  max_delta_size: 1XB
http: {host: 0.0.0.0}
`),
  ).toEqual([
    'line 1: node_id: "nobody" is not allowed; allowed: "auto" or the UUID in the certificate',
    'line 3: network.port: "eighty" is not allowed; allowed: an integer from 0 to 65535; 0 takes any free port',
    "line 4: network.prot: unknown key; allowed here: enabled, host, port, discovery_method, peers, encryption, compression, max_peers, keep_alive, announce, dns_names, dns_interval, dns_servers, bandwidth_limit",
    'line 5: network.peers.1: "b:0" is not allowed; allowed: a list of at most 1000 addresses "host:port" ("[::1]:8888" for IPv6)',
    "line 6: storage: 5 is not allowed; allowed: a section with the keys backend, path, durability, scrub_interval, collection, undo_window, collection_lease, backup_interval, backup_folder, backup_keep, backup_keep_days, compression",
    'line 8: synchronization.max_delta_size: "1XB" is not allowed; allowed: a size from "7MB" to "1GB" (units B, KB, MB, GB, KiB, MiB, GiB)',
    expect.stringMatching(/^line 9: http\.host: "0\.0\.0\.0" is refused: .*behind_tls_proxy/),
  ]);
});

test.each([
  ["network: {encryption: false}", "network.encryption: false is refused: there is no unencrypted way"],
  [
    "security: {authentication: false}",
    "security.authentication: false is refused: there is no unauthenticated way",
  ],
  [
    "security: {operation_signing: false}",
    "security.operation_signing: false is refused: unsigned operations",
  ],
  ["security: {access_control: false}", "security.access_control: false is refused"],
  [
    "storage: {backend: postgresql}",
    'storage.backend: "postgresql" is refused: the PostgreSQL store is not built yet',
  ],
  ["storage: {backend: mongodb}", 'storage.backend: "mongodb" is refused: there is no MongoDB store'],
  ["storage: {backend: oracle}", 'storage.backend: "oracle" is not allowed; allowed: "sqlite"'],
  [
    "network: {discovery_method: bluetooth}",
    '"bluetooth" is not allowed; allowed: "static", "dns" or "multicast"',
  ],
  ["network: {discovery_method: dns}", '"dns" needs names to look up; list them in network.dns_names'],
  ["network: {discovery_method: dns, dns_names: []}", '"dns" needs names to look up'],
  ["network: {dns_names: [nodes.example.org]}", 'network.dns_names.0: "nodes.example.org" is not allowed'],
  ['network: {dns_names: ["[::1]:80"]}', 'network.dns_names.0: "[::1]:80" is not allowed'],
  ["network: {dns_servers: [example.org:53]}", 'network.dns_servers.0: "example.org:53" is not allowed'],
  ["synchronization: {mode: idle}", '"idle" is not allowed; allowed: "eager", "lazy" or "scheduled"'],
  ["synchronization: {max_delta_size: 6MB}", 'synchronization.max_delta_size: "6MB" is not allowed'],
  ["synchronization: {interval: 10ms}", 'synchronization.interval: "10ms" is not allowed'],
  ["storage: {backend: toString}", 'storage.backend: "toString" is not allowed'],
  ["network: {max_peers: 7}", "network.max_peers: 7 is not allowed; allowed: an integer from 8 to 1000"],
  ["network: {bandwidth_limit: 1KB}", 'network.bandwidth_limit: "1KB" is not allowed; allowed: "none", or'],
  ["__proto__: {a: 1}", "__proto__: unknown key"],
  ["constructor: 1", "constructor: unknown key"],
  ["network: {__proto__: 1}", "network.__proto__: unknown key"],
  ["storage: {backup_interval: 5}", "storage.backup_interval: 5 is not allowed"],
  ["storage: {backup_interval: 1s}", 'storage.backup_interval: "1s" is not allowed'],
  ["synchronization: {batch_size: 65537}", "synchronization.batch_size: 65537 is not allowed"],
  ['node_id: "\\e[31m"', "node_id: "],
  [
    "archive: {operations: {a: set}}",
    'archive.operations.a: "set" is not allowed; allowed: at most 1000 pairs',
  ],
  ["tables: {notes: {kind: tree}}", 'tables.notes.kind: "tree" is not allowed; allowed: tables by name'],
  [
    "tables: {notes: {keys: [a]}}",
    "tables.notes.keys: unknown key; allowed here: kind, key, groups, deletes",
  ],
  [
    "tables: {archive_entries: {key: [a]}}",
    "is refused: how archive_entries replicates is part of the format",
  ],
  ["- a\n- b", "the file: "],
  ["a: 1\na: 2", "Map keys must be unique"],
  ["a: [", "line 1, column"],
])("%s is refused", (text, expected) => {
  const found = mistakes(text);
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(expected);
  expect(found[0]).not.toMatch(/\p{Cc}/u);
});

test("names and servers of discovery are taken in each of their forms", () => {
  const names = '["_crdtsync._tcp.example.org", "nodes.example.org:8888", "192.0.2.1:1"]';
  const servers = '["192.0.2.53:53", "[::1]:5353"]';
  expect(mistakes(`network: {discovery_method: dns, dns_names: ${names}, dns_servers: ${servers}}`)).toEqual(
    [],
  );
});

test("http beyond loopback is allowed behind a proxy that the operator vouches for", () => {
  expect(mistakes("http: {host: 0.0.0.0, behind_tls_proxy: true}")).toEqual([]);
});

test("an alias bomb is refused", () => {
  const levels = Array.from({ length: 12 }, (_, i) =>
    `a${i}: &a${i} [${`*a${i - 1},`.repeat(9)}]`.replaceAll("*a-1", "1"),
  );
  expect(mistakes(levels.join("\n"))[0]).toContain("more aliases");
});

test("a file that cannot be read is named with what to do", () => {
  expect(() => loadConfiguration(join(folder, "absent.yaml"))).toThrow(/ENOENT.*--print-config/);
  expect(() => loadConfiguration(folder)).toThrow(/EISDIR/);
  const huge = join(folder, "huge.yaml");
  writeFileSync(huge, `# ${"x".repeat(1 << 20)}`);
  expect(() => loadConfiguration(huge)).toThrow(/allowed: 1 MiB/);
});

test("names the keys that were switched off and switch nothing", () => {
  expect(inertKeys(parseConfiguration("", "/x/y.yaml"))).toEqual([]);
  const configuration = parseConfiguration("monitoring: {health_checks: false}", "/x/y.yaml");
  expect(inertKeys(configuration)).toEqual(["monitoring.health_checks"]);
});
