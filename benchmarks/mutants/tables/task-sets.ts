import { type Mutant, mutate } from '../mutant';

/** Faults of sets of tasks, and of what shows and judges them. */
export const taskSets: readonly Mutant[] = [
  ...mutate(
    'packages/eval/src/task-sets/told-task.ts',
    ['task-sets/told-task.test'],
    [
      [
        'the code is told after a reset only',
        'observation: tell(result.observation)',
        'observation: result.observation',
      ],
      ['columns that are left out keep their names', 'end <= start)', 'true)'],
      ['a name is given twice', 'if (parts.some(([name]) => name === part))', 'if (false)'],
    ],
  ),
  ...mutate(
    'packages/eval/src/task-sets/demonstrate.ts',
    ['task-sets/task-sets.test', 'sets/integrator.test'],
    [
      ['every demonstration is the same', 'Rng.fromSeed(seed)', 'Rng.fromSeed(0)'],
      [
        'one demonstration is shown, however many are asked for',
        '{ episodes, seed: shown,',
        '{ episodes: 1, seed: shown,',
      ],
      ['another task is shown', 'set.expert(task, shown)', 'set.expert(set.tasks[0]!, shown)'],
    ],
  ),
  ...mutate(
    'packages/eval/src/task-sets/evaluate-tasks.ts',
    ['task-sets/evaluate-tasks.test'],
    [
      ['results are in the order of ends', 'played[episode.index] = episode', 'played.push(episode)'],
      ['all tasks start in the same places', '{task.name}`).uint32()', '{set.name}`).uint32()'],
      ['every evaluation starts in the same places', 'Rng.fromSeed(seed)', 'Rng.fromSeed(0)'],
      ['all tasks are evaluated in the first', 'set.open(task)', 'set.open(tasks[0]!)'],
      ['failures are successes', 'set.succeeded!(episode)', 'true'],
      [
        'the number of episodes is not checked',
        "checkCount('eval/evaluate-tasks', 'episodes', episodes);",
        '',
      ],
    ],
  ),
  ...mutate(
    'packages/eval/src/task-sets/point-world.ts',
    ['sets/integrator.test', 'sets/swirl.test'],
    [
      [
        'it pays for where the point was',
        'place = move(place, [clip(action[0]!), clip(action[1]!)]);\n      observation.set(place);\n      steps += 1;\n      const distance = Math.hypot(goal[0] - place[0], goal[1] - place[1]);',
        'const distance = Math.hypot(goal[0] - place[0], goal[1] - place[1]);\n      place = move(place, [clip(action[0]!), clip(action[1]!)]);\n      observation.set(place);\n      steps += 1;',
      ],
      ['episodes go on at the goal', 'const terminated = distance < near;', 'const terminated = false;'],
      ['the limit is a step late', 'steps >= spec.maxEpisodeSteps', 'steps > spec.maxEpisodeSteps'],
      ['it goes on after the end', 'if (terminated || truncated) place = undefined;', ''],
    ],
  ),
  ...mutate(
    'packages/eval/src/task-sets/point-expert.ts',
    ['sets/integrator.test', 'sets/swirl.test'],
    [
      ['the expert has no noise', 'along + noise * rng.normal()', 'along'],
      [
        'all points are steered as the first',
        'observations.subarray(observationSize * slot)',
        'observations',
      ],
    ],
  ),
  ...mutate(
    'packages/eval/src/task-sets/sets/swirl.ts',
    ['sets/swirl.test', 'task-sets/task-sets.test'],
    [
      ['currents turn one way only', '* (i % 2 === 0 ? 1 : -1)', ''],
      [
        'the current leads away',
        '- current * (place[1] - y),\n    place[1]',
        '+ current * (place[1] - y),\n    place[1]',
      ],
      ['the expert goes away from the goal', 'GAIN * (x - place[0])', 'GAIN * (place[0] - x)'],
    ],
  ),
  ...mutate(
    'packages/eval/src/task-sets/sets/reacher2d.ts',
    ['task-sets/task-sets.test'],
    [
      ['the target is drawn anew', 'openReacher2d(spec, { target: [x, y] })', 'openReacher2d(spec)'],
      [
        'episodes go on at the target',
        'untilPaid(await openReacher2d(spec, { target: [x, y] }))',
        'await openReacher2d(spec, { target: [x, y] })',
      ],
    ],
  ),
  ...mutate(
    'packages/eval/src/mazes/point-maze.ts',
    ['task-sets/task-sets.test'],
    [['the goal is drawn anew', 'goal ?? drawPlace(mazes[maze], rng)', 'drawPlace(mazes[maze], rng)']],
  ),
  ...mutate(
    'packages/eval/src/task-sets/sets/kitchen.ts',
    ['task-sets/task-sets.test'],
    [
      ['observations tell the goal, too', ', { columns: KITCHEN_POSITIONS }', ''],
      ['something else is to be done', 'openKitchen(spec, [known.name])', 'openKitchen(spec, [skills[0]!])'],
    ],
  ),
  ...mutate(
    'packages/eval/src/task-sets/until-paid.ts',
    ['task-sets/until-paid.test'],
    [['every reward ends an episode', 'result.reward > 0', 'result.reward !== 0']],
  ),
];
