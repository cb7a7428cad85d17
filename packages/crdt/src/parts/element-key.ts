import { encodeElement } from "../codec/value-codec.ts";
import type { Value } from "../value.ts";

/** Elements are the same if their keys are, as `Map` compares them. */
export type ElementKey = string | number;

/** Texts are well-formed, so nothing that begins with the second half of a pair is one. */
const notText = "\udc00";

/** No element's bytes are more than three per unit of text, and four. */
const surelySmall = 340;

/**
 * The key of an element: short texts and integers are their own, of which most sets consist; of the others it is made of
 * their canonical bytes. Throws `invalid-value` or `too-large`. O(size).
 */
export function elementKey(element: Value): ElementKey {
  if (typeof element === "string" && element.length <= surelySmall && element.isWellFormed()) return element;
  if (typeof element === "number" && Number.isSafeInteger(element) && !Object.is(element, -0)) return element;
  const bytes = encodeElement(element);
  if (typeof element === "string") return element;
  if (typeof element === "bigint" && Number.isSafeInteger(Number(element))) return Number(element);
  return notText + String.fromCharCode(...bytes);
}

/** A map whose keys are elements, kept once where they are their own key. */
export class ElementMap<E extends Value, T> {
  readonly #values = new Map<ElementKey, T>();
  readonly #elements = new Map<ElementKey, E>();

  get size(): number {
    return this.#values.size;
  }

  get(key: ElementKey): T | undefined {
    return this.#values.get(key);
  }

  set(key: ElementKey, element: E, value: T): void {
    this.#values.set(key, value);
    if (isOther(key) && !this.#elements.has(key)) this.#elements.set(key, element);
  }

  delete(key: ElementKey): void {
    this.#values.delete(key);
    if (isOther(key)) this.#elements.delete(key);
  }

  keys(): IterableIterator<ElementKey> {
    return this.#values.keys();
  }

  element(key: ElementKey): E {
    return isOther(key) ? this.#elements.get(key)! : (key as E);
  }

  *entries(): IterableIterator<readonly [element: E, value: T]> {
    for (const [key, value] of this.#values) yield [this.element(key), value];
  }
}

function isOther(key: ElementKey): boolean {
  return typeof key === "string" && key.startsWith(notText);
}
