import { isIPv4 } from "node:net";
import { networkInterfaces } from "node:os";

export interface Interface {
  /** IPv4. */
  readonly address: string;
  readonly netmask: string;
}

/** The IPv4 interfaces on which a node that listens on `host` can be reached. */
export function interfacesOf(
  host: string,
  all: ReturnType<typeof networkInterfaces> = networkInterfaces(),
): readonly Interface[] {
  const every = Object.values(all)
    .flatMap((list = []) => list)
    .filter(({ family }) => family === "IPv4");
  const chosen =
    isIPv4(host) && host !== "0.0.0.0"
      ? every.filter(({ address }) => address === host)
      : every.filter(({ internal }) => !internal);
  return chosen.map(({ address, netmask }) => ({ address, netmask }));
}

/** Whether a packet from `address` came from the interface's own network, as multicast DNS does (RFC 6762, §11). */
export function isOnLink(address: string, { address: own, netmask }: Interface): boolean {
  if (!isIPv4(address)) return false;
  const mask = bits(netmask);
  return (bits(address) & mask) === (bits(own) & mask);
}

function bits(address: string): number {
  return address.split(".").reduce((sum, part) => (sum << 8) | Number(part), 0);
}
