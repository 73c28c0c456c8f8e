import { type Command, Option } from 'commander';
import { countOption, lazily, parsePort } from './common-options';

/** Defines `lamo view`. */
export function defineView(command: Command): void {
  command
    .argument('<run>', 'the folder of a run')
    .description(
      'Shows recorded episodes of a run in 3-D, on a page that only this machine can open: `lamo evaluate --record` records them. With --gif or --png it writes a picture of one episode instead.',
    )
    .option('--environment <id>', 'only recordings in this environment (default: all)')
    .addOption(
      new Option('--port <port>', 'port of the page (default: any that is free)').argParser((text) =>
        parsePort(text),
      ),
    )
    .option('--open', 'also open the page in the browser')
    .option('--gif <file>', 'write the episode as an animation, without a page')
    .option('--png <file>', 'write the episode as a strip of moments, without a page')
    .addOption(countOption('--episode <number>', 'which episode of the latest recording to write').default(1))
    .addHelpText(
      'after',
      '\nExample:\n  lamo evaluate runs/bc --episodes 5 --record\n  lamo view runs/bc\n  lamo view runs/bc --gif bc.gif',
    )
    .action(lazily(async () => (await import('../actions/view')).view));
}
