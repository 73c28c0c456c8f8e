import { LamoError, type Rng } from '@lamo/core';
import { addLora, GPT2_LAYERS, gpt2LayerPattern, type LoadedGpt2, partitionParameters } from '@lamo/models';
import type { HostArray, Tree } from '@lamo/runtime';
import { z } from 'zod';
import type { LoadedModel } from '../../kinds/language-model';

/** Settings of adapters that train in place of a whole language model. */
export const adapterConfig = {
  loraRank: z
    .int()
    .min(0)
    .default(0)
    .describe(
      'Rank of adapters, which train in place of the model itself; 0: there are none, all weights train',
    ),
  loraAlpha: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe('Adapters are scaled by alpha / rank; none: alpha is twice the rank'),
  loraDropout: z.number().min(0).lt(1).default(0).describe('Dropout rate on the input of adapters'),
  loraTargets: z
    .array(z.enum(GPT2_LAYERS))
    .min(1)
    .default(['c_attn'])
    .describe('Layers with adapters: queries, keys and values, what follows them, the feed-forward part'),
};

/** The values of {@link adapterConfig}. */
export type AdapterConfig = z.infer<z.ZodObject<typeof adapterConfig>>;

/**
 * Prepares a model for its adapters: it is frozen.
 *
 * @param given the model that was loaded; undefined if it is to be drawn anew
 * @param baseModel what the settings call it
 * @throws LamoError `invalid-config` for a model that is drawn anew: its weights would stay random
 */
export function freezeModel(
  given: LoadedGpt2 | undefined,
  baseModel: string | null,
  { loraRank: rank, loraAlpha, loraDropout: dropout, loraTargets: targetModules }: AdapterConfig,
): LoadedModel {
  if (given !== undefined) {
    const config = { rank, alpha: loraAlpha ?? 2 * rank, dropout, targetModules };
    const frozen = given.parameters as unknown as Tree<HostArray>;
    return { sizes: given.config, weights: undefined, frozen, adapters: { config, baseModel } };
  }
  throw new LamoError({
    where: 'algos/adapters',
    code: 'invalid-config',
    problem: 'Adapters train beside a model that stays as it is, and there is none',
    expected: 'a model to begin with (initialiseFrom), or a rank of 0',
    received: `loraRank ${rank} for a new model`,
    hint: 'Name the model by --initialise-from, or leave out --lora-rank: then all weights train.',
  });
}

/** Draws adapters that leave the model as it is, as a tree of them alone. */
export function initAdapters({ frozen, adapters }: LoadedModel, rng: Rng): Tree<HostArray> {
  const { rank, targetModules } = adapters!.config;
  const layers = targetModules.map(gpt2LayerPattern);
  const adapted = addLora(frozen!, { rank, layers }, rng.split('adapters'));
  return partitionParameters<HostArray>(adapted, { adapters: ['**.lora_*'] }).adapters!;
}
