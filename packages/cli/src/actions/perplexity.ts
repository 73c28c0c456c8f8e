import { openText, tokenCorpus } from '@lamo/data';
import { evaluatePerplexity } from '@lamo/models';
import type { DeviceName } from '@lamo/runtime';
import { openNamedDevice } from '../devices/open-named-device';
import { describePerplexity } from '../language/describe-perplexity';
import { loadLanguageModel } from '../language/load-language-model';
import { drawnTextOf } from '../language/open-corpora';
import { formatCount } from '../terminal/format';
import { interruptible } from '../terminal/interrupt';
import { showResult } from '../terminal/output';
import { watchDownloads } from '../terminal/watch-loading';

/** Flags of `lamo perplexity`. */
export interface PerplexityFlags {
  readonly adapter?: string;
  readonly text: readonly string[];
  readonly textField: string;
  readonly context?: number;
  readonly device: DeviceName;
  readonly threads?: number;
}

/** Measures how well a language model predicts a text. */
export function measurePerplexity(name: string, flags: PerplexityFlags): Promise<void> {
  return interruptible(
    () => {},
    (signal) => measureUntil(signal, name, flags),
  );
}

async function measureUntil(signal: AbortSignal, given: string, flags: PerplexityFlags): Promise<void> {
  const hub = watchDownloads(signal);
  const named = { model: given, adapter: flags.adapter };
  const { name, model, tokenizer } = await loadLanguageModel(named, hub);
  const blockLength = flags.context ?? model.config.nPositions;
  const drawn = drawnTextOf(flags.text);
  const text = drawn ?? (await openText(flags.text, { hub, field: flags.textField }));
  const corpus = await tokenCorpus(text, tokenizer, {
    blockLength,
    rowsPerGroup: 'all',
    onProgress: () => signal.throwIfAborted(),
  });
  const device = await openNamedDevice(flags);
  const { loss, perplexity, tokens } = await evaluatePerplexity(model, corpus, { device, signal });
  // Of states, which other tokenizers would cut into digits.
  const entropyRate = tokenizer.drawnText === undefined ? undefined : drawn?.entropyRate();
  const words = describePerplexity({ perplexity, loss }, entropyRate);
  showResult(
    { model: name, text: flags.text, perplexity, loss, entropyRate, tokens, context: blockLength },
    {
      answer: `${words.perplexity} (${words.loss}) on ${formatCount(tokens)} tokens of ${corpus.name}, in blocks of ${blockLength}`,
    },
  );
}
