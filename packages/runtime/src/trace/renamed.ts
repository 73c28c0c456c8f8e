/** Makes one lowering for several kernels, each with the operator named after it: from `{ Abs: 'abs' }`. */
export function renamed<Lowering>(
  pairs: Readonly<Record<string, string>>,
  make: (op: string) => Lowering,
): Record<string, Lowering> {
  return Object.fromEntries(Object.entries(pairs).map(([kernel, op]) => [kernel, make(op)]));
}
