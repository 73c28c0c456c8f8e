import { existsSync, rmSync } from 'node:fs';
import {
  ActiveFineTuning,
  type ActiveRound,
  findSelectionRule,
  type LastLayerGradients,
  NeuralLearner,
  type Question,
  readDemonstrations,
} from '@lamo/algos';
import { type Dataset, LamoError, makeFolder, type Task, writeFileAtomic } from '@lamo/core';
import { hashDataset, observationParts, readD4rl, writeD4rl } from '@lamo/data';
import { evaluateTasks, findTaskSet, mean, type TaskSet } from '@lamo/eval';
import { type Device, loadCheckpoint, saveCheckpoint } from '@lamo/runtime';
import { appendJsonLine } from '../run/json-lines';
import {
  type ActiveFolder,
  type ActiveSettings,
  demonstrationFile,
  type RoundRecord,
  readRounds,
  readSettings,
  roundLines,
} from './active-folder';
import { readNetworks, type SavedNetworks } from './read-networks';

/** An active fine-tuning in a folder: whatever it does is there before it goes on, so that it may be killed at any time. */
export class ActiveSession {
  private constructor(
    readonly folder: ActiveFolder,
    readonly settings: ActiveSettings,
    private readonly learner: NeuralLearner,
    private readonly tuning: ActiveFineTuning<LastLayerGradients>,
    private readonly records: RoundRecord[],
  ) {}

  /**
   * Opens a folder, and learns what was shown and not learned yet.
   *
   * @throws LamoError `not-active`, `damaged-file`, and what checkpoints and datasets throw that cannot be read
   */
  static async open(folder: ActiveFolder, device: Device): Promise<ActiveSession> {
    const settings = readSettings(folder);
    const { seed, steps, batchSize, learningRate, beta, noise } = settings;
    const pretrained = loadCheckpoint(folder.pretrained);
    const learner = await NeuralLearner.open({
      ...{ pretrained, device, seed, steps, batchSize, learningRate, beta, noise },
    });
    const set = settings.set === null ? undefined : findTaskSet(settings.set);
    const tuning = new ActiveFineTuning<LastLayerGradients>({
      learner,
      targets: settings.tasks.map(({ name, code, weight }) => ({ task: { name, code }, weight })),
      candidates: settings.tasks.map(({ name, code }) => ({ name, code })),
      rule: findSelectionRule(settings.rule),
      perRound: settings.perRound,
      seed,
      ...(settings.pretrained && { pretrained: settings.pretrained }),
      ...(set && { maxSteps: set.maxEpisodeSteps }),
    });
    const session = new ActiveSession(folder, settings, learner, tuning, []);
    await session.#restore();
    return session;
  }

  /** What was asked for, and what came of it. */
  get rounds(): readonly RoundRecord[] {
    return this.records;
  }

  /** Whether all rounds are over. */
  get isOver(): boolean {
    return this.records.length >= this.settings.rounds;
  }

  /** The set whose expert shows what is asked for. */
  get set(): TaskSet | undefined {
    return this.settings.set === null ? undefined : findTaskSet(this.settings.set);
  }

  /** Where observations say the task. */
  get told(): {
    readonly part: { readonly name: string; readonly start: number; readonly end: number };
    readonly observationSize: number;
  } {
    const { part: name, spec } = this.learner;
    return { part: { name, ...observationParts(spec)[name]! }, observationSize: spec.observationSize };
  }

  /** What to show next. @throws LamoError `budget-spent` */
  ask(): Promise<Question> {
    if (!this.isOver) return this.tuning.ask();
    throw new LamoError({
      where: 'cli/active',
      code: 'budget-spent',
      problem: 'All rounds are over, so there is nothing to ask for',
      expected: `fewer than ${this.settings.rounds} rounds`,
      received: String(this.records.length),
      hint: 'The policy is in policy.onnx; `lamo active report` shows how it came about.',
    });
  }

  /** The seed of what is shown for a task of the question. */
  requestFor(position: number): { readonly seed: number } {
    return this.tuning.requestFor(this.records.length * this.settings.perRound + position);
  }

  /** Keeps what was shown, learns from it, and plays. @throws LamoError as `ActiveFineTuning.tell`; nothing is kept then */
  async tell(shown: readonly Dataset[]): Promise<RoundRecord> {
    const { round } = await this.ask();
    await this.tuning.check(shown);
    makeFolder(this.folder.demonstrations);
    for (const [i, dataset] of shown.entries())
      await writeD4rl(dataset, demonstrationFile(this.folder, round, i));
    return this.#learn(shown);
  }

  /** Says that nobody can show a task. @throws LamoError as `ActiveFineTuning.skip` */
  async skip(name: string): Promise<void> {
    const { tasks } = await this.ask();
    const task = tasks.find((asked) => asked.name === name) ?? { name, code: [] };
    await this.tuning.skip(task);
    appendJsonLine(roundLines(this.folder), { skipped: name });
  }

  /** Frees what the device holds. */
  dispose(): Promise<void> {
    return this.learner.dispose();
  }

  async #learn(shown: readonly Dataset[]): Promise<RoundRecord> {
    const over = await this.#teach(shown);
    const record = {
      ...describeRound(over, this.learner),
      shown: shown.map(hashDataset),
      ...(await this.#play()),
    };
    // The networks say of which round they are: whatever comes after them can be made again.
    saveCheckpoint(this.folder.networks, { header: { round: record }, state: this.learner.state() });
    this.#keep(record);
    return record;
  }

