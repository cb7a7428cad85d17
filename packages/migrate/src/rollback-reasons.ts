/** What is known about a system whose archive was adopted; what is not known is left out. */
export interface Measurements {
  /** 0 to 100, as the assistant computes it. */
  readonly healthScore?: number | undefined;
  /** Share of failed tests, 0 to 1. */
  readonly testFailureRate?: number | undefined;
  /** Share of failed synchronisations, 0 to 1. */
  readonly syncFailureRate?: number | undefined;
  /** What is damaged or unaccounted for. */
  readonly corruption?: readonly string[] | undefined;
  /** How many times slower than before the adoption. */
  readonly slowdown?: number | undefined;
}

/** When an adoption is undone by itself (the plan, section 8.3). Any corruption is a reason, too. */
export const rollbackLimits = {
  healthScore: 85,
  testFailureRate: 0.05,
  syncFailureRate: 0.1,
  slowdown: 2,
} as const;

/** Why an adoption should be undone, one sentence each; empty where all is well. */
export function rollbackReasons(
  measured: Measurements,
  limits: typeof rollbackLimits = rollbackLimits,
): string[] {
  const { healthScore, testFailureRate, syncFailureRate, corruption = [], slowdown } = measured;
  const percent = (share: number) => `${Number((share * 100).toFixed(1))} %`;
  const reasons: string[] = [];
  if (healthScore !== undefined && healthScore < limits.healthScore)
    reasons.push(`the health score dropped to ${healthScore}, below ${limits.healthScore}`);
  if (testFailureRate !== undefined && testFailureRate > limits.testFailureRate)
    reasons.push(
      `${percent(testFailureRate)} of the tests fail, more than ${percent(limits.testFailureRate)}`,
    );
  if (syncFailureRate !== undefined && syncFailureRate > limits.syncFailureRate)
    reasons.push(
      `${percent(syncFailureRate)} of the synchronisations fail, more than ${percent(limits.syncFailureRate)}`,
    );
  if (corruption.length > 0) reasons.push(`data are damaged: ${corruption[0]}`);
  if (slowdown !== undefined && slowdown >= limits.slowdown)
    reasons.push(`the assistant is ${slowdown} times slower than before, ${limits.slowdown} times or more`);
  return reasons;
}
