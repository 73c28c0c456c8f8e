/** Tells whether something is a list of different names. */
export function areLabels(labels: unknown): labels is readonly string[] {
  if (!Array.isArray(labels) || new Set(labels).size !== labels.length) return false;
  return labels.every((label) => typeof label === 'string' && label !== '');
}

/** Tells whether two lists of texts are the same. */
export function sameTexts(one: readonly string[] = [], other: readonly string[] = []): boolean {
  return one.length === other.length && one.every((text, i) => text === other[i]);
}

/** Lists names, the first few of many: `a, b and 7 more`. */
export function listSome(names: readonly string[], most = 8): string {
  const rest = names.length - most;
  return rest <= 1 ? names.join(', ') : `${names.slice(0, most).join(', ')} and ${rest} more`;
}
