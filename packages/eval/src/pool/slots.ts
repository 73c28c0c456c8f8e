import { type Environment, LamoError } from '@lamo/core';
import { checkObservation, checkStep, environmentFailed } from '../check-step';
import type { RolloutEpisode } from '../rollout';
import { type Recording, startRecording } from '../trajectory';
import type { Board, Turn } from './environment-pool';

/** Some of the slots of a pool, with their environments: the part of a rollout that knows nothing of threads. */
export interface Slots {
  /** Resets those that have a seed. @param seeds of the pool's slots, from the first on */
  start(seeds: readonly number[], record: boolean): Turn;
  /** Takes one step in each slot whose episode runs, and writes observations and rewards down. */
  step(): Turn;
}

/**
 * @param environments by the number of their slot, in ascending order
 * @param board of all slots of the pool
 * @param current [1] where the slot is written that is being played: it outlives a thread that does not
 */
export function createSlots(
  environments: ReadonlyMap<number, Environment>,
  board: Board,
  current: Int32Array = new Int32Array(1),
): Slots {
  let running: RunningEpisode[] = [];

  /** Calls `play` for each episode until something goes wrong. */
  function playAll(episodes: readonly RunningEpisode[], play: (episode: RunningEpisode) => void): Turn {
    let moment: RunningEpisode | undefined;
    try {
      for (const episode of episodes) {
        moment = episode;
        current[0] = episode.slot;
        play(episode);
      }
      return { ended: [] };
    } catch (cause) {
      const { slot, environment } = moment!;
      const error = LamoError.isInstance(cause) ? cause : environmentFailed(environment.spec, moment!, cause);
      return { ended: [], failure: { slot, error } };
    }
  }

  return {
    start(seeds, record) {
      const chosen = [...environments].filter(([slot]) => slot < seeds.length);
      running = chosen.map(([slot, environment]) => startEpisode(slot, seeds[slot]!, environment));
      return playAll(running, (episode) => {
        const { slot, seed, environment } = episode;
        const observation = environment.reset(seed);
        checkObservation(observation, environment.spec, episode);
        board.observations.set(observation, slot * environment.spec.observationSize);
        board.rewards[slot] = 0;
        if (record) episode.recording = startRecording(environment, observation, episode);
      });
    },
    step() {
      let hasEnded = false;
      const turn = playAll(running, (episode) => {
        advance(episode, board);
        hasEnded ||= episode.ended;
      });
      if (turn.failure !== undefined || !hasEnded) return turn;
      const ended = running.filter((episode) => episode.ended);
      running = running.filter((episode) => !episode.ended);
      return { ended: ended.map(summarise) };
    },
  };
}

interface RunningEpisode {
  readonly slot: number;
  readonly seed: number;
  readonly environment: Environment;
  /** [A] */
  readonly action: Float32Array;
  recording?: Recording;
  return: number;
  /** Steps, the one that is being taken included. */
  length: number;
  terminated: boolean;
  ended: boolean;
}

function startEpisode(slot: number, seed: number, environment: Environment): RunningEpisode {
  const action = new Float32Array(environment.spec.actionSize);
  return { slot, seed, environment, action, return: 0, length: 0, terminated: false, ended: false };
}

/** Takes one step and writes down what came of it. */
function advance(episode: RunningEpisode, { actions, observations, rewards }: Board): void {
  const { slot, environment, action, recording } = episode;
  const { actionSize, observationSize } = environment.spec;
  for (let i = 0; i < actionSize; i++) action[i] = actions[slot * actionSize + i]!;
  recording?.beforeStep(action);
  episode.length += 1;
  const result = environment.step(action);
  checkStep(result, environment.spec, episode);
  recording?.afterStep(result);
  episode.return += result.reward;
  episode.terminated = result.terminated;
  episode.ended = result.terminated || result.truncated;
  observations.set(result.observation, slot * observationSize);
  rewards[slot] = result.reward;
}

function summarise({ slot, length, terminated, recording, ...episode }: RunningEpisode): RolloutEpisode {
  const summary = { slot, return: episode.return, length, terminated };
  return recording === undefined ? summary : { ...summary, trajectory: recording.finish() };
}
