module @lamo {
  func.func public @main(
      %x: tensor<4x3xf32>,
      %weight: tensor<3x2xf32>,
      %bias: tensor<2xf32>
  ) -> (tensor<4x2xf32>) {
    %_FusedMatMul.0 = stablehlo.dot_general %x, %weight, contracting_dims = [1] x [0], precision = [HIGHEST, HIGHEST] : (tensor<4x3xf32>, tensor<3x2xf32>) -> tensor<4x2xf32>
    %_FusedMatMul.1 = stablehlo.broadcast_in_dim %bias, dims = [1] : (tensor<2xf32>) -> tensor<4x2xf32>
    %_FusedMatMul.2 = stablehlo.add %_FusedMatMul.0, %_FusedMatMul.1 : tensor<4x2xf32>
    return %_FusedMatMul.2 : tensor<4x2xf32>
  }
}
