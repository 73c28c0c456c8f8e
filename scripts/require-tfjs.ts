import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Options } from 'tsup';

/** The two large packages of tfjs that are loaded at every start. */
export const TFJS = /^@tensorflow\/tfjs-(core|layers)$/;

/**
 * Lets built packages load tfjs by `require` where sources say `import`. tfjs is CommonJS of 2 MB that does not say so: `import`
 * compiles it to find that out, parses it for its exports, and compiles it again, which was a sixth of the time that `lamo train`
 * takes to start. Both ways give the same instance.
 */
export const requireTfjs: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'require-tfjs',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: TFJS }, ({ path }) => ({ path, namespace: 'require-tfjs' }));
    onLoad({ filter: TFJS, namespace: 'require-tfjs' }, ({ path }) => ({
      contents: requiring(path),
      resolveDir: process.cwd(),
    }));
  },
};

/** A module that has the exports of a CommonJS package; those that nobody uses are left out of the build. */
function requiring(path: string): string {
  const names = Object.keys(createRequire(join(process.cwd(), 'package.json'))(path));
  return [
    "import { createRequire } from 'node:module';",
    `const library = createRequire(import.meta.url)('${path}');`,
    'const get = (name) => library[name];',
    ...names.map((name) => `export const ${name} = /* @__PURE__ */ get('${name}');`),
  ].join('\n');
}
