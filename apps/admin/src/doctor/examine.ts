import type { Configuration } from "@jarvis-crdt/config";
import { examineArchive } from "./archive.ts";
import { examineBackups } from "./backups.ts";
import type { Finding } from "./finding.ts";
import { examineHolder } from "./holder.ts";
import { examineIdentity } from "./identity.ts";
import { examineMachine } from "./machine.ts";
import { examineState } from "./state.ts";

/** Looks at everything that a configuration names. Changes nothing. `now` is Unix milliseconds. */
export function examine(configuration: Configuration, now: number): readonly Finding[] {
  const { node, cluster, findings } = examineIdentity(configuration, now);
  const { isRunning, finding } = examineHolder(configuration.storage.path);
  const state = examineState({ path: configuration.storage.path, node, cluster, isRunning, now });
  const { path } = configuration.archive;
  return [
    ...findings,
    ...examineMachine(configuration),
    finding,
    ...state.findings,
    ...examineArchive({ path, node, isRunning, nonces: state.nonces }),
    ...examineBackups(configuration, now),
  ];
}
