/** Which packages of ours each package may import: the one list that tests and linter are held against. */
export const ARROWS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  data: ['core'],
  runtime: ['core'],
  eval: ['core', 'data'],
  models: ['core', 'data', 'runtime'],
  algos: ['core', 'data', 'models', 'runtime'],
  cli: ['algos', 'core', 'data', 'eval', 'models', 'runtime'],
};

/** Packages that stay on plain typed arrays, so that installing them stays light. */
export const WITHOUT_TENSORS = ['core', 'data', 'eval'];

/** True for a package of a tensor library. */
export function isTensorLibrary(name: string): boolean {
  return /^@tensorflow\/|^onnxruntime/.test(name);
}

/**
 * Tells whether the arrows let a package of ours import another package, ours or not.
 *
 * @param from without the scope: `data`
 * @param name as imported: `@lamo/data`, `zod`
 */
export function mayImport(from: string, name: string): boolean {
  if (name.startsWith('@lamo/')) return (ARROWS[from] ?? []).includes(name.slice('@lamo/'.length));
  return !(isTensorLibrary(name) && WITHOUT_TENSORS.includes(from));
}
