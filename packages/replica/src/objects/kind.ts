import type { NodeId, Value } from "@jarvis-crdt/crdt";
import type { Intent, ObjectCell, ObjectName } from "@jarvis-crdt/store";

/**
 * Under which names the cells of an object are kept: one, or several where an observed-remove map read under one key what
 * was made more than once. What is new is written below the first; what is there is read, and replaced, below all.
 */
export type Bases = readonly [string, ...string[]];

/** What a type may ask while it reads an object or plans a change of it. */
export interface Access {
  readonly node: NodeId;
  cells<T extends ObjectName["type"]>(
    type: T,
    name: string,
    key?: Value,
  ): Promise<readonly Extract<ObjectCell, { readonly type: T }>[]>;
  /** Names directly below. */
  below(name: string): Promise<readonly string[]>;
  /** Sixteen random bytes. */
  newId(): Uint8Array;
  hash(parts: readonly Uint8Array[]): Uint8Array;
}

export interface Operation {
  /** What stands after the operation's name, such as `ELEMENT…`. */
  readonly usage: string;
  /** What to commit so that it is done; checked against the cells, which nobody else changes meanwhile. */
  plan(
    bases: Bases,
    values: readonly Value[],
    access: Access,
  ): Promise<readonly Intent[]> | readonly Intent[];
}

/** A type: what its cells mean, and what may be done to them. */
export interface Kind {
  /** One line for people. */
  readonly summary: string;
  value(bases: Bases, access: Access): Promise<Value>;
  readonly operations: Readonly<Record<string, Operation>>;
}
