/** What the Decision Transformer is asked for in each task, and the scale of returns there (kzl/decision-transformer). */
export const locomotionTargets = {
  hopper: { returnScale: 1000, targetReturns: [3600, 1800] },
  halfcheetah: { returnScale: 1000, targetReturns: [12_000, 6000] },
  walker2d: { returnScale: 1000, targetReturns: [5000, 2500] },
  reacher2d: { returnScale: 10, targetReturns: [76, 40], contextLength: 5, maxTimesteps: 100 },
};
