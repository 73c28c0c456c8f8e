import { expect, it } from 'vitest';
import { refuseUnknownModel } from './refuse-unknown-model';

it.each([
  ['nanp', 'nano'],
  ['Nano', 'nano'],
  ['gpt-2', 'gpt2'],
  ['gpt2_medium', 'gpt2-medium'],
  ['distillgpt2', 'distilgpt2'],
])('%s is refused, and %s offered', (name, meant) => {
  expect(() => refuseUnknownModel(name)).toThrow(
    expect.objectContaining({
      code: 'unknown-model',
      hint: expect.stringContaining(`Did you mean '${meant}'?`),
    }),
  );
});

it.each(['bert-base-cased', 'my-own-model'])('%s is refused, and it is said how to ask the hub', (name) => {
  expect(() => refuseUnknownModel(name)).toThrow(
    expect.objectContaining({
      code: 'unknown-model',
      hint: `To ask the hub, put the owner before the name: owner/${name}.`,
    }),
  );
});

it.each(['nano', 'gpt2', 'gpt2-xl', 'distilgpt2', 'someone/gpt-2', './nanp', 'openai-community/openai-gpt'])(
  '%s is left to whoever opens it',
  (name) => expect(() => refuseUnknownModel(name)).not.toThrow(),
);
