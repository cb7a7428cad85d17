import type { Check } from "./check.ts";
import { collectionChecks } from "./collection.ts";
import { forkChecks } from "./forks.ts";
import { futureChecks } from "./future.ts";
import { hollowChecks } from "./hollow.ts";
import { hostileHistoryChecks } from "./hostile-history.ts";
import { logChecks } from "./log.ts";
import { namedObjectChecks } from "./named-objects.ts";
import { pieceChecks } from "./pieces.ts";
import { randomHistoryChecks } from "./random-history.ts";
import { restartChecks } from "./restart.ts";
import { rowChecks } from "./rows.ts";
import type { ConformanceOptions } from "./world.ts";

export type { Check } from "./check.ts";
export { Random } from "./random.ts";
export { type ConformanceOptions, type StoreSetup, testSchema, World } from "./world.ts";

/**
 * What every implementation of `Store` must pass, as named checks for any test runner:
 *
 *     for (const { name, run } of storeConformance(options)) test(name, run);
 */
export function storeConformance(options: ConformanceOptions): readonly Check[] {
  return [
    ...namedObjectChecks(options),
    ...rowChecks(options),
    ...pieceChecks(options),
    ...logChecks(options),
    ...forkChecks(options),
    ...hollowChecks(options),
    ...futureChecks(options),
    ...collectionChecks(options),
    ...restartChecks(options),
    ...randomHistoryChecks(options),
    ...hostileHistoryChecks(options),
  ];
}
