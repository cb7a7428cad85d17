/** Why an object cannot be read or changed as asked. The code is stable, the message is for whoever asked. */
export type ObjectErrorCode =
  | "invalid-name"
  | "unknown-type"
  | "unknown-object"
  | "unknown-operation"
  | "invalid-argument"
  | "wrong-type"
  | "ambiguous-type";

/** Thrown for names, types and values that do not go together; `code` is stable. */
export class ObjectError extends Error {
  override readonly name = "ObjectError";
  readonly code: ObjectErrorCode;

  constructor(code: ObjectErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
