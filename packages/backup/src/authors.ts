import type { NodeId } from "@jarvis-crdt/crdt";
import type { Author, Judge } from "./merge-batches.ts";

interface Certificate {
  readonly node: NodeId;
  readonly der: Uint8Array;
}

/** A certificate that is sound, and whom it makes an author. */
export interface KnownAuthor extends Certificate {
  readonly author: Author;
}

/** Those certificates of a file that are sound: one in which a byte flipped says nothing. */
export function soundCertificates(certificates: Iterable<Certificate>, judge: Judge): readonly KnownAuthor[] {
  const known: KnownAuthor[] = [];
  for (const { node, der } of certificates) {
    try {
      known.push({ node, der, author: judge.author(der) });
    } catch (error) {
      if (typeof (error as { code?: unknown } | null)?.code !== "string") throw error;
    }
  }
  return known;
}

export function byNode(known: readonly KnownAuthor[]): ReadonlyMap<NodeId, readonly Author[]> {
  const authors = new Map<NodeId, Author[]>();
  for (const { node, author } of known) authors.set(node, [...(authors.get(node) ?? []), author]);
  return authors;
}
