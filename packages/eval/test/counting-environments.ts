import type { Environment } from '@lamo/core';

/** Counts up from the seed's last digit, ends at 9, and pays what the action says. What goes wrong at 7 is up to `at7`. */
function countingEnvironment(at7: (() => void) | undefined): Environment {
  const observation = new Float64Array(1);
  return {
    spec: {
      id: 'counting',
      observationSize: 1,
      actionSize: 1,
      actionLow: -1,
      actionHigh: 1,
      maxEpisodeSteps: 9,
    },
    reset(seed = 0) {
      observation[0] = seed % 10;
      return observation;
    },
    step(action) {
      observation[0]! += 1;
      if (observation[0] === 7) at7?.();
      return { observation, reward: action[0]!, terminated: observation[0]! >= 9, truncated: false };
    },
    dispose() {},
  };
}

export const counting = (): Environment => countingEnvironment(undefined);

export const failing = (): Environment =>
  countingEnvironment(() => {
    throw new RangeError('the joint came off');
  });

/** Ends the thread that it is played in. */
export const fatal = (): Environment => countingEnvironment(() => process.exit(3));

export const notAnEnvironment = 7;
