import { hasher } from "../hasher.ts";

/** Random bytes that depend on the seed alone: BLAKE2b of seed and counter. */
export function seededRandom(seed: string): (length: number) => Uint8Array {
  let counter = 0;
  return (length) => {
    const bytes = new Uint8Array(length);
    for (let at = 0; at < length; at += 32) {
      counter += 1;
      const block = hasher.hash([new TextEncoder().encode(`${seed}/${counter}`)]);
      bytes.set(block.subarray(0, length - at), at);
    }
    return bytes;
  };
}
