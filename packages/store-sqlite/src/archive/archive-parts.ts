import type { Hasher } from "@jarvis-crdt/batch";
import type { NodeId } from "@jarvis-crdt/crdt";
import type { PlannedRow, State } from "../state/state.ts";
import type { ArchiveOptions } from "./archive-options.ts";
import { AsCaptured } from "./as-captured.ts";
import { Check } from "./check.ts";
import { Contest } from "./contest.ts";
import type { ArchiveDatabase } from "./database.ts";
import { FileTables } from "./file-tables.ts";
import { HiddenRows } from "./hidden.ts";
import { Identities } from "./identities.ts";
import { Materialiser } from "./materialiser.ts";
import type { OpenArchive } from "./open-archive.ts";
import { OutboxReader } from "./outbox-reader.ts";
import { Pace } from "./pace.ts";
import { Claims } from "./reconcile/claims.ts";
import { Leftovers } from "./reconcile/leftovers.ts";
import { RefusedRows } from "./refused.ts";

/** What an open archive is made of: each part knows one of our tables in it, or one thing that is done to it. */
export class ArchiveParts implements OpenArchive {
  readonly db: ArchiveDatabase;
  readonly state: State;
  readonly node: NodeId;
  readonly hasher: Hasher;
  readonly tables: FileTables;
  readonly identities: Identities;
  readonly asCaptured: AsCaptured = new AsCaptured();
  readonly refused: RefusedRows;
  readonly hidden: HiddenRows;
  readonly leftovers: Leftovers;
  readonly claims: Claims;
  readonly materialiser: Materialiser;
  readonly check: Check;
  readonly outbox: OutboxReader;
  readonly pace: Pace;
  readonly totals = { shown: 0, refused: 0 };
  // Passed on one by one, so they are bound.
  readonly nonce: () => string;
  readonly show = (rows: readonly PlannedRow[]): void => {
    const { shown, refused } = this.materialiser.show([rows], this.#now());
    this.totals.shown += shown;
    this.totals.refused += refused;
  };
  readonly reload = (): void => {
    this.asCaptured.forget();
    this.refused.reload();
    this.hidden.reload();
    this.leftovers.reload();
    this.check.reload();
  };
  readonly #now: () => number;

  constructor(options: ArchiveOptions, db: ArchiveDatabase) {
    const { state, node, hasher, now, random } = options;
    this.db = db;
    this.state = state;
    this.node = node;
    this.hasher = hasher;
    this.#now = now;
    this.nonce = () => Buffer.from(random(16)).toString("hex");
    this.tables = new FileTables(db, options);
    this.identities = new Identities(db);
    this.refused = new RefusedRows(db);
    this.hidden = new HiddenRows(db);
    this.leftovers = new Leftovers(db);
    this.claims = new Claims({
      state,
      show: this.show,
      nonce: this.nonce,
      leftovers: this.leftovers,
      tables: this.tables,
      identities: this.identities,
      hasher,
      now,
    });
    this.materialiser = new Materialiser(
      db,
      hasher,
      this.identities,
      this.asCaptured,
      this.refused,
      this.hidden,
      new Contest(db, this.identities, this.hidden, state),
      (name) => this.tables.byName(name),
      (access, view) => this.leftovers.count > 0 && this.claims.isClaimed(access, view),
      state,
    );
    const accessOf = (id: number) => this.tables.byId(id);
    this.check = new Check(db, this.identities, state, accessOf);
    this.outbox = new OutboxReader(db, this.identities, state, accessOf, this.asCaptured, options);
    this.pace = new Pace(now);
  }
}
