import type { Operation, Stamp } from "@jarvis-crdt/crdt";
import { compareDots, type Dot, type LogId, sameDot } from "@jarvis-crdt/crdt";

export interface AnewContext {
  /** How a dot is called now; undefined where nobody minted its operation anew. */
  readonly place: (dot: Dot) => Dot | undefined;
  /** Where it is minted, and what it was minted in. */
  readonly log: LogId;
  readonly abandoned: LogId;
  readonly stamp: (stamp: Stamp) => Stamp;
  readonly origin: () => Uint8Array;
}

/** An operation as it is minted anew: with the names that others have now. */
export function anewOperation(operation: Operation, context: AnewContext): Operation {
  const { place, log, abandoned, origin } = context;
  const stamp = context.stamp(operation.stamp);
  switch (operation.kind) {
    case "counter.add":
      return { kind: "counter.again", stamp, object: operation.object, by: operation.by, origin: origin() };
    case "counter.again":
    case "row.add":
    case "piece":
      return { ...operation, stamp };
    case "log.abandon": {
      const anew = operation.anew.flatMap(({ batch, first }) => {
        const dot = place({ log: abandoned, seq: first });
        return dot?.log === log ? [{ batch, first: dot.seq }] : [];
      });
      return { ...operation, stamp, anew };
    }
    case "row.set":
      return {
        ...operation,
        stamp,
        adds: placed(operation.adds, place),
        seen: renamed(operation.seen, place),
      };
    case "row.remove":
      return { ...operation, stamp, adds: placed(operation.adds, place) };
    case "set.remove":
    case "keyed.remove":
      return { ...operation, stamp, seen: placed(operation.seen, place) };
    default:
      return { ...operation, stamp, seen: renamed(operation.seen, place) };
  }
}

/** The dots as they are called now, without those that nobody minted anew. */
function renamed(dots: readonly Dot[], place: (dot: Dot) => Dot | undefined): readonly Dot[] {
  const found = dots.map(place).filter((dot) => dot !== undefined);
  return found.sort(compareDots).filter((dot, i) => i === 0 || !sameDot(dot, found[i - 1]!));
}

/** The same for an operation that must name some: where none is left it names what counts no more, to no effect. */
function placed(dots: readonly Dot[], place: (dot: Dot) => Dot | undefined): readonly Dot[] {
  const found = renamed(dots, place);
  return found.length > 0 ? found : dots;
}
