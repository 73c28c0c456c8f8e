import type { Dataset, Rng, Task } from '@lamo/core';
import { createDataset } from '@lamo/data';
import { describe, expect, it } from 'vitest';
import { showTask, tasks } from '../../test/shown-tasks';
import { ActiveFineTuning } from './active-fine-tuning';
import type { ConditionedPoints } from './condition';
import { readDemonstrations } from './demonstration';
import { GaussianProcess } from './gaussian-process';
import type { Rows } from './kernel';
import { radialKernel } from './radial-kernel';
import type { ActiveFineTuningOptions } from './rounds';
import { findSelectionRule, selectionRules } from './rules/registry';

type Options = ActiveFineTuningOptions<ConditionedPoints<Rows>>;

const [follow, oppose] = [tasks[0]!, tasks[1]!];
const makeLearner = () =>
  new GaussianProcess({
    kernel: radialKernel({ lengths: [2, 0.4] }),
    noise: 1e-3,
    pretrained: [1, 2, 3].flatMap((seed) => readDemonstrations(showTask(follow, seed), follow, 'task')),
  });
const open = (options: Partial<Options> = {}) =>
  new ActiveFineTuning({
    learner: makeLearner(),
    targets: tasks.map((task) => ({ task })),
    rule: findSelectionRule('amf'),
    seed: 5,
    ...options,
  });
const answer = (asked: readonly Task[], seed: number): Dataset[] => asked.map((task) => showTask(task, seed));

async function play(tuning: ActiveFineTuning<ConditionedPoints<Rows>>, rounds: number): Promise<string[][]> {
  const names: string[][] = [];
  for (let i = 0; i < rounds; i++) {
    const { tasks: asked, round } = await tuning.ask();
    names.push(asked.map(({ name }) => name));
    await tuning.tell(answer(asked, 100 + round));
  }
  return names;
}

