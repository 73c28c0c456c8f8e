import { type Policy, Rng } from '@lamo/core';
import { type MazeName, mazes } from '../mazes/mazes';
import { createWaypointController, type WaypointController } from '../mazes/waypoint-controller';

/**
 * Creates a policy like D4RL's expert in a maze (score 100): its way-point controller, without noise, going to the
 * goal of the evaluation task and staying there.
 *
 * @param seed of the way-points' small shifts. @default 0
 */
export function waypointPolicy(maze: MazeName, seed = 0): Policy {
  const { goal } = mazes[maze];
  const rng = Rng.fromSeed(seed).split('way-points');
  const action = new Float32Array(2);
  let controllers: WaypointController[] = [];
  let actions = new Float32Array(0);
  return {
    reset(batch) {
      controllers = Array.from({ length: batch }, () => createWaypointController(mazes[maze], rng));
      actions = new Float32Array(batch * 2);
    },
    async act(observations) {
      controllers.forEach((controller, slot) => {
        controller.act(observations.subarray(slot * 4, slot * 4 + 4), goal, action);
        actions.set(action, slot * 2);
      });
      return actions;
    },
  };
}
