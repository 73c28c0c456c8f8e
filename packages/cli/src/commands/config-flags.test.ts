import { algorithms, describeConfig, parseConfig } from '@lamo/algos';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addConfigFlags, readConfigFlags } from './config-flags';

describe.each([...algorithms.values()])('the flags of $name', (algorithm) => {
  function parse(...args: string[]): Record<string, unknown> {
    const command = new Command().exitOverride().configureOutput({ writeErr: () => {} });
    return readConfigFlags(
      algorithm,
      addConfigFlags(command, algorithm).parse(args, { from: 'user' }).opts(),
    );
  }

  it('give no settings where none is given: defaults stay the schema’s', () => {
    expect(parse()).toEqual({});
  });

  it('give back every default that is passed', () => {
    const args = describeConfig(algorithm).map(({ name, default: value }) => {
      const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      if (typeof value === 'boolean') return value ? `--${flag}` : `--no-${flag}`;
      return `--${flag}=${String(value)}`;
    });
    expect(parse(...args)).toEqual(parseConfig(algorithm));
  });

  it('switch booleans', () => {
    expect(parse('--no-normalise-observations')).toEqual({ normaliseObservations: false });
  });

  it('refuse what is no number', () => {
    expect(() => parse('--batch-size', 'many')).toThrow(/Expected a whole number/);
    expect(() => parse('--batch-size', '2.5')).toThrow(/Expected a whole number/);
  });
});
