import { LamoError, type Rng } from '@lamo/core';
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
  /** The parameters that train. */
  readonly trainable: TreeRecord<HostArray>;
  /** The parameters that do not train. */
  readonly frozen: TreeRecord<HostArray>;
  /** The groups of what trains. */
  readonly groups: GroupPatterns;
}

/**
 * Gets a backbone ready to train as the settings say.
 *
 * @throws LamoError `invalid-config` if `adapt` does not belong to the adaptation, `empty-group` if it names what is not there
 */
export function adaptBackbone(
  { config, parameters }: LoadedGpt2,
  settings: AdaptationConfig & TextTables,
  rng: Rng,
): AdaptedBackbone {
  checkAdapt(settings);
  const read = withoutUnread(parameters, settings);
  const parts = settings.loraForm === 'joint' ? 1 : 3;
  const lora = { rank: settings.loraRank, parts, layers: ['h.*.attn.c_attn'] };
  const transformer = settings.adaptation === 'lora' ? addLora(read, lora, rng) : read;
  return divideBackbone(transformer, transformerGroups(settings, config.nLayer));
}

/** Divides a transformer into what trains, by group, and what does not. */
export function divideBackbone(transformer: Tree<HostArray>, groups: GroupPatterns): AdaptedBackbone {
  const { frozen, ...trainable } = partitionParameters<HostArray>({ transformer }, groups);
  return {
    groups,
    frozen: frozen as TreeRecord<HostArray>,
    trainable: joinTrees<HostArray>(...Object.values(trainable)),
  };
}

/** The one group of a transformer that trains as a whole. */
export const WHOLE: GroupPatterns = { transformer: ['transformer.**'] };

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
    full: WHOLE,
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
  if (adaptation === 'selective' && adapt.length === 0) {
    throw misplacedAdapt(adaptation, `some of ${Object.keys(PARTS).join(', ')}`, 'an empty list');
  }
  if (adapt.length > 0 && (adaptation === 'full' || adaptation === 'frozen')) {
    throw misplacedAdapt(adaptation, "an empty list, or adaptation 'lora' or 'selective'", adapt.join(', '));
  }
}

function misplacedAdapt(adaptation: string, expected: string, received: string): LamoError {
  return new LamoError({
    where: 'algos/adaptation',
    code: 'invalid-config',
    problem: `The setting 'adapt' does not go with adaptation '${adaptation}'`,
    expected,
    received,
  });
}

type TextTables = Pick<TextConfig, 'textWeight' | 'textPositions'>;

/** Leaves out the tables of words and positions where no text is going to read them. */
export function withoutUnread(
  { wte, wpe, ...body }: Gpt2<HostArray>,
  { textWeight, textPositions }: TextTables,
): Tree<HostArray> {
  if (textWeight === 0) return body as Tree<HostArray>;
  return { wte, ...(textPositions ? { wpe } : {}), ...body } as Tree<HostArray>;
}
