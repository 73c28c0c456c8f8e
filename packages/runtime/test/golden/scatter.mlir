module @lamo {
  func.func public @main(
      %indices: tensor<2x1xi32>,
      %updates: tensor<2x3xf32>
  ) -> (tensor<5x3xf32>) {
    %ScatterNd.0 = stablehlo.constant dense<0.0> : tensor<5x3xf32>
    %ScatterNd.1 = stablehlo.constant dense<[5]> : tensor<1xi32>
    %ScatterNd.2 = stablehlo.broadcast_in_dim %ScatterNd.1, dims = [1] : (tensor<1xi32>) -> tensor<2x1xi32>
    %ScatterNd.3 = stablehlo.constant dense<0> : tensor<2x1xi32>
    %ScatterNd.4 = stablehlo.compare LT, %indices, %ScatterNd.3 : (tensor<2x1xi32>, tensor<2x1xi32>) -> tensor<2x1xi1>
    %ScatterNd.5 = stablehlo.add %indices, %ScatterNd.2 : tensor<2x1xi32>
    %ScatterNd.6 = stablehlo.select %ScatterNd.4, %ScatterNd.5, %indices : tensor<2x1xi1>, tensor<2x1xi32>
    %ScatterNd.7 = "stablehlo.scatter"(%ScatterNd.0, %ScatterNd.6, %updates) <{scatter_dimension_numbers = #stablehlo.scatter<update_window_dims = [1], inserted_window_dims = [0], scatter_dims_to_operand_dims = [0], index_vector_dim = 1>}> ({ ^bb0(%a: tensor<f32>, %b: tensor<f32>): %sum = stablehlo.add %a, %b : tensor<f32> stablehlo.return %sum : tensor<f32> }) : (tensor<5x3xf32>, tensor<2x1xi32>, tensor<2x3xf32>) -> tensor<5x3xf32>
    return %ScatterNd.7 : tensor<5x3xf32>
  }
}
