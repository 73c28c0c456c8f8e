import { appendFileSync, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** `LAMO_RECORDINGS=none`: as in a clone that has nothing beside it, even where it has. */
const isAlone = process.env.LAMO_RECORDINGS === 'none';

const beside = fileURLToPath(new URL('../../shared/', import.meta.url));
const shared = `${beside}fixtures/`;
const own = fileURLToPath(new URL('./fixtures/', import.meta.url));

/** Path of a recording from the reference implementations, beside the repository or, the small ones, inside it. */
export function fixturePath(name: string): string | undefined {
  const folders = isAlone ? [own] : [shared, own];
  return found(
    name,
    folders.map((folder) => `${folder}${name}`),
  );
}

/**
 * The first of some paths that is there. What is nowhere is noted in the file that `LAMO_MISSING` names, a line each: whoever runs
 * the tests can then say what they were skipped for.
 */
function found(name: string, paths: readonly string[]): string | undefined {
  const path = paths.find((each) => existsSync(each));
  const notes = process.env.LAMO_MISSING;
  if (path === undefined && notes !== undefined) appendFileSync(notes, `${name}\n`);
  return path;
}

/** Path of real data for tests and experiments, beside the repository: `wikitext-2`, `gutenberg`. */
export function sharedDataPath(name: string): string | undefined {
  return found(`data/${name}`, isAlone ? [] : [`${beside}data/${name}`]);
}

/** Path of a Python that has JAX, to test against: `LAMO_TEST_JAX`. */
export function jaxPath(): string | undefined {
  return process.env.LAMO_TEST_JAX ?? found('LAMO_TEST_JAX: path of a Python that has JAX', []);
}

/** Path of a Python that has gymnasium[mujoco], to play in: `LAMO_TEST_GYMNASIUM`. */
export function gymnasiumPath(): string | undefined {
  const name = 'LAMO_TEST_GYMNASIUM: path of a Python that has gymnasium[mujoco]';
  return process.env.LAMO_TEST_GYMNASIUM ?? found(name, []);
}

/** Path of a PJRT plug-in to test with: `LAMO_PJRT_PLUGIN`. */
export function pluginPath(): string | undefined {
  return process.env.LAMO_PJRT_PLUGIN ?? found('LAMO_PJRT_PLUGIN: path of a PJRT plug-in', []);
}
