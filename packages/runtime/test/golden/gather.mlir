module @lamo {
  func.func public @main(
      %x: tensor<5x3xf32>,
      %indices: tensor<2xi32>
  ) -> (tensor<2x3xf32>) {
    %GatherV2.0 = stablehlo.reshape %indices : (tensor<2xi32>) -> tensor<2x1xi32>
    %GatherV2.1 = stablehlo.constant dense<[5]> : tensor<1xi32>
    %GatherV2.2 = stablehlo.broadcast_in_dim %GatherV2.1, dims = [1] : (tensor<1xi32>) -> tensor<2x1xi32>
    %GatherV2.3 = stablehlo.constant dense<0> : tensor<2x1xi32>
    %GatherV2.4 = stablehlo.compare LT, %GatherV2.0, %GatherV2.3 : (tensor<2x1xi32>, tensor<2x1xi32>) -> tensor<2x1xi1>
    %GatherV2.5 = stablehlo.add %GatherV2.0, %GatherV2.2 : tensor<2x1xi32>
    %GatherV2.6 = stablehlo.select %GatherV2.4, %GatherV2.5, %GatherV2.0 : tensor<2x1xi1>, tensor<2x1xi32>
    %GatherV2.7 = "stablehlo.gather"(%x, %GatherV2.6) <{dimension_numbers = #stablehlo.gather<offset_dims = [1], collapsed_slice_dims = [0], start_index_map = [0], index_vector_dim = 1>, slice_sizes = array<i64: 1, 3>}> : (tensor<5x3xf32>, tensor<2x1xi32>) -> tensor<2x3xf32>
    %GatherV2.8 = stablehlo.broadcast_in_dim %GatherV2.1, dims = [1] : (tensor<1xi32>) -> tensor<2x1xi32>
    %GatherV2.9 = stablehlo.compare GE, %GatherV2.6, %GatherV2.3 : (tensor<2x1xi32>, tensor<2x1xi32>) -> tensor<2x1xi1>
    %GatherV2.10 = stablehlo.compare LT, %GatherV2.6, %GatherV2.8 : (tensor<2x1xi32>, tensor<2x1xi32>) -> tensor<2x1xi1>
    %GatherV2.11 = stablehlo.and %GatherV2.9, %GatherV2.10 : tensor<2x1xi1>
    %GatherV2.12 = stablehlo.constant dense<true> : tensor<i1>
    %GatherV2.13 = stablehlo.reduce(%GatherV2.11 init: %GatherV2.12) applies stablehlo.and across dimensions = [1] : (tensor<2x1xi1>, tensor<i1>) -> tensor<2xi1>
    %GatherV2.14 = stablehlo.broadcast_in_dim %GatherV2.13, dims = [0] : (tensor<2xi1>) -> tensor<2x3xi1>
    %GatherV2.15 = stablehlo.constant dense<0x7FC00000> : tensor<2x3xf32>
    %GatherV2.16 = stablehlo.select %GatherV2.14, %GatherV2.7, %GatherV2.15 : tensor<2x3xi1>, tensor<2x3xf32>
    return %GatherV2.16 : tensor<2x3xf32>
  }
}
