import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { LamoError } from '@lamo/core';
import { isSame } from '../collect/check-recipe';
import { type CollectedSet, collectSet, completeSet, describeSet, planSet } from '../collect/collect-set';
import { readRecipe, readSetOf } from '../collect/read-recipe';
import type { RecipeSet, SetRecord } from '../collect/recipe-set';
import { environmentSlug } from '../environment-slug';
import { readyEnvironments, resolveEnvironment, resolveEnvironments } from '../resolve-environment';
import { DATASET_ENDING } from '../run/dataset-ending';
import { formatDuration, formatNumberOf } from '../terminal/format';
import { showResult, tell } from '../terminal/output';

/** Flags of `lamo collect`. */
export interface CollectFlags {
  readonly recipe?: string;
  readonly policy?: string;
  readonly quality?: string;
  readonly replay?: string;
  readonly rows?: number;
  readonly seed: number;
  readonly noise: boolean;
  readonly batch: number;
  readonly python?: string;
  readonly workers?: number;
  readonly out?: string;
  readonly force?: boolean;
}

/** Collects the set that the flags describe. */
export async function collect(environment: string, flags: CollectFlags): Promise<void> {
  const { policy, quality, replay, rows, seed, noise, batch, workers = 0, force = false } = flags;
  const id = resolveEnvironment(environment);
  await readyEnvironments([id], flags.python);
  const set = { environment: id, policy: policy ?? quality, replay, rows, seed, noise, batch };
  const planned = await planSet(set, { out: flags.out ?? `${environmentSlug(id)}.hdf5`, workers, force });
  const { value, note } = await collectSet(planned);
  showResult(value, { note: [describe(value), ...(note === undefined ? [] : [note])].join('\n') });
}

/** Collects the sets of a recipe; those that are there already stay as they are. */
export async function collectRecipe(path: string, flags: CollectFlags): Promise<void> {
  const { workers = 0, force = false, out } = flags;
  const recipe = await readRecipe(path);
  refuseOneFile(recipe.length, out);
  const ids = resolveEnvironments(recipe.map(({ environment }) => environment));
  const sets = recipe.map((set, i) => ({ ...set, environment: ids[i]! }));
  const files = sets.map((set) => fileOf(set, out));
  refuseTwice(path, files);
  await readyEnvironments(ids, flags.python);
  const planned = [];
  for (const [i, set] of sets.entries()) {
    const file = files[i]!;
    const there = force ? undefined : await findCollected(set, file);
    planned.push(there ?? (await planSet(set, { out: file, workers, force })));
  }
  const results: CollectedSet[] = [];
  const notes: string[] = [];
  for (const plan of planned) {
    if ('file' in plan) tell(`${plan.file} is there already`);
    const { value, note } = 'file' in plan ? { value: plan, note: undefined } : await collectSet(plan);
    results.push(value);
    notes.push(describe(value), ...(note === undefined ? [] : [note]));
  }
  showResult(results.length === 1 ? results[0] : results, { note: notes.join('\n') });
}

/** Where a set of a recipe goes: `--out` is the file of the only one, or the folder of all. */
function fileOf({ file, environment }: RecipeSet, out: string | undefined): string {
  if (out !== undefined && DATASET_ENDING.test(out)) return out;
  const name = file === undefined ? `${environmentSlug(environment)}.hdf5` : basename(file);
  return out === undefined ? name : join(out, name);
}

/** Several sets are several files. */
function refuseOneFile(count: number, out: string | undefined): void {
  if (count === 1 || out === undefined || !DATASET_ENDING.test(out)) return;
  throw new LamoError({
    where: 'cli/collect',
    code: 'not-a-folder',
    problem: `The recipe has ${count} sets, which do not go to one file`,
    expected: 'a folder for their files',
    received: `--out ${out}`,
    hint: `Name a folder: --out ${out.replace(DATASET_ENDING, '')}`,
  });
}

function refuseTwice(recipe: string, files: readonly string[]): void {
  const twice = files.find((file, i) => files.indexOf(file) < i);
  if (twice === undefined) return;
  throw new LamoError({
    where: 'cli/collect',
    code: 'invalid-recipe',
    problem: `Two sets of ${recipe} would go to the file ${twice}`,
    expected: 'another `file` for each',
  });
}

/** What a recipe asks for, if it was collected before: a command that was stopped goes on with the rest. */
async function findCollected(set: RecipeSet, file: string): Promise<CollectedSet | undefined> {
  if (!existsSync(file) || !DATASET_ENDING.test(file)) return undefined;
  const collected = await readSetOf(file);
  if (collected === undefined) return undefined;
  const { set: wanted, source } = await completeSet(set);
  if (!isSame(collected, wanted, source.files())) return undefined;
  return describeSet(collected as SetRecord, file);
}

function describe({ file, rows, environment, policy, replay, seconds }: CollectedSet): string {
  const who = replay === undefined ? `by ${policy}` : `that ${replay} has logged`;
  const took = seconds === 0 ? '' : `, in ${formatDuration(seconds)}`;
  return `${file}: ${formatNumberOf(rows, 'row')} of ${environment} ${who}${took}`;
}
