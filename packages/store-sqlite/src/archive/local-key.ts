/** A local key of a row: an integer of up to 64 bits, as number where that is exact. */
export type LocalKey = number | bigint;
