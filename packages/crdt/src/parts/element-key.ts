import { encodeElement } from "../codec/value-codec.ts";
import type { Value } from "../value.ts";

/** The canonical bytes of an element as the key of a `Map`. Throws `invalid-value` or `too-large`. O(size). */
export function elementKey(element: Value): string {
  return String.fromCharCode(...encodeElement(element));
}
