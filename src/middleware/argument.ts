import { isAnyArrayBuffer, isPromise } from 'node:util/types';

/** The error for an argument of a wrong type or value: it names the argument and says what is expected. */
export function wrongArgument(name: string, expected: string, value: unknown): TypeError {
  return new TypeError(`${name} must be ${expected}, not ${describe(value)}`);
}

/** Whether a value is an object that may have the properties that are looked for. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && describeObject(value) === PLAIN;

/**
 * Refuses properties that are not among `known`: a misspelt one would be ignored without a word.
 * @throws TypeError that lists the known names.
 */
export function checkNames(name: string, record: Readonly<Record<string, unknown>>, known: readonly string[]): void {
  const unknownName = Object.keys(record).find((key) => !known.includes(key));
  if (unknownName === undefined) return;
  throw new TypeError(`${name} has no property ${describe(unknownName)}; its properties are ${known.join(', ')}`);
}

/** How an object is described that is of no special kind. */
const PLAIN = 'an object';

/** No text is shown in a message beyond this many characters. */
const MAX_SHOWN = 60;

/** Reads no property of an object and calls none of its methods: either may throw. */
function describe(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.length > MAX_SHOWN ? `${value.slice(0, MAX_SHOWN)}…` : value);
    case 'bigint':
      return `${value}n`;
    case 'number':
    case 'boolean':
    case 'undefined':
      return String(value);
    case 'symbol':
      return 'a symbol';
    case 'function':
      return 'a function';
    case 'object':
      return describeObject(value);
  }
}

function describeObject(value: object | null): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (isPromise(value)) return 'a promise';
  if (isAnyArrayBuffer(value)) return 'an ArrayBuffer';
  return ArrayBuffer.isView(value) ? 'bytes' : PLAIN;
}
