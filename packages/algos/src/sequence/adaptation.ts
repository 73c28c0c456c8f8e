import { LamoError, type Rng } from '@lamo/data';
import { addLora, type Gpt2, type GroupPatterns, type LoadedGpt2, partitionParameters } from '@lamo/models';
import { type HostArray, joinTrees, type Tree, type TreeRecord } from '@lamo/runtime';
import { z } from 'zod';
import type { TextConfig } from './text-loss';

/** Settings of what trains inside a pre-trained transformer. */
export const adaptationConfig = {
  adaptation: z
    .enum(['lora', 'full', 'frozen', 'selective'])
    .default('lora')
    .describe(
      'What trains in the backbone: adapters and the biases beside them, all, nothing, or what adapt lists',
    ),
  adapt: z
    .array(z.enum(['norms', 'attention', 'feed-forward', 'tokens', 'positions', 'last-two-blocks']))
    .default([])
    .describe('Parts of the backbone that train with adaptation selective, and beside adapters with lora'),
  loraRank: z.int().positive().default(16).describe('Rank of the adapters'),
  loraAlpha: z.number().positive().default(32).describe('Adapters are scaled by alpha / rank'),
  loraDropout: z.number().min(0).lt(1).default(0.1).describe('Dropout rate on the input of adapters'),
  loraForm: z
    .enum(['separate', 'joint'])
    .default('separate')
    .describe('One adapter each for queries, keys and values (loralib), or one for all (PEFT)'),
};

/** What {@link adaptationConfig} parses to. */
export type AdaptationConfig = {
  [Key in keyof typeof adaptationConfig]: z.infer<(typeof adaptationConfig)[Key]>;
};

/** A backbone divided into what trains and what does not, each under the key `transformer`. */
export interface AdaptedBackbone {
  readonly trainable: TreeRecord<HostArray>;
  readonly frozen: TreeRecord<HostArray>;
  /** The groups of what trains. */
  readonly groups: GroupPatterns;
}

/**
 * Gets a backbone ready to train as the settings say. Its tables of words and positions are only kept where a text is
 * going to read them.
 *
 * @throws LamoError `invalid-config` if `adapt` does not belong to the adaptation, `empty-group` if it names what is not there
 */
export function adaptBackbone(
  { config, parameters }: LoadedGpt2,
  settings: AdaptationConfig & Pick<TextConfig, 'textWeight' | 'textPositions'>,
  rng: Rng,
): AdaptedBackbone {
  checkAdapt(settings);
  const read = withoutUnread(parameters, settings);
  const { adaptation, loraRank: rank, loraForm } = settings;
  const parts = loraForm === 'joint' ? 1 : 3;
  const lora = { rank, parts, layers: ['h.*.attn.c_attn'] };
  const transformer = adaptation === 'lora' ? addLora(read, lora, rng) : read;
  const groups = transformerGroups(settings, config.nLayer);
  const { frozen, ...trainable } = partitionParameters<HostArray>({ transformer }, groups);
  return {
    groups,
    frozen: frozen as TreeRecord<HostArray>,
    trainable: joinTrees<HostArray>(...Object.values(trainable)),
  };
}

/** Groups of the parameters that train inside the transformer. */
export function transformerGroups(
  { adaptation, adapt }: Pick<AdaptationConfig, 'adaptation' | 'adapt'>,
  layers: number,
): GroupPatterns {
  const inside = (patterns: readonly string[]) => patterns.map((pattern) => `transformer.${pattern}`);
  const chosen = inside(adapt.flatMap((part) => PARTS[part](layers)));
  const selected: GroupPatterns = adapt.length === 0 ? {} : { selected: chosen };
  const lora = {
    adapters: inside(['**.lora_*']),
    // loralib's bias mode `lora_only`: the biases of adapted layers.
    attentionBiases: inside(['h.*.attn.c_attn.bias']),
  };
  const groups: Readonly<Record<AdaptationConfig['adaptation'], GroupPatterns>> = {
    full: { transformer: inside(['**']) },
    frozen: {},
    selective: { selected: chosen },
    lora: { ...lora, ...selected },
  };
  return groups[adaptation];
}

const PARTS: Readonly<Record<AdaptationConfig['adapt'][number], (layers: number) => string[]>> = {
  norms: () => ['h.*.ln_*.*', 'ln_f.*'],
  attention: () => ['h.*.attn.*.weight', 'h.*.attn.c_proj.bias'],
  'feed-forward': () => ['h.*.mlp.**'],
  tokens: () => ['wte.*'],
  positions: () => ['wpe.*'],
  'last-two-blocks': (layers) => [`h.${layers - 2}.**`, `h.${layers - 1}.**`],
};

function checkAdapt({ adaptation, adapt }: Pick<AdaptationConfig, 'adaptation' | 'adapt'>): void {
  const isWanted = adaptation === 'selective' ? adapt.length > 0 : true;
  const isAllowed = adaptation === 'selective' || adaptation === 'lora' || adapt.length === 0;
  if (isWanted && isAllowed) return;
  throw new LamoError({
    where: 'algos/lamo',
    code: 'invalid-config',
    problem: `The setting 'adapt' does not go with adaptation '${adaptation}'`,
    expected: isWanted
      ? "an empty list, or adaptation 'lora' or 'selective'"
      : `some of ${Object.keys(PARTS).join(', ')}`,
    received: adapt.join(', ') || 'an empty list',
  });
}

function withoutUnread(
  { wte, wpe, ...body }: Gpt2<HostArray>,
  { textWeight, textPositions }: Pick<TextConfig, 'textWeight' | 'textPositions'>,
): Tree<HostArray> {
  if (textWeight === 0) return body as Tree<HostArray>;
  return { wte, ...(textPositions ? { wpe } : {}), ...body } as Tree<HostArray>;
}
