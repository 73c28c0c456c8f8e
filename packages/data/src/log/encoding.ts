/**
 * How a column becomes numbers: as it is (1 and 0 for true and false), a column for each category, the sine and the cosine of the time of
 * the day or of the week, or the seconds since its episode began. Times may be seconds since 1970, also milli-, micro- or nanoseconds: from 2001 to 2286 their size tells which.
 */
export type Encoding = 'number' | 'category' | 'time-of-day' | 'time-of-week' | 'elapsed';

/** The encodings that can be asked for. */
export const ENCODINGS: readonly Encoding[] = [
  'number',
  'category',
  'time-of-day',
  'time-of-week',
  'elapsed',
];

/**
 * What stands in for a missing value: `previous`, the last one of its episode, or the mean of all where there is none before it in the episode; `mean`; `drop`, which leaves the whole
 * episode out; a number; or, where the column is a category, any other text as a category.
 */
export type FillRule = string | number;
