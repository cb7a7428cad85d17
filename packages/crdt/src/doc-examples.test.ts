import { readdirSync, readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { expect, test } from "vitest";
import * as crdt from "./index.ts";

// The examples in the types' doc comments: a line `expression; // value` says what the expression is.

const folder = new URL("containers/", import.meta.url);
const files = readdirSync(folder).filter((file) => !file.endsWith(".test.ts"));

function spoken(comment: string): unknown {
  try {
    return new Function(`return (${comment})`)();
  } catch {
    return new Function(`return (${comment.slice(0, comment.indexOf(":"))})`)();
  }
}

test.each(files)("the example of %s says what is so", (file) => {
  const source = readFileSync(new URL(file, folder), "utf8");
  const example = /```ts\n([\s\S]*?) \* ```/.exec(source)![1]!.replaceAll(/^ \* ?/gm, "");
  const said: unknown[] = [];
  const code = example.replaceAll(/^(.*); \/\/ (.*)$/gm, (_, expression: string, comment: string) => {
    said.push(spoken(comment));
    return `found.push(${expression});`;
  });
  const found: unknown[] = [];
  new Function("found", ...Object.keys(crdt), stripTypeScriptTypes(code))(found, ...Object.values(crdt));
  expect(found).toEqual(said);
  expect(said.length).toBeGreaterThan(0);
});
