import pino from "pino";
import { expect, test } from "vitest";
import { messageLogging, profiled } from "./debugging.ts";

const off = {
  log_level: "INFO",
  operation_logging: false,
  sync_debugging: false,
  performance_profiling: false,
} as const;

function lines(): { readonly logger: pino.Logger; readonly written: Record<string, unknown>[] } {
  const written: Record<string, unknown>[] = [];
  const logger = pino(
    { base: null, timestamp: false },
    { write: (line: string) => written.push(JSON.parse(line)) },
  );
  return { logger, written };
}

class Counting {
  #count = 0;

  get count(): number {
    return this.#count;
  }

  async add(by: number): Promise<number> {
    this.#count += by;
    if (by < 0) throw new Error("less");
    return this.#count;
  }
}

test("a profiled object does what it did, and says how long each call took, also one that fails", async () => {
  const { logger, written } = lines();
  const counting = profiled(new Counting(), { debugging: { ...off, performance_profiling: true } }, logger);
  expect(await counting.add(2)).toBe(2);
  await expect(counting.add(-1)).rejects.toThrow("less");
  expect(counting.count).toBe(1);
  expect(written).toMatchObject([
    { step: "add", ms: expect.any(Number) },
    { step: "add", ms: expect.any(Number) },
  ]);
});

test("messages are logged where that is wanted, and nothing is where it is not", () => {
  const { logger, written } = lines();
  const store = new Counting();
  expect(profiled(store, { debugging: off }, logger)).toBe(store);
  expect(messageLogging({ debugging: off }, logger)).toEqual({});
  const { onMessage } = messageLogging({ debugging: { ...off, sync_debugging: true } }, logger);
  onMessage?.("peer", "sent", { type: "credit", bytes: 5 });
  expect(written).toMatchObject([{ msg: "message sent", peer: "peer", type: "credit", bytes: 5 }]);
});
