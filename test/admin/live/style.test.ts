import { describe, expect, test } from '@jest/globals';
import { STYLE } from '../../../src/admin/live/style';

type Palette = ReadonlyMap<string, string>;

function paletteOf(css: string): Palette {
  return new Map([...css.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name = '', color = '']) => [name, color]));
}

const [lightCss = '', darkCss = ''] = STYLE.split('@media (prefers-color-scheme: dark)');
const light = paletteOf(lightCss);
const dark = new Map([...light, ...paletteOf(darkCss.slice(0, darkCss.indexOf('* {')))]);

/** WCAG 2.2, relative luminance. */
function luminance(color: string): number {
  const channels = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16) / 255);
  const [r = 0, g = 0, b = 0] = channels.map((value) =>
    value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(palette: Palette, one: string, other: string): number {
  const [a = 0, b = 0] = [one, other].map((name) => luminance(palette.get(name) ?? '#000000')).sort((x, y) => y - x);
  return (a + 0.05) / (b + 0.05);
}

describe.each([
  ['light', light],
  ['dark', dark],
])('in %s colours', (_name, palette) => {
  test.each(['text', 'muted', 'accent', 'page', 'c2-text', 'c3-text', 'c4-text', 'c5-text'])(
    '%s is read on cards and on the ground: a contrast of 4.5 and more',
    (color) => {
      expect(contrast(palette, color, 'card')).toBeGreaterThanOrEqual(4.5);
      expect(contrast(palette, color, 'ground')).toBeGreaterThanOrEqual(4.5);
    },
  );

  test.each(['c0', 'c2', 'c3', 'c4', 'c5', 'p50', 'p95', 'p99', 'in', 'out', 'page', 'accent'])(
    '%s is seen in a chart: a contrast of 3 and more',
    (color) => {
      expect(contrast(palette, color, 'card')).toBeGreaterThanOrEqual(3);
    },
  );
});
