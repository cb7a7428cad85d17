import type { ByteReader } from "../codec/byte-reader.ts";
import type { ByteWriter } from "../codec/byte-writer.ts";
import type { AddName, NameIndex, NameList } from "./names.ts";

/** How a state or delta is written: first its names are collected, then it is written with their numbers. */
export interface Part<State> {
  names(state: State, add: AddName): void;
  write(writer: ByteWriter, state: State, names: NameIndex): void;
  read(reader: ByteReader, names: NameList): State;
}
