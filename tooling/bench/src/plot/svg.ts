/** What an element is made of; numbers are written with at most one decimal. */
export type Attributes = Readonly<Record<string, string | number>>;

/** One element; `children` is markup already, or text made safe by `text`. */
export function element(name: string, attributes: Attributes, children = ""): string {
  const written = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${typeof value === "number" ? Number(value.toFixed(1)) : text(value)}"`)
    .join("");
  return children === "" ? `<${name}${written}/>` : `<${name}${written}>${children}</${name}>`;
}

export function text(value: string): string {
  return value.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/** A picture on a card that suits bright and dark pages. */
export function picture(size: { width: number; height: number }, title: string, content: string): string {
  const { width, height } = size;
  const card = element("rect", { class: "card", width, height, rx: 10 });
  const open = { xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${width} ${height}`, width, height };
  const named = element("title", {}, text(title));
  return `${element("svg", { ...open, role: "img" }, `${named}<style>${style}</style>${card}${content}`)}\n`;
}

/** Ours, and others' beside them: colours that people with any colour vision tell apart (after Okabe and Ito, 2008). */
export const colors = {
  ours: ["#0072b2", "#d55e00"],
  others: ["#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c6bb1", "#7f7f7f", "#a6761d", "#66a61e"],
} as const;

const style = `
text { font: 13px system-ui, "Segoe UI", Helvetica, Arial, sans-serif; fill: #24292f }
.card { fill: #ffffff; stroke: #d0d7de }
.title { font-size: 17px; font-weight: 600 }
.small { font-size: 11.5px; fill: #57606a }
.strong { font-weight: 600 }
.grid { stroke: #eaeef2; stroke-width: 1 }
.mark { stroke: #cf222e; stroke-width: 1.5; stroke-dasharray: 5 4 }
.marked { fill: #cf222e; font-size: 11.5px }
.end { text-anchor: end }
.middle { text-anchor: middle }
.line { fill: none; stroke-width: 2 }
.line.strong { stroke-width: 3.5 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .small { fill: #9198a1 } .card { fill: #0d1117; stroke: #3d444d } .grid { stroke: #21262d }
  .mark { stroke: #ff7b72 } .marked { fill: #ff7b72 }
}`;
