// One library's counter, map and set, measured in this process as ours are.
import { parseArgs } from "node:util";
import { measureCollections, type OpenCollections } from "../src/collections.ts";

const { values } = parseArgs({ options: { peer: { type: "string" } } });
interface Library {
  readonly open: OpenCollections;
  /** With more elements than these it takes longer than anybody waits. */
  readonly most?: number;
}
const { open, most } = (await import(`./collections/${values.peer}.ts`)) as Library;
console.log(JSON.stringify(measureCollections(open, most)));
// Some libraries keep timers that nobody needs any more.
process.exit();
