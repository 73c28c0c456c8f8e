export { ActiveFineTuning } from './active/active-fine-tuning';
export { type ComparedActions, descendMixingWeight, mixingWeight } from './active/adaptive-prior';
export { type ConditionedKernel, type ConditionedPoints, condition } from './active/condition';
export {
  type Demonstration,
  type LabelledRow,
  type LabelledRows,
  readDemonstrations,
} from './active/demonstration';
export { type FisherOptions, fisherInformation } from './active/fisher-information';
export { foresee, type Outlook, type TargetTask } from './active/foresee';
export { GaussianProcess, type GaussianProcessOptions } from './active/gaussian-process';
export { featureKernel, gradientKernel, type LastLayerGradients } from './active/gradient-kernel';
export { logImportanceWeights, normaliseWeights } from './active/importance-weights';
export type { Kernel, Rows } from './active/kernel';
export { LanguageLearner, type LanguageLearnerOptions } from './active/language-learner';
export type { LanguageLessonOptions, LearnedModel } from './active/language-lesson';
export type { ActiveLearner, Belief, Beliefs } from './active/learner';
export type { Anchor, LessonOptions } from './active/lesson';
export { NeuralLearner, type NeuralLearnerOptions } from './active/neural-learner';
export { type RadialKernelOptions, radialKernel } from './active/radial-kernel';
export type {
  ActiveFineTuningOptions,
  ActiveRound,
  CandidateDraw,
  DemonstrationRequest,
  Question,
} from './active/rounds';
export { findSelectionRule, selectionRules } from './active/rules/registry';
export type { Choice, PastRound, RuleContext, SelectionRule } from './active/rules/rule';
export {
  type Foreseen,
  type SelectedTask,
  type SelectTasksOptions,
  selectTasks,
  type Targets,
} from './active/select-tasks';
export { SequenceLearner, type SequenceLearnerOptions } from './active/sequence-learner';
export type { TaskMixing } from './active/task-mixing';
export { instructedTasks, solvedExamples, type TextSizes } from './active/text-demonstrations';
export { cloning } from './algorithms/bc';
export { calibrate, conservativeGaps, conservativePenalty } from './algorithms/conservative-penalty';
export {
  type ContinuousCqlBatch,
  type ContinuousCqlState,
  initContinuousCql,
  stepContinuousCql,
} from './algorithms/continuous-cql';
export { type CqlConfig, cqlConfig, stepCql } from './algorithms/cql';
export {
  chosenValues,
  cqlWeights,
  type DiscreteCqlState,
  initDiscreteCql,
  stepDiscreteCql,
} from './algorithms/discrete-cql';
export { initDiscreteSac, lowestOfChosen, stepDiscreteSac } from './algorithms/discrete-sac';
export { gradientsInParts } from './algorithms/gradients-in-parts';
export { type InSampleContext, inSample, stepInSample } from './algorithms/iql';
export type { SacConfig } from './algorithms/sac';
export {
  actorStep,
  alphaStep,
  beginSacN,
  criticStep,
  entropyOf,
  initSacN,
  type SacNContext,
  type SacNState,
  sacNConfig,
  sacNStep,
  squashedActor,
  squashedGaussian,
} from './algorithms/sac-n';
export type {
  Algorithm,
  AlgorithmDefinition,
  AnyAlgorithm,
  ConfigSchema,
  DataOf,
  Loaded,
  LoadObserver,
  NamesOf,
  ResultOf,
  Shaped,
  SpecOf,
  Step,
  StepContext,
  StepCycle,
  StepReturn,
} from './engine/algorithm';
export type { InitialState } from './engine/begin-with';
export { checkCapabilities, checkSettingsApply } from './engine/check-capabilities';
export { type SavedData, savedData, type TrainingHeader, trainingHeader } from './engine/checkpoint-header';
export {
  countAlgorithmParameters,
  countCheckpointParameters,
  type ParameterCounts,
} from './engine/count-parameters';
export type { Capability, DataIdentity, DataKind, PreparedData } from './engine/data-kind';
export { defineAlgorithm } from './engine/define-algorithm';
export { algorithms, algorithmsOf, findAlgorithm, lookForAlgorithm } from './engine/find-algorithm';
export { loadResult, saveResult, valueActions } from './engine/load-result';
export { type AveragesState, averageMetrics, type MetricAverages } from './engine/metric-averages';
export {
  type ConfigField,
  type Configurable,
  describeConfig,
  parseConfig,
  parseSavedConfig,
} from './engine/parse-config';
export { trainingProgram } from './engine/program';
export type { ResultDefinition, ResultParts, SaveOptions } from './engine/result-kind';
export type { TrainingStep } from './engine/stepper';
export { type PresetOf, type SettingsOf, type TrainingRun, type TrainOptions, train } from './engine/train';
export type { StepMetrics } from './engine/training-steps';
export {
  ACTION_LOG_PROBS,
  type Behaviour,
  type FitBehaviourOptions,
  fitBehaviour,
  loggedBehaviour,
} from './estimators/behaviour';
export { criticEstimates, type TrainedCritics } from './estimators/critic-estimates';
export { type JudgedCheckpoint, loadJudgedCheckpoint } from './estimators/load-judged-checkpoint';
export { type FittedValues, fitNetworkValues, type NetworkValuesOptions } from './estimators/network-values';
export {
  type PolicyDensities,
  type PolicyDensitiesOptions,
  type Probabilities,
  policyDensities,
} from './estimators/policy-densities';
export { type LogSettings, type PreparedLog, prepareLog } from './estimators/prepare-log';
export { imitationError, policyOutputs } from './ingredients/action-head';
export { type ActorCriticState, initActorCriticState } from './ingredients/actor-critic-state';
export {
  AS_LOGGED,
  commonConfig,
  onD4rlTransitions,
  valueConfig,
  weightSetting,
} from './ingredients/config';
export { drawClasses, drawNear, drawSquashed } from './ingredients/exploring';
export { actorPolicy, type FeedForwardPolicy, feedForwardPolicy } from './ingredients/feed-forward-policy';
export {
  clipLogged,
  type ImitationPolicy,
  imitationConfig,
  imitationDraws,
  imitationLoss,
  imitationOutputs,
  initImitationPolicy,
} from './ingredients/imitation-policy';
export { inTurn } from './ingredients/in-turn';
export { type ActionJudge, valuedBy, valuedByCritics } from './ingredients/judging/critic-values';
export type { Judge } from './ingredients/judging/judge-rows';
export {
  findStarts,
  type JudgedBatch,
  judgedTransitions,
  NETWORK_WEIGHTS,
  POLICY_ACTIONS,
} from './ingredients/judging/judged-transitions';
export {
  type JudgedPolicy,
  judgedPolicyConfig,
  loadJudgedPolicy,
} from './ingredients/judging/load-judged-policy';
export { initialValues } from './ingredients/language/initial-values';
export { laterInRow } from './ingredients/language/later-in-row';
export {
  addLikelihood,
  type LikelihoodConfig,
  likelihoodConfig,
  likelihoodLoss,
  likelihoodMetrics,
} from './ingredients/language/likelihood-loss';
export { firstWeights, loadOtherModel, withAsked } from './ingredients/language/load-other-model';
export { meanOver } from './ingredients/language/mean-over';
export {
  initModel,
  loadModel,
  type ModelConfig,
  modelConfig,
  type ReadText,
  trainingPass,
} from './ingredients/language/model-config';
export {
  COMPLETIONS_BETA2,
  type CompletionBatch,
  type CompletionContext,
  completionConfig,
  onCompletions,
  packedBatches,
  packingConfig,
  predictCompletions,
} from './ingredients/language/on-completions';
export {
  followedTokens,
  OwnSamples,
  type OwnSamplesBatch,
  type OwnSamplesOptions,
  openOwnSamples,
  ownSampleConfig,
  ownSampleMetrics,
} from './ingredients/language/own-samples';
export { policyGradient, type WrittenTokens } from './ingredients/language/policy-gradient';
export { returnsAlong } from './ingredients/language/returns-along';
export {
  type LearnedValues,
  type SteeredState,
  type SteeringConfig,
  steeredModelResult,
} from './ingredients/language/steered-model-result';
export {
  type TokenDecisions,
  type TokenValueLossOptions,
  tokenValueLoss,
  worthOfWritten,
} from './ingredients/language/token-value-loss';
export {
  initLanguageTraining,
  type LanguageStepOptions,
  type LanguageTrainingConfig,
  type LanguageTrainingState,
  languageDescent,
  languageMetrics,
  languagePartsStep,
  languageStep,
  languageTrainingConfig,
} from './ingredients/language/train-language-model';
export {
  advantageWeights,
  bellmanTarget,
  criticsError,
  criticsHuberError,
  crossEntropy,
  expectileErrors,
  expectileLoss,
  gumbelLoss,
  maskedCrossEntropy,
  maskedMeanSquaredError,
  meanSquaredError,
  squaredDistances,
} from './ingredients/losses';
export { observationPart } from './ingredients/observation-part';
export { fitObservationScaler } from './ingredients/observation-scaler';
export {
  type RewardConfig,
  rawRewardScale,
  rewardConfig,
  rewardTransform,
} from './ingredients/reward-config';
export {
  type AdaptedBackbone,
  adaptationConfig,
  adaptBackbone,
  divideBackbone,
  WHOLE,
  withoutUnread,
} from './ingredients/sequence/adaptation';
export { backboneConfig, hubOptions, loadBackbone } from './ingredients/sequence/backbone';
export { clusterTokens, unitRows } from './ingredients/sequence/cluster-tokens';
export { sequenceConfig } from './ingredients/sequence/sequence-config';
export { measureReturns, readWindows, sequenceBatches } from './ingredients/sequence/sequence-data';
export { SequenceMemory, type WindowName } from './ingredients/sequence/sequence-memory';
export { ACTION_LOSS, gradientMetrics } from './ingredients/sequence/sequence-optimizer';
export { sequencePolicy } from './ingredients/sequence/sequence-policy';
export {
  descend,
  fitSequence,
  initSequenceState,
  type SequenceState,
} from './ingredients/sequence/sequence-state';
export { locomotionTargets } from './ingredients/sequence/targets';
export {
  loadText,
  textConfig,
  textLoss,
  type WindowsAndText,
  windowsAndText,
} from './ingredients/sequence/text-loss';
export { smoothActions, smoothingConfig } from './ingredients/target-smoothing';
export {
  fitTaskScaler,
  joinTask,
  normaliseTaskConfig,
  partName,
  taskConfig,
  taskDatasetKind,
  toldTaskKind,
} from './ingredients/task-observations';
export { type TransitionBatch, transitionBatches } from './ingredients/transition-batches';
export { actionConfig, forVectors, resolveActionBounds } from './kinds/action-bounds';
export {
  type CompletionsSpec,
  completionsKind,
  preferencesKind,
  rewardedCompletionsKind,
} from './kinds/completions';
export { type CorpusSpec, corpusKind } from './kinds/corpus';
export { type DatasetSpec, datasetKind, datasetSizes, datasetSpec, type Sizes } from './kinds/dataset';
export {
  ESTIMATE_FILE,
  type Estimate,
  type EstimateDefinition,
  type EstimateOptions,
  estimateResult,
  isImpossible,
  type JudgingConfig,
  type JudgingState,
  type Starts,
} from './kinds/estimate';
export {
  ADAPTER_FOLDER,
  asked,
  type LanguageModelDefinition,
  type LanguageModelState,
  type LoadedModel,
  languageModelResult,
  type TrainedLanguageModel,
  wholeModel,
} from './kinds/language-model';
export {
  type ActionValues,
  describePolicy,
  isDiscrete,
  POLICY_FILE,
  type PolicyDefinition,
  type PolicyParts,
  policyResult,
  type TrainedPolicy,
  type Visited,
} from './kinds/policy';
export { type RewardModelState, rewardModelResult } from './kinds/reward-model';
export {
  type ActingSettings,
  actingSettings,
  createExperience,
  type Experience,
  type ExperienceOptions,
  experienceKind,
} from './online/experience';
export { loggedDataset } from './online/logged-dataset';
export { canActOnline, learnsByActing, type Online, type OnlineNames, online } from './online/online';
export { openPolicyFile, type PolicyFile, type PolicyOutputs } from './policy-file/open-policy-file';
export {
  describedSizes,
  POLICY_KEY,
  type PolicyAction,
  type PolicyDescription,
  type PolicyObservation,
  type PolicyPort,
  type SequenceDescription,
} from './policy-file/policy-description';
export { readPolicyDescription } from './policy-file/read-policy-description';
// biome-ignore lint/performance/noReExportAll: an algorithm is registered with one line, not with one here as well
export * from './registry';
