import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { type HtmlAcceptance, acceptsHtml, preferredType } from '../../src/pages/negotiate';

describe('text/html is accepted', () => {
  test.each<[string | undefined, HtmlAcceptance]>([
    // by name
    ['text/html', 'named'],
    ['TEXT/HtMl', 'named'],
    ['text/html;q=0.001', 'named'],
    ['text/html ; Q=1.000', 'named'],
    ['text/html;charset=utf-8', 'named'],
    ['application/json, text/html;q=0.6', 'named'],
    ['text/html;q=0, text/html', 'named'],
    ['text/html;level=1', 'named'],
    ['text/html;level=1;q=0.5, text/*;q=0', 'named'],
    ['text/html;q=0.5;level=1', 'named'],
    ['image/x;a="text/plain, ;q=0", text/html', 'named'],
    ['text/html;title="a \\" , b";q=0.3', 'named'],
    ['text/html;=;;q=1', 'named'],
    [',, ,text/html,', 'named'],
    ['\t text/html \t', 'named'],
    ['text/html;q=7', 'named'],
    ['text/html;q=1.', 'named'],
    ['text/html;q=.5', 'named'],
    ['text/html;q=0.00001', 'named'],
    ['application/json, text/html;q=0.5', 'named'],
    ['application/json, text/html;q=0.49', 'no'],
    ['*/*, text/html;q=0.1', 'named'],
    ['application/json;q=0, text/html;q=0.1', 'named'],
    ['text/html;a="never closed, */*', 'named'],
    // through a wildcard, with nothing named
    [undefined, 'anything'],
    ['', 'anything'],
    [' , ,', 'anything'],
    ['*/*', 'anything'],
    ['*', 'anything'],
    ['*; q=.2, */*; q=.2', 'anything'],
    ['*/*;version=1', 'anything'],
    ['text/*', 'anything'],
    ['TEXT/*;q=0.5, */*;q=0.1', 'anything'],
    ['*/*;q=0, text/*', 'anything'],
    ['text/html;level=1;q=0, */*', 'anything'],
    // through a wildcard, beside a type that is named
    ['application/json, */*;q=0.5', 'no'],
    ['*/*, application/json;q=0.001', 'no'],
    ['text/plain, */*', 'no'],
    ['text/plain, text/*', 'no'],
    ['application/xhtml+xml, */*;q=0.1', 'no'],
    ['image/*, */*;q=0.8', 'no'],
    ['application/xml;q=0, */*', 'no'],
    ['"text/html", */*', 'no'],
    ['html, */*', 'no'],
    ['text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2', 'no'],
    ['text/html, image/gif, image/jpeg, */*; q=0.2', 'no'],
    // not at all
    ['application/json', 'no'],
    ['application/xhtml+xml', 'no'],
    ['image/*', 'no'],
    ['text/plain', 'no'],
    ['text/html;q=0', 'no'],
    ['text/html;q=0.000', 'no'],
    ['text/html;q=0, */*', 'no'],
    ['text/html;q=0, text/html;level=1', 'no'],
    ['text/*;q=0, */*', 'no'],
    ['*/*;q=0', 'no'],
    ['text/html;level=1;q=0', 'no'],
    // weights that cannot be read
    ['text/html;q', 'no'],
    ['text/html;q=', 'no'],
    ['text/html;q=.', 'no'],
    ['text/html;q=-1', 'no'],
    ['text/html;q=1e3', 'no'],
    ['text/html;q=0.1.2', 'no'],
    ['text/html;q=Infinity', 'no'],
    ['text/html;q="1"', 'no'],
    ['text/html;q=high, */*', 'no'],
    // what is no media type
    ['html', 'no'],
    ['text / html', 'no'],
    ['text/html/', 'no'],
    [';q=1', 'no'],
    ['"', 'no'],
    ['\\', 'no'],
  ])('by %p: %s', (accept, expected) => {
    expect(acceptsHtml(accept)).toBe(expected);
  });
});

