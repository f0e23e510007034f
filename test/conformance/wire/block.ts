const ESCAPE =
  /\\(?:r|n|t|0|\\|x[0-9a-fA-F]{2}|\{(?<count>[0-9]+)\*(?<text>(?:\\[^{}]|[^\\{}])*)\}|\{(?<name>[a-z ]+)\}|(?<bad>.?))/gsu;

const SINGLE: Readonly<Record<string, string>> = { r: '\r', n: '\n', t: '\t', '0': '\0', '\\': '\\' };

/** Texts that a block may name instead of spelling them out, such as `\{page}`. */
export type Named = Readonly<Record<string, Buffer>>;

const latin1 = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/** Decodes the escapes of one text; the result has one character per byte. */
function decode(text: string, named: Named): string {
  return latin1(text).replace(ESCAPE, (escaped: string, ...rest: unknown[]) => {
    const groups = rest.at(-1) as Record<'count' | 'text' | 'name' | 'bad', string | undefined>;
    if (groups.count !== undefined) return decode(groups.text ?? '', named).repeat(Number(groups.count));
    if (groups.name !== undefined) return nameOrThrow(groups.name, named).toString('latin1');
    if (groups.bad !== undefined) throw new Error(`unknown escape ${escaped}`);
    const letter = escaped.charAt(1);
    return letter === 'x' ? String.fromCharCode(Number.parseInt(escaped.slice(2), 16)) : (SINGLE[letter] ?? '');
  });
}

function nameOrThrow(name: string, named: Named): Buffer {
  const bytes = named[name];
  if (bytes === undefined) throw new Error(`unknown name \\{${name}}`);
  return bytes;
}

/**
 * The bytes that a block of text stands for: every line ends in CRLF, unless it ends in a backslash, then its end is
 * left out. Escapes: `\r \n \t \0 \\ \xHH`, `\{1000*text}` for a text repeated, `\{name}` for a text that has a name.
 */
export function bytesOf(lines: readonly string[], named: Named = {}): Buffer {
  const text = lines.map((line) => {
    const backslashes = /\\*$/.exec(line)?.[0].length ?? 0;
    return backslashes % 2 === 1 ? decode(line.slice(0, -1), named) : `${decode(line, named)}\r\n`;
  });
  return Buffer.from(text.join(''), 'latin1');
}
