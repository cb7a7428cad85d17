import type { GossipReport } from "./gossip.ts";

const [width, height, left, top, gap] = [420, 260, 60, 70, 110];

/** How many nodes are how far from an author, and when they have a write: two charts in one picture, as SVG. */
export function gossipPlot(report: GossipReport): string {
  const { nodes, degree, writes, redundancy, hops, reached } = report;
  const title = `${writes} writes through ${nodes} nodes of ${degree} connections`;
  const note = `${redundancy.toFixed(2)} arrivals of each batch at a node, ${Math.round(report.bytesPerNode)} bytes sent per node`;
  const total = hops.reduce((sum, count) => sum + count, 0);
  const bars = hops.map((count, hop) => ({ x: hop, y: (100 * count) / total }));
  const curve = reached.map((ms, hundredth) => ({ x: ms, y: hundredth }));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${2 * width + gap + 2 * left}" height="${height + top + 60}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="white"/>
<text x="${left}" y="26" font-size="16" font-weight="bold">${title}</text>
<text x="${left}" y="46" fill="#57606a">${note}</text>
${frame(
  left,
  "connections from the author",
  "% of nodes",
  hops.length - 1,
  Math.max(...bars.map(({ y }) => y)),
  (_x, y) =>
    bars
      .map(({ x: hop, y: share }) => {
        const wide = (width / hops.length) * 0.8;
        const middle = left + ((hop + 0.5) / hops.length) * width;
        const bar = `<rect x="${fixed(middle - wide / 2)}" y="${fixed(y(share))}" width="${fixed(wide)}" height="${fixed(top + height - y(share))}" fill="#0969da"/>`;
        return `${bar}<text x="${fixed(middle)}" y="${top + height + 16}" text-anchor="middle">${hop}</text>`;
      })
      .join("\n"),
)}
${frame(left + width + gap, "ms after the write", "% of nodes", Math.max(...reached), 100, (x, y) => {
  const points = curve.map((point) => `${fixed(x(point.x))},${fixed(y(point.y))}`).join(" ");
  const ticks = [0, 0.5, 1].map((part) => {
    const ms = part * Math.max(...reached);
    return `<text x="${fixed(x(ms))}" y="${top + height + 16}" text-anchor="middle">${Math.round(ms)}</text>`;
  });
  return `<polyline points="${points}" fill="none" stroke="#0969da" stroke-width="2"/>${ticks.join("")}`;
})}
</svg>
`;
}

function frame(
  from: number,
  xLabel: string,
  yLabel: string,
  xMost: number,
  yMost: number,
  draw: (x: (value: number) => number, y: (value: number) => number) => string,
): string {
  const x = (value: number): number => from + (value / (xMost || 1)) * width;
  const y = (value: number): number => top + height - (value / (yMost || 1)) * height;
  const grid = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const at = fixed(y(part * yMost));
    const line = `<line x1="${from}" x2="${from + width}" y1="${at}" y2="${at}" stroke="#d0d7de"/>`;
    return `${line}<text x="${from - 8}" y="${at}" dy="4" text-anchor="end">${Math.round(part * yMost)}</text>`;
  });
  const labels = `<text x="${from + width / 2}" y="${top + height + 38}" text-anchor="middle">${xLabel}</text>
<text x="${from - 44}" y="${top + height / 2}" text-anchor="middle" transform="rotate(-90 ${from - 44} ${top + height / 2})">${yLabel}</text>`;
  return `${grid.join("\n")}\n${draw(x, y)}\n${labels}`;
}

function fixed(value: number): string {
  return value.toFixed(1);
}
