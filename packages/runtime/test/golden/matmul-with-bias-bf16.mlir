module @lamo {
  func.func public @main(
      %x: tensor<4x3xf32>,
      %weight: tensor<3x2xf32>,
      %bias: tensor<2xf32>
  ) -> (tensor<4x2xf32>) {
    %_FusedMatMul.0 = stablehlo.convert %x : (tensor<4x3xf32>) -> tensor<4x3xbf16>
    %_FusedMatMul.1 = stablehlo.convert %weight : (tensor<3x2xf32>) -> tensor<3x2xbf16>
    %_FusedMatMul.2 = stablehlo.dot_general %_FusedMatMul.0, %_FusedMatMul.1, contracting_dims = [1] x [0], precision = [DEFAULT, DEFAULT] : (tensor<4x3xbf16>, tensor<3x2xbf16>) -> tensor<4x2xf32>
    %_FusedMatMul.3 = stablehlo.broadcast_in_dim %bias, dims = [1] : (tensor<2xf32>) -> tensor<4x2xf32>
    %_FusedMatMul.4 = stablehlo.add %_FusedMatMul.2, %_FusedMatMul.3 : tensor<4x2xf32>
    return %_FusedMatMul.4 : tensor<4x2xf32>
  }
}
