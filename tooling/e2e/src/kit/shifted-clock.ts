// Preloaded into a process: its clock is ahead by the milliseconds that stand in the file CLOCK_SHIFT, as they are now.
import { readFileSync } from "node:fs";

const file = process.env.CLOCK_SHIFT ?? "";
const RealDate = Date;
const realNow = Date.now;
let readAt = Number.NEGATIVE_INFINITY;
let shift = 0;

function now(): number {
  if (performance.now() - readAt > 20) {
    readAt = performance.now();
    shift = Number(readFileSync(file, "utf8"));
  }
  return realNow() + shift;
}

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, self) => Reflect.construct(target, args.length === 0 ? [now()] : args, self),
  get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
});
