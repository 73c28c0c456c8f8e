/** A released version of a Python package: `13.0.2.14`, `0.8.1.post1`. */
export type Version = readonly number[];

/** Reads a version; undefined for anything but a release, such as `1.0rc1` or `2.0.dev5`. */
export function parseVersion(text: string): Version | undefined {
  const match = /^v?(\d+(?:\.\d+)*)(?:\.post(\d+))?$/.exec(text.trim());
  if (match === null) return undefined;
  // Far behind the last number of any release, so that a post-release follows its release.
  const numbers = match[1]!.split('.').map(Number);
  const padded = [...numbers, ...Array<number>(Math.max(0, LENGTH - numbers.length)).fill(0)];
  return [...padded, match[2] === undefined ? 0 : Number(match[2]) + 1];
}

const LENGTH = 8;

/** Negative if `a` is older than `b`. */
export function compareVersions(a: Version, b: Version): number {
  const differs = a.findIndex((number, i) => number !== b[i]);
  return differs === -1 ? 0 : a[differs]! - (b[differs] ?? 0);
}

/**
 * Tells whether a version fits a requirement of Python's packages (PEP 440): `>=9.8,<10.0`, `==0.11.2`, `~=1.4`, `==13.*`.
 *
 * @returns undefined if the requirement cannot be read
 */
export function fitsVersion(version: Version, requirement: string): boolean | undefined {
  const parts = requirement.split(',').map((part) => part.trim());
  const fits = parts.filter((part) => part !== '').map((part) => fitsPart(version, part));
  return fits.includes(undefined) ? undefined : fits.every((fit) => fit === true);
}

function fitsPart(version: Version, part: string): boolean | undefined {
  const [, operator = '', text = ''] = /^(~=|===?|!=|<=|>=|<|>)\s*(.*)$/.exec(part) ?? [];
  const isPrefix = text.endsWith('.*');
  const other = parseVersion(isPrefix ? text.slice(0, -2) : text);
  if (other === undefined) return undefined;
  const numbers = text
    .replace('.*', '')
    .replace(/\.post.*/, '')
    .split('.').length;
  const begins = (length: number) => other.slice(0, length).every((number, i) => number === version[i]);
  const order = compareVersions(version, other);
  const tests: Readonly<Record<string, () => boolean>> = {
    '==': () => (isPrefix ? begins(numbers) : order === 0),
    '===': () => order === 0,
    '!=': () => (isPrefix ? !begins(numbers) : order !== 0),
    '~=': () => order >= 0 && begins(numbers - 1),
    '<=': () => order <= 0,
    '>=': () => order >= 0,
    '<': () => order < 0,
    '>': () => order > 0,
  };
  return tests[operator]?.();
}
