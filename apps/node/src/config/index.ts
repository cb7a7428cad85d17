export { hostPort, isLoopback } from "./address.ts";
export { ConfigurationError, dataFolder, loadConfiguration } from "./load.ts";
export type { Configuration } from "./schema.ts";
