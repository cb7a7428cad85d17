import type { Envelope } from "@jarvis-crdt/batch";
import type { FrontierEntry, Hlc, LogId, NodeId } from "@jarvis-crdt/crdt";
import type { Prefix, Summary } from "./frontier-tree.ts";

/** The version of the session protocol that this package speaks. */
export const protocolVersion = 1;

/** Announced in `hello` by whoever sends batches of other authors only when asked, and knows `quiet`, `ask` and `told`. */
export const requestsFeature = "requests";

/** Announced in `hello` by whoever compares frontiers as trees, with the root behind the clock. */
export const treeFeature = "frontier-tree";

/** Announced in `hello` by whoever helps to heal a log that was written twice. */
export const healingFeature = "healing";

/** Announced in `hello` by whoever takes batches without their operations, and says what is spent. */
export const hollowFeature = "hollow";

/** Announced in `hello` by whoever tells its clock when asked. */
export const clockFeature = "clock";

/** What the two sides of a session say to each other. Normative: docs/wire/session.md. */
export type Message =
  | Hello
  | Have
  | CertificateMessage
  | SchemaMessage
  | BatchMessage
  | Credit
  | Ack
  | Bye
  | Quiet
  | Ask
  | Told
  | Clock
  | Branch
  | Leaves
  | Healing
  | Vouching;

/** What is said to heal a log that was written twice. */
export type Healing = Forked | History | Shown;

/** What is said of operations that nobody needs any more. */
export type Vouching = Inquire | Spent;

/** First message of each side. */
export interface Hello {
  readonly type: "hello";
  readonly version: number;
  /** 16 bytes. */
  readonly cluster: Uint8Array;
  readonly node: NodeId;
  /** Names of optional abilities; unknown ones are ignored. */
  readonly features: readonly string[];
  /** The sender's clock, a hint for the receiver's judgement of its own. */
  readonly clock: Hlc;
  /** The root of the sender's frontier as a tree; with the feature `frontier-tree`. */
  readonly tree?: Summary | undefined;
}

/** How far a log reaches. Sequence 0 (with 32 zero bytes) says: nothing of it. */
export interface LogEntry extends FrontierEntry {
  readonly log: LogId;
}

/** The sender's frontier, in pages; after the first complete one, a correction of single entries. */
export interface Have {
  readonly type: "have";
  readonly entries: readonly LogEntry[];
  readonly last: boolean;
}

/** A certificate that the author `node` signs with. */
export interface CertificateMessage {
  readonly type: "certificate";
  readonly node: NodeId;
  readonly der: Uint8Array;
}

/** Canonical bytes of a schema that batches name by its id. */
export interface SchemaMessage {
  readonly type: "schema";
  /** 32 bytes. */
  readonly id: Uint8Array;
  readonly bytes: Uint8Array;
}

/** A batch, as its author signed it. */
export interface BatchMessage {
  readonly type: "batch";
  readonly envelope: Envelope;
}

/** The receiver of this may send so many more bytes of batches, by `batchCost`. */
export interface Credit {
  readonly type: "credit";
  readonly bytes: number;
}

/** What the sender has stored durably. */
export interface Ack {
  readonly type: "ack";
  readonly entries: readonly LogEntry[];
}

/** The last message of a side that ends the session, and why. */
export interface Bye {
  readonly type: "bye";
  /** `[a-z0-9-]`, 1 to 32 characters. */
  readonly code: string;
  /** Printable ASCII for people. */
  readonly text: string;
}

/** The sender of this gets these logs elsewhere: batches of them are not to be sent until it asks for them with `have`. */
export interface Quiet {
  readonly type: "quiet";
  readonly logs: readonly LogId[];
}

/** Asks to be told at once of everything that the receiver has. */
export interface Ask {
  readonly type: "ask";
  readonly number: number;
}

/** Everything was told that there was when the `ask` of this number came. */
export interface Told {
  readonly type: "told";
  readonly number: number;
}

/** The sender's clock as it stands now. */
export interface Clock {
  readonly type: "clock";
  readonly clock: Hlc;
  /** The sender wants to hear the receiver's. */
  readonly asks: boolean;
}

/** The sixteen parts of a place of the sender's frontier tree. */
export interface Branch {
  readonly type: "branch";
  readonly prefix: Prefix;
  readonly children: readonly Summary[];
}

/** All logs of the sender at a place of the tree, in pages. */
export interface Leaves {
  readonly type: "leaves";
  readonly prefix: Prefix;
  readonly entries: readonly LogEntry[];
  readonly last: boolean;
}

/** To a node of which the sender holds something that the node seems not to have: it may ask with `history`. */
export interface Forked {
  readonly type: "forked";
  readonly log: LogId;
}

/** Asks for batches of a log, whether they count or not, after the last of these places that the receiver has as well. */
export interface History {
  readonly type: "history";
  readonly log: LogId;
  /** Ends of batches that the sender has, ascending. */
  readonly points: readonly FrontierEntry[];
}

/** Some of the batches that were asked for, in order. None: there are no more. */
export interface Shown {
  readonly type: "shown";
  readonly log: LogId;
  readonly envelopes: readonly Envelope[];
}

/** Asks what of a log is spent at the receiver, after a sequence. */
export interface Inquire {
  readonly type: "inquire";
  readonly log: LogId;
  readonly after: number;
}

/** What of the log is spent at the sender, which has interpreted it itself. One answer for each `inquire`. */
export interface Spent {
  readonly type: "spent";
  readonly log: LogId;
  /** As it was asked. */
  readonly after: number;
  /** Up to which sequence the sender looked: at or below `after` where it has no more of the log. */
  readonly through: number;
  /** Ascending runs of sequences beyond `after` and up to `through` that do not touch. */
  readonly runs: readonly { readonly first: number; readonly last: number }[];
  /** Operations that came hollow to the sender, as such runs. */
  readonly told: readonly { readonly first: number; readonly last: number }[];
  /** Nothing is in doubt at the sender, and nothing waits there: all else that it looked at is needed. */
  readonly settled: boolean;
  /** Adds of rows that live, ascending, with a column group of theirs that was overwritten. */
  readonly overwritten: readonly { readonly seq: number; readonly group: string }[];
}

/** What a batch costs of the credit, in bytes. */
export function batchCost(envelope: Envelope): number {
  return envelope.header.length + envelope.signature.length + envelope.body.length;
}
