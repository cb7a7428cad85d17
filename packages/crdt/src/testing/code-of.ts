import { CrdtError } from "../error.ts";

/** The code with which `run` is refused. */
export function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof CrdtError) return error.code;
    throw error;
  }
  return "accepted";
}
