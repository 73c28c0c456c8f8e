import { describeKernels } from '../../test/kernels/describe-kernels';
import { indexingCases } from '../../test/kernels/indexing';

describeKernels('indexing', indexingCases);
