/** Published scores to hold ours against. */
export interface Reference {
  /** Heading of the column. */
  readonly title: string;
  /** What has to be known about our data, and about theirs. */
  readonly notes: readonly string[];
  /** By entrant. */
  readonly scores: Readonly<Record<string, string>>;
}

const AFTER =
  'Its scores are from CORL’s README: the last evaluation, after a million steps or more, four seeds.';

/** CORL's scores on the D4RL dataset that is most like ours, by our dataset's name. */
export const references: Readonly<Record<string, Reference>> = {
  'halfcheetah-medium-sac': {
    title: 'CORL, halfcheetah-medium-v2',
    notes: [
      'They are of a SAC policy whose episodes return 3,878 on average, score 33.5.',
      'The last column is about another dataset of similar quality, D4RL’s halfcheetah-medium-v2 with a million rows.',
      AFTER,
    ],
    scores: {
      bc: '42.4 ± 0.2',
      'bc-10%': '42.5 ± 0.7',
      'td3-bc': '48.1 ± 0.2',
      awac: '50.0 ± 0.3',
      cql: '47.0 ± 0.2',
      iql: '48.3 ± 0.2',
      rebrac: '64.0 ± 0.7',
      'sac-n': '68.2 ± 1.3',
      edac: '67.7 ± 1.0',
    },
  },
  'maze2d-umaze-v1': {
    title: 'CORL, D4RL’s maze2d-umaze-v1',
    notes: [
      'They are of the scripted player that the quickstart collects with, which is mostly heading elsewhere.',
      'The last column is about D4RL’s own dataset of this name, a million rows of such a player.',
      AFTER,
    ],
    scores: {
      bc: '0.4 ± 8.7',
      'bc-10%': '12.2 ± 4.3',
      'td3-bc': '29.4 ± 12.3',
      awac: '65.7 ± 5.3',
      cql: '−8.9 ± 6.1',
      iql: '42.1 ± 0.6',
      rebrac: '106.9 ± 22.2',
      'sac-n': '130.6 ± 16.5',
      edac: '95.3 ± 6.4',
    },
  },
};
