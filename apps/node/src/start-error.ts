/** Why a node cannot start, in one sentence that ends with what to do. Printed without a stack trace; exit 1. */
export class StartError extends Error {
  override readonly name = "StartError";
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
