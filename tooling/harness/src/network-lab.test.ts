import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { missingForLab, NetworkLab } from "./network-lab.ts";

const run = promisify(execFile);

// Where the tests must run, a missing right is a failure, not a reason to be silent.
test.skipIf(missingForLab() !== undefined && process.env.CI === undefined)(
  "hosts at two sites hear each other through a wire that delays, and not through one that is cut",
  async () => {
    const lab = await NetworkLab.create({ left: 1, right: 1, seed: 1 });
    const hear = async (from: number, to: number) => {
      const [command, ...args] = lab.wrap(from);
      const send = `import socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
s.settimeout(0.5)
began = time.monotonic()
try:
    s.connect(("${lab.address(to)}", 9))
    print("there")
except ConnectionRefusedError:
    print(time.monotonic() - began)
except TimeoutError:
    print("silence")`;
      return (await run(command!, [...args, "python3", "-c", send])).stdout.trim();
    };
    expect(Number(await hear(1, 2))).toBeLessThan(2);
    await lab.trunk({ delayMs: 50 });
    expect(Number(await hear(1, 2))).toBeGreaterThan(0.099);
    await lab.trunk({ cut: ["right"] });
    expect(await hear(1, 2)).toBe("silence");
    await lab.trunk({ cut: [] });
    expect(Number(await hear(2, 1))).toBeGreaterThan(0.099);
    const [namespace] = lab
      .wrap(1)
      .slice(1)
      .map((option) => option.replace("--net=", ""));
    await lab[Symbol.asyncDispose]();
    expect(existsSync(namespace!)).toBe(false);
  },
);
