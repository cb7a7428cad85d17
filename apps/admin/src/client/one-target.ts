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

export function requireTarget(options: NodeOptions): Target {
  const target = targetOf(options);
  if (target === undefined) throw misuse("name the node: --node URL [--token-file FILE], or --config FILE");
  return target;
}
