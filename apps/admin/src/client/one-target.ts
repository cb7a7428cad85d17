import { defaultConfig } from "../default-config.ts";
import { misuse } from "../failure.ts";
import { configTarget, type Target, urlTarget } from "./target.ts";

/** What `--node`, `--token-file` and `--config` say. */
export interface NodeOptions {
  readonly node?: string;
  readonly tokenFile?: string;
  readonly config?: string;
}

/** The node they name, or undefined where they name none. */
export function targetOf({ node, tokenFile, config }: NodeOptions): Target | undefined {
  if (config !== undefined) {
    if (node !== undefined || tokenFile !== undefined) {
      throw misuse("give either --config FILE, or --node URL with --token-file FILE");
    }
    return configTarget(config);
  }
  if (node !== undefined) return urlTarget(node, tokenFile);
  if (tokenFile !== undefined) throw misuse("--token-file needs --node URL");
  return undefined;
}

/** The same, or the node of the default configuration. */
export function requireTarget(options: NodeOptions): Target {
  const named = targetOf(options);
  if (named !== undefined) return named;
  const config = defaultConfig();
  if (config === undefined) {
    throw misuse(
      "name the node: --config FILE, or --node URL [--token-file FILE]; JARVIS_CONFIG may name the file",
    );
  }
  return configTarget(config);
}
