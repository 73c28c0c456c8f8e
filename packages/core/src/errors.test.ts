import { expect, it } from 'vitest';
import { LamoError } from './errors';

const about = { where: 'data/file', code: 'damaged' };

it('says what is wrong, what was expected and received, and what to do, in whole sentences', () => {
  const error = new LamoError({
    ...{ ...about, problem: 'a.onnx cannot be read', expected: 'a model', received: '4 bytes' },
    hint: 'Copy it again.',
  });
  expect(error.message).toBe(
    '[lamo/data/file] a.onnx cannot be read. Expected a model, received 4 bytes. Copy it again.',
  );
});

it('does not end a sentence twice that a library has ended', () => {
  const { message } = new LamoError({ ...about, problem: 'It failed', received: 'parsing failed.' });
  expect(message).toBe('[lamo/data/file] It failed. Received parsing failed.');
});
