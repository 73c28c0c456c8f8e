import type { Rng } from '@lamo/core';
import type { Checkpoint, Device, HostArray, Tree } from '@lamo/runtime';
import { GraphSteps } from './graph-steps';
import { GrowingSteps, isGrowing } from './growing-steps';
import { LoopSteps, takesLoops } from './loop-steps';
import type { StepParts } from './program';
import { type Rhythm, Stepper, type StepperParts } from './stepper';
import type { TrainingSteps } from './training-steps';

/** Short steps that run at once. More would hardly be faster, and take longer to compile. */
const STEPS_AT_ONCE = 8;

/** How steps are taken. */
interface SteppingOptions extends Pick<Rhythm, 'every'> {
  readonly device: Device;
  /** How many run at once at most. @default as many as are faster */
  readonly stepsAtOnce?: number;
  /** Where to go on. @default from the beginning */
  readonly resume?: Checkpoint;
}

/** Compiles the steps as the device is best at taking them, and goes to where a resumed training is. */
export async function openStepper(
  parts: StepperParts,
  stepParts: StepParts & { readonly noise: Rng },
  state: Tree<HostArray>,
  options: SteppingOptions,
  taken = 0,
): Promise<Stepper> {
  const { every, stepsAtOnce, resume, device } = options;
  // No stretch between two looks is longer than the shortest of them.
  const longest = Math.min(...every);
  const { source } = stepParts;
  const growing = (steps: TrainingSteps) =>
    isGrowing(source) ? new GrowingSteps(steps, source, device) : steps;
  const compile = async (blockSize: number) =>
    growing(await GraphSteps.compile(device, stepParts, state, blockSize));
  const inLoops = takesLoops(device) && stepsAtOnce !== 1;
  const steps = inLoops
    ? growing(await LoopSteps.compile(device, stepParts, state, parts.onWarning))
    : await compile(device.isCompiled ? Math.min(stepsAtOnce ?? 1, longest) : 1);
  // Checked against the state that the algorithm begins with: every tensor is there, and no other.
  if (resume) await steps.writeState(resume.state);
  const mayJoin = device.isCompiled && !inLoops && stepsAtOnce === undefined && longest > 1;
  return new Stepper(
    parts,
    steps,
    mayJoin ? () => compile(Math.min(STEPS_AT_ONCE, longest)) : undefined,
    taken,
  );
}
