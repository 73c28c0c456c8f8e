/** How likely every logged action was, for whoever logged it and for the policy that is judged. */
export interface ActionDensities {
  /** log b(a|s) [N] of whoever acted: of a class its probability, of amounts their density. */
  readonly behaviour: ArrayLike<number>;
  /** log π(a|s) [N] of the policy that is judged, in the same units; −∞ where it would not have done that. */
  readonly policy: ArrayLike<number>;
}

/** What K networks say that the policy which is judged is worth, by the discount of the log. */
export interface NetworkValues {
  /** Q(s, a) of what was observed and done, [K][N]. */
  readonly logged: readonly ArrayLike<number>[];
  /** V(s) = Q(s, π(s)) of what was observed, [K][N]. */
  readonly policy: readonly ArrayLike<number>[];
  /** V after the last row of each episode, [K][E]: 0 where it terminated. Of a cut, what is still to come. */
  readonly cuts: readonly ArrayLike<number>[];
  /** How often each network learned from each episode, [K][E]. */
  readonly counts: readonly ArrayLike<number>[];
  /** How far what they say of beginnings may still move, on average, because they have not learned to the end. @default 0 */
  readonly drift?: number;
}

/** What a policy's own critics say where episodes begin and after they end, by the discount of the log. */
export interface CriticValues {
  /** V(s) where each episode begins, [E]. */
  readonly starts: ArrayLike<number>;
  /** V after the last row of each episode, [E]: 0 where it terminated. */
  readonly cuts: ArrayLike<number>;
  /** How much more the log earns, and leaves, than they expect of its actions: the mean of r + γ V(s′) − Q(s, a). 0 if they are right. */
  readonly surprise: number;
}

/** A log, and what is known about a policy on each of its rows: all that its worth can be estimated from. */
export interface JudgedLog {
  /** One past the last row of each of E episodes, ascending; the last one is N. */
  readonly episodeEnds: ArrayLike<number>;
  /** [N] */
  readonly rewards: ArrayLike<number>;
  /** γ, the discount of future rewards. */
  readonly discount: number;
  /** What importance sampling needs. */
  readonly densities?: ActionDensities;
  /** What fitted values are estimated by. */
  readonly networks?: NetworkValues;
  /** What the policy's own training thinks of it. */
  readonly critics?: CriticValues;
}
