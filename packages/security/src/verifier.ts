import type { Verifier } from "@jarvis-crdt/batch";
import sodium from "sodium-native";

/**
 * Ed25519 as libsodium reads it: canonical S, no small-order keys or points, cofactorless. There is one verifier for
 * everything that is signed, because verifiers differ on the edge cases ("Taming the many EdDSAs", 2020) and replicas
 * must agree. Wrong lengths are simply not a signature.
 */
export const verifier: Verifier = {
  verify(signature, message, publicKey) {
    if (signature.length !== 64 || publicKey.length !== 32) return false;
    return sodium.crypto_sign_verify_detached(signature, message, publicKey);
  },
};
