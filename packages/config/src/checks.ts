import { z } from "zod";
import { isHost } from "./address.ts";
import { parseDuration, parseSize } from "./units.ts";

/** Checks that several keys share, and what they allow, in words. */
export const flag = "true or false";
export const port = z.int().min(0).max(65_535);
export const portText = "an integer from 0 to 65535; 0 takes any free port";
export const hostText = "a host name or an IP address";
export const pathText = "a path, relative to this file or absolute";
export const host = z.string().refine(isHost);
export const path = z
  .string()
  .min(1)
  .max(4096)
  .refine((value) => !value.includes("\0"));

/** Bytes, from `min` to `max`. */
export const size = (min: number, max: number) =>
  z.union([z.string(), z.number()]).transform((value, context) => {
    const bytes = parseSize(value);
    if (bytes !== undefined && bytes >= min && bytes <= max) return bytes;
    context.addIssue({ code: "custom", message: "size" });
    return z.NEVER;
  });

/** Milliseconds, from `min` to `max`. */
export const duration = (min: number, max: number) =>
  z.string().transform((value, context) => {
    const ms = parseDuration(value);
    if (ms !== undefined && ms >= min && ms <= max) return ms;
    context.addIssue({ code: "custom", message: "duration" });
    return z.NEVER;
  });
