import type { Envelope } from "@jarvis-crdt/batch";
import type { Frontier, Hlc, LogId, NodeId } from "@jarvis-crdt/crdt";
import type { Healing, Message, Vouching } from "./message.ts";

/**
 * What the session asks its driver to do, in this order. In each answer messages and loads come first: a driver that
 * carries these out at once may await whatever follows, and messages still leave in the order of the answers.
 */
export type Action =
  | { readonly type: "send"; readonly message: Message }
  /**
   * Read batches of `log` after sequence `after`, in order, about `maxBytes`, at least one; answer with
   * `Session.loaded`. A driver whose socket is full answers later: that is how it slows the stream down.
   */
  | { readonly type: "load"; readonly log: LogId; readonly after: number; readonly maxBytes: number }
  /** Verify and apply these batches, in order; they end in `advanced` or `refused`, and in `consumed`. */
  | { readonly type: "deliver"; readonly envelopes: readonly Envelope[] }
  /** Validate and keep an author's certificate, before what follows. */
  | { readonly type: "certificate"; readonly node: NodeId; readonly der: Uint8Array }
  /** Validate and keep a schema, before what follows. */
  | { readonly type: "schema"; readonly id: Uint8Array; readonly bytes: Uint8Array }
  /** Once: who the peer says it is, what its clock shows, and what it has where that differs from what we have. */
  | { readonly type: "offer"; readonly node: NodeId; readonly clock: Hlc; readonly frontier: Frontier }
  /** Once: both sides have what the other offered at the beginning. */
  | { readonly type: "synced" }
  /** The peer answered `Session.ask`: everything that it had then is known. */
  | { readonly type: "told"; readonly number: number }
  /** What the peer's clock shows now. */
  | { readonly type: "clock"; readonly clock: Hlc }
  /** Once per log: two batches end at `seq` of `log`. This session leaves the log alone. */
  | { readonly type: "fork"; readonly log: LogId; readonly seq: number; readonly proof?: Envelope }
  /** About a log that was written twice: for the driver alone, which answers with `Session.say`. */
  | { readonly type: "healing"; readonly message: Healing }
  /** About what is spent: for the driver alone, which answers with `Session.say`. */
  | { readonly type: "vouching"; readonly message: Vouching }
  /** Once, and the last action: flush and close the connection. */
  | { readonly type: "close"; readonly code: string; readonly reason: string };
