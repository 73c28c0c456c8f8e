import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { completionsFromRows, tokenCompletions } from '@lamo/data';
import { hostArray, openDevice, valueAndGradients } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compute } from '../../../../test/compute';
import { expectRepeatable, finishTraining } from '../../test/finish-training';
import { B, LOGITS, NEXT, rng, row, softMaximum, T, V, WEIGHTS } from '../../test/four-predictions';
import { permutations, permutationTokenizer } from '../../test/permutation-task';
import { type TrainOptions, train } from '../engine/train';
import { iqLearn, iqLearnLoss } from './iq-learn';
import { sft } from './sft';

const folder = mkdtempSync(join(tmpdir(), 'lamo-iq-learn-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Setting {
  readonly residualWeight: number;
  readonly discount: number;
  readonly gradient: 'full' | 'semi';
}

const lossAndSlopes = (given: Float32Array, { residualWeight, ...setting }: Setting) =>
  compute({ logits: hostArray([B * T, V], given) }, {}, (parameters) => {
    const { loss, gradients, aux } = valueAndGradients(parameters as { logits: tf.Tensor2D }, ({ logits }) =>
      iqLearnLoss(
        { logits, next: tf.tensor1d(NEXT), weights: tf.tensor1d(WEIGHTS) },
        { ...setting, batchSize: B, residualWeight: tf.scalar(residualWeight) },
      ),
    );
    return { loss, ...aux, slopes: gradients.logits };
  });

/** V of the token after `i`: 0 behind the end of a completion. */
const valueAfter = (given: ArrayLike<number>, i: number) =>
  (i + 1) % T !== 0 && WEIGHTS[i + 1] === 1 ? softMaximum(row(given, i + 1)) : 0;

/** The mean over the tokens of completions of V − Q + λ (Q − γ V′)², in double precision. */
function plainLoss(given: ArrayLike<number>, { residualWeight, discount }: Setting): number {
  const terms = WEIGHTS.flatMap((weight, i) => {
    if (weight === 0) return [];
    const q = given[i * V + NEXT[i]!]!;
    const residual = q - discount * valueAfter(given, i);
    return [softMaximum(row(given, i)) - q + residualWeight * residual ** 2];
  });
  return terms.reduce((sum, term) => sum + term, 0) / terms.length;
}

/** dL/dQ(j) = π(j) − [j = a] + 2 λ δ [j = a] − 2 λ γ δ₋ π(j), δ₋ that of the token before, over the number of tokens. */
function plainSlopes(given: ArrayLike<number>, { residualWeight, discount, gradient }: Setting): number[] {
  const residual = (i: number) => given[i * V + NEXT[i]!]! - discount * valueAfter(given, i);
  const count = WEIGHTS.filter((weight) => weight === 1).length;
  return WEIGHTS.flatMap((weight, i) => {
    const logits = row(given, i);
    const value = softMaximum(logits);
    const hasEarlier = i % T !== 0 && WEIGHTS[i - 1] === 1 && gradient === 'full';
    return logits.map((q, j) => {
      if (weight === 0) return 0;
      const probability = Math.exp(q - value);
      const own = j === NEXT[i] ? 2 * residualWeight * residual(i) - 1 : 0;
      const earlier = hasEarlier ? 2 * residualWeight * discount * residual(i - 1) * probability : 0;
      return (probability + own - earlier) / count;
    });
  });
}

describe('the loss of IQLearn', () => {
  it.each<Setting>([
    { residualWeight: 0, discount: 1, gradient: 'full' },
    { residualWeight: 0.5, discount: 1, gradient: 'full' },
    { residualWeight: 0.5, discount: 0.9, gradient: 'semi' },
    { residualWeight: 2, discount: 0, gradient: 'full' },
  ])('is as in plain arithmetic, and so are its slopes: %o', async (setting) => {
    const { loss, slopes } = await lossAndSlopes(LOGITS, setting);
    expect(loss![0]).toBeCloseTo(plainLoss(LOGITS, setting), 5);
    // Float32 sums of a dozen numbers below ten.
    expect(slopes).toBeAllClose(plainSlopes(LOGITS, setting), { absolute: 1e-6, relative: 1e-6 });
  });

  it('has slopes that a small change of a logit confirms', async () => {
    const setting: Setting = { residualWeight: 0.5, discount: 0.9, gradient: 'full' };
    const { slopes } = await lossAndSlopes(LOGITS, setting);
    const exact = Float64Array.from(LOGITS);
    for (const i of exact.keys()) {
      const at = (change: number) => plainLoss(exact.with(i, exact[i]! + change), setting);
      expect(slopes![i]).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 5);
    }
  });

  it('is the χ² loss of IQ-Learn with α = 1/(4 λ)', async () => {
    // Garg et al. 2021, offline: −E[r] + E[V − γ V′] + E[r²] / (4 α), with r = Q − γ V′.
    const setting: Setting = { residualWeight: 0.3, discount: 0.95, gradient: 'full' };
    const { loss } = await lossAndSlopes(LOGITS, setting);
    const alpha = 1 / (4 * setting.residualWeight);
    let [total, count] = [0, 0];
    for (const [i, weight] of WEIGHTS.entries()) {
      if (weight === 0) continue;
      const future = setting.discount * valueAfter(LOGITS, i);
      const reward = LOGITS[i * V + NEXT[i]!]! - future;
      total += -reward + softMaximum(row(LOGITS, i)) - future + reward ** 2 / (4 * alpha);
      count++;
    }
    expect(loss![0]).toBeCloseTo(total / count, 5);
  });

  it('keeps its likelihood, and changes its residual, if a constant is added to all logits of a token', async () => {
    const setting: Setting = { residualWeight: 1, discount: 1, gradient: 'full' };
    const before = await lossAndSlopes(LOGITS, setting);
    const after = await lossAndSlopes(
      LOGITS.map((q, i) => (Math.floor(i / V) === 2 ? q + 1.5 : q)),
      setting,
    );
    expect(after.negativeLogLikelihood![0]).toBeCloseTo(before.negativeLogLikelihood![0]!, 5);
    expect(Math.abs(after.residual![0]! - before.residual![0]!)).toBeGreaterThan(0.1);
  });
});

