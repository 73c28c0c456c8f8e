import { type Mutant, mutate } from '../mutant';

const folder = 'packages/algos/src/active';

/** Faults of active fine-tuning: of what is asked for, of what is learned, and of who acts. */
export const active: readonly Mutant[] = [
  ...mutate(
    `${folder}/select-tasks.ts`,
    ['active/select-tasks.test'],
    [
      ['what teaches least is asked for', 'Math.max(...gains)', 'Math.min(...gains)'],
      ['demonstrations have no noise', 'condition(kernel, points, noise)', 'condition(kernel, points, 0)'],
      [
        'entropies are twice as large',
        'Math.log(Math.max(variance, smallest)) / 2',
        'Math.log(Math.max(variance, smallest))',
      ],
      [
        'the next of a batch knows nothing of the one before',
        'kernel: known,',
        'kernel: known as never, ...options,',
      ],
      [
        'how much tasks matter is ignored',
        'sum(weights.map((weight, i) => weight * value(i)))',
        'sum(weights.map((_, i) => value(i)))',
      ],
      ['all that may be shown is equally likely', 'return weight * gainOf(', 'return gainOf('],
    ],
  ),
  ...mutate(
    `${folder}/condition.ts`,
    ['active/condition.test'],
    [
      ['observations have no noise', 'gram[i * m + i]! += noise;', 'gram[i * m + i]! += 0;'],
      ['what is explained is added', 'from[i * m + j]! -= factor', 'from[i * m + j]! += factor'],
      ['slices begin at the first column', 'explained[i * n + start + j]!', 'explained[i * n + j]!'],
    ],
  ),
  ...mutate(
    `${folder}/importance-weights.ts`,
    ['active/importance-weights.test'],
    [['tasks that were shown more often count no more', 'log: Math.log(count)', 'log: 0']],
  ),
  ...mutate(
    `${folder}/adaptive-prior.ts`,
    ['active/adaptive-prior.test'],
    [
      [
        'acting as fine-tuned is paid for',
        'aligned - (beta * demonstrations) / 2',
        'aligned + (beta * demonstrations) / 2',
      ],
      ['weights are above 1', 'Math.min(1, Math.max(0, (aligned', 'Math.max(0, Math.max(0, (aligned'],
      ['it costs the same for any number of demonstrations', '(beta * demonstrations) / 2', 'beta / 2'],
    ],
  ),
  ...mutate(
    `${folder}/output-losses.ts`,
    ['active/output-losses.test'],
    [
      ['tanh has no slope', '(isBounded ? 1 - output[a]! ** 2 : 1)', '1'],
      ['the residual is half', '2 * (output[a]! - action[a]!)', '(output[a]! - action[a]!)'],
      ['what was chosen is not taken from the odds', 'odds[a]! - action[a]!', 'odds[a]!'],
    ],
  ),
  ...mutate(
    `${folder}/learned.ts`,
    ['active/neural-learner.test', 'active/language-learner.test'],
    [['selections go by what was learned by heart', '.filter(({ isWarmStart }) => !isWarmStart)', '']],
  ),
  ...mutate(
    `${folder}/neural-learner.ts`,
    ['active/neural-learner.test'],
    [['tasks that nobody showed are done as fine-tuned', 'this.options.beta === null ? 1 : 0', '1']],
  ),
  ...mutate(
    `${folder}/mixed-policy.ts`,
    ['active/neural-learner.test'],
    [
      [
        'it acts as before where it is to act as fine-tuned',
        'weight * value + (1 - weight) * before[i]!',
        '(1 - weight) * value + weight * before[i]!',
      ],
      ['the file forgets what other tasks are left to', 'weight - otherwise)', 'weight)'],
    ],
  ),
  ...mutate(
    `${folder}/foresee.ts`,
    ['active/foresee.test'],
    [
      [
        'the first demonstrations stand for a task, not the latest',
        '.slice(-trajectories)',
        '.slice(0, trajectories)',
      ],
      [
        'long demonstrations count for more',
        '(weightOf.get(task)! * weight) / counts[i]!',
        'weightOf.get(task)! * weight',
      ],
      ['the unlikeliest stand for a task', 'b.log - a.log', 'a.log - b.log'],
    ],
  ),
  ...mutate(
    `${folder}/active-fine-tuning.ts`,
    ['active/active-fine-tuning.test'],
    [
      ['a task that nobody can show is asked for again', 'this.#skipped.push(task);', ''],
      ['the first demonstrations are not known as such', '        isWarmStart,\n      })),', '      })),'],
      ['the rule chooses before each task was shown', 'warmStart ?? candidates.length', 'warmStart ?? 0'],
      [
        'every demonstration is shown with the same seed',
        'requestFor(index: number): DemonstrationRequest {',
        'requestFor(index: number): DemonstrationRequest {\n    index = 0;',
      ],
      [
        'the last answer is asked for as the next question',
        '    this.#rounds.push(round);\n    this.#question = undefined;',
        '    this.#rounds.push(round);',
      ],
    ],
  ),
  ...mutate(
    `${folder}/rules/rule.ts`,
    ['active/active-fine-tuning.test'],
    [['rules that go by values ask for the lowest', 'values[b]! - values[a]!', 'values[a]! - values[b]!']],
  ),
  ...mutate(
    `${folder}/rules/counting.ts`,
    ['active/rules/rules.test'],
    [
      ['what the policy began with is not counted', 'pretrained[i]! + demonstrations', 'demonstrations'],
      ['a batch asks for one task', 'counts[next]! += 1;', ''],
    ],
  ),
  ...mutate(
    `${folder}/rules/bandit.ts`,
    ['active/rules/rules.test'],
    [
      ['what made losses rise is paid for', '1 - sum(losses) / sum(before)', 'sum(losses) / sum(before) - 1'],
      [
        'what was tried seldom has no bonus',
        'mean + Math.sqrt((2 * Math.log(history.length)) / paid.length)',
        'mean',
      ],
    ],
  ),
  ...mutate(
    `${folder}/rules/information.ts`,
    ['active/rules/rules.test'],
    [['difficulty is not weighed', 'weight: weight * (losses[i] ?? 0)', 'weight']],
  ),
  ...mutate(
    `${folder}/language-learner.ts`,
    ['active/language-learner.test'],
    [
      ['tasks that nobody showed are done as fine-tuned', 'this.options.beta === null ? 1 : 0', '1'],
      [
        'losses are those of what knows all by heart',
        'await selection.look(',
        'await this.views.tuned.look(',
      ],
      ['what is mixed is always what acts', '{ prior, tuned: selection }', 'this.views'],
      [
        'gradients are of scores, not of losses',
        'outputGradients(outputs, toUnit(actions, spec), spec)',
        'outputs',
      ],
      [
        'what was fine-tuned is compared with itself',
        'await odds(this.views.prior,',
        'await odds(this.views.tuned,',
      ],
      ['completions go on after their end', 'if (next[i] === this.#endOfText) return false;', ''],
    ],
  ),
  ...mutate(
    `${folder}/language-lesson.ts`,
    ['active/language-learner.test'],
    [
      [
        'each lesson begins with the model of before all of them',
        'initial: { state: model }',
        'initial: { state: this.options.pretrained.state }',
      ],
    ],
  ),
  ...mutate(
    `${folder}/text-demonstrations.ts`,
    ['active/text-demonstrations.test', 'active/language-learner.test'],
    [
      ['what is to be written is seen', 'written.slice(0, t)', 'written.slice(0, t + 1)'],
      [
        'each example is a demonstration of its own',
        'row === rows.length - 1',
        'rows[row]!.token === endOfText',
      ],
      ['examples are joined to one text', 'last.completion.at(-1) === endOfText', 'false'],
      ['padding counts as a token', '.filter((id) => id !== NOTHING);', ';', 1],
    ],
  ),
  ...mutate(
    `${folder}/text-view.ts`,
    ['active/language-learner.test'],
    [['the last token is not read', 'texts[row]!.length - 1', 'texts[row]!.length - 2']],
  ),
  ...mutate(
    `${folder}/text-policy.ts`,
    ['active/language-learner.test'],
    [
      [
        'it writes as before where it is to write as fine-tuned',
        'weight * value + (1 - weight) * before.data[i]!',
        '(1 - weight) * value + weight * before.data[i]!',
      ],
      [
        'scores are mixed, not probabilities',
        'softmaxRows((await view.look(observations, width)).outputs)',
        '(await view.look(observations, width)).outputs',
      ],
    ],
  ),
  ...mutate(
    `${folder}/task-mixing.ts`,
    ['active/language-learner.test', 'active/neural-learner.test'],
    [['no task is known', 'known?.weight ?? otherwise', 'otherwise']],
  ),
  ...mutate(
    `${folder}/gradient-beliefs.ts`,
    ['active/language-learner.test', 'active/neural-learner.test'],
    [['variances have no unit', 'scale > 0 ? scale : 1', '1']],
  ),
  ...mutate(
    'packages/data/src/completions/completions-from-tokens.ts',
    ['completions/completions-from-tokens.test'],
    [
      [
        'prompts are learned, and completions read',
        'read: prompt, learned: completion',
        'read: completion, learned: prompt',
      ],
      ['one token too many fits', 'length > context', 'length > context + 1'],
    ],
  ),
  ...mutate(
    'packages/eval/src/text-tasks/draw-texts.ts',
    ['text-tasks/letter-tasks.test'],
    [['what is judged is shown', 'if (!left.has(prompt)) drawn', 'drawn']],
  ),
];
