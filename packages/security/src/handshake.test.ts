import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { HandshakeOptions } from "./handshake.ts";
import type { Identity } from "./identity.ts";
import { clockSkewMs } from "./profile.ts";
import { alpha, beta, connect, ends, home, refusal } from "./testing/ends.ts";
import { createTestCluster, testNow } from "./testing/index.ts";
import type { Trust } from "./trust.ts";

const code = (expected: string) => expect.objectContaining({ code: expected });

const flip = (bytes: Uint8Array, at: number) => {
  const changed = Uint8Array.from(bytes);
  changed[at]! ^= 1;
  return changed;
};

describe("handshake", () => {
  it("ends with both knowing whom they speak to, and what one seals the other opens", () => {
    const { messages, initiator, responder } = connect(ends(alpha).initiator(), ends(beta).responder());
    expect(messages[0]).toHaveLength(32);
    const { node, notAfter, der } = beta.certificate;
    expect(initiator.peer).toEqual({ node, name: "beta", role: "reader", certificate: der, notAfter });
    expect(responder.peer).toMatchObject({ node: alpha.certificate.node, name: "alpha", role: "admin" });
    for (const [from, to] of [
      [initiator, responder],
      [responder, initiator],
    ] as const) {
      for (const text of ["one", "two", ""]) {
        const record = from.seal(new TextEncoder().encode(text));
        expect(new TextDecoder().decode(to.open(record))).toBe(text);
      }
    }
  });

  it("gives each direction its key: a reflected record is refused", () => {
    const { initiator } = connect(ends(alpha).initiator(), ends(beta).responder());
    expect(() => initiator.open(initiator.seal(new Uint8Array(5)))).toThrow(code("decrypt-failed"));
  });

  it("has fresh keys every time", () => {
    const [left, right] = [ends(alpha), ends(beta)];
    const one = connect(left.initiator(), right.responder());
    const two = connect(left.initiator(), right.responder());
    const plaintext = new Uint8Array(5);
    expect(one.initiator.seal(plaintext)).not.toEqual(two.initiator.seal(plaintext));
  });

  it("leaves the caller's buffers alone", () => {
    const [initiator, responder] = [ends(alpha).initiator(), ends(beta).responder()];
    const first = Buffer.from(initiator.start()!);
    const second = Buffer.from(responder.receive(first).reply!);
    const third = Buffer.from(initiator.receive(second).reply!);
    const before = [first, second, third].map((message) => message.toString("hex"));
    const { channel } = responder.receive(third);
    expect([first, second, third].map((message) => message.toString("hex"))).toEqual(before);
    for (const message of [first, second, third]) message.fill(0);
    expect(Buffer.from(channel!.peer.certificate).equals(alpha.certificate.der)).toBe(true);
  });

  it("is over after its last message, and a bug of the caller is a bug", () => {
    const [initiator, responder] = [ends(alpha).initiator(), ends(beta).responder()];
    expect(responder.start()).toBeUndefined();
    expect(() => initiator.receive(new Uint8Array(32))).toThrow(/expects no message/);
    const { messages } = connect(initiator, responder);
    expect(() => initiator.start()).toThrow(/before/);
    expect(() => initiator.receive(messages[1])).toThrow(/expects no message/);
    expect(() => responder.receive(messages[2])).toThrow(/expects no message/);
  });
});

