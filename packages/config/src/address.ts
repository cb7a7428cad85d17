import { isIP, isIPv6 } from "node:net";

const name = /^(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})(\.[A-Za-z0-9_][A-Za-z0-9_-]{0,62})*\.?$/;

export function isHost(text: string): boolean {
  if (isIP(text) !== 0) return true;
  // Digits and dots only would be a mistyped IPv4 address.
  return name.test(text) && !/^[\d.]+$/.test(text);
}

/** "host:port" or "[IPv6]:port", the port from 1 to 65535. */
export function isAddress(text: string): boolean {
  const match = /^(?:\[([^\]]{2,45})\]|([^:[\]]{1,253})):(\d{1,5})$/.exec(text);
  if (!match) return false;
  const port = Number(match[3]);
  if (port < 1 || port > 65_535) return false;
  return match[1] === undefined ? isHost(match[2]!) : isIPv6(match[1]);
}

/** Whether only this machine can reach the address. A name other than localhost may resolve to anything. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

/** How a host stands in an address or URL: IPv6 in brackets. */
export function hostPort(host: string, port: number): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}
