import { createCipheriv, createDecipheriv, randomBytes, scryptSync } from "node:crypto";
import { z } from "zod";
import { BackupError } from "./backup-error.ts";

/**
 * `keys.sealed`: files encrypted with a passphrase.
 *
 *     "JKEYS1\n" | header as JSON | "\n" | ciphertext | 16 bytes of tag
 *
 * The key is scrypt(passphrase in UTF-8 NFC, salt; N, r, p of the header), 32 bytes; the cipher ChaCha20-Poly1305 with
 * the header's nonce, and everything before the ciphertext as associated data. The plain text is JSON, file names with
 * their contents in base64. scrypt costs 128 MiB and a third of a second, so that guessing does (RFC 7914).
 */
const magic = "JKEYS1\n";
const cost = { N: 1 << 17, r: 8, p: 1 };
const keyBytes = 32;
const tagBytes = 16;
const cipherName = "chacha20-poly1305";
const maxBytes = 1 << 20;

/** Guessing shall cost more than typing. */
export const leastPassphrase = 12;

const base64 = (bytes: number) => z.base64().refine((text) => Buffer.from(text, "base64").length === bytes);

const headerSchema = z.strictObject({
  kdf: z.literal("scrypt"),
  // A hostile file must not choose how much memory is used.
  N: z.literal(cost.N),
  r: z.literal(cost.r),
  p: z.literal(cost.p),
  salt: base64(16),
  nonce: base64(12),
});

const filesSchema = z.record(z.string().regex(/^[\w.-]{1,100}$/), z.base64());

export type KeyFiles = ReadonlyMap<string, Uint8Array>;

/** Throws BackupError `passphrase` where it is too short. */
export function sealKeys(files: KeyFiles, passphrase: string): Uint8Array {
  if ([...passphrase].length < leastPassphrase)
    throw new BackupError("passphrase", `a passphrase has ${leastPassphrase} characters or more`);
  const salt = randomBytes(16);
  const nonce = randomBytes(12);
  const header = JSON.stringify({
    kdf: "scrypt",
    ...cost,
    salt: salt.toString("base64"),
    nonce: nonce.toString("base64"),
  });
  const open = Buffer.from(`${magic}${header}\n`);
  const plain = JSON.stringify(
    Object.fromEntries([...files].map(([name, bytes]) => [name, Buffer.from(bytes).toString("base64")])),
  );
  const cipher = createCipheriv(cipherName, keyOf(passphrase, salt), nonce, { authTagLength: tagBytes });
  cipher.setAAD(open, { plaintextLength: Buffer.byteLength(plain) });
  return Buffer.concat([open, cipher.update(plain, "utf8"), cipher.final(), cipher.getAuthTag()]);
}

/** Throws BackupError `damaged` for what is no such file, and `passphrase` for a wrong passphrase or changed bytes. */
export function openKeys(sealed: Uint8Array, passphrase: string): KeyFiles {
  const bytes = Buffer.from(sealed);
  const end = bytes.indexOf("\n", magic.length);
  if (bytes.length > maxBytes || bytes.toString("latin1", 0, magic.length) !== magic || end < 0)
    throw new BackupError("damaged", "this is no file of sealed keys");
  const { salt, nonce } = headerOf(bytes.toString("utf8", magic.length, end));
  const text = bytes.subarray(end + 1, -tagBytes);
  const decipher = createDecipheriv(
    cipherName,
    keyOf(passphrase, Buffer.from(salt, "base64")),
    Buffer.from(nonce, "base64"),
    {
      authTagLength: tagBytes,
    },
  );
  decipher.setAAD(bytes.subarray(0, end + 1), { plaintextLength: text.length });
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  let plain: string;
  try {
    plain = Buffer.concat([decipher.update(text), decipher.final()]).toString("utf8");
  } catch (error) {
    throw new BackupError("passphrase", "the passphrase is not the one the keys were sealed with", {
      cause: error,
    });
  }
  const files = filesSchema.parse(JSON.parse(plain));
  return new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text, "base64")]));
}

function headerOf(text: string): z.infer<typeof headerSchema> {
  try {
    return headerSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new BackupError("damaged", "the header of the sealed keys cannot be read", { cause: error });
  }
}

function keyOf(passphrase: string, salt: Uint8Array): Buffer {
  const { N, r, p } = cost;
  return scryptSync(passphrase.normalize("NFC"), salt, keyBytes, { N, r, p, maxmem: 256 * N * r });
}
