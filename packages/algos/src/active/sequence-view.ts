import type { Device, HostArray, Tree } from '@lamo/runtime';
import { CompiledActor } from '../ingredients/compiled-actor';
import type { SequenceConfig } from '../ingredients/sequence/sequence-config';
import type { ActionHead, PolicyParts } from '../kinds/policy';
import type { LabelledRow, LabelledRows } from './demonstration';
import { demonstrationWindows } from './demonstration-windows';
import type { NetworkOutputs } from './network-view';
import { runRows } from './run-rows';

/** Windows that are computed at once. */
const WINDOWS = 32;

/** A sequence model that can be looked into, and what its windows are made by. */
export interface SequenceViewParts {
  readonly head: ActionHead<unknown, unknown>;
  readonly parts: PolicyParts<SequenceConfig, unknown>;
  /** The part of observations that says the task. */
  readonly part: string;
}

/** Looks into a sequence model at steps of demonstrations, of which it sees those before, too. */
export class SequenceView {
  readonly #actor: CompiledActor;

  constructor(
    device: Device,
    private readonly viewed: SequenceViewParts,
  ) {
    const { head, parts } = viewed;
    const program = (part: Tree<HostArray>, batch: number) => head.program(parts, part, batch);
    this.#actor = new CompiledActor({ device, select: head.select, program }, parts.state);
  }

  /** Takes the parameters of another state. */
  load(state: Tree<HostArray>): Promise<void> {
    return this.#actor.load(state);
  }

  /** Computes what goes into the last layer, and comes out of it, in rows of demonstrations. */
  async look({ from }: LabelledRows): Promise<NetworkOutputs> {
    const { parts, part } = this.viewed;
    const windows = demonstrationWindows(from as readonly LabelledRow[], {
      spec: parts.spec,
      config: parts.config,
      part,
    });
    const executable = await this.#actor.executable(WINDOWS);
    const found = await runRows(executable, { size: WINDOWS, n: windows.length }, (inputs, row, at) => {
      for (const [name, values] of Object.entries(windows[row]!))
        inputs[name]!.set(values, at * values.length);
    });
    const { hidden, outputs } = found as Record<'hidden' | 'outputs', NetworkOutputs['outputs']>;
    return { hidden: withBias(hidden), outputs };
  }

  /** Frees what the device holds. */
  dispose(): Promise<void> {
    return this.#actor.dispose();
  }
}

/** [n, H + 1] rows with a 1 behind each, for the bias of the layer. */
function withBias({ width, data }: NetworkOutputs['hidden']): NetworkOutputs['hidden'] {
  const rows = data.length / width;
  const joined = new Float64Array(rows * (width + 1)).fill(1);
  for (let row = 0; row < rows; row++)
    joined.set(data.subarray(row * width, (row + 1) * width), row * (width + 1));
  return { width: width + 1, data: joined };
}
