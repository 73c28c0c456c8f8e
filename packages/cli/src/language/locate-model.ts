import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { nanoModelFolder } from '@lamo/models';

/**
 * Finds a language model by what a user calls it: `nano` for the one that comes with lamo, the folder of a run of `lamo pretrain`
 * for its last model, the folder of a model, or a name on the hub.
 *
 * @returns a folder, or a name on the hub
 */
export function locateModel(name: string): string {
  if (name === 'nano' && !existsSync(name)) return nanoModelFolder();
  const ofRun = join(name, 'model');
  return existsSync(join(ofRun, 'config.json')) ? ofRun : name;
}
