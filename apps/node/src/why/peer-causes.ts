import { nodeOf } from "@jarvis-crdt/crdt";
import type { HeldLog, PeerReport } from "@jarvis-crdt/replica";
import { type Cause, cause, isoTime, several } from "./cause.ts";

/** A peer as the transport and the replica see it. */
export interface PeerFacts {
  readonly node: string | undefined;
  readonly name: string | undefined;
  readonly address: string | undefined;
  /** `gone`: it dialled this node, and is connected no more. */
  readonly state: "connected" | "backoff" | "disabled" | "known" | "gone";
  readonly lastError: string | undefined;
  /** Undefined where this process has not talked to it yet. */
  readonly report: PeerReport | undefined;
}

/** What keeps this node and a peer from having the same. `startedAt`: since when this process tries, Unix ms. */
export function peerCauses(peer: PeerFacts, startedAt: number): readonly Cause[] {
  const { report } = peer;
  const causes = connectionCauses(peer, startedAt);
  if (report === undefined) return causes;
  const who = nameOf(peer);
  const about = { peer: peer.node };
  if (report.lagOperations > 0)
    causes.push(
      cause(
        "peer-behind",
        `${who} has not said yet that it stored ${several(report.lagOperations, "operation")} that this node has; ` +
          `the oldest waits for ${duration(report.lagSeconds)}.`,
        { ...about, operations: report.lagOperations },
      ),
    );
  if (report.missingOperations > 0)
    causes.push(
      cause(
        "behind-peer",
        `This node lacks ${several(report.missingOperations, "operation")} that ${who} has.`,
        { ...about, operations: report.missingOperations },
      ),
    );
  for (const held of report.held)
    causes.push(cause(held.code, heldSentence(who, held), { ...about, since: held.since }));
  for (const log of report.forks)
    causes.push(
      cause(
        "fork",
        `${who} has other operations under the same numbers of ${nodeOf(log)}'s log than this node: that node was cloned or restored; nothing of this log is exchanged with ${who}.`,
        about,
      ),
    );
  if (peer.state === "connected" && !report.synced && causes.length === 0)
    causes.push(cause("comparing", `This node and ${who} are still comparing what they have.`, about));
  return causes;
}

function connectionCauses(peer: PeerFacts, startedAt: number): Cause[] {
  const { report, lastError, state } = peer;
  if (state === "connected" || state === "known") return [];
  const who = nameOf(peer);
  const about = { peer: peer.node ?? peer.address, since: report?.since ?? startedAt };
  const since = isoTime(about.since);
  if (state === "disabled" && lastError === "self-connect")
    return [cause(lastError, `${who} ${refusals[lastError]}`, about)];
  if (state === "disabled")
    return [
      cause(
        "peer-disabled",
        `${who} is switched off on this node since ${since}; POST /v1/peers/${peer.node ?? "NODE"}/connect lets it in again.`,
        about,
      ),
    ];
  if (state === "gone")
    return [
      cause(
        "peer-gone",
        `${who} is not connected since ${since}; it dialled this node, which knows no address of it, and has to come back.`,
        about,
      ),
    ];
  const problem = report?.problem;
  if (problem !== undefined)
    return [
      cause(
        problem.code,
        `The session with ${who} ended with ${problem.code} (${sentenceOf(problem.message)}); it is tried again and again.`,
        { ...about, since: problem.at },
      ),
    ];
  if (lastError !== undefined && Object.hasOwn(refusals, lastError))
    return [cause(lastError, `${who} ${refusals[lastError]}`, about)];
  if (lastError === undefined)
    return [cause("peer-connecting", `${who} is not connected since ${since}; it is being dialled.`, about)];
  return [
    cause(
      "peer-unreachable",
      `${who} cannot be reached since ${since} (${lastError}); it is dialled again and again, at longer and longer intervals.`,
      about,
    ),
  ];
}

/** Why a channel was not established although somebody answered. */
const refusals: Readonly<Record<string, string>> = {
  "cert-untrusted":
    "shows a certificate of another authority, or takes this node's for one; both need certificates of the same ca.pem.",
  "cert-expired":
    "and this node do not talk because a certificate has expired, or a clock is wrong: issue a new certificate with jarvisctl node issue, or correct the clock; the log names the dates.",
  "cert-profile": "shows a certificate that is none of a node; issue one with jarvisctl node issue.",
  "cluster-mismatch": "belongs to another cluster; correct network.peers, or its certificate.",
  "identity-mismatch": "is another node than its certificate says.",
  "self-connect":
    "is this node itself, or a copy of it with the same certificate: take its address out of network.peers, or issue the copy a certificate of its own.",
  duplicate:
    "has a session already that proves to be this node: of a moment ago, then it ends by itself, or of a copy of this machine that runs elsewhere; stop one of the two and issue it a certificate of its own.",
  version: "speaks no version of the protocol that this node does; update the older one.",
  disabled: "has switched this node off; its operator lets it in again.",
};

function heldSentence(who: string, { log, code, message, since }: HeldLog): string {
  const author = nodeOf(log);
  const from = `since ${isoTime(since)}`;
  switch (code) {
    case "clock-ahead":
      return `Operations of ${author} that ${who} offers are stamped ahead of this node's clock, ${from}; they are taken when their time comes, or once the clocks are right.`;
    case "unknown-author":
      return `Operations of ${author} that ${who} offers are signed with a certificate that this node does not have, ${from}; ${who} is asked again.`;
    case "outside-certificate":
      return `Operations of ${author} that ${who} offers were made when its certificate was not valid, ${from}.`;
    case "forbidden":
      return `Operations of ${author} that ${who} offers are not taken, ${from}: its certificate lets it read only.`;
    case "unvouched":
      return `Operations of ${author} were thrown away at ${who}; they are passed over once another member that had them says that nothing of them is needed, ${from}. It has to be connected.`;
    default:
      return `Operations of ${author} that ${who} offers are not taken, ${from}: ${sentenceOf(message)}.`;
  }
}

function nameOf({ node, name, address }: PeerFacts): string {
  if (node === undefined) return `The peer at ${address ?? "an unknown address"}`;
  return name === undefined ? node : `${name} (${node})`;
}

function duration(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}

function sentenceOf(message: string): string {
  return message.slice(0, 200).replace(/\.$/, "");
}
