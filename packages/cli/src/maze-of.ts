import { type Maze, type MazeName, mazes } from '@lamo/eval';

/** Name of the maze that an environment is played in: `maze2d-umaze-dense-v1` → `umaze`. Undefined for all others. */
export function mazeNameOf(environment: string): MazeName | undefined {
  const name = /^maze2d-(.+?)(-dense)?-v\d+$/.exec(environment)?.[1];
  return name !== undefined && Object.hasOwn(mazes, name) ? (name as MazeName) : undefined;
}

/** The maze that an environment is played in; undefined for all others. */
export function mazeOf(environment: string): Maze | undefined {
  const name = mazeNameOf(environment);
  return name === undefined ? undefined : mazes[name];
}
