import { generateText, loadGpt2, loadTokenizer } from '@lamo/models';
import { type DeviceName, deviceNames, openDevice } from '@lamo/runtime';
import { type Command, Option } from 'commander';
import { locateModel } from '../language/locate-model';
import { interruptible } from '../terminal/interrupt';
import { watchDownloads } from '../terminal/watch-loading';
import { countOption, parseNumber, seedOption } from './common-options';

interface GenerateFlags {
  readonly prompt: string;
  readonly tokens: number;
  readonly temperature: number;
  readonly topK?: number;
  readonly seed: number;
  readonly device: DeviceName;
  readonly threads?: number;
}

/** Defines `lamo generate`. */
export function defineGenerate(command: Command): void {
  command
    .argument('<model>')
    .description(
      'Continues a text with a language model: `nano`, a run of `lamo pretrain`, a folder, or a name on the hub.',
    )
    .option('--prompt <text>', 'text to continue', '')
    .addOption(countOption('--tokens <count>', 'tokens to add at most').default(100))
    .addOption(
      new Option(
        '--temperature <number>',
        'divides the logits: 0 takes the most likely token, 1 draws as the model says',
      )
        .argParser(parseNumber)
        .default(1),
    )
    .addOption(countOption('--top-k <count>', 'draw among so many most likely tokens (default: all)'))
    .addOption(seedOption('seed of the draws'))
    .addOption(
      new Option('--device <name>', 'where to compute').choices(Object.keys(deviceNames)).default('cpu'),
    )
    .addOption(countOption('--threads <count>', 'threads of the device cpu'))
    .addHelpText('after', '\nExample:\n  lamo generate nano --prompt "The game was" --tokens 40 --top-k 40')
    .action(generate);
}

function generate(name: string, flags: GenerateFlags): Promise<void> {
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
  const device = await openDevice(flags.device, threads === undefined ? {} : { threads });
  process.stdout.write(prompt);
  try {
    await generateText(model, tokenizer, {
      ...{ prompt, tokens, temperature, seed, device },
      ...(topK !== undefined && { topK }),
      onToken(text) {
        process.stdout.write(text);
        signal.throwIfAborted();
      },
    });
  } finally {
    process.stdout.write('\n');
  }
}
