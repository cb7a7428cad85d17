import { expect, it } from "vitest";
import { typeAssigner, typeRules } from "./crdt-type.ts";

it.each([
  ["memory_store", "or_set"],
  ["memory_retrieve", "g_counter"],
  ["llm_query", "g_counter"],
  ["verification", "lww_register"],
  ["health_check", "g_counter"],
  ["configuration", "lww_register"],
  ["archive_entry", "or_set"],
  ["backup_create", "g_set"],
  ["system_status", "lww_register"],
  ["resource_usage", "pn_counter"],
  ["agent_workflow", "or_set"],
  ["error_handling", "g_set"],
  ["dashboard_metrics", "lww_register"],
  ["cycle_4_scenario_error_handling_001", "g_set"],
  ["cycle_4_scenario_agent_correction_001", "or_set"],
  ["bulk_test_operation_99", "lww_register"],
  ["", "lww_register"],
  ["memory_store ", "lww_register"],
])("%s is %s", (operation, type) => {
  expect(typeAssigner()(operation)).toBe(type);
});

it("takes the first rule that matches, and a pattern's parts do not overlap", () => {
  const typeOf = typeAssigner(typeRules({ "a*a": "g_set", "*b*": "or_set", "a*": "g_counter" }));
  expect(["a", "aa", "aba", "xbx", "ac"].map(typeOf)).toEqual([
    "g_counter",
    "g_set",
    "g_set",
    "or_set",
    "g_counter",
  ]);
});
