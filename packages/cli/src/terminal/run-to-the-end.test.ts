import { expect, it } from 'vitest';
import { describeStop } from './run-to-the-end';

it('a stop says how many steps are done of how many, and after the last one what is missing', () => {
  expect(describeStop(600, 20_000, 'policy.onnx')).toEqual({
    problem: 'Stopped after step 600 of 20,000',
    verb: 'continue',
  });
  expect(describeStop(20, 20, 'policy.onnx')).toEqual({
    problem: 'All 20 steps are done; policy.onnx has not been written yet',
    verb: 'finish',
  });
});
