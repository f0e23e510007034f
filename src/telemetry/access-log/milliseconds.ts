/** `.000` to `.999`: a fraction from a table costs a tenth of what the number's own conversion to decimals does. */
const THOUSANDTHS: readonly string[] = Array.from({ length: 1000 }, (_, n) => `.${String(n).padStart(3, '0')}`);

/** Milliseconds with three decimals, as in `12.345`. Less than nothing, which no clock of ours gives, is nothing. */
export function milliseconds(value: number): string {
  const micros = value > 0 ? Math.round(value * 1000) : 0;
  const fraction = micros % 1000;
  return `${(micros - fraction) / 1000}${THOUSANDTHS[fraction] ?? ''}`;
}
