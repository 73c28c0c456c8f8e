import { checkCount, type Dataset, LamoError, Rng, type Task } from '@lamo/core';
import { checkSameSizes, type Demonstration, readDemonstrations } from './demonstration';
import { isSameTask, uniqueTasks } from './foresee';
import type {
  ActiveFineTuningOptions,
  ActiveRound,
  CandidateDraw,
  DemonstrationRequest,
  Question,
} from './rounds';
import { taskLosses } from './rules/own-values';
import type { RuleContext } from './rules/rule';

/**
 * Active fine-tuning of a policy for several tasks: asks for the task whose demonstration teaches most, learns from all that was shown,
 * and asks again (Bagatella et al. 2025, Algorithm 1). Everything follows from the seed and the demonstrations: answered with the same
 * ones, it asks the same questions.
 *
 * @example
 * const tuning = new ActiveFineTuning({ learner, targets, rule: findSelectionRule('amf') });
 * for (let i = 0; i < 20; i++) {
 *   const { tasks } = await tuning.ask();
 *   await tuning.tell(await Promise.all(tasks.map((task) => expert(task))));
 * }
 */
export class ActiveFineTuning<Points> {
  readonly #options: ActiveFineTuningOptions<Points>;
  /** Tasks that are listed; none if they are drawn. */
  readonly #listed: readonly Task[];
  /** How tasks are drawn; undefined if they are listed. */
  readonly #draw: CandidateDraw | undefined;
  readonly #rounds: ActiveRound[] = [];
  readonly #skipped: Task[] = [];
  #question: Question | undefined;

  /** @throws LamoError `no-candidates`, `out-of-range` */
  constructor(options: ActiveFineTuningOptions<Points>) {
    const { perRound = 1, targets, candidates = targets.map(({ task }) => task) } = options;
    checkCount('algos/active', 'perRound', perRound);
    if (targets.length === 0) throw none('targets', 'There is no task that the policy is judged on');
    this.#options = options;
    this.#draw = 'draw' in candidates ? candidates : undefined;
    this.#listed = 'draw' in candidates ? [] : candidates;
    if (this.#draw === undefined && this.#listed.length === 0)
      throw none('candidates', 'No task can be asked for');
  }

  /** The rounds that are over. */
  get rounds(): readonly ActiveRound[] {
    return this.#rounds;
  }

  /** All demonstrations so far. */
  get demonstrations(): readonly Demonstration[] {
    return this.#rounds.at(-1)?.demonstrations ?? [];
  }

  /** Says what to show next; the same until it is told. @throws LamoError what rules throw */
  async ask(): Promise<Question> {
    this.#question ??= await this.#choose();
    return this.#question;
  }

  /**
   * Learns from what was shown: for each task that {@link ask} named, in its order, a dataset of one or more episodes.
   *
   * @returns the round that is over now
   * @throws LamoError `not-answered` for another number of datasets, `other-task`, `unknown-part`, `shape-mismatch`; nothing is learned
   *   then, and the question stays
   */
  async tell(shown: readonly Dataset[]): Promise<ActiveRound> {
    const question = await this.ask();
    const demonstrations = [...this.demonstrations, ...(await this.check(shown))];
    await this.#options.learner.learn(demonstrations, question.round);
    return this.#close(question, demonstrations);
  }

  /**
   * Reads what was shown as {@link tell} would, and learns nothing.
   *
   * @throws LamoError as {@link tell}
   */
  async check(shown: readonly Dataset[]): Promise<readonly Demonstration[]> {
    const question = await this.ask();
    const { learner } = this.#options;
    const read = this.#read(question, shown);
    for (const demonstration of read) learner.check?.(demonstration);
    return read;
  }

  /**
   * Says that nobody can show a task: it is not asked for again, and the question is another one now. What the policy is judged on
   * stays.
   *
   * @throws LamoError `not-asked` if the task is not in the question, `no-candidates` if it is the last one; nothing changes then
   */
  async skip(task: Task): Promise<void> {
    const { tasks } = await this.ask();
    if (!tasks.some((asked) => isSameTask(asked, task))) throw notAsked(task, tasks);
    const left = this.#showable().filter((other) => !isSameTask(other, task));
    if (left.length === 0)
      throw none('candidates', `Nobody can show ${task.name}, and there is no other task`);
    this.#skipped.push(task);
    this.#question = undefined;
  }

  /**
   * Goes on after rounds of another process, of which the learner is restored already.
   *
   * @param rounds what was asked, what was shown, and the losses after it
   * @param skipped what nobody can show. @default nothing
   */
  resume(rounds: readonly ActiveRound[], skipped: readonly Task[] = []): void {
    this.#rounds.splice(0, this.#rounds.length, ...rounds);
    this.#skipped.splice(0, this.#skipped.length, ...skipped);
    this.#question = undefined;
  }

  /** The seed of a demonstration: the same in a run that is repeated. */
  requestFor(index: number): DemonstrationRequest {
    const { seed = 0 } = this.#options;
    return { seed: Rng.fromSeed(seed).split(`demonstration ${index}`).uint32() };
  }

  async #close(question: Question, demonstrations: readonly Demonstration[]): Promise<ActiveRound> {
    const { learner, targets, frames = 24 } = this.#options;
    const tasks = targets.map(({ task }) => task);
    const losses = await taskLosses({ learner, examples: this.#examples(demonstrations), frames }, tasks);
    const known = tasks.flatMap(({ name }, i) =>
      losses[i] === undefined ? [] : [[name, losses[i]] as const],
    );
    const round = { ...question, asked: question.tasks, demonstrations, losses: Object.fromEntries(known) };
    this.#rounds.push(round);
    this.#question = undefined;
    return round;
  }

  async #choose(): Promise<Question> {
    const { rule, targets, perRound = 1, seed = 0 } = this.#options;
    const round = this.#rounds.length;
    const streams = Rng.fromSeed(seed);
    const candidates = this.#candidates(streams.split(`candidates ${round}`));
    const first = this.#warmStart(candidates, streams);
    const asked = this.#rounds.flatMap(({ tasks }) => tasks).length;
    if (asked < first.length)
      return { round, tasks: first.slice(asked, asked + perRound), candidates, isWarmStart: true };
    const choice = await rule.choose({
      ...this.#outlook(candidates),
      targets,
      count: perRound,
      rng: streams.split(`${rule.name} ${round}`),
      history: this.#rounds,
    });
    const tasks = choice.candidates.map((i) => candidates[i]!);
    return { round, tasks, candidates, isWarmStart: false, ...(choice.values && { values: choice.values }) };
  }

  #candidates(rng: Rng): readonly Task[] {
    const drawn = this.#draw;
    return drawn === undefined ? this.#showable() : drawTasks(drawn, drawn.count, rng);
  }

