import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Files that say when, where and how fast a run was made; all others follow from its seed. */
const VARYING = ['manifest.json', 'timing.jsonl'];

/** Reads all that must be equal between two runs of the same seed: bytes by path. */
export function runContents(run: string): Record<string, string> {
  const files = readdirSync(run, { recursive: true }).map(String).sort();
  const kept = files.filter((file) => !VARYING.includes(file) && statSync(join(run, file)).isFile());
  return Object.fromEntries(kept.map((file) => [file, readFileSync(join(run, file), 'latin1')]));
}
