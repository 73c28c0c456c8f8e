#!/usr/bin/env node
import { runCli } from './run-cli';

// A reader that has seen enough (`lamo list | head`) is no failure, nor is a terminal that was closed: work goes on to its
// next checkpoint.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
  });
}

process.exitCode = await runCli(process.argv.slice(2));
