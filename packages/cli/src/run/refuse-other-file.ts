import { existsSync, statSync } from 'node:fs';
import { dirname, extname, join, resolve } from 'node:path';
import { LamoError } from '@lamo/core';
import { DATASET_FILES } from './dataset-ending';

/** What a file seems to be by its name, and what it is for. */
interface FileKind {
  readonly endings: readonly string[];
  readonly is: string;
  readonly use: (path: string) => string;
}

const KINDS: readonly FileKind[] = [
  {
    endings: DATASET_FILES,
    is: 'a dataset',
    use: (path) =>
      `\`lamo inspect ${path}\` says what is in it, \`lamo train ALGORITHM --dataset ${path}\` learns from it.`,
  },
  {
    endings: ['.onnx'],
    is: 'a policy',
    use: (path) =>
      `\`lamo inspect ${path}\` says what it sees and does, \`lamo serve ${path}\` lets programs ask it, \`lamo train fqe --policy ${path}\` judges it; \`lamo evaluate\` plays that of a run.`,
  },
  {
    endings: ['.jsonl', '.ndjson'],
    is: 'JSON lines',
    use: (path) =>
      `\`lamo train sft --completions ${path}\` learns from prompts with completions, \`lamo pretrain --text ${path}\` from text.`,
  },
  {
    endings: ['.txt', '.md', '.parquet'],
    is: 'text',
    use: (path) =>
      `\`lamo pretrain --text ${path}\` learns from it, \`lamo perplexity MODEL --text ${path}\` measures on it.`,
  },
];

/**
 * Refuses a file whose name says that it is of another kind than what is wanted. Whatever has another name, or does not
 * exist, is left to whoever reads it.
 *
 * @param expected what is wanted instead
 * @throws LamoError `other-file`
 */
export function refuseOtherFile(path: string, expected: string): void {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return;
  const ending = extname(path).toLowerCase();
  if (ending === '.safetensors') return;
  const kind = KINDS.find(({ endings }) => endings.includes(ending));
  const run = dirname(resolve(path));
  const isOfRun = existsSync(join(run, 'manifest.json'));
  if (kind === undefined && !isOfRun) return;
  throw new LamoError({
    where: 'cli/files',
    code: 'other-file',
    problem: `${path} is another kind of file`,
    expected,
    received: isOfRun ? 'a file in the folder of a run' : `what seems to be ${kind!.is}`,
    hint: isOfRun ? `Name the run: ${dirname(path)}` : kind!.use(path),
  });
}
