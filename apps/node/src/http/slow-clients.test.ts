import { once } from "node:events";
import { type AddressInfo, connect, type Socket } from "node:net";
import { expect, test } from "vitest";
import { fakeHttp, headers } from "../testing/http.ts";

const limits = { headersMs: 40, requestMs: 80, checkMs: 10, connections: 4 };

async function listening(options: Parameters<typeof fakeHttp>[0] = {}) {
  const { app } = await fakeHttp(options);
  await app.listen({ host: "127.0.0.1", port: 0 });
  const { port } = app.server.address() as AddressInfo;
  /** Whoever asks takes longer than these limits now and then, where the machine is busy; he asks again. */
  const answered = async () => {
    for (;;) {
      const status = await fetch(`http://127.0.0.1:${port}/v1/status`, { headers }).then(
        (answer) => answer.status,
        () => undefined,
      );
      if (status === 200) return true;
    }
  };
  return { app, port, answered };
}

/** Connects, says something and waits. `heard` is all that came until the other side hung up. */
async function client(port: number, says: string): Promise<{ socket: Socket; heard: Promise<string> }> {
  const socket = connect(port, "127.0.0.1");
  const { promise, resolve } = Promise.withResolvers<string>();
  let text = "";
  socket.on("data", (chunk) => {
    text += chunk;
  });
  socket.on("error", () => {});
  socket.once("close", () => resolve(text));
  await once(socket, "connect");
  socket.write(says);
  return { socket, heard: promise };
}

const begin = "POST /v1/counters/c HTTP/1.1\r\nHost: 127.0.0.1\r\n";
const slow = {
  "who says nothing": "",
  "who does not end his headers": `${begin}X-A: `,
  "who does not end his body": `${begin}Authorization: ${headers.authorization}\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{`,
};

test.each(Object.entries(slow))("%s is hung up on, and others are answered", async (_who, says) => {
  const { app, port, answered } = await listening({ limits });
  try {
    const clients = await Promise.all(Array.from({ length: limits.connections }, () => client(port, says)));
    await Promise.all(clients.map(({ heard }) => heard));
    expect(await answered()).toBe(true);
  } finally {
    await app.close();
  }
});

test("who has no token is answered and keeps no connection", async () => {
  const { app, port } = await listening();
  try {
    const { heard } = await client(port, `${begin}Content-Length: 9\r\n\r\n`);
    expect(await heard).toMatch(/^HTTP\/1\.1 401 .*connection: close/is);
    const open = await client(port, "GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    expect(await open.heard).toMatch(/^HTTP\/1\.1 200 /);
  } finally {
    await app.close();
  }
});
