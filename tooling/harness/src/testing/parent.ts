import { Cluster } from "../cluster.ts";
import { fakes } from "./fakes.ts";

/** Starts one node, says its pid, and waits to be killed. */
const cluster = await Cluster.create({ dir: process.argv[2]!, nodes: 1, programs: fakes });
const { pid } = await cluster.node(1).start();
console.log(pid);
if (process.argv[3] === "leave") process.exit(0);
setInterval(() => undefined, 1000);
