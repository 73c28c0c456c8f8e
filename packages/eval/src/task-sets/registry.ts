// One line for each set or family of them, sorted: this is the whole registration.
export { integrator } from './sets/integrator';
export { kitchen } from './sets/kitchen';
export { pointMaze } from './sets/point-maze';
export { reacher2d } from './sets/reacher2d';
export { swirl } from './sets/swirl';
