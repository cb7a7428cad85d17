export { type Certificate, parseCertificate } from "./certificate.ts";
export type { Channel, Peer } from "./channel.ts";
export { clusterIdOf } from "./cluster-id.ts";
export { compressor } from "./compressor.ts";
export { SecurityError, type SecurityErrorCode } from "./error.ts";
export {
  createHandshakes,
  type Handshake,
  type HandshakeFactory,
  type HandshakeOptions,
  type Received,
} from "./handshake.ts";
export { hasher } from "./hasher.ts";
export { createIdentity, type Identity, loadIdentity } from "./identity.ts";
export { type Cluster, type InitCaOptions, initCa } from "./init-ca.ts";
export { type IssueNodeOptions, issueNode } from "./issue-node.ts";
export type { KeyPair } from "./key-pair.ts";
export { isName, type Role } from "./profile.ts";
export { createSigner } from "./signer.ts";
export { type Authority, loadTrust, parseTrust, type Trust } from "./trust.ts";
export { verifier } from "./verifier.ts";
export { type Purpose, verifyCertificate } from "./verify-certificate.ts";
