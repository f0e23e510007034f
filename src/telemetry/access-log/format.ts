/** Formats seconds of the epoch and caches the last result: under load a thousand lines share one second. */
function perSecond(format: (date: Date) => string): (epochSeconds: number) => string {
  let last = NaN;
  let text = '';
  return (epochSeconds) => {
    if (epochSeconds !== last) {
      last = epochSeconds;
      text = format(new Date(epochSeconds * 1000));
    }
    return text;
  };
}

const isoSecond = perSecond((date) => date.toISOString().slice(0, 'YYYY-MM-DDTHH:MM:SS'.length));
const apacheSecond = perSecond((date) => {
  const [, day = '', month = '', year = '', time = ''] = date.toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
});

/** Formats a time as in `2026-11-05T12:00:00.123Z`. */
export function isoTime(epochMs: number): string {
  const whole = Math.floor(epochMs);
  const fraction = whole % 1000;
  return `${isoSecond((whole - fraction) / 1000)}.${fraction < 100 ? String(fraction).padStart(3, '0') : fraction}Z`;
}

/** Formats a time as in Apache's common log format: `05/Nov/2026:12:00:00 +0000`. */
export const apacheTime = (epochMs: number): string => apacheSecond(Math.floor(epochMs / 1000));
