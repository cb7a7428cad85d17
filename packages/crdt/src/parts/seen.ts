import type { CausalContext } from "../causal-context.ts";
import type { HasSeen, IsDead } from "../cells/entry.ts";

/** What a state has seen is what its context covers: containers defer nothing, since a delta names its dots itself. */
export function sees(context: CausalContext): HasSeen {
  return (dot) => context.has(dot);
}

/** No dot that a replica mints can have been named before. */
export const neverDead: IsDead = () => false;