  /** Tasks that are listed, and can be shown. */
  #showable(): readonly Task[] {
    return this.#listed.filter((task) => !this.#skipped.some((skipped) => isSameTask(skipped, task)));
  }

  /** What is known of the candidates that are left, of all that were listed. */
  #known(candidates: readonly Task[]): Pick<RuleContext, 'pretrained'> {
    const { pretrained } = this.#options;
    if (pretrained === undefined) return {};
    if (this.#draw !== undefined) return { pretrained };
    const all = uniqueTasks(this.#listed);
    return {
      pretrained: candidates.map((task) => pretrained[all.findIndex((other) => isSameTask(other, task))]!),
    };
  }

  /** What is asked for before any rule chooses: the same for all rules. */
  #warmStart(candidates: readonly Task[], streams: Rng): readonly Task[] {
    const { warmStart } = this.#options;
    if (this.#draw === undefined) return candidates.slice(0, warmStart ?? candidates.length);
    return drawTasks(this.#draw, warmStart ?? 3, streams.split('warm start'));
  }

  #outlook(candidates: readonly Task[]): Omit<RuleContext<Points>, 'targets' | 'count' | 'rng' | 'history'> {
    const usual =
      this.#draw === undefined
        ? ({ weighting: 'same-task', trajectories: 3 } as const)
        : ({ weighting: 'likelihood', trajectories: 10 } as const);
    const { learner, frames = 24, weighting, trajectories } = this.#options;
    return {
      learner,
      candidates,
      demonstrations: this.demonstrations,
      examples: this.#examples(this.demonstrations),
      weighting: weighting ?? usual.weighting,
      frames,
      trajectories: trajectories ?? usual.trajectories,
      ...this.#known(candidates),
    };
  }

  /** What says what there is to be seen: see `ActiveLearner.believes`. */
  #examples(demonstrations: readonly Demonstration[]): readonly Demonstration[] {
    const { learner, earlier = [] } = this.#options;
    const known = learner.believes === 'all';
    return [...earlier, ...demonstrations.filter(({ isWarmStart }) => known || isWarmStart)];
  }

  #read({ tasks, isWarmStart }: Question, shown: readonly Dataset[]): Demonstration[] {
    if (shown.length !== tasks.length) {
      throw new LamoError({
        where: 'algos/active',
        code: 'not-answered',
        problem: 'Every task that was asked for needs a dataset of its own, in the same order',
        expected: `${tasks.length}: ${tasks.map(({ name }) => name).join(', ')}`,
        received: String(shown.length),
      });
    }
    const { learner } = this.#options;
    const read = shown.flatMap((dataset, i) =>
      readDemonstrations(dataset, tasks[i]!, learner.part).map((demonstration) => ({
        ...demonstration,
        isWarmStart,
      })),
    );
    const [first] = [...this.demonstrations, ...read];
    const { maxSteps = Number.POSITIVE_INFINITY } = this.#options;
    for (const { dataset } of read) {
      checkSameSizes(first!.dataset, dataset, 'the demonstrations before it');
      if (dataset.size > maxSteps) throw tooLong(dataset, maxSteps);
    }
    return read;
  }
}

function drawTasks(drawn: CandidateDraw, count: number, rng: Rng): readonly Task[] {
  return Array.from({ length: count }, () => drawn.draw(rng));
}

function tooLong({ name, size }: Dataset, maxSteps: number): LamoError {
  return new LamoError({
    where: 'algos/active',
    code: 'too-long',
    problem: `A demonstration in \`${name}\` is longer than an episode`,
    expected: `at most ${maxSteps} rows`,
    received: String(size),
    hint: 'If there are several in it, mark where they end.',
  });
}

function notAsked(task: Task, tasks: readonly Task[]): LamoError {
  return new LamoError({
    where: 'algos/active',
    code: 'not-asked',
    problem: `${task.name} was not asked for`,
    expected: tasks.map(({ name }) => name).join(', '),
    received: task.name,
  });
}

function none(name: string, problem: string): LamoError {
  return new LamoError({
    where: 'algos/active',
    code: `no-${name}`,
    problem,
    expected: 'at least one',
    received: 'none',
  });
}
