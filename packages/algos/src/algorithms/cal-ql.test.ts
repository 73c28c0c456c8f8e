import { describe, expect, it } from 'vitest';
import { SMALL, testConservativeStep } from '../../test/conservative-step';
import { distanceToBest } from '../../test/line-task';
import { meanReturn } from '../../test/point-environment';
import { loggedPoint, numbersOf, trainPoint } from '../../test/train-point';
import { online } from '../online/online';
import { calQl } from './cal-ql';

testConservativeStep('with its defaults', {}, calQl);
testConservativeStep(
  'with a target gap, and without importance sampling',
  { targetGap: 0.5, importanceSampling: false },
  calQl,
);
testConservativeStep('with gaps that are cut', { clipMin: 0.4, clipMax: 3 }, calQl);

/** Trains on what was logged at random around a point, then goes on there. */
async function goOn(
  steps: number,
  config: object = {},
  more: Partial<Parameters<typeof trainPoint>[1]> = {},
) {
  const given = { dataset: await loggedPoint(), offlineSteps: 48, randomSteps: 0 };
  return trainPoint(online(calQl), { steps, seed: 4, given, config: { ...SMALL, ...config }, ...more });
}

describe('Cal-QL', () => {
  it('finds better actions than random ones', async () => {
    // Imitating random actions gives 0 on average, at a distance of 1/12 from x / 2.
    expect(await distanceToBest(calQl, 500, SMALL)).toBeLessThan(0.02);
  });

  it('learns from what was logged, then by acting', async () => {
    const { run } = await goOn(400);
    const policy = (await run.result()) as never as Parameters<typeof meanReturn>[0];
    // Random pulls have −14, staying put −6; a policy whose critics have the wrong sign ends below −20.
    expect(await meanReturn(policy)).toBeGreaterThan(-1.5);
    await run.dispose();
  });

  it.each([true, false])('calibrates while it acts unless told not to: %s', async (calibrateOnline) => {
    const { run, metrics } = await goOn(96, { calibrateOnline });
    const shares = metrics.map(({ calibratedShare }) => calibratedShare! > 0);
    const [logged, acting] = [6, shares.length - 6]; // means of eight steps each
    expect(shares).toEqual([...Array(logged).fill(true), ...Array(acting).fill(calibrateOnline)]);
    await run.dispose();
  });

  it('continues in the middle of an episode as if it had not been stopped', async () => {
    const [whole, first] = [await goOn(96), await goOn(72)];
    const { header, state } = await first.run.checkpoint();
    const resume = { header: JSON.parse(JSON.stringify(header)) as object, state };
    const rest = await goOn(96, {}, { resume, replay: whole.experience.replay.dataset() });
    expect(numbersOf(await rest.run.checkpoint())).toEqual(numbersOf(await whole.run.checkpoint()));
    for (const { run } of [whole, first, rest]) await run.dispose();
  });
});
