import type { Compose } from "./service.ts";
import { StartError } from "./start-error.ts";

/** Builds the node of a configuration: store, replica and transport. */
export const compose: Compose = () =>
  Promise.reject(
    new StartError("not-composed", "this build has no store and no transport; install a complete one"),
  );
