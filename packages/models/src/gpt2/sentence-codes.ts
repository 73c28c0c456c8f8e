import { LamoError } from '@lamo/core';
import type { Tokenizer } from '@lamo/data';
import { type Device, type HostArray, openDevice, type Tree } from '@lamo/runtime';
import * as tf from '@tensorflow/tfjs-core';
import type { Gpt2 } from './gpt2';
import type { LoadedGpt2 } from './load-gpt2';
import { hiddenStates } from './token-values';

/** A language model that reads sentences. */
export interface SentenceReader {
  /** The network. */
  readonly model: Pick<LoadedGpt2, 'config' | 'parameters'>;
  /** Its own. */
  readonly tokenizer: Pick<Tokenizer, 'encode'>;
}

/** Options of {@link sentenceCodes}. */
export interface SentenceCodesOptions {
  /** Where to compute. @default the compiled `cpu` device */
  readonly device?: Device;
}

/** Sentences are read in rows of this many tokens, or twice as many, or four times …: what a sentence is read with says nothing of others. */
const SHORTEST = 8;

/**
 * Makes codes of sentences: the mean of the last hidden states of a language model over the tokens of each. A policy that is told its task by such
 * codes is told sentences. They depend on the sentence and the model alone.
 *
 * @returns [D] for each sentence, D the width of the model
 * @throws LamoError `no-tokens`, `too-long`, `token-out-of-range`, `not-finite`
 * @example
 * const folder = nanoModelFolder();
 * const reader = { model: await loadGpt2(folder), tokenizer: await loadTokenizer(folder) };
 * const [code] = await sentenceCodes(reader, ['open the microwave']);
 */
export async function sentenceCodes(
  { model, tokenizer }: SentenceReader,
  sentences: readonly string[],
  { device }: SentenceCodesOptions = {},
): Promise<Float32Array[]> {
  const read = sentences.map((sentence) => ({ sentence, ids: tokenizer.encode(sentence) }));
  for (const { sentence, ids } of read) checkTokens(sentence, ids, model);
  const codes = new Map<string, Float32Array>();
  const lengths = new Map(read.map(({ sentence, ids }) => [sentence, rowLength(ids.length, model)]));
  const opened = device ?? (await openDevice('cpu'));
  for (const length of new Set(lengths.values())) {
    const executable = await opened.compile(readingProgram(model, length));
    for (const { sentence, ids } of read.filter((own) => lengths.get(own.sentence) === length)) {
      executable.inputs.tokens!.fill(0);
      executable.inputs.tokens!.set(ids);
      executable.inputs.mask!.fill(0);
      executable.inputs.mask!.fill(1, 0, ids.length);
      await executable.run('read');
      codes.set(sentence, executable.outputs.read.code!.slice());
    }
    await executable.dispose();
  }
  for (const [sentence, code] of codes) if (!code.every(Number.isFinite)) throw notFinite(sentence);
  return sentences.map((sentence) => codes.get(sentence)!);
}

/** Tokens of the row that a sentence is read in. */
function rowLength(tokens: number, { config }: SentenceReader['model']): number {
  let length = SHORTEST;
  while (length < tokens) length *= 2;
  return Math.min(length, config.nPositions);
}

/** Reads one sentence, [1, T]. Tokens do not see later ones, so what its row is filled up with changes nothing. */
function readingProgram({ config, parameters }: SentenceReader['model'], length: number) {
  return {
    state: {},
    frozen: parameters as Gpt2<HostArray> & Tree<HostArray>,
    inputs: { tokens: [1, length], mask: [1, length] },
    variants: {
      read(
        _state: unknown,
        { tokens, mask }: Readonly<Record<string, tf.Tensor>>,
        _noise: unknown,
        frozen: Tree<tf.Tensor>,
      ) {
        const hidden = hiddenStates(frozen as unknown as Gpt2<tf.Tensor>, tokens!, config); // [1, T, D]
        const sum = tf.sum(tf.mul(hidden, tf.expandDims(mask!, -1)), [0, 1]);
        return { outputs: { code: tf.div(sum, tf.sum(mask!)) } };
      },
    },
  };
}

function checkTokens(sentence: string, ids: readonly number[], { config }: SentenceReader['model']): void {
  const { nPositions, vocabSize } = config;
  if (ids.length === 0)
    throw wrong('no-tokens', `The sentence '${sentence}' has no tokens`, 'at least one', 'none');
  if (ids.length > nPositions) {
    const problem = `The model cannot read the sentence '${sentence.slice(0, 60)}…' at once`;
    throw wrong('too-long', problem, `at most ${nPositions} tokens`, String(ids.length));
  }
  const outside = ids.find((id) => id >= vocabSize);
  if (outside === undefined) return;
  const problem = `The sentence '${sentence}' has tokens that are not in the model's vocabulary`;
  throw wrong(
    'token-out-of-range',
    problem,
    `ids below ${vocabSize}, of the model's tokenizer`,
    String(outside),
  );
}

function notFinite(sentence: string): LamoError {
  const problem = `What the model makes of '${sentence}' is not all numbers: its weights are damaged, or diverged in training`;
  return wrong('not-finite', problem, 'finite numbers', 'others');
}

function wrong(code: string, problem: string, expected: string, received: string): LamoError {
  return new LamoError({ where: 'models/sentence-codes', code, problem, expected, received });
}
