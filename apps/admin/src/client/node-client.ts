import { escapeText } from "@jarvis-crdt/config";
import type { z } from "zod";
import { CommandFailure } from "../failure.ts";
import type { Target } from "./target.ts";

const timeoutMs = 15_000;
const maxAnswerBytes = 64 << 20;

/** Asks a node for a document and checks it. Every way in which that can fail is one sentence. */
export function getDocument<T extends z.ZodType>(
  target: Target,
  path: string,
  shape: T,
): Promise<z.output<T>> {
  return exchange(target, path, undefined, shape);
}

/** Has a node do something, and checks what it answers. */
export function postDocument<T extends z.ZodType>(
  target: Target,
  path: string,
  body: object,
  shape: T,
): Promise<z.output<T>> {
  return exchange(target, path, body, shape);
}

async function exchange<T extends z.ZodType>(
  target: Target,
  path: string,
  body: object | undefined,
  shape: T,
): Promise<z.output<T>> {
  const { status, text } = await request(target, path, body);
  if (status === 401) {
    throw new CommandFailure(
      "unauthenticated",
      `${target.url} does not accept the token; give the node's http.token with --token-file, or its configuration with --config`,
    );
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw unexpected(target);
  }
  if (status !== 200) {
    const { detail, code } = json as { detail?: unknown; code?: unknown };
    const said = typeof detail === "string" ? escapeText(detail) : "no reason given";
    const known = typeof code === "string" && /^[a-z-]{1,40}$/.test(code) ? code : "refused";
    throw new CommandFailure(known, `${target.url} answered ${status}: ${said}`);
  }
  const parsed = shape.safeParse(json);
  if (!parsed.success) throw unexpected(target);
  return parsed.data;
}

async function request(
  target: Target,
  path: string,
  body: object | undefined,
): Promise<{ status: number; text: string }> {
  try {
    const response = await fetch(`${target.url}${path}`, {
      headers: {
        ...(target.token === undefined ? {} : { authorization: `Bearer ${target.token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
      // A redirect would carry the token elsewhere.
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    });
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      if (bytes > maxAnswerBytes) throw unexpected(target);
      chunks.push(chunk);
    }
    return { status: response.status, text: Buffer.concat(chunks).toString("utf8") };
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    throw new CommandFailure(
      "unreachable",
      `${target.url} cannot be reached (${reasonOf(error)}); is jarvisd running there?`,
    );
  }
}

function reasonOf(error: unknown): string {
  if ((error as Error).name === "TimeoutError") return `no answer within ${timeoutMs / 1000} s`;
  const cause = (error as { cause?: { code?: unknown; message?: unknown } }).cause;
  return escapeText(String(cause?.code ?? cause?.message ?? (error as Error).message));
}

function unexpected(target: Target): CommandFailure {
  return new CommandFailure(
    "not-a-node",
    `what answers at ${target.url} is no jarvisd, or one of another version`,
  );
}
