import { randomBytes, randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer as createHttp } from "node:http";
import { type AddressInfo, connect, createServer } from "node:net";
import { dirname, join } from "node:path";
import { parse } from "yaml";

/** Enough of a node to test what runs nodes: it greets its peers, and its digest is how many bytes it has received. */
const file = process.argv[process.argv.indexOf("--config") + 1]!;
const folder = dirname(file);
const config = parse(readFileSync(file, "utf8")) as {
  network: { port: number; peers: string[] };
  debugging?: { fake?: string };
};

console.error(`fake node in ${folder}`);
switch (config.debugging?.fake) {
  case "silent":
    setInterval(() => undefined, 1000);
    break;
  case "noisy":
    console.log("hello");
    setInterval(() => undefined, 1000);
    break;
  case "refuses":
    console.error("the key is exposed");
    process.exit(3);
    break;
  default:
    serve();
}

function serve(): void {
  const stubborn = config.debugging?.fake === "stubborn";
  const agrees = config.debugging?.fake === "agrees";
  process.on("SIGTERM", () => {
    if (!stubborn) process.exit(0);
  });
  process.on("disconnect", () => process.exit(1));
  const token = randomBytes(16).toString("hex");
  writeFileSync(join(folder, "http.token"), token, { mode: 0o600 });
  let received = 0;
  const peer = createServer((socket) => {
    socket.on("data", (chunk) => {
      received += chunk.length;
    });
    socket.on("error", () => undefined);
  });
  for (const address of config.network.peers) {
    const [host, port] = address.split(":") as [string, string];
    connect(Number(port), host)
      .on("error", () => undefined)
      .write("hello");
  }
  const http = createHttp((request, response) => {
    const allowed = request.headers.authorization === `Bearer ${token}`;
    response.writeHead(allowed ? 200 : 401, {
      "content-type": allowed ? "application/json" : "application/problem+json",
    });
    response.end(
      JSON.stringify(
        allowed
          ? { digest: agrees ? "agreed" : String(received), frontier: {} }
          : { status: 401, code: "unauthenticated" },
      ),
    );
  });
  const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;
  peer.listen(config.network.port, "127.0.0.1", () => {
    http.listen(0, "127.0.0.1", () => {
      const line = {
        event: "ready",
        node: randomUUID(),
        pid: process.pid,
        http: `http://127.0.0.1:${portOf(http)}`,
        peer: `127.0.0.1:${portOf(peer)}`,
      };
      console.log(JSON.stringify(line));
    });
  });
}
