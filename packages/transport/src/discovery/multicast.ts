import multicastDns from "multicast-dns";
import { formatAddress } from "../address.ts";
import { codeOf } from "../error.ts";
import { systemTimers, type Timers } from "../timers.ts";
import { announce, announcements, asksForNodes, serviceType } from "./dns-sd.ts";
import { HintBook } from "./hint-book.ts";
import type { Hints } from "./hints.ts";
import { type Interface, interfacesOf, isOnLink } from "./interfaces.ts";

/** What is announced in the local network, and what for. */
export interface MulticastOptions {
  readonly hints: Hints;
  /** Where this node accepts peers. */
  readonly host: string;
  readonly port: number;
  /** False only listens: nobody hears of this node. */
  readonly announce: boolean;
  /** Eight hex digits, see `clusterHint`. */
  readonly cluster: string;
  /** Name of this run of the node, `[0-9a-z-]{1,63}`; best random. */
  readonly instance: string;
  /** In [0, 1). */
  readonly random: () => number;
  /** Something of the network failed; the same is not told twice in a row. */
  readonly onProblem?: (code: string, address: string, error: unknown) => void;
  readonly timers?: Timers;
  /** For tests. */
  readonly mdnsPort?: number;
}

/** Announcements last so long, and are asked for anew well before. */
const ttlSeconds = 120;
const askMs = { first: 1000, most: 50_000 } as const;
/** Answers, at most one in so long however many ask. */
const answerMs = 1000;
const rescanMs = 15_000;

/** Finds peers in the local network by multicast DNS (RFC 6762), on every interface of this node, over IPv4. */
export class MulticastDiscovery {
  readonly #options: MulticastOptions;
  readonly #timers: Timers;
  readonly #book: HintBook;
  readonly #links = new Map<string, Link>();
  readonly #cancels = new Set<() => void>();
  #lastProblem = "";
  #ask: number = askMs.first;

  constructor(options: MulticastOptions) {
    this.#options = options;
    this.#timers = options.timers ?? systemTimers;
    this.#book = new HintBook(this.#timers.now(), options.random);
    this.#scan();
    this.#askLater();
  }

  /** Takes the announcement back and closes the sockets. */
  async close(): Promise<void> {
    for (const cancel of this.#cancels) cancel();
    await Promise.all([...this.#links.values()].map((link) => link.close()));
  }

  /** Interfaces come and go. */
  #scan(): void {
    const { host } = this.#options;
    const now = new Map(interfacesOf(host).map((one) => [one.address, one]));
    for (const [address, link] of this.#links)
      if (!now.has(address)) {
        this.#links.delete(address);
        void link.close();
      }
    for (const [address, one] of now)
      if (!this.#links.has(address)) this.#links.set(address, this.#open(one));
    for (const address of this.#book.expire(this.#timers.now())) this.#options.hints.lost(address);
    this.#after(rescanMs, () => this.#scan());
  }

  /** More rarely with time; with chance, so that nodes which started together do not ask together. */
  #askLater(): void {
    const wait = this.#ask * (0.5 + this.#options.random() / 2);
    this.#ask = Math.min(askMs.most, this.#ask * 2);
    this.#after(wait, () => {
      for (const link of this.#links.values()) link.ask();
      this.#askLater();
    });
  }

  #open(at: Interface): Link {
    const { mdnsPort, onProblem } = this.#options;
    const link = new Link(at, {
      ...(mdnsPort !== undefined && { mdnsPort }),
      records: (ttl) => this.#records(at, ttl),
      after: (ms, run) => this.#after(ms, run),
      heard: (found, source) => this.#heard(found, source),
      random: this.#options.random,
      onProblem: (error) => {
        const code = codeOf(error, "malformed");
        if (code === this.#lastProblem) return;
        this.#lastProblem = code;
        onProblem?.(code, at.address, error);
      },
    });
    return link;
  }

  #records({ address }: Interface, ttl: number) {
    const { announce: isWanted, instance, port, cluster } = this.#options;
    return isWanted ? announce({ instance, port, cluster, ttl }, address) : [];
  }

  #heard(found: ReturnType<typeof announcements>, source: string): void {
    const { hints, instance, cluster } = this.#options;
    const now = this.#timers.now();
    for (const one of found) {
      if (one.instance === instance || one.cluster !== cluster) continue;
      const address = formatAddress({ host: source, port: one.port });
      if (one.ttl === 0) {
        if (this.#book.gone(address, source)) hints.lost(address);
        continue;
      }
      const { isNew, replaced } = this.#book.heard(address, source, one.ttl * 1000, now);
      if (replaced !== undefined) hints.lost(replaced);
      if (isNew) hints.found(address);
    }
  }

  #after(ms: number, run: () => void): void {
    const cancel = this.#timers.after(ms, () => {
      this.#cancels.delete(cancel);
      run();
    });
    this.#cancels.add(cancel);
  }
}

interface LinkOptions {
  readonly mdnsPort?: number;
  readonly records: (ttl: number) => ReturnType<typeof announce>;
  readonly after: (ms: number, run: () => void) => void;
  readonly heard: (found: ReturnType<typeof announcements>, source: string) => void;
  readonly random: () => number;
  readonly onProblem: (error: unknown) => void;
}

/** One interface. */
class Link {
  readonly #options: LinkOptions;
  readonly #mdns: multicastDns.MulticastDNS;
  /** An answer is due, or was given a moment ago; it may have been asked for again since. */
  #answering = false;
  #askedAgain = false;

  constructor(at: Interface, options: LinkOptions) {
    this.#options = options;
    const port = options.mdnsPort ?? 5353;
    // Bound to all addresses, because multicast packets do not arrive at a socket that is bound to one.
    this.#mdns = multicastDns({ interface: at.address, bind: "0.0.0.0", port });
    this.#mdns.on("error", (error: unknown) => options.onProblem(error));
    this.#mdns.on("warning", (error: unknown) => options.onProblem(error));
    this.#mdns.on("query", (packet, from) => {
      if (isOnLink(from.address, at) && asksForNodes(packet)) this.#answer();
    });
    this.#mdns.on("response", (packet, from) => {
      if (isOnLink(from.address, at) && from.port === port)
        options.heard(announcements(packet), from.address);
    });
    this.#mdns.on("ready", () => {
      this.#answer();
      this.ask();
    });
  }

  ask(): void {
    this.#mdns.query({ questions: [{ name: serviceType, type: "PTR" }] }, this.#sent);
  }

  async close(): Promise<void> {
    const goodbye = this.#options.records(0);
    if (goodbye.length > 0)
      await new Promise<void>((resolve) => this.#mdns.respond({ answers: goodbye }, () => resolve()));
    await new Promise<void>((resolve) => this.#mdns.destroy(resolve));
  }

  #answer(): void {
    if (this.#answering) {
      this.#askedAgain = true;
      return;
    }
    const { records, after, random } = this.#options;
    this.#answering = true;
    after(20 + 100 * random(), () => {
      this.#askedAgain = false;
      const answers = records(ttlSeconds);
      if (answers.length > 0) this.#mdns.respond({ answers }, this.#sent);
      after(answerMs, () => {
        this.#answering = false;
        if (this.#askedAgain) this.#answer();
      });
    });
  }

  readonly #sent = (error?: Error | null): void => {
    if (error) this.#options.onProblem(error);
  };
}
