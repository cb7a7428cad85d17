import { createSocket } from "node:dgram";
import { once } from "node:events";
import dnsPacket, { type Answer, type Question } from "dns-packet";

/** Answers SRV and A questions about one service, whose servers may change. */
export class NameServer implements AsyncDisposable {
  readonly service = "_crdtsync._tcp.nodes.test";
  /** IPv4 address and port of each. */
  servers: readonly { readonly address: string; readonly port: number }[] = [];
  private readonly socket = createSocket("udp4");

  static async start(host: string): Promise<NameServer> {
    const server = new NameServer();
    server.socket.on("message", (query, from) => {
      const { id = 0, questions = [] } = dnsPacket.decode(query);
      const answers = questions.flatMap((question) => server.answer(question));
      server.socket.send(
        dnsPacket.encode({ type: "response", id, questions, answers }),
        from.port,
        from.address,
      );
    });
    server.socket.bind(0, host);
    await once(server.socket, "listening");
    return server;
  }

  /** `address:port`. */
  get address(): string {
    const { address, port } = this.socket.address();
    return `${address}:${port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.socket.close();
    await once(this.socket, "close");
  }

  private answer({ type, name }: Question): readonly Answer[] {
    if (type === "SRV" && name === this.service)
      return this.servers.map(({ address, port }) => ({
        type: "SRV",
        name,
        data: { port, target: `${address.replaceAll(".", "-")}.nodes.test` },
      }));
    if (type !== "A") return [];
    const address = name.split(".")[0]!.replaceAll("-", ".");
    return this.servers.some((server) => server.address === address)
      ? [{ type: "A", name, data: address }]
      : [];
  }
}
