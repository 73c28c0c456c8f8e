import { algorithms, type ConfigField, describeConfig, parseConfig } from '@lamo/algos';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addConfigFlags, readConfigFlags } from './config-flags';

/** What a command with flags for these settings reads. */
function parse(fields: readonly ConfigField[], ...args: string[]): Record<string, unknown> {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  return readConfigFlags(fields, addConfigFlags(command, fields).parse(args, { from: 'user' }).opts());
}

describe.each([...algorithms.values()])('the flags of $name', (algorithm) => {
  const fields = describeConfig(algorithm);

  it('give no settings where none is given: defaults stay the schema’s', () => {
    expect(parse(fields)).toEqual({});
  });

  it('give back every default that is passed', () => {
    const args = fields.flatMap(({ name, default: value }) => {
      const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      if (value === undefined) return [];
      if (typeof value === 'boolean') return value ? `--${flag}` : `--no-${flag}`;
      return `--${flag}=${value === null ? 'none' : String(value)}`;
    });
    expect(parse(fields, ...args)).toEqual(parseConfig(algorithm));
  });
});

describe('flags', () => {
  const field = (name: string, type: ConfigField['type'], rest: Partial<ConfigField> = {}): ConfigField => {
    return { name, type, nullable: false, default: undefined, description: 'Some setting', ...rest };
  };
  const fields = [
    field('batchSize', 'integer'),
    field('learningRate', 'number', { default: 1e-4 }),
    field('tie', 'boolean', { default: true }),
    field('backbone', 'string', { nullable: true, default: 'nano' }),
    field('adaptation', 'string', { choices: ['full', 'lora'], default: 'lora' }),
    field('head', 'string', { choices: ['tanh', 'linear'], nullable: true, default: null }),
    field('targetReturns', 'numbers', { default: [3600, 1800] }),
    field('patterns', 'strings', { default: [] }),
    field('parts', 'strings', { choices: ['norms', 'tokens'], default: [] }),
    field('positions', 'boolean', { default: false }),
  ];

  it('switch booleans', () => {
    expect(parse(fields, '--no-tie')).toEqual({ tie: false });
  });

  it('take lists with commas, and empty ones', () => {
    expect(parse(fields, '--target-returns', '3600, -2.5,1e3', '--patterns=a.*,b')).toEqual({
      targetReturns: [3600, -2.5, 1000],
      patterns: ['a.*', 'b'],
    });
    expect(parse(fields, '--target-returns=')).toEqual({ targetReturns: [] });
  });

  it('make folders good from everywhere, and leave other names as they are', () => {
    expect(parse(fields, '--backbone', '.')).toEqual({ backbone: process.cwd() });
    expect(parse(fields, '--backbone', 'owner/name')).toEqual({ backbone: 'owner/name' });
  });

  it('take none for what may be null, and only for that', () => {
    expect(parse(fields, '--backbone', 'none', '--head', 'none')).toEqual({ backbone: null, head: null });
    expect(() => parse(fields, '--adaptation', 'none')).toThrow('Expected one of full, lora.');
  });

  it.each([
    [['--batch-size', 'many'], 'Expected a whole number.'],
    [['--batch-size', '2.5'], 'Expected a whole number.'],
    [['--learning-rate', ''], 'Expected a number.'],
    [['--target-returns', '3600,high'], 'Expected a number.'],
    [['--target-returns', '3600,,1800'], 'Expected a number.'],
    [['--adaptation', 'lroa'], 'Expected one of full, lora.'],
    [['--parts', 'norms,lroa'], 'Expected some of norms, tokens.'],
  ])('refuse %j', (args, message) => {
    expect(() => parse(fields, ...args)).toThrow(message);
  });

  it('keep the capitals of names in the help', () => {
    const described = ['K, steps in a window', 'GPT-2 to start from', 'Weight of the loss'].map(
      (description, i) => field(`setting${i}`, 'integer', { description }),
    );
    const help = addConfigFlags(new Command(), described).helpInformation();
    expect(help.match(/(?<=<integer> +)\S+/g)).toEqual(['K,', 'GPT-2', 'weight']);
  });

  it('say in the help what may be given, and the default', () => {
    const help = addConfigFlags(new Command(), fields).configureHelp({ helpWidth: 200 }).helpInformation();
    for (const line of [
      /--learning-rate <number> +some setting \(default: 0\.0001\)/,
      /--no-tie +switch off: some setting$/,
      /--backbone <string> +some setting \(or none; default: nano\)/,
      /--adaptation <string> +some setting \(full, lora; default: lora\)/,
      /--head <string> +some setting \(tanh, linear; default: none\)/,
      /--target-returns <numbers> +some setting \(separated by commas; default: 3600,1800\)/,
      /--patterns <strings> +some setting \(separated by commas; default: none\)/,
      /--parts <strings> +some setting \(norms, tokens; separated by commas; default: none\)/,
      /--positions +some setting$/,
    ]) {
      expect(help).toMatch(new RegExp(line, 'm'));
    }
  });
});
