import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { nanoModelFolder, refuseUnknownModel } from '@lamo/models';
import { absolute } from '../absolute';

/**
 * Finds a language model by what a user calls it: `nano` for the one that comes with lamo, the folder of a run of `lamo pretrain`
 * for its last model, the folder of a model, or a name on the hub.
 *
 * @returns a folder, or a name on the hub
 * @throws LamoError `unknown-model` for what is no known name, no path and has no owner
 */
export function locateModel(name: string): string {
  if (isNano(name)) return nanoModelFolder();
  refuseUnknownModel(name);
  const ofRun = join(name, 'model');
  return existsSync(join(ofRun, 'config.json')) ? ofRun : name;
}

/**
 * Names a language model in the settings of a run: the one that comes with lamo stays `nano`, wherever lamo is installed, and a folder
 * is found from everywhere.
 */
export function nameModel(name: string): string {
  return isNano(name) ? name : absolute(locateModel(name));
}

/** A folder of that name comes first. */
const isNano = (name: string) => name === 'nano' && !existsSync(name);
