import { language } from "../i18n";

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** Writes a size in bytes with the unit that people use for it. */
export function size(bytes: number): string {
  const power = Math.min(UNITS.length - 1, bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3));
  const number = new Intl.NumberFormat(language(), { style: "unit", unit: UNITS[power]!, unitDisplay: "short", maximumSignificantDigits: 3 });
  return number.format(bytes / 1000 ** power);
}

/** Writes a bit rate with the unit that people use for it. */
export function bitRate(bits: number): string {
  const [value, unit] = bits < 1e6 ? [bits / 1e3, "kbit/s"] : [bits / 1e6, "Mbit/s"];
  return `${new Intl.NumberFormat(language(), { maximumSignificantDigits: 3 }).format(value)} ${unit}`;
}

/** Writes a time in seconds as a clock does: 1:02:03, 2:03 or 0:03. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] ? parts : parts.slice(1);
  return shown.map((part, index) => (index ? String(part).padStart(2, "0") : String(part))).join(":");
}

/** Writes a moment in the person's own time zone. */
export function moment(at: string): string {
  return new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "medium" }).format(new Date(at));
}

/** Returns the seconds from one moment to another, or until now. */
export function between(from: string, to: string | null, now: number = Date.now()): number {
  return ((to ? Date.parse(to) : now) - Date.parse(from)) / 1000;
}

/** Writes the time of day of a moment, in the person's own time zone. */
export function timeOfDay(at: string): string {
  return new Intl.DateTimeFormat(language(), { timeStyle: "short" }).format(new Date(at));
}
