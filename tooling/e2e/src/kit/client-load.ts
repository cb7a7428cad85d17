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
 * A client of the HTTP interface that adds a row, then to a counter, one after the other, until the connection breaks.
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
    if (!acknowledged(await post(client, "/v1/archive", row), 201, ledger)) return n;
    ledger.acknowledge(hash);

    const by = 1 + (n % 3);
    ledger.attemptIncrement(by);
    if (!acknowledged(await post(client, `/v1/counters/${counter}`, { by }), 200, ledger)) return n;
    ledger.acknowledgeIncrement(by);
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

function acknowledged(answer: Answer | undefined, success: number, ledger: Ledger): boolean {
  if (answer === undefined || answer.status === success) return answer !== undefined;
  ledger.complaints.push(`client: ${answer.status} ${JSON.stringify(answer.body)}`);
  return false;
}
