import { once } from "node:events";
import { MessageChannel, Worker } from "node:worker_threads";
import { expect, it } from "vitest";
import { makeSignals } from "./remote-state.ts";

it("waits for its own answer, whenever it is woken up", async () => {
  const { port1, port2 } = new MessageChannel();
  const signals = makeSignals();
  let calls = 0;
  port1.on("message", () => {
    calls++;
    // The wake-up of the first answer, which comes when the second is waited for.
    if (calls === 2) while (Atomics.notify(signals, 0) === 0);
    port1.postMessage({ result: calls === 2 });
    Atomics.store(signals, 0, 1);
    Atomics.notify(signals, 0);
  });
  const worker = new Worker(new URL("./testing/asking-worker.ts", import.meta.url), {
    workerData: { port: port2, signals, ms: 60_000 },
    transferList: [port2],
  });
  const ended = once(worker, "exit");
  expect((await once(worker, "message"))[0]).toEqual([false, true]);
  // By itself: to end a thread that is ending has crashed a whole process.
  await ended;
});

it("gives up an answer that does not come in time, and never takes it for that of another question", async () => {
  const { port1, port2 } = new MessageChannel();
  const signals = makeSignals();
  let calls = 0;
  const answer = (result: boolean) => {
    port1.postMessage({ result });
    Atomics.store(signals, 0, 1);
    Atomics.notify(signals, 0);
  };
  const worker = new Worker(new URL("./testing/asking-worker.ts", import.meta.url), {
    workerData: { port: port2, signals, ms: 1 },
    transferList: [port2],
  });
  port1.on("message", () => {
    calls++;
    // It has given up by then.
    if (calls === 1) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
    answer(calls === 1);
  });
  const ended = once(worker, "exit");
  expect((await once(worker, "message"))[0]).toEqual(["StateBusy", false]);
  await ended;
});
