import type { Task } from '@lamo/core';
import { completionsFromRows, tokenCompletions } from '@lamo/data';
import { evaluateCompletions } from '@lamo/models';
import { type Checkpoint, openDevice } from '@lamo/runtime';
import { beforeAll, describe, expect, it } from 'vitest';
import { type PlainGpt2, plainGpt2 } from '../../../../test/plain-gpt2';
import { digits } from '../../../../test/plain-tokenizers';
import { copy, learnToCopy, next, showDigits, sizes, solve } from '../../test/digit-tasks';
import { type PlainArray, toPlain } from '../../test/plain';
import { sft } from '../algorithms/sft';
import { loadResult } from '../engine/load-result';
import { ActiveFineTuning } from './active-fine-tuning';
import { type Demonstration, labelRows, readDemonstrations } from './demonstration';
import { LanguageLearner, type LanguageLearnerOptions } from './language-learner';
import { findSelectionRule } from './rules/registry';
import { textRow, tokensOf } from './text-demonstrations';

const device = await openDevice('cpu', { threads: 1 });
let pretrained: Checkpoint;

/** Can copy, and nothing else. */
beforeAll(async () => {
  pretrained = await learnToCopy(device);
});

const open = (options: Partial<LanguageLearnerOptions> = {}) =>
  LanguageLearner.open({ pretrained, device, tokenizer: digits, steps: 150, ...options });
const show = (task: Task, seed = 1, isWarmStart = false): Demonstration[] =>
  readDemonstrations(showDigits(task, 12, seed), task, 'instruction').map((shown) => ({
    ...shown,
    isWarmStart,
  }));
const rowsOf = (shown: readonly Demonstration[]) =>
  labelRows(
    shown.map((demonstration) => ({ demonstration, task: demonstration.task })),
    'instruction',
  ).rows;
const all = Array.from({ length: 36 }, (_, i) => [Math.floor(i / 6), i % 6] as const);
/** Share of all 36 prompts that are completed exactly. */
const solved = async (learner: LanguageLearner, task: Task) => {
  const answers = await learner.complete(
    task,
    all.map((pair) => pair.join('')),
  );
  const right = all.map((pair) => pair.map((x) => x + Number(task === next)).join(''));
  return answers.filter((answer, i) => answer === right[i]).length / 36;
};

type PlainModel = PlainGpt2 & { readonly wte: Table; readonly wpe: Table };
interface Table {
  readonly weight: PlainArray;
}

/** What goes into the head after a text, and probabilities of what comes next, in double precision. */
function readPlainly(model: PlainModel, tokens: readonly number[]): { hidden: number[]; odds: number[] } {
  const row = ({ weight }: Table, i: number) =>
    Array.from({ length: 16 }, (_, k) => weight.data[16 * i + k]!);
  const embedded = tokens.map((id, t) => row(model.wte, id).map((x, k) => x + row(model.wpe, t)[k]!));
  const settings = { nHead: 2, layerNormEpsilon: 1e-5, activationFunction: 'gelu_new' };
  const hidden = plainGpt2(model, embedded, settings).at(-1)!;
  const powers = Array.from({ length: 11 }, (_, id) =>
    Math.exp(row(model.wte, id).reduce((sum, x, k) => sum + x * hidden[k]!, 0)),
  );
  const total = powers.reduce((sum, power) => sum + power, 0);
  return { hidden, odds: powers.map((power) => power / total) };
}

const plainModel = () => toPlain<{ readonly parameters: PlainModel }>(pretrained.state as never).parameters;

