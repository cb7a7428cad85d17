import { nameBytes } from "@jarvis-crdt/store";
import fc from "fast-check";
import { expect, test } from "vitest";
import { LeafBuffer } from "./leaf-buffer.ts";

const name = (n: number) => {
  const bytes = new Uint8Array(32);
  // Beyond what the buffer looks at first.
  new DataView(bytes.buffer).setUint16(8, n);
  return bytes;
};
const leaf = (n: number) => new Uint8Array(32).fill(n);

test("leaves come in the order of their names, and of one name in the order in which they came", () => {
  const entry = fc.tuple(fc.nat(300), fc.option(fc.nat(255), { nil: undefined }));
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 400 }), fc.integer({ min: 1, max: 70 }), (entries, step) => {
      const buffer = new LeafBuffer();
      for (const [key, content] of entries)
        buffer.add(name(key), content === undefined ? content : leaf(content));
      const taken: [number, number | undefined][] = [];
      for (let some = buffer.take(step); some.length > 0; some = buffer.take(step)) {
        for (const { name, leaf } of some) {
          expect(name.length).toBe(nameBytes);
          taken.push([name[8]! * 256 + name[9]!, leaf?.[31]]);
        }
      }
      expect(taken).toEqual([...entries].sort(([a], [b]) => a - b));
    }),
  );
});
