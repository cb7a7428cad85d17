import type { Store, StoreContext } from "@jarvis-crdt/store";
import type { Crypto } from "./crypto.ts";

/** What a machine opens its store with, each time it starts. */
export type StoreSetup = StoreContext & Crypto;

/** What the end of a process leaves: `power` also takes what was written and not fsynced. */
export type Loss = "process" | "power";

/** What of a machine outlives its processes. */
export interface Disk {
  /** A store on what is there. One at a time. */
  open(setup: StoreSetup): Promise<Store>;
  /** The process is gone. */
  crash(loss: Loss): Promise<void>;
  /** What was written is fsynced. */
  sync(): void;
  /** Another disk with the same content, as a backup or a cloned machine has it. */
  copy(): Disk;
  /** Nothing of it is needed any more. */
  discard(): void;
}
