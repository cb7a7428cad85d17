import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Configuration,
  dataFolder,
  escapeText,
  hostPort,
  httpAddressFile,
  isLoopback,
  loadConfiguration,
} from "@jarvis-crdt/config";
import { CommandFailure, misuse } from "../failure.ts";
import { note } from "../ui/terminal.ts";

/** A node to talk to. */
export interface Target {
  readonly url: string;
  readonly token: string | undefined;
}

/** The node whose HTTP interface answers at a URL. */
export function urlTarget(text: string, tokenFile: string | undefined): Target {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== "" || url.search !== "") {
    throw misuse(`${escapeText(text)} is no URL of a node; write http://127.0.0.1:8889`);
  }
  const token = tokenFile === undefined ? undefined : readToken(tokenFile);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (token !== undefined && url.protocol === "http:" && !isLoopback(host)) {
    note(`warning: the token goes to ${url.host} unencrypted; use https or an SSH tunnel`);
  }
  return { url: url.href.replace(/\/+$/, ""), token };
}

/** The node of a configuration file, with the token of its data folder. */
export function configTarget(file: string): Target {
  const configuration = loadConfiguration(file);
  const { host, port } = configuration.http;
  const taken = port === 0 ? readTakenPort(configuration, file) : port;
  const reached = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
  return {
    url: `http://${hostPort(reached, taken)}`,
    token: readToken(join(dataFolder(configuration), "http.token")),
  };
}

/** Where the configuration leaves the port to the system, the running process tells which it got. */
function readTakenPort(configuration: Configuration, config: string): number {
  const file = httpAddressFile(configuration);
  let text: string;
  try {
    text = readFileSync(file, "utf8").trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandFailure(
      "not-running",
      `jarvisd does not run with ${escapeText(config)}: that says http.port: 0, and ${escapeText(file)}, which tells the port, cannot be read (${code}); start it`,
    );
  }
  const port = URL.canParse(text) ? Number(new URL(text).port) : 0;
  if (port > 0) return port;
  throw new CommandFailure("address-invalid", `${escapeText(file)} holds no address; restart jarvisd`);
}

function readToken(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, "utf8").trim();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandFailure(
      "token-unreadable",
      `the token ${escapeText(file)} cannot be read (${code}); jarvisd makes it at its first start, for the user it runs as`,
    );
  }
  // Anything else could not stand in a header.
  if (!/^[\x21-\x7e]{1,256}$/.test(text)) {
    throw new CommandFailure("token-invalid", `${escapeText(file)} holds no token`);
  }
  return text;
}
