/** A place or length in a drawing, to a tenth: more digits only make files longer. */
export function tenth(value: number): string {
  return String(Math.round(value * 10) / 10);
}
