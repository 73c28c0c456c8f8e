import type { Critics, Mlp, ObservationScaler } from '@lamo/models';
import { type AdamState, type HostArray, initAdam, type Tree } from '@lamo/runtime';

/** What acts, and what judges it. */
export interface ActorCritic<Leaf> {
  readonly actor: Mlp<Leaf>;
  readonly critics: Critics<Leaf>;
  readonly [key: string]: Tree<Leaf>;
}

/** What TD3 keeps between steps, and whatever comes of it: both networks have targets, and an optimiser each. */
export interface ActorCriticState<Leaf> extends ActorCritic<Leaf> {
  readonly targets: ActorCritic<Leaf>;
  readonly actorOptimizer: AdamState<Leaf>;
  readonly criticOptimizer: AdamState<Leaf>;
  readonly scaler: ObservationScaler<Leaf>;
}

/** Makes the first state of networks that were drawn: the targets are equal to them. */
export function initActorCriticState({ actor, critics }: ActorCritic<HostArray>) {
  return {
    actor,
    critics,
    targets: { actor, critics },
    actorOptimizer: initAdam(actor),
    criticOptimizer: initAdam(critics),
  };
}