test('what was judged before is judged the same again, however many others came between', () => {
  const judge = (n: number) => [`text/html;n=${n}`, `text/html;q=0;n=${n}`, `*/*;n=${'9'.repeat(n)}`].map(acceptsHtml);
  for (let n = 0; n < 300; n++) expect(judge(n)).toEqual(['named', 'no', 'anything']);
  for (let n = 0; n < 300; n++) expect([judge(n), judge(n)].flat()).toEqual([...judge(299), ...judge(0)]);
});

describe('our own answer is', () => {
  test.each<['html' | 'json' | 'text', string | undefined]>([
    ['html', 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8'],
    ['html', 'text/html, text/plain, text/css, */*;q=0.01'],
    ['html', 'application/json;q=0.5, text/html'],
    ['html', 'text/html;level=1, application/json;q=0.9'],
    ['json', 'application/json'],
    ['json', 'application/json, text/plain, */*'],
    ['json', 'text/html, application/json'],
    ['json', 'application/problem+json'],
    ['json', 'application/vnd.api+json;version=2'],
    ['json', 'application/*'],
    ['json', 'application/*, */*'],
    ['json', 'text/html;q=0.4, application/json;q=0.5'],
    ['text', 'text/plain'],
    ['text', 'text/plain, text/html;q=0.9'],
    ['text', 'text/*'],
    ['text', '*/*'],
    ['text', ''],
    ['text', undefined],
    ['text', 'image/png'],
    ['text', 'text/html, image/gif, image/jpeg, */*; q=0.2'],
    ['text', 'text/html;q=0, application/json;q=0, text/plain;q=0'],
    ['html', 'text/plain;q=0, text/*'],
  ])('%s for %p', (expected, accept) => {
    expect(preferredType(accept)).toBe(expected);
  });
});

describe('against a plain model', () => {
  interface Element {
    readonly range: string;
    readonly variant: string | undefined;
    readonly thousandths: number | undefined;
  }
  const element: fc.Arbitrary<Element> = fc.record({
    range: fc.constantFrom(
      ...['text/html', 'text/plain', 'text/*', '*/*', 'application/json', 'application/x+json', 'application/*'],
      ...['image/png', 'application/xhtml+xml', 'nonsense', 'text/htm', 'text/html5'],
    ),
    variant: fc.constantFrom(undefined, undefined, 'level=1', 'a="b, ;q=0 \\" text/html"'),
    thousandths: fc.option(fc.oneof(fc.constantFrom(0, 1000), fc.integer({ min: 0, max: 1000 })), { nil: undefined }),
  });
  const space = fc.constantFrom('', ' ', '\t', '  ');
  /** The element as some client may write it. */
  const written = fc
    .tuple(element, space, space, fc.boolean(), fc.nat({ max: 2 }))
    .map(([sent, before, after, isUpper, empties]) => {
      const weight = sent.thousandths === undefined ? undefined : `q=${(sent.thousandths / 1000).toFixed(3)}`;
      const text = [sent.range, sent.variant, weight].filter((part) => part !== undefined).join(`${before};${after}`);
      return { sent, text: `${','.repeat(empties)}${before}${isUpper ? text.toUpperCase() : text}${after}` };
    });
  const list = fc.array(written, { maxLength: 6 });
  const join = (elements: readonly { text: string }[]): string => elements.map(({ text }) => text).join(',');

  const weightOf = (some: readonly Element[]): number => Math.max(...some.map((one) => one.thousandths ?? 1000));
  /** [weight, specificity] by the words of RFC 9110 §12.5.1, one line for each. */
  function model(
    all: readonly Element[],
    isType: (range: string) => boolean,
    family: string,
  ): readonly [number, number] {
    const named = all.filter(({ range }) => isType(range));
    const plain = named.filter(({ variant }) => variant === undefined);
    const families = all.filter(({ range }) => range === family);
    const any = all.filter(({ range }) => range === '*/*');
    if (plain.length > 0) return [weightOf(plain), 3];
    if (named.length > 0 && weightOf(named) > 0) return [weightOf(named), 3];
    if (families.length > 0) return [weightOf(families), 2];
    return any.length > 0 ? [weightOf(any), 1] : [0, 0];
  }

  const OF_HTML = ['text/html', 'text/*', '*/*'];

  test('acceptsHtml says what the model says', () => {
    fc.assert(
      fc.property(list, (elements) => {
        const [weight, specificity] = model(
          elements.map(({ sent }) => sent),
          (range) => range === 'text/html',
          'text/*',
        );
        const others = elements.map(({ sent }) => sent).filter(({ range }) => !OF_HTML.includes(range));
        const isProgram = specificity === 3 ? weightOf(others) > 2 * weight : others.length > 0;
        const expected = weight === 0 || isProgram ? 'no' : specificity === 3 ? 'named' : 'anything';
        expect(acceptsHtml(join(elements))).toBe(elements.length === 0 ? 'anything' : expected);
      }),
      { numRuns: 2000 },
    );
  });

  test('no other form has a higher weight, or the same and a more specific name, than the preferred one', () => {
    fc.assert(
      fc.property(list, (elements) => {
        const sent = elements.map((one) => one.sent);
        const verdicts = {
          json: model(sent, (range) => range.endsWith('json'), 'application/*'),
          html: model(sent, (range) => range === 'text/html', 'text/*'),
          text: model(sent, (range) => range === 'text/plain', 'text/*'),
        };
        const rank = ([weight, specificity]: readonly [number, number]): number =>
          weight * 10 + (weight && specificity);
        const best = Math.max(...Object.values(verdicts).map(rank));
        expect(rank(verdicts[preferredType(join(elements))])).toBe(best);
      }),
      { numRuns: 2000 },
    );
  });

  test('the order of the elements says nothing', () => {
    fc.assert(
      fc.property(list, (elements) => {
        expect(acceptsHtml(join([...elements].reverse()))).toBe(acceptsHtml(join(elements)));
      }),
    );
  });
});

test('no text whatever makes it throw', () => {
  const hostile = fc.string({
    unit: fc.constantFrom(',', ';', '=', '"', '\\', ' ', '*/*', 'q=', 'Q', '0', '1', '.', '\t', 'text/html', '\0', 'é'),
  });
  fc.assert(
    fc.property(fc.oneof(hostile, fc.string({ unit: 'binary' })), (accept) => {
      expect(['named', 'anything', 'no']).toContain(acceptsHtml(accept));
      expect(['html', 'json', 'text']).toContain(preferredType(accept));
    }),
    { numRuns: 2000 },
  );
});

describe('an Accept that is longer than we read', () => {
  const ranges = (count: number): string => Array.from({ length: count }, (_, n) => `a/${n}`).join(',');

  test.each<[string, string, HtmlAcceptance, 'html' | 'text']>([
    ['1,024 characters are read', `text/html;a=${'b'.repeat(1024 - 12)}`, 'named', 'html'],
    ['1,025 characters name nothing', `text/html;a=${'b'.repeat(1025 - 12)}`, 'no', 'text'],
    ['64 media ranges are read', `${ranges(63)},text/html`, 'named', 'html'],
    ['65 media ranges name nothing', `${ranges(64)},text/html`, 'no', 'text'],
    ['empty elements are no media ranges', `${','.repeat(900)}text/html`, 'named', 'html'],
    ['wildcards without end name nothing', '*/*,'.repeat(15_000), 'no', 'text'],
  ])('%s', (_, accept, acceptance, answer) => {
    expect([acceptsHtml(accept), preferredType(accept)]).toEqual([acceptance, answer]);
  });

  // One millisecond is the promise and benchmarks measure it; this bound catches work that grows with the square of the length.
  test.each([',', ';', '"', '\\', 'a,', 'q=', ';q=1.1', 'text/html;', '*/*,', '*/*;q=0.1,', ' ', '0', '"\\"'])(
    '60 KiB and 1 KiB of %p cost no more than a bounded pass',
    (piece) => {
      const fill = (length: number): string => `text/html;q=${piece.repeat(length / piece.length)}`;
      const accepts = [fill(61_440), fill(1000)];
      const started = process.cpuUsage();
      for (let n = 0; n < 20; n++) accepts.forEach((accept) => [acceptsHtml(accept), preferredType(accept)]);
      const { user, system } = process.cpuUsage(started);
      expect((user + system) / 80).toBeLessThan(5_000); // µs for each call
    },
  );
});
