#!/usr/bin/env node
import { runCli } from './run-cli';

// A reader that has seen enough (`lamo list | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await runCli(process.argv.slice(2));
