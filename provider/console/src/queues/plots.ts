import type { QueueSpan } from "../rest/queues";

/** One bar of a plot: its parts lie on each other, each as a share of the plot's height. */
export interface Bar {
  at: string;
  parts: Array<{ name: string; amount: number; from: number; to: number }>;
}

export interface Plot {
  bars: Bar[];
  /** Amount at the top of the plot. */
  top: number;
}

const STEPS = [1, 2, 5, 10];

/** Returns the lowest round number that is not below an amount: 1, 2 or 5 times a power of ten. */
export function roundTop(amount: number): number {
  if (amount <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(amount));
  return (STEPS.find((step) => step * power >= amount) ?? 10) * power;
}

/** Stacks what happened in each span of time, the named amounts upwards in their order. */
export function stacked(spans: QueueSpan[], names: ReadonlyArray<"succeeded" | "failed" | "cancelled">): Plot {
  const top = roundTop(Math.max(0, ...spans.map((span) => names.reduce((sum, name) => sum + span[name], 0))));
  const bars = spans.map((span) => {
    let height = 0;
    const parts = names.map((name) => {
      const from = height;
      height += span[name] / top;
      return { name, amount: span[name], from, to: height };
    });
    return { at: span.begin, parts };
  });
  return { bars, top };
}

/** Draws the median wait of each span, and above it up to the longest one. */
export function waits(spans: QueueSpan[]): Plot {
  const top = roundTop(Math.max(0, ...spans.map(({ waited_longest: longest }) => longest ?? 0)));
  const bars = spans.map(({ begin, waited_median: median, waited_longest: longest }) => ({
    at: begin,
    parts: [
      { name: "median", amount: median ?? 0, from: 0, to: (median ?? 0) / top },
      { name: "longest", amount: longest ?? 0, from: (median ?? 0) / top, to: (longest ?? 0) / top },
    ],
  }));
  return { bars, top };
}
