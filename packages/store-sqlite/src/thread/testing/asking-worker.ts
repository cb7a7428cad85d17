import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { testCrypto } from "@jarvis-crdt/batch/testing";
import { RemoteState, type StateSignals } from "../remote-state.ts";

/** Asks twice whether there is work, first for as long as it is told, and tells the answers. */
const { port, signals, ms } = workerData as { port: MessagePort; signals: StateSignals; ms: number };
const state = new RemoteState(port, signals, testCrypto().compressor);
const ask = (): unknown => {
  try {
    return state.within(ms, () => state.hasWork());
  } catch (error) {
    return (error as Error).name;
  }
};
parentPort?.postMessage([ask(), state.hasWork()]);
port.close();
