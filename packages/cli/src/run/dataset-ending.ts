/** How files of datasets are called. */
export const DATASET_ENDING = /\.(hdf5|h5)$/i;
