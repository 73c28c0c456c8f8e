import { d4rlReturns } from '../d4rl-returns';
import { defineEnvironment } from '../define-environment';
import type { KitchenElement } from '../kitchen/elements';
import { openKitchen } from '../kitchen/kitchen-task';
import { type KitchenPlan, scriptedPlayer, someSkills } from '../kitchen/scripted-player';

/** D4RL's three tasks. `complete` and `partial` are the same; their data differ. */
const tasks: Readonly<Record<string, readonly KitchenElement[]>> = {
  complete: ['microwave', 'kettle', 'light switch', 'slide cabinet'],
  partial: ['microwave', 'kettle', 'light switch', 'slide cabinet'],
  mixed: ['microwave', 'kettle', 'bottom burner', 'light switch'],
};

/** D4RL's `complete` has only demonstrations of the task; the others have any four things, asked for or not. */
const plans: Readonly<Record<string, KitchenPlan>> = {
  complete: () => ['microwave', 'kettle', 'light switch', 'slide cabinet'],
  partial: someSkills(4),
  mixed: someSkills(4),
};

/** D4RL's FrankaKitchen: an arm opens, moves and switches four things in a kitchen, each of which pays 1. */
export const kitchen = Object.entries(tasks).map(([task, elements]) =>
  defineEnvironment({
    name: `kitchen-${task}`,
    version: 0,
    spec: { observationSize: 60, actionSize: 9, actionLow: -1, actionHigh: 1, maxEpisodeSteps: 280 },
    score: d4rlReturns(`kitchen-${task}-v0`),
    collectors: [scriptedPlayer(plans[task]!)],
    open: (spec) => openKitchen(spec, elements),
  }),
);
