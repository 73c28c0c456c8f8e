import { type Device, type HostArray, openDevice, type Tree } from '@lamo/runtime';
import type * as tf from '@tensorflow/tfjs-core';
import type { PerplexityOptions } from './evaluate-perplexity';
import type { Gpt2 } from './gpt2';
import { languageLoss } from './language-model';
import type { LoadedGpt2 } from './load-gpt2';

/** Rows of tokens that a language model is measured on. */
export interface TokenRows {
  readonly rows: number;
  /** Tokens in each. */
  readonly length: number;
  /** Whether rows have a `mask`, which says of each token whether it counts. */
  readonly isMasked: boolean;
  /** Reads a row from `offset` on: its `tokens`, and its `mask` if there is one. */
  read(row: number, into: Readonly<Record<string, Float32Array>>, offset: number): void;
}

/** The mean over all that counts, in nats per token, and the tokens that the mask counts. */
export interface MeanLoss {
  readonly loss: number;
  readonly masked: number;
}

/** Measures the mean loss of a language model over all rows, with dropout off. */
export async function meanLoss(
  model: LoadedGpt2,
  rows: TokenRows,
  { device, batchSize = 8, signal }: PerplexityOptions,
): Promise<MeanLoss> {
  const used = device ?? (await openDevice('cpu'));
  const whole = rows.rows - (rows.rows % batchSize);
  const parts = [
    await sumLosses(used, model, rows, [0, whole], batchSize, signal),
    await sumLosses(used, model, rows, [whole, rows.rows], rows.rows - whole, signal),
  ];
  const total = (name: keyof Sums) => parts[0]![name] + parts[1]![name];
  return { loss: total('loss') / total('weight'), masked: total('weight') };
}

/** Of rows without a mask the weight is their number. */
interface Sums {
  readonly loss: number;
  readonly weight: number;
}

/** Adds up the losses of the rows from `start` to before `end`, a multiple of the batch size. */
async function sumLosses(
  device: Device,
  { config, parameters }: LoadedGpt2,
  rows: TokenRows,
  [start, end]: readonly [number, number],
  batchSize: number,
  signal: AbortSignal | undefined,
): Promise<Sums> {
  let [loss, weight] = [0, 0];
  if (start === end) return { loss, weight };
  const shape = [batchSize, rows.length];
  const executable = await device.compile({
    state: {},
    frozen: parameters as Gpt2<HostArray> & Tree<HostArray>,
    inputs: rows.isMasked ? { tokens: shape, mask: shape } : { tokens: shape },
    variants: {
      measure: (_state, { tokens, mask: weights }, _noise, frozen) => ({
        outputs: { loss: languageLoss(frozen as unknown as Gpt2<tf.Tensor>, tokens!, config, { weights }) },
      }),
    },
  });
  const inputs = executable.inputs as Readonly<Record<string, Float32Array>>; // none is of bytes
  try {
    for (let row = start; row < end; row += batchSize) {
      for (let i = 0; i < batchSize; i++) rows.read(row + i, inputs, i * rows.length);
      await executable.run('measure');
      const { mask } = inputs;
      const counted = rows.isMasked ? mask!.reduce((sum, value) => sum + value, 0) : batchSize;
      loss += executable.outputs.measure.loss![0]! * counted;
      weight += counted;
      signal?.throwIfAborted();
    }
    return { loss, weight };
  } finally {
    await executable.dispose();
  }
}
