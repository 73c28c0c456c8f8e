/** A package that another one needs. */
export interface Requirement {
  /** In the form that indexes use: `nvidia-cublas-cu12`. */
  readonly name: string;
  /** Which versions fit: `>=9.8,<10.0`; empty for any. */
  readonly versions: string;
}

/** Writes a package's name as indexes do (PEP 503). */
export function normaliseName(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}

/**
 * Reads what a wheel's metadata says that it needs, for this machine (PEP 508).
 *
 * @param extra the one of the package's extras that is wanted as well
 */
export function readRequirements(metadata: string, extra?: string): Requirement[] {
  const [head = ''] = metadata.split(/\r?\n\r?\n/);
  return [...head.matchAll(/^Requires-Dist:\s*(.+)$/gim)].flatMap(([, line = '']) => {
    const [text = '', ...marker] = line.split(';');
    const [, name = '', versions = ''] =
      /^\s*([\w.-]+)\s*(?:\[[^\]]*\])?\s*\(?([^()]*)\)?\s*$/.exec(text) ?? [];
    if (name === '' || !holds(marker.join(';'), extra)) return [];
    return [{ name: normaliseName(name), versions: versions.trim() }];
  });
}

const SYSTEMS: Readonly<Record<string, string>> = { linux: 'Linux', darwin: 'Darwin', win32: 'Windows' };

/** Tells whether the condition of a requirement holds. What is not known here, such as Python's version, is taken to hold. */
function holds(marker: string, extra: string | undefined): boolean {
  if (marker.trim() === '') return true;
  const facts: Readonly<Record<string, string>> = {
    extra: extra ?? '',
    platform_machine: process.arch === 'arm64' ? 'aarch64' : 'x86_64',
    platform_system: SYSTEMS[process.platform] ?? process.platform,
    sys_platform: process.platform,
  };
  const alternatives = marker.replace(/[()]/g, ' ').split(/\sor\s/);
  return alternatives.some((alternative) =>
    alternative.split(/\sand\s/).every((clause) => {
      const [, name = '', operator, value] = /^\s*(\w+)\s*(==|!=)\s*["']([^"']*)["']\s*$/.exec(clause) ?? [];
      const fact = facts[name];
      return fact === undefined || (operator === '==') === (fact === value);
    }),
  );
}
