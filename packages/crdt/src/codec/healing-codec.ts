import { CrdtError } from "../error.ts";
import { maxAnewBatches } from "../limits.ts";
import { type LogId, nodeOf } from "../log.ts";
import type { AbandonProof, AnewBatch, LogAbandon, SignedHeader } from "../operation.ts";
import type { ByteReader } from "./byte-reader.ts";
import type { ByteWriter } from "./byte-writer.ts";

/** Bytes of a batch's header, of its signature and of its id; this package does not look inside. */
const headerBytes = 198;
const signatureBytes = 64;
const batchIdBytes = 32;

export const originBytes = 8;

type AbandonFields = Omit<LogAbandon, "kind" | "stamp">;

export function writeAbandon(writer: ByteWriter, operation: AbandonFields, own: LogId): void {
  const { abandoned, from, proof, anew } = operation;
  checkAbandon(operation, own);
  writer.logId(abandoned);
  writer.varint(from);
  for (const { header, signature } of [proof[0], proof[1] ?? proof[0]]) {
    writer.raw(header);
    writer.raw(signature);
  }
  writer.varint(anew.length);
  for (const { batch, first } of anew) {
    writer.raw(batch);
    writer.varint(first);
  }
}

export function readAbandon(reader: ByteReader, own: LogId): AbandonFields {
  const abandoned = reader.logId();
  const from = reader.varint();
  const [one, other] = [readSigned(reader), readSigned(reader)];
  const proof: AbandonProof = isSame(one, other) ? [one] : [one, other];
  const count = reader.count(maxAnewBatches, batchIdBytes + 1);
  const anew: AnewBatch[] = [];
  for (let i = 0; i < count; i++) {
    anew.push({ batch: reader.raw(batchIdBytes).slice(), first: reader.varint() });
  }
  const operation = { abandoned, from, proof, anew };
  checkAbandon(operation, own);
  return operation;
}

export function checkOrigin(origin: Uint8Array): void {
  if (origin.length !== originBytes) throw invalid(`an origin has ${originBytes} bytes`);
}

function readSigned(reader: ByteReader): SignedHeader {
  return { header: reader.raw(headerBytes).slice(), signature: reader.raw(signatureBytes).slice() };
}

function checkAbandon({ abandoned, from, proof, anew }: AbandonFields, own: LogId): void {
  if (abandoned === own || nodeOf(abandoned) !== nodeOf(own)) {
    throw invalid("an author abandons other logs of its own");
  }
  if (!isSequence(from)) throw invalid("a sequence is a safe integer from 1");
  for (const { header, signature } of proof) {
    if (header.length !== headerBytes || signature.length !== signatureBytes)
      throw invalid("no signed header");
  }
  if (proof[1] !== undefined && !isBefore(proof[0].header, proof[1].header))
    throw invalid("the headers of a proof differ and are in order");
  if (anew.length > maxAnewBatches) {
    throw new CrdtError("too-large", `an operation names at most ${maxAnewBatches} batches`);
  }
  for (const { batch, first } of anew) {
    if (batch.length !== batchIdBytes || !isSequence(first)) throw invalid("no batch that is minted anew");
  }
}

function isSequence(seq: number): boolean {
  return Number.isSafeInteger(seq) && seq >= 1;
}

function isSame(a: SignedHeader, b: SignedHeader): boolean {
  return (
    a.header.every((byte, i) => byte === b.header[i]) &&
    a.signature.every((byte, i) => byte === b.signature[i])
  );
}

function isBefore(a: Uint8Array, b: Uint8Array): boolean {
  const at = a.findIndex((byte, i) => byte !== b[i]);
  return at >= 0 && a[at]! < b[at]!;
}

function invalid(message: string): CrdtError {
  return new CrdtError("invalid-operation", message);
}
