import { defineConfig } from 'tsup';

/** The benchmark and everything that it needs in one file, but for what is native. */
export default defineConfig({
  entry: { main: 'benchmarks/gpu/main.ts' },
  format: 'esm',
  outExtension: () => ({ js: '.mjs' }),
  target: 'node20',
  platform: 'node',
  removeNodeProtocol: false,
  splitting: false,
  // koffi's binary lies beside it; the others are never asked for.
  noExternal: [/^(?!koffi$|onnxruntime-node$|h5wasm|@tensorflow\/tfjs-node)/],
  external: ['koffi', 'onnxruntime-node', /^h5wasm/, /^@tensorflow\/tfjs-node/],
  // Packages by their sources; those that are CommonJS ask for built-in modules by `require`.
  esbuildOptions(options) {
    options.conditions = ['@lamo/source'];
  },
  banner: {
    js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
  },
});
