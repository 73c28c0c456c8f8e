import { Argument, type Command, Option } from 'commander';
import type { InstallFlags } from '../actions/install-device';
import { DEFAULT_INDEX, INDEX_VARIABLE, PLUGINS } from '../plugins/plugin-sources';
import { addCommonOptions, choiceParser, lazily } from './common-options';

/** Defines `lamo devices`. */
export function defineDevices(devices: Command): void {
  devices
    .description('Shows which devices can be used here, and why others cannot.')
    .enablePositionalOptions()
    .addHelpText('after', '\n`lamo devices install --help` explains how to get a plug-in for xla.')
    .action(lazily(async () => (await import('../actions/list-devices')).listDevices));
  // For `lamo devices` itself: each device is tried in a process of its own.
  addCommonOptions(devices.command('probe', { hidden: true }))
    .addArgument(new Argument('<name>'))
    .action(lazily(async () => (await import('../actions/show-device-facts')).showDeviceFacts));
  addCommonOptions(devices.command('install'))
    .summary('fetch a plug-in for the device xla')
    .description(
      'Fetches a plug-in for the device xla and the libraries that it needs, from an index of Python packages, without Python: cuda (NVIDIA GPUs, with CUDA 13), cuda12, cpu. How much that is is said before, and nothing is fetched without consent.',
    )
    .addArgument(new Argument('<plugin>', `one of ${PLUGINS.join(', ')}`).argParser(choiceParser(PLUGINS)))
    .option('--yes', 'fetch it without asking')
    .addOption(
      new Option(
        '--index <url>',
        `index of Python packages that answers in JSON (default: ${INDEX_VARIABLE}, or ${DEFAULT_INDEX})`,
      ),
    )
    .option('--package <name>', 'package to take the plug-in from instead')
    .addHelpText('after', '\nExample:\n  lamo devices install cuda --yes && lamo devices')
    .action(async (plugin: string, flags: InstallFlags) =>
      (await import('../actions/install-device')).installDevice(plugin, flags),
    );
}
