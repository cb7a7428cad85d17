import { once } from "node:events";
import { MessageChannel } from "node:worker_threads";
import { expect, it } from "vitest";
import { nothingCaptured, type PackingState, type PlanRequest } from "../state/state.ts";
import { encodeRequest } from "./plan-codec.ts";
import { makeSignals } from "./remote-state.ts";
import { serveState } from "./serve-state.ts";

it("begins nothing long any more where the archive's thread is to end", async () => {
  const planned: number[] = [];
  const state: Partial<PackingState> = {
    planPacked: ({ captured }: PlanRequest) => {
      planned.push(captured.intents.length);
      return { batches: [], rows: [], left: [], more: false };
    },
  };
  const { port1, port2 } = new MessageChannel();
  const signals = makeSignals();
  const ignore = (): void => {};
  serveState(state as PackingState, port1, signals, { planned: ignore, confirmed: ignore, failed: ignore });
  const ask = async (rows: number): Promise<unknown> => {
    const intents = Array.from({ length: rows }, (_, n) => {
      const uid = new Uint8Array(16).fill(n);
      return { kind: "row.add", table: "t", uid, hint: null, values: ["x".repeat(1_000)] } as const;
    });
    const captured = { ...nothingCaptured, intents, times: intents.map(() => 1) };
    port2.postMessage({ call: "plan", bytes: encodeRequest({ nonce: "n", captured, maxRows: 0, also: [] }) });
    return ((await once(port2, "message")) as unknown[])[0];
  };
  expect(await ask(2_000)).toHaveProperty("result");
  Atomics.store(signals, 3, 1);
  expect(await ask(2_000)).toEqual({ busy: true });
  expect(await ask(2)).toHaveProperty("result");
  expect(planned).toEqual([2_000, 2]);
  port2.close();
});
