import { runCli } from "../cli.ts";
import type { Compose } from "../service.ts";
import { StartError } from "../start-error.ts";
import { FakeNode } from "./fake-node.ts";

/** `jarvisd` with a node that keeps everything in memory. FAKE chooses how it misbehaves. */
const compose: Compose = async (_configuration, logger) => {
  const node = new FakeNode();
  switch (process.env.FAKE) {
    case "refuses":
      throw new StartError("key-exposed", "node.key can be read by others; run: chmod 600 node.key");
    case "bug":
      throw new TypeError("x is not a function");
    case "crashes":
      setTimeout(() => {
        throw new TypeError("late bug");
      });
      break;
    case "hangs":
      node.close = () => new Promise(() => setInterval(() => {}, 1000));
      break;
    default:
      node.close = async () => {
        logger.info("fake node closed");
      };
  }
  return node;
};

process.exit(await runCli(process.argv.slice(2), compose));
