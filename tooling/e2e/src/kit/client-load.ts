import { createHash } from "node:crypto";
import type { Answer, NodeClient } from "@jarvis-crdt/harness";
import type { Ledger } from "./ledger.ts";

export interface LoadOptions {
  /** Begins every content, so that no two loads write the same. */
  readonly name: string;
  readonly counter: string;
  /** Pairs of a row and an increment. */
  readonly most: number;
  /** Asked before each pair. */
  readonly until?: () => boolean;
}

/**
 * A client of the HTTP interface that adds a row, then to a counter, one after the other, until the connection breaks or
 * the node takes no more.
 * Returns how many pairs were acknowledged.
 */
export async function clientWrites(
  client: NodeClient,
  ledger: Ledger,
  options: LoadOptions,
): Promise<number> {
  const { name, counter, most, until = () => false } = options;
  for (let n = 0; n < most; n++) {
    if (until()) return n;
    const content = `${name} #${n}`;
    const hash = createHash("sha256").update(content).digest("hex");
    ledger.attempt(hash);
    const row = { values: { content, data_type: "input", source: "e2e", operation: "memory_store" } };
    const added = outcome(await post(client, "/v1/archive", row), 201, ledger);
    if (added === "done") ledger.acknowledge(hash);
    else if (added === "not done") ledger.withdraw(hash);
    if (added !== "done") return n;

    const by = 1 + (n % 3);
    ledger.attemptIncrement(by);
    const counted = outcome(await post(client, `/v1/counters/${counter}`, { by }), 200, ledger);
    if (counted === "done") ledger.acknowledgeIncrement(by);
    else if (counted === "not done") ledger.attemptIncrement(-by);
    if (counted !== "done") return n;
  }
  return most;
}

/** Undefined where the connection broke: then nobody knows what became of it. */
async function post(client: NodeClient, path: string, body: unknown): Promise<Answer | undefined> {
  try {
    return await client.request("POST", path, body);
  } catch {
    return undefined;
  }
}

function outcome(
  answer: Answer | undefined,
  success: number,
  ledger: Ledger,
): "done" | "not done" | "unknown" {
  if (answer === undefined) return "unknown";
  if (answer.status === success) return "done";
  // A node that is stopping says so.
  if (answer.status !== 503)
    ledger.complaints.push(`client: ${answer.status} ${JSON.stringify(answer.body)}`);
  return "not done";
}
