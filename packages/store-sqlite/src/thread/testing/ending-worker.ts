import { type MessagePort, parentPort, workerData } from "node:worker_threads";

/** A thread of an archive that ends in the way it is told: at once, or when it is woken up. */
const { port, mapping } = workerData as { port: MessagePort; mapping: { how: string; when: string } };

function end(): void {
  if (mapping.how === "exit") process.exit(3);
  if (mapping.how === "throw") throw new TypeError("a bug");
  const taken: unknown[] = [];
  for (;;) taken.push(new Array(100_000).fill(taken.length));
}

if (mapping.when === "at start") end();
parentPort?.on("message", end);
parentPort?.postMessage({ say: "opened" });
port.ref();
