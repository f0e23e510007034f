import { expect, test } from '@jest/globals';
import { formatProblems } from '../../src/config/problem';

const problem = { variable: 'PORT', value: 'x', isDefault: false, advice: 'Write a number.' };

test('every problem is told with its variable, its value and what to do', () => {
  const text = formatProblems([problem, { ...problem, variable: 'ADMIN_PORT', value: '9901', isDefault: true }]);
  expect(text).toBe(
    'The configuration has 2 problems:\n\n' +
      '  PORT="x"\n    Write a number.\n\n' +
      '  ADMIN_PORT="9901" (the default)\n    Write a number.\n',
  );
});

test('a value cannot break out of its line, however long or odd', () => {
  const text = formatProblems([{ ...problem, value: `a\n\u001b[31m"${'x'.repeat(10_000)}` }]);
  expect(text.split('\n')).toHaveLength(5);
  expect(text).toContain(String.raw`PORT="a\n\u001b[31m\"xxx`);
  expect(text.length).toBeLessThan(300);
});

test('a password in a URL is not repeated', () => {
  expect(formatProblems([{ ...problem, value: 'http://user:secret@host/' }])).not.toContain('secret');
});
