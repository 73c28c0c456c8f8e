import {
  type Behaviour,
  criticEstimates,
  type FittedValues,
  fitBehaviour,
  fitNetworkValues,
  type JudgedPolicy,
  loggedBehaviour,
  type PolicyDensities,
  policyDensities,
} from '@lamo/algos';
import type { JudgedLog } from '@lamo/core';
import type { LogPart } from '@lamo/eval';
import type { Device } from '@lamo/runtime';
import { startProgress } from '../terminal/progress';
import type { EstimateBasis } from './log-estimate-records';
import type { PolicyCheckpoint } from './open-checkpoint';
import type { OpenedLog } from './open-judged-log';

/** How policies are judged by logs. */
export interface JudgingPlan {
  readonly discount: number;
  readonly seed: number;
  /** Steps of FQE, its networks, and how wide they are. */
  readonly steps: number;
  readonly networks: number;
  readonly hiddenSize: number;
  /** Where probabilities of whoever acted are from. @default the log, if it has them */
  readonly behaviour?: 'logged' | 'fitted';
  readonly softmax?: boolean;
  readonly bandwidth?: number;
  readonly device: Device;
  readonly signal: AbortSignal;
}

/** Finds out who acted in logs, once for each. */
export type BehaviourFinder = (opened: OpenedLog) => Promise<Behaviour>;

/** Reads how likely actions were, or fits it where the log does not say. */
export function behaviourFinder({ behaviour, seed, device, signal }: JudgingPlan): BehaviourFinder {
  const found = new Map<string, Promise<Behaviour>>();
  const find = async ({ log }: OpenedLog) =>
    (behaviour === 'fitted' ? undefined : loggedBehaviour(log)) ??
    withProgress('who acted in the log', (onProgress) =>
      fitBehaviour(log, { seed, device, signal, onProgress }),
    );
  return (opened) => {
    // Bounds of actions are units of densities.
    const key = JSON.stringify([opened.hash, opened.settings]);
    const known = found.get(key) ?? find(opened);
    found.set(key, known);
    return known;
  };
}

/** What is known of a policy on the rows of a log, and found out as far as estimators ask for it. */
export class PolicyOnLog {
  #densities: Promise<{ readonly behaviour: Behaviour; readonly policy: PolicyDensities }> | undefined;
  #networks: Promise<FittedValues> | undefined;
  readonly #opened: OpenedLog;
  readonly #checkpoint: PolicyCheckpoint;
  readonly #plan: JudgingPlan;
  readonly #find: BehaviourFinder;

  constructor(
    readonly policy: JudgedPolicy,
    parts: {
      readonly opened: OpenedLog;
      readonly checkpoint: PolicyCheckpoint;
      readonly plan: JudgingPlan;
      readonly find: BehaviourFinder;
    },
  ) {
    this.#opened = parts.opened;
    this.#checkpoint = parts.checkpoint;
    this.#plan = parts.plan;
    this.#find = parts.find;
  }

  /** Steps of FQE. */
  get steps(): number {
    return this.#plan.steps;
  }

  /** What an estimate by these parts is made from. */
  async basis(needs: readonly LogPart[]): Promise<EstimateBasis> {
    const { dataset, hash } = this.#opened;
    const { discount, seed, softmax, steps, networks, hiddenSize } = this.#plan;
    const densities = needs.includes('densities') ? await this.#readDensities() : undefined;
    return {
      log: { name: dataset.name, hash },
      ...{ discount, seed },
      behaviour: densities?.behaviour.source ?? null,
      probabilities: densities === undefined ? null : softmax === true ? 'softmax' : 'deployed',
      bandwidth: densities?.policy.bandwidth ?? null,
      fqe: needs.includes('networks') ? { steps, networks, hiddenSize } : null,
    };
  }

  /** The log with these parts. @throws LamoError `no-critics`, `no-scores`, and what the training of FQE throws */
  async judgedLog(needs: readonly LogPart[]): Promise<JudgedLog> {
    const { dataset } = this.#opened;
    const densities = needs.includes('densities') ? await this.#readDensities() : undefined;
    return {
      episodeEnds: dataset.episodeEnds,
      rewards: dataset.rewards,
      discount: this.#plan.discount,
      ...(densities && {
        densities: { behaviour: densities.behaviour.logDensities, policy: densities.policy.logDensities },
      }),
      ...(needs.includes('networks') && { networks: (await this.fitted()).values }),
      ...(needs.includes('critics') && { critics: await this.#askCritics() }),
    };
  }

  /** What FQE says; trained once. */
  fitted(): Promise<FittedValues> {
    const { discount, steps, networks, hiddenSize, seed, device, signal } = this.#plan;
    const { dataset, log, settings } = this.#opened;
    this.#networks ??= withProgress(`FQE of ${this.#checkpoint.algorithm.title}`, (onProgress) =>
      fitNetworkValues(dataset, log, this.policy, {
        ...{ steps, networks, seed, device, signal, onProgress },
        config: { ...settings, discount, hiddenSize } as never,
      }),
    );
    return this.#networks;
  }

  #readDensities() {
    const { softmax, bandwidth } = this.#plan;
    const read = async () => {
      const behaviour = await this.#find(this.#opened);
      const policy = await policyDensities(this.#opened.log, this.policy, behaviour, {
        probabilities: softmax === true ? 'softmax' : 'deployed',
        ...(bandwidth === undefined ? {} : { bandwidth }),
      });
      return { behaviour, policy };
    };
    this.#densities ??= read();
    return this.#densities;
  }

  #askCritics() {
    const { algorithm, checkpoint } = this.#checkpoint;
    const { device, discount } = this.#plan;
    return criticEstimates(this.#opened.log, this.policy, { algorithm, checkpoint, device }, discount);
  }
}

async function withProgress<T>(
  title: string,
  work: (onProgress: (done: number, total: number) => void) => Promise<T>,
): Promise<T> {
  let progress: ReturnType<typeof startProgress> | undefined;
  try {
    return await work((done, total) => {
      progress ??= startProgress({ title, total, unit: 'steps' });
      progress.update(done);
    });
  } finally {
    progress?.stop();
  }
}
