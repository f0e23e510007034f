import { jest } from '@jest/globals';
import { type Rule, RuleTester } from 'eslint';

interface Plugin {
  readonly rules: { readonly 'plain-words': Rule.RuleModule };
}

const { rules } = jest.requireActual<Plugin>('../../build/eslint-plain-words');

/** Every one of these sentences is reported once, in a comment and in a string literal. */
const HABITS = [
  'Who listens is told once.',
  'Closes the socket. Whoever writes gets an error.',
  'Nobody reads these bytes.',
  'Somebody may watch.',
  'What is left is thrown away.',
  'What the target sent, as text.',
  'Keeps bytes that nobody wants.',
  'Told to whoever asks.',
  'Waits 5 s at the most.',
  'Reads as ever.',
  'Waits for ever.',
  'The socket is read no more.',
  'It is read no more; the rest is dropped.',
  'A failed probe: it is no error.',
];

const PLAIN = [
  'Removes all listeners from a closed socket.',
  'Returns what the target sent.',
  'The callers that wait are notified.',
  'Waits at most 5 s.',
  'Accepts no more than 16 fields.',
  'Accepts no more fields.',
  'Resets the connection if it is no longer used.',
  'What is wrong? See the log.',
];

const comments = (texts: readonly string[]): string[] =>
  texts.flatMap((text) => [`/** ${text} */`, `// ${text}`, `/**\n * ${text.split(' ').join('\n * ')}\n */`]);

const strings = (texts: readonly string[]): string[] =>
  texts.flatMap((text) => [`f(${JSON.stringify(text)});`, `f(\`${text}\`);`]);

const tester = new RuleTester();

tester.run('plain-words', rules['plain-words'], {
  valid: [...comments(PLAIN), ...strings(PLAIN), 'const nobody = 1;', '/** Closes the socket,\n * who knows.\n */'],
  invalid: [
    ...[...comments(HABITS), ...strings(HABITS)].map((code) => ({ code, errors: 1 })),
    { code: '// Waits\n// for ever.', errors: 1 },
    { code: '/**\n * Reads a head\n *\n * Who writes is blocked.\n */', errors: 1 },
  ],
});
