import { testAlgorithm } from '@lamo/algos/testing';
import { marwil } from './custom-algorithm';

testAlgorithm(marwil, { config: { hiddenSize: 32, batchSize: 16, learningRate: 1e-3 } });
