/**
 * Linear layers of a block by the names that PEFT's `target_modules` has for them: `c_proj` is both of that name, the one that follows the
 * attention and the one that ends the feed-forward part.
 */
export const GPT2_LAYERS = ['c_attn', 'c_proj', 'c_fc', 'attn.c_proj', 'mlp.c_proj'] as const;

/** Makes the pattern that names such a layer in all blocks. */
export function gpt2LayerPattern(layer: string): string {
  return `h.**.${layer}`;
}
