import { algorithms, canActOnline, describeConfig, selectionRules } from '@lamo/algos';
import { deviceNames } from '@lamo/runtime';
import type { Catalogue } from '../src/catalogue';

/** Asks the packages for what the catalogue holds. */
export function collectCatalogue(): Catalogue {
  return {
    algorithms: [...algorithms.values()].map((algorithm) => {
      const { name, title, paper, presets, metrics, acting } = algorithm;
      return {
        name,
        title,
        paper,
        presets,
        config: describeConfig(algorithm),
        metrics,
        data: algorithm.data.name,
        canActOnline: canActOnline(algorithm),
        acting,
        result: algorithm.result.kind,
      };
    }),
    devices: Object.entries(deviceNames).map(([name, description]) => ({ name, description })),
    selectionRules: selectionRules.map(({ name, description }) => ({ name, description })),
  };
}

/** Writes the catalogue as the file that the command line reads. */
export function catalogueFile(): string {
  return `${JSON.stringify(collectCatalogue(), null, 2)}\n`;
}
