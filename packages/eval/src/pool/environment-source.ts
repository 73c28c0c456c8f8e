import { pathToFileURL } from 'node:url';
import { type Environment, LamoError, showValue } from '@lamo/core';
import type { EnvironmentEntry } from '../define-environment';
import { createEnvironment, lookUpEnvironment } from '../find-environment';

/** An environment of one's own that a module exports: workers can load it, too. */
export interface EnvironmentModule {
  /** `new URL('./pole.js', import.meta.url)`, or a path. */
  readonly module: URL | string;
  /** Name of the export: what `defineEnvironment` made, or a function that creates an environment. */
  readonly name: string;
}

/** An environment by its id or its entry, a function that creates another instance of it, or a module that exports either. */
export type EnvironmentSource =
  | string
  | EnvironmentEntry
  | (() => Environment | Promise<Environment>)
  | EnvironmentModule;

/** A source that another thread can be told of. */
export type SendableSource = string | { readonly module: string; readonly name: string };

/** Opens one more environment. @throws LamoError `unknown-environment`, `environment-module`, and what opening it throws */
export async function openEnvironment(source: EnvironmentSource): Promise<Environment> {
  if (typeof source === 'string') return createEnvironment(source);
  if (typeof source === 'function') return source();
  return 'module' in source ? openEnvironment(await importSource(source)) : source.open();
}

/** Names a source for another thread. @throws LamoError `not-sendable` */
export function toSendable(source: EnvironmentSource): SendableSource {
  if (typeof source === 'string') return source;
  if (typeof source === 'function') throw notSendable('a function');
  if ('module' in source) return { module: toHref(source.module), name: source.name };
  const { id } = source.spec;
  if (lookUpEnvironment(id) === source) return id;
  throw notSendable(`the entry of ${id}, which is not one of lamo's own`);
}

async function importSource({
  module,
  name,
}: EnvironmentModule): Promise<Exclude<EnvironmentSource, string>> {
  const href = toHref(module);
  const exported = await importModule(href);
  const found = exported[name];
  if (typeof found === 'function') return found as () => Environment;
  if (typeof found === 'object' && found !== null && 'open' in found) return found as EnvironmentEntry;
  throw new LamoError({
    where: 'eval/environments',
    code: 'environment-module',
    problem: `${href} exports no environment \`${name}\``,
    expected: 'what `defineEnvironment` made, or a function that creates an environment',
    received:
      found === undefined ? `only ${Object.keys(exported).join(', ') || 'nothing'}` : showValue(found),
  });
}

async function importModule(href: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await import(href);
  } catch (cause) {
    throw new LamoError({
      where: 'eval/environments',
      code: 'environment-module',
      problem: `${href} cannot be loaded`,
      received: cause instanceof Error ? cause.message : String(cause),
      hint: "Name a module by its address, as `new URL('./pole.js', import.meta.url)` does.",
      cause,
    });
  }
}

/** Paths on Windows start like addresses: `C:`. */
function toHref(module: URL | string): string {
  return module instanceof URL || /^(file|data):/.test(module) ? String(module) : pathToFileURL(module).href;
}

function notSendable(received: string): LamoError {
  return new LamoError({
    where: 'eval/environments',
    code: 'not-sendable',
    problem: 'Workers cannot be given this environment: it exists in this thread only',
    expected: 'an id, or a module that exports the environment',
    received,
    hint: "Export it from a file, and pass { module: new URL('./pole.js', import.meta.url), name: 'pole' }.",
  });
}
