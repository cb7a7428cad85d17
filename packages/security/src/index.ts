export { compressor } from "./compressor.ts";
export { SecurityError, type SecurityErrorCode } from "./error.ts";
export { hasher } from "./hasher.ts";
export { verifier } from "./verifier.ts";
