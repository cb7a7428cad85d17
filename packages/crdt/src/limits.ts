/** Bounds on what an operation, a value or a schema may hold. They are part of the wire format. */

/** UTF-8 bytes of the name of an object, a table, a column group or a column. */
export const maxNameBytes = 256;

/** Canonical bytes of a set element: it is a key, and keys are indexed and hashed. */
export const maxElementBytes = 1024;

/** Dots that one operation names, `adds` and `seen` together. */
export const maxOperationDots = 4096;

/** Canonical bytes of one operation: with its length, which takes four bytes, it fills a batch of 4 MiB. */
export const maxOperationBytes = 4 * 1024 * 1024 - 4;

/** Bytes of a piece of a long value: with their frames four of them fill a batch that is closed at 256 KiB. */
export const maxPieceBytes = 65_472;

/** A value in pieces has more bytes than this. */
export const minPiecedBytes = 1024;

/** Bytes of all values in pieces of one operation. */
export const maxRowBytes: number = 64 * 1024 * 1024;

/** Containers within containers of a JSON value. */
export const maxValueDepth = 16;

/** Arrays and objects in one value: an empty one is two bytes on the wire and two hundred in memory. */
export const maxValueContainers = 65_536;

/** Tables of one schema. */
export const maxTables = 256;

/** Column groups of one table. */
export const maxGroups = 64;

/** Columns of one table: what SQLite allows by default. */
export const maxColumns = 2000;

/** Canonical bytes of a schema. */
export const maxSchemaBytes = 1024 * 1024;

/** Batches that one operation says to be minted anew. */
export const maxAnewBatches = 4096;
