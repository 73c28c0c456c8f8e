#!/usr/bin/env node
import { runCli } from './run-cli';

// A reader that stops reading (`lamo list | head`) is not a failure, nor is a closed terminal: work continues to its
// next checkpoint.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
  });
}

process.exitCode = await runCli(process.argv.slice(2));
