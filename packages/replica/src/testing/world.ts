import { testCrypto } from "@jarvis-crdt/batch/testing";
import type { LogId, NodeId, Schema } from "@jarvis-crdt/crdt";
import { MemoryStore } from "@jarvis-crdt/store";
import {
  type Author,
  type Authority,
  type PeerSession,
  type PriorityRules,
  Replica,
  ReplicaError,
  type Round,
  type SyncMode,
} from "../index.ts";

export const schema: Schema = {
  tables: [
    {
      name: "notes",
      kind: "records",
      groups: [
        { name: "text", columns: ["text"] },
        { name: "mark", columns: ["mark"] },
      ],
    },
  ],
};
const cluster = new Uint8Array(16).fill(7);
const now = 1_800_000_000_000;

export interface Problem {
  readonly at: number;
  readonly peer: NodeId | undefined;
  readonly code: string;
}

export interface MemberOptions {
  readonly role?: Author["role"];
  readonly clock?: number;
  readonly mode?: SyncMode;
  readonly priorities?: PriorityRules;
  /** Another instance of that member's node. */
  readonly twinOf?: number;
}

export interface Member {
  readonly replica: Replica;
  readonly store: MemoryStore;
}

/** Replicas in one process, joined by links that deliver later. A certificate is the node's id and its public key. */
export class World {
  readonly members: Member[] = [];
  readonly problems: Problem[] = [];
  readonly rounds: (Pick<Round, "sent" | "received"> & { readonly at: number })[] = [];
  readonly healed: { readonly at: number; readonly log: LogId }[] = [];
  readonly roles = new Map<NodeId, Author["role"]>();
  readonly #sessions: PeerSession[] = [];
  readonly #wires = new Map<string, { cut(): void }>();
  /** Unix milliseconds that node `index` shows on its clock. */
  readonly #clocks: number[] = [];

  async add(options: MemberOptions = {}): Promise<Member> {
    const index = this.members.length;
    const identity = options.twinOf ?? index;
    const node = nodeId(identity);
    this.#clocks[index] = options.clock ?? now;
    this.roles.set(node, options.role ?? "writer");
    const { hasher, signer, verifier, compressor, publicKey } = testCrypto(identity + 1);
    let drawn = index * 1000;
    const store = new MemoryStore({
      node,
      cluster,
      now: () => this.#clocks[index]!,
      random: (bytes) => {
        drawn++;
        return Uint8Array.from({ length: bytes }, (_, i) => (drawn >>> (8 * (i % 4))) & 0xff);
      },
      schema,
      signer,
      hasher,
      compressor,
    });
    const replica = await Replica.open({
      store,
      authority: this.authority(),
      certificate: certificateOf(node, publicKey),
      hasher,
      verifier,
      compressor,
      now: () => this.#clocks[index]!,
      turn: () => Promise.resolve(),
      ...(options.mode && { mode: options.mode }),
      ...(options.priorities && { priorities: options.priorities }),
      connections: {
        connect: async (target) => {
          await this.connect(index, indexOf(target));
          return target;
        },
        disconnect: (peer) => this.cut(index, indexOf(peer)),
      },
      onProblem: (peer, code) => this.problems.push({ at: index, peer, code }),
      onHealed: (log) => this.healed.push({ at: index, log }),
      onRound: (_, { sent, received }) => this.rounds.push({ at: index, sent, received }),
    });
    const member = { replica, store };
    this.members.push(member);
    return member;
  }

  setClock(index: number, unixMs: number): void {
    this.#clocks[index] = unixMs;
  }

  isConnected(a: number, b: number): boolean {
    return this.#wires.has(name(a, b));
  }

  async connect(a: number, b: number): Promise<void> {
    const ends = [this.members[a]!, this.members[b]!] as const;
    const queues: [Uint8Array[], Uint8Array[]] = [[], []];
    const sessions: [PeerSession | undefined, PeerSession | undefined] = [undefined, undefined];
    const pumping = [false, false];
    let open = true;
    const cut = (): void => {
      if (!open) return;
      open = false;
      this.#wires.delete(name(a, b));
      for (const side of [0, 1] as const) {
        const session = sessions[side];
        if (session) ends[side].replica.detach(session);
      }
    };
    const pump = async (side: 0 | 1): Promise<void> => {
      if (pumping[side]) return;
      pumping[side] = true;
      for (;;) {
        const session = sessions[side];
        const message = session && open ? queues[side].shift() : undefined;
        if (!message) break;
        await session?.receive(message);
      }
      pumping[side] = false;
    };
    this.#wires.set(name(a, b), { cut });
    const attach = async (side: 0 | 1): Promise<void> => {
      const other = side === 0 ? 1 : 0;
      sessions[side] = await ends[side].replica.attach({
        node: ends[other].store.node,
        send: (message) => {
          if (!open) return true;
          queues[other].push(message.slice());
          void Promise.resolve().then(() => pump(other));
          return true;
        },
        close: cut,
      });
      this.#sessions.push(sessions[side]);
      await pump(side);
    };
    await Promise.all([attach(0), attach(1)]);
  }

  cut(a: number, b: number): void {
    this.#wires.get(name(a, b))?.cut();
  }

  /** Operations in batches that came over any wire, those included that were there already. */
  get received(): number {
    return this.#sessions.reduce((sum, { receivedOperations }) => sum + receivedOperations.all, 0);
  }

  /** Lets everything under way finish: until nothing changes for some turns of the event loop. */
  async settle(): Promise<void> {
    let last = "";
    for (let quiet = 0; quiet < 20; quiet++) {
      await new Promise((resolve) => setImmediate(resolve));
      const seen = await this.#picture();
      if (seen !== last) quiet = 0;
      last = seen;
    }
  }

  async digests(): Promise<readonly string[]> {
    return Promise.all(
      this.members.map(async ({ store }) => Buffer.from((await store.digest()).digest).toString("hex")),
    );
  }

  async #picture(): Promise<string> {
    const counts = await Promise.all(
      this.members.map(async ({ store, replica }) => [
        (await store.counts()).operations,
        ...this.members.map((other) => replica.lag(other.store.node)?.operations ?? -1),
      ]),
    );
    return JSON.stringify([counts, this.problems.length]);
  }

  authority(): Authority {
    return {
      author: (certificate) => {
        const node = new TextDecoder().decode(certificate.subarray(0, 36));
        const role = this.roles.get(node);
        if (!role) throw new ReplicaError("cert-untrusted", "nobody knows this node");
        const publicKey = certificate.slice(36);
        const { hasher } = testCrypto();
        const key = hasher.hash([publicKey]).slice(0, 16);
        return { node, role, publicKey, key, notBefore: now - 86_400_000, notAfter: now + 365 * 86_400_000 };
      },
    };
  }
}

export function nodeId(index: number): NodeId {
  return `00000000-0000-4000-8000-${index.toString(16).padStart(12, "0")}`;
}

function indexOf(node: NodeId): number {
  return Number.parseInt(node.slice(-12), 16);
}

function certificateOf(node: NodeId, publicKey: Uint8Array): Uint8Array {
  return Uint8Array.from([...new TextEncoder().encode(node), ...publicKey]);
}

function name(a: number, b: number): string {
  return `${Math.min(a, b)}-${Math.max(a, b)}`;
}
