import { rmdirSync } from 'node:fs';
import { makeFolder } from '@lamo/core';
import { runCli } from '../src/run-cli';

// Runs `lamo`, or makes a folder, in a working folder that was deleted: loaders of TypeScript cannot start in one.
const [folder, command, ...args] = process.argv.slice(2);
process.chdir(folder!);
rmdirSync(folder!);
if (command === 'make-folder') makeFolder(args[0]!);
else process.exitCode = await runCli([command!, ...args]);
