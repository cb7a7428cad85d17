import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { rolldown } from "rolldown";
import { expect, test } from "vitest";

const dist = fileURLToPath(new URL("../dist", import.meta.url));

/** Bytes of what an application has to load, minified and compressed. */
async function loaded(code: string): Promise<number> {
  const bundle = await rolldown({
    input: "entry",
    plugins: [
      {
        name: "entry",
        resolveId: (id) => (id === "entry" ? id : undefined),
        load: (id) => (id === "entry" ? code : undefined),
      },
    ],
  });
  const { output } = await bundle.generate({ minify: true });
  await bundle.close();
  return gzipSync(output[0].code, { level: 9 }).length;
}

const types = [
  "bounded-counter BoundedCounter",
  "ew-flag EWFlag",
  "g-counter GCounter",
  "g-set GSet",
  "grow-log GrowLog",
  "lww-map LWWMap",
  "lww-register LWWRegister",
  "max-register MaxRegister",
  "min-register MinRegister",
  "mv-register MVRegister",
  "or-map ORMap",
  "or-set ORSet",
  "pn-counter PNCounter",
  "rw-set RWSet",
  "time-series TimeSeries",
  "two-phase-set TwoPhaseSet",
].map((line) => line.split(" ") as [string, string]);

test("all types together are small, and so is the whole package", async () => {
  const names = types.map(([, name]) => name).join(", ");
  expect(await loaded(`export { ${names} } from "${dist}/index.js"`)).toBeLessThan(8_000);
  expect(await loaded(`export * from "${dist}/index.js"`)).toBeLessThan(14_000);
  expect(await loaded(`export * from "${dist}/snapshot/snapshot.js"`)).toBeLessThan(8_000);
});

test("who needs one type loads that one", async () => {
  const sizes = await Promise.all(
    types.map(([file]) => loaded(`export * from "${dist}/containers/${file}.js"`)),
  );
  const large = types.filter((_, i) => sizes[i]! > 4_500).map(([file]) => file);
  expect(large).toEqual([]);
  expect(Math.min(...sizes)).toBeLessThan(1_000);
});
