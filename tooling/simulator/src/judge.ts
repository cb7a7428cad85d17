import type { NodeId } from "@jarvis-crdt/crdt";
import { decodeMessage } from "@jarvis-crdt/sync";
import type { Machine } from "./machine.ts";
import type { Timeline } from "./timeline.ts";
import type { Invariant, Violation } from "./violation.ts";

/** Refusals that an honest node may earn by a fault that it suffers. */
const earned = new Set(["clock-ahead", "fork"]);

/** How a session of honest nodes may end. */
const usual = new Set(["interrupted", "process ended", "idle", "duplicate", "shutdown", "log-abandoned"]);

/** Finds what honest machines must not say, hold back or refuse while a cluster runs, and keeps all that was found. */
export class Judge {
  readonly violations: Violation[] = [];
  /** How often each code was reported by honest machines. */
  readonly problems = new Map<string, number>();
  readonly #timeline: Timeline;
  readonly #byzantine = new Set<NodeId>();

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  violate(invariant: Invariant, detail: string): void {
    this.violations.push({ invariant, at: this.#timeline.now, detail });
  }

  /** Something threw that nobody caught. */
  defect(error: unknown): void {
    this.violate("defect", error instanceof Error ? `${error.stack}` : String(error));
  }

  /** Whoever refuses this node does right. */
  distrust(node: NodeId): void {
    this.#byzantine.add(node);
  }

  /** A message left: an honest node says that it has only what is durable there. */
  said(machine: Machine, bytes: Uint8Array): void {
    const number = bytes[1];
    if (!machine.isHonest || (number !== 2 && number !== 7)) return;
    const message = decodeMessage(bytes);
    if (message.type !== "have" && message.type !== "ack") return;
    const covered = machine.process?.store.covered;
    if (!covered) return;
    const { entries } = message;
    const missing = () => entries.filter(({ log, seq }) => seq > (covered.get(log) ?? 0));
    if (missing().length === 0) return;
    // A write is told to listeners in the instant in which it is done: not before, and perhaps before this knows of it.
    this.#timeline.after(0, () => {
      for (const { log, seq } of missing())
        this.violate(
          "acknowledged-before-stored",
          `${machine.index} said that it has ${log} up to ${seq}, and has not`,
        );
    });
  }

  /** More waits to be sent to a peer than it will take. */
  overflowed(machine: Machine, to: number, bytes: number): void {
    if (machine.isHonest)
      this.violate(
        "unbounded-queue",
        `${machine.index} queued ${bytes} bytes for ${to}, which does not take them`,
      );
  }

  /** The machine reported a problem with what a peer, or nobody that it knows, has brought. */
  refused(machine: Machine, peer: NodeId | undefined, code: string, message: string): void {
    if (!machine.isHonest) return;
    this.problems.set(code, (this.problems.get(code) ?? 0) + 1);
    if (code === "internal") this.violate("defect", `machine ${machine.index}: ${message}`);
    if (code === "internal" || earned.has(code)) return;
    // A store does not say who brought what it refuses.
    const isBlameless = peer === undefined ? this.#byzantine.size === 0 : !this.#byzantine.has(peer);
    if (isBlameless)
      this.violate(
        "honest-peer-refused",
        `${machine.index} refused ${peer ?? "a batch"}: ${code}, ${message}`,
      );
  }

  /** A session of two machines ended. */
  ended(a: Machine, b: Machine, code: string): void {
    if (a.isHonest && b.isHonest && !usual.has(code))
      this.violate("honest-peer-refused", `the session of ${a.index} and ${b.index} ended with ${code}`);
  }
}
