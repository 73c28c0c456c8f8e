import { Option } from 'commander';
import { expect, it } from 'vitest';
import { commandLine, keepCommandLine } from './command-line';

// `--resume` has no value below `lamo train`, but has one there.
const options = [
  '--out <folder>',
  '--overwrite',
  '--json',
  '--quiet',
  '--resume',
  '--resume <folders...>',
].map((flags) => new Option(flags));

it.each([
  ['train bc --json --out run --quiet', 'train bc --out run'],
  ['train bc --out --json --quiet', 'train bc --out --json'],
  ['train bc --out --quiet --json --overwrite', 'train bc --out --quiet --overwrite'],
  ['train bc --overwrite --json', 'train bc --overwrite'],
  ['train bc --resume --json', 'train bc --resume'],
  ['train bc --out=run --json', 'train bc --out=run'],
])('of `%s` what was to be done is `%s`', (given, kept) => {
  keepCommandLine(given.split(' '), options);
  expect(commandLine()).toBe(`lamo ${kept}`);
});
