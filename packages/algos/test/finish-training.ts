import { join } from 'node:path';
import { type Checkpoint, loadCheckpoint, saveCheckpoint } from '@lamo/runtime';
import { expect } from 'vitest';
import type { TrainingStep } from '../src/engine/stepper';
import type { TrainingRun } from '../src/engine/train';

/** Takes all steps of a training. @returns what it yielded, and its state at the end */
export async function finishTraining(run: TrainingRun) {
  const metrics: TrainingStep[] = [];
  for await (const step of run) metrics.push(step);
  const end = { metrics, state: await run.state() };
  await run.dispose();
  return end;
}

/** Takes a checkpoint on the way, through a file as a program would, and goes no further. */
export async function checkpointAt(run: TrainingRun, step: number, folder: string): Promise<Checkpoint> {
  for await (const taken of run) if (taken.step >= step) break;
  const path = join(folder, 'checkpoint.safetensors');
  saveCheckpoint(path, await run.checkpoint());
  await run.dispose();
  return loadCheckpoint(path);
}

/**
 * Expects a training to be the same again, and to continue from a checkpoint as if it had never stopped: metrics and state to the last bit.
 *
 * @param start begins the training, or continues it
 * @param stop step of the checkpoint
 * @param folder where the checkpoint is written
 * @returns what the training came to
 */
export async function expectRepeatable(
  start: (options: { readonly resume?: Checkpoint }) => Promise<TrainingRun>,
  stop: number,
  folder: string,
) {
  const whole = await finishTraining(await start({}));
  expect(await finishTraining(await start({}))).toEqual(whole);
  const resume = await checkpointAt(await start({}), stop, folder);
  const rest = await finishTraining(await start({ resume }));
  const later = whole.metrics.filter(({ step }) => step > stop);
  expect(later.length).toBeGreaterThan(0);
  expect(rest.metrics).toEqual(later);
  expect(rest.state).toEqual(whole.state);
  return whole;
}
