/**
 * Multi-task BC: behaviour cloning of several tasks at once. The policy is told its task: the observation that it acts on is
 * [what is observed, task].
 *
 * Reference: none is followed step for step; it is BC with a task-conditioned policy π(a | s, c), the pre-training of Bagatella et
 * al. 2025, Active Fine-Tuning of Multi-Task Policies. Every row is imitated, also one after which an episode was cut and nothing more was logged.
 */
import { everyRow, transitionSampler } from '@lamo/data';
import { addLayerNorm } from '@lamo/models';
import { initAdam } from '@lamo/runtime';
import { z } from 'zod';
import { defineAlgorithm } from '../engine/define-algorithm';
import {
  fitTaskScaler,
  normaliseTaskConfig,
  taskConfig,
  taskDatasetKind,
} from '../ingredients/task-observations';
import { bc, cloning } from './bc';

const config = bc.config
  .omit({ fraction: true, fractionOf: true, trajectoryCut: true, rankingDiscount: true })
  .extend(taskConfig)
  .extend(normaliseTaskConfig)
  .extend({
    layerNorm: z.boolean().default(false).describe('Normalise the hidden layers before their activation'),
  });

/** Behaviour cloning of several tasks, ready to train. Its step is BC's. */
export const multiTaskBc = defineAlgorithm({
  ...cloning,
  name: 'multi-task-bc',
  title: 'Multi-task BC',
  paper: 'Bagatella et al. 2025, Active Fine-Tuning of Multi-Task Policies (its pre-training)',
  config,
  init(spec, config, rng) {
    const state = cloning.init(spec, config, rng);
    if (!config.layerNorm) return state;
    const actor = addLayerNorm(state.actor, 'before');
    return { actor, optimizer: initAdam(actor) };
  },
  data: taskDatasetKind, // so observationSize is that of [what is observed, task]
  batches: (dataset, { batchSize }, rng) =>
    transitionSampler(everyRow(dataset), { batchSize, rng, fields: ['observations', 'actions'] }),
  fit: { scaler: fitTaskScaler },
});
