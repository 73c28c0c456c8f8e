import type { PolicyOutputs } from '@lamo/algos';
import type { ColumnArray } from '@lamo/core';
import { RequestError } from './request-error';

/** What a policy takes of one observation: each input of its model, one row. */
export type PolicyRow = Readonly<Record<string, ColumnArray>>;

/** How rows are gathered. */
export interface BatcherOptions {
  /** Rows that are computed at once. */
  readonly maxBatch: number;
  /** Milliseconds that the first of them waits for others; 0: none waits that could be computed. */
  readonly maxWait: number;
  /** Rows that may wait. */
  readonly maxQueue: number;
  /** Is told how many rows were computed at once. */
  readonly onBatch?: (rows: number) => void;
}

interface Waiting {
  readonly row: PolicyRow;
  readonly resolve: (answer: PolicyOutputs) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Gathers rows of concurrent requests, and computes them at once: those that came while the ones before were computed, in their order. Each
 * row is computed as it is alone, but for the last bits of 32-bit numbers.
 */
export class Batcher {
  readonly #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | NodeJS.Immediate | undefined;
  #isRunning = false;

  constructor(
    readonly run: (inputs: PolicyRow, n: number) => Promise<PolicyOutputs>,
    readonly options: BatcherOptions,
  ) {}

  /** Rows that wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Refuses what would have to wait too long. @throws RequestError */
  checkRoom(rows: number): void {
    const { maxQueue } = this.options;
    // A single request may be of any size that its body allows.
    if (this.#waiting.length === 0 || this.#waiting.length + rows <= maxQueue) return;
    const message = `More is asked than can be answered: ${maxQueue} observations may wait`;
    throw new RequestError(503, 'busy', message, [], 'Ask again a little later.');
  }

  /** Computes rows, which may be computed apart from each other. @throws RequestError if too many wait already */
  submit(rows: readonly PolicyRow[]): Promise<PolicyOutputs[]> {
    this.checkRoom(rows.length);
    const answers = rows.map(
      (row) => new Promise<PolicyOutputs>((resolve, reject) => this.#waiting.push({ row, resolve, reject })),
    );
    this.#schedule();
    return Promise.all(answers);
  }

  #schedule(): void {
    const { maxBatch, maxWait } = this.options;
    if (this.#isRunning || this.#waiting.length === 0) return;
    const isFull = this.#waiting.length >= maxBatch;
    if (this.#timer !== undefined) {
      if (!isFull || maxWait === 0) return;
      clearTimeout(this.#timer as NodeJS.Timeout);
    }
    // What has arrived with it in the same round of events goes along.
    this.#timer =
      isFull || maxWait === 0
        ? setImmediate(() => void this.#compute())
        : setTimeout(() => void this.#compute(), maxWait);
  }

  async #compute(): Promise<void> {
    this.#timer = undefined;
    if (this.#isRunning) return;
    this.#isRunning = true;
    const batch = this.#waiting.splice(0, this.options.maxBatch);
    try {
      this.options.onBatch?.(batch.length);
      const outputs = await this.run(stack(batch.map(({ row }) => row)), batch.length);
      for (const [i, { resolve }] of batch.entries()) resolve(rowOf(outputs, i, batch.length));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      this.#isRunning = false;
      this.#schedule();
    }
  }
}

/** Puts rows one after the other, each input apart. */
function stack(rows: readonly PolicyRow[]): PolicyRow {
  const [first] = rows;
  if (rows.length === 1) return first!;
  return Object.fromEntries(
    Object.entries(first!).map(([name, part]) => {
      const { length } = part;
      const all = rows.length * length;
      const whole: ColumnArray = part instanceof Uint8Array ? new Uint8Array(all) : new Float32Array(all);
      for (const [i, row] of rows.entries()) whole.set(row[name]!, i * length);
      return [name, whole];
    }),
  );
}

function rowOf({ actions, scores }: PolicyOutputs, i: number, n: number): PolicyOutputs {
  const row = (values: Float32Array) => {
    const width = values.length / n;
    return values.slice(i * width, (i + 1) * width);
  };
  return { actions: row(actions), ...(scores && { scores: row(scores) }) };
}
