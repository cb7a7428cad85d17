import { fileURLToPath } from "node:url";
import type { Programs } from "../programs.ts";

const at = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Programs that stand in for those of the workspace. */
export const fakes: Programs = { jarvisd: at("./fake-jarvisd.ts"), jarvisctl: at("./fake-jarvisctl.ts") };
