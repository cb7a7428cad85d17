import { spawnSync } from "node:child_process";

/** Copies a database through SQLite's backup interface by another program, into the file that is there, if any. */
export function backUpByPython(from: string, to: string): void {
  const program =
    "import sqlite3,sys\nsource=sqlite3.connect(sys.argv[1],timeout=30)\ntarget=sqlite3.connect(sys.argv[2],timeout=30)\nsource.backup(target)\ntarget.close()\nsource.close()";
  const { status, stderr } = spawnSync("python3", ["-c", program, from, to], { encoding: "utf8" });
  if (status !== 0) throw new Error(`the backup failed: ${stderr}`);
}

/** Runs statements as another program that has the file open for a moment, as the assistant does. */
export function sqlByPython(path: string, sql: string): void {
  const program =
    "import sqlite3,sys\ndb=sqlite3.connect(sys.argv[1],timeout=30)\ndb.executescript(sys.argv[2])\ndb.commit()\ndb.close()";
  const { status, stderr } = spawnSync("python3", ["-c", program, path, sql], { encoding: "utf8" });
  if (status !== 0) throw new Error(`the statements failed: ${stderr}`);
}
