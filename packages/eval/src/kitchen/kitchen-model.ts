import { element } from '../mujoco/mjcf';
import { pandaBody, pandaExclusions, pandaServos } from '../robots/panda';
import { hingeCabinet, kettle, microwave, slideCabinet } from './doors';
import { colours, counters, walls } from './furniture';
import { hood, oven, ovenCouplings } from './oven';

/** Writes D4RL's kitchen as MJCF: the arm, which stands 1.8 m high and looks along y, before the furniture. */
export function kitchenMjcf(): string {
  const floor = element('geom', { type: 'plane', size: [4, 4, 0.1], condim: 3, rgba: colours.stone });
  const furniture = [counters(), oven(), hood(), ...walls(), slideCabinet(), hingeCabinet(), microwave()];
  return element('mujoco', {}, [
    element('compiler', { angle: 'radian' }),
    element('option', { timestep: 0.002 }),
    element('size', { memory: '2M' }),
    element('worldbody', {}, [
      floor,
      pandaBody(),
      element('body', { name: 'desk', pos: [-0.1, 0.75, 0] }, furniture),
      kettle(),
    ]),
    element('contact', {}, pandaExclusions()),
    element('equality', {}, ovenCouplings()),
    element('actuator', {}, pandaServos()),
  ]);
}
