import { RateMeter } from "./rate-meter.ts";
import { TokenBucket } from "./token-bucket.ts";

/** One direction: what may pass, what does, and the wait for it. */
export class Flow {
  readonly bucket: TokenBucket;
  readonly meter: RateMeter;
  /** Calls off the wait under way. */
  wait: (() => void) | undefined;

  constructor(perSecond: number, now: number) {
    this.bucket = new TokenBucket(perSecond, perSecond / 4, now);
    this.meter = new RateMeter(now);
  }

  pass(bytes: number, now: number): void {
    this.bucket.take(bytes, now);
    this.meter.add(bytes, now);
  }
}
