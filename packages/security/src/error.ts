/**
 * What went wrong, stable across versions: logs, exit texts and tests rely on it.
 *
 * Channel refusals: `cert-untrusted` no authority of ours signed it · `cert-expired` outside its dates · `cert-profile`
 * not a certificate of the profile · `identity-mismatch` the peer does not hold the certificate's key ·
 * `decrypt-failed` a message is not the authentic next one · `cluster-mismatch` another cluster, version or purpose ·
 * `frame-too-large` longer than the protocol allows · `self-connect` the peer is this node.
 * Files: `key-permissions`, `key-invalid`, `file-missing`, `file-exists`, `name-invalid`. Bodies: `inflate-failed`.
 */
export type SecurityErrorCode =
  | "cert-untrusted"
  | "cert-expired"
  | "cert-profile"
  | "identity-mismatch"
  | "decrypt-failed"
  | "cluster-mismatch"
  | "frame-too-large"
  | "self-connect"
  | "key-permissions"
  | "key-invalid"
  | "file-missing"
  | "file-exists"
  | "name-invalid"
  | "inflate-failed";

/** Something that a peer, a file or an operator caused. The message says what to do; it never carries key material. */
export class SecurityError extends Error {
  override readonly name = "SecurityError";
  readonly code: SecurityErrorCode;

  constructor(code: SecurityErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** A foreign string made safe for a log or a terminal: printable ASCII only, at most 80 characters. */
export function shown(text: string): string {
  const escaped = text
    .slice(0, 80)
    .replace(
      /[^\x20-\x7e]|["\\]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
  return `"${escaped.slice(0, 80)}"`;
}
