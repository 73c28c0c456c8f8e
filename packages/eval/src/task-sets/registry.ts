// One line for each set or family of them, sorted: this is the whole registration.
export { integrator } from './integrator';
export { kitchen } from './kitchen';
export { pointMaze } from './point-maze';
export { reacher2d } from './reacher2d';
export { swirl } from './swirl';
