import { type AnyAlgorithm, algorithms, defineAlgorithm } from '@lamo/algos';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addConfigFlags, readConfigFlags } from './config-flags';

function parse(algorithm: AnyAlgorithm, ...args: string[]): Record<string, unknown> {
  const command = addConfigFlags(
    new Command().exitOverride().configureOutput({ writeErr: () => {} }),
    algorithm,
  );
  return readConfigFlags(algorithm, command.parse(args, { from: 'user' }).opts());
}
