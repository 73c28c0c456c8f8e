/**
 * Finds which category numbers stand for: the place of the single 1 among zeros.
 *
 * @param numbers one for each category
 * @returns undefined where they stand for none, or for several
 */
export function chosenCategory(numbers: ArrayLike<number>): number | undefined {
  let chosen: number | undefined;
  for (let i = 0; i < numbers.length; i++) {
    if (numbers[i] === 0) continue;
    if (numbers[i] !== 1 || chosen !== undefined) return undefined;
    chosen = i;
  }
  return chosen;
}
