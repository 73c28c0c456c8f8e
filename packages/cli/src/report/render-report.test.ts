import { expect, it } from 'vitest';
import { evaluationRecord, runRecord } from '../../test/run-record';
import { renderReport } from './render-report';
import type { RunRecord } from './run-record';

const SCRIPT = '<script>alert(1)</script>';
const MAZE = 'maze2d-umaze-v1';

/** A run with something in every part of its folder. */
const run = runRecord({
  manifest: { algorithm: 'dt', config: { contextLength: 5, targetReturns: [52] } },
  metrics: [100, 200].map((step) => ({ step, metrics: { loss: 1 / step } })),
  evaluations: [100, 200].map((step) =>
    evaluationRecord([10, 20], { step, environment: MAZE, targetReturn: 52 }),
  ),
  trajectories: [
    {
      ...{ step: 200, environment: MAZE, targetReturn: 52, observationSize: 4 },
      episodes: [{ seed: 0, return: 10, observations: [1, 1, 0, 0, 2, 1, 0, 0] }],
    },
  ],
});

type Path = readonly (string | number)[];

/** Paths to every value that is no object. */
function leaves(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
}

/** A copy of a value with another one at the end of a path. */
function replaced(value: unknown, [key, ...rest]: Path, replacement: unknown): unknown {
  if (key === undefined) return replacement;
  const inner = replaced((value as Record<string, unknown>)[key], rest, replacement);
  if (Array.isArray(value)) return value.with(Number(key), inner);
  return { ...(value as object), [key]: inner };
}

it('no value of a run gets into the page as markup, whatever it is', async () => {
  const values = [`"><img src=x onerror=alert(1)>${SCRIPT}`, { markup: SCRIPT }];
  let shown = 0;
  for (const path of leaves(run)) {
    for (const value of values) {
      const forged = replaced(run, path, value) as RunRecord;
      const page = await renderReport([forged, run], new Date(0)).catch(() => '');
      expect(page, path.join('.')).not.toMatch(/<script|<img/);
      if (page.includes('alert(1)')) shown += 1;
    }
  }
  expect(shown).toBeGreaterThan(10); // names, commands, descriptions: these are shown, and escaped
});
