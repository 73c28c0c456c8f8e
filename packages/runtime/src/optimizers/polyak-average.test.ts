import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { openDevice } from '../devices/open-device';
import { type HostArray, hostArray, type Tree, treeLeaves } from '../tree';
import { polyakAverage } from './polyak-average';

describe('polyakAverage', () => {
  it('moves each target by its share towards the online value', async () => {
    const executable = await (await openDevice('cpu')).compile({
      state: {
        online: { x: hostArray([2], [1, -2]), y: hostArray([], [10]) },
        target: { x: hostArray([2], [0, 2]), y: hostArray([], [20]) },
      },
      inputs: {},
      variants: {
        update: (state) => {
          const { online, target } = state as Record<'online' | 'target', Tree<Tensor>>;
          return { state: { online, target: polyakAverage(target, online, 0.25) }, outputs: {} };
        },
      },
    });
    await executable.run('update');
    const { target } = (await executable.readState()) as { target: Record<string, HostArray> };
    expect(treeLeaves(target!).map(({ data }) => [...data])).toEqual([[0.25, 1], [17.5]]);
    await executable.dispose();
  });
});