describe('a learner that is a language model', () => {
  it('sees gradients of its head as matrices in double precision are, of tokens of completions alone', async () => {
    const learner = await open();
    const rows = rowsOf([...show(copy), ...show(next)]);
    expect(rows.actions).toHaveLength(2 * 12 * 3);
    const { kernel, look } = await learner.beliefs(rows);
    const model = plainModel();
    const picked = [0, 1, 2, 40, 41, 42, 70];
    const gradients = Array.from(rows.actions, (action, i) => {
      const { hidden, odds } = readPlainly(model, tokensOf(rows.observations, 10, i));
      return odds.flatMap((p, id) => hidden.map((h) => (p - Number(id === action)) * h));
    });
    const product = (i: number, j: number) =>
      gradients[i]!.reduce((sum, value, k) => sum + value * gradients[j]![k]!, 0);
    const scale = gradients.reduce((sum, _, i) => sum + product(i, i), 0) / gradients.length;
    const expected = picked.flatMap((i) => picked.map((j) => product(i, j) / scale));
    const points = await look(rows);
    const covariances = kernel.covariances(points, points);
    const found = picked.flatMap((i) => picked.map((j) => covariances[i * gradients.length + j]!));
    // Single precision in the network; probabilities of what is known are close to 1, and their differences to 0.
    expect(found).toBeAllClose(expected, { absolute: 1e-4, relative: 1e-3 });
    await learner.dispose();
  });

  it('measures its losses as an evaluation of completions does', async () => {
    const learner = await open();
    const losses = await learner.losses(rowsOf(show(next)));
    const rows = solve(next, 12, 1).map(({ prompt, completion }) => ({ prompt: `99${prompt}`, completion }));
    const examples = await tokenCompletions(completionsFromRows(rows), digits, { context: 8 });
    const { loss } = await evaluateCompletions(await loadResult(sft, pretrained, device), examples, {
      device,
    });
    expect(losses.reduce((sum, value) => sum + value, 0) / losses.length).toBeCloseTo(loss, 4); // float32
    expect(await learner.logDensities(rowsOf(show(next)))).toEqual(losses.map((value) => -value));
    await learner.dispose();
  });

  it('learns a task from solved examples, and by its prior keeps what nobody showed again', async () => {
    const [guarded, bare] = [await open(), await open({ beta: null })];
    const known = await solved(guarded, copy);
    expect(known).toBeGreaterThan(0.9);
    expect(await solved(guarded, next)).toBe(0);
    for (const learner of [guarded, bare])
      await learner.learn(
        [1, 2, 3, 4].flatMap((seed) => show(next, seed)),
        0,
      );
    // 48 examples are of 24 of the 36 prompts: by heart alone it would be at 0.67, and unlearned at 0.
    expect(await solved(guarded, next)).toBeGreaterThan(0.7);
    expect(await solved(guarded, copy)).toBe(known);
    expect(await solved(bare, copy)).toBeLessThan(0.7);
    expect(guarded.mixing).toEqual([{ task: next, weight: expect.closeTo(1, 1) }]);
    await guarded.dispose();
    await bare.dispose();
  });

  it('mixes probabilities, by the weight that is nearest to what was shown', async () => {
    // Dear enough that the prior keeps a part.
    const learner = await open({ steps: 40, beta: 20 });
    const shown = show(next);
    await learner.learn(shown, 0);
    const rows = rowsOf(shown);
    const before = plainModel();
    const tuned = toPlain<{ readonly parameters: PlainModel }>(learner.state().tuned as never).parameters;
    const texts = Array.from(rows.actions, (_, i) => tokensOf(rows.observations, 10, i));
    const [after, first] = [tuned, before].map((model) => texts.map((text) => readPlainly(model, text).odds));
    const distance = (weight: number) =>
      texts.reduce((total, _, i) => {
        const chosen = rows.actions[i];
        const own = after![i]!.map(
          (p, id) => weight * p + (1 - weight) * first![i]![id]! - Number(id === chosen),
        );
        return total + own.reduce((squares, x) => squares + x ** 2, 0);
      }, 20 * weight);
    const grid = Array.from({ length: 101 }, (_, i) => i / 100);
    const best = grid.reduce((least, weight) => (distance(weight) < distance(least) ? weight : least), 0);
    const { weight } = learner.mixing[0]!;
    expect(weight).toBeCloseTo(best, 1);
    expect(weight).toBeGreaterThan(0.05);
    expect(weight).toBeLessThan(0.95);
    // What it writes is the likeliest of the mixture.
    const policy = learner.policy();
    policy.reset(all.length);
    const seen = all.map((pair) => textRow(next, pair, 8));
    const acted = await policy.act(Float32Array.from(seen.flat()), new Float32Array(36));
    const expected = seen.map((row) => {
      const text = row.filter((id) => id >= 0);
      const [after, first] = [readPlainly(tuned, text).odds, readPlainly(before, text).odds];
      const mixed = after.map((p, id) => weight * p + (1 - weight) * first[id]!);
      return mixed.indexOf(Math.max(...mixed));
    });
    expect([...acted]).toEqual(expected);
    await learner.dispose();
  });

  it('goes by the mistakes of the mixture where it is told to, in losses and in gradients', async () => {
    const learner = await open({ steps: 40, beta: 20, selectBy: 'mixture' });
    const shown = [...show(next), ...show(copy)];
    await learner.learn(shown, 0);
    const rows = rowsOf(shown);
    const before = plainModel();
    const selection = toPlain<{ readonly parameters: PlainModel }>(
      learner.state().selection as never,
    ).parameters;
    const seen = Array.from(rows.actions, (action, i) => {
      const text = tokensOf(rows.observations, 10, i);
      const { weight } = learner.mixing[i < 36 ? 0 : 1]!;
      const { hidden, odds } = readPlainly(selection, text);
      const first = readPlainly(before, text).odds;
      return { hidden, action, odds: odds.map((p, id) => weight * p + (1 - weight) * first[id]!) };
    });
    const losses = seen.map(({ odds, action }) => -Math.log(odds[action]!));
    expect([...(await learner.losses(rows))]).toBeAllClose(losses, { absolute: 1e-4, relative: 1e-3 }); // float32
    const { kernel, judged } = await learner.beliefs(rows);
    const squares = seen.map(({ hidden, odds, action }) => {
      const residual = odds.reduce((sum, p, id) => sum + (p - Number(id === action)) ** 2, 0);
      return residual * hidden.reduce((sum, h) => sum + h ** 2, 0);
    });
    const scale = squares.reduce((sum, square) => sum + square, 0) / squares.length;
    const expected = squares.map((square) => square / scale);
    expect([...kernel.variances(judged)]).toBeAllClose(expected, { absolute: 1e-4, relative: 1e-3 });
    await learner.dispose();
  });

  it('asks for what it cannot do, by every rule that looks at it, and for the other where that one is known', async () => {
    for (const name of ['amf', 'highest-loss', 'largest-variance', 'amf-difficulty']) {
      const learner = await open({ steps: 60 });
      const targets = [copy, next].map((task) => ({ task }));
      const tuning = new ActiveFineTuning({ learner, targets, rule: findSelectionRule(name), perRound: 2 });
      await tuning.tell([showDigits(copy), showDigits(next)]);
      const { tasks, values } = await tuning.ask();
      expect(values!.every(Number.isFinite)).toBe(true);
      expect(tasks[0]!.name).toBe('next');
      await learner.dispose();
    }
  });

  it('asks the same and learns the same from the same seed, to the bit', async () => {
    const fineTune = async (seed: number) => {
      const learner = await open({ steps: 30, seed });
      const targets = [copy, next].map((task) => ({ task }));
      const tuning = new ActiveFineTuning({ learner, targets, rule: findSelectionRule('amf'), seed });
      for (let round = 0; round < 4; round++) {
        const { tasks } = await tuning.ask();
        await tuning.tell(tasks.map((task) => showDigits(task, 8, tuning.requestFor(round).seed)));
      }
      const { rounds } = tuning;
      const outcome = { state: learner.state(), mixing: learner.mixing, rounds };
      await learner.dispose();
      return outcome;
    };
    const [one, same, other] = [await fineTune(3), await fineTune(3), await fineTune(4)];
    expect(same).toEqual(one);
    expect(other.state).not.toEqual(one.state);
  });

  it('never lets what it is judged by learn the first demonstrations, and is the same after a restart', async () => {
    const learner = await open();
    const first = show(next, 1, true);
    const before = await learner.losses(rowsOf(first));
    await learner.learn(first, 0);
    expect(await learner.losses(rowsOf(first))).toEqual(before);
    const shown = [...first, ...show(next, 2)];
    await learner.learn(shown, 1);
    const after = await learner.losses(rowsOf(first));
    expect(after.reduce((sum, x) => sum + x, 0)).toBeLessThan(before.reduce((sum, x) => sum + x, 0) / 2);
    const again = await open();
    await again.restore(learner.state(), shown);
    expect(again.mixing).toEqual(learner.mixing);
    expect(await again.losses(rowsOf(first))).toEqual(after);
    const more = [...shown, ...show(copy, 3)];
    for (const each of [learner, again]) await each.learn(more, 2);
    expect(again.state()).toEqual(learner.state());
    // A lesson goes on from the one before: one that changes next to nothing leaves what was learned.
    const known = await solved(learner, next);
    const hesitant = await open({ steps: 2, learningRate: 1e-12 });
    await hesitant.restore(learner.state(), more);
    await hesitant.learn(more, 3);
    expect(await solved(hesitant, next)).toBe(known);
    expect(known).toBeGreaterThan(0.1);
    for (const each of [learner, again, hesitant]) await each.dispose();
  });

  it('refuses examples that it cannot read, and rules that it cannot answer', async () => {
    const learner = await open({ steps: 5 });
    const targets = [copy, next].map((task) => ({ task }));
    const tuning = new ActiveFineTuning({
      learner,
      targets,
      rule: findSelectionRule('dropout'),
      perRound: 2,
    });
    const other = showDigits(next);
    const wrong = { ...other, actions: other.actions.map(() => 3) };
    await expect(tuning.tell([showDigits(copy), wrong])).rejects.toThrow(/does not go on/);
    await tuning.tell([showDigits(copy), showDigits(next)]);
    await expect(tuning.ask()).rejects.toThrow(/leaves hidden units out/);
    const { endOfText: _, ...endless } = sizes.tokenizer;
    await expect(open({ tokenizer: endless })).rejects.toThrow(/no end of text/);
    const header = { ...(pretrained.header as object), context: 9 };
    await expect(
      open({ pretrained: { ...pretrained, header: { ...header, context: 'x' } } }),
    ).rejects.toThrow();
    await learner.dispose();
  });
});
