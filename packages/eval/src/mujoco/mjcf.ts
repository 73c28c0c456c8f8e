/** Attributes of an MJCF element; a list of numbers is written with spaces between. */
export type Attributes = Readonly<Record<string, string | number | readonly number[]>>;

/**
 * Writes one element of MJCF, MuJoCo's XML model format. Numbers keep every digit, so that the model is
 * exact.
 */
export function element(tag: string, attributes: Attributes, children: readonly string[] = []): string {
  const written = Object.entries(attributes).map(([name, value]) => {
    return ` ${name}="${Array.isArray(value) ? value.join(' ') : value}"`;
  });
  const opening = `<${tag}${written.join('')}`;
  return children.length === 0 ? `${opening}/>` : `${opening}>${children.join('')}</${tag}>`;
}
