export { qValue } from './critics';
export { type Activation, initLinear, type Linear, linear } from './linear';
export { initMlp, type Mlp, mlp } from './mlp';
export { identityScaler, type ObservationScaler, scaleObservations } from './observation-scaler';
export { deterministicPolicy } from './policies';
export { type LoadTokenizerOptions, loadTokenizer } from './tokenizer/load-tokenizer';
export { saveTokenizer } from './tokenizer/save-tokenizer';
export {
  type TrainedTokenizer,
  type TrainTokenizerOptions,
  trainTokenizer,
} from './tokenizer/train-tokenizer';
