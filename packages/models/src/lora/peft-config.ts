/** `adapter_config.json`, which Python's PEFT writes beside an adapter. */
import { parseRecord } from '@lamo/core';
import { z } from 'zod';

/** The fields of `adapter_config.json` that are used. */
export interface PeftConfig {
  /** Rank of the adapters. */
  readonly rank: number;
  /** Adapters are scaled by alpha / rank. */
  readonly alpha: number;
  /** Dropout rate on the input of the adapters. */
  readonly dropout: number;
  /** Last names of the adapted layers: `c_attn`. */
  readonly targetModules: readonly string[];
}

/** Switches of PEFT that change what an adapter computes, with the one setting that is computed here. */
const FIXED = { use_dora: false, use_rslora: false, bias: 'none', use_qalora: false } as const;

/** A setting that would change what is computed, unless it is empty. */
const unset = z
  .unknown()
  .refine(isEmpty, 'expected null or an empty value, because this setting is not supported')
  .optional();

const anything = z.unknown().optional();

/**
 * Every field that PEFT 0.21 writes. Others are refused, because their effect is unknown.
 */
const schema = z.strictObject({
  peft_type: z.literal('LORA'),
  r: z.int().min(1),
  lora_alpha: z.number(),
  lora_dropout: z.number().min(0).lt(1).nullish(),
  target_modules: z.array(z.string()).min(1),
  use_dora: z.literal(FIXED.use_dora).nullish(),
  use_rslora: z.literal(FIXED.use_rslora).nullish(),
  use_qalora: z.literal(FIXED.use_qalora).nullish(),
  bias: z.literal(FIXED.bias).nullish(),
  // Initialisations that leave the base model unchanged. PiSSA, OLoRA, CorDA and LoftQ change it, so their adapters do not fit the original.
  init_lora_weights: z
    .union([z.boolean(), z.enum(['gaussian', 'orthogonal'])], {
      error: 'expected true, false, gaussian or orthogonal, which leave the base model unchanged',
    })
    .optional(),

  rank_pattern: unset,
  alpha_pattern: unset,
  modules_to_save: unset,
  exclude_modules: unset,
  layers_to_transform: unset,
  layer_replication: unset,
  trainable_token_indices: unset,
  target_parameters: unset,
  lora_bias: unset,
  loftq_config: unset,
  eva_config: unset,
  corda_config: unset,
  arrow_config: unset,
  kasa_config: unset,
  lora_ga_config: unset,
  monteclora_config: unset,
  velora_config: unset,
  megatron_config: unset,
  alora_invocation_tokens: unset,
  use_bdlora: unset,

  // Where it comes from, and how it is loaded or trained.
  task_type: anything,
  auto_mapping: anything,
  base_model_name_or_path: anything,
  revision: anything,
  inference_mode: anything,
  peft_version: anything,
  runtime_config: anything,
  // GPT-2's weights are [inputs, outputs]. PEFT knows that, whatever this field says.
  fan_in_fan_out: anything,
  // Without effect unless the settings that they belong to are set, which are refused.
  layers_pattern: anything,
  megatron_core: anything,
  qalora_group_size: anything,
  ensure_weight_tying: anything,
});

function isEmpty(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return value === null || value === undefined || value === false || value === '';
}

/** Reads an `adapter_config.json`. @throws LamoError `unsupported-adapter`, naming the field */
export function parsePeftConfig(
  json: Readonly<Record<string, unknown>>,
  source = 'adapter_config.json',
): PeftConfig {
  const config = parseRecord(schema, json, {
    where: 'models/peft',
    code: 'unsupported-adapter',
    name: source,
    kind: 'the description of a supported adapter',
  });
  return {
    rank: config.r,
    alpha: config.lora_alpha,
    dropout: config.lora_dropout ?? 0,
    targetModules: config.target_modules,
  };
}

/** The model that an `adapter_config.json` names as the one that the adapters belong to; null if none. */
export function peftBaseModel({
  base_model_name_or_path: name,
}: Readonly<Record<string, unknown>>): string | null {
  return typeof name === 'string' && name !== '' ? name : null;
}

/** Writes an `adapter_config.json` that Python's PEFT can load. */
export function formatPeftConfig(config: PeftConfig, baseModel: string | null): Record<string, unknown> {
  return {
    peft_type: 'LORA',
    task_type: null,
    base_model_name_or_path: baseModel,
    r: config.rank,
    lora_alpha: config.alpha,
    lora_dropout: config.dropout,
    target_modules: config.targetModules,
    fan_in_fan_out: true,
    inference_mode: true,
    init_lora_weights: true,
    ...FIXED,
  };
}
