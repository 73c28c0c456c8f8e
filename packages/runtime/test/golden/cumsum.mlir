module @lamo {
  func.func public @main(
      %x: tensor<2x5xf32>
  ) -> (tensor<2x5xf32>) {
    %Cumsum.0 = stablehlo.constant dense<0.0> : tensor<f32>
    %Cumsum.1 = "stablehlo.reduce_window"(%x, %Cumsum.0) <{window_dimensions = array<i64: 1, 5>, window_strides = array<i64: 1, 1>, padding = dense<[[0,0], [4,0]]> : tensor<2x2xi64>}> ({ ^bb0(%a: tensor<f32>, %b: tensor<f32>): %sum = stablehlo.add %a, %b : tensor<f32> stablehlo.return %sum : tensor<f32> }) : (tensor<2x5xf32>, tensor<f32>) -> tensor<2x5xf32>
    return %Cumsum.1 : tensor<2x5xf32>
  }
}
