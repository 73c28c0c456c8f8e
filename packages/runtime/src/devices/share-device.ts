import { LamoError } from '@lamo/core';
import type { LoopExecutable, LoopProgram } from '../compile/program';
import { traceProgram } from '../compile/trace-program';
import { hashGraph } from '../trace/hash-graph';
import { type HostArray, type Tree, treeEntries } from '../tree';
import type { Device } from './device';
import { SharedLoop } from './shared-loop';

/** A place on a device that several trainings share; see {@link shareDevice}. */
export interface SharedDevice extends Device {
  /** Ends that the others wait for this place: its training is over, or failed. What its loop held is freed. */
  leave(): Promise<void>;
}

/** A program that a place wants to take steps of, and who hears of the loop. */
interface Request {
  readonly program: LoopProgram;
  readonly cycle: readonly string[];
  readonly length: number;
  resolve(loop: LoopExecutable): void;
  reject(error: unknown): void;
}

/**
 * Lets several trainings with equal settings take their steps at once, in one program of a device that takes steps in loops: what such
 * a step costs on a GPU hardly depends on how many there are. Each training gets a place, and runs as on a device of its own; steps are
 * taken when all places wait for theirs. What comes out is equal to what each alone leaves but for rounding.
 *
 * @param count how many trainings; each must be given its place and end with `leave`
 * @throws LamoError `not-shareable` if the device takes no loops; later, if the trainings differ in more than their seed
 */
export function shareDevice(device: Device, count: number): SharedDevice[] {
  if (device.compileLoop === undefined) {
    throw notShareable(`The device ${device.name} takes no steps in loops`, 'xla', device.name);
  }
  const places = new Places(device, count);
  return Array.from({ length: count }, (_, place) => ({
    ...device,
    get exact() {
      return device.exact ?? device;
    },
    description: `${device.description}, ${count} trainings in one program`,
    compileLoop: (program, cycle, length) =>
      new Promise((resolve, reject) => places.ask(place, { program, cycle, length, resolve, reject })),
    leave: () => places.leave(place),
  }));
}

/** Who is there, and who waits for whom. */
class Places {
  readonly #device: Device;
  readonly #present: Set<number>;
  readonly #requests = new Map<number, Request>();
  #loop: SharedLoop | undefined;

  constructor(device: Device, count: number) {
    this.#device = device;
    this.#present = new Set(Array(count).keys());
  }

  ask(place: number, request: Request): void {
    this.#requests.set(place, request);
    this.#compileOnceAllAsked();
  }

  async leave(place: number): Promise<void> {
    if (!this.#present.delete(place)) return;
    this.#requests.delete(place);
    this.#compileOnceAllAsked();
    await this.#loop?.placeOf(place)?.dispose();
  }

  #compileOnceAllAsked(): void {
    const isComplete = [...this.#present].every((place) => this.#requests.has(place));
    if (!isComplete || this.#requests.size === 0) return;
    const requests = new Map(this.#requests);
    this.#requests.clear();
    this.#compile(requests).catch((error) => {
      for (const { reject } of requests.values()) reject(error);
    });
  }

  async #compile(requests: ReadonlyMap<number, Request>): Promise<void> {
    const [first, ...others] = [...requests.values()] as [Request, ...Request[]];
    checkEqual(first, others);
    const { program, cycle, length } = first;
    const states = [...requests.values()].map((request) => request.program.state);
    const loop = await this.#device.compileLoop!(program, cycle, length, states);
    const shared = new SharedLoop(loop, program, [...requests.keys()]);
    this.#loop = shared;
    for (const [place, { resolve }] of requests) {
      const own = shared.placeOf(place)!;
      resolve(own);
      // It may have left while this was compiled.
      if (!this.#present.has(place)) await own.dispose();
    }
  }
}

/** Checks that programs differ in the numbers of their state at most. @throws LamoError `not-shareable` */
function checkEqual(expected: Request, others: readonly Request[]): void {
  for (const received of others) {
    checkShapes(expected, received);
    checkData(expected, received);
  }
  const steps = hashSteps(expected);
  if (others.every((received) => hashSteps(received) === steps)) return;
  throw notShareable(
    'Trainings that share a device take different steps',
    'settings that differ in the seed alone',
  );
}

function checkShapes(expected: Request, received: Request): void {
  const [wanted, given] = [shapesOf(expected), shapesOf(received)];
  const at = wanted.findIndex((text, i) => text !== given[i]);
  if (at < 0 && wanted.length === given.length) return;
  throw notShareable('Trainings that share a device have different shapes', wanted[at], given[at]);
}

const shapesOf = ({ program: { state, frozen = {}, inputs } }: Request) => [
  ...Object.entries(inputs).map(([name, shape]) => `${name} [${shape}]`),
  ...[state, frozen].flatMap((tree) => treeEntries(tree).map(([path, { shape }]) => `${path} [${shape}]`)),
];

function checkData(expected: Request, received: Request): void {
  const path = firstDifference(expected.program.frozen ?? {}, received.program.frozen ?? {});
  if (path === undefined) return;
  const expectation = 'equal data, and equal frozen networks';
  throw notShareable(`Trainings that share a device read different data: ${path} differs`, expectation);
}

/** Learning rates and the like are constants of the steps. */
function hashSteps({ program, cycle, length }: Request): string {
  const steps = Object.entries(traceProgram(program));
  const hashes = steps.map(([name, { graph, noise }]) => [name, hashGraph(graph), noise]);
  return JSON.stringify([cycle, length, hashes]);
}

function firstDifference(a: Tree<HostArray>, b: Tree<HostArray>): string | undefined {
  const others = new Map(treeEntries(b));
  const differs = ({ data }: HostArray, other: HostArray) =>
    data !== other.data && Buffer.compare(bytesOf(data), bytesOf(other.data)) !== 0;
  return treeEntries(a).find(([path, leaf]) => differs(leaf, others.get(path)!))?.[0];
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array) =>
  Buffer.from(buffer, byteOffset, byteLength);

function notShareable(problem: string, expected?: string, received?: string): LamoError {
  return new LamoError({
    where: 'runtime/devices',
    code: 'not-shareable',
    problem,
    ...(expected === undefined ? {} : { expected }),
    ...(received === undefined ? {} : { received }),
    hint: 'Let each take its steps by itself.',
  });
}
