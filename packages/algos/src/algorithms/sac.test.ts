import { testPessimisticStep } from '../../test/pessimistic-step';
import { sacOnTransitions } from './sac';

testPessimisticStep(sacOnTransitions);
