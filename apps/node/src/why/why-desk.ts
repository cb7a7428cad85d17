import { type Dot, isLogId, type NodeId, nodeOf, type Uid } from "@jarvis-crdt/crdt";
import type { Replica } from "@jarvis-crdt/replica";
import type { Store } from "@jarvis-crdt/store";
import type { ArchiveThread, StateFile } from "@jarvis-crdt/store-sqlite";
import type { Peers } from "@jarvis-crdt/transport";
import type { Evictions } from "../compose/evictions.ts";
import type { QuarantineDesk, QuarantinedItem } from "../compose/quarantine-desk.ts";
import type { Trouble } from "../compose/troubles.ts";
import { type Cause, cause, several, type Why } from "./cause.ts";
import { type PeerFacts, peerCauses } from "./peer-causes.ts";
import { doubtCauses, quarantineCauses } from "./store-causes.ts";

export interface WhyParts {
  readonly store: Store;
  readonly state: Pick<StateFile, "archive">;
  readonly archive: Pick<ArchiveThread, "keyOf">;
  readonly replica: Pick<Replica, "peers" | "acknowledgedBy" | "inDoubt">;
  readonly peers: Pick<Peers, "states"> | undefined;
  readonly evictions: Pick<Evictions, "count" | "has">;
  readonly quarantine: Pick<QuarantineDesk, "list">;
  readonly troubles: () => readonly Trouble[];
  /** Whether changes leave at once. */
  readonly isEager: boolean;
  /** Unix milliseconds at which this node was started. */
  readonly startedAt: number;
}

/** Entries of the quarantine that are looked at. */
const looked = 1_000;

/** Answers why not everything is everywhere. */
export class WhyDesk {
  readonly #parts: WhyParts;

  constructor(parts: WhyParts) {
    this.#parts = parts;
  }

