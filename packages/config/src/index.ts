export { hostPort, isLoopback } from "./address.ts";
export { type TableEntry, withTable, writeConfiguration } from "./edit.ts";
export { inertKeys } from "./inert.ts";
export {
  ConfigurationError,
  dataFolder,
  httpAddressFile,
  loadConfiguration,
  parseConfiguration,
} from "./load.ts";
export { printConfiguration } from "./print.ts";
export type { Configuration } from "./schema.ts";
export { systemSentence } from "./system-error.ts";
export { escapeText, showValue } from "./text.ts";
