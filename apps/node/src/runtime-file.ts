import { readFileSync, rmSync, writeFileSync } from "node:fs";

/**
 * Writes a file that tells something of this process for as long as it runs. It is no lock: a killed process leaves it
 * behind, and what it tells is then of nobody or of somebody else. The function it gives removes it unless another
 * process has written its own.
 */
export function writeRuntimeFile(file: string, line: string): () => void {
  const content = `${line}\n`;
  writeFileSync(file, content);
  return () => {
    try {
      if (readFileSync(file, "utf8") === content) rmSync(file);
    } catch {
      // Already gone.
    }
  };
}
