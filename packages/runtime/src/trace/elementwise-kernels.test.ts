import { describeKernels } from '../../test/kernels/describe-kernels';
import { elementwiseCases } from '../../test/kernels/elementwise';

describeKernels('elementwise', elementwiseCases);
