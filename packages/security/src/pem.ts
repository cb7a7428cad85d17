import { SecurityError } from "./error.ts";

/** A PEM file of ours holds at most a few certificates. */
const maxPemCharacters = 64 * 1024;

/**
 * The DER of every block with this label, in order. Text between blocks is ignored, as by openssl.
 * Throws `cert-profile` for a damaged block or a file that is too long.
 */
export function decodePem(text: string, label: string): Uint8Array[] {
  if (text.length > maxPemCharacters) throw damaged(label);
  const blocks: Uint8Array[] = [];
  const begin = `-----BEGIN ${label}-----`;
  const end = `-----END ${label}-----`;
  for (let at = text.indexOf(begin); at >= 0; at = text.indexOf(begin, at)) {
    const stop = text.indexOf(end, at);
    if (stop < 0) throw damaged(label);
    const body = text.slice(at + begin.length, stop).replace(/\s+/g, "");
    const der = Buffer.from(body, "base64");
    if (der.length === 0 || der.toString("base64") !== body) throw damaged(label);
    blocks.push(Uint8Array.from(der));
    at = stop + end.length;
  }
  return blocks;
}

export function encodePem(der: Uint8Array, label: string): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

function damaged(label: string): SecurityError {
  return new SecurityError("cert-profile", `A PEM block "${label}" is damaged.`);
}
