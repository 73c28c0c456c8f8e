import { add, scale, type Vector } from '../mujoco/vectors';
import { type ArmDriver, OPEN } from './arm-driver';
import type { KitchenElement } from './elements';
import { assume, grip, hold, type Moves, reach, repeat } from './moves';

/** A way to do something with the arm; it begins and ends anywhere near the ready posture. */
export type Skill = (arm: ArmDriver) => Moves;

/** Speed of the last centimetres. */
const SLOW = 0.45;
/** Steps in which the arm gets to where it is asked to be. */
const SETTLING = 2;

/** Pushes the bar of the sliding door to the right. */
function* slideCabinet(arm: ArmDriver): Moves {
  // Pointing to the right and up, the arm need not turn its elbow over on the way.
  const hand = grip([0.483, 0.837, 0.259], 0.75 * Math.PI, 0);
  const slow = { ...hand, speed: SLOW };
  const fromBar = (offset: Vector) => add([-0.108 + arm.state[19]!, 0.607, 2.6], offset);
  yield* reach(arm, fromBar([-0.08, -0.07, 0]), hand);
  yield* reach(arm, fromBar([-0.06, 0.03, 0]), slow);
  yield* hold(arm, slow, SETTLING);
  yield* repeat(
    () => ({ tip: fromBar([0.06, 0.03, 0]), ...slow }),
    () => arm.state[19]! > 0.36,
  );
  yield* reach(arm, add(arm.hand.tip, [-0.1, -0.2, -0.1]), hand);
}

/** Pushes the lever of the light to the left with the broad side of a finger, off which it does not slip. */
function* lightSwitch(arm: ArmDriver): Moves {
  const hand = grip([0, 1, 0], Math.PI, 0);
  const slow = { ...hand, speed: SLOW };
  yield* reach(arm, [-0.3, 0.52, 2.28], hand);
  yield* reach(arm, [-0.3, 0.61, 2.285], slow);
  yield* hold(arm, slow, SETTLING);
  // The lever's end is 8 cm from its hinge.
  yield* repeat(
    () => ({ tip: [-0.44 + 0.08 * Math.sin(arm.state[17]!), 0.61, 2.285], ...slow }),
    () => arm.state[17]! < -0.62,
    20,
  );
  yield* reach(arm, add(arm.hand.tip, [0.02, -0.1, 0]), hand);
}

/** Takes a knob between the fingers and turns it clockwise. @param index of its angle in the state */
function turnKnob(index: number, knob: Vector): Skill {
  return function* (arm) {
    const around = (angle: number, fingers: number) => grip([0, 1, 0], Math.PI + angle, fingers, SLOW);
    const inFront = add(knob, [0, -0.1, 0]);
    yield* reach(arm, inFront, { ...around(0, OPEN), speed: 1 });
    yield* reach(arm, knob, around(0, OPEN));
    yield* hold(arm, around(0, 0), 7);
    yield* repeat(
      () => ({ tip: knob, ...around(arm.state[index]! - 0.7, 0) }),
      () => arm.state[index]! < -0.88,
    );
    const end = arm.state[index]!;
    yield* hold(arm, around(end, OPEN), 5);
    yield* reach(arm, inFront, around(end, OPEN));
  };
}

/** Pushes the kettle to the back, with two fingers: it turns less than before one. */
function* kettle(arm: ArmDriver): Moves {
  const hand = grip([0, 1, -1], Math.PI, OPEN);
  // To the left of its middle if it is to go to the right.
  const across = () => arm.state[23]! + 0.012 + 0.3 * (arm.state[23]! + 0.24);
  const behind = (distance: number, height: number): Vector => [across(), arm.state[24]! - distance, height];
  // Past its left side: above it the arm would have to fold.
  yield* reach(arm, add(behind(0.05, 1.98), [-0.2, 0, 0]), hand, 14);
  yield* reach(arm, add(behind(0.18, 1.8), [-0.1, 0, 0]), hand, 14);
  yield* reach(arm, behind(0.17, 1.71), hand);
  yield* repeat(
    () => ({ tip: behind(0.08, 1.71), ...hand, speed: SLOW }),
    () => arm.state[24]! > 0.72,
  );
  yield* reach(arm, add(arm.hand.tip, [0, -0.08, 0.1]), hand);
}

/** Takes the handle of the microwave and pulls its door open. */
function* microwave(arm: ArmDriver): Moves {
  const hand = grip([-0.5, 0.866, -0.42], Math.PI, OPEN);
  const slow = { ...hand, speed: SLOW };
  const closed = { ...slow, fingers: 0 };
  /** A point before or behind the handle, as seen by the hand, at an angle of the door. */
  const atHandle = (angle: number, depth: number) => add(microwaveHandle(angle), scale(depth, hand.forward));
  yield* assume(arm, overKettle, { fingers: OPEN });
  yield* reach(arm, atHandle(0, -0.1), hand);
  yield* reach(arm, atHandle(0, 0.035), slow);
  yield* hold(arm, closed, 7);
  yield* repeat(
    () => ({ tip: atHandle(arm.state[22]! - 0.12, 0.035), ...closed }),
    () => arm.state[22]! < -0.74,
  );
  yield* hold(arm, slow, 5);
  yield* reach(arm, add(arm.hand.tip, scale(-0.1, hand.forward)), hand, 10);
  yield* assume(arm, overKettle, { fingers: OPEN });
}

/** A posture between that of the microwave and all others, with the hand above the kettle. */
const overKettle = [1.5, 0, 0, -2.2, -1.8, 0.8, -0.5];

/** Computes where the handle of the microwave is at an angle of its door. */
function microwaveHandle(angle: number): Vector {
  const turn = 0.3 + angle;
  const [cosine, sine] = [Math.cos(turn), Math.sin(turn)];
  return [-1.1276 + 0.475 * cosine + 0.108 * sine, 0.4549 + 0.475 * sine - 0.108 * cosine, 1.792];
}

/** What the arm knows to complete, and how. */
export const kitchenSkills = {
  microwave,
  kettle,
  'bottom burner': turnKnob(11, [-0.256, 0.635, 2.226]),
  'top burner': turnKnob(15, [-0.256, 0.635, 2.34]),
  'light switch': lightSwitch,
  'slide cabinet': slideCabinet,
} as const satisfies Partial<Record<KitchenElement, Skill>>;
