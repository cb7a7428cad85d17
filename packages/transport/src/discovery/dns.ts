import { isIP } from "node:net";
import { formatAddress } from "../address.ts";
import { codeOf } from "../error.ts";
import { systemTimers, type Timers } from "../timers.ts";
import type { Hints } from "./hints.ts";
import type { Resolver } from "./resolver.ts";

/** Which names are looked up, and how often. */
export interface DnsOptions {
  /** A service such as `_crdtsync._tcp.example.org`, looked up as SRV; or a host, with a port behind a colon. */
  readonly names: readonly string[];
  readonly hints: Hints;
  readonly resolver: Resolver;
  /** Each name is asked for about so often, and never more. */
  readonly intervalMs: number;
  /** In [0, 1). */
  readonly random: () => number;
  /** A name cannot be looked up; told once until it can. What it meant before stays. */
  readonly onProblem?: (code: string, name: string, error: unknown) => void;
  readonly timers?: Timers;
}

/** What one name may mean, and how many hosts of a service are looked up. */
const maxAddresses = 256;
const maxHosts = 64;

/** Finds peers by names of the domain name system, and follows when these change. */
export class DnsDiscovery {
  readonly #options: DnsOptions;
  readonly #timers: Timers;
  /** What each name means. */
  readonly #known = new Map<string, ReadonlySet<string>>();
  readonly #failing = new Set<string>();
  readonly #waits = new Map<string, () => void>();
  #closed = false;

  constructor(options: DnsOptions) {
    this.#options = options;
    this.#timers = options.timers ?? systemTimers;
    for (const name of options.names) void this.#follow(name);
  }

  close(): void {
    this.#closed = true;
    for (const cancel of this.#waits.values()) cancel();
  }

  async #follow(name: string): Promise<void> {
    const { onProblem, intervalMs, random } = this.#options;
    try {
      const addresses = await this.#resolve(name);
      if (this.#closed) return;
      this.#failing.delete(name);
      this.#learn(name, addresses);
    } catch (error) {
      if (this.#closed) return;
      if (!this.#failing.has(name)) onProblem?.(codeOf(error, "internal"), name, error);
      this.#failing.add(name);
    }
    const wait = intervalMs * (1 + random() / 4);
    this.#waits.set(
      name,
      this.#timers.after(wait, () => void this.#follow(name)),
    );
  }

  async #resolve(name: string): Promise<ReadonlySet<string>> {
    const { resolver } = this.#options;
    if (!name.startsWith("_")) {
      const [host, port] = name.split(":") as [string, string];
      return at(await resolver.addresses(host), Number(port));
    }
    // A target of "." says that there is no such service, port 0 is none.
    const servers = (await resolver.srv(name)).filter(
      ({ host, port }) => host !== "" && host !== "." && port > 0,
    );
    const answers = await Promise.allSettled(
      servers.slice(0, maxHosts).map(async ({ host, port }) => [...at(await resolver.addresses(host), port)]),
    );
    const [failure] = answers.filter(({ status }) => status === "rejected");
    const found = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
    if (found.length === 0 && failure?.status === "rejected") throw failure.reason;
    return new Set(found.slice(0, maxAddresses));
  }

  #learn(name: string, addresses: ReadonlySet<string>): void {
    const before = this.#known.get(name) ?? new Set();
    this.#known.set(name, addresses);
    for (const address of addresses) this.#options.hints.found(address);
    const still = new Set([...this.#known.values()].flatMap((known) => [...known]));
    for (const address of before) if (!still.has(address)) this.#options.hints.lost(address);
  }
}

function at(hosts: readonly string[], port: number): ReadonlySet<string> {
  const addresses = hosts.filter((host) => isIP(host) !== 0).map((host) => formatAddress({ host, port }));
  return new Set(addresses.slice(0, maxAddresses));
}
