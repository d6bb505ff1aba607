/** One small picture of a sheet, and the time of the film that it shows. */
export interface Cell {
  start: number;
  /** Path of the sheet, relative to the cues. */
  sheet: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

const CUE = /^(?:(\d+):)?(\d\d):(\d\d\.\d{3}) --> .*\n(\S+)#xywh=(\d+),(\d+),(\d+),(\d+)$/gm;

/** Reads the cues of a sprite: WebVTT, each with a rectangle of a sheet (W3C Media Fragments, `#xywh=`). */
export const cellsOf = (cues: string): Cell[] =>
  [...cues.replaceAll("\r\n", "\n").matchAll(CUE)].map(([, hours, minutes, seconds, sheet, x, y, width, height]) => ({
    start: Number(hours ?? 0) * 3600 + Number(minutes) * 60 + Number(seconds),
    sheet: sheet ?? "",
    x: Number(x),
    y: Number(y),
    width: Number(width),
    height: Number(height),
  }));

/** Returns the cell that shows a time: the last one that has begun, or the first of all. */
export const cellAt = (cells: Cell[], seconds: number): Cell | undefined => cells.findLast(({ start }) => start <= seconds) ?? cells[0];
