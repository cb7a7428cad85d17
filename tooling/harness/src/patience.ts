/**
 * Everything is waited for so many times longer, on a machine that has other things to do: `HARNESS_PATIENCE`, a number from 1.
 * How long something takes is never what a test is about.
 */
export const patience: number = Math.max(1, Number(process.env.HARNESS_PATIENCE) || 1);
