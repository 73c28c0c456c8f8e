import type { Value } from '../graph';
import { reducedAxes } from '../shapes/reduction';
import { isSame, type Rule } from './rule';

/** The operand of a value that `kernel` produced, or undefined if it comes from another one. */
function operandOf(value: Value | undefined, kernel: string): Value | undefined {
  return value?.node.kernel === kernel ? value.node.inputs.x : undefined;
}

/** True if a value is left by reducing the last axis alone. */
function reducesLastAxis({ node }: Value): boolean {
  const { shape } = node.inputs.x!;
  return (
    node.attributes.keepDims === true && reducedAxes(node.attributes, shape).join() === `${shape.length - 1}`
  );
}

/** (x − max x) − ln Σ exp(x − max x), as tf.logSoftmax writes it: one operator. */
export const logSoftmax: Rule = (builder, { inputs: { a, b }, specs }) => {
  const sum = operandOf(b, 'Log');
  const isOfDifference = operandOf(operandOf(sum, 'Sum'), 'Exp') === a;
  if (!isOfDifference || a!.node.kernel !== 'Sub') return undefined;
  const { a: logits, b: largest } = a!.node.inputs;
  const fits =
    operandOf(largest, 'Max') === logits &&
    reducesLastAxis(largest!) &&
    reducesLastAxis(sum!) &&
    isSame(logits!, specs[0]!);
  return fits ? builder.add('LogSoftmax', { logits: logits! }, { dim: -1 }) : undefined;
};
