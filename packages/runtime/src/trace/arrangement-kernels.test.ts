import { arrangementCases } from '../../test/kernels/arrangement';
import { describeKernels } from '../../test/kernels/describe-kernels';

describeKernels('arrangement', arrangementCases);
