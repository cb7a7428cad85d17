import { element, picture, text } from "./svg.ts";

export interface Line {
  readonly label: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
  readonly color: string;
  readonly strong: boolean;
}

export interface LineChart {
  readonly title: string;
  readonly subtitle: string;
  readonly lines: readonly Line[];
  readonly xTick: (value: number) => string;
  readonly yTick: (value: number) => string;
}

const [left, top, plotWidth, plotHeight, right] = [72, 86, 500, 360, 230];
const labelHeight = 17;

/** Lines over two logarithmic axes: a power is straight, and its slope the exponent. */
export function lines(chart: LineChart): string {
  const points = chart.lines.flatMap((line) => line.points);
  const xs = [...new Set(points.map((point) => point.x))].sort((a, b) => a - b);
  const x = logarithmic(xs, left + 16, left + plotWidth - 16);
  const y = logarithmic(
    points.map((point) => point.y),
    top + plotHeight - 12,
    top + 12,
  );
  const bottom = top + plotHeight;
  const parts = [
    element("text", { x: 24, y: 36, class: "title" }, text(chart.title)),
    element("text", { x: 24, y: 57, class: "small" }, text(chart.subtitle)),
    ...decades(points.map((point) => point.y)).flatMap((tick) => {
      if (y(tick) > bottom || y(tick) < top) return [];
      return [
        element("line", { class: "grid", x1: left, x2: left + plotWidth, y1: y(tick), y2: y(tick) }),
        element("text", { class: "small end", x: left - 8, y: y(tick) + 4 }, text(chart.yTick(tick))),
      ];
    }),
    ...xs.flatMap((tick) => [
      element("line", { class: "grid", x1: x(tick), x2: x(tick), y1: top, y2: bottom }),
      element("text", { class: "small middle", x: x(tick), y: bottom + 20 }, text(chart.xTick(tick))),
    ]),
    ...chart.lines.map((line) => draw(line, x, y)),
    ...labels(chart.lines, y),
  ];
  return picture({ width: left + plotWidth + right, height: bottom + 42 }, chart.title, parts.join(""));
}

function draw({ points, color, strong }: Line, x: Scale, y: Scale): string {
  const ordered = points.toSorted((a, b) => a.x - b.x);
  const d = ordered.map((at, i) => `${i === 0 ? "M" : "L"}${x(at.x).toFixed(1)} ${y(at.y).toFixed(1)}`);
  const dots = ordered.map((at) =>
    element("circle", { cx: x(at.x), cy: y(at.y), r: strong ? 4.5 : 3, fill: color }),
  );
  return (
    element("path", { class: strong ? "line strong" : "line", d: d.join(""), stroke: color }) + dots.join("")
  );
}

/** Each line's name at its right end, pushed down where names would lie on each other. */
function labels(lines: readonly Line[], y: Scale): string[] {
  const ends = lines
    .flatMap((line) => {
      const last = line.points.toSorted((a, b) => b.x - a.x)[0];
      return last === undefined ? [] : [{ line, at: y(last.y) }];
    })
    .sort((a, b) => a.at - b.at);
  const height = ends.length * labelHeight;
  let next = Math.min(top + plotHeight - height, (ends[0]?.at ?? top) - labelHeight);
  return ends.map(({ line, at }, i) => {
    const remaining = (ends.length - 1 - i) * labelHeight;
    next = Math.max(next + labelHeight, Math.min(at, top + plotHeight - remaining));
    const style = { x: left + plotWidth + 14, y: next + 4, style: `fill:${line.color}` };
    return element("text", { ...style, class: line.strong ? "strong" : "" }, text(line.label));
  });
}

type Scale = (value: number) => number;

function logarithmic(values: readonly number[], from: number, to: number): Scale {
  const [least, most] = [Math.log(Math.min(...values)), Math.log(Math.max(...values))];
  if (least === most) return () => (from + to) / 2;
  return (value) => from + ((Math.log(value) - least) / (most - least)) * (to - from);
}

/** 1, 2 and 5 times powers of ten from the least to the greatest; powers alone where those are many. */
function decades(values: readonly number[]): number[] {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const powers: number[] = [];
  for (let power = 10 ** Math.floor(Math.log10(least)); power <= most; power *= 10) powers.push(power);
  const all = powers.length > 3 ? powers : powers.flatMap((power) => [power, 2 * power, 5 * power]);
  return all.filter((value) => value >= least && value <= most);
}
