import { ByteReader, ByteWriter, readRowValues, type Value, writeRowValues } from "@jarvis-crdt/crdt";
import type { Fate, SurveyedRow, SurveyPage } from "../state/survey.ts";
import type { FoundGroup, FoundRow, Weighed } from "../state/weigh.ts";
import { most, NameReader, NameWriter, readPlanned, writePlanned } from "./row-codec.ts";

/*
 * What two threads of one process say to each other during RECONCILE, each as one flat buffer like a plan.
 */

const uidBytes = 16;
const fates: readonly Fate[] = ["live", "evicted", "dead"];

export function encodeSurvey({ rows, next }: SurveyPage): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(rows.length * 40 + 64);
  const names = new NameWriter();
  writer.u8(next ? 1 : 0);
  if (next) {
    writer.str(next.log);
    writer.varint(next.seq);
  }
  writer.varint(rows.length);
  for (const { table, uid, fate, contents } of rows) {
    names.write(writer, table);
    writer.raw(uid);
    writer.u8(fates.indexOf(fate));
    writer.varint(contents.length);
    for (const content of contents) writer.raw(content);
  }
  return writer.slice();
}

export function decodeSurvey(bytes: Uint8Array): SurveyPage {
  const reader = new ByteReader(bytes);
  const names = new NameReader();
  const next = reader.u8() === 1 ? { log: reader.str(), seq: reader.varint() } : undefined;
  const rows = Array.from({ length: reader.count(most) }, (): SurveyedRow => {
    const table = names.read(reader);
    const uid = reader.raw(uidBytes);
    const fate = fates[reader.u8()]!;
    return {
      table,
      uid,
      fate,
      contents: Array.from({ length: reader.count(most) }, () => reader.raw(uidBytes)),
    };
  });
  return { rows, next };
}

export function encodeFound(found: readonly FoundRow[]): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(found.length * 256 + 16);
  const names = new NameWriter();
  writer.varint(found.length);
  for (const { table, uid, groups } of found) {
    names.write(writer, table);
    writer.raw(uid);
    writer.varint(groups.length);
    for (const { name, values, isLater, time } of groups) {
      names.write(writer, name);
      writer.varint(time === undefined ? 0 : time + 1);
      writer.u8(isLater === undefined ? 2 : isLater ? 1 : 0);
      writeRowValues(writer, values);
    }
  }
  return writer.slice();
}

export function decodeFound(bytes: Uint8Array): readonly FoundRow[] {
  const reader = new ByteReader(bytes);
  const names = new NameReader();
  return Array.from({ length: reader.count(most) }, () => {
    const table = names.read(reader);
    const uid = reader.raw(uidBytes);
    const groups = Array.from({ length: reader.count(most) }, (): FoundGroup => {
      const name = names.read(reader);
      const time = reader.varint();
      const later = reader.u8();
      const values: readonly Value[] = readRowValues(reader);
      const isLater = later === 2 ? undefined : later === 1;
      return { name, values, isLater, ...(time > 0 && { time: time - 1 }) };
    });
    return { table, uid, groups };
  });
}

export function encodeWeighed({ rows, taken, recorded }: Weighed): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(rows.length * 1024 + 16);
  const names = new NameWriter();
  writer.varint(taken);
  writer.varint(recorded);
  writer.varint(rows.length);
  for (const row of rows) writePlanned(writer, names, row);
  return writer.slice();
}

export function decodeWeighed(bytes: Uint8Array): Weighed {
  const reader = new ByteReader(bytes);
  const names = new NameReader();
  const taken = reader.varint();
  const recorded = reader.varint();
  const rows = Array.from({ length: reader.count(most) }, () => readPlanned(reader, names));
  return { rows, taken, recorded };
}
