import { countRows, type Kernel, type Rows, rowProducts, rowSquares, sliceRows } from './kernel';

/**
 * Gradients of a loss by the weights of a last layer: of a point, the product of what goes into that layer and of how wrong comes
 * out what does. They are never built: two of them are (rᵢ · rⱼ)(hᵢ · hⱼ) alike.
 */
export interface LastLayerGradients {
  /** [n, H + 1] what goes into the last layer, and 1 for its bias; [n, H] if it has none */
  readonly hidden: Rows;
  /** [n, A] the gradient of the loss by what comes out of it: of scores of classes, the probabilities less 1 for what was done */
  readonly residuals: Rows;
}

/**
 * Makes the kernel of last-layer gradients (Bagatella et al. 2025, Section 4.2, after Ash et al. 2020), divided by `scale`, so that
 * a noise has a meaning: the mean variance of what a selection looks at.
 *
 * @param scale what all covariances are divided by @default 1
 */
export function gradientKernel(scale = 1): Kernel<LastLayerGradients> {
  return {
    count: ({ hidden }) => countRows(hidden),
    slice: ({ hidden, residuals }, start, end) => ({
      hidden: sliceRows(hidden, start, end),
      residuals: sliceRows(residuals, start, end),
    }),
    covariances(a, b) {
      const hidden = rowProducts(a.hidden, b.hidden);
      const residuals = rowProducts(a.residuals, b.residuals);
      return hidden.map((product, i) => (product * residuals[i]!) / scale);
    },
    variances({ hidden, residuals }) {
      const squares = rowSquares(residuals);
      return rowSquares(hidden).map((square, i) => (square * squares[i]!) / scale);
    },
  };
}

/**
 * Makes the kernel of what goes into the last layer, a control: it knows how alike points are, but not where the policy is wrong.
 *
 * @param scale as for {@link gradientKernel}
 */
export function featureKernel(scale = 1): Kernel<LastLayerGradients> {
  const { count, slice } = gradientKernel();
  return {
    count,
    slice,
    covariances: ({ hidden: a }, { hidden: b }) => rowProducts(a, b).map((product) => product / scale),
    variances: ({ hidden }) => rowSquares(hidden).map((square) => square / scale),
  };
}
