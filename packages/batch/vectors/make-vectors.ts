import {
  type BatchHeader,
  batchId,
  encodeHeader,
  hollowOf,
  inclusionProof,
  joinOperations,
  leafHashes,
  merkleRoot,
  schemaId,
  signedMessage,
} from "@jarvis-crdt/batch";
import { testCrypto } from "@jarvis-crdt/batch/testing";

const seed = 7;
const { hasher, signer, publicKey } = testCrypto(seed);
const max = Number.MAX_SAFE_INTEGER;

/** The golden vectors as plain data; `generate.ts` writes them, the tests compare them, `check_vectors.py` reads them. */
export function makeVectors() {
  return {
    description:
      "Batches of wire format version 1, without compressed bodies. Bytes are hex. Operation i of every tree is the ASCII text 'operation i ' repeated 1 + i % 5 times.",
    ed25519: { seed: hex(seedBytes()), publicKey: hex(publicKey), keyId: hex(signer.key) },
    bodies: [[1], [127, 128], [1, 16_383, 16_384]].map((lengths) => {
      const raw = joinOperations(lengths.map((length) => new Uint8Array(length).fill(length % 251)));
      return { lengths, fill: lengths.map((length) => length % 251), rawHash: hex(hasher.hash([raw])) };
    }),
    schema: { bytes: "0001", id: hex(schemaId(Uint8Array.of(0, 1), hasher)) },
    trees: [1, 2, 3, 5, 8, 1000].map(tree),
    batches: [
      batch("smallest", { operations: 1 }),
      batch("second of a log", { operations: 5, number: 2, first: 2, previous: filled(32, 0xab) }),
      batch("every field", {
        operations: 1000,
        number: 2 ** 32 + 1,
        first: 2 ** 40 + 3,
        previous: filled(32, 0xcd),
        continues: true,
        schema: filled(32, 0xef),
        epoch: 9,
        hlcMin: 2 ** 52 + 1,
        hlcMax: max,
      }),
    ],
    hollow: hollow(),
    refusedHeaders: [
      refused("version 2", 0, [2]),
      refused("reserved flag", 1, [2]),
      refused("batch number 0", 58, [0, 0, 0, 0, 0, 0, 0, 0]),
      refused("first sequence 2^53", 66, [0, 0x20, 0, 0, 0, 0, 0, 0]),
      refused("count 0", 74, [0, 0, 0, 0]),
      refused("smallest HLC 0", 150, [0, 0, 0, 0, 0, 0, 0, 0]),
      refused("greatest HLC below the smallest", 158, [0, 0, 0, 0, 0, 0, 0, 1]),
    ],
  };
}

function tree(count: number) {
  const operations = makeOperations(count);
  const leaves = leafHashes(operations, hasher);
  const places = [...new Set([0, 1, count >>> 1, count - 1])].filter((index) => index < count);
  return {
    count,
    leaves: count <= 8 ? operations.map((_, i) => hex(leaves.slice(i * 32, i * 32 + 32))) : undefined,
    leavesHash: hex(hasher.hash([leaves])),
    root: hex(merkleRoot(leaves, hasher)),
    proofs: places.map((index) => ({ index, proof: inclusionProof(leaves, index, hasher).map(hex) })),
  };
}

function batch(name: string, fields: Partial<BatchHeader> & { readonly operations: number }) {
  const { operations, ...rest } = fields;
  const header = makeHeader(operations, rest);
  const encoded = encodeHeader(header);
  const id = batchId(encoded, hasher);
  const message = signedMessage(id);
  return {
    name,
    fields: {
      version: header.version,
      continues: header.continues,
      cluster: hex(header.cluster),
      log: header.log,
      key: hex(header.key),
      number: header.number,
      first: header.first,
      count: header.count,
      previous: hex(header.previous),
      schema: hex(header.schema),
      epoch: header.epoch,
      hlcMin: header.hlcMin,
      hlcMax: header.hlcMax,
      root: hex(header.root),
    },
    header: hex(encoded),
    id: hex(id),
    signedMessage: hex(message),
    signature: hex(signer.sign(message)),
  };
}

/** The parts of an envelope whose operations are thrown away, and of which batch above. */
function hollow() {
  const of = batch("second of a log", { operations: 5, number: 2, first: 2, previous: filled(32, 0xab) });
  const { header, signature, codec, rawLength, body } = hollowOf({
    header: bytesOf(of.header),
    signature: bytesOf(of.signature),
  });
  return {
    of: of.name,
    id: of.id,
    header: hex(header),
    signature: hex(signature),
    codec,
    rawLength,
    body: hex(body),
  };
}

function refused(name: string, at: number, bytes: readonly number[]) {
  const header = encodeHeader(makeHeader(3, { hlcMin: 1000 }));
  header.set(bytes, at);
  return { name, header: hex(header) };
}

function makeHeader(operations: number, fields: Partial<BatchHeader>): BatchHeader {
  return {
    version: 1,
    cluster: Uint8Array.from({ length: 16 }, (_, i) => i),
    log: "12345678-9abc-4def-8123-456789abcdef:fedcba9876543210",
    key: signer.key,
    number: 1,
    first: 1,
    count: operations,
    previous: filled(32, 0),
    continues: false,
    schema: filled(32, 0),
    epoch: 0,
    hlcMin: 1,
    hlcMax: 2 ** 40,
    root: merkleRoot(leafHashes(makeOperations(operations), hasher), hasher),
    ...fields,
  };
}

function makeOperations(count: number): readonly Uint8Array[] {
  const text = new TextEncoder();
  return Array.from({ length: count }, (_, i) => text.encode(`operation ${i} `.repeat(1 + (i % 5))));
}

function seedBytes(): Uint8Array {
  const bytes = new Uint8Array(32);
  bytes[31] = seed;
  return bytes;
}

function filled(length: number, byte: number): Uint8Array {
  return new Uint8Array(length).fill(byte);
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function bytesOf(digits: string): Uint8Array {
  return Uint8Array.from(digits.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}
