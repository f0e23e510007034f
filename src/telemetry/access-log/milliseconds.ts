/** The fractions from `.000` to `.999`: the table costs a tenth of the conversion of a number to decimals. */
const THOUSANDTHS: readonly string[] = Array.from({ length: 1000 }, (_, n) => `.${String(n).padStart(3, '0')}`);

/** Formats milliseconds with three decimals, as in `12.345`. A negative value, which should not occur, becomes zero. */
export function milliseconds(value: number): string {
  const micros = value > 0 ? Math.round(value * 1000) : 0;
  const fraction = micros % 1000;
  return `${(micros - fraction) / 1000}${THOUSANDTHS[fraction] ?? ''}`;
}
