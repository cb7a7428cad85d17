import picocolors from "picocolors";

/** Colours on a terminal, none into a file or a pipe, whatever the environment says. */
export const colors = picocolors.createColors(process.stdout.isTTY === true);

const started = performance.now();

/** Says what begins; seconds since the start stand before it. */
export function step(text: string): void {
  const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(6);
  console.log(`${colors.dim(`${seconds} s`)}  ${text}`);
}

/** A line that belongs to the last step. */
export function detail(text: string): void {
  console.log(`          ${colors.dim(text)}`);
}

/** Rewrites one line on a terminal while something takes longer; silent where there is none. */
export function progress(text: string): void {
  if (process.stdout.isTTY) process.stdout.write(`\r          ${colors.dim(text)}\x1b[K`);
}

export function endProgress(): void {
  if (process.stdout.isTTY) process.stdout.write("\r\x1b[K");
}
