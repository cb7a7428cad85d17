import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { invariants } from "./violation.ts";

it("the README explains every invariant", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  for (const invariant of invariants) expect(readme).toContain(`| ${invariant} `);
});