describe('the loss with texts that the model wrote', () => {
  /** Two own texts: three tokens that the model ended, and two that ran out of room. */
  const OWN_WEIGHTS = [1, 1, 1, 0, 0, 0, 1, 1];
  const OWN_NEXT = [2, 0, 4, 0, 0, 0, 3, 1];
  const OWN_LOGITS = Float32Array.from({ length: B * T * V }, () => rng.uniform(-3, 3));
  const setting = { residualWeight: 0.5, discount: 0.9, gradient: 'full' } as const;
  const share = 0.25;

  const measure = () =>
    compute(
      { own: hostArray([B * T, V], OWN_LOGITS), logits: hostArray([B * T, V], LOGITS) },
      {},
      (given) => {
        const { own, logits } = given as Record<'own' | 'logits', tf.Tensor2D>;
        const { loss, aux } = iqLearnLoss(
          { logits, next: tf.tensor1d(NEXT), weights: tf.tensor1d(WEIGHTS) },
          {
            ...setting,
            ...{ batchSize: B, residualWeight: tf.scalar(setting.residualWeight), ownShare: share },
            own: {
              logits: own,
              next: tf.tensor1d(OWN_NEXT),
              weights: tf.tensor1d(OWN_WEIGHTS),
              ended: tf.tensor1d([1, 0]),
            },
          },
        );
        return { loss, ...aux };
      },
    );

  it('mixes both squared rewards by their share, and leaves out a token of which nobody knows what follows', async () => {
    const { loss, ownResidual, negativeLogLikelihood, residual } = await measure();
    const value = (i: number) => softMaximum(row(OWN_LOGITS, i));
    const q = (i: number) => OWN_LOGITS[i * V + OWN_NEXT[i]!]!;
    // The last token of the second text has a value, and no reward of its own.
    const rewards = [q(0) - 0.9 * value(1), q(1) - 0.9 * value(2), q(2), q(6) - 0.9 * value(7)];
    const expected = rewards.reduce((sum, reward) => sum + reward ** 2, 0) / rewards.length;
    expect(ownResidual![0]).toBeCloseTo(expected, 5);
    const mixed = (1 - share) * residual![0]! + share * expected;
    // Equation 17 divided by λ: the weight of the squares is λ / (1 − α)².
    const weight = setting.residualWeight / (1 - share) ** 2;
    expect(loss![0]).toBeCloseTo(negativeLogLikelihood![0]! + weight * mixed, 5);
    expect(negativeLogLikelihood![0]).toBeCloseTo(plainLoss(LOGITS, { ...setting, residualWeight: 0 }), 5);
  });
});

