module @lamo {
  func.func public @main(
      %logits: tensor<2x5xf32>
  ) -> (tensor<2x5xf32>) {
    %Softmax.0 = stablehlo.constant dense<0xFF800000> : tensor<f32>
    %Softmax.1 = stablehlo.reduce(%logits init: %Softmax.0) applies stablehlo.maximum across dimensions = [1] : (tensor<2x5xf32>, tensor<f32>) -> tensor<2xf32>
    %Softmax.2 = stablehlo.broadcast_in_dim %Softmax.1, dims = [0] : (tensor<2xf32>) -> tensor<2x5xf32>
    %Softmax.3 = stablehlo.subtract %logits, %Softmax.2 : tensor<2x5xf32>
    %Softmax.4 = stablehlo.exponential %Softmax.3 : tensor<2x5xf32>
    %Softmax.5 = stablehlo.constant dense<0.0> : tensor<f32>
    %Softmax.6 = stablehlo.reduce(%Softmax.4 init: %Softmax.5) applies stablehlo.add across dimensions = [1] : (tensor<2x5xf32>, tensor<f32>) -> tensor<2xf32>
    %Softmax.7 = stablehlo.broadcast_in_dim %Softmax.6, dims = [0] : (tensor<2xf32>) -> tensor<2x5xf32>
    %Softmax.8 = stablehlo.divide %Softmax.4, %Softmax.7 : tensor<2x5xf32>
    return %Softmax.8 : tensor<2x5xf32>
  }
}
