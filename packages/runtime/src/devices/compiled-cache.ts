import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, LamoError, makeFolder, writeFileAtomic } from '@lamo/core';
import type { PjrtClient } from '../pjrt/client';
import type { ExecutableOptions, PjrtExecutable } from '../pjrt/executable';

/** Bytes of a hash in front of what was compiled: a damaged file is noticed. */
const HASH_LENGTH = 32;

/** Folder for programs that were compiled before. `LAMO_XLA_CACHE=none` keeps nothing. */
export function compiledCacheFolder(): string | undefined {
  const { LAMO_XLA_CACHE: given } = process.env;
  return given === 'none' ? undefined : given || cacheFolder('xla');
}

/**
 * Compiles a program, or loads it if the same plug-in compiled the same text for the same kind of device before. What is
 * damaged, or cannot be loaded, is compiled again.
 *
 * @param folder where compiled programs are kept; undefined for nowhere
 */
export async function compileCached(
  client: PjrtClient,
  text: string,
  options: ExecutableOptions,
  folder: string | undefined = compiledCacheFolder(),
): Promise<PjrtExecutable> {
  if (folder === undefined) return client.compile(text, options);
  const path = join(folder, `${compiledKey(client, text)}.xla`);
  const loaded = await load(client, path, options);
  if (loaded !== undefined) return loaded;
  const compiled = await client.compile(text, options);
  keep(compiled, path, folder);
  return compiled;
}

/** What compiled code depends on, beside its text and the kind of processor that feeds the device. */
export interface CompiledFor {
  readonly platform: string;
  readonly platformVersion: string;
  readonly interfaceVersion: string;
  readonly compileOptions: Uint8Array;
  readonly devices: readonly { readonly kind: string }[];
}

/** Names a compiled program: differs if anything differs that it depends on. */
export function compiledKey(client: CompiledFor, text: string): string {
  const { platform, platformVersion, interfaceVersion, compileOptions, devices } = client;
  const flags = Buffer.from(compileOptions).toString('hex');
  const parts = [platform, platformVersion, interfaceVersion, flags, devices[0]!.kind, process.arch, text];
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

/** Some plug-ins cannot write what they compiled, and a disk may be full: the next start takes longer, and that is all. */
function keep(compiled: PjrtExecutable, path: string, folder: string): void {
  try {
    const bytes = compiled.serialize();
    makeFolder(folder);
    const hash = createHash('sha256').update(bytes).digest();
    writeFileAtomic(path, Buffer.concat([hash, bytes]));
  } catch (error) {
    if (!LamoError.isInstance(error)) throw error;
  }
}
