/** A row's values as canonical bytes, none in pieces. Who makes one vouches for it: nothing of it is checked again. */
export class EncodedValues {
  /** As `encodeRowValues` gives them. */
  readonly bytes: Uint8Array;
  /** How many values there are. */
  readonly length: number;

  constructor(bytes: Uint8Array, length: number) {
    this.bytes = bytes;
    this.length = length;
  }
}
