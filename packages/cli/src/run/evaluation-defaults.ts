/** Episodes of an evaluation while training, for each target return. */
export const EPISODES = 10;

/** Evaluations of a training. */
export const EVALUATIONS = 10;
