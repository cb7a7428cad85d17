export type { ReadyLine } from "./daemon.ts";
export { createHttp, type HttpOptions } from "./http/server.ts";
export * from "./service.ts";
