import { type HostArray, hostArray, type Tree, type TreeRecord } from '@lamo/runtime';
import { describe, expect, it } from 'vitest';
import { distanceToBest, lineDataset } from '../../test/line-task';
import { settingsOf } from '../../test/small-config';
import { bc, td3Bc } from '../registry';
import { beginWith } from './begin-with';
import { train } from './train';

const drawn: Tree<HostArray> = {
  actor: { 0: hostArray([2], [0, 0]), 1: hostArray([1], [0]) },
  actorOptimizer: { count: hostArray([], [0]) },
};

describe('beginning with the state of another training', () => {
  it('takes over parameters, begins optimisers anew, and leaves out parts that are not its own', () => {
    const state = {
      actor: { 0: hostArray([2], [1, 2]), 1: hostArray([1], [3]) },
      actorOptimizer: { count: hostArray([], [7]) },
      critics: { 0: hostArray([1], [9]) },
    };
    expect(beginWith('mine', drawn, { state })).toEqual({
      actor: state.actor,
      actorOptimizer: { count: hostArray([], [0]) },
    });
  });

  it('draws what is named as fresh', () => {
    const state = { actor: { 0: hostArray([2], [1, 2]), 1: hostArray([4], [3, 3, 3, 3]) } };
    const begun = beginWith('mine', drawn, { state, fresh: ['actor/1'] }) as TreeRecord<HostArray>;
    expect(begun.actor).toEqual({ 0: hostArray([2], [1, 2]), 1: hostArray([1], [0]) });
  });

  it.each<[string, Tree<HostArray>, readonly string[], RegExp]>([
    ['lacks a layer', { actor: { 0: hostArray([2], [1, 2]) } }, [], /lacks 'actor\/1'/],
    [
      'has a layer of another shape',
      { actor: { 0: hostArray([3], [1, 2, 3]), 1: hostArray([1], [3]) } },
      [],
      /'actor\/0'.*Expected shape \[2\], received shape \[3\]/,
    ],
    [
      'has a layer too many',
      { actor: { 0: hostArray([2], [1, 2]), 1: hostArray([1], [3]), 2: hostArray([1], [3]) } },
      [],
      /'actor\/2', which has no place/,
    ],
    ['is to be fresh where there is nothing', drawn, ['head'], /no 'head' in the state/],
  ])('refuses a state that %s', (_, state, fresh, message) => {
    expect(() => beginWith('mine', drawn, { state, fresh })).toThrow(
      expect.objectContaining({ code: 'initial-mismatch', message: expect.stringMatching(message) }),
    );
  });
});

describe('train with an initial state', () => {
  const config = { ...settingsOf(bc), learningRate: 1e-3 };

  it('builds on what was learned: one step of other data does not undo it', async () => {
    const first = await train(td3Bc, lineDataset(), {
      steps: 2000,
      every: 50,
      seed: 1,
      config: { ...settingsOf(td3Bc), learningRate: 1e-3, alpha: 20 },
    });
    for await (const _ of first);
    const initial = await first.checkpoint();
    await first.dispose();
    expect(await distanceToBest(bc, 1, config, { initial })).toBeLessThan(0.02);
    expect(await distanceToBest(bc, 1, config)).toBeGreaterThan(0.05);
  });
});
