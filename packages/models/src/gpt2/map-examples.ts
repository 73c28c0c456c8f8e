import type { CompletionArrays, Completions } from '@lamo/data';

/**
 * Reads examples in batches, and computes something of each. The last batch is filled up with the last example.
 *
 * @param into [B · T] what a batch is read into
 * @param run is called with every batch that was read, and gives what belongs to a row of it
 * @param signal is checked after each batch; when aborted, its reason is thrown
 * @returns of each example, in their order
 */
export async function mapExamples<Result>(
  source: Pick<Completions, 'examples' | 'length' | 'read'>,
  into: Required<Pick<CompletionArrays, 'tokens' | 'mask'>>,
  run: () => Promise<(row: number, example: number) => Result>,
  signal?: AbortSignal,
): Promise<Result[]> {
  const { examples, length } = source;
  const rows = into.tokens.length / length;
  const all: Result[] = [];
  for (let start = 0; start < examples; start += rows) {
    for (let row = 0; row < rows; row++) source.read(Math.min(start + row, examples - 1), into, row * length);
    const resultOf = await run();
    for (let row = 0; row < rows && start + row < examples; row++) all.push(resultOf(row, start + row));
    signal?.throwIfAborted();
  }
  return all;
}
