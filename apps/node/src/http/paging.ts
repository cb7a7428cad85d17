import { z } from "zod";
import { httpLimits } from "./limits.ts";

/** How much of a list a request asks for. */
export const limitParam = z.coerce
  .number()
  .int()
  .min(1)
  .max(httpLimits.elements)
  .default(100)
  .meta({ description: "Entries at most" });

export const nextSchema = z
  .string()
  .nullable()
  .meta({ description: "To be given as `after` for the rest; null at the end" });
