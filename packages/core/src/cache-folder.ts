import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Names the folder for what can be made or fetched again: `lamo/NAME` in `$XDG_CACHE_HOME`, else in `~/.cache`.
 *
 * @param name what is kept there: `tokens`
 * @param home the user's home
 */
export function cacheFolder(
  name: string,
  environment: NodeJS.ProcessEnv = process.env,
  home: string = homedir(),
): string {
  return join(environment.XDG_CACHE_HOME || join(home, '.cache'), 'lamo', name);
}
