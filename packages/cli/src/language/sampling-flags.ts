import type { GenerateOptions } from '@lamo/models';

/** Flags that say how a language model draws tokens. */
export interface SamplingFlags {
  readonly tokens: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly advantageWeight?: number;
  readonly seed: number;
}

/** What they mean for generation. */
export function samplingOf({ tokens, topK, topP, advantageWeight, seed }: SamplingFlags): GenerateOptions {
  return {
    ...{ tokens, advantageWeight, seed },
    ...(topK !== undefined && { topK }),
    ...(topP !== undefined && { topP }),
  };
}
