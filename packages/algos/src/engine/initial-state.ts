import { LamoError, type Rng } from '@lamo/core';
import type { HostArray, Tree } from '@lamo/runtime';
import type { AnyAlgorithm, Loaded } from './algorithm';
import { beginWith, type InitialState } from './begin-with';
import type { PreparedParts } from './held-out';

/**
 * Makes the state that a training begins with: what is drawn, or is that of another training; and what is measured in the data.
 *
 * @throws LamoError `part-twice`, `initial-mismatch`
 */
export async function initialState(
  algorithm: AnyAlgorithm,
  { training, spec }: PreparedParts,
  config: Readonly<Record<string, unknown>>,
  loaded: Loaded,
  rng: Rng,
  initial: InitialState | undefined,
): Promise<Tree<HostArray>> {
  const drawn = await algorithm.init(spec, config, rng, loaded);
  const whole = { ...drawn, ...fitParts(algorithm, training, config, drawn) };
  const begun = initial ? beginWith(algorithm.name, whole, initial) : whole;
  return { ...begun, ...(await keepParts(algorithm, training, config, loaded)) } as Tree<HostArray>;
}

/** Measures what joins the state that was drawn. */
function fitParts({ name, fit, keep }: AnyAlgorithm, data: unknown, config: unknown, drawn: Tree<HostArray>) {
  const parts = [...Object.keys(drawn), ...Object.keys(fit), ...Object.keys(keep)];
  const twice = parts.filter((part, i) => parts.indexOf(part) < i);
  if (twice.length === 0) {
    const measures = Object.entries<(data: unknown, config: unknown) => Tree<HostArray>>(fit);
    return Object.fromEntries(measures.map(([part, measure]) => [part, measure(data, config)]));
  }
  throw new LamoError({
    where: `algos/${name}`,
    code: 'part-twice',
    problem: `Two of \`init\`, \`fit\` and \`keep\` make '${twice.join("', '")}' of the state`,
    expected: 'each part of the state from one of them',
    hint: 'What is measured in the data belongs in `fit`, what the result needs of them in `keep`, what is drawn in `init`.',
  });
}

/** Copies what the result needs of the data, one part after the other: another policy may be asked for it. */
async function keepParts({ keep }: AnyAlgorithm, data: unknown, config: unknown, loaded: Loaded) {
  const kept: Record<string, Tree<HostArray>> = {};
  for (const [part, copy] of Object.entries(keep)) kept[part] = await copy(data, config, loaded);
  return kept;
}
