import type { Frontier } from "@jarvis-crdt/crdt";
import { Comparison } from "./comparison.ts";
import { SyncError } from "./error.ts";
import { FrontierTree } from "./frontier-tree.ts";
import type { Knowledge } from "./knowledge.ts";
import {
  type Branch,
  type Have,
  type Hello,
  type Leaves,
  type LogEntry,
  type Message,
  protocolVersion,
  requestsFeature,
  treeFeature,
} from "./message.ts";
import type { SessionOptions } from "./options.ts";
import { pages } from "./pages.ts";

/**
 * How a session begins: both sides say who they are, then what they have. Two frontier trees are compared where they
 * differ; otherwise both name all their logs.
 */
export class Opening {
  readonly #options: SessionOptions;
  readonly #knowledge: Knowledge;
  readonly #pageSize: number;
  /** Our frontier when the session began, where it is compared as a tree. */
  #tree: FrontierTree | undefined;
  #comparison: Comparison | undefined;
  #hello: Hello | undefined;
  #isListed = false;

  constructor(options: SessionOptions, knowledge: Knowledge, pageSize: number) {
    this.#options = options;
    this.#knowledge = knowledge;
    this.#pageSize = pageSize;
  }

  /** What the peer said of itself. */
  get hello(): Hello | undefined {
    return this.#hello;
  }

  /** Features that both sides announced. */
  get features(): readonly string[] {
    return this.#features.filter((feature) => this.#hello?.features.includes(feature));
  }

  /** Everything is known that the peer has. */
  get isDone(): boolean {
    return this.#comparison?.isDone ?? this.#isListed;
  }

  begin(frontier: Frontier | FrontierTree): Hello {
    if (frontier instanceof FrontierTree) this.#tree = frontier;
    this.#knowledge.begin(this.#tree ?? new Map(frontier));
    const { node, cluster, clock } = this.#options;
    return {
      type: "hello",
      version: protocolVersion,
      cluster,
      node,
      features: this.#features,
      clock: clock(),
      ...(this.#tree && { tree: this.#tree.summary(new Uint8Array(0)) }),
    };
  }

  /** Takes the peer's hello, if that is one to go on with; gives what to send. */
  greet(hello: Hello): Message[] {
    this.#check(hello);
    this.#hello = hello;
    if (this.#tree !== undefined && hello.tree !== undefined) {
      this.#comparison = new Comparison(this.#tree, this.#pageSize);
      return [...this.#comparison.start(hello.tree)];
    }
    const entries: LogEntry[] = [];
    for (const [log, { seq, batch }] of this.#knowledge.base) entries.push({ log, seq, batch });
    return [...pages(entries, this.#pageSize)].map(([page, last]) => ({ type: "have", entries: page, last }));
  }

  /** The following take what the peer says while frontiers are compared, and give what to answer. */
  have({ entries, last }: Have): Message[] {
    if (this.#comparison !== undefined) throw new SyncError("unexpected", "frontiers are compared as trees");
    this.#hear(entries);
    this.#isListed = last;
    return [];
  }

  branch(message: Branch): Message[] {
    return this.#trees.branch(message);
  }

  leaves(message: Leaves): Message[] {
    this.#trees.leaves(message);
    this.#hear(message.entries);
    return [];
  }

  /** Draws the conclusions for logs of which the peer said nothing. */
  conclude(): void {
    for (const place of this.#comparison?.differing ?? [])
      for (const [log] of this.#tree!.below(place)) this.#knowledge.absent(log);
    this.#knowledge.compared(this.#comparison !== undefined);
  }

  get #features(): readonly string[] {
    const { features = [] } = this.#options;
    return [...(this.#tree ? [treeFeature] : []), requestsFeature, ...features];
  }

  get #trees(): Comparison {
    if (this.#comparison === undefined) throw new SyncError("unexpected", "frontiers are compared as lists");
    return this.#comparison;
  }

  #check(hello: Hello): void {
    const { node, cluster, peer } = this.#options;
    if (hello.version !== protocolVersion)
      throw new SyncError(
        "version",
        `this node speaks version ${protocolVersion} of the session protocol, not ${hello.version}; update the older node`,
      );
    if (!cluster.every((byte, i) => byte === hello.cluster[i]))
      throw new SyncError("cluster-mismatch", "this node belongs to another cluster");
    if (hello.node === node) throw new SyncError("self", "this node has the same identity");
    if (peer !== undefined && hello.node !== peer)
      throw new SyncError("identity-mismatch", "hello names another node than the certificate");
    if (hello.features.includes(treeFeature) && hello.tree === undefined)
      throw new SyncError("malformed", "hello announces a frontier tree and shows none");
  }

  #hear(entries: readonly LogEntry[]): void {
    for (const { log, seq, batch } of entries)
      if (seq > 0) this.#knowledge.advanceTheirs(log, { seq, batch });
  }
}
