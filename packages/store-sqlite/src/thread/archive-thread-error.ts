/** The thread that keeps the archive ended, and nobody had told it to. */
export class ArchiveThreadError extends Error {
  override readonly name = "ArchiveThreadError";
  readonly code = "archive-thread-ended";

  /** `how` completes the sentence. */
  constructor(how: string) {
    super(
      `the thread that keeps the archive ended ${how}; nothing that was committed is lost: start the node again`,
    );
  }
}

/** What ended a thread: a sentence where it was not a bug, and otherwise the error with its stack. */
export function asThreadError(error: Error): Error {
  const { code } = error as { code?: unknown };
  if (code !== "ERR_WORKER_OUT_OF_MEMORY") return error;
  return new ArchiveThreadError("because it had no more memory");
}
