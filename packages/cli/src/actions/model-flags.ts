import { parse } from 'node:path';
import type { Command } from 'commander';
import { kebabCase } from '../kebab-case';
import { nameModel } from '../language/locate-model';

/** Flags that say which model is trained. */
export interface ModelFlags {
  readonly initialiseFrom?: string;
  readonly width?: number;
  readonly layers?: number;
  readonly heads?: number;
  readonly dropout?: number;
  readonly attentionDropout?: number;
  readonly loraRank?: number;
  readonly loraAlpha?: number;
  readonly loraDropout?: number;
  readonly loraTargets?: readonly string[];
}

/** How many snapshots a training of a language model takes, if nothing else is said. */
export const SNAPSHOTS = 10;

/** Refuses sizes for a model that has its own, and settings of adapters where there are none. */
export function checkModelFlags(command: Command, flags: ModelFlags): void {
  for (const name of ['loraAlpha', 'loraDropout', 'loraTargets'] as const) {
    if (flags[name] === undefined || (flags.loraRank ?? 0) > 0) continue;
    command.error(`error: --${kebabCase(name)} is about adapters: give their rank by --lora-rank`);
  }
  if (flags.initialiseFrom === undefined) return;
  for (const name of ['width', 'layers', 'heads', 'dropout', 'attentionDropout'] as const) {
    if (flags[name] === undefined) continue;
    const flag = kebabCase(name);
    command.error(`error: --${flag} applies to new models; the model of --initialise-from has its own`);
  }
}

/** Names the folder of a run by the text that it learns from: the first of the files, and how many more. */
export function nameData(sources: readonly string[]): string {
  const name = parse(sources[0]!).name.replace(/[^\w.-]+/g, '_');
  return sources.length === 1 ? name : `${name}-and-${sources.length - 1}-more`;
}

/** Remembers what a function returned the first time: all seeds have the same data. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** The model to begin with, by what a user calls it, as a setting. */
export function locateStart({ initialiseFrom }: ModelFlags): Pick<ModelFlags, 'initialiseFrom'> {
  return initialiseFrom === undefined ? {} : { initialiseFrom: nameModel(initialiseFrom) };
}
