/** Formats of numbers for people, with at most about six characters, so that columns keep their width. */

const NONE = '–';

/** Formats an integer with thin spaces between groups of three digits. */
export const count = (value: number): string =>
  Math.round(value)
    .toString()
    .replace(/\B(?=(?:\d{3})+$)/g, '\u2009');

/** Formats a number of events per second. */
export function rate(value: number): string {
  if (value === 0) return '0';
  if (value < 0.1) return '<0.1';
  if (value < 10) return value.toFixed(1).replace(/\.0$/, '');
  return scaled(value, 1000, ['', 'k', 'M', 'G']);
}

/** Formats milliseconds in the most readable unit. */
export function duration(ms: number | null): string {
  if (ms === null) return NONE;
  if (ms === 0) return '0';
  if (ms < 0.95) return `${Math.round(ms * 1000)}\u2009µs`;
  if (ms < 9.95) return `${ms.toFixed(1)}\u2009ms`;
  if (ms < 999.5) return `${Math.round(ms)}\u2009ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(ms < 9950 ? 2 : 1)}\u2009s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)}\u2009m ${seconds % 60}\u2009s`;
  return `${Math.floor(seconds / 3600)}\u2009h ${Math.floor(seconds / 60) % 60}\u2009m`;
}

/** Formats bytes; 1 kB is 1000 B, as usual in networks. */
export const bytes = (value: number): string =>
  scaled(value, 1000, ['\u2009B', '\u2009kB', '\u2009MB', '\u2009GB', '\u2009TB']);

export function share(part: number, whole: number): string {
  if (part === 0 || whole === 0) return '0\u2009%';
  const percent = (100 * part) / whole;
  if (percent < 0.1) return '<0.1\u2009%';
  return `${percent < 10 ? percent.toFixed(1).replace(/\.0$/, '') : Math.round(percent)}\u2009%`;
}

/** Formats the time of day in the time zone of the viewer. */
export function clock(epochMs: number, isToTheMinute = false): string {
  const time = new Date(epochMs);
  const parts = [time.getHours(), time.getMinutes(), ...(isToTheMinute ? [] : [time.getSeconds()])];
  return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

function scaled(value: number, step: number, units: readonly string[]): string {
  let shown = value;
  let unit = 0;
  while (shown >= step - 0.5 && unit < units.length - 1) {
    shown /= step;
    unit++;
  }
  const digits = unit === 0 || shown >= 99.5 ? 0 : 1;
  return `${shown.toFixed(digits)}${units[unit] ?? ''}`;
}
