/**
 * Bytes that must never change by accident: certificates and a handshake from fixed seeds. A second reader in Python
 * checks the same files. After a deliberate change: GOLDEN=write vitest run packages/security/src/golden.test.ts
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import Noise from "noise-handshake";
import { describe, expect, it } from "vitest";
import { createHandshakes, makePrologue } from "./handshake.ts";
import type { Identity } from "./identity.ts";
import { decodePem } from "./pem.ts";
import { createTestCluster, seededRandom, testNow } from "./testing/index.ts";
import { x25519KeyPair } from "./x25519.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const path = (file: string) => fileURLToPath(new URL(`./vectors/${file}.vectors.json`, import.meta.url));

const cluster = await createTestCluster("home", "golden");
const alpha = await cluster.node("alpha", { role: "admin" });
const beta = await cluster.node("beta", { role: "reader" });

function golden(file: string, value: unknown): void {
  if (process.env.GOLDEN === "write") writeFileSync(path(file), `${JSON.stringify(value, null, 2)}\n`);
  expect(value).toEqual(JSON.parse(readFileSync(path(file), "utf8")));
}

function handshake() {
  const ends = (identity: Identity, seed: string) =>
    createHandshakes({ identity, purpose: "peer", now: () => testNow, random: seededRandom(seed) });
  const left = ends(alpha, "initiator").initiator();
  const right = ends(beta, "responder").responder();
  const first = left.start()!;
  const second = right.receive(first).reply!;
  const third = left.receive(second).reply!;
  right.receive(third);
  return [first, second, third] as const;
}

/** The plaintext of what the ends prove, taken out of the messages by playing both ends once more with the same keys. */
function proofs([first, second, third]: readonly [Uint8Array, Uint8Array, Uint8Array]) {
  const keys = (seed: string) => {
    const random = seededRandom(seed);
    return [x25519KeyPair(random), x25519KeyPair(random)] as const;
  };
  const prologue = makePrologue(cluster.trust.clusterId, "peer");
  const [initiatorStatic, initiatorEphemeral] = keys("initiator");
  const initiator = new Noise("XX", true, initiatorStatic);
  initiator.initialise(prologue);
  initiator.e = initiatorEphemeral;
  initiator.send();
  const answer = initiator.recv(Buffer.from(second));

  const [responderStatic, responderEphemeral] = keys("responder");
  const responder = new Noise("XX", false, responderStatic);
  responder.initialise(prologue);
  responder.e = responderEphemeral;
  responder.recv(Buffer.from(first));
  responder.send(answer);
  return {
    initiator: { staticKey: hex(initiatorStatic.publicKey), proof: hex(responder.recv(Buffer.from(third))) },
    responder: { staticKey: hex(responderStatic.publicKey), proof: hex(answer) },
  };
}

describe("golden vectors", () => {
  it("certificates", () => {
    const nodes = [alpha, beta].map(({ certificate: { node, name, role, key, der } }) => ({
      node,
      name,
      role,
      key: hex(key),
      der: hex(der),
    }));
    const authority = hex(decodePem(cluster.caPem, "CERTIFICATE")[0]!);
    golden("certificate", {
      cluster: cluster.trust.cluster,
      clusterId: hex(cluster.trust.clusterId),
      authority,
      nodes,
    });
  });

  it("the handshake", () => {
    const messages = handshake();
    golden("handshake", { messages: messages.map(hex), ...proofs(messages) });
  });

  it.skipIf(!hasPython())("hold for a reader in Python", () => {
    const script = fileURLToPath(new URL("./vectors/check.py", import.meta.url));
    const output = execFileSync("python3", [script, path("certificate"), path("handshake")], {
      encoding: "utf8",
    });
    expect(output).toBe("the vectors of security hold\n");
  });
});

function hasPython(): boolean {
  try {
    execFileSync("python3", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
