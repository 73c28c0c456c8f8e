module @lamo {
  func.func public @main(
      %x: tensor<2x5xf32>
  ) -> (tensor<2x3xf32>) {
    %TopK.0 = stablehlo.iota dim = 1 : tensor<2x5xi32>
    %TopK.1:2 = "stablehlo.sort"(%x, %TopK.0) <{dimension = 1 : i64, is_stable = true}> ({ ^bb0(%a: tensor<f32>, %b: tensor<f32>, %i: tensor<i32>, %j: tensor<i32>): %first = stablehlo.compare GT, %a, %b : (tensor<f32>, tensor<f32>) -> tensor<i1> stablehlo.return %first : tensor<i1> }) : (tensor<2x5xf32>, tensor<2x5xi32>) -> (tensor<2x5xf32>, tensor<2x5xi32>)
    %TopK.2 = stablehlo.slice %TopK.1#0 [0:2, 0:3] : (tensor<2x5xf32>) -> tensor<2x3xf32>
    %TopK.3 = stablehlo.slice %TopK.1#1 [0:2, 0:3] : (tensor<2x5xi32>) -> tensor<2x3xi32>
    return %TopK.2 : tensor<2x3xf32>
  }
}
