import { bootstrapInterval, mean } from '@lamo/eval';

/** Writes the mean of what seeds came to, with its 95 % interval by bootstrap where there are three or more. */
export function meanWithInterval(values: readonly number[], digits: number): string {
  const format = (value: number) => value.toFixed(digits).replace('-', '−');
  if (values.length < 3) return format(mean(values));
  const { low, high } = bootstrapInterval(values);
  return `${format(mean(values))} [${format(low)}, ${format(high)}]`;
}
