/** A StableHLO module of functions; the one called `main` is what runs. */
export function moduleText(...functions: readonly string[]): string {
  const indented = functions.map((text) => text.replaceAll(/^(?=.)/gm, '  '));
  return ['module @lamo {', ...indented, '}', ''].join('\n');
}
