/** Name of a parameter as checkpoints have it, from its path in a tree: `h/0/ln_1/weight` → `h.0.ln_1.weight`. */
export function parameterName(path: string): string {
  return path.replaceAll('/', '.');
}

/**
 * Tells whether a path matches a pattern of names: `*` stands for anything between two dots, `**` for anything.
 * @example matchesPath('h/3/attn/c_attn/bias', 'h.*.attn.**') // true
 */
export function matchesPath(path: string, pattern: string): boolean {
  const source = pattern
    .split('**')
    .map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^.]*'))
    .join('.*');
  return new RegExp(`^${source}$`).test(parameterName(path));
}
