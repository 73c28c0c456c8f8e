import { join } from 'node:path';
import { type Checkpoint, loadCheckpoint, saveCheckpoint } from '@lamo/runtime';
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
