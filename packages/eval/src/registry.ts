// One line for each environment or family of them, sorted: this is the whole registration.
export { cartpole } from './environments/cartpole';
export { halfCheetah } from './environments/half-cheetah';
export { hopper } from './environments/hopper';
export { maze2d } from './environments/maze2d';
export { reacher2d } from './environments/reacher2d';
export { walker2d } from './environments/walker2d';
