/** The CRDT types that the plan assigns to operations (§5.2). */
export const entryTypes = ["g_counter", "pn_counter", "g_set", "or_set", "lww_register"] as const;
/** A type that an operation of `archive_entries` may be given: one of `entryTypes`. */
export type EntryType = (typeof entryTypes)[number];

/** Gives the operations of a pattern a type. */
export interface TypeRule {
  /** Name of an operation; `*` stands for any run of characters. */
  readonly pattern: string;
  readonly type: EntryType;
}

/** What an operation is that no rule knows (R49): most of the assistant's, which invents names as it goes. */
export const defaultType: EntryType = "lww_register";

/** The plan's thirteen operations by name (§5.2, R48). */
export const planRules: readonly TypeRule[] = [
  { pattern: "memory_store", type: "or_set" },
  { pattern: "memory_retrieve", type: "g_counter" },
  { pattern: "llm_query", type: "g_counter" },
  { pattern: "verification", type: "lww_register" },
  { pattern: "health_check", type: "g_counter" },
  { pattern: "configuration", type: "lww_register" },
  { pattern: "archive_entry", type: "or_set" },
  { pattern: "backup_create", type: "g_set" },
  { pattern: "system_status", type: "lww_register" },
  { pattern: "resource_usage", type: "pn_counter" },
  { pattern: "agent_workflow", type: "or_set" },
  { pattern: "error_handling", type: "g_set" },
  { pattern: "dashboard_metrics", type: "lww_register" },
];

/** What the running assistant calls the same things. */
export const assistantRules: readonly TypeRule[] = [
  { pattern: "remember_fact", type: "or_set" },
  { pattern: "forget_fact", type: "or_set" },
  { pattern: "recall_fact", type: "g_counter" },
  { pattern: "ask_local_llm", type: "g_counter" },
  { pattern: "llm_response", type: "g_counter" },
  { pattern: "error_handling_*", type: "g_set" },
  { pattern: "cycle_*_error_handling_*", type: "g_set" },
  { pattern: "cycle_*_scenario_*", type: "or_set" },
];

/** All rules that hold, the first match wins, and what an operation is that none of them knows. */
export interface TypeRules {
  readonly configured: readonly TypeRule[];
  readonly plan: readonly TypeRule[];
  readonly assistant: readonly TypeRule[];
  readonly otherwise: EntryType;
}

/** An operator's own patterns go ahead of the built-in ones; `*` alone stands for whatever no other rule knows. */
export function typeRules(operations: Readonly<Record<string, EntryType>> = {}): TypeRules {
  const configured = Object.entries(operations).map(([pattern, type]) => ({ pattern, type }));
  return {
    configured: configured.filter(({ pattern }) => pattern !== "*"),
    plan: planRules,
    assistant: assistantRules,
    otherwise: configured.find(({ pattern }) => pattern === "*")?.type ?? defaultType,
  };
}

/** Gives an operation its type by rules. The answer to a name is remembered for the next time, up to a bound. */
export function typeAssigner(rules: TypeRules = typeRules()): (operation: string) => EntryType {
  const { configured, plan, assistant, otherwise } = rules;
  const compiled = [...configured, ...plan, ...assistant].map(({ pattern, type }) => ({
    test: matcher(pattern),
    type,
  }));
  const known = new Map<string, EntryType>();
  return (operation) => {
    const before = known.get(operation);
    if (before !== undefined) return before;
    const type = compiled.find(({ test }) => test(operation))?.type ?? otherwise;
    if (known.size < rememberedNames && operation.length <= rememberedLength) known.set(operation, type);
    return type;
  };
}

const rememberedNames = 4_096;
const rememberedLength = 256;

/** Matches without backtracking: each part after the first is looked for once, the last at the end. */
function matcher(pattern: string): (text: string) => boolean {
  const parts = pattern.split("*");
  const head = parts[0]!;
  const tail = parts.at(-1)!;
  const middle = parts.slice(1, -1);
  if (parts.length === 1) return (text) => text === pattern;
  return (text) => {
    if (text.length < head.length + tail.length || !text.startsWith(head) || !text.endsWith(tail))
      return false;
    let at = head.length;
    for (const part of middle) {
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at <= text.length - tail.length;
  };
}
