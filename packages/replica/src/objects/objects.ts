import type { Hasher } from "@jarvis-crdt/batch";
import { utf8Length, type Value } from "@jarvis-crdt/crdt";
import { type ObjectCell, type ObjectName, partMark, type Store } from "@jarvis-crdt/store";
import { ObjectError } from "./error.ts";
import type { Access, Bases } from "./kind.ts";
import type { Operations } from "./operations.ts";
import { kindOf, type TypeName } from "./type-name.ts";

/** The store that keeps the objects, and what their operations take from outside. */
export interface ObjectsOptions {
  readonly store: Store;
  readonly hasher: Hasher;
  readonly random: (bytes: number) => Uint8Array;
}

/** An object's name and type, which together are its identity. */
export interface NamedObject {
  readonly name: string;
  readonly type: string;
}

/** An object as it reads now. */
export interface ObjectState extends NamedObject {
  /** What the type reads: a number, a list of elements, a list of pairs of key and value, and so on. */
  readonly value: Value;
}

/** What one wants done to an object. */
export interface ObjectUpdate {
  /** May be left out where the object is there already. */
  readonly type?: string | undefined;
  readonly operation: string;
  readonly values: readonly Value[];
}

/** UTF-8 bytes of a name: the names of its parts have to fit beside it into one of an operation. */
const maxObjectName = 128;

/** Types whose cells are the store's own, under the plain name. */
const native: Readonly<Record<ObjectName["type"], string>> = {
  counter: "pn_counter",
  register: "lww_register",
  set: "or_set",
  keyed: "lww_map",
};

/**
 * Objects of every type by their names. A type is made of the cells that the store has: where those are not the
 * whole of it, they stand under names made of the object's name, its type and the part that they are.
 *
 * So an object is named by its name *and* type, and two nodes that use one name with two types at the same time make two
 * objects, of which none is lost. A node that knows of the one does not begin the other (`wrong-type`); who names
 * neither type where there are both is told so (`ambiguous-type`).
 */
export class Objects {
  readonly #store: Store;
  readonly #access: Access;
  /** Changes are planned and committed one after the other: what one node may spend, it spends once. */
  #last: Promise<unknown> = Promise.resolve();

  constructor({ store, hasher, random }: ObjectsOptions) {
    this.#store = store;
    this.#access = {
      node: store.node,
      cells: async <T extends ObjectName["type"]>(type: T, name: string, key?: Value) =>
        (await store.cells({ type, name }, key)) as readonly Extract<ObjectCell, { readonly type: T }>[],
      below: async (name) => [
        ...new Set((await store.objects(name)).filter((one) => one.name !== name).map((one) => one.name)),
      ],
      newId: () => random(16),
      hash: (parts) => hasher.hash(parts),
    };
  }

  /** Every object that somebody wrote, by name and type. O(objects of the store). */
  async list(): Promise<readonly NamedObject[]> {
    return namedObjects(await this.#store.objects());
  }

  /** Reads an object; undefined where nobody wrote it. Throws `ObjectError`. */
  async read(name: string, type?: string): Promise<ObjectState | undefined> {
    checkName(name);
    if (type !== undefined) kindOf(type);
    const types = await this.#typesOf(name);
    if (type !== undefined && !types.includes(type)) {
      if (types.length > 0) throw wrongType(name, types, type);
      return undefined;
    }
    const found = type ?? only(name, types);
    return found === undefined ? undefined : this.#read(name, found);
  }

  /**
   * Does one operation, in one transaction, and reads what came of it. Durable when it resolves. Throws `ObjectError`;
   * `CrdtError` for what a type or the store refuses, such as `no-rights`.
   */
  update(name: string, update: ObjectUpdate): Promise<ObjectState> {
    const done = this.#last.then(() => this.#update(name, update));
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** The same with its arguments checked by the compiler: `objects.do("stock", "bounded_counter", "decrement", 3)`. */
  do<T extends keyof Operations & TypeName, O extends keyof Operations[T] & string>(
    name: string,
    type: T,
    operation: O,
    ...values: Operations[T][O] extends readonly unknown[] ? Operations[T][O] : never
  ): Promise<ObjectState> {
    return this.update(name, { type, operation, values: values as readonly Value[] });
  }

  async #update(name: string, { type, operation, values }: ObjectUpdate): Promise<ObjectState> {
    checkName(name);
    if (type !== undefined) kindOf(type);
    const types = await this.#typesOf(name);
    if (type !== undefined && types.length > 0 && !types.includes(type)) throw wrongType(name, types, type);
    const chosen = type ?? only(name, types);
    if (chosen === undefined) {
      throw new ObjectError(
        "unknown-object",
        `nobody has written ${name} yet; say of which type it shall be`,
      );
    }
    const { operations } = kindOf(chosen);
    const known = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
    if (known === undefined) {
      const usages = Object.entries(operations).map(([one, { usage }]) => `${one} ${usage}`.trim());
      throw new ObjectError("unknown-operation", `what one can do to a ${chosen}: ${usages.join(", ")}`);
    }
    const intents = await known.plan(basesOf(name, chosen), values, this.#access);
    if (intents.length > 0) await this.#store.commit({ intents });
    return this.#read(name, chosen);
  }

  async #read(name: string, type: string): Promise<ObjectState> {
    return { name, type, value: await kindOf(type).value(basesOf(name, type), this.#access) };
  }

  async #typesOf(name: string): Promise<readonly string[]> {
    return namedObjects(await this.#store.objects(name)).map(({ type }) => type);
  }
}

function basesOf(name: string, type: string): Bases {
  return [Object.values(native).includes(type) ? name : `${name}${partMark}${type}`];
}

function namedObjects(names: readonly ObjectName[]): readonly NamedObject[] {
  const found = new Map<string, NamedObject>();
  for (const { type: cell, name: whole } of names) {
    const [name = "", part] = whole.split(partMark);
    const type = part ?? native[cell];
    if (part === undefined || isType(part)) found.set(`${name}${partMark}${type}`, { name, type });
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
}

/** A newer node may know types that this one does not, and a hostile one makes some up. */
function isType(type: string): boolean {
  try {
    return kindOf(type) !== undefined;
  } catch {
    return false;
  }
}

function only(name: string, types: readonly string[]): string | undefined {
  if (types.length > 1) {
    throw new ObjectError(
      "ambiguous-type",
      `${name} is several objects, of which one must be named by its type: ${types.join(", ")}`,
    );
  }
  return types[0];
}

function wrongType(name: string, types: readonly string[], type: string): ObjectError {
  return new ObjectError(
    "wrong-type",
    `${name} is a ${types.join(" and a ")}, not a ${type}; choose another name`,
  );
}

function checkName(name: string): void {
  if (!name.isWellFormed() || /\p{Cc}/u.test(name) || name === "" || utf8Length(name) > maxObjectName) {
    throw new ObjectError(
      "invalid-name",
      `the name of an object has 1 to ${maxObjectName} bytes and no control characters`,
    );
  }
}
