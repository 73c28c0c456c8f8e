export { actionDrawer } from './action-drawer';
export {
  checkActionSpace,
  classCount,
  describeActions,
  type HasActionSpace,
  hasSameActions,
  isClass,
  oneHotActions,
} from './action-space';
export { allocateBatch } from './allocate-batch';
export { type BehaviourPolicy, type LinearWeights, readBehaviourPolicy } from './behaviour-policy';
export { chosenCategory } from './chosen-category';
export type { FlagRows, NumberRows } from './columns';
export { askingText } from './completions/asking-text';
export type { ChatTemplate } from './completions/chat-template';
export { checkRewards } from './completions/check-rewards';
export { type CompletionSamplerOptions, completionSampler } from './completions/completion-sampler';
export type { CompletionArrays, Completions } from './completions/completions';
export {
  type CompletionsFromTokensOptions,
  completionsFromTokens,
  type TokenExample,
} from './completions/completions-from-tokens';
export { type DecisionSamplerOptions, decisionSampler } from './completions/decision-sampler';
export type {
  Dialogue,
  ExampleRow,
  Message,
  PromptAndCompletion,
  Role,
  TextPart,
} from './completions/example';
export {
  type HeldOutCompletions,
  type HeldOutExamples,
  holdOutCompletions,
} from './completions/hold-out-completions';
export { type JinjaTemplateOptions, jinjaTemplate } from './completions/jinja-template';
export { isTemplateFile, loadChatTemplate } from './completions/load-chat-template';
export type { MessageTemplate } from './completions/message-template';
export {
  type CompletionSource,
  completionsFromRows,
  type OpenCompletionsOptions,
  openCompletions,
} from './completions/open-completions';
export {
  openPreferences,
  type PreferenceSource,
  preferencesFromRows,
  tokenPreferences,
} from './completions/open-preferences';
export type { PackOptions, TooLong } from './completions/pack-examples';
export { packingSampler } from './completions/packing-sampler';
export { preferenceSampler } from './completions/preference-sampler';
export type { PairArrays, Preferences } from './completions/preferences';
export type { ReadingOptions } from './completions/read-example';
export type { PairReadingOptions, PairRow } from './completions/read-pair';
export { readPrompts } from './completions/read-prompts';
export { type RewardableRow, rewardableRows } from './completions/rewarded-rows';
export {
  type TokenCompletionsOptions,
  tokenCompletions,
} from './completions/token-completions';
export { topCompletions } from './completions/top-completions';
export { corlSplit } from './corl-split';
export type { D4rlMetadataValue } from './d4rl-spaces';
export { createDataset, type DatasetInput } from './dataset';
export type { ArrayType } from './dataset-columns';
export { datasetWarnings } from './dataset-warnings';
export { type DatasetDescription, describeDataset, type Summary } from './describe-dataset';
export { dropBestEpisode, dropWorstEpisode } from './drop-episodes';
export { environmentBounds } from './environment-bounds';
export {
  countFinishedEpisodes,
  findEpisodes,
  selectEpisodes,
  subsampleEpisodes,
} from './episodes';
export { firstCompletionRewards } from './first-completion-rewards';
export type { ReadDatasetOptions } from './formats/dataset-format';
export { type WriteMinariOptions, writeMinari } from './formats/minari/write-minari';
export { hashDataset, verifyDataset } from './hash-dataset';
export { type DrawnEpisodes, drawHeldOut, type HeldOutEpisodes, holdOutEpisodes } from './hold-out-episodes';
export type { RemoteFile } from './hub/download-file';
export { staysInside } from './hub/hub-cache';
export type { DownloadProgress, HubOptions } from './hub/hub-settings';
export { openRepository, type Repository, type RepositoryOptions } from './hub/open-repository';
export { OWNERLESS_NAMES } from './hub/ownerless-names';
export { connectTo, type Server, type TextRequest, type TransferOptions } from './hub/server';
export type { ServerWords } from './hub/transfer-settings';
export type { ImageRows } from './image-column';
export { type InfoField, infoField } from './info-field';
export { joinDatasets } from './join-datasets';
export { listSome } from './labels';
export { lamoSplit } from './lamo-split';
export type { ReadColumn } from './log/describe-columns';
export { encodeObservation, namedParts, type ObservedValues } from './log/encode-observation';
export { ENCODINGS, type Encoding, type FillRule } from './log/encoding';
export { LOG_ROLES, type LogColumns, type Role as LogRole } from './log/log-columns';
export { MISSING_VALUES } from './log/open-log';
export { isTable } from './log/open-table';
export {
  type LogOptions,
  type LogReading,
  type ReadLogOptions,
  readLog,
} from './log/read-log';
export { timeOf } from './log/time-of';
export { observationColumns } from './observation-columns';
export {
  allocateObservations,
  checkObservationSpace,
  describeObservations,
  fitsObservations,
  type HasObservations,
  imageFields,
  imageShape,
  observationParts,
  observationShape,
  vectorObservations,
} from './observation-space';
export { PART_ENCODINGS, rawWidth } from './part-reading';
export {
  type Preparation,
  type PrepareOptions,
  type PrepareProgress,
  prepareDataset,
} from './prepared/prepare-dataset';
export type { PreparedManifest, StoredColumn } from './prepared/prepared-manifest';
export type { Source as PreparedSource } from './prepared/source';
export { type ReadD4rlOptions, readD4rl } from './read-d4rl';
export { readD4rlMetadata } from './read-d4rl-metadata';
export { readDataset } from './read-dataset';
export { Replay, type ReplayColumns, type ReplayRow, type ReplaySizes } from './replay';
export { minMaxReturn, type ReturnRange, type TrajectoryCut } from './return-range';
export { alignRewards, delayedRewards, episodeReturns, returnsAfter, returnsToGo } from './returns';
export { type CutReturns, returnsBeyond } from './returns-beyond';
export { checkRowOrder } from './row-order';
export {
  applyScaler,
  fitStandardScaler,
  invertScaler,
  type StandardScaler,
  type StandardScalerJson,
  type StandardScalerOptions,
  scaleObservations,
  scalerFromJson,
  scalerToJson,
} from './scalers';
export {
  type DefaultSequenceField,
  type SequenceField,
  type SequenceSamplerOptions,
  sequenceSampler,
} from './sequence-sampler';
export {
  type DownloadedSet,
  type DownloadSetOptions,
  downloadSet,
  unknownSet,
  verifySet,
} from './sets/download-set';
export { findSet, isHere, type KnownSet, knownSets } from './sets/known-sets';
export {
  type ClassShare,
  type ColumnSummaries,
  type ColumnSummary,
  type CountedRanges,
  countRanges,
  type RangeOptions,
  rangeAt,
  summariseColumns,
} from './summarise-columns';
export { encodePrompt } from './text/encode-prompt';
export { type HeldOut, holdOut } from './text/hold-out';
export {
  type DrawnText,
  type IndependentTokensOptions,
  independentTokens,
  type MarkovChainOptions,
  markovChain,
} from './text/markov-chain';
export { openDrawnText } from './text/open-drawn-text';
export { type OpenTextOptions, openText } from './text/open-text';
export { type TextSource, textFromRows } from './text/text-source';
export { type TokenBlockSamplerOptions, tokenBlockSampler } from './text/token-block-sampler';
export type { TokenCorpus } from './text/token-blocks';
export { type TokenCorpusOptions, tokenCorpus } from './text/token-corpus';
export { END_OF_TEXT, type Tokenizer } from './text/tokenizer';
export { type TopEpisodesOptions, topEpisodes } from './top-episodes';
export {
  type DefaultTransitionField,
  type ReturnOptions,
  type TransitionField,
  type TransitionSamplerOptions,
  transitionSampler,
} from './transition-sampler';
export {
  everyRow,
  type QlearningTransitionsOptions,
  qlearningTransitions,
  type Transitions,
  type TransitionsOptions,
  transitions,
} from './transitions';
export { type WriteD4rlOptions, writeD4rl } from './write-d4rl';
export { writeParquet } from './write-parquet';