const config = {
  ...{ batchSize: 32, learningRate: 3e-3, warmupSteps: 20, dropout: 0, attentionDropout: 0 },
  ...{ width: 32, layers: 2, heads: 4 },
};

type Options = Partial<TrainOptions<typeof iqLearn>>;

const tokenise = (prompts: number, answers: number, seed: number) =>
  tokenCompletions(completionsFromRows(permutations({ prompts, answers, seed })), permutationTokenizer, {
    context: 16,
  });

const start = async (completions: Awaited<ReturnType<typeof tokenise>>, options: Options = {}) => {
  const device = await openDevice('cpu', { threads: 1 });
  return train(iqLearn, completions, { config, device, steps: 6, seed: 1, every: 2, ...options });
};

describe('IQLearn', () => {
  let completions: Awaited<ReturnType<typeof tokenise>>;
  beforeAll(async () => {
    completions = await tokenise(60, 3, 1);
  });

  it('is supervised fine-tuning to the last bit if the residual has no weight, and during the steps of imitation', async () => {
    const device = await openDevice('cpu', { threads: 1 });
    const same = { steps: 6, seed: 1, every: 2, device };
    const imitating = await finishTraining(await train(sft, completions, { ...same, config }));
    for (const setting of [{ residualWeight: 0 }, { imitationSteps: 6 }]) {
      const { state } = await finishTraining(await start(completions, { config: { ...config, ...setting } }));
      expect(state).toEqual(imitating.state);
    }
    const other = await finishTraining(
      await start(completions, { config: { ...config, imitationSteps: 5 } }),
    );
    expect(other.state).not.toEqual(imitating.state);
  });

  it('keeps rewards small that supervised fine-tuning lets grow', async () => {
    const residualAfter = async (residualWeight: number) => {
      const run = await start(completions, {
        steps: 300,
        every: 100,
        config: { ...config, residualWeight, imitationSteps: 50 },
      });
      const { metrics } = await finishTraining(run);
      return metrics.at(-1)!.metrics.residual!;
    };
    expect(await residualAfter(0.5)).toBeLessThan(1);
    expect(await residualAfter(0)).toBeGreaterThan(4);
  });

  it('learns from its own texts beside the examples, the same again with the same seed, and as if it had never stopped', async () => {
    const own = { ownShare: 0.25, ownEvery: 2, imitationSteps: 3 };
    const options = { config: { ...config, ...own }, steps: 8, every: 1 };
    // Stopped between two times that it writes, so that texts that were not yet learned from are in the checkpoint.
    const whole = await expectRepeatable((more) => start(completions, { ...options, ...more }), 4, folder);
    // 32 examples and 11 own texts in a batch; it writes before steps 4, 6 and 8, and not while it imitates.
    const written = whole.metrics.map(({ metrics }) => metrics.ownLength !== undefined);
    expect(written).toEqual([false, false, false, true, false, true, false, true]);
    expect(whole.metrics[2]!.metrics.ownResidual).toBe(0);
    expect(whole.metrics[4]!.metrics.ownResidual).toBeGreaterThan(0);
  });

  it('is the same again with the same seed, and continues as if it had never stopped', async () => {
    const options = { config: { ...config, dropout: 0.1, imitationSteps: 3 } };
    await expectRepeatable((more) => start(completions, { ...options, ...more }), 4, folder);
  });

  it('warns if all steps are of imitation', async () => {
    const codesWith = async (imitationSteps: number) => {
      const run = await start(completions, { config: { ...config, imitationSteps } });
      const { warnings } = run;
      await run.dispose();
      return warnings.filter(({ code }) => code === 'only-imitates');
    };
    const [warning, ...others] = await codesWith(6);
    expect(others).toEqual([]);
    expect(warning!.message).toMatch(/All 6 steps are among the first 6.*only imitates/);
    expect(await codesWith(5)).toEqual([]);
  });
});