describe("refusals", () => {
  const second = (identity = beta, more: Partial<HandshakeOptions> = {}) => {
    const initiator = ends(alpha).initiator();
    return { initiator, message: ends(identity, more).responder().receive(initiator.start()!).reply! };
  };
  const third = (identity = alpha, more: Partial<HandshakeOptions> = {}) => {
    const [initiator, responder] = [ends(identity, more).initiator(), ends(beta).responder()];
    return { responder, message: initiator.receive(responder.receive(initiator.start()!).reply!).reply! };
  };

  it.each([
    [31, "decrypt-failed"],
    [0, "decrypt-failed"],
    [33, "frame-too-large"],
    [10 << 20, "frame-too-large"],
  ])("a first message of %i bytes: %s", (length, expected) => {
    expect(refusal(() => ends(beta).responder().receive(new Uint8Array(length).fill(9)))).toBe(expected);
  });

  it("a first message that is a point of low order", () => {
    expect(refusal(() => ends(beta).responder().receive(new Uint8Array(32)))).toBe("decrypt-failed");
  });

  it("second and third messages that are too long or too short", () => {
    for (const length of [2561, 10 << 20]) {
      expect(refusal(() => second().initiator.receive(new Uint8Array(length)))).toBe("frame-too-large");
      expect(refusal(() => third().responder.receive(new Uint8Array(length)))).toBe("frame-too-large");
    }
    for (const length of [0, 31, 32, 63]) {
      expect(refusal(() => second().initiator.receive(new Uint8Array(length)))).toBe("decrypt-failed");
      expect(refusal(() => third().responder.receive(new Uint8Array(length)))).toBe("decrypt-failed");
    }
  });

  it("a bit flipped in a message with a proof, and the handshake is dead", () => {
    const { initiator, message } = second();
    expect(refusal(() => initiator.receive(flip(message, message.length - 1)))).toBe("decrypt-failed");
    expect(() => initiator.receive(message)).toThrow(/expects no message/);
    expect(refusal(() => second().initiator.receive(flip(message, 100)))).toBe("cluster-mismatch");
    const last = third();
    for (const at of [0, 60, last.message.length - 1]) {
      const one = third();
      expect(refusal(() => one.responder.receive(flip(one.message, at)))).toBe("decrypt-failed");
    }
  });

  it("replayed second and third messages", () => {
    const { messages } = connect(ends(alpha).initiator(), ends(beta).responder());
    expect(refusal(() => second().initiator.receive(messages[1]))).toBe("cluster-mismatch");
    expect(refusal(() => third().responder.receive(messages[2]))).toBe("decrypt-failed");
  });

  it("all three messages replayed to the same responder", () => {
    const factory = ends(beta);
    const { messages } = connect(ends(alpha).initiator(), factory.responder());
    const again = factory.responder();
    again.receive(messages[0]);
    expect(refusal(() => again.receive(messages[2]))).toBe("decrypt-failed");
  });

  it("another cluster, and another purpose", async () => {
    const away = await (await createTestCluster("away")).node("gamma");
    expect(refusal(() => connect(ends(alpha).initiator(), ends(away).responder()))).toBe("cluster-mismatch");
    expect(refusal(() => connect(ends(alpha).initiator(), ends(beta, { purpose: "join" }).responder()))).toBe(
      "cluster-mismatch",
    );
  });

  it("another authority of the same name, at either end", async () => {
    const rogue = await (await createTestCluster("home", "another seed")).node("beta");
    const answer = second(rogue);
    expect(refusal(() => answer.initiator.receive(answer.message))).toBe("cert-untrusted");
    const accepting = { trust: home.trust };
    const last = third(rogue, accepting);
    expect(refusal(() => last.responder.receive(last.message))).toBe("cert-untrusted");
  });

  it("a certificate that ended a second ago, beyond the skew, at either end", async () => {
    const notAfter = testNow - clockSkewMs - 1000;
    const late = await home.node("late", { notBefore: notAfter - 86_400_000, notAfter });
    const answer = second(late);
    expect(refusal(() => answer.initiator.receive(answer.message))).toBe("cert-expired");
    const last = third(late);
    expect(refusal(() => last.responder.receive(last.message))).toBe("cert-expired");
    const inTime = await home.node("in-time", {
      notBefore: notAfter - 86_400_000,
      notAfter: notAfter + 2000,
    });
    const accepted = third(inTime);
    expect(refusal(() => accepted.responder.receive(accepted.message))).toBe("accepted");
  });

  it("itself", () => {
    const factory = ends(alpha);
    expect(refusal(() => connect(factory.initiator(), factory.responder()))).toBe("self-connect");
    expect(refusal(() => connect(ends(alpha).initiator(), ends(alpha).responder()))).toBe("self-connect");
  });

  it("its own messages, reflected", () => {
    const initiator = ends(alpha).initiator();
    expect(refusal(() => initiator.receive(Buffer.alloc(600, initiator.start()!)))).toBe("cluster-mismatch");
  });
});

describe("fuzz", () => {
  test.prop([fc.uint8Array({ maxLength: 2600 })], { numRuns: 200 })(
    "any bytes at any point end in a code",
    (bytes) => {
      const initiator = ends(alpha).initiator();
      const responder = ends(beta).responder();
      const first = initiator.start()!;
      const fresh = refusal(() => ends(beta).responder().receive(bytes));
      expect(["decrypt-failed", "frame-too-large", bytes.length === 32 ? "accepted" : ""]).toContain(fresh);
      responder.receive(first);
      const expected = ["decrypt-failed", "frame-too-large", "cluster-mismatch"];
      expect(expected).toContain(refusal(() => initiator.receive(bytes)));
      expect(expected).toContain(refusal(() => responder.receive(bytes)));
    },
  );
});

/** The factory fits what the transport asks for; copied here because this package does not know the transport. */
interface TransportFactory {
  initiator(): TransportHandshake;
  responder(): TransportHandshake;
}
interface TransportHandshake {
  start(): Uint8Array | undefined;
  receive(message: Uint8Array): { readonly reply?: Uint8Array; readonly channel?: TransportChannel };
}
interface TransportChannel {
  readonly peer: {
    readonly node: string;
    readonly name: string;
    readonly role: "reader" | "writer" | "admin";
    readonly certificate: Uint8Array;
  };
  seal(plaintext: Uint8Array): Uint8Array;
  open(record: Uint8Array): Uint8Array;
}
const fits: (identity: Identity, trust: Trust) => TransportFactory = (identity, trust) =>
  ends(identity, { trust });
it("fits the transport", () => expect(fits(alpha, home.trust).responder().start()).toBeUndefined());
