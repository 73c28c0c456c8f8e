/** Parts of the kitchen whose state can be a goal, with D4RL's numbers. */
export const kitchenElements = {
  'bottom burner': element(11, [-0.88, -0.01]),
  'top burner': element(15, [-0.92, -0.01]),
  'light switch': element(17, [-0.69, -0.05]),
  'slide cabinet': element(19, [0.37]),
  'hinge cabinet': element(20, [0, 1.45]),
  microwave: element(22, [-0.75]),
  kettle: element(23, [-0.23, 0.75, 1.62, 0.99, 0, 0, -0.06]),
} as const;

/** Name of a part of the kitchen. */
export type KitchenElement = keyof typeof kitchenElements;

/** A part of the kitchen: where it stands in a state, and how it should be. */
interface ElementGoal {
  /** Index of its first coordinate in the state. */
  readonly first: number;
  /** The coordinates that it should have: radians, metres, and a quaternion for the kettle. */
  readonly goal: readonly number[];
}

/** Distance from the goal below which an element is complete. */
const THRESHOLD = 0.3;

/** Computes how far an element is from its goal. @param state [≥ 30] positions, or an observation, which begins with them */
export function goalDistance(name: KitchenElement, state: ArrayLike<number>): number {
  const { first, goal } = kitchenElements[name];
  return Math.hypot(...goal.map((wanted, i) => state[first + i]! - wanted));
}

/** Tells whether an element is as it should be, within D4RL's tolerance. */
export function isComplete(name: KitchenElement, state: ArrayLike<number>): boolean {
  return goalDistance(name, state) < THRESHOLD;
}

function element(first: number, goal: readonly number[]): ElementGoal {
  return { first, goal };
}
