import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Exit } from "./exit.ts";
import { NodeClient } from "./node-client.ts";
import { mustRunNode } from "./program.ts";
import { jarvisdFlags, type Programs } from "./programs.ts";
import { Service } from "./service.ts";

/** Sections and keys of a node's configuration file. */
export type NodeConfig = { readonly [section: string]: { readonly [key: string]: unknown } };

/** What a node says on stdout once it answers. */
export interface ReadyLine {
  readonly event: "ready";
  readonly node: string;
  readonly pid: number;
  readonly http: string;
  readonly peer: string | null;
}

export interface StartOptions {
  /** A command line before the program's own, such as that of `killAtFsync`. */
  readonly wrap?: readonly string[];
  readonly readyMs?: number;
}

/** One node: a folder laid out as an operator would, and at most one process that runs it. */
export class ClusterNode {
  /** From 1. */
  readonly index: number;
  readonly folder: string;
  readonly archive: string;
  readonly state: string;
  readonly certificates: string;
  readonly log: string;
  private readonly programs: Programs;
  private readonly config: NodeConfig;
  private readonly dialled: () => readonly string[];
  private readonly onReady: (ready: ReadyLine) => void;
  /** The peer port once it is known: peers look for a node where it was. */
  private port = 0;
  private service: Service<ReadyLine> | undefined;
  private http: NodeClient | undefined;

  constructor(
    index: number,
    folder: string,
    programs: Programs,
    config: NodeConfig,
    dialled: () => readonly string[],
    onReady: (ready: ReadyLine) => void,
  ) {
    this.index = index;
    this.folder = folder;
    this.archive = join(folder, "jarvis_archive.db");
    this.state = join(folder, "crdt_state.db");
    this.certificates = join(folder, "certs");
    this.log = join(folder, "jarvisd.log");
    this.programs = programs;
    this.config = config;
    this.dialled = dialled;
    this.onReady = onReady;
    mkdirSync(folder, { recursive: true });
  }

  get running(): boolean {
    return this.service !== undefined;
  }

  /** The ready line of the running process. */
  get ready(): ReadyLine {
    return this.process().ready;
  }

  /** The HTTP interface of the running process. */
  get client(): NodeClient {
    this.process();
    this.http ??= NodeClient.withTokenFile(this.ready.http, join(this.folder, "http.token"));
    return this.http;
  }

  /** Resolves when the running process ends, whoever ended it. */
  get exited(): Promise<Exit> {
    return this.process().exited;
  }

  /** Prepares the archive for replication, as an operator does once. */
  async adopt(): Promise<void> {
    const args = ["migrate", "apply", "--archive", this.archive, "--state", this.state, "--yes", "--json"];
    await mustRunNode(this.programs.jarvisctl, args, { timeoutMs: 600_000 });
  }

  /** Writes the configuration file and starts the node; resolves when it is ready. */
  async start(options: StartOptions = {}): Promise<ReadyLine> {
    if (this.service !== undefined) throw new Error(`node ${this.index} is running already`);
    const file = join(this.folder, "config.yaml");
    writeFileSync(file, stringify(this.configuration()));
    const service = await Service.start<ReadyLine>({
      file: this.programs.jarvisd,
      flags: jarvisdFlags,
      args: ["--config", file],
      log: this.log,
      ...options,
    });
    this.service = service;
    void service.exited.then(() => {
      if (this.service === service) this.forget();
    });
    if (service.ready.peer !== null) this.port = Number(service.ready.peer.split(":").at(-1));
    this.onReady(service.ready);
    return service.ready;
  }

  /** SIGTERM; resolves when the process is gone, see `Service.stop`. Nothing happens where none runs. */
  async stop(timeoutMs?: number): Promise<Exit | undefined> {
    return await this.service?.stop(timeoutMs);
  }

  /** SIGKILL for all its processes. */
  async kill(): Promise<Exit | undefined> {
    return await this.service?.kill();
  }

  private process(): Service<ReadyLine> {
    if (this.service === undefined) throw new Error(`node ${this.index} is not running`);
    return this.service;
  }

  private forget(): void {
    this.service = undefined;
    this.http = undefined;
  }

  private configuration(): NodeConfig {
    const base: NodeConfig = {
      network: { host: "127.0.0.1", port: this.port, peers: this.dialled() },
      storage: { path: "crdt_state.db" },
      archive: { path: "jarvis_archive.db" },
      security: { node_certificates: "certs", trusted_ca: "certs/ca.pem" },
      http: { host: "127.0.0.1", port: 0 },
    };
    const sections = new Set([...Object.keys(base), ...Object.keys(this.config)]);
    return Object.fromEntries([...sections].map((name) => [name, { ...base[name], ...this.config[name] }]));
  }

  /** Issues the certificate of this node, unless it has one. */
  async enrol(authority: string, role: "reader" | "writer" | "admin"): Promise<void> {
    if (existsSync(join(this.certificates, "node.pem"))) return;
    const name = `node${this.index}`;
    const args = [
      "node",
      "issue",
      "--ca",
      authority,
      "--name",
      name,
      "--role",
      role,
      "--out",
      this.certificates,
    ];
    await mustRunNode(this.programs.jarvisctl, args);
  }
}