  /** What cannot be learned from is not kept: the next process would fail at it again. */
  async #teach(shown: readonly Dataset[]): Promise<ActiveRound> {
    try {
      return await this.tuning.tell(shown);
    } catch (error) {
      if (error instanceof LamoError)
        for (const i of shown.keys()) rmSync(demonstrationFile(this.folder, this.records.length, i));
      throw error;
    }
  }

  #keep(record: RoundRecord): void {
    this.#writePolicy();
    appendJsonLine(roundLines(this.folder), record);
    this.records.push(record);
  }

  #writePolicy(): void {
    writeFileAtomic(this.folder.policy, this.learner.exportOnnx());
  }

  async #play(): Promise<Pick<RoundRecord, 'successes' | 'returns'>> {
    const { episodes, seed } = this.settings;
    if (this.set === undefined || episodes === 0) return { successes: null, returns: null };
    const tasks = this.settings.tasks.map(({ name, code }) => ({ name, code }));
    const played = await evaluateTasks(this.learner.policy(), this.set, {
      tasks,
      episodes,
      batch: episodes,
      seed,
    });
    const byName = (value: (result: (typeof played)[number]) => number) =>
      Object.fromEntries(played.map((result) => [result.task.name, value(result)]));
    const isJudged = played.every(({ successes }) => successes !== undefined);
    return {
      successes: isJudged ? byName(({ successes }) => mean(successes!.map(Number))) : null,
      returns: byName(({ returns }) => mean(returns)),
    };
  }

  /** Goes to where an earlier process was. */
  async #restore(): Promise<void> {
    const { records, skipped } = readRounds(this.folder);
    this.records.push(...records);
    const networks = readNetworks(this.folder, records);
    const rounds = await this.#readRounds(networks?.isCut ? [...records, networks.record] : records);
    if (networks !== undefined) await this.#restoreNetworks(networks, rounds.at(-1)!);
    this.tuning.resume(
      rounds,
      skipped.map((name) => this.#taskNamed(name)),
    );
    await this.#learnWhatWasShown();
  }

  async #restoreNetworks({ state, record, isCut }: SavedNetworks, last: ActiveRound): Promise<void> {
    await this.learner.restore(state, last.demonstrations);
    if (isCut) this.#keep(record);
    else if (!existsSync(this.folder.policy)) this.#writePolicy();
  }

  /** Killed while it learned: what was shown is there already. */
  async #learnWhatWasShown(): Promise<void> {
    if (this.isOver) return;
    const { tasks, round } = await this.tuning.ask();
    const files = tasks.map((_, i) => demonstrationFile(this.folder, round, i));
    if (!files.every((file) => existsSync(file))) return;
    const shown: Dataset[] = [];
    for (const file of files) shown.push(await readD4rl(file));
    await this.#learn(shown);
  }

  async #readRounds(records: readonly RoundRecord[]): Promise<ActiveRound[]> {
    const rounds: ActiveRound[] = [];
    for (const { asked, shown: hashes, isWarmStart, losses, round } of records) {
      const tasks = asked.map((name) => this.#taskNamed(name));
      const shown = [];
      for (const [i, task] of tasks.entries()) {
        const dataset = await this.#readShown(demonstrationFile(this.folder, round, i), hashes[i]);
        shown.push(...readDemonstrations(dataset, task, this.learner.part));
      }
      const read = shown.map((demonstration) => ({ ...demonstration, isWarmStart }));
      const demonstrations = [...(rounds.at(-1)?.demonstrations ?? []), ...read];
      rounds.push({ round, tasks, asked: tasks, candidates: [], isWarmStart, losses, demonstrations });
    }
    return rounds;
  }

  /** Reads what was shown, and learned from. */
  async #readShown(file: string, hash: string | undefined): Promise<Dataset> {
    const dataset = await readD4rl(file);
    const found = hashDataset(dataset);
    if (found === hash) return dataset;
    throw new LamoError({
      where: 'cli/active',
      code: 'damaged-file',
      problem: `${file} is not what was shown and learned from`,
      expected: hash === undefined ? `its hash in ${this.folder.rounds}` : `SHA-256 ${hash}`,
      received: found,
      hint: 'Take the file from a backup; what is shown later belongs to a later round: lamo active tell.',
    });
  }

  #taskNamed(name: string): Task {
    const found = this.settings.tasks.find((task) => task.name === name);
    if (found !== undefined) return { name, code: found.code };
    throw new LamoError({
      where: 'cli/active',
      code: 'damaged-file',
      problem: `${this.folder.rounds} names a task that ${this.folder.settings} does not have`,
      expected: this.settings.tasks.map((task) => task.name).join(', '),
      received: name,
    });
  }
}

function describeRound(over: ActiveRound, { mixing }: NeuralLearner) {
  const { round, asked, candidates, values, isWarmStart, losses } = over;
  const said = values && Object.fromEntries(candidates.map(({ name }, i) => [name, values[i]!]));
  return {
    round,
    asked: asked.map(({ name }) => name),
    isWarmStart,
    // A task that was never tried has no bound that a number could say.
    values: said && Object.values(said).every(Number.isFinite) ? said : null,
    losses,
    mixing: Object.fromEntries(mixing.map(({ task, weight }) => [task.name, weight])),
  };
}
