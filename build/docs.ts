/*
 * Writes the generated documentation: docs/configuration.md and the table of limits in SECURITY.md from the schema of the
 * configuration, docs/performance.md from bench/techniques.json, docs/api.md from the comments of the public exports, and Node's flags wherever
 * the ambassador is started. With --check it reports the files that are out of date.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { readByOpenTelemetry } from '../src/config/telemetry-settings';
import { type Described } from '../src/config/define-setting';
import { variableTable } from '../src/config/help';
import { apiReference } from './api';
import { FLAG_FILES } from './flag-files';
import { performanceLedger } from './performance';

const ROOT = join(__dirname, '..');

const INTRODUCTION = `<!-- Made by \`npm run docs\` from src/config/schema.ts. Change it there. -->

# Configuration

Environment variables configure the ambassador. They are read once, at the start. \`node dist/main.js --check\` validates them
without starting anything; \`--help\` prints this list.

- All problems are reported at once, on standard error, each with the variable, its value and the remedy. The exit code is
  then 78, and nothing is started.
- An empty variable counts as not set. White space around a value is ignored. Words are case-insensitive.
- A duration is a number of seconds (\`25\`), or a number with its unit: \`500ms\`, \`25s\`, \`2m\`, \`1h\`.
- \`PORT\` and \`TARGET_PORT\` are also read in lower case, and \`TELEMETRY_URL\` as \`MOTHERSHIP\`. If both names are set, the
  first one is used.
`;

const cell = (text: string): string => text.replaceAll('|', '\\|');

function tableRow({ variable, also, accepts, meaning, reason, ...row }: Described): string {
  const names = [variable, ...(also === undefined ? [] : [also])].map((name) => `\`${name}\``).join(', ');
  const fallback = 'text' in row.default ? `\`${row.default.text}\`` : row.default.unset;
  return `| ${[names, fallback, accepts, `${meaning} _${reason}_`].map(cell).join(' | ')} |`;
}

function manual(): string {
  const head = '| Variable | Default | Accepts | Meaning, _and reason_ |\n| --- | --- | --- | --- |';
  const sections = variableTable().map(
    ({ group, rows }) => `## ${group}\n\n${head}\n${rows.map(tableRow).join('\n')}\n`,
  );
  const others = Object.entries(readByOpenTelemetry).map(([name, meaning]) => `- \`${name}\`: ${meaning}\n`);
  const rest = `If an endpoint is set, OpenTelemetry's packages also read these variables:\n\n${others.join('')}`;
  return [INTRODUCTION, ...sections, rest].join('\n');
}

/** The groups of variables that bound what others may use. */
const BOUNDING = ['Times', 'Limits'];

const LIMITS = /(<!-- limits: .*? -->\n).*?(<!-- end of limits -->)/s;

function limitRow({ variable, meaning, ...row }: Described): string {
  const fallback = 'text' in row.default ? `\`${row.default.text}\`` : row.default.unset;
  return `| ${[`\`${variable}\``, fallback, meaning].map(cell).join(' | ')} |`;
}

function withLimits(text: string): string {
  if (!LIMITS.test(text)) throw new Error('SECURITY.md lacks the comments that enclose its table of limits');
  const rows = variableTable().flatMap(({ group, rows: all }) => (BOUNDING.includes(group) ? all.map(limitRow) : []));
  const table = `\n| Variable | Default | Bounds |\n| --- | --- | --- |\n${rows.join('\n')}\n\n`;
  // A function, because a table may hold the `$` of a replacement text.
  return text.replace(LIMITS, (_, start: string, end: string) => start + table + end);
}

/** A generated file, the source of its content, and the function that renders it. */
interface Generated {
  readonly file: string;
  readonly source: string;
  readonly write: (present: string) => string;
}

const GENERATED: readonly Generated[] = [
  { file: 'docs/configuration.md', source: 'the schema', write: manual },
  { file: 'SECURITY.md', source: 'the schema', write: withLimits },
  {
    file: 'docs/performance.md',
    source: 'bench/techniques.json',
    write: () => performanceLedger(ROOT),
  },
  { file: 'docs/api.md', source: 'the public exports', write: () => apiReference(ROOT) },
  ...FLAG_FILES.map((entry) => ({ ...entry, source: 'build/node-flags.json' })),
];

async function main(): Promise<void> {
  for (const { file, source, write } of GENERATED) {
    const path = join(ROOT, file);
    const present = existsSync(path) ? readFileSync(path, 'utf8') : '';
    const written = write(present);
    const isMarkdown = file.endsWith('.md');
    const text = isMarkdown ? await format(written, { ...(await resolveConfig(path)), parser: 'markdown' }) : written;
    if (!process.argv.includes('--check')) {
      writeFileSync(path, text);
    } else if (present !== text) {
      console.error(`${file} does not agree with ${source}: run \`npm run docs\` and commit the result.`);
      process.exitCode = 1;
    }
  }
}

void main();
