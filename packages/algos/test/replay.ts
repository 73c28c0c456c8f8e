import { type DeviceName, type HostArray, openDevice, type Tree, treeEntries } from '@lamo/runtime';
import type { AnyAlgorithm, Loaded } from '../src/engine/algorithm';
import { parseConfig } from '../src/engine/parse-config';
import { trainingProgram } from '../src/engine/program';
import { adamTolerances, expectWithin, type State, type Trained } from './adam-tolerances';
import type { Recording } from './recording';

/** What {@link replay} returns. */
export interface Replayed {
  /** Of each step. */
  readonly metrics: readonly Readonly<Record<string, number>>[];
  /** The state before each step. */
  readonly states: readonly Tree<HostArray>[];
  /** The state after the last step, by path. */
  readonly final: ReadonlyMap<string, HostArray>;
}

/** Steps an algorithm through a recording. */
export async function replay(
  algorithm: AnyAlgorithm,
  recording: Recording,
  given: Readonly<Record<string, unknown>>,
  state: Tree<HostArray>,
  deviceName: DeviceName,
  loaded: Loaded = {},
): Promise<Replayed> {
  const config = parseConfig(algorithm, given);
  const device = await openDevice(deviceName, { threads: 1 });
  const source = { shapes: recording.shapes, next() {}, state: () => null, restore() {} };
  const { program, cycle } = trainingProgram({ algorithm, config, source, loaded }, state);
  const executable = await device.compile(program);
  const metrics: Record<string, number>[] = [];
  const states: Tree<HostArray>[] = [];
  for (let step = 0; step < recording.metrics.length; step++) {
    const batch = recording.batch(step);
    for (const [name, into] of Object.entries(executable.inputs)) into.set(batch[unplaced(name)]!);
    states.push(await executable.readState());
    const variant = cycle[step % cycle.length]!;
    await executable.run(variant, recording.noise(step));
    const outputs = Object.entries(executable.outputs[variant]!);
    metrics.push(Object.fromEntries(outputs.map(([name, values]) => [unplaced(name), values[0]!])));
  }
  const final = new Map(treeEntries(await executable.readState()));
  await executable.dispose();
  return { metrics, states, final };
}

/** `0/observations` → `observations`: a recording is replayed step by step. */
const unplaced = (name: string) => name.slice(name.indexOf('/') + 1);

/** The states after each step, by path. */
export function statesAfter({ states, final }: Replayed): State[] {
  return [...states.slice(1).map((state) => new Map(treeEntries(state))), final];
}

/** Expects what a reference ended with in all that an optimiser moved, by paths of the state, but for rounding. */
export function expectTrained(trained: Trained, expected: Readonly<Record<string, Tree<HostArray>>>): void {
  const tolerances = adamTolerances(trained);
  for (const part of trained.parts) {
    for (const [path, { data }] of treeEntries({ [part]: expected[part]! })) {
      expectWithin(trained.states.at(-1)!.get(path)!.data, data, tolerances.get(path)!, path);
    }
  }
}

/**
 * Expects targets that have moved towards networks by `targetRate` in each step: they may be off by as much of what those may be.
 *
 * @param paths of the network that each target follows
 */
export function expectFollowed(
  trained: Trained,
  targetRate: number,
  paths: Readonly<Record<string, string>>,
  expected: Readonly<Record<string, Tree<HostArray>>>,
): void {
  const tolerances = adamTolerances(trained);
  const steps = trained.states.length;
  for (const [target, online] of Object.entries(paths)) {
    for (const [path, { data }] of treeEntries({ [target]: expected[target]! })) {
      const own = tolerances.get(`${online}${path.slice(target.length)}`)!;
      // A difference, a product and a sum in each step.
      const allowed = own.map(
        (each, i) => targetRate * steps * each + 3 * steps * 2 ** -24 * Math.abs(data[i]!),
      );
      expectWithin(trained.states.at(-1)!.get(path)!.data, data, allowed, path);
    }
  }
}
