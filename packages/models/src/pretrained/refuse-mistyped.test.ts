import { expect, it } from 'vitest';
import { refuseMistypedModel } from './refuse-mistyped';

it.each([
  ['nanp', 'nano'],
  ['Nano', 'nano'],
  ['gpt-2', 'gpt2'],
  ['gpt2_medium', 'gpt2-medium'],
  ['distillgpt2', 'distilgpt2'],
])('%s is refused, and %s offered', (name, meant) => {
  expect(() => refuseMistypedModel(name)).toThrow(
    expect.objectContaining({
      code: 'unknown-model',
      hint: expect.stringContaining(`Did you mean '${meant}'?`),
    }),
  );
});

it.each(['nano', 'gpt2', 'gpt2-xl', 'someone/gpt-2', './nanp', 'bert-base-cased', 'openai-gpt'])(
  '%s is left to whoever opens it',
  (name) => expect(() => refuseMistypedModel(name)).not.toThrow(),
);
