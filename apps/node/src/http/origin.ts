import { isLoopback } from "@jarvis-crdt/config";

/**
 * Why a request is refused by its Host and Origin, or undefined. A web page that resolves its own name to 127.0.0.1
 * (DNS rebinding) shows itself by the Host; a page of another origin by the Origin, which only browsers send.
 */
export function originRefusal(
  host: string | undefined,
  origin: string | undefined,
  behindProxy: boolean,
): string | undefined {
  const name = hostName(host);
  if (name === undefined) return "the Host header is missing or malformed";
  if (!behindProxy && !isLoopback(name))
    return "the Host header names another machine; use 127.0.0.1 or localhost";
  if (origin !== undefined && originHost(origin) !== host?.toLowerCase()) {
    return "requests of other origins are refused";
  }
  return undefined;
}

function hostName(host: string | undefined): string | undefined {
  const match = /^(?:\[([0-9a-f:.]{2,45})\]|([a-z0-9._-]{1,253}))(?::\d{1,5})?$/i.exec(host ?? "");
  return (match?.[1] ?? match?.[2])?.toLowerCase();
}

function originHost(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
