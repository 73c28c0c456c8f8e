// One line for each algorithm, sorted: this is the whole registration.
export { awac } from './algorithms/awac';
export { bc } from './algorithms/bc';
export { cql } from './algorithms/cql';
export { dt } from './algorithms/dt';
export { edac } from './algorithms/edac';
export { fqe } from './algorithms/fqe';
export { iql } from './algorithms/iql';
export { lamo } from './algorithms/lamo';
export { multiTaskBc } from './algorithms/multi-task-bc';
export { pretrain } from './algorithms/pretrain';
export { rebrac } from './algorithms/rebrac';
export { sac } from './algorithms/sac';
export { sacN } from './algorithms/sac-n';
export { sft } from './algorithms/sft';
export { td3Bc } from './algorithms/td3-bc';
export { wikiRl } from './algorithms/wiki-rl';
export { xql } from './algorithms/xql';
