import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker, type WorkerOptions } from 'node:worker_threads';

/**
 * Starts a thread with one of this package's programs. From the sources, it needs a loader, which threads do not inherit.
 *
 * @param name of its file in `src` and, once built, in `dist`
 */
export function startThread(name: 'worker' | 'relay', options: WorkerOptions): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL(`./${name}.js`, import.meta.url), options);
  const tsx = new URL('esm/api/index.mjs', pathToFileURL(createRequire(import.meta.url).resolve('tsx')));
  const file = new URL(`../${name}.ts`, import.meta.url);
  const program = `import { register } from '${tsx}'; register(); await import('${file}');`;
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(program)}`), {
    ...options,
    execArgv: ['--conditions=@lamo/source'],
  });
}
