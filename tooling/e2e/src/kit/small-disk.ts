import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";

export const canMount = process.getuid?.() === 0 && spawnSync("mount", ["--version"]).status === 0;

/** A small disk of its own, mounted at a new folder until it is disposed of. */
export class SmallDisk implements Disposable {
  readonly path: string;
  readonly #isMounted: boolean;

  constructor(path: string, megabytes: number) {
    this.path = path;
    mkdirSync(path, { recursive: true });
    const args = ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", path];
    this.#isMounted = spawnSync("mount", args).status === 0;
  }

  /** False where one may not mount. */
  get isMounted(): boolean {
    return this.#isMounted;
  }

  /** Changes how it is mounted: `ro`, `rw`, `size=16m`. Whether that was done. */
  remount(options: string): boolean {
    return spawnSync("mount", ["-o", `remount,${options}`, this.path]).status === 0;
  }

  [Symbol.dispose](): void {
    if (this.#isMounted) spawnSync("umount", ["-l", this.path]);
  }
}
