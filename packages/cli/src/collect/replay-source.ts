import { existsSync } from 'node:fs';
import { type Experience, loggedDataset } from '@lamo/algos';
import { LamoError } from '@lamo/core';
import { actsIn, experienceSide } from '../run/experience-side';
import { readManifest } from '../run/read-manifest';
import { findRun } from '../run/run-folder';
import { sidesOf } from '../run/run-sides';
import { hashFile } from './hash-file';
import { refuseToChoose } from './refuse-to-choose';
import type { Source } from './source';

/**
 * What a run has logged by acting, as a source: nobody plays.
 *
 * @throws LamoError `not-a-run`, `no-replay`
 */
export function replaySource(run: string): Source {
  const folder = findRun(run);
  const manifest = readManifest(folder.manifest);
  if (sidesOf(manifest.algorithm).data !== experienceSide || !existsSync(folder.replay)) throw noReplay(run);
  return {
    name: run,
    files: () => ({ [run]: hashFile(folder.replay) }),
    check({ spec }, task) {
      const id = actsIn(manifest);
      if (id !== spec.id) throw elsewhere(run, id, spec.id);
      refuseToChoose(task, 'What a run has logged is copied as it is');
    },
    async collect(_, { rows }) {
      const opened = await experienceSide.reopen({ folder, manifest }, undefined, {});
      try {
        const logged = opened.data as Experience;
        const dataset = loggedDataset(logged, rows);
        return { dataset, whole: dataset.size === logged.replay.size };
      } finally {
        opened.close?.();
      }
    },
  };
}

function noReplay(run: string): LamoError {
  return new LamoError({
    where: 'cli/collect',
    code: 'no-replay',
    problem: `${run} has logged nothing by acting`,
    expected:
      'a run that acts and has a checkpoint: of `lamo train sac`, or of another algorithm with --online-steps',
    received: 'a run without replay.safetensors',
  });
}

function elsewhere(run: string, expected: string, received: string): LamoError {
  return new LamoError({
    where: 'cli/collect',
    code: 'environment-mismatch',
    problem: `${run} has not acted in ${received}`,
    expected,
    received,
  });
}
