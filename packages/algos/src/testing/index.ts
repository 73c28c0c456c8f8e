export { type CheckName, type TestAlgorithmOptions, testAlgorithm } from './test-algorithm';
