import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { afterEach, expect, it, vi } from 'vitest';
import * as data from '../src/index';

afterEach(() => vi.restoreAllMocks());

it('runs the example of the README and prints what its comments say', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const example = /```ts\n(.*?)```/s.exec(readme)![1]!;
  const printed: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((...values) =>
    printed.push(values.map((value) => inspect(value)).join(' ')),
  );

  const body = example.replace(/import \{(.*?)\} from '@lamo\/data';/s, 'const {$1} = data;');
  new Function('data', body)(data);

  expect(printed).toEqual(
    Array.from(example.matchAll(/console\.log\(.*\); \/\/ (.*)/g), (match) => match[1]),
  );
  expect(printed).toHaveLength(2);
});
