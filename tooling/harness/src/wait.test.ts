import { expect, test } from "vitest";
import { waitFor } from "./wait.ts";

test("returns what the condition answers at last", async () => {
  let asked = 0;
  expect(await waitFor(() => ++asked > 2 && "yes", { what: "it", intervalMs: 1 })).toBe("yes");
  expect(asked).toBe(3);
});

test("asks at least once, and names what did not come and why", async () => {
  const condition = () => Promise.reject(new Error("refused"));
  const error = await waitFor(condition, { what: "an answer", timeoutMs: 0 }).catch((error: Error) => error);
  expect(error).toMatchObject({ message: "an answer: not within 0 ms", cause: { message: "refused" } });
});
