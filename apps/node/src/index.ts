export { loadConfiguration, parseConfiguration } from "./config/load.ts";
export type { Configuration } from "./config/schema.ts";
export type { ReadyLine } from "./daemon.ts";
export { createHttp, type HttpOptions } from "./http/server.ts";
export * from "./service.ts";
