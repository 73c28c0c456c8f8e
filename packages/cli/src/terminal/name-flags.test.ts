import { Option } from 'commander';
import { expect, it } from 'vitest';
import { nameFlags } from './name-flags';

const options = ['--text-length <n>', '--alpha <n>', '--no-noise', '--steps <n>'].map(
  (flags) => new Option(flags),
);

it('settings are named as flags, in quotes and without', () => {
  expect(nameFlags("The setting 'alpha' is not valid", options)).toBe('The setting --alpha is not valid');
  expect(nameFlags('Expected textLength of at most 5 (`textLength`)', options)).toBe(
    'Expected --text-length of at most 5 (--text-length)',
  );
});

it('a flag that stands beside its own setting is named once', () => {
  expect(nameFlags('Say so (--text-length, `textLength`), or that (--steps, `alpha`)', options)).toBe(
    'Say so (--text-length), or that (--steps, --alpha)',
  );
});

it('a flag that stands with a value, or beside what only programs know, is named alone', () => {
  expect(nameFlags("Say so: --alpha 'room=2', `alpha`, or (--steps 5, `steps`).", options)).toBe(
    "Say so: --alpha 'room=2', or (--steps 5).",
  );
  expect(nameFlags('Name it: --time none, `columns.time: null`; --missing-values, `missing`.', options)).toBe(
    'Name it: --time none; --missing-values.',
  );
});

it('words that only look like settings stay', () => {
  const text = 'It takes more steps, contextLengths and an alpha of no noise';
  expect(nameFlags(text, options)).toBe(text);
});
