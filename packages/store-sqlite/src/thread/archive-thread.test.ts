import { writeFileSync } from "node:fs";
import { afterEach, beforeEach, expect, it } from "vitest";
import { node, peerLog, SmallArchive } from "../archive/testing/small-archive.ts";
import { ArchiveThread } from "./archive-thread.ts";

const worker = new URL("./testing/small-worker.ts", import.meta.url);
let small: SmallArchive;
beforeEach(() => {
  small = new SmallArchive();
});
afterEach(() => small[Symbol.dispose]());

/** Opens the archive and lets it come to rest: the application of these tests does not wait long for a lock. */
async function open(errors: Error[] = []): Promise<ArchiveThread> {
  const { path, state } = small;
  const onError = (error: Error) => errors.push(error);
  const thread = await ArchiveThread.open({ path, node, state, worker, onError });
  await thread.drain();
  return thread;
}

const fromPeer = (n: number) => ({
  table: "entries",
  uid: new Uint8Array(16).fill(n),
  dot: { log: peerLog, seq: n },
  stamp: 1000 + n,
  hint: n,
  values: [`of a peer ${n}`, null, 0.5, "fine", "1"],
});

it("captures what the application wrote and shows what peers wrote", async () => {
  const thread = await open();
  small.app.prepare("INSERT INTO entries(body) VALUES ('own')").run();
  await thread.drain();
  expect(small.state.intents).toMatchObject([{ kind: "row.add", table: "entries" }]);

  const row = fromPeer(7);
  small.state.receive(row);
  await thread.drain();
  expect(thread.keyOf("entries", row.uid)).toBe(7);
  expect(small.app.prepare("SELECT body FROM entries WHERE id=7").pluck().get()).toBe("of a peer 7");
  expect(thread.keyOf("entries", new Uint8Array(16).fill(99))).toBeUndefined();
  await thread.close();
});

it("tells when it shows what the state had, in one plan and without asking for it", async () => {
  const thread = await open();
  await thread.shown();
  const calls = { hasWork: 0, planPacked: 0 };
  for (const call of ["hasWork", "planPacked"] as const) {
    const done = small.state[call].bind(small.state) as (...args: unknown[]) => never;
    small.state[call] = (...args: unknown[]) => {
      calls[call]++;
      return done(...args);
    };
  }
  for (let n = 1; n <= 5; n++) {
    small.state.receive(fromPeer(n));
    thread.wake();
    const all = Promise.all([thread.shown(), thread.shown()]);
    // Of what it tells itself; whoever waits has looked first.
    calls.hasWork = 0;
    await all;
    expect(thread.keyOf("entries", fromPeer(n).uid)).toBe(n);
    expect(calls).toEqual({ hasWork: 0, planPacked: n });
  }
  small.state.receive(fromPeer(6));
  const shown = thread.shown();
  await thread.close();
  await shown;
});

it("goes on when rows arrive while others are being shown", async () => {
  const thread = await open();
  for (let n = 1; n <= 200; n++) {
    small.state.receive(fromPeer(n));
    thread.wake();
    if (n % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await thread.drain();
  expect(small.app.prepare("SELECT count(*) FROM entries").pluck().get()).toBe(200);
  await thread.close();
});

it("passes on what the state refuses, and tries again", async () => {
  const errors: Error[] = [];
  const thread = await open(errors);
  const confirm = new Promise<void>((resolve) => {
    small.state.onConfirm = () => {
      small.state.onConfirm = undefined;
      resolve();
      throw Object.assign(new Error("the disk is full"), { code: "SQLITE_FULL" });
    };
  });
  small.state.receive(fromPeer(1));
  thread.wake();
  await confirm;
  expect(thread.failure).toMatchObject({ code: "SQLITE_FULL" });
  await thread.drain();
  expect(thread.failure).toBeUndefined();
  expect(errors).toMatchObject([{ code: "SQLITE_FULL", message: "the disk is full" }]);
  expect(small.app.prepare("SELECT count(*) FROM entries").pluck().get()).toBe(1);
  await thread.close();
});

it("says why a file cannot be opened", async () => {
  small.app.close();
  writeFileSync(small.path, "x".repeat(10_000));
  await expect(open()).rejects.toMatchObject({ name: "ArchiveError", code: "not-sqlite" });
});

it("is closed when all that it told the state has arrived there", async () => {
  let isClosed = false;
  const calls: boolean[] = [];
  const thread = await open();
  const plan = small.state.planPacked.bind(small.state);
  const closing = new Promise<void>((resolve) => {
    small.state.planPacked = (request) => {
      setImmediate(() => {
        const closed = thread.close().then(() => {
          isClosed = true;
        });
        resolve(closed);
        // Meanwhile the thread confirms the plan, and ends.
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
      });
      return plan(request);
    };
  });
  small.state.onConfirm = () => calls.push(isClosed);
  small.state.receive(fromPeer(1));
  thread.wake();
  await closing;
  for (let i = 0; i < 10; i++) await new Promise((resolve) => setImmediate(resolve));
  expect(calls).toEqual([false]);
});

it("lets go of whoever waits when it is closed", async () => {
  const thread = await open();
  small.app.exec("BEGIN IMMEDIATE");
  small.state.receive(fromPeer(1));
  const drained = thread.drain();
  const outcome = expect(drained).rejects.toThrow("closed");
  await thread.close();
  await outcome;
  small.app.exec("ROLLBACK");
  await expect(thread.drain()).rejects.toThrow("closed");
});

const ends = [
  ["exit", /ended .*exit code 3.*start the node again/],
  ["throw", /a bug/],
  ["fill its memory", /no more memory.*start the node again/],
] as const;

it.each(ends)("says so where the thread ends by itself: %s", async (how, sentence) => {
  const { path, state } = small;
  const worker = new URL("./testing/ending-worker.ts", import.meta.url);
  const openBy = (when: string, onLost: (error: Error) => void) =>
    ArchiveThread.open({ path, node, state, worker, mapping: { how, when }, memoryMb: 16, onLost });
  await expect(openBy("at start", () => {})).rejects.toThrow(sentence);
  const lost: Error[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const thread = await openBy("later", (error) => {
    lost.push(error);
    resolve();
  });
  const waiting = expect(thread.drain()).rejects.toThrow("closed");
  await promise;
  await waiting;
  await thread.close();
  expect(lost).toEqual([expect.objectContaining({ message: expect.stringMatching(sentence) as string })]);
});
