/** One segment of a rendition. */
export interface Segment {
  at: number;
  seconds: number;
  bits_per_second: number;
}

/** Returns an SVG path of steps: each segment is a level line at its rate. */
export function stepsOf(segments: Segment[], duration: number, peak: number, width: number, height: number): string {
  const x = (seconds: number) => ((seconds / duration) * width).toFixed(1);
  const y = (rate: number) => (height - (rate / peak) * height).toFixed(1);
  return segments.map(({ at, seconds, bits_per_second: rate }, index) => `${index ? "L" : "M"}${x(at)},${y(rate)}H${x(at + seconds)}`).join("");
}

/** One part of a video with its quality. */
export interface QualityPoint {
  at: number;
  mean: number;
  minimum: number;
}

/** Returns an SVG path through the mean quality of each part; the floor is at the bottom, 100 at the top. */
export function lineOf(points: QualityPoint[], duration: number, floor: number, width: number, height: number): string {
  const x = (seconds: number) => ((seconds / Math.max(duration, 0.001)) * width).toFixed(1);
  const y = (score: number) => (height - ((score - floor) / (100 - floor)) * height).toFixed(1);
  return points.map(({ at, mean }, index) => `${index ? "L" : "M"}${x(at)},${y(mean)}`).join("");
}

/** Returns the tens below the lowest mean, and at most 90: good videos differ near the top. */
export function floorOf(points: QualityPoint[]): number {
  return Math.max(0, Math.min(90, Math.floor((Math.min(100, ...points.map(({ mean }) => mean)) - 0.01) / 10) * 10));
}

/** Returns the least round number that is not below a value: 1, 2 or 5 times a power of ten. */
export function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= value) ?? 10);
}

/** Returns the mean and the highest rate of segments, weighted by their lengths. */
export function ratesOf(segments: Segment[]): { mean: number; peak: number } {
  const seconds = segments.reduce((sum, each) => sum + each.seconds, 0);
  const bits = segments.reduce((sum, each) => sum + each.seconds * each.bits_per_second, 0);
  return { mean: seconds > 0 ? bits / seconds : 0, peak: Math.max(0, ...segments.map(({ bits_per_second: rate }) => rate)) };
}