describe('active fine-tuning', () => {
  it('asks for each task once, and then for those that it knows least of where it matters', async () => {
    const tuning = open({ targets: [{ task: follow }, { task: oppose, weight: 1 }], candidates: tasks });
    expect((await play(tuning, 4)).flat()).toEqual(tasks.map(({ name }) => name));
    expect(tuning.rounds.every(({ isWarmStart }) => isWarmStart)).toBe(true);
    const { tasks: asked, values, isWarmStart } = await tuning.ask();
    expect(isWarmStart).toBe(false);
    // It was shown following four times, and opposing once; the others are not judged.
    expect(asked[0]).toBe(oppose);
    expect(values!.indexOf(Math.max(...values!))).toBe(1);
    expect(values!.every((value) => value >= 0)).toBe(true);
  });

  it('judges by how much tasks matter', async () => {
    const askedWith = async (weights: readonly number[]) => {
      const targets = tasks.map((task, i) => ({ task, weight: weights[i]! }));
      const tuning = open({ targets, candidates: [oppose, tasks[2]!] });
      await play(tuning, 2);
      return (await tuning.ask()).tasks[0]!.name;
    };
    expect(await askedWith([0, 1, 0, 0])).toBe(oppose.name);
    expect(await askedWith([0, 0, 1, 0])).toBe(tasks[2]!.name);
  });

  it('asks for a batch in which no task is asked for without regard to the one before', async () => {
    const tuning = open({ perRound: 3 });
    await play(tuning, 2);
    const { tasks: asked } = await tuning.ask();
    expect(asked).toHaveLength(3);
    expect(new Set(asked).size).toBeGreaterThan(1);
  });

  it('asks the same again when it is repeated, and when it is resumed', async () => {
    for (const rule of ['amf', 'uniform', 'bandit'].map(findSelectionRule)) {
      const whole = open({ rule });
      const asked = await play(whole, 9);
      expect(await play(open({ rule }), 9)).toEqual(asked);
      const learner = makeLearner();
      const resumed = open({ rule, learner });
      await learner.learn(whole.rounds[5]!.demonstrations);
      resumed.resume(whole.rounds.slice(0, 6));
      expect(await play(resumed, 3)).toEqual(asked.slice(6));
      expect(resumed.rounds.map(({ losses }) => losses)).toEqual(whole.rounds.map(({ losses }) => losses));
    }
  });

  it('chooses among tasks that are drawn, with all demonstrations as examples of what they may look like', async () => {
    const draw = { count: 20, draw: (rng: Rng) => told(rng.uniform(-1, 1)) };
    const tuning = open({ candidates: draw, warmStart: 1 });
    const first = await tuning.ask();
    expect(first.candidates).toHaveLength(20);
    await play(tuning, 1);
    const { tasks: asked, candidates } = await tuning.ask();
    expect(candidates).toContain(asked[0]);
    expect(candidates.map(({ name }) => name)).not.toEqual(first.candidates.map(({ name }) => name));
    // Following is known: what is far from it teaches more.
    expect(asked[0]!.code[0]).toBeLessThan(0.6);
  });

  it('keeps its question when it is answered wrongly, and says what is wrong', async () => {
    const tuning = open();
    const question = await tuning.ask();
    const wrong: [Dataset[], RegExp][] = [
      [[], /in the same order.*1: times 1.*0/s],
      [[showTask(oppose, 0)], /Row 0 of `times -1` is of another task than times 1/],
      [[withoutPart()], /no part 'task'/],
      [[wide()], /another size than the code/],
    ];
    for (const [shown, message] of wrong) await expect(tuning.tell(shown)).rejects.toThrow(message);
    expect(await tuning.ask()).toEqual(question);
    expect(tuning.demonstrations).toEqual([]);
    await tuning.tell(answer(question.tasks, 0));
    await tuning.ask();
    await expect(tuning.tell([large()])).rejects.toThrow(/other sizes.*observations of 2 numbers.*of 3/s);
    expect(tuning.rounds).toHaveLength(1);
  });

  it('knows which demonstrations no rule asked for, and shows no two with the same seed', async () => {
    const tuning = open();
    await play(tuning, 5);
    expect(tuning.demonstrations.map(({ isWarmStart }) => isWarmStart)).toEqual([
      true,
      true,
      true,
      true,
      false,
    ]);
    expect(new Set([0, 1, 2].map((index) => tuning.requestFor(index).seed)).size).toBe(3);
    expect(open().requestFor(2)).toEqual(tuning.requestFor(2));
  });

  it('takes several episodes for an answer', async () => {
    const tuning = open();
    await tuning.tell([showTask(follow, 0, { episodes: 3 })]);
    expect(tuning.demonstrations).toHaveLength(3);
    expect((await tuning.ask()).tasks).toEqual([oppose]);
  });

  it('refuses to choose among nothing, and for nothing', () => {
    expect(() => open({ targets: [] })).toThrow(/no task that the policy is judged on/);
    expect(() => open({ candidates: [] })).toThrow(/No task can be asked for/);
    expect(() => open({ perRound: 0 })).toThrow(/perRound/);
  });

  it('says what to do if nobody has shown a task that could be asked for', async () => {
    await expect(open({ warmStart: 0 }).ask()).rejects.toThrow(/task 0 may look.*Ask for each task once/s);
  });
});

