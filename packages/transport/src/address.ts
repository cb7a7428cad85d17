import { TransportError } from "./error.ts";

/** Where something listens; `host` without brackets. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

const pattern = /^(?:\[([0-9a-fA-F:.]+)\]|([A-Za-z0-9._-]+)):(\d{1,5})$/;

/** Reads `host:port` or `[v6]:port`. Throws `TransportError` `invalid-address`. */
export function parseAddress(text: string): Address {
  const match = pattern.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port < 1 || port > 65_535) {
    const shown = JSON.stringify(text.slice(0, 80));
    throw new TransportError("invalid-address", `${shown} is not an address; write host:port or [ipv6]:port`);
  }
  return { host: match[1] ?? match[2]!, port };
}

/** `host:port`, an IPv6 address in brackets; `parseAddress` reads it. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
