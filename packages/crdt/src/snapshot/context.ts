import { CausalContext } from "../causal-context.ts";
import { CrdtError } from "../error.ts";
import { Ascending } from "./names.ts";
import type { Part } from "./part.ts";

/** For each name the unbroken run, and the distances of the single dots above it. */
export const contextPart: Part<CausalContext> = {
  names(context, add) {
    for (const log of context.logs()) add(log);
  },
  write(writer, context, names) {
    const logs = [...context.logs()].sort((a, b) => names.of(a) - names.of(b));
    writer.varint(logs.length);
    for (const log of logs) {
      const run = context.run(log);
      const cloud = context.cloud(log);
      writer.varint(names.of(log));
      writer.varint(run);
      writer.varint(cloud.length);
      let last = run;
      for (const seq of cloud) {
        writer.varint(seq - last - 1);
        last = seq;
      }
    }
  },
  read(reader, names) {
    const context = new CausalContext();
    const order = new Ascending("logs of a context");
    for (let rest = reader.count(Number.MAX_SAFE_INTEGER, 3); rest > 0; rest--) {
      const log = names.at(order.next(reader.varint()));
      const run = reader.varint();
      context.addRun(log, run);
      const singles = reader.count(Number.MAX_SAFE_INTEGER);
      let last = run;
      for (let i = 0; i < singles; i++) {
        const gap = reader.varint();
        if (i === 0 && gap === 0) throw new CrdtError("not-canonical", "a dot beside its run");
        last += gap + 1;
        if (!Number.isSafeInteger(last)) throw new CrdtError("invalid-dot", "a sequence beyond 2^53");
        context.add({ log, seq: last });
      }
      if (run === 0 && singles === 0) throw new CrdtError("not-canonical", "a log of which nothing is known");
    }
    return context;
  },
};