  /** About everything. */
  async everything(): Promise<Why> {
    const { startedAt, state, evictions, peers } = this.#parts;
    const facts = this.#facts();
    const causes = this.#parts
      .troubles()
      .map(({ code, sentence, next }) => cause(code, `${sentence} ${next}`));
    causes.push(...facts.flatMap((peer) => [...peerCauses(peer, startedAt)]));
    causes.push(...quarantineCauses(await this.#quarantined()));
    causes.push(...doubtCauses(this.#parts.replica.inDoubt));
    if (state.archive.hasWork())
      causes.push(
        cause(
          "archive-behind",
          "The archive does not show everything yet that is stored; it is being written, or waits for another program that writes it.",
        ),
      );
    const notes: string[] = [];
    if (peers === undefined) notes.push("This node keeps to itself: network.enabled is false.");
    else if (facts.length === 0) notes.push("This node knows no peer.");
    if (!this.#parts.isEager)
      notes.push(
        "Changes of this node wait for their time (synchronization.mode); jarvisctl sync sends them now.",
      );
    if (evictions.count > 0)
      notes.push(
        `${several(evictions.count, "row")} ${evictions.count === 1 ? "is" : "are"} hidden here because the assistant deleted ${evictions.count === 1 ? "it" : "them"}; jarvisctl archive unevict shows them again.`,
      );
    return why(null, causes, notes);
  }

  /** About a peer, an entry by its uid, or an operation by its dot; undefined where nothing has this name. */
  async about(name: string): Promise<Why | undefined> {
    const uid = /^[0-9a-f]{32}$/.test(name) ? new Uint8Array(Buffer.from(name, "hex")) : undefined;
    if (uid !== undefined) return this.#entry(name, uid);
    const dot = dotOf(name);
    if (dot !== undefined) return why(name, await this.#operation(dot), []);
    const facts = this.#facts().filter((peer) => [peer.node, peer.name, peer.address].includes(name));
    if (facts.length === 0) return undefined;
    const causes = facts.flatMap((peer) => [...peerCauses(peer, this.#parts.startedAt)]);
    return why(name, causes, []);
  }

  async #entry(name: string, uid: Uid): Promise<Why> {
    const { store, archive, evictions } = this.#parts;
    const row = await store.row(uid);
    const refused = (await this.#quarantined()).filter(({ id }) => id === name);
    if (row === undefined) {
      const waiting = (await store.counts()).quarantined;
      const sentence =
        "This node knows no row with this uid: it was removed, or has not come yet" +
        `${waiting > 0 ? `, or is in one of the ${several(waiting, "transaction")} in quarantine` : ""}.`;
      return why(name, [cause("unknown-entry", sentence)], []);
    }
    const causes: Cause[] = [...quarantineCauses(refused)];
    if (evictions.has(row.table, uid))
      causes.push(
        cause(
          "evicted",
          `The row is hidden on this node, where it was deleted; jarvisctl archive unevict --uid ${name} shows it again.`,
        ),
      );
    else if (refused.length === 0 && archive.keyOf(row.table, uid) === undefined)
      causes.push(
        cause(
          "not-shown",
          "The archive does not show the row: it will soon, or another row holds a value that may be there only once (jarvisctl conflicts tells).",
        ),
      );
    causes.push(...(await this.#operation(row.dot)));
    return why(name, causes, []);
  }

  /** What is known of an operation: whether it is here, and who has not said to have it. */
  async #operation(dot: Dot): Promise<readonly Cause[]> {
    const { store, replica } = this.#parts;
    const last = (await store.head(dot.log))?.header;
    if (last === undefined || dot.seq > last.first + last.count - 1)
      return [cause("unknown-operation", "The operation has not come to this node yet.")];
    const have = new Set<NodeId>([nodeOf(dot.log), ...replica.acknowledgedBy(dot)]);
    const causes: Cause[] = [];
    for (const peer of this.#facts()) {
      if (peer.state === "known" || (peer.node !== undefined && have.has(peer.node))) continue;
      const reasons = peerCauses(peer, this.#parts.startedAt).filter(({ code }) => code !== "peer-behind");
      const who = peer.name ?? peer.node ?? peer.address ?? "a peer";
      causes.push(
        cause("not-acknowledged", `${who} has not said to have it${reasons.length > 0 ? "." : " yet."}`, {
          peer: peer.node ?? peer.address,
        }),
        ...reasons,
      );
    }
    return causes;
  }

  #facts(): readonly PeerFacts[] {
    const { peers, replica } = this.#parts;
    const reports = new Map(replica.peers().map((report) => [report.node, report]));
    const facts = (peers?.states() ?? []).map(
      ({ node, name, address, state, lastError }): PeerFacts => ({
        node,
        name,
        address,
        state,
        lastError,
        report: node === undefined ? undefined : reports.get(node),
      }),
    );
    // Peers that dialled this node and are gone: nobody here dials them.
    const listed = new Set(facts.map(({ node }) => node));
    const gone = [...reports.values()].filter(({ node, connected }) => !connected && !listed.has(node));
    return [
      ...facts,
      ...gone.map(
        (report): PeerFacts => ({
          node: report.node,
          name: undefined,
          address: undefined,
          state: "gone",
          lastError: undefined,
          report,
        }),
      ),
    ];
  }

  async #quarantined(): Promise<readonly QuarantinedItem[]> {
    return (await this.#parts.quarantine.list({ limit: looked, dropped: false })).items;
  }
}

function why(about: string | null, causes: readonly Cause[], notes: readonly string[]): Why {
  return { about, synced: causes.length === 0, causes, notes };
}

/** `uuid:hex16/sequence`. */
function dotOf(name: string): Dot | undefined {
  const [log, seq, ...rest] = name.split("/");
  if (log === undefined || seq === undefined || rest.length > 0 || !isLogId(log)) return undefined;
  return /^[1-9]\d{0,15}$/.test(seq) ? { log, seq: Number(seq) } : undefined;
}
