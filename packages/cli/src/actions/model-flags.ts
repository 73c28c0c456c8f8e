import type { Command } from 'commander';
import { kebabCase } from '../kebab-case';
import { locateModel } from '../language/locate-model';

/** Flags that say which model is trained. */
export interface ModelFlags {
  readonly initialiseFrom?: string;
  readonly width?: number;
  readonly layers?: number;
  readonly heads?: number;
  readonly dropout?: number;
  readonly attentionDropout?: number;
}

/** How many snapshots a training of a language model takes, if nothing else is said. */
export const SNAPSHOTS = 10;

/** Refuses sizes for a model that has its own. */
export function checkModelFlags(command: Command, flags: ModelFlags): void {
  if (flags.initialiseFrom === undefined) return;
  for (const name of ['width', 'layers', 'heads', 'dropout', 'attentionDropout'] as const) {
    if (flags[name] === undefined) continue;
    const flag = kebabCase(name);
    command.error(`error: --${flag} applies to new models; the model of --initialise-from has its own`);
  }
}

/** The model to begin with, by what a user calls it. */
export function locateStart({ initialiseFrom }: ModelFlags): Pick<ModelFlags, 'initialiseFrom'> {
  return initialiseFrom === undefined ? {} : { initialiseFrom: locateModel(initialiseFrom) };
}
