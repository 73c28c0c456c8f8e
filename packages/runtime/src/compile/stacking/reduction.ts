import { normaliseAxis } from '../../trace/shapes/broadcast';
import { reducedAxes } from '../../trace/shapes/reduction';
import { forAll, type StackRule } from './stack-rule';

const reduction: StackRule = ({ builder, node: { kernel, inputs, attributes }, operands: { x } }) => {
  const axis = reducedAxes(attributes, inputs.x!.shape).map((each) => each + 1);
  return builder.add(kernel, { x: x!.value }, { axis, keepDims: attributes.keepDims });
};

const alongOneAxis: StackRule = ({ builder, node: { kernel, inputs, attributes }, operands: { x } }) => {
  const axis = normaliseAxis(attributes.axis as number | undefined, inputs.x!.shape);
  return builder.add(kernel, { x: x!.value }, { ...attributes, axis: axis + 1 });
};

/** The last axis, which is the last one of all copies, too. */
const alongLastAxis: StackRule = ({ builder, node: { kernel, attributes }, operands }) => {
  const inputs = Object.fromEntries(Object.entries(operands).map(([name, { value }]) => [name, value]));
  return builder.add(kernel, inputs, attributes);
};

/** Kernels that compute along axes. */
export const reductionStacking: Record<string, StackRule> = {
  ...forAll(['Sum', 'Prod', 'Mean', 'Max', 'Min'], reduction),
  ...forAll(['ArgMax', 'ArgMin', 'Cumsum'], alongOneAxis),
  ...forAll(['Softmax', 'LogSoftmax', 'TopK'], alongLastAxis),
};
