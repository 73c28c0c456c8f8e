import { arrangementCases } from '../../test/kernels/arrangement';
import { describeKernels } from '../../test/kernels/describe-kernels';
import { elementwiseCases } from '../../test/kernels/elementwise';
import { indexingCases } from '../../test/kernels/indexing';
import { linearCases } from '../../test/kernels/linear';
import { reductionCases } from '../../test/kernels/reduction';
import { runOnXla } from '../../test/xla/run-on-xla';

const engine = { name: "XLA's compiler for processors", run: runOnXla, count: 8 };

describeKernels('arrangement', arrangementCases, engine);
describeKernels('elementwise', elementwiseCases, engine);
describeKernels('indexing', indexingCases, engine);
describeKernels('linear', linearCases, engine);
describeKernels('reduction', reductionCases, engine);
