// One library's counter, map and set, measured in this process as ours are.
import { parseArgs } from "node:util";
import { measureCollections, type OpenCollections } from "../src/collections.ts";

const { values } = parseArgs({ options: { peer: { type: "string" } } });
const { open } = (await import(`./collections/${values.peer}.ts`)) as { open: OpenCollections };
console.log(JSON.stringify(measureCollections(open)));
// Some libraries keep timers that nobody needs any more.
process.exit();
