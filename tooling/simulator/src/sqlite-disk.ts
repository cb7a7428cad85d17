import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SqliteStore } from "@jarvis-crdt/store-sqlite";
import type { Disk, StoreSetup } from "./disk.ts";

/** A folder with the state file and the fence of the shipped store; everything in it is fsynced. */
export class SqliteDisk implements Disk {
  readonly #folder: string;
  readonly #machine: string;
  #store: SqliteStore | undefined;

  /** `machine` names the machine whose disk it is; another one is what the fence calls a clone. */
  constructor(machine: string, copyOf?: string) {
    this.#machine = machine;
    this.#folder = mkdtempSync(join(tmpdir(), "jarvis-crdt-sim-"));
    if (copyOf !== undefined) cpSync(copyOf, this.#folder, { recursive: true });
  }

  async open(setup: StoreSetup): Promise<SqliteStore> {
    mkdirSync(this.#folder, { recursive: true });
    const path = join(this.#folder, "state.db");
    this.#store = new SqliteStore({ ...setup, path, machine: this.#machine });
    return this.#store;
  }

  async crash(): Promise<void> {
    const store = this.#store;
    this.#store = undefined;
    await store?.abandon();
  }

  sync(): void {}

  copy(): SqliteDisk {
    return new SqliteDisk(this.#machine, this.#folder);
  }

  discard(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
