import { describeKernels } from '../../test/kernels/describe-kernels';
import { linearCases } from '../../test/kernels/linear';

describeKernels('linear', linearCases);
