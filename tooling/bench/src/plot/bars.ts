import { element, picture, text } from "./svg.ts";

export interface Bar {
  readonly label: string;
  /** Under the label, smaller. */
  readonly note: string;
  readonly value: number;
  /** Least and greatest round. */
  readonly range: readonly [number, number];
  /** At the end of the bar. */
  readonly figure: string;
  readonly color: string;
  readonly strong: boolean;
}

export interface BarChart {
  readonly title: string;
  readonly subtitle: string;
  readonly bars: readonly Bar[];
  /** A line through all bars. */
  readonly mark?: { readonly value: number; readonly label: string };
  /** How a value is written on the axis. */
  readonly tick: (value: number) => string;
}

const [left, right, top, step, thick] = [316, 150, 86, 42, 22];
const plotWidth = 460;

/** Horizontal bars, the longest first. */
export function bars(chart: BarChart): string {
  const ordered = chart.bars.toSorted((a, b) => b.value - a.value);
  const greatest = Math.max(chart.mark?.value ?? 0, ...ordered.map(({ range }) => range[1]));
  const ticks = roundTicks(greatest);
  const end = Math.max(greatest, ticks.at(-1) ?? 0);
  const x = (value: number) => left + (value / end) * plotWidth;
  const bottom = top + ordered.length * step;
  const parts = [
    element("text", { x: 24, y: 36, class: "title" }, text(chart.title)),
    element("text", { x: 24, y: 57, class: "small" }, text(chart.subtitle)),
    ...ticks.flatMap((tick) => [
      element("line", { class: "grid", x1: x(tick), x2: x(tick), y1: top - 4, y2: bottom }),
      element("text", { class: "small middle", x: x(tick), y: bottom + 18 }, text(chart.tick(tick))),
    ]),
    ...ordered.map((bar, i) => draw(bar, top + i * step, x)),
  ];
  if (chart.mark !== undefined) {
    const at = x(chart.mark.value);
    parts.push(
      element("line", { class: "mark", x1: at, x2: at, y1: top - 8, y2: bottom }),
      element("text", { class: "marked middle", x: at, y: top - 12 }, text(chart.mark.label)),
    );
  }
  return picture({ width: left + plotWidth + right, height: bottom + 38 }, chart.title, parts.join(""));
}

function draw(bar: Bar, y: number, x: (value: number) => number): string {
  const width = Math.max(1.5, x(bar.value) - left);
  const [least, most] = bar.range;
  const middle = y + thick / 2;
  const spread =
    least === most
      ? ""
      : element("line", {
          x1: x(least),
          x2: x(most),
          y1: middle,
          y2: middle,
          stroke: "#1f2328",
          "stroke-width": 1.2,
        });
  const labelClass = bar.strong ? "end strong" : "end";
  return [
    element("text", { class: labelClass, x: left - 12, y: y + 10 }, text(bar.label)),
    element("text", { class: "small end", x: left - 12, y: y + 25 }, text(bar.note)),
    element("rect", {
      x: left,
      y,
      width,
      height: thick,
      rx: 3,
      fill: bar.color,
      opacity: bar.strong ? "1" : "0.75",
    }),
    spread,
    element(
      "text",
      { class: bar.strong ? "strong" : "", x: Math.max(x(most), left + width) + 8, y: middle + 4.5 },
      text(bar.figure),
    ),
  ].join("");
}

/** Some four to eight round values from 0 up to the greatest, or just beyond it. */
export function roundTicks(greatest: number): number[] {
  if (!(greatest > 0)) return [0];
  const rough = greatest / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) as number) * power;
  return Array.from({ length: Math.ceil(greatest / step - 1e-9) + 1 }, (_, i) => i * step);
}
