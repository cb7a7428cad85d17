import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { dirname } from "node:path";

/**
 * Proof that this process alone continues the log of the last one. The clean mark names the last batch, the machine
 * and the state file as the file system knows it. A copied, cloned, restored or rolled back state file contradicts
 * it, a killed process left none. It lies outside the state file, because inside it would be copied along.
 */
export class Fence {
  readonly #path: string;
  readonly #subject: string;
  readonly #machine: string;

  /** `subject` is the state file, which exists whenever the other methods are called. */
  constructor(path: string, subject: string, machine: string = machineId()) {
    this.#path = path;
    this.#subject = subject;
    this.#machine = machine;
  }

  /** Whether the last process closed after the batch `head`, here, on this very file. */
  isClean(head: Uint8Array): boolean {
    return this.#read() === this.#mark(head);
  }

  /** Before the first mint of a process. Durable when it returns. */
  remove(): void {
    rmSync(this.#path, { force: true });
    syncFolder(dirname(this.#path));
  }

  /** After the state file is closed and durable. */
  write(head: Uint8Array): void {
    const fresh = `${this.#path}.new`;
    const descriptor = openSync(fresh, "w", 0o600);
    try {
      writeFileSync(descriptor, this.#mark(head));
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(fresh, this.#path);
    syncFolder(dirname(this.#path));
  }

  #mark(head: Uint8Array): string {
    const { dev, ino } = statSync(this.#subject, { bigint: true });
    return `clean ${Buffer.from(head).toString("hex")} ${this.#machine} ${dev} ${ino}\n`;
  }

  #read(): string | undefined {
    try {
      return readFileSync(this.#path, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }
}

/** What distinguishes this machine from a clone of its disk, as far as the system tells. */
export function machineId(): string {
  for (const path of ["/etc/machine-id", "/var/lib/dbus/machine-id"]) {
    try {
      const id = readFileSync(path, "utf8").trim();
      if (id !== "") return id;
    } catch {
      // Systems without systemd or D-Bus have no such file.
    }
  }
  return encodeURIComponent(hostname());
}

function syncFolder(folder: string): void {
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } catch {
    // Some file systems cannot sync a folder; the order of its entries is then theirs to keep.
  } finally {
    closeSync(descriptor);
  }
}
