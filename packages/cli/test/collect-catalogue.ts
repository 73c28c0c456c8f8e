import { algorithms, describeConfig, pretraining } from '@lamo/algos';
import { environmentIds, hasReferenceReturns, referenceReturns } from '@lamo/eval';
import { deviceNames } from '@lamo/runtime';
import type { Catalogue, CataloguedEnvironment } from '../src/catalogue';
import { collectors } from '../src/collectors';
import { environmentSpec } from '../src/environment-spec';

/** Asks the packages for what the catalogue holds. */
export async function collectCatalogue(): Promise<Catalogue> {
  return {
    algorithms: [...algorithms.values()].map((algorithm) => {
      const { name, title, paper, presets, metrics } = algorithm;
      return { name, title, paper, presets, config: describeConfig(algorithm), metrics };
    }),
    environments: await Promise.all(environmentIds().map(describeEnvironment)),
    devices: Object.entries(deviceNames).map(([name, description]) => ({ name, description })),
    pretraining: describeConfig(pretraining),
  };
}

/** Writes the catalogue as the file that the command line reads. */
export async function catalogueFile(): Promise<string> {
  return `${JSON.stringify(await collectCatalogue(), null, 2)}\n`;
}

async function describeEnvironment(id: string): Promise<CataloguedEnvironment> {
  const { observationSize, actionSize, maxEpisodeSteps } = await environmentSpec(id);
  const references = hasReferenceReturns(id) ? referenceReturns(id) : undefined;
  return {
    name: id,
    observations: observationSize,
    actions: actionSize,
    steps: maxEpisodeSteps,
    'score 0': references?.random ?? null,
    'score 100': references?.expert ?? null,
    collectors: collectors.filter((collector) => collector.fits(id)).map(({ name }) => name),
  };
}
