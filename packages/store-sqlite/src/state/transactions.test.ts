import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { Transactions } from "./transactions.ts";

test("a transaction is as durable as it must be, whichever came before", () => {
  const database = new Database(":memory:");
  const nothing = () => undefined;
  const hooks = { flush: nothing, reload: nothing, committed: nothing, rolledBack: nothing };
  database.pragma("synchronous = full");
  const transactions = new Transactions(database, "full", hooks);
  const level = () => database.pragma("synchronous", { simple: true });
  const [normal, full] = [1, 2];
  expect(transactions.relaxed(level)).toBe(normal);
  expect(transactions.relaxed(() => transactions.run(level))).toBe(normal);
  expect(transactions.run(level)).toBe(full);
  expect(() =>
    transactions.relaxed(() => {
      throw new Error("failed");
    }),
  ).toThrow("failed");
  expect(transactions.attempt(level)).toBe(full);
  expect(transactions.run(() => transactions.relaxed(level))).toBe(full);
});
