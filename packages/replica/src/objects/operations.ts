import type { NodeId, Value } from "@jarvis-crdt/crdt";

type Elements = readonly [Value, ...Value[]];

/** What can be done to an object of each type, and with which values. */
export interface Operations {
  readonly g_counter: { readonly increment: readonly [by?: number] };
  readonly pn_counter: {
    readonly increment: readonly [by?: number];
    readonly decrement: readonly [by?: number];
  };
  readonly bounded_counter: {
    readonly increment: readonly [by?: number];
    readonly decrement: readonly [by?: number];
    readonly transfer: readonly [to: NodeId, by: number];
  };
  readonly max_register: { readonly set: readonly [number | bigint] };
  readonly min_register: { readonly set: readonly [number | bigint] };
  readonly lww_register: { readonly set: readonly [Value] };
  readonly mv_register: { readonly set: readonly [Value] };
  readonly g_set: { readonly add: Elements };
  readonly two_phase_set: { readonly add: Elements; readonly remove: Elements };
  readonly or_set: { readonly add: Elements; readonly remove: Elements };
  readonly rw_set: { readonly add: Elements; readonly remove: Elements };
  readonly ew_flag: { readonly enable: readonly []; readonly disable: readonly [] };
  readonly lww_map: { readonly set: readonly [key: Value, value: Value]; readonly delete: Elements };
  readonly grow_log: { readonly append: readonly [Value] };
  readonly [series: `time_series:${number}:${number}`]: {
    readonly record: readonly [time: number, value?: number];
  };
  readonly [map: `or_map:${string}`]: {
    readonly update: readonly [key: Value, operation: string, ...values: Value[]];
    readonly remove: Elements;
  };
}
