import { ascii } from "./bytes.ts";

/**
 * Prefixes of everything that is hashed or signed. They keep one kind of input from ever passing as another: a node
 * of the Merkle tree as a leaf (RFC 6962 §2.1), a batch id as a channel signature.
 */
export const leafDomain = ascii("crdtsync/1 leaf\0");
export const nodeDomain = ascii("crdtsync/1 node\0");
export const batchDomain = ascii("crdtsync/1 batch\0");
export const batchSignatureDomain = ascii("crdtsync/1 batch-sig\0");
export const schemaDomain = ascii("crdtsync/1 schema\0");
