import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { fakeHttp, headers } from "../testing/http.ts";

async function listening() {
  const { app, node } = await fakeHttp();
  await app.listen({ host: "127.0.0.1", port: 0 });
  const base = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  const add = (by: number) =>
    fetch(`${base}/v1/counters/c`, {
      method: "POST",
      headers: { authorization: headers.authorization, "content-type": "application/json" },
      body: JSON.stringify({ by }),
    });
  return { app, node, add };
}

/** Lets the node take a write and hold it back until told. */
function hold(node: Awaited<ReturnType<typeof listening>>["node"]) {
  const begun = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const addToCounter = node.addToCounter.bind(node);
  node.addToCounter = async (name, by) => {
    begun.resolve();
    await goOn.promise;
    return addToCounter(name, by);
  };
  return { begun: begun.promise, goOn: goOn.resolve };
}

test("what was begun is answered before the server closes, what comes later is turned away", async () => {
  const { app, node, add } = await listening();
  const { begun, goOn } = hold(node);
  const early = add(5);
  await begun;
  const closed = app.close();
  const late = await add(100);
  expect(late.status).toBe(503);
  expect(await late.json()).toMatchObject({ code: "not-ready" });
  goOn();
  expect(await (await early).json()).toEqual({ value: 5 });
  await closed;
  await expect(add(1)).rejects.toThrow("fetch failed");
  expect(await node.getCounter("c")).toBe(5);
});

test("a server to which nobody talks closes at once, one with idle connections too", async () => {
  const { app, add } = await listening();
  await (await add(1)).json();
  await app.close();
  const quiet = await listening();
  await quiet.app.close();
});

test("who does not come to an end is cut off", async () => {
  const { app, node, add } = await listening();
  const { begun, goOn } = hold(node);
  const never = add(5).catch((error: Error) => error.message);
  await begun;
  await app.close();
  expect(await never).toBe("fetch failed");
  goOn();
});
