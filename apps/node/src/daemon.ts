import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type Configuration, dataFolder, hostPort, httpAddressFile } from "@jarvis-crdt/config";
import type { Logger } from "pino";
import type { createHttp } from "./http/server.ts";
import { bearerToken } from "./http/token.ts";
import { ReloadableNode } from "./reloadable-node.ts";
import { requireWritable } from "./require-writable.ts";
import { writeRuntimeFile } from "./runtime-file.ts";
import type { Compose, RunningNode } from "./service.ts";
import { StartError } from "./start-error.ts";

/** Runs a node until `stop` resolves; `reread` reads the configuration again when it is asked to. `ready` is called once, when peers and HTTP clients are answered. */
export async function runDaemon(
  configuration: Configuration,
  compose: Compose,
  logger: Logger,
  stop: Promise<string>,
  ready: (line: ReadyLine) => void,
  reread: () => Configuration,
): Promise<void> {
  const folder = dataFolder(configuration);
  requireWritable(configuration);
  const token = bearerToken(folder);
  const lost = Promise.withResolvers<never>();
  // Only whoever waits for it is told.
  lost.promise.catch(() => {});
  const onLost = lost.reject;
  const [node, http] = await Promise.all([
    ReloadableNode.start({ configuration, compose, logger, reread, onLost }),
    // The thread of the archive begins meanwhile.
    import("./http/server.ts"),
  ]);
  try {
    const removePidFile = writeRuntimeFile(join(folder, "jarvisd.pid"), String(process.pid));
    try {
      await serve(
        node,
        http.createHttp,
        token,
        configuration,
        logger,
        Promise.race([stop, lost.promise]),
        ready,
      );
    } finally {
      removePidFile();
    }
  } finally {
    await node.close();
  }
}

async function serve(
  node: RunningNode,
  create: typeof createHttp,
  token: string,
  configuration: Configuration,
  logger: Logger,
  stop: Promise<string>,
  ready: (line: ReadyLine) => void,
): Promise<void> {
  const { host, port, behind_tls_proxy: behindProxy } = configuration.http;
  const http = await create(node, { token, logger, behindProxy });
  try {
    await http.listen({ host, port }).catch((error: NodeJS.ErrnoException) => {
      throw new StartError(
        "http-address",
        `the HTTP interface cannot listen on ${hostPort(host, port)} (${error.code ?? "error"}); choose another http.host or http.port, 0 takes any free port`,
      );
    });
    const address = http.server.address() as AddressInfo;
    const line: ReadyLine = {
      event: "ready",
      node: node.node,
      pid: process.pid,
      http: `http://${hostPort(host, address.port)}`,
      peer: node.peerAddress ?? null,
    };
    const removeAddress = writeRuntimeFile(httpAddressFile(configuration), line.http);
    try {
      logger.info({ node: line.node, http: line.http, peer: line.peer }, "ready");
      ready(line);
      logger.info({ reason: await stop }, "stopping");
    } finally {
      removeAddress();
    }
  } finally {
    await http.close();
  }
}

/** What scripts wait for, alone on standard output. */
export interface ReadyLine {
  readonly event: "ready";
  readonly node: string;
  readonly pid: number;
  readonly http: string;
  /** null where the node keeps to itself (`network.enabled: false`). */
  readonly peer: string | null;
}
