import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateArchive } from "@jarvis-crdt/fixtures";
import { expect, test } from "vitest";
import { fakeHttp, token } from "../../node/src/testing/http.ts";
import { inProcess } from "./testing/run.ts";

test("the commands of the README work as they stand there", async () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const lines = /```sh\n(.*?)```/s.exec(readme)![1]!.trim().split("\n");
  expect(lines).toHaveLength(8);

  const folder = mkdtempSync(join(tmpdir(), "jarvisctl-readme-"));
  const { app } = await fakeHttp();
  const { port } = new URL(await app.listen({ host: "127.0.0.1", port: 0 }));
  try {
    for (const line of lines) {
      const [program, ...args] = line.split(" ");
      expect(program).toBe("jarvisctl");
      const here = args.map((arg) => (arg.includes("/") || arg === "ca" ? join(folder, arg) : arg));
      if (args[0] === "ca") here[0] = "ca";
      expect(await inProcess(...here), line).toMatchObject({ code: 0, err: "" });
      if (args[0] !== "node") continue;
      const node = join(folder, args.at(-1)!, "..");
      writeFileSync(join(node, "config.yaml"), `storage: {path: state.db}\nhttp: {port: ${port}}\n`);
      writeFileSync(join(node, "http.token"), token);
      generateArchive({ path: join(node, "jarvis_archive.db"), rows: 20, seed: 1 });
    }
  } finally {
    await app.close();
    rmSync(folder, { recursive: true });
  }
});
