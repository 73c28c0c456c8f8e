import type { Critics, Mlp, ObservationScaler } from '@lamo/models';
import { type AdamState, type HostArray, initAdam, type Tree } from '@lamo/runtime';

/** What acts, and what judges it. */
export interface ActorCritic<Leaf> {
  /** From observations to actions: O inputs, A outputs. */
  readonly actor: Mlp<Leaf>;
  /** From observations and actions to values: O + A inputs, 1 output. */
  readonly critics: Critics<Leaf>;
  readonly [key: string]: Tree<Leaf>;
}

/** What TD3 keeps between steps, and whatever comes of it: both networks have targets, and an optimiser each. */
export interface ActorCriticState<Leaf> extends ActorCritic<Leaf> {
  /** Slowly following copies of both networks. */
  readonly targets: ActorCritic<Leaf>;
  /** State of the actor’s optimiser. */
  readonly actorOptimizer: AdamState<Leaf>;
  /** State of the critics’ optimiser. */
  readonly criticOptimizer: AdamState<Leaf>;
  /** What observations are standardised by. */
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
