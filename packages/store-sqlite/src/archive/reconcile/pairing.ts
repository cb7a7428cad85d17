import type { Hasher } from "@jarvis-crdt/batch";
import type { Uid } from "@jarvis-crdt/crdt";
import { contentOf, type Identification } from "../../state/survey.ts";
import { uidText } from "../../uid.ts";
import type { Access } from "../access.ts";
import { adoptionUid } from "../adoption-uid.ts";
import type { Identities } from "../identities.ts";
import type { ArchiveRow } from "../row-reader.ts";
import type { Table } from "../table.ts";
import type { KnownRows } from "./known-rows.ts";
import type { Leftovers } from "./leftovers.ts";
import { operationIdAt } from "./presence.ts";

export interface PairingParts {
  readonly identities: Identities;
  readonly leftovers: Leftovers;
  readonly hasher: Hasher;
}

/** A row of the log that a row of the archive is. */
export interface Pair {
  readonly uid: Uid;
  readonly isDead: boolean;
  readonly isEvicted: boolean;
}

/** Recognises rows of the archive by what they hold, where `crdt_rows` does not say which they are. */
export class Pairing {
  readonly #parts: PairingParts;
  readonly #known: KnownRows;
  readonly #identifications: ReadonlyMap<Table, Identification>;

  constructor(parts: PairingParts, known: KnownRows, identifications: ReadonlyMap<Table, Identification>) {
    this.#parts = parts;
    this.#known = known;
    this.#identifications = identifications;
  }

  /** A hash of the columns by which a row is recognised. */
  contentOf({ table }: Access, { values }: ArchiveRow): Uid {
    return contentOf(this.#parts.hasher, this.#identifications.get(table)!, values);
  }

  /** Which row of the log this is; one that is none becomes a leftover. */
  of(access: Access, row: ArchiveRow): Pair | "known" | "leftover" {
    const { table } = access;
    const content = this.contentOf(access, row);
    const { identities, leftovers } = this.#parts;
    const given = identities.uidOf(table.id, row.key) ?? leftovers.uidAt(table.id, row.key);
    const known = given && this.#known.get(table.id, given);
    if (known?.isSeen) return "known";
    const same = this.#known.unseenWith(table.id, content);
    if (same !== undefined) {
      const isEvicted = this.#known.get(table.id, same)?.fate === "evicted";
      return { uid: same, isDead: false, isEvicted };
    }
    if (given !== undefined && known !== undefined && !isStampedOtherwise(row, given)) {
      return { uid: given, isDead: known.fate === "dead", isEvicted: known.fate === "evicted" };
    }
    leftovers.forget(table.id, row.key);
    const isNew = given !== undefined && known === undefined && !leftovers.isTaken(given);
    const uid = isNew ? given : this.#freeUid(access, row);
    const isDead = this.#known.get(table.id, uid)?.fate === "dead";
    if (isDead) return { uid, isDead, isEvicted: false };
    // Without an identity until it is adopted, or comes from a peer: nobody else can know what it is.
    identities.remove(table.id, row.key);
    leftovers.add({ table: table.id, key: row.key, uid }, content);
    return "leftover";
  }

  /** The uid under which one of several equal rows is adopted: the first that no row has, or one that was removed. */
  #freeUid(access: Access, row: ArchiveRow): Uid {
    const { table } = access;
    const named = this.#identifications.get(table)!.columns.map(({ name, index }) => ({
      name,
      value: row.values[index] ?? null,
    }));
    for (let ordinal = 0; ; ordinal++) {
      const hash = (parts: readonly Uint8Array[]) => this.#parts.hasher.hash(parts);
      const uid = adoptionUid(hash, table.mapping.name, named, ordinal);
      const known = this.#known.get(table.id, uid);
      if (known?.fate === "dead" && !known.isSeen) return uid;
      if (known === undefined && !this.#parts.leftovers.isTaken(uid)) return uid;
    }
  }
}

/** The row itself says that it is another one than `crdt_rows` says. */
function isStampedOtherwise({ stamp }: ArchiveRow, uid: Uid): boolean {
  const own = stamp[operationIdAt];
  return typeof own === "string" && own !== uidText(uid);
}
