import type { Configuration } from "@jarvis-crdt/config";
import type { Outline } from "@jarvis-crdt/crdt";
import {
  type ChangedOperation,
  changedOperations,
  type Replica,
  type ReplicaOptions,
} from "@jarvis-crdt/replica";
import { compressor } from "@jarvis-crdt/security";
import type { Store } from "@jarvis-crdt/store";
import type { Logger } from "pino";

type Debugging = Pick<Configuration, "debugging">;

/** `debugging.sync_debugging`: a line for each message between nodes. */
export function messageLogging({ debugging }: Debugging, logger: Logger): Pick<ReplicaOptions, "onMessage"> {
  if (!debugging.sync_debugging) return {};
  return {
    onMessage: (peer, direction, message) => logger.info({ peer, ...message }, `message ${direction}`),
  };
}

/** `debugging.operation_logging`: a line for each operation that was stored, whoever wrote it, without its values. */
export function logOperations(
  { debugging }: Debugging,
  replica: Pick<Replica, "subscribe">,
  store: Pick<Store, "read">,
  logger: Logger,
): void {
  if (!debugging.operation_logging) return;
  let before = Promise.resolve();
  replica.subscribe((change) => {
    before = before
      .then(async () => {
        for await (const one of changedOperations(change, store, compressor))
          logger.info(line(one), "operation");
      })
      .catch((error) => logger.warn({ err: error }, "operations could not be logged"));
  });
}

function line({ dot, outline, bytes }: ChangedOperation): object {
  return { ...dot, ...(outline && { ...subject(outline), bytes }) };
}

function subject(operation: Outline): object {
  const { kind, stamp } = operation;
  if ("object" in operation) return { kind, stamp, object: operation.object };
  if ("uid" in operation)
    return { kind, stamp, table: operation.table, uid: Buffer.from(operation.uid).toString("hex") };
  return { kind, stamp };
}

/** `debugging.performance_profiling`: the store, with a line for each call that says how long it took. */
export function profiled<T extends object>(store: T, { debugging }: Debugging, logger: Logger): T {
  if (!debugging.performance_profiling) return store;
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      return (...args: unknown[]) => {
        const began = performance.now();
        const result: unknown = Reflect.apply(member, target, args);
        if (!(result instanceof Promise)) return result;
        const done = () => logger.info({ step: String(name), ms: round(performance.now() - began) }, "step");
        result.then(done, done);
        return result;
      };
    },
  });
}

/** To microseconds. */
function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
