import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readlinkSync, writeFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { createInterface, type Interface } from "node:readline";
import { fileURLToPath } from "node:url";
import { waitFor } from "./wait.ts";

/** What the wire between the two sites does; what is absent stays as it is. */
export interface Trunk {
  /** Each way. */
  readonly delayMs?: number;
  /** Of all packets, from 0 to 1. */
  readonly loss?: number;
  /** Sites of which nothing arrives at the other one. */
  readonly cut?: readonly Site[];
}

export type Site = "left" | "right";

/** Why namespaces of the network cannot be had here; undefined where they can. */
export function missingForLab(): string | undefined {
  if (process.platform !== "linux") return "Linux is needed";
  if (process.getuid?.() !== 0) return "root is needed";
  for (const command of ["ip", "unshare", "nsenter", "python3"])
    if (spawnSync(command, ["-V"], { stdio: "ignore" }).error) return `the program "${command}" is needed`;
  if (spawnSync("unshare", ["--net", "true"], { stdio: "ignore" }).status !== 0)
    return "the right to make network namespaces is needed";
  return undefined;
}

/**
 * A small network of real interfaces, apart from that of the machine: each host in a namespace of its own, behind a
 * switch at one of two sites, and a wire between the sites that delays, loses and cuts. All of it ends with the
 * processes that hold it, and these end with this one, however it ends.
 */
export class NetworkLab implements AsyncDisposable {
  private readonly holders: ChildProcess[] = [];
  private readonly subnet: string;
  private readonly hosts: readonly number[];
  private readonly carrier: ChildProcess;
  private readonly answers: Interface;

  private constructor(
    holders: ChildProcess[],
    subnet: string,
    hosts: readonly number[],
    carrier: ChildProcess,
  ) {
    this.holders = holders;
    this.subnet = subnet;
    this.hosts = hosts;
    this.carrier = carrier;
    this.answers = createInterface({ input: carrier.stdout! });
  }

  /** Hosts are numbered from 1, those at the left site first. */
  static async create({ left, right, seed }: Record<Site, number> & { seed: number }): Promise<NetworkLab> {
    const missing = missingForLab();
    if (missing !== undefined) throw new Error(`no network of namespaces can be made: ${missing}`);
    const holders = await Promise.all(Array.from({ length: 1 + left + right }, () => hold()));
    const [core, ...hosts] = holders.map(({ pid }) => pid!) as [number, ...number[]];
    const subnet = connectSelf(core);
    const sites = ["left", "right"] as const;
    ip(
      core,
      sites.flatMap((site) => [
        `link add ${site} type bridge`,
        `link set ${site} up`,
        // The end of the wire between the sites, and this process at each of them.
        `link add ${site}-end type veth peer name ${site}-port`,
        `link set ${site}-end up`,
        `link set ${site}-port master ${site} up`,
        `link set ${site}-self master ${site} up`,
      ]),
    );
    for (const [i, host] of hosts.entries()) {
      const [site, address] = [i < left ? "left" : "right", `${subnet}.${i + 1}`] as const;
      ip(core, [
        `link add host${i + 1} type veth peer name eth0 netns ${host}`,
        `link set host${i + 1} master ${site} up`,
      ]);
      ip(host, [`addr add ${address}/24 dev eth0`, "link set lo up", "link set eth0 up"]);
      ip(process.pid, [`route add ${address}/32 dev ${selfDevice(site)} src ${subnet}.${selfAt[site]}`]);
    }
    const script = fileURLToPath(new URL("../python/trunk.py", import.meta.url));
    const carrier = spawn(
      "nsenter",
      [`--net=/proc/${core}/ns/net`, "python3", script, "left-end", "right-end", String(seed)],
      { stdio: ["pipe", "pipe", "inherit"] },
    );
    const lab = new NetworkLab(holders, subnet, hosts, carrier);
    await once(lab.answers, "line");
    return lab;
  }

  /** IPv4 address of host `index`, from 1; this process reaches it too, whatever the wire does. */
  address(index: number): string {
    return `${this.subnet}.${index}`;
  }

  /** Address of this process as hosts at a site reach it, whatever the wire does. */
  ownAddress(site: Site): string {
    return `${this.subnet}.${selfAt[site]}`;
  }

  /** A command line to put before that of a program that is to run on host `index`. */
  wrap(index: number): readonly string[] {
    return ["nsenter", `--net=/proc/${this.hosts[index - 1]}/ns/net`];
  }

  /** Resolves when the wire is as told. */
  async trunk({ delayMs, loss, cut }: Trunk): Promise<void> {
    const settings = { ...(delayMs !== undefined && { delay: delayMs / 1000 }), loss, cut };
    this.carrier.stdin!.write(`${JSON.stringify(settings)}\n`);
    await once(this.answers, "line");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // They would go with the namespaces, a moment later.
    ip(process.pid, [`link del ${selfDevice("left")}`, `link del ${selfDevice("right")}`]);
    const processes = [this.carrier, ...this.holders];
    const ended = processes.map((child) => child.exitCode ?? once(child, "exit"));
    for (const child of processes) child.stdin!.end();
    await Promise.all(ended);
  }
}

const selfAt = { left: 253, right: 254 } as const;

function selfDevice(site: Site): string {
  return `jlab${process.pid % 1e6}${site[0]}`;
}

/** A process that does nothing in a network namespace of its own, until its stdin ends. */
async function hold(): Promise<ChildProcess> {
  const child = spawn("unshare", ["--net", "cat"], { stdio: ["pipe", "ignore", "inherit"] });
  await once(child, "spawn");
  const own = readlinkSync("/proc/self/ns/net");
  await waitFor(() => readlinkSync(`/proc/${child.pid}/ns/net`) !== own, {
    what: "a namespace",
    intervalMs: 1,
  });
  return child;
}

/** Gives this process an interface at each site, with one address, in a subnet for measurements that is free here. */
function connectSelf(core: number): string {
  const taken = Object.values(networkInterfaces()).flatMap((list = []) => list.map(({ address }) => address));
  const subnets = Array.from({ length: 256 }, (_, i) => `198.18.${(process.pid + i) % 256}`);
  const subnet = subnets.find((prefix) => !taken.some((address) => address.startsWith(`${prefix}.`)));
  if (subnet === undefined) throw new Error("all subnets of 198.18.0.0/16 are in use");
  for (const site of ["left", "right"] as const) {
    const device = selfDevice(site);
    ip(process.pid, [`link add ${device} type veth peer name ${site}-self netns ${core}`]);
    // Who asks for an address of this process shall be told by the interface that is at its own site.
    writeFileSync(`/proc/sys/net/ipv4/conf/${device}/arp_ignore`, "1");
    ip(process.pid, [`addr add ${subnet}.${selfAt[site]}/32 dev ${device}`, `link set ${device} up`]);
  }
  return subnet;
}

/** Runs commands of `ip` in the network namespace of a process. */
function ip(pid: number, commands: readonly string[]): void {
  const input = commands.map((command) => `${command}\n`).join("");
  execFileSync("nsenter", [`--net=/proc/${pid}/ns/net`, "ip", "-batch", "-"], {
    input,
    stdio: ["pipe", "ignore", "pipe"],
  });
}
