// Works on a store as a node does, and says on standard output what it is about to do and what was acknowledged. Somebody
// kills it, or makes its writes fail: FOLDER SEED STEPS FIRST PEER DURABILITY.
import { randomBytes } from "node:crypto";
import { writeSync } from "node:fs";
import { Random } from "@jarvis-crdt/fixtures";
import { openArchiveDatabase, StateCopy } from "@jarvis-crdt/store-sqlite";
import { archivePath, feed, openArchive, openState } from "./kit/driven-store.ts";

const [folder = "", seed = "", steps = "", first = "", peer = "", durability = "full"] =
  process.argv.slice(2);
const random = new Random(Number(seed));

function say(word: string, kind: string, n: number | string): void {
  writeSync(1, `${word} ${kind} ${n}\n`);
}

/** What SQLite says of the disk is expected; anything else is a bug, and ends the process with its stack. */
function met(error: unknown, where: string): void {
  const code = String((error as { code?: unknown }).code);
  if (!/^(SQLITE_|E[A-Z]+$)/.test(code)) throw error;
  say("failed", code, where);
}

function opened() {
  try {
    const state = openState(folder, 1, durability === "normal" ? "normal" : "full");
    const archive = openArchive(folder, state);
    const app = openArchiveDatabase(archivePath(folder), { busyMs: 1000 });
    return { state, archive, app, peers: new StateCopy(peer) };
  } catch (error) {
    met(error, "opening");
    return process.exit(0);
  }
}

const { state, archive, app, peers } = opened();

const work: readonly ((n: number) => void)[] = [
  (n) => {
    say("try", "row", n);
    const body = `row ${n}`;
    state.commit({
      intents: [
        { kind: "row.add", table: "notes", uid: randomBytes(16), hint: null, values: [body] },
        { kind: "counter.add", object: "rows", by: 1 },
      ],
    });
    say("ack", "row", n);
  },
  (n) => {
    say("try", "note", n);
    app.prepare("INSERT INTO notes(body) VALUES (?)").run(`note ${n}`);
    say("ack", "note", n);
  },
  () => void archive.exchange(),
  () => void feed(state, peers, 3),
  () => {
    state.stepDigest();
    state.rest();
  },
];
const likely = [0, 0, 0, 1, 1, 2, 2, 2, 3, 4] as const;

for (let step = 0; step < Number(steps); step++) {
  try {
    work[random.pick(likely)]!(Number(first) + step);
  } catch (error) {
    // A disk that is full or fails: what was not acknowledged may be gone, and the next step may succeed.
    met(error, String(step));
  }
}
try {
  archive.close();
  state.close();
  say("closed", "store", steps);
} catch (error) {
  met(error, "close");
}
