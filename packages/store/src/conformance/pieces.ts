import { closeBytes, makeBatch, type Signer, schemaId } from "@jarvis-crdt/batch";
import {
  encodeOperation,
  encodeSchema,
  maxPieceBytes,
  type Operation,
  Pieced,
  RawText,
} from "@jarvis-crdt/crdt";
import { noId } from "../engine/engine.ts";
import { assert, assertEqual, type Check } from "./check.ts";
import { addRow, setContent, setVerification, valuesOf } from "./rows.ts";
import { type ConformanceOptions, logOf, testSchema, World } from "./world.ts";

/** A store does not verify signatures; whoever calls it has done so. */
const signer: Signer = { key: new Uint8Array(16), sign: () => new Uint8Array(64) };
const author = "00000001-0000-4000-8000-00000000000a:0123456789abcdef";

/** Values too long for one operation. */
export function pieceChecks(options: ConformanceOptions): readonly Check[] {
  return [
    {
      name: "long values travel in pieces and act with the last of their batches",
      run: () =>
        World.run(options, 2, async (world, a, b) => {
          const [uid, small] = [world.uid(), world.uid()];
          const blob = world.random.bytes(300_000);
          const raw = new RawText(Uint8Array.from({ length: 70_000 }, (_, i) => 0x80 + (i % 64)));
          const text = "größe\0€𐀀".repeat(20_000);
          await a.commit({
            intents: [
              addRow(small, ["", 0, "s"]),
              addRow(uid, [blob, raw, text]),
              addRow(world.uid(), ["", 1, "t"]),
            ],
          });
          const log = await logOf(a);
          const batches = await world.batches(a, log);
          for (const { envelope } of batches)
            assert(envelope.rawLength <= closeBytes + 4096, "batches stay small");
          await b.apply(batches.slice(0, -1));
          assertEqual(await valuesOf(b, small), undefined, "a row before the last batch");
          await b.apply(batches.slice(-1));
          for (const store of [a, b]) {
            assertEqual(await valuesOf(store, uid), [blob, raw, text], "the values");
            assertEqual(await valuesOf(store, small), ["", 0, "s"], "the values of the row before");
          }
          await b.commit({ intents: [setVerification(uid, ["checked", text])] });
          await world.sync(b, a);
          for (const store of [a, b])
            assertEqual(await valuesOf(store, uid), ["checked", text, text], "the values after a write");
          await world.assertSameDigests();
        }),
    },
    {
      name: "concurrent long values are a conflict, equal ones are none",
      run: () =>
        World.run(options, 2, async (world, a, b) => {
          const uid = world.uid();
          await a.commit({ intents: [addRow(uid, ["", 0, "short"])] });
          await world.syncAll();
          const long = "x".repeat(200_000);
          await a.commit({ intents: [setContent(uid, `${long}y`)] });
          await b.commit({ intents: [setContent(uid, `${long}z`)] });
          await world.syncAll();
          assertEqual((await a.row(uid))?.conflicts, 1, "conflicts");
          await a.commit({ intents: [setContent(uid, "settled")] });
          await world.syncAll();
          await a.commit({ intents: [setContent(uid, long)] });
          await b.commit({ intents: [setContent(uid, long)] });
          await world.syncAll();
          assertEqual((await b.row(uid))?.conflicts, 0, "conflicts");
          assertEqual(await valuesOf(b, uid), ["", 0, long], "the values");
          await world.assertSameDigests();
        }),
    },
    {
      name: "pieces that do not fit the value that uses them are kept and never used",
      run: () =>
        World.run(options, 2, async (world, store, other) => {
          const piece = (length: number): Operation => ({
            kind: "piece",
            stamp: "base",
            bytes: new Uint8Array(length).fill(65),
          });
          const row = (uid: Uint8Array, length: number): Operation => ({
            kind: "row.add",
            stamp: "base",
            table: 0,
            uid,
            hint: null,
            values: ["", 0, new Pieced("text", length)],
          });
          const plain = (uid: Uint8Array): Operation =>
            ({ ...row(uid, 2000), values: ["", 0, "plain"] }) as Operation;
          const long = maxPieceBytes + 2000;
          const good = world.uid();
          const wrong: readonly (readonly Operation[])[] = [
            [row(world.uid(), 2000)],
            [piece(1999), row(world.uid(), 2000)],
            [piece(2000), piece(2000), row(world.uid(), 2000)],
            [piece(2000), row(world.uid(), 2000), row(world.uid(), 2000)],
            [piece(2000), plain(world.uid())],
            [piece(2000)],
            [piece(2000), { kind: "counter.add", stamp: "base", object: "c", by: 1 }, row(world.uid(), 2000)],
            [piece(long - maxPieceBytes), piece(maxPieceBytes), row(world.uid(), long)],
          ];
          const right = [piece(maxPieceBytes), piece(long - maxPieceBytes), row(good, long)];
          const schema = schemaId(encodeSchema(testSchema), options.hasher);
          let previous = noId;
          let first = 1;
          const batches = [...wrong, right].map((operations, i) => {
            const hlc = (world.now - 1_600_000_000_000) * 4096 + i;
            const batch = makeBatch(
              {
                cluster: store.cluster,
                log: author,
                number: i + 1,
                first,
                previous,
                continues: false,
                schema,
                epoch: 0,
                hlcMin: hlc,
                hlcMax: hlc,
                operations: operations.map((one) => encodeOperation(one, { log: author, hlcMin: hlc })),
              },
              { ...options, signer },
            );
            previous = batch.id;
            first += operations.length;
            return batch;
          });
          for (const one of [store, other]) {
            assertEqual((await one.apply(batches)).refused, [], "what is refused");
            assertEqual((await one.counts()).quarantined, wrong.length, "what waits");
            assertEqual((await one.counts()).rows, 1, "rows");
            assertEqual(await valuesOf(one, good), ["", 0, "A".repeat(long)], "the values of the good one");
          }
          await world.assertSameDigests();
        }),
    },
  ];
}
