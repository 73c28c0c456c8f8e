import { type Device, hashTree, openDevice, type Program } from '@lamo/runtime';
import { beforeAll, describe, expect, it } from 'vitest';
import { td3Bc } from '../algorithms/td3-bc';
import { toyDataset } from '../testing/toy-dataset';
import { type TrainOptions, train } from './train';

/** Far more than anything waits for, so that steps are worth joining however quick they are. */
const MANY = 100_000_000;
const config = { hiddenSize: 8, batchSize: 4 };

/** A device that notes which variants it compiles. */
function noting(device: Device): { readonly device: Device; readonly compiled: string[][] } {
  const compiled: string[][] = [];
  const compile = <Variant extends string>(program: Program<Variant>) => {
    compiled.push(Object.keys(program.variants));
    return device.compile(program);
  };
  return { compiled, device: { ...device, compile } };
}

/** Takes the first steps of a long training. */
async function firstSteps(count: number, options: Partial<TrainOptions<typeof td3Bc>>) {
  const { device, compiled } = noting(options.device ?? (await openDevice('cpu', { threads: 1 })));
  const each: (readonly [number, Readonly<Record<string, number>>])[] = [];
  const run = await train(td3Bc, toyDataset(), {
    steps: MANY,
    config,
    ...options,
    device,
    onStep: (step, metrics) => each.push([step, metrics]),
  });
  const yielded: number[] = [];
  for await (const { step } of run) {
    yielded.push(step);
    if (step >= count) break;
  }
  const hash = hashTree(await run.state());
  await run.dispose();
  return { hash, each, yielded, compiled };
}

describe('short steps of a long training', () => {
  let alone: Awaited<ReturnType<typeof firstSteps>>;
  beforeAll(async () => {
    alone = await firstSteps(60, { every: 20, stepsAtOnce: 1 });
  });

  it('are joined once they were measured, and nothing that comes out changes', async () => {
    const joined = await firstSteps(60, { every: 20 });
    expect(alone.compiled).toHaveLength(1);
    expect(joined.compiled).toHaveLength(2);
    expect(joined.compiled[1]).toContain('block');
    expect(joined.hash).toBe(alone.hash);
    expect(joined.each).toEqual(alone.each);
    expect(joined.yielded).toEqual([20, 40, 60]);
  });

  it('are joined to as many as one looks after', async () => {
    const five = await firstSteps(60, { every: 5 });
    expect(five.compiled).toHaveLength(2);
    expect(five.hash).toBe(alone.hash);
  });

  it('stop at whatever is due next, in blocks that are as long as without', async () => {
    const uneven = await firstSteps(60, { every: [20, 33, 17] });
    expect(uneven.yielded).toEqual([17, 20, 33, 34, 40, 51, 60]);
    expect(uneven.compiled).toHaveLength(2);
    expect(uneven.hash).toBe(alone.hash);
    expect(uneven.each).toEqual(alone.each);
  });

  it.each([
    ['there is not memory enough to compile them', 'compile'],
    ['the state does not get into them', 'writeState'],
  ] as const)('are taken one by one where %s, and that is said', async (_, fails) => {
    const device = await openDevice('cpu', { threads: 1 });
    const released: boolean[] = [];
    const fail = async () => {
      throw new Error('out of memory');
    };
    const compile: Device['compile'] = async (program) => {
      if (!('block' in program.variants)) return device.compile(program);
      if (fails === 'compile') return fail();
      const executable = await device.compile(program);
      const dispose = () => executable.dispose().finally(() => released.push(true));
      return { ...executable, writeState: fail, dispose };
    };
    const warnings: unknown[] = [];
    const onWarning = (warning: unknown) => warnings.push(warning);
    const rest = await firstSteps(60, { every: 20, device: { ...device, compile }, onWarning });
    expect(rest.hash).toBe(alone.hash);
    expect(rest.each).toEqual(alone.each);
    expect(warnings).toEqual([
      {
        code: 'steps-not-joined',
        message: expect.stringMatching(/after step 8, so they are taken one by one.*out of memory$/),
      },
    ]);
    expect(released).toEqual(fails === 'compile' ? [] : [true]);
  });

  it('are not joined where a look after each of them was asked for', async () => {
    expect((await firstSteps(20, { every: 1 })).compiled).toHaveLength(1);
  });

  it('are not joined where the training is soon over', async () => {
    expect((await firstSteps(60, { every: 20, steps: 60 })).compiled).toHaveLength(1);
  });

  it('are not joined on a device that compiles nothing', async () => {
    const eager = await firstSteps(20, { every: 20, device: await openDevice('tfjs-cpu') });
    expect(eager.compiled).toHaveLength(1);
  });

  it('are reported one by one, though it is looked at less often', () => {
    expect(alone.each.map(([step]) => step)).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
    expect(Object.keys(alone.each[0]![1])).toEqual(['criticLoss']);
    expect(Object.keys(alone.each[1]![1])).toContain('actorLoss');
  });

  it('yield early where they take longer than one wants to wait', async () => {
    const impatient = await firstSteps(23, { every: 20, within: 0, stepsAtOnce: 1 });
    expect(impatient.yielded).toEqual(Array.from({ length: 23 }, (_, i) => i + 1));
  });
});
