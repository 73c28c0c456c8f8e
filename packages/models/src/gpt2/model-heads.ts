import type { Repository } from '@lamo/data';
import { type HostArray, readSafetensors, type SafeTensors } from '@lamo/runtime';
import type { Gpt2Config } from './gpt2-config';
import { REWARD_FILE, type RewardHead, rewardHeadOf, saveRewardHead } from './reward-head';
import { type Steering, saveSteering, steeringOf, VALUES_FILE } from './steering';

/** What a language model learned beside its weights, or beside its adapters. */
export interface ModelHeads {
  /** What it is steered by while it writes, if it learned values. */
  readonly steering?: Steering | undefined;
  /** What tells how good a text is, if it is a reward model. */
  readonly rewardHead?: RewardHead<HostArray> | undefined;
}

/** A safetensors file that was read. */
export interface StoredTensors extends SafeTensors {
  /** Its path. */
  readonly file: string;
}

/** Heads as they are in their files: whether they fit a model is seen when it is known. */
export type StoredHeads = Readonly<Partial<Record<'values' | 'reward', StoredTensors>>>;

/** Reads the files of heads, if there are any. @throws LamoError what `readSafetensors` throws */
export async function readHeads({ files, path }: Pick<Repository, 'files' | 'path'>): Promise<StoredHeads> {
  const read = async (name: string): Promise<StoredTensors | undefined> => {
    if (!files.includes(name)) return undefined;
    const file = await path(name);
    return { file, ...readSafetensors(file) };
  };
  const [values, reward] = [await read(VALUES_FILE), await read(REWARD_FILE)];
  return { ...(values && { values }), ...(reward && { reward }) };
}

/** The heads of a model of these sizes. @throws LamoError `wrong-weights` if they belong to another one */
export function headsOf({ values, reward }: StoredHeads, config: Gpt2Config): ModelHeads {
  const steering = values && steeringOf(values, config);
  const rewardHead = reward && rewardHeadOf(reward, config);
  return { ...(steering && { steering }), ...(rewardHead && { rewardHead }) };
}

/** Writes heads beside weights or adapters, and removes those of earlier ones. @throws LamoError `disk-full`, `not-writable` */
export function saveHeads(folder: string, { steering, rewardHead }: ModelHeads): void {
  saveSteering(folder, steering);
  saveRewardHead(folder, rewardHead);
}
