import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { testCrypto } from "@jarvis-crdt/batch/testing";
import { RemoteState, type StateSignals } from "../remote-state.ts";

/** Asks twice whether there is work, and tells the answers. */
const { port, signals } = workerData as { port: MessagePort; signals: StateSignals };
const state = new RemoteState(port, signals, testCrypto().compressor);
parentPort?.postMessage([state.hasWork(), state.hasWork()]);
port.close();
