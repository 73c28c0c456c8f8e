import { hubOptions } from '@lamo/algos';
import { LamoError } from '@lamo/core';
import { sentenceCodes } from '@lamo/models';
import { z } from 'zod';
import { loadLanguageModel } from '../language/load-language-model';
import { readJsonFile } from '../run/json-file';
import { watchDownloads } from '../terminal/watch-loading';
import type { ListedTask } from './active-folder';
import { checkTasks } from './check-tasks';

const named = { name: z.string().min(1), weight: z.number().positive().default(1) };
const told = z.strictObject({ ...named, code: z.array(z.number()).min(1) });
const said = z.strictObject({ ...named, sentence: z.string().min(1) });

const KIND =
  'a list of tasks with codes or sentences: [{"name": "kettle", "code": [1, 0]}, …] or [{"name": "kettle", "sentence": "move the kettle"}, …]';

/**
 * Reads a file that lists tasks, by codes or by sentences, whose codes are what a language model makes of them.
 *
 * @param languageModel that reads sentences @default nano
 * @throws LamoError `invalid-tasks`, `invalid-flags` if a language model is named and nothing is there to read, and what language models throw
 *   that cannot be loaded
 */
export async function readTasks(
  path: string,
  languageModel: string | undefined,
): Promise<readonly ListedTask[]> {
  const schema = z.array(z.union([told, said], { error: 'a name, and either a code or a sentence' })).min(1);
  const listed = readJsonFile(path, schema, { kind: KIND, code: 'invalid-tasks' });
  const sentences = listed.flatMap((task) => ('sentence' in task ? [task.sentence] : []));
  if (sentences.length === 0 && languageModel !== undefined) throw nothingToRead(path, languageModel);
  const codes = sentences.length === 0 ? [] : await codesOf(sentences, languageModel ?? 'nano');
  const tasks = listed.map((task) => ('code' in task ? task : { ...task, code: [...codes.shift()!] }));
  checkTasks(path, tasks);
  return tasks;
}

async function codesOf(sentences: readonly string[], model: string): Promise<Float32Array[]> {
  return sentenceCodes(await loadLanguageModel({ model }, hubOptions(watchDownloads())), sentences);
}

function nothingToRead(path: string, model: string): LamoError {
  return new LamoError({
    where: 'cli/active',
    code: 'invalid-flags',
    problem: `The tasks in ${path} have codes already, so there is nothing for --language-model ${model} to read`,
    expected: 'tasks with sentences: [{"name": "kettle", "sentence": "move the kettle"}, …]',
    received: 'codes',
    hint: 'Leave --language-model out.',
  });
}
