import { existsSync } from 'node:fs';
import { LamoError } from '@lamo/core';
import { pluginCacheFolder, pluginsIn } from '@lamo/runtime';
import { probeDevice } from '../devices/probe-device';
import { type Installation, installedFolder, installPlugin } from '../plugins/install-plugin';
import { DEFAULT_INDEX, INDEX_VARIABLE, pluginSources } from '../plugins/plugin-sources';
import { openIndex } from '../plugins/python-index';
import { resolveWheels } from '../plugins/resolve-wheels';
import { confirm, type Terminal } from '../terminal/confirm';
import { formatNumberOf } from '../terminal/format';
import { interruptible } from '../terminal/interrupt';
import { type OutputFlags, showResult, tell } from '../terminal/output';
import { printWarning } from '../terminal/print-warning';
import { watchDownloads } from '../terminal/watch-loading';

/** Flags of `lamo devices install`. */
export interface InstallFlags extends OutputFlags {
  readonly index?: string;
  readonly package?: string;
  readonly yes?: boolean;
}

/** Fetches a plug-in and what it needs, after saying how much that is. */
export function installDevice(
  what: string,
  flags: InstallFlags,
  terminal: Terminal = { input: process.stdin, output: process.stderr },
): Promise<void> {
  return interruptible(
    () => tell('stopping; what has arrived is kept: the same command continues from there'),
    (signal) => install(what, flags, signal, terminal),
  );
}

async function install(
  what: string,
  flags: InstallFlags,
  signal: AbortSignal,
  terminal: Terminal,
): Promise<void> {
  const known = pluginSources[what]!;
  const source = flags.package === undefined ? known : { ...known, package: flags.package };
  const address = flags.index ?? (process.env[INDEX_VARIABLE] || DEFAULT_INDEX);
  const index = openIndex(address, watchDownloads(signal));
  tell(`asking ${address} for ${source.package}, and what it needs`);
  const wheels = await resolveWheels(index, source);
  const folder = flags.package === undefined ? source.folder : flags.package;
  const name = `${folder}-${wheels[0]!.versionText}`;
  const installation = { name, wheels, cache: pluginCacheFolder() };
  const [earlier] = pluginsIn(installedFolder(installation));
  if (earlier !== undefined) return showInstalled(installation, earlier, 'was installed before');
  await askFirst(installation, source.title, flags, signal, terminal);
  const library = await installPlugin(index, installation, {
    signal,
    onUnpack: ({ file }) => tell(`unpacking ${file}`),
  });
  await showInstalled(installation, library, 'is installed');
}

/** Says what is to be fetched, and goes on only with consent: --yes, or a `y` on a terminal. */
async function askFirst(
  { wheels, cache, name }: Installation,
  title: string,
  { yes, json }: InstallFlags,
  signal: AbortSignal,
  terminal: Terminal,
): Promise<void> {
  const size = megabytes(wheels.reduce((sum, wheel) => sum + wheel.size, 0));
  for (const { file, size: bytes } of wheels) tell(`  ${megabytes(bytes).padStart(8)}  ${file}`);
  const summary = `${formatNumberOf(wheels.length, 'wheel')} with the plug-in for ${title}: ${size} to fetch, more when unpacked, into ${cache}`;
  tell(summary);
  if (yes) return;
  if (!json && (await confirm('Fetch it?', terminal, signal))) return;
  throw new LamoError({
    where: 'cli/devices',
    code: 'not-confirmed',
    problem: `Nothing was fetched for ${name}`,
    received: summary,
    hint: 'Add --yes to fetch it.',
  });
}

async function showInstalled(installation: Installation, library: string, how: string): Promise<void> {
  if (!existsSync(library)) throw new Error(`${library} is gone.`);
  const { name, wheels } = installation;
  const report = await probeDevice(`xla:${library}`);
  if (!report.isUsable) {
    const { problem, received, hint } = report.error;
    printWarning(`${name} cannot be used here: ${[problem, received, hint].filter(Boolean).join('. ')}`);
  }
  const value = {
    name,
    library,
    usable: report.isUsable,
    wheels: wheels.map(({ file, size, sha256 }) => ({ file, size, sha256 })),
  };
  const note = report.isUsable ? '--device xla uses it' : '`lamo devices` tries it again';
  showResult(value, { answer: `${name} ${how}: ${library}`, note });
}

function megabytes(bytes: number): string {
  return bytes < 1e5 ? '0.1 MB' : `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}
