import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cacheFolder, type DatasetWarning, LamoError, makeFolder, writeFileAtomic } from '@lamo/core';
import type { PjrtClient } from '../pjrt/client';
import type { ExecutableOptions, PjrtExecutable } from '../pjrt/executable';
import { processorKind } from './device-facts';

/** Bytes of a hash in front of what was compiled: a damaged file is noticed. */
const HASH_LENGTH = 32;

/** Told what does not stop the work. */
export type OnWarning = (warning: DatasetWarning) => void;

/** Folder for programs that were compiled before. `LAMO_XLA_CACHE=none` keeps nothing. */
export function compiledCacheFolder(): string | undefined {
  const { LAMO_XLA_CACHE: given } = process.env;
  return given === 'none' ? undefined : given || cacheFolder('xla');
}

/**
 * Compiles a program, or loads it if the same plug-in compiled the same text for the same kind of device before. What is
 * damaged, or cannot be loaded, is compiled again.
 *
 * @param onWarning told if what was compiled cannot be kept
 * @param folder where compiled programs are kept; undefined for nowhere
 */
export async function compileCached(
  client: PjrtClient,
  text: string,
  options: ExecutableOptions,
  onWarning: OnWarning = () => {},
  folder: string | undefined = compiledCacheFolder(),
): Promise<PjrtExecutable> {
  if (folder === undefined) return client.compile(text, options);
  const path = join(folder, `${compiledKey(client, text)}.xla`);
  const loaded = await load(client, path, options);
  if (loaded !== undefined) return loaded;
  const compiled = await client.compile(text, options);
  const bytes = serialize(compiled);
  if (bytes !== undefined) keepCompiled(bytes, path, onWarning);
  return compiled;
}

/** What compiled code depends on, beside its text and the processor that computes, or feeds the device. */
export interface CompiledFor {
  readonly platform: string;
  readonly platformVersion: string;
  readonly interfaceVersion: string;
  readonly compileOptions: Uint8Array;
  readonly devices: readonly { readonly kind: string }[];
}

/** Names a compiled program: differs if anything differs that it depends on. A home folder may be that of many machines. */
export function compiledKey(client: CompiledFor, text: string, processor = processorKind()): string {
  const { platform, platformVersion, interfaceVersion, compileOptions, devices } = client;
  const flags = Buffer.from(compileOptions).toString('hex');
  const machine = [devices[0]!.kind, process.arch, processor];
  const parts = [platform, platformVersion, interfaceVersion, flags, ...machine, text];
  return createHash('sha256').update(parts.join('\n')).digest('hex');
}

async function load(client: PjrtClient, path: string, options: ExecutableOptions) {
  if (!existsSync(path)) return undefined;
  try {
    const file = readFileSync(path);
    const [hash, bytes] = [file.subarray(0, HASH_LENGTH), file.subarray(HASH_LENGTH)];
    if (!createHash('sha256').update(bytes).digest().equals(hash)) return undefined;
    return await client.load(new Uint8Array(bytes), options);
  } catch {
    // Another version's, or unreadable: it is compiled anew and replaced.
    return undefined;
  }
}

/** Some plug-ins cannot write what they compiled, and nobody here can change that. */
function serialize(compiled: PjrtExecutable): Uint8Array | undefined {
  try {
    return compiled.serialize();
  } catch (error) {
    if (LamoError.isInstance(error)) return undefined;
    throw error;
  }
}

/** Keeps what was compiled. A disk may be full, or the folder somebody else's: the next start takes longer, and that is all. */
export function keepCompiled(bytes: Uint8Array, path: string, onWarning: OnWarning): void {
  const folder = dirname(path);
  try {
    makeFolder(folder);
    const hash = createHash('sha256').update(bytes).digest();
    writeFileAtomic(path, Buffer.concat([hash, bytes]));
  } catch (error) {
    if (!LamoError.isInstance(error)) throw error;
    const message = `What XLA compiles cannot be kept in ${folder}: ${error.problem}. Every start compiles it again, which may take minutes. Make the folder writable, or set LAMO_XLA_CACHE to another one, or to none.`;
    onWarning({ code: 'cache-not-kept', message });
  }
}
