import { generateText, loadGpt2, loadTokenizer } from '@lamo/models';
import { type DeviceName, openDevice } from '@lamo/runtime';
import { locateModel } from '../language/locate-model';
import { interruptible } from '../terminal/interrupt';
import { showPiece, showResult } from '../terminal/output';
import { printWarning } from '../terminal/print-warning';
import { watchDownloads } from '../terminal/watch-loading';

/** Flags of `lamo generate`. */
export interface GenerateFlags {
  readonly prompt: string;
  readonly tokens: number;
  readonly temperature: number;
  readonly topK?: number;
  readonly seed: number;
  readonly device: DeviceName;
  readonly threads?: number;
}

/** Continues a text with a language model. */
export function generate(name: string, flags: GenerateFlags): Promise<void> {
  return interruptible(
    () => {},
    (signal) => generateUntil(signal, name, flags),
  );
}

async function generateUntil(signal: AbortSignal, name: string, flags: GenerateFlags): Promise<void> {
  const { prompt, tokens, temperature, topK, seed, threads } = flags;
  const hub = watchDownloads(signal);
  const folder = locateModel(name);
  const model = await loadGpt2(folder, hub);
  const tokenizer = await loadTokenizer(folder, hub);
  const device = await openDevice(flags.device, {
    ...(threads === undefined ? {} : { threads }),
    onWarning: ({ message }) => printWarning(message),
  });
  showPiece(prompt);
  try {
    const completion = await generateText(model, tokenizer, {
      ...{ prompt, tokens, temperature, seed, device },
      ...(topK !== undefined && { topK }),
      onToken(text) {
        showPiece(text);
        signal.throwIfAborted();
      },
    });
    showResult({ model: name, prompt, completion, seed });
  } finally {
    showPiece('\n');
  }
}
