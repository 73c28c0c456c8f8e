/** Repositories of the hub that are known by a name without an owner. Of all others, the owner says that the hub is meant. */
export const OWNERLESS_NAMES: Readonly<Record<'model' | 'dataset', readonly string[]>> = {
  model: ['gpt2', 'gpt2-medium', 'gpt2-large', 'gpt2-xl', 'distilgpt2'],
  dataset: ['wikitext'],
};
