import { Document, type YAMLMap } from "yaml";
import type { z } from "zod";
import { keyInfo } from "./key.ts";
import { general, sections } from "./schema.ts";

/** The default configuration as a commented YAML file that can be loaded as it stands. */
export function printConfiguration(): string {
  const document = new Document({});
  document.commentBefore =
    " Configuration of jarvisd. Every key may be left out; what stands here are the defaults.\n" +
    " Relative paths start at the folder of this file.";
  const top = document.contents as YAMLMap;
  for (const [name, schema] of Object.entries(general)) add(document, top, name, schema);
  for (const [name, keys] of Object.entries(sections)) {
    const map = document.createNode({}) as YAMLMap;
    for (const [child, schema] of Object.entries(keys)) add(document, map, child, schema);
    const pair = document.createPair(name, map);
    (pair.key as { spaceBefore?: boolean }).spaceBefore = true;
    top.add(pair);
  }
  return document.toString({ lineWidth: 0 });
}

function add(document: Document, map: YAMLMap, name: string, schema: z.ZodType): void {
  const info = keyInfo.get(schema)!;
  const pair = document.createPair(name, info.initial);
  (pair.key as { commentBefore?: string }).commentBefore = ` ${info.about} Allowed: ${info.allowed}.`;
  map.add(pair);
}
