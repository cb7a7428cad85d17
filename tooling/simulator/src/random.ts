import { Random } from "@jarvis-crdt/store/conformance";

/**
 * Chance for one purpose, from the seed and the purpose's name alone: where a step is taken out of a history, every
 * other purpose draws what it drew before. That is what makes a shrunk history fail in the same way.
 */
export function chance(seed: number, ...purpose: readonly (string | number)[]): Random {
  let hash = 0x811c9dc5;
  for (const character of `${seed}/${purpose.join("/")}`) {
    hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  }
  return new Random(hash ^ (hash >>> 15));
}

/** An integer from `least` to `most`. */
export function between(random: Random, least: number, most: number): number {
  return least + random.below(most - least + 1);
}

/** True `percent` times of a hundred. */
export function happens(random: Random, percent: number): boolean {
  return random.below(100) < percent;
}
