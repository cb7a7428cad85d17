import type { Subject } from "./subject.ts";
import { assistant } from "./subjects/assistant.ts";
import { many } from "./subjects/many.ts";
import { adoptedArchives, ownArchives } from "./subjects/nodes.ts";
import { peers } from "./subjects/peers.ts";
import { store } from "./subjects/store.ts";
import { otherTypes, types } from "./subjects/types.ts";
import { raw, y1, y2 } from "./subjects/yardsticks.ts";

/** All that can be measured, in the order in which a round does it. */
export const subjects: readonly Subject[] = [
  y1,
  raw,
  y2,
  ownArchives,
  adoptedArchives,
  store,
  assistant,
  many,
  types,
  ...otherTypes,
  ...peers,
];
