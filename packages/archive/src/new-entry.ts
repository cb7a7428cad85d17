import type { Value } from "@jarvis-crdt/crdt";
import type { NewRows, RowAdd } from "./new-rows.ts";

/** One operation in the words of the plan (§6.1). */
export interface EntryOperation {
  readonly operation: string;
  readonly inputData: Value;
  readonly outputData: Value;
  readonly metadata: Value;
}

/** What completing an entry takes from outside. */
export interface EntryContext {
  /** Unix milliseconds. */
  readonly now: number;
  /** 64 hex digits. */
  readonly sha256: (text: string) => string;
}

const entries = "archive_entries";

/**
 * The rows of one operation, the first of which stands for it. In the plan's schema (§4.1) that is one row. Jarvis v0.2
 * keeps the input and the output of an operation as two rows; here the output's metadata names the input's uid.
 */
export function operationRows(
  rows: NewRows,
  entry: EntryOperation,
  context: EntryContext,
): readonly RowAdd[] {
  const columns = rows.columnsOf(entries);
  const timestamp = localTime(context.now);
  if (columns?.has("input_data")) {
    const input = text(entry.inputData);
    const values = new Map<string, Value>([
      ["operation", entry.operation],
      ["input_data", input],
      ["output_data", text(entry.outputData)],
      ["timestamp", timestamp],
      ["content_hash", context.sha256(input ?? "")],
      ["metadata", text(entry.metadata)],
    ]);
    return [rows.add(entries, values)];
  }
  const row = (type: string, content: string, metadata: Value) =>
    rows.add(
      entries,
      completeEntry(
        new Map<string, Value>([
          ["data_type", type],
          ["operation", entry.operation],
          ["content", content],
          ["metadata", text(metadata) ?? "{}"],
        ]),
        columns ?? new Set(),
        context,
      ),
    );
  const input = row("input", text(entry.inputData) ?? "", entry.metadata);
  const output = text(entry.outputData);
  if (output === null) return [input];
  return [input, row("output", output, { ...asObject(entry.metadata), input_uid: hex(input.uid) })];
}

/** Fills what the assistant always writes and a caller may leave out. Columns that the table lacks stay out. */
export function completeEntry(
  values: ReadonlyMap<string, Value>,
  columns: ReadonlySet<string>,
  { now, sha256 }: EntryContext,
): ReadonlyMap<string, Value> {
  const content = values.get("content");
  const usual: readonly (readonly [string, Value])[] = [
    ["timestamp", localTime(now)],
    ["data_type", "json"],
    ["source", "jarvisd"],
    ["metadata", "{}"],
    ["content_hash", sha256(typeof content === "string" ? content : "")],
  ];
  return new Map([...usual.filter(([column]) => columns.has(column)), ...values]);
}

/** As the assistant writes it: local time without a zone, with microseconds. */
function localTime(now: number): string {
  const date = new Date(now);
  return `${new Date(now - date.getTimezoneOffset() * 60_000).toISOString().slice(0, -1)}000`;
}

function text(value: Value): string | null {
  return value === null || typeof value === "string" ? value : JSON.stringify(value);
}

function asObject(value: Value): { readonly [key: string]: Value } {
  if (value === null) return {};
  if (typeof value === "object" && !Array.isArray(value) && Object.getPrototypeOf(value) === null)
    return value as { readonly [key: string]: Value };
  return { metadata: value };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
