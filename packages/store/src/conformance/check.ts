/** One property that every store must have. `run` rejects with what is wrong. */
export interface Check {
  readonly name: string;
  readonly run: () => Promise<void>;
}

export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(message);
}

/** Compares by content: numbers, texts, bytes, lists and plain objects of them. */
export function assertEqual(actual: unknown, expected: unknown, what: string): void {
  const a = show(actual);
  const b = show(expected);
  if (a !== b) throw new Error(`${what}: ${a} instead of ${b}`);
}

export async function assertRejects(promise: Promise<unknown>, code: string): Promise<void> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assertEqual((error as { code?: unknown } | undefined)?.code, code, "the code of the refusal");
}

export function hex(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += byte.toString(16).padStart(2, "0");
  return text;
}

function show(value: unknown): string {
  return JSON.stringify(plain(value)) ?? "(undefined)";
}

/** Without the ways in which equal contents may differ: kinds of byte arrays, maps. */
function plain(value: unknown): unknown {
  if (value === undefined) return "(undefined)";
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return `bytes ${hex(value)}`;
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return [...value].map(plain);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
}
