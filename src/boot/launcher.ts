#!/usr/bin/env node
import { join } from 'node:path';
import { loadProgram } from './code-cache';

type Run = (exports: object, require: NodeJS.Require, module: NodeJS.Module, file: string, folder: string) => void;

/** The bundle of `main.ts` and of all modules that it loads at start. */
const PROGRAM = join(__dirname, 'bundle.js');

/**
 * Runs the program with the code that was compiled at build time. This file is built as `dist/main.js`, beside the
 * program.
 */
const run = loadProgram(PROGRAM).script.runInThisContext() as Run;
run.call(module.exports, module.exports as object, require, module, PROGRAM, __dirname);
