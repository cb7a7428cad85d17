import { existsSync, statSync } from "node:fs";
import { ArchiveError, type ArchiveFacts, archiveFacts, databaseHealth } from "@jarvis-crdt/store-sqlite";
import { codeOf, type Finding, good, note, problem, unread, warning } from "./finding.ts";

export interface ArchiveSubject {
  readonly path: string;
  readonly node: string | undefined;
  readonly isRunning: boolean;
  /** Of plans that the state knows; undefined where it could not be read. */
  readonly nonces: readonly string[] | undefined;
}

/** The assistant's file. */
export function examineArchive(subject: ArchiveSubject): readonly Finding[] {
  const { path, isRunning } = subject;
  if (!existsSync(path)) {
    const sentence = `There is no archive at ${path}.`;
    return [
      note(
        "no-archive",
        sentence,
        "Start jarvisd: it makes one with every row that its state has. Or correct archive.path.",
      ),
    ];
  }
  if (statSync(path).size === 0)
    return [
      note(
        "archive-empty",
        `The archive ${path} is an empty file.`,
        "Start jarvisd: it makes its tables, with every row that its state has. Or correct archive.path.",
      ),
    ];
  const health = isRunning ? "sound" : databaseHealth(path);
  if (health === "unreadable") return [unread("archive-unread", "archive", path)];
  if (health === "damaged")
    return [
      problem(
        "archive-damaged",
        `The archive ${path} is damaged.`,
        'Stop the assistant. Move the file away and start jarvisd, which makes it anew from its state; or restore a backup: "jarvisctl backup list". What only this file held may be read from it with sqlite3 ".recover".',
      ),
    ];
  let facts: ArchiveFacts;
  try {
    facts = archiveFacts(path);
  } catch (error) {
    if (!(error instanceof ArchiveError)) throw error;
    return [
      problem(
        `archive-${error.code}`,
        error.message,
        `Correct archive.path or restore the file (${codeOf(error)}).`,
      ),
    ];
  }
  if (!facts.isAdopted)
    return [
      note(
        "not-adopted",
        `The archive ${path} is not adopted: it does not replicate yet.`,
        "jarvisctl migrate plan --archive FILE",
      ),
    ];
  return [...whose(facts, subject), ...open(facts, subject)];
}

function whose({ node, nonce }: ArchiveFacts, subject: ArchiveSubject): readonly Finding[] {
  if (node !== null && subject.node !== undefined && node !== subject.node)
    return [
      warning(
        "archive-foreign",
        `The archive was last used by node ${node}: it was copied from another machine.`,
        "Start jarvisd with a peer: it touches the file once it is in sync with that, and then knows which rows are which.",
      ),
    ];
  if (subject.isRunning || subject.nonces === undefined) return [];
  if (nonce === null || subject.nonces.includes(nonce) || subject.nonces.length === 0)
    return [good("archive", "Archive and state belong together.")];
  return [
    note(
      "archive-replaced",
      "The archive is not the one that jarvisd left: it was restored, rewound or replaced, or the state was.",
      "Start jarvisd: it reconciles the two. Rows keep their identity; nothing is doubled, and nothing is lost.",
    ),
  ];
}

function open(
  { outbox, refused, hidden, leftovers }: ArchiveFacts,
  { isRunning }: ArchiveSubject,
): readonly Finding[] {
  const findings: Finding[] = [];
  if (outbox > 0 && !isRunning)
    findings.push(
      note(
        "outbox",
        `The assistant has written ${outbox} changes since jarvisd stopped; they are kept.`,
        "Start jarvisd: it captures them.",
      ),
    );
  if (refused > 0)
    findings.push(
      warning(
        "refused",
        `The archive refuses ${refused} rows that others wrote; they stay in the state and are tried again.`,
        'See why: "jarvisctl quarantine list".',
      ),
    );
  if (hidden > 0)
    findings.push(
      note(
        "hidden",
        `${hidden} rows are not shown because others hold a value that the file accepts only once.`,
        'See which: "jarvisctl conflicts list".',
      ),
    );
  if (leftovers > 0)
    findings.push(
      note(
        "leftovers",
        `${leftovers} rows of the archive are in no log yet.`,
        "They are adopted once this node is in sync with a peer, or started with network.enabled: false.",
      ),
    );
  return findings;
}
