import { lookup, Resolver as NodeResolver } from "node:dns/promises";

/** Asks the domain name system. Rejects with the system's error; its `code` is for the log. */
export interface Resolver {
  /** Host and port of each server of a service, such as `_crdtsync._tcp.example.org`. */
  srv(name: string): Promise<readonly { readonly host: string; readonly port: number }[]>;
  /** IPv4 and IPv6 addresses of a host. */
  addresses(host: string): Promise<readonly string[]>;
}

/** The system's resolver, which knows the hosts file; or the given servers, `address:port`, and they alone. */
export function systemResolver(servers: readonly string[] = []): Resolver {
  const resolver = new NodeResolver({ timeout: 3000, tries: 2 });
  if (servers.length > 0) resolver.setServers(servers);
  return {
    async srv(name) {
      return (await resolver.resolveSrv(name)).map(({ name: host, port }) => ({ host, port }));
    },
    async addresses(host) {
      if (servers.length === 0) return (await lookup(host, { all: true })).map(({ address }) => address);
      const [v4, v6] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
      if (v4.status === "rejected" && v6.status === "rejected") throw v4.reason;
      return [v4, v6].flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
    },
  };
}
