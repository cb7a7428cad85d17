import { expect, test } from "vitest";
import { gossip } from "./gossip.ts";
import { gossipPlot } from "./gossip-plot.ts";

test("a write reaches every node, and the way is measured", async () => {
  const report = await gossip({ nodes: 30, degree: 4, writes: 3, seed: 1 });
  expect(report.violation).toBeUndefined();
  expect(report.hops.reduce((sum, count) => sum + count)).toBe(90);
  expect(report.hops[0]).toBe(3);
  expect(report.redundancy).toBeGreaterThanOrEqual(1);
  expect(report.reached[0]).toBeLessThanOrEqual(report.reached[100]!);
  expect(report.bytesPerNode).toBeGreaterThan(report.batchBytesPerNode);
  expect(gossipPlot(report)).toMatch(/^<svg [\s\S]*polyline[\s\S]*<\/svg>\n$/);
});
