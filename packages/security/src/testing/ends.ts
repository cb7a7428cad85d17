import type { Channel } from "../channel.ts";
import { SecurityError } from "../error.ts";
import { createHandshakes, type Handshake, type HandshakeOptions } from "../handshake.ts";
import type { Identity } from "../identity.ts";
import { createTestCluster, testNow } from "./test-cluster.ts";

/** The cluster of these tests, and two of its nodes. */
export const home = await createTestCluster("home");
export const alpha = await home.node("alpha", { role: "admin" });
export const beta = await home.node("beta", { role: "reader" });
const now = () => testNow;
/** Handshakes of a node. */
export const ends = (identity: Identity, more: Partial<HandshakeOptions> = {}) =>
  createHandshakes({ identity, purpose: "peer", now, ...more });

export interface Transcript {
  readonly messages: readonly [Uint8Array, Uint8Array, Uint8Array];
  readonly initiator: Channel;
  readonly responder: Channel;
}

/** Lets two ends speak until both have a channel. */
export function connect(initiator: Handshake, responder: Handshake): Transcript {
  const first = initiator.start()!;
  const second = responder.receive(first).reply!;
  const { reply: third, channel: left } = initiator.receive(second);
  const { reply: none, channel: right } = responder.receive(third!);
  if (none !== undefined) throw new Error("the last message was answered");
  return { messages: [first, second, third!], initiator: left!, responder: right! };
}

/** The code with which something is refused; "accepted" where it is not. */
export function refusal(run: () => unknown): string {
  try {
    run();
    return "accepted";
  } catch (error) {
    if (!(error instanceof SecurityError)) throw error;
    return error.code;
  }
}
