import { LamoError } from '@lamo/core';
import { describe, expect, it } from 'vitest';
import { loadMujoco } from './load-mujoco';
import { createSimulation, type Simulation } from './simulation';

describe('a simulation', () => {
  it('reads its state anew when the heap has moved', async () => {
    const mujoco = await loadMujoco();
    const sliding =
      '<mujoco><worldbody><body><joint type="slide"/><geom size="1"/></body></worldbody></mujoco>';
    const simulation = createSimulation(mujoco, sliding);
    const { qpos } = simulation;
    simulation.qpos[0] = 0.25;
    // Each of these takes 50 MB, more than the heap has free.
    const large = sliding.replace('<worldbody>', '<size memory="50M"/><worldbody>');
    const others = Array.from({ length: 4 }, () => createSimulation(mujoco, large));
    expect(qpos.length).toBe(0);
    expect(Array.from(simulation.qpos)).toEqual([0.25]);
    for (const each of [simulation, ...others]) each.dispose();
  });

  it('frees what it took', async () => {
    const mujoco = await loadMujoco();
    const model = '<mujoco><size memory="50M"/><worldbody><geom size="1"/></worldbody></mujoco>';
    for (let i = 0; i < 200; i++) createSimulation(mujoco, model).dispose(); // 10 GB, if it did not
  });

  it('says so when the memory is full, and leaves the others running', async () => {
    const mujoco = await loadMujoco();
    const simulations: Simulation[] = [];
    const model = '<mujoco><size memory="900M"/><worldbody><geom size="1"/></worldbody></mujoco>';
    expect(() => {
      for (let i = 0; i < 5; i++) simulations.push(createSimulation(mujoco, model));
    }).toThrow('Run fewer episodes side by side');
    expect(simulations.length).toBeGreaterThan(1);
    for (const simulation of simulations) {
      simulation.step(1);
      simulation.dispose();
    }
  });

  it('passes on what MuJoCo says about a bad model', async () => {
    const mujoco = await loadMujoco();
    const attempt = () => createSimulation(mujoco, '<mujoco><wolrdbody/></mujoco>');
    expect(attempt).toThrow(LamoError);
    expect(attempt).toThrow('wolrdbody');
  });
});
