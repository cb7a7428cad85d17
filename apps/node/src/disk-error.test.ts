import { expect, test } from "vitest";
import { diskError, withoutDisk } from "./disk-error.ts";

const coded = (code: string) => Object.assign(new Error("x"), { code });

test("a full disk, one that failed, and what is neither", async () => {
  for (const code of ["SQLITE_FULL", "ENOSPC", "EDQUOT"])
    expect(diskError(coded(code))).toEqual({ kind: "full", code });
  for (const code of ["SQLITE_IOERR_WRITE", "SQLITE_READONLY", "EIO", "EROFS"])
    expect(diskError(coded(code))).toEqual({ kind: "failed", code });
  for (const error of [coded("EIOX"), coded("SQLITE_BUSY"), undefined, null, "EIO", new Error("x")])
    expect(diskError(error)).toBeUndefined();
  expect(await Promise.reject(coded("ENOSPC")).catch(withoutDisk)).toBeUndefined();
  await expect(Promise.reject(coded("E")).catch(withoutDisk)).rejects.toMatchObject({ code: "E" });
});
