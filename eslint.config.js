'use strict';

const { defineConfig } = require('eslint/config');
const tseslint = require('typescript-eslint');
const jest = require('eslint-plugin-jest');
const words = require('./build/eslint-plain-words');

/** Each ban says why, so that a reader learns the rule and not only its name. */
const noProcess = {
  name: 'process',
  message: 'Only main.ts, and what starts it, talks to the process; pass what is needed as an argument.',
};
const noConsole = { name: 'console', message: 'stdout carries only log lines; use the logger that is passed in.' };
const pureRoom = [
  noProcess,
  noConsole,
  ...['Date', 'performance', 'setTimeout', 'setInterval', 'setImmediate'].map((name) => ({
    name,
    message: 'http1/ is pure: bytes in, decisions out; time is an argument.',
  })),
];

module.exports = defineConfig(
  { ignores: ['dist/', 'coverage/', 'node_modules/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: __dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
      complexity: ['error', 12],
      'max-depth': ['error', 3],
      'max-params': ['error', 5],
      eqeqeq: 'error',
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true } }],
    },
  },
  { files: ['src/**/*.ts'], rules: { 'no-restricted-globals': ['error', noProcess, noConsole] } },
  { files: ['src/main.ts', 'src/boot/*.ts'], rules: { 'no-restricted-globals': 'off' } },
  {
    files: ['src/**/*.{ts,cjs}'],
    plugins: { words },
    rules: { 'words/plain-words': 'error' },
  },
  {
    files: ['src/http1/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', ...pureRoom],
      // Every `?? 0` at a byte counts as a branch, though it is none at run time.
      complexity: ['error', 16],
    },
  },
  // The one table of all variables, and the one state machine that both relays drive.
  { files: ['src/config/schema.ts', 'src/tunnel/http-mode.ts'], rules: { 'max-lines': ['error', 320] } },
  {
    files: ['test/**/*.ts'],
    extends: [jest.configs['flat/recommended']],
    rules: {
      'max-lines-per-function': 'off',
      'jest/expect-expect': ['error', { assertFunctionNames: ['expect', 'expect*', '**.expect*', 'fc.assert'] }],
    },
  },
);
