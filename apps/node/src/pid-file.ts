import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Writes `folder`/jarvisd.pid for operators and scripts. It is no lock: a killed process leaves it behind and its
 * number may be taken by another. The function it gives removes it unless another process has written its own.
 */
export function writePidFile(folder: string): () => void {
  const file = join(folder, "jarvisd.pid");
  const content = `${process.pid}\n`;
  writeFileSync(file, content);
  return () => {
    try {
      if (readFileSync(file, "utf8") === content) rmSync(file);
    } catch {
      // Already gone.
    }
  };
}
