#!/usr/bin/env node
import { join } from 'node:path';
import { loadProgram } from './code-cache';

type Run = (exports: object, require: NodeJS.Require, module: NodeJS.Module, file: string, folder: string) => void;

/** `main.ts` and all that it starts with. */
const PROGRAM = join(__dirname, 'bundle.js');

/** Built as `dist/main.js`, beside the program that it runs with code that was compiled when the program was built. */
const run = loadProgram(PROGRAM).script.runInThisContext() as Run;
run.call(module.exports, module.exports as object, require, module, PROGRAM, __dirname);
