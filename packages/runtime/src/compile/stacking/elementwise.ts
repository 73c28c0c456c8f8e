import { elementwiseShapes } from '../../trace/shapes/elementwise';
import { aligned, forAll, type StackRule } from './stack-rule';

/** Operands broadcast by themselves once the axis of copies is in front of all others. */
const elementwise: StackRule = (call) => {
  const { builder, node, operands } = call;
  const rank = node.outputs[0]!.shape.length;
  const inputs = Object.fromEntries(
    Object.entries(operands).map(([name, operand]) => [name, aligned(call, operand, rank)]),
  );
  return builder.add(node.kernel, inputs, node.attributes);
};

/** Elementwise kernels. */
export const elementwiseStacking: Record<string, StackRule> = forAll(
  Object.keys(elementwiseShapes),
  elementwise,
);
