import { expect, test } from "vitest";
import { openKeys, sealKeys } from "./seal-keys.ts";

const files = new Map([
  ["node.key", Buffer.from("secret")],
  ["node.pem", Buffer.from([0, 255, 10])],
]);

test("sealed keys open with their passphrase and nothing else, and no byte of them may change", () => {
  const sealed = sealKeys(files, "correct horse é");
  expect(Buffer.from(sealed).includes("secret")).toBe(false);
  // However the letter is written.
  expect(openKeys(sealed, "correct horse e\u0301")).toEqual(files);
  expect(() => openKeys(sealed, "correct horse e")).toThrow("not the one");
  const places = [8, sealed.length - 20];
  for (const place of places) {
    const changed = sealed.slice();
    changed[place]! ^= 1;
    expect(() => openKeys(changed, "correct horse é"), String(place)).toThrow();
  }
});

test.each([
  ["", "damaged"],
  ["JKEYS1\n", "damaged"],
  [
    'JKEYS1\n{"kdf":"scrypt","N":1073741824,"r":8,"p":1,"salt":"AAAAAAAAAAAAAAAAAAAAAA==","nonce":"AAAAAAAAAAAAAAAA"}\nx',
    "damaged",
  ],
])("%j is refused", (text, code) => {
  expect(() => openKeys(Buffer.from(text), "whatever it is")).toThrow(expect.objectContaining({ code }));
});

test("a passphrase that is easily guessed is refused", () => {
  expect(() => sealKeys(files, "short")).toThrow(expect.objectContaining({ code: "passphrase" }));
});
