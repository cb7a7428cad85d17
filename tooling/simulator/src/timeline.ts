interface Event {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
  cancelled: boolean;
}

/**
 * Time that passes only as far as events need it. Events run one after the other, and each runs out before the next:
 * everything that promises can do at one instant is done. So a run is determined by its events alone.
 */
export class Timeline {
  /** Milliseconds since the beginning. */
  now = 0;
  /** Events that have run. */
  events = 0;
  readonly #heap: Event[] = [];
  #order = 0;
  readonly #mostEvents: number;
  #outside = 0;

  /** `mostEvents` is far more than a history needs: beyond it something never comes to rest. */
  constructor(mostEvents = 50_000_000) {
    this.#mostEvents = mostEvents;
  }

  /** Calls `run` at `ms`, or now where that is past. Returns how to cancel. */
  at(ms: number, run: () => void): () => void {
    const event: Event = { at: Math.max(ms, this.now), order: this.#order++, run, cancelled: false };
    push(this.#heap, event);
    return () => {
      event.cancelled = true;
    };
  }

  after(ms: number, run: () => void): () => void {
    return this.at(this.now + ms, run);
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** Time stands still until `work`, which the real world does, is done. */
  async outside<T>(work: Promise<T>): Promise<T> {
    this.#outside++;
    try {
      return await work;
    } finally {
      this.#outside--;
    }
  }

  /** Runs what happens until `ms`. What an event throws is thrown. */
  async runUntil(ms: number): Promise<void> {
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.at > ms) break;
      pop(this.#heap);
      if (next.cancelled) continue;
      this.now = next.at;
      if (++this.events > this.#mostEvents) throw new Error(`after ${this.events} events there is no rest`);
      next.run();
      do await drained();
      while (this.#outside > 0);
    }
    this.now = Math.max(this.now, ms);
  }
}

/** Resolves when every promise that can go on has gone on. */
export function drained(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function isBefore(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

function push(heap: Event[], event: Event): void {
  let at = heap.push(event) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!isBefore(event, heap[parent]!)) break;
    heap[at] = heap[parent]!;
    at = parent;
  }
  heap[at] = event;
}

function pop(heap: Event[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
    if (!isBefore(heap[child]!, last)) break;
    heap[at] = heap[child]!;
    at = child;
  }
  heap[at] = last;
}
