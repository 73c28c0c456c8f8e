// One line for each set or family of them, sorted: this is the whole registration.
export { integrator } from './integrator';
