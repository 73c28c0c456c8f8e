import { describeKernels } from '../../test/kernels/describe-kernels';
import { reductionCases } from '../../test/kernels/reduction';

describeKernels('reduction', reductionCases);
