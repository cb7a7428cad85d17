import type { Command } from "commander";

/** Adds a command; `end` takes the exit code of one that did not fail and yet found something. */
type Add = (root: Command, end: (code: number) => void) => void;

/**
 * All commands by name, as `--help` lists them. Each is loaded when it is asked for: what works on files needs SQLite, keys
 * and backups, which take longer to load than a node takes to answer.
 */
const groups: Readonly<Record<string, Readonly<Record<string, () => Promise<Add>>>>> = {
  "Every day:": {
    status: async () => (await import("./commands/status.ts")).addStatus,
    why: async () => (await import("./commands/why.ts")).addWhy,
    sync: async () => (await import("./commands/sync.ts")).addSync,
    reload: async () => (await import("./commands/reload.ts")).addReload,
    conflicts: async () => (await import("./commands/conflicts.ts")).addConflicts,
    object: async () => (await import("./commands/object.ts")).addObject,
  },
  "Setting up:": {
    ca: async () => {
      const { addCaInit } = await import("./commands/ca-init.ts");
      return (root) => addCaInit(root.command("ca").description("The authority of a cluster."));
    },
    node: async () => {
      const { addNodeIssue } = await import("./commands/node-issue.ts");
      return (root) => addNodeIssue(root.command("node").description("Members of a cluster."));
    },
    migrate: async () => (await import("./commands/migrate.ts")).addMigrate,
    mapping: async () => (await import("./commands/mapping.ts")).addMapping,
    table: async () => (await import("./commands/table.ts")).addTable,
    completion: async () => (await import("./commands/completion.ts")).addCompletion,
  },
  "Backups and trouble:": {
    backup: async () => (await import("./commands/backup.ts")).addBackup,
    doctor: async () => (await import("./commands/doctor.ts")).addDoctor,
    scrub: async () => (await import("./commands/scrub.ts")).addScrub,
    digest: async () => (await import("./commands/digest.ts")).addDigest,
    quarantine: async () => (await import("./commands/quarantine.ts")).addQuarantine,
    archive: async () => {
      const [{ addArchiveReconcile }, { addArchiveUnevict }] = await Promise.all([
        import("./commands/archive-reconcile.ts"),
        import("./commands/archive-unevict.ts"),
      ]);
      return (root) => {
        const description = "Rows that are in the archive or in the log alone.";
        const archive = root.command("archive").description(description);
        addArchiveReconcile(archive);
        addArchiveUnevict(archive);
      };
    },
    voids: async () => (await import("./commands/voids.ts")).addVoids,
    collection: async () => (await import("./commands/collection.ts")).addCollection,
  },
};

/** It tells of all others. */
const aboutAll = "completion";

/** Adds the command with this name, and all where there is none: then help is shown, or what was meant is guessed. */
export async function addCommands(
  root: Command,
  name: string | undefined,
  end: (code: number) => void,
): Promise<void> {
  const isKnown = Object.values(groups).some((group) => Object.hasOwn(group, name ?? ""));
  const only = isKnown && name !== aboutAll ? name : undefined;
  for (const [title, group] of Object.entries(groups)) {
    root.commandsGroup(title);
    for (const [one, load] of Object.entries(group))
      if (only === undefined || one === only) (await load())(root, end);
  }
}
