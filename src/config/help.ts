import { groups } from './schema';
import { type Described, facts } from './define-setting';
import { readByOpenTelemetry } from './telemetry-settings';

/** Lists the variables by group, in the order of the schema. `--help` and the manual are generated from this list. */
export function variableTable(): readonly { readonly group: string; readonly rows: readonly Described[] }[] {
  return Object.entries(groups).map(([group, members]) => ({
    group,
    rows: Object.values(members).flatMap((schema) => facts.get(schema) ?? []),
  }));
}

const NAME_COLUMN = 30;
const WIDTH = 100;

/** Wraps a text into lines that begin in the second column. */
function indented(text: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line.length + word.length + 1 > WIDTH - NAME_COLUMN) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join(`\n${' '.repeat(NAME_COLUMN)}`);
}

const plain = (text: string): string => text.replaceAll('`', '');

const heading = (name: string): string =>
  name.length + 4 < NAME_COLUMN ? `  ${name}`.padEnd(NAME_COLUMN) : `  ${name}\n${' '.repeat(NAME_COLUMN)}`;

function entry(row: Described): string {
  const names = row.also === undefined ? row.variable : `${row.variable}, ${row.also}`;
  const fallback = 'text' in row.default ? row.default.text : row.default.unset;
  const lines = [row.meaning, `[default: ${fallback}; accepts ${row.accepts}]`].map((text) => indented(plain(text)));
  return `${heading(names)}${lines.join(`\n${' '.repeat(NAME_COLUMN)}`)}\n`;
}

/** Formats the table of variables for a terminal. */
export function variableHelp(): string {
  const known = variableTable().map(({ group, rows }) => `${group}:\n${rows.map(entry).join('')}`);
  const others = Object.entries(readByOpenTelemetry).map(
    ([name, meaning]) => `${heading(name)}${indented(plain(meaning))}\n`,
  );
  return [...known, `Read by OpenTelemetry itself:\n${others.join('')}`].join('\n');
}
