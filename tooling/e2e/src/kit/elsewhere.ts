import type { ClusterNode } from "@jarvis-crdt/harness";

/** Another node's client, which adds rows until it is disposed of; some of them bear another version, or none. */
export class Elsewhere implements AsyncDisposable {
  private readonly node: ClusterNode;
  private readonly ended: Promise<void>;
  private over = false;
  rows = 0;

  constructor(node: ClusterNode) {
    this.node = node;
    this.ended = this.write();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.over = true;
    await this.ended;
  }

  private async write(): Promise<void> {
    const versions = ["0.2", "0.2", "0.2", "0.1", "unknown"];
    for (; !this.over; this.rows++) {
      const content = `elsewhere #${this.rows}`;
      const program_version = versions[this.rows % versions.length];
      await this.node.client.call("POST", "/v1/archive", {
        values: {
          content,
          data_type: "input",
          source: "elsewhere",
          operation: "memory_store",
          program_version,
        },
      });
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}
