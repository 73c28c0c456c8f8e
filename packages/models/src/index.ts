export { qValue } from './critics';
export { type Activation, initLinear, type Linear, linear } from './linear';
export { initMlp, type Mlp, mlp } from './mlp';
export { identityScaler, type ObservationScaler, scaleObservations } from './observation-scaler';
export { deterministicPolicy } from './policies';
