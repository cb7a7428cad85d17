import { readFileSync } from "node:fs";

/** `GET /v1/status`, as far as tests and figures need it. */
export interface NodeStatus {
  readonly node: string;
  readonly incarnation: string | null;
  readonly frontier: { readonly [log: string]: { readonly seq: number; readonly batch: string } };
  readonly peers: readonly {
    readonly node: string | null;
    readonly address: string;
    readonly state: "connected" | "backoff" | "disabled" | "known";
    readonly lag_ops: number | null;
    readonly lag_s: number | null;
    readonly last_error: string | null;
  }[];
  readonly bytes_sent: number;
  readonly bytes_received: number;
  readonly counts: {
    readonly rows: number;
    readonly operations: number;
    readonly batches: number;
    readonly quarantined: number;
    readonly conflicts: number;
  };
  readonly digest: string;
}

export interface NodeDigest {
  readonly digest: string;
  readonly rows: number;
  readonly cells: number;
  readonly frontier: NodeStatus["frontier"];
}

export interface Answer {
  readonly status: number;
  /** Parsed where it is JSON, else the text. */
  readonly body: unknown;
}

/** An answer that is no success, with what it said. */
export class AnswerError extends Error {
  override readonly name = "AnswerError";
  readonly status: number;
  /** The stable code of a problem document. */
  readonly code: string | undefined;

  constructor(request: string, { status, body }: Answer) {
    super(`${request}: ${status} ${JSON.stringify(body)?.slice(0, 500)}`);
    this.status = status;
    this.code = (body as { code?: string } | null)?.code;
  }
}

const timeoutMs = 30_000;

/** Talks to one node's HTTP interface with its token. */
export class NodeClient {
  readonly base: string;
  private readonly token: string | undefined;

  constructor(base: string, token: string | undefined) {
    this.base = base;
    this.token = token;
  }

  static withTokenFile(base: string, file: string): NodeClient {
    return new NodeClient(base, readFileSync(file, "utf8").trim());
  }

  /** Any request; every answer is one, whatever its status. */
  async request(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(this.base + path, {
      method,
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = /\bjson\b/.test(response.headers.get("content-type") ?? "");
    return { status: response.status, body: json && text !== "" ? JSON.parse(text) : text };
  }

  /** A request whose success is taken for granted: throws an AnswerError otherwise. */
  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.request(method, path, body);
    if (answer.status < 200 || answer.status > 299) throw new AnswerError(`${method} ${path}`, answer);
    return answer.body as T;
  }

  status(): Promise<NodeStatus> {
    return this.call("GET", "/v1/status");
  }

  digest(): Promise<NodeDigest> {
    return this.call("GET", "/v1/digest");
  }

  async disconnect(node: string): Promise<void> {
    await this.call("POST", `/v1/peers/${node}/disconnect`);
  }

  async connect(node: string): Promise<void> {
    await this.call("POST", `/v1/peers/${node}/connect`);
  }
}
