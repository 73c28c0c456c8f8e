import { Rng } from '@lamo/core';
import { expect, it } from 'vitest';
import { noiseBuffers } from '../../src/devices/host-noise';
import { XlaBuffers } from '../../src/devices/xla-buffers';
import { XlaStep } from '../../src/devices/xla-program';
import type { StableHloFunction } from '../../src/stablehlo/lower-graph';
import { hostArray } from '../../src/tree';
import { describePlugin } from './describe-plugin';

describePlugin('a step of XLA', (at) => {
  const two = { shape: [2], type: 'f32' } as const;
  /** What the plug-in returns are its first arguments. */
  const lowered: StableHloFunction = {
    name: 'main',
    text: 'outputs 3 alias 0',
    inputs: ['state/w', 'input/x', 'noise/0', 'frozen/f'].map((port) => ({ port, type: two })),
    constants: [],
    donated: [0],
    outputs: ['state/w', 'output/x', 'output/noise'].map((port) => ({ port, type: two })),
  };

  async function makeStep() {
    const state = new XlaBuffers(at.client, 'state', { w: hostArray([2], [1, 2]) });
    const frozen = new XlaBuffers(at.client, 'frozen', { f: hostArray([2], [3, 4]) });
    const executable = await at.client.compile(lowered.text, { donated: lowered.donated });
    const step = new XlaStep(at.client, {
      ...{ executable, lowered, state, frozen },
      inputs: { x: Float32Array.of(5, 6) },
      noise: noiseBuffers([{ name: 'noise/0', kind: 'normal', shape: [2], rate: 0 }]),
      outputs: { x: new Float32Array(2), noise: new Float32Array(2) },
    });
    return { step, state };
  }

  it('hands over state, inputs and noise, and reads outputs into their arrays', async () => {
    const { step, state } = await makeStep();
    const { x, noise } = step.outputs;
    await step.run(Rng.fromSeed(1));
    const drawn = new Float32Array(2);
    Rng.fromSeed(1).fillNormal(drawn);
    expect([x, noise]).toEqual([Float32Array.of(5, 6), drawn]);
    expect(await state.read()).toEqual({ w: hostArray([2], [1, 2]) });
    // What was fed for one run is gone after it: the state and what is frozen are left.
    expect(at.plugin.alive('buffer')).toBe(2);
  });

  it('refuses to draw noise without a source', async () => {
    const { step } = await makeStep();
    await expect(step.run(undefined)).rejects.toMatchObject({ code: 'missing-noise' });
  });
});
