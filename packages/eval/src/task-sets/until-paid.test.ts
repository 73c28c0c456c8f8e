import { expect, it } from 'vitest';
import { counting } from '../../test/counting-environments';
import { untilPaid } from './until-paid';

it('ends an episode with the first reward that is positive, and leaves other ends as they are', () => {
  const environment = untilPaid(counting());
  environment.reset(3);
  // It pays what the action says.
  for (const action of [0, -1, 0]) expect(environment.step([action])).toMatchObject({ terminated: false });
  const paid = environment.step([0.5]);
  expect(paid).toMatchObject({ reward: 0.5, terminated: true, truncated: false });
  environment.reset(8);
  expect(environment.step([0])).toMatchObject({ reward: 0, terminated: true });
});
