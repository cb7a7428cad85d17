import type { NodeId } from "@jarvis-crdt/crdt";
import type { Store } from "@jarvis-crdt/store";
import type { Author, Authority } from "./authority.ts";
import { ReplicaError } from "./error.ts";

/** Certificates checked once and remembered: a signature is verified per batch, a certificate per author. */
export class Authors {
  readonly #store: Store;
  readonly #authority: Authority;
  readonly #byNode = new Map<NodeId, Author[]>();

  constructor(store: Store, authority: Authority) {
    this.#store = store;
    this.#authority = authority;
  }

  /** Checks and keeps a certificate that a peer sent. */
  async learn(node: NodeId, certificate: Uint8Array): Promise<void> {
    const known = await this.of(node);
    const author = this.#authority.author(certificate);
    if (author.node !== node)
      throw new ReplicaError("identity-mismatch", `a certificate of ${author.node} was offered as ${node}'s`);
    if (known.some((one) => equal(one.key, author.key))) return;
    await this.#store.putCertificate(node, certificate);
    // Another session may have learnt something meanwhile, this one too.
    const now = this.#byNode.get(node) ?? known;
    if (!now.some((one) => equal(one.key, author.key))) this.#byNode.set(node, [author, ...now]);
  }

  /** All known certificates of a node. */
  async of(node: NodeId): Promise<readonly Author[]> {
    const known = this.#byNode.get(node);
    if (known) return known;
    const stored = (await this.#store.certificates(node)).map((der) => this.#authority.author(der));
    // While the store answered another session may have learnt one, which this answer does not hold.
    const authors = this.#byNode.get(node) ?? stored;
    this.#byNode.set(node, authors);
    return authors;
  }

  /** Nodes with a certificate that lets them write now, of those that were asked for or learnt. */
  *writers(now: number): Iterable<NodeId> {
    for (const [node, authors] of this.#byNode)
      if (authors.some(({ role, notAfter }) => role !== "reader" && now < notAfter)) yield node;
  }

  /** Whether a certificate of the node is known, of those that were asked for or learnt. */
  isKnown(node: NodeId): boolean {
    return (this.#byNode.get(node)?.length ?? 0) > 0;
  }

  /** The certificate that a header names; call `of` before. */
  find(node: NodeId, key: Uint8Array): Author | undefined {
    return this.#byNode.get(node)?.find((author) => equal(author.key, key));
  }
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
