/*
 * Writes docs/configuration.md from the schema of the configuration; with --check it only says whether the file is
 * as it would be written.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { readByOpenTelemetry } from '../src/config/schema';
import { type Described } from '../src/config/setting';
import { variableTable } from '../src/config/table';

const FILE = join(__dirname, '../docs/configuration.md');

const INTRODUCTION = `<!-- Made by \`npm run docs\` from src/config/schema.ts. Change it there. -->

# Configuration

The ambassador is configured by variables of its environment, which are read once, at the start.
\`node dist/main.js --check\` says whether they are fine without starting anything; \`--help\` prints this list.

- All problems are told at once, on standard error, each with the variable, its value and what to do; the exit code is
  78, and nothing is started.
- A variable that is empty counts as not set. White space around a value is ignored. Words are read in any letter case.
- A duration is a number of seconds (\`25\`), or a number with its unit: \`500ms\`, \`25s\`, \`2m\`, \`1h\`.
- \`PORT\` and \`TARGET_PORT\` are also read in lower case, and \`TELEMETRY_URL\` as \`MOTHERSHIP\`; where both are set, the
  first name wins.
`;

const cell = (text: string): string => text.replaceAll('|', '\\|');

function tableRow({ variable, also, accepts, meaning, reason, ...row }: Described): string {
  const names = [variable, ...(also === undefined ? [] : [also])].map((name) => `\`${name}\``).join(', ');
  const fallback = 'text' in row.default ? `\`${row.default.text}\`` : row.default.unset;
  return `| ${[names, fallback, accepts, `${meaning} _${reason}_`].map(cell).join(' | ')} |`;
}

function manual(): string {
  const head = '| Variable | Default | Accepts | Meaning, _and why it is so_ |\n| --- | --- | --- | --- |';
  const sections = variableTable().map(
    ({ group, rows }) => `## ${group}\n\n${head}\n${rows.map(tableRow).join('\n')}\n`,
  );
  const others = Object.entries(readByOpenTelemetry).map(([name, meaning]) => `- \`${name}\`: ${meaning}\n`);
  const rest = `OpenTelemetry's packages read variables of their own as well, where an endpoint is set:\n\n${others.join('')}`;
  return [INTRODUCTION, ...sections, rest].join('\n');
}

async function main(): Promise<void> {
  const text = await format(manual(), { ...(await resolveConfig(FILE)), parser: 'markdown' });
  if (!process.argv.includes('--check')) {
    writeFileSync(FILE, text);
  } else if (readFileSync(FILE, 'utf8') !== text) {
    console.error('docs/configuration.md is not what the schema says: run `npm run docs` and commit the result.');
    process.exitCode = 1;
  }
}

void main();
