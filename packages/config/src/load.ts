import { readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { LineCounter, parseDocument } from "yaml";
import { isLoopback } from "./address.ts";
import { explain, type Problem } from "./problem.ts";
import { type Configuration, configurationSchema } from "./schema.ts";
import { escapeText, showValue } from "./text.ts";

/** A configuration that cannot be used. `mistakes` are lines for people, all mistakes at once. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
  readonly code = "bad-configuration";
  readonly file: string;
  readonly mistakes: readonly string[];

  constructor(file: string, mistakes: readonly string[]) {
    const count = mistakes.length === 1 ? "one mistake" : `${mistakes.length} mistakes`;
    super(`${escapeText(file)} has ${count}:\n${mistakes.map((line) => `  ${line}`).join("\n")}`);
    this.file = file;
    this.mistakes = mistakes;
  }
}

const maxFileBytes = 1 << 20;
const maxMistakes = 50;

/** Reads and checks a configuration file. Throws a ConfigurationError that names every mistake. */
export function loadConfiguration(file: string): Configuration {
  let text: string;
  try {
    const { size } = statSync(file);
    if (size > maxFileBytes)
      throw new ConfigurationError(file, [`the file has ${size} bytes; allowed: 1 MiB`]);
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    const reason = (error as NodeJS.ErrnoException).code ?? "error";
    throw new ConfigurationError(file, [
      `cannot be read (${reason}); give an existing YAML file, or write one with: jarvisd --print-config > ${escapeText(file)}`,
    ]);
  }
  return parseConfiguration(text, resolve(file));
}

/** Checks the text of a configuration; relative paths start at the folder of `file`. */
export function parseConfiguration(text: string, file: string): Configuration {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const mistakes = document.errors.map((error) => {
      const { line, col } = lines.linePos(error.pos[0]);
      return `line ${line}, column ${col}: ${escapeText(error.message)}`;
    });
    throw new ConfigurationError(file, mistakes.slice(0, maxMistakes));
  }

  let raw: unknown;
  try {
    raw = document.toJS({ maxAliasCount: 100 }) ?? {};
  } catch {
    throw new ConfigurationError(file, ["more aliases than a configuration can need; write the values out"]);
  }

  const result = configurationSchema.safeParse(raw);
  const problems = result.success ? [] : result.error.issues.flatMap((issue) => explain(issue, raw));
  problems.push(...exposedHttp(raw), ...namelessDns(raw));
  if (result.success && problems.length === 0) return absolute(result.data, dirname(file));

  const placed = problems.map((problem) => {
    const node = document.getIn(problem.path.map(String), true) as { range?: [number] | null } | undefined;
    const line = node?.range ? lines.linePos(node.range[0]).line : undefined;
    const name = problem.path.length === 0 ? "the file" : escapeText(problem.path.map(String).join("."), 120);
    return { line, text: `${line === undefined ? "" : `line ${line}: `}${name}: ${problem.sentence}` };
  });
  placed.sort((a, b) => (a.line ?? 0) - (b.line ?? 0));
  throw new ConfigurationError(
    file,
    placed.slice(0, maxMistakes).map((one) => one.text),
  );
}

/** The bearer token must not cross a network in the clear. Judged on the raw file, so that it shows beside other mistakes. */
function exposedHttp(raw: unknown): Problem[] {
  const http = (raw as { http?: { host?: unknown; behind_tls_proxy?: unknown } } | undefined)?.http;
  if (typeof http?.host !== "string" || isLoopback(http.host) || http.behind_tls_proxy === true) return [];
  return [
    {
      path: ["http", "host"],
      sentence: `${showValue(http.host)} is refused: beyond loopback the token would travel unencrypted; use 127.0.0.1, or put a reverse proxy with TLS before it and set http.behind_tls_proxy: true`,
    },
  ];
}

function namelessDns(raw: unknown): Problem[] {
  const network = (raw as { network?: { discovery_method?: unknown; dns_names?: unknown } } | undefined)
    ?.network;
  if (network?.discovery_method !== "dns") return [];
  if (
    network.dns_names !== undefined &&
    !(Array.isArray(network.dns_names) && network.dns_names.length === 0)
  )
    return [];
  return [
    {
      path: ["network", "discovery_method"],
      sentence:
        '"dns" needs names to look up; list them in network.dns_names, such as "_crdtsync._tcp.example.org"',
    },
  ];
}

function absolute(configuration: Configuration, folder: string): Configuration {
  const at = (path: string) => resolve(folder, path);
  const { storage, archive, security } = configuration;
  return {
    ...configuration,
    storage: { ...storage, path: at(storage.path), backup_folder: at(storage.backup_folder) },
    archive: { ...archive, path: at(archive.path) },
    security: {
      ...security,
      node_certificates: at(security.node_certificates),
      trusted_ca: at(security.trusted_ca),
    },
  };
}

/** The folder of the state file, where the token, the pid and the fence live. */
export function dataFolder(configuration: Configuration): string {
  return dirname(configuration.storage.path);
}

/** Where a running `jarvisd` tells the URL of its HTTP interface, also where the system gave it the port. */
export function httpAddressFile(configuration: Configuration): string {
  return join(dataFolder(configuration), "http.address");
}
