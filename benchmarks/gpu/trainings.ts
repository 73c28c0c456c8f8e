import { openDevice } from '@lamo/runtime';
import { computeTraining, shortTrainings } from './compute-training';
import { expectedNumbers, readExpected } from './expected';
import type { PartSetup } from './row';

/** Largest relative distance of a part of the state: steps of Adam amplify roundings where gradients are near 0. */
const TOLERANCE = 1e-3;

/** Compares a few steps of algorithms with what `cpu` computed. */
export async function checkTrainings({ plugin, report }: PartSetup): Promise<void> {
  const device = await openDevice('xla', { plugin });
  const expected = readExpected();
  for (const [name, training] of Object.entries(shortTrainings)) {
    const what = `20 steps of ${name} equal those of cpu`;
    try {
      const distances = (await computeTraining(device, training)).map(([part, numbers]) => ({
        part,
        distance: distanceOf(numbers, expectedNumbers(expected, `${name}: ${part}`)),
      }));
      const { part, distance } = distances.reduce((a, b) => (b.distance > a.distance ? b : a));
      const result = `relative distance at most ${distance.toExponential(1)}, of ${part}`;
      report({ what, result, isGood: distance <= TOLERANCE });
    } catch (error) {
      report({ what, result: (error as Error).message.split('\n')[0]!, isGood: false });
    }
  }
}

/** ‖a − b‖ / ‖b‖. */
function distanceOf(received: Float32Array, expected: Float32Array): number {
  if (received.length !== expected.length) return Number.POSITIVE_INFINITY;
  let [difference, size] = [0, 0];
  for (const [i, b] of expected.entries()) {
    difference += (received[i]! - b) ** 2;
    size += b ** 2;
  }
  if (difference === 0) return 0;
  const distance = Math.sqrt(difference / size);
  return Number.isNaN(distance) ? Number.POSITIVE_INFINITY : distance;
}
