import { readFileSync } from "node:fs";
import { expect, test, vi } from "vitest";
import { dial, type HandshakeFactory, listen } from "./index.ts";
import { testHandshakes } from "./testing/channel.ts";

const [alice, bob] = [testHandshakes("alice"), testHandshakes("bob")];

async function example(alice: HandshakeFactory, bob: HandshakeFactory): Promise<void> {
  // README begins
  const received = Promise.withResolvers<Uint8Array>();
  const listener = await listen({
    host: "127.0.0.1",
    port: 0,
    handshakes: bob,
    onConnection: (connection) => connection.open({ message: received.resolve }),
  });
  const connection = await dial({ ...listener.address, handshakes: alice });
  connection.send(new TextEncoder().encode("hello"));
  console.log(new TextDecoder().decode(await received.promise)); // hello
  connection.close();
  await listener.close();
  // README ends
}

test("the example in the README is this one, and works", async () => {
  const source = readFileSync(new URL(import.meta.url), "utf8");
  const code = /README begins\n([\s\S]*?) *\/\/ README ends/.exec(source)![1]!.replaceAll(/^ {2}/gm, "");
  expect(readFileSync(new URL("../README.md", import.meta.url), "utf8")).toContain(code);
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  await example(alice, bob);
  expect(log.mock.calls).toEqual([["hello"]]);
  log.mockRestore();
});
