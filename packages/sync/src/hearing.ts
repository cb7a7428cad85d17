import type { Envelope } from "@jarvis-crdt/batch";
import { type FrontierEntry, type LogId, nodeOf } from "@jarvis-crdt/crdt";
import { SyncError } from "./error.ts";
import type { Ack, CertificateMessage, Have, Message, SchemaMessage } from "./message.ts";
import { missing } from "./missing.ts";
import { pages } from "./pages.ts";
import type { Parts } from "./parts.ts";
import { checkPhase, type Phase } from "./phase.ts";

/** What the peer says, and what follows from it. Throws `SyncError` for what ends the session. */
export class Hearing {
  readonly #parts: Parts;
  /** Questions that wait for the frontiers to be compared. */
  readonly #questions: number[] = [];
  #phase: Phase = "greeting";
  #certificates = 0;
  #schemas = 0;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  get phase(): Phase {
    return this.#phase;
  }

  hear(message: Message): void {
    checkPhase(this.#phase, message);
    const { opening, outbound, actions } = this.#parts;
    switch (message.type) {
      case "hello":
        this.#compare(opening.greet(message));
        break;
      case "have":
        if (this.#phase === "streaming") this.#correct(message);
        else this.#compare(opening.have(message));
        break;
      case "branch":
        this.#compare(opening.branch(message));
        break;
      case "leaves":
        this.#compare(opening.leaves(message));
        break;
      case "certificate":
      case "schema":
        this.#attached(message);
        break;
      case "batch":
        this.#arrive(message.envelope);
        break;
      case "credit":
        outbound.grant(message.bytes);
        break;
      case "ack":
        this.#acknowledged(message);
        break;
      case "quiet":
        this.#quieted(message.logs);
        break;
      case "ask":
        this.#tell(message.number);
        break;
      case "told":
        actions.add(message);
        break;
      case "clock":
        actions.add({ type: "clock", clock: message.clock });
        if (message.asks) actions.send({ type: "clock", clock: this.#parts.options.clock(), asks: false });
        break;
      case "forked":
      case "history":
      case "shown":
        actions.add({ type: "healing", message });
        break;
      case "inquire":
      case "spent":
        actions.add({ type: "vouching", message });
        break;
      case "bye":
        this.close(message.code, message.text ? `the peer says: ${message.text}` : "the peer said goodbye");
        break;
    }
  }

  /** The peer is to tell what it has, and is told what we have. */
  ask(number: number): void {
    this.#questions.push(number);
    if (this.#phase === "streaming") this.#question();
  }

  /** The session is over. */
  end(): void {
    this.#phase = "closed";
    this.#parts.requests.end();
  }

  close(code: string, reason: string): void {
    this.end();
    this.#parts.actions.add({ type: "close", code, reason });
  }

  /** Goes on comparing the frontiers. */
  #compare(answers: readonly Message[]): void {
    this.#phase = "comparing";
    for (const answer of answers) this.#parts.actions.send(answer);
    if (this.#parts.opening.isDone) this.#compared();
  }

  /** Everything is known that the peer has. */
  #compared(): void {
    this.#parts.opening.conclude();
    this.#phase = "streaming";
    const mine = new Map<LogId, FrontierEntry>();
    const theirs = new Map<LogId, FrontierEntry>();
    for (const log of this.#parts.knowledge.logs()) {
      const [here, there] = [this.#parts.knowledge.mine(log), this.#parts.knowledge.theirs(log)];
      if (here) mine.set(log, here);
      if (there) theirs.set(log, there);
    }
    const { node, clock } = this.#parts.opening.hello!;
    this.#parts.actions.add({ type: "offer", node, clock, frontier: theirs });
    const { lacks, forks } = missing(mine, theirs);
    if (this.#parts.requests.areKnown) {
      // It asks for what it saw that it lacks; what we have written since the beginning it gets unasked.
      const lacking = new Set<LogId>();
      for (const { log, after } of lacks) if (after < this.#parts.knowledge.baseSeq(log)) lacking.add(log);
      this.#parts.outbound.restrict((log) => nodeOf(log) === this.#parts.options.node && !lacking.has(log));
      // Until here it was to be pushed.
      for (const log of lacking) this.#parts.announcements.quieted(log);
    }
    this.#parts.requests.begin();
    for (const { log, seq } of forks) this.#fork(log, seq);
    for (const { log, through } of lacks) {
      this.#parts.catchUp.owe(log, through);
      this.#parts.outbound.wake(log);
    }
    for (const { log, through } of missing(theirs, mine).lacks) this.#parts.catchUp.want(log, through);
    // What it saw that we lack it waits to be asked for, even if we have got it elsewhere meanwhile.
    for (const [log, { seq }] of theirs)
      if (seq > this.#parts.knowledge.baseSeq(log)) this.#parts.requests.lack(log);
    this.#question();
  }

  /** The peer says again what it has of some logs, and asks for what follows. */
  #correct({ entries, last }: Have): void {
    if (!last) throw new SyncError("unexpected", "a correction is one message");
    for (const { log, seq, batch } of entries) {
      this.#parts.knowledge.resetTheirs(log, { seq, batch });
      this.checkFork(log);
      this.#parts.requests.note(log);
      this.#parts.outbound.request(log);
    }
  }

  #attached(message: CertificateMessage | SchemaMessage): void {
    const count = message.type === "schema" ? ++this.#schemas : ++this.#certificates;
    if (count > this.#parts.limits.maxAttachments)
      throw new SyncError("too-many", `too many ${message.type}s in one session`);
    this.#parts.actions.add(message);
  }

  #arrive(envelope: Envelope): void {
    const { log, verdict } = this.#parts.inbound.receive(envelope);
    if (verdict === "fork") this.#fork(log, this.#parts.knowledge.mineSeq(log), envelope);
    else {
      this.#parts.catchUp.settle(log);
      this.#parts.requests.note(log, false);
    }
    if (verdict === "deliver") {
      this.#parts.sources.moved(log);
      this.#parts.actions.add({ type: "deliver", envelopes: [envelope] });
    } else {
      this.#parts.requests.repeated(log);
      this.#parts.announcements.repeated(log);
    }
  }

  #acknowledged({ entries }: Ack): void {
    for (const { log, seq, batch } of entries) {
      this.#parts.knowledge.advanceTheirs(log, { seq, batch });
      this.checkFork(log);
      this.#parts.catchUp.settle(log);
      this.#parts.requests.note(log);
      this.#parts.announcements.acknowledged(log);
    }
  }

  /** The peer gets these logs elsewhere. */
  #quieted(logs: readonly LogId[]): void {
    for (const log of logs) {
      // Of logs that are not here nothing is sent, and a peer could name any number of them.
      if (this.#parts.knowledge.mineSeq(log) === 0) continue;
      this.#parts.outbound.quiet(log);
      this.#parts.announcements.quieted(log);
    }
  }

  #question(): void {
    if (this.#questions.length > 0) this.#parts.announcements.release();
    for (const number of this.#questions.splice(0))
      if (this.#parts.requests.areKnown) this.#parts.actions.send({ type: "ask", number });
      else this.#parts.actions.add({ type: "told", number });
  }

  #tell(number: number): void {
    this.#parts.announcements.tellAll();
    this.acknowledge();
    this.#parts.actions.send({ type: "told", number });
  }

  /** Says what is to be acknowledged now. */
  acknowledge(): void {
    const entries = this.#parts.announcements.take();
    if (entries.length === 0) return;
    for (const [page] of pages(entries, this.#parts.limits.page))
      this.#parts.actions.send({ type: "ack", entries: page });
  }

  /** Marks a log as written twice where the two frontiers contradict each other. */
  checkFork(log: LogId): void {
    if (this.#parts.knowledge.contradicts(log)) this.#fork(log, this.#parts.knowledge.mineSeq(log));
  }

  #fork(log: LogId, seq: number, proof?: Envelope): void {
    this.#parts.catchUp.forget(log);
    if (!this.#parts.knowledge.markForked(log)) return;
    this.#parts.actions.add(proof ? { type: "fork", log, seq, proof } : { type: "fork", log, seq });
  }
}
