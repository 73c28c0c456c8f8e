// One line for each environment or family of them, sorted: this is the whole registration.
export { ant } from './environments/ant';
export { antMaze } from './environments/ant-maze';
export { cartpole } from './environments/cartpole';
export { halfCheetah } from './environments/half-cheetah';
export { hopper } from './environments/hopper';
export { kitchen } from './environments/kitchen';
export { maze2d } from './environments/maze2d';
export { pointMaze } from './environments/point-maze';
export { reacher } from './environments/reacher';
export { reacher2d } from './environments/reacher2d';
export { walker2d } from './environments/walker2d';