describe('the rules', () => {
  it('each choose as many tasks as they are asked for, and different ones if they go by values', async () => {
    for (const rule of selectionRules) {
      if (rule.name === 'dropout') continue; // needs a network
      const tuning = open({ rule, perRound: 2, pretrained: [3, 0, 0, 0] });
      const asked = await play(tuning, 4);
      expect(asked.map(({ length }) => length)).toEqual([2, 2, 2, 2]);
      expect(rule.description).not.toBe('');
    }
  });

  it('do what their names say', async () => {
    const next = async (name: string, extra: Partial<Options> = {}) => {
      const tuning = open({ rule: findSelectionRule(name), ...extra });
      await play(tuning, 4);
      return (await play(tuning, 4)).flat();
    };
    const names = tasks.map(({ name }) => name);
    expect(await next('round-robin')).toEqual(names);
    const { pretrained } = { pretrained: [0, 2, 0, 5] };
    // With those of the warm start: 1, 3, 1, 6
    expect(await next('fewest-demonstrations', { pretrained })).toEqual([
      names[0],
      names[2],
      names[0],
      names[2],
    ]);
    // Opposing is farther from what was shown before than any other.
    expect(await firstDrawn('largest-variance')).toBeLessThan(-0.5);
  });

  it('refuse what they cannot know, and names that are not theirs', async () => {
    const untold = open({ rule: findSelectionRule('fewest-demonstrations'), warmStart: 0 });
    await expect(untold.ask()).rejects.toThrow(/how often each task was shown before.*4 counts/s);
    const blunt = open({ rule: findSelectionRule('dropout'), warmStart: 0 });
    await expect(blunt.ask()).rejects.toThrow(/hidden units.*largest-variance/s);
    expect(() => findSelectionRule('amff')).toThrow(/no selection rule 'amff'.*Did you mean amf\?/s);
  });
});

/** The code of the first task that a rule chooses among 20 that are drawn, when only following was shown. */
async function firstDrawn(name: string): Promise<number> {
  const earlier = readDemonstrations(showTask(follow, 1), follow, 'task');
  const candidates = { count: 20, draw: (rng: Rng) => told(rng.uniform(-1, 1)) };
  const tuning = open({ rule: findSelectionRule(name), candidates, earlier, warmStart: 0 });
  return (await tuning.ask()).tasks[0]!.code[0]!;
}

function told(code: number): Task {
  return { name: `times ${code}`, code: [code] };
}

const change = (extra: object) => createDataset({ ...plain(showTask(follow, 0)), ...extra });
const plain = ({ name, rewards, actions, terminated, observations }: Dataset) => ({
  ...{ name, rewards, actions, terminated, observations },
  observationSize: 2,
  actionSize: 1,
});
const withoutPart = () => change({});
const wide = () => change({ observationSpace: { kind: 'vector', parts: { task: { start: 0, end: 2 } } } });
/** Tells the second task, but sees more. */
const large = () =>
  createDataset({
    name: 'large',
    observations: [[0, 0, -1]],
    observationSpace: { kind: 'vector', parts: { task: { start: 2, end: 3 } } },
    actions: [[0]],
    rewards: [0],
    terminated: [true],
  });

describe('a task that nobody can show', () => {
  it('is not asked for again, and leaves the others', async () => {
    const tuning = open({ rule: findSelectionRule('fewest-demonstrations'), pretrained: [9, 0, 0, 0] });
    await play(tuning, 1);
    expect((await tuning.ask()).tasks).toEqual([oppose]);
    await expect(tuning.skip(follow)).rejects.toThrow(/times 1 was not asked for.*times -1/s);
    await tuning.skip(oppose);
    // The second of those that are left.
    expect((await play(tuning, 6)).flat()).toEqual([
      'times 0',
      'times 0.5',
      'times 0',
      'times 0.5',
      'times 0',
      'times 0.5',
    ]);
  });

  it('is refused if it is the last one', async () => {
    const tuning = open({ candidates: [follow] });
    await expect(tuning.skip(follow)).rejects.toThrow(/Nobody can show times 1, and there is no other task/);
    expect((await tuning.ask()).tasks).toEqual([follow]);
  });
});

it('refuses demonstrations that are longer than an episode', async () => {
  const tuning = open({ maxSteps: 5 });
  await expect(tuning.check([showTask(follow, 0)])).rejects.toThrow(
    /longer than an episode.*at most 5.*6.*mark where/s,
  );
  await expect(tuning.tell([showTask(follow, 0, { rows: 5, episodes: 2 })])).resolves.toMatchObject({
    round: 0,
  });
});
