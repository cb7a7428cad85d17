import { randomBytes } from "node:crypto";
import { type BackupProgress, createBackup } from "@jarvis-crdt/backup";
import { loadConfiguration } from "@jarvis-crdt/config";
import type { Command } from "commander";
import { interruptible } from "../interruptible.ts";
import { readPassphrase } from "../passphrase.ts";
import { bytesText } from "../ui/bytes-text.ts";
import { facts } from "../ui/table.ts";
import { print, printJson } from "../ui/terminal.ts";
import { version } from "../version.ts";
import { withConfig, withExamples, withJson } from "./options.ts";

interface Options {
  readonly config: string;
  readonly to?: string;
  readonly withKeys?: true;
  readonly passphraseFile?: string;
  readonly json?: true;
}

export function addBackupCreate(parent: Command): void {
  const command = parent
    .command("create")
    .description("Copy archive and state while both are in use.")
    .option("--to <folder>", "where to, instead of storage.backup_folder")
    .option("--with-keys", "also certificate and key of the node, encrypted")
    .option("--passphrase-file <file>", "its first line encrypts the keys, 12 characters or more");
  withExamples(
    withJson(withConfig(command)),
    "backup create --config config.yaml",
    "backup create --config config.yaml --to /mnt/usb --with-keys --passphrase-file passphrase.txt",
  )
    .addHelpText("after", "\nInterrupted, killed or without room it leaves nothing that looks like a backup.")
    .action(async (options: Options) => {
      const { archive, storage, security } = loadConfiguration(options.config);
      const keys = options.withKeys && {
        folder: security.node_certificates,
        passphrase: readPassphrase(options.passphraseFile),
      };
      const { path, manifest } = await interruptible((progress, signal) =>
        createBackup({
          archive: archive.path,
          state: storage.path,
          folder: options.to ?? storage.backup_folder,
          program: version,
          now: () => Date.now(),
          random: (bytes) => randomBytes(bytes),
          keys,
          onProgress: ({ step, done, total }) => progress.update(stepNames[step], done, total),
          signal,
        }),
      );
      if (options.json) return printJson({ path, manifest });
      print(
        facts([
          ["backup", path],
          ["rows", manifest.rows],
          ["archive", bytesText(manifest.archive.bytes)],
          ["state", bytesText(manifest.state.bytes)],
          ["keys", manifest.keys === null ? "not in it (--with-keys adds them, encrypted)" : "encrypted"],
        ]),
      );
    });
}

const stepNames: Readonly<Record<BackupProgress["step"], string>> = {
  "copy the archive": "Copying the archive, pages",
  "copy the state": "Copying the state, pages",
  "read the copies": "Reading the copies, bytes",
};
