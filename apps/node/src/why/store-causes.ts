import type { InDoubt } from "@jarvis-crdt/replica";
import type { QuarantinedItem } from "../compose/quarantine-desk.ts";
import { type Cause, cause, several } from "./cause.ts";

/** What is stored and not used: one cause for each author and reason, and one for each table and reason. */
export function quarantineCauses(items: readonly QuarantinedItem[]): readonly Cause[] {
  const groups = new Map<string, { readonly first: QuarantinedItem; count: number; operations: number }>();
  for (const item of items) {
    const of = item.kind === "transaction" ? item.author : item.table;
    const key = JSON.stringify([item.kind, of, item.reason, item.detail]);
    const group = groups.get(key) ?? { first: item, count: 0, operations: 0 };
    group.count++;
    if (item.kind === "transaction") group.operations += item.operations;
    groups.set(key, group);
  }
  return [...groups.values()].map(({ first, count, operations }) =>
    first.kind === "transaction"
      ? cause(
          "quarantined",
          `${several(count, "transaction")} of ${first.author} ${count === 1 ? "is" : "are"} stored and passed on, and not used here: ${first.detail}.`,
          { operations },
        )
      : cause("row-refused", refusedSentence(first, count)),
  );
}

/** What is compared because batches came without their operations. */
export function doubtCauses(inDoubt: InDoubt | undefined): readonly Cause[] {
  if (inDoubt === undefined) return [];
  const { needed, present } = inDoubt;
  const lacks = present < needed;
  const sentence = lacks
    ? `of ${several(needed, "member")} whose word that needs, ${present === 0 ? "none" : `only ${present}`} can be asked now.`
    : "that is being done, again and again until their answers agree.";
  return [
    cause(
      "in-doubt",
      `Operations were thrown away elsewhere before they came; what they removed may still be shown here until it is compared with others: ${sentence}`,
    ),
  ];
}

function refusedSentence(row: Extract<QuarantinedItem, { kind: "row" }>, count: number): string {
  const which = count === 1 ? `Row ${row.id}` : `${count} rows, ${row.id} among them,`;
  return (
    `${which} of ${row.table} ${count === 1 ? "is" : "are"} not accepted by the archive: ${row.detail} ` +
    `(${several(row.tries, "try").replace("trys", "tries")}, the next at ${row.retry_at.slice(0, 19)}Z).`
  );
}
