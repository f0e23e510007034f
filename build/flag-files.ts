import { codeCache, start } from './node-flags.json';

/** Replaces the text between `before` and `after`, which a file must contain, so that a lost place is an error. */
function replaceBetween(text: string, before: string, after: string, flags: string): string {
  const from = text.indexOf(before) + before.length;
  const to = text.indexOf(after, from);
  if (from < before.length || to === -1) throw new Error(`no place for Node's flags between ${before} and ${after}`);
  return text.slice(0, from) + flags + text.slice(to);
}

const line = (flags: readonly string[]): string => ` ${flags.join(' ')} `;

/** The files that start Node with the flags of `build/node-flags.json`, and how each is written. */
export const FLAG_FILES: readonly { readonly file: string; readonly write: (present: string) => string }[] = [
  {
    file: 'package.json',
    write: (present) =>
      replaceBetween(
        replaceBetween(present, '"start": "node', 'dist/main.js"', line(start)),
        '"precompile": "node',
        'dist/boot/build-code-cache.js"',
        line([...codeCache, ...start]),
      ),
  },
  {
    file: 'Dockerfile',
    write: (present) =>
      replaceBetween(
        present,
        'ENTRYPOINT ["node", ',
        '"/opt/ambassador/dist/main.js"]',
        start.map((flag) => `"${flag}", `).join(''),
      ),
  },
  {
    file: '.s2i/environment',
    write: (present) => replaceBetween(present, 'NODE_CMD=node', 'dist/main.js', line(start)),
  },
];
