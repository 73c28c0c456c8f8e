module @lamo {
  func.func public @main(
      %input.0.observations: tensor<4x3xf32>,
      %input.0.actions: tensor<4x2xf32>,
      %input.0.rewards: tensor<4xf32>,
      %input.0.nextObservations: tensor<4x3xf32>,
      %input.0.terminated: tensor<4xf32>,
      %state.actor.0.weight: tensor<3x8xf32> {tf.aliasing_output = 0 : i32},
      %state.actor.0.bias: tensor<8xf32> {tf.aliasing_output = 1 : i32},
      %state.actor.1.weight: tensor<8x8xf32> {tf.aliasing_output = 2 : i32},
      %state.actor.1.bias: tensor<8xf32> {tf.aliasing_output = 3 : i32},
      %state.actor.2.weight: tensor<8x2xf32> {tf.aliasing_output = 4 : i32},
      %state.actor.2.bias: tensor<2xf32> {tf.aliasing_output = 5 : i32},
      %state.critics.0.weight: tensor<2x5x8xf32> {tf.aliasing_output = 6 : i32},
      %state.critics.0.bias: tensor<2x1x8xf32> {tf.aliasing_output = 7 : i32},
      %state.critics.1.weight: tensor<2x8x8xf32> {tf.aliasing_output = 8 : i32},
      %state.critics.1.bias: tensor<2x1x8xf32> {tf.aliasing_output = 9 : i32},
      %state.critics.2.weight: tensor<2x8x1xf32> {tf.aliasing_output = 10 : i32},
      %state.critics.2.bias: tensor<2x1x1xf32> {tf.aliasing_output = 11 : i32},
      %state.targets.actor.0.weight: tensor<3x8xf32> {tf.aliasing_output = 12 : i32},
      %state.targets.actor.0.bias: tensor<8xf32> {tf.aliasing_output = 13 : i32},
      %state.targets.actor.1.weight: tensor<8x8xf32> {tf.aliasing_output = 14 : i32},
      %state.targets.actor.1.bias: tensor<8xf32> {tf.aliasing_output = 15 : i32},
      %state.targets.actor.2.weight: tensor<8x2xf32> {tf.aliasing_output = 16 : i32},
      %state.targets.actor.2.bias: tensor<2xf32> {tf.aliasing_output = 17 : i32},
      %state.targets.critics.0.weight: tensor<2x5x8xf32> {tf.aliasing_output = 18 : i32},
      %state.targets.critics.0.bias: tensor<2x1x8xf32> {tf.aliasing_output = 19 : i32},
      %state.targets.critics.1.weight: tensor<2x8x8xf32> {tf.aliasing_output = 20 : i32},
      %state.targets.critics.1.bias: tensor<2x1x8xf32> {tf.aliasing_output = 21 : i32},
      %state.targets.critics.2.weight: tensor<2x8x1xf32> {tf.aliasing_output = 22 : i32},
      %state.targets.critics.2.bias: tensor<2x1x1xf32> {tf.aliasing_output = 23 : i32},
      %state.actorOptimizer.first: tensor<122xf32> {tf.aliasing_output = 24 : i32},
      %state.actorOptimizer.second: tensor<122xf32> {tf.aliasing_output = 25 : i32},
      %state.actorOptimizer.firstWeight: tensor<f32> {tf.aliasing_output = 26 : i32},
      %state.actorOptimizer.secondWeight: tensor<f32> {tf.aliasing_output = 27 : i32},
      %state.actorOptimizer.count: tensor<f32> {tf.aliasing_output = 28 : i32},
      %state.criticOptimizer.first: tensor<258xf32> {tf.aliasing_output = 29 : i32},
      %state.criticOptimizer.second: tensor<258xf32> {tf.aliasing_output = 30 : i32},
      %state.criticOptimizer.firstWeight: tensor<f32> {tf.aliasing_output = 31 : i32},
      %state.criticOptimizer.secondWeight: tensor<f32> {tf.aliasing_output = 32 : i32},
      %state.criticOptimizer.count: tensor<f32> {tf.aliasing_output = 33 : i32},
      %state.scaler.mean: tensor<3xf32>,
      %state.scaler.standardDeviation: tensor<3xf32>,
      %noise.0: tensor<4x2xf32>
  ) -> (tensor<3x8xf32>, tensor<8xf32>, tensor<8x8xf32>, tensor<8xf32>, tensor<8x2xf32>, tensor<2xf32>, tensor<2x5x8xf32>, tensor<2x1x8xf32>, tensor<2x8x8xf32>, tensor<2x1x8xf32>, tensor<2x8x1xf32>, tensor<2x1x1xf32>, tensor<3x8xf32>, tensor<8xf32>, tensor<8x8xf32>, tensor<8xf32>, tensor<8x2xf32>, tensor<2xf32>, tensor<2x5x8xf32>, tensor<2x1x8xf32>, tensor<2x8x8xf32>, tensor<2x1x8xf32>, tensor<2x8x1xf32>, tensor<2x1x1xf32>, tensor<122xf32>, tensor<122xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<258xf32>, tensor<258xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) {
    %Reshape.0 = stablehlo.reshape %state.actor.0.weight : (tensor<3x8xf32>) -> tensor<24xf32>
    %Reshape.1 = stablehlo.reshape %state.actor.1.weight : (tensor<8x8xf32>) -> tensor<64xf32>
    %Reshape.2 = stablehlo.reshape %state.actor.2.weight : (tensor<8x2xf32>) -> tensor<16xf32>
    %Concat.3 = stablehlo.concatenate %Reshape.0, %state.actor.0.bias, %Reshape.1, %state.actor.1.bias, %Reshape.2, %state.actor.2.bias, dim = 0 : (tensor<24xf32>, tensor<8xf32>, tensor<64xf32>, tensor<8xf32>, tensor<16xf32>, tensor<2xf32>) -> tensor<122xf32>
    %Multiply.4 = stablehlo.constant dense<0.8999999761581421> : tensor<f32>
    %Multiply.5 = stablehlo.broadcast_in_dim %Multiply.4, dims = [] : (tensor<f32>) -> tensor<122xf32>
    %Multiply.6 = stablehlo.multiply %state.actorOptimizer.first, %Multiply.5 : tensor<122xf32>
    %Sub.7 = stablehlo.broadcast_in_dim %state.scaler.mean, dims = [1] : (tensor<3xf32>) -> tensor<4x3xf32>
    %Sub.8 = stablehlo.subtract %input.0.observations, %Sub.7 : tensor<4x3xf32>
    %RealDiv.9 = stablehlo.broadcast_in_dim %state.scaler.standardDeviation, dims = [1] : (tensor<3xf32>) -> tensor<4x3xf32>
    %RealDiv.10 = stablehlo.divide %Sub.8, %RealDiv.9 : tensor<4x3xf32>
    %_FusedMatMul.11 = stablehlo.dot_general %RealDiv.10, %state.actor.0.weight, contracting_dims = [1] x [0], precision = [HIGHEST, HIGHEST] : (tensor<4x3xf32>, tensor<3x8xf32>) -> tensor<4x8xf32>
    %_FusedMatMul.12 = stablehlo.broadcast_in_dim %state.actor.0.bias, dims = [1] : (tensor<8xf32>) -> tensor<4x8xf32>
    %_FusedMatMul.13 = stablehlo.add %_FusedMatMul.11, %_FusedMatMul.12 : tensor<4x8xf32>
    %Relu.14 = stablehlo.constant dense<0.0> : tensor<4x8xf32>
    %Relu.15 = stablehlo.maximum %_FusedMatMul.13, %Relu.14 : tensor<4x8xf32>
    %_FusedMatMul.16 = stablehlo.dot_general %Relu.15, %state.actor.1.weight, contracting_dims = [1] x [0], precision = [HIGHEST, HIGHEST] : (tensor<4x8xf32>, tensor<8x8xf32>) -> tensor<4x8xf32>
    %_FusedMatMul.17 = stablehlo.broadcast_in_dim %state.actor.1.bias, dims = [1] : (tensor<8xf32>) -> tensor<4x8xf32>
    %_FusedMatMul.18 = stablehlo.add %_FusedMatMul.16, %_FusedMatMul.17 : tensor<4x8xf32>
    %Relu.19 = stablehlo.maximum %_FusedMatMul.18, %Relu.14 : tensor<4x8xf32>
    %_FusedMatMul.20 = stablehlo.dot_general %Relu.19, %state.actor.2.weight, contracting_dims = [1] x [0], precision = [HIGHEST, HIGHEST] : (tensor<4x8xf32>, tensor<8x2xf32>) -> tensor<4x2xf32>
    %_FusedMatMul.21 = stablehlo.broadcast_in_dim %state.actor.2.bias, dims = [1] : (tensor<2xf32>) -> tensor<4x2xf32>
    %_FusedMatMul.22 = stablehlo.add %_FusedMatMul.20, %_FusedMatMul.21 : tensor<4x2xf32>
    %Tanh.23 = stablehlo.tanh %_FusedMatMul.22 : tensor<4x2xf32>
    %Sub.24 = stablehlo.subtract %Tanh.23, %input.0.actions : tensor<4x2xf32>
    %Multiply.25 = stablehlo.constant dense<2.0> : tensor<f32>
    %Multiply.26 = stablehlo.broadcast_in_dim %Multiply.25, dims = [] : (tensor<f32>) -> tensor<4x2xf32>
    %Multiply.27 = stablehlo.multiply %Sub.24, %Multiply.26 : tensor<4x2xf32>
    %Multiply.28 = stablehlo.constant dense<0.125> : tensor<f32>
    %Multiply.29 = stablehlo.broadcast_in_dim %Multiply.28, dims = [] : (tensor<f32>) -> tensor<4x2xf32>
    %Multiply.30 = stablehlo.multiply %Multiply.29, %Multiply.27 : tensor<4x2xf32>
    %Concat.31 = stablehlo.concatenate %RealDiv.10, %Tanh.23, dim = 1 : (tensor<4x3xf32>, tensor<4x2xf32>) -> tensor<4x5xf32>
    %Reshape.32 = stablehlo.reshape %state.critics.0.weight : (tensor<2x5x8xf32>) -> tensor<80xf32>
    %Reshape.33 = stablehlo.reshape %state.critics.0.bias : (tensor<2x1x8xf32>) -> tensor<16xf32>
    %Reshape.34 = stablehlo.reshape %state.critics.1.weight : (tensor<2x8x8xf32>) -> tensor<128xf32>
    %Reshape.35 = stablehlo.reshape %state.critics.1.bias : (tensor<2x1x8xf32>) -> tensor<16xf32>
    %Reshape.36 = stablehlo.reshape %state.critics.2.weight : (tensor<2x8x1xf32>) -> tensor<16xf32>
    %Reshape.37 = stablehlo.reshape %state.critics.2.bias : (tensor<2x1x1xf32>) -> tensor<2xf32>
    %Concat.38 = stablehlo.concatenate %Reshape.32, %Reshape.33, %Reshape.34, %Reshape.35, %Reshape.36, %Reshape.37, dim = 0 : (tensor<80xf32>, tensor<16xf32>, tensor<128xf32>, tensor<16xf32>, tensor<16xf32>, tensor<2xf32>) -> tensor<258xf32>
    %Multiply.39 = stablehlo.broadcast_in_dim %Multiply.4, dims = [] : (tensor<f32>) -> tensor<258xf32>
    %Multiply.40 = stablehlo.multiply %state.criticOptimizer.first, %Multiply.39 : tensor<258xf32>
    %Concat.41 = stablehlo.concatenate %RealDiv.10, %input.0.actions, dim = 1 : (tensor<4x3xf32>, tensor<4x2xf32>) -> tensor<4x5xf32>
    %BatchMatMul.42 = stablehlo.broadcast_in_dim %Concat.41, dims = [1, 2] : (tensor<4x5xf32>) -> tensor<2x4x5xf32>
    %BatchMatMul.43 = stablehlo.dot_general %BatchMatMul.42, %state.critics.0.weight, batching_dims = [0] x [0], contracting_dims = [2] x [1], precision = [HIGHEST, HIGHEST] : (tensor<2x4x5xf32>, tensor<2x5x8xf32>) -> tensor<2x4x8xf32>
    %Add.44 = stablehlo.broadcast_in_dim %state.critics.0.bias, dims = [0, 1, 2] : (tensor<2x1x8xf32>) -> tensor<2x4x8xf32>
    %Add.45 = stablehlo.add %BatchMatMul.43, %Add.44 : tensor<2x4x8xf32>
    %Relu.46 = stablehlo.constant dense<0.0> : tensor<2x4x8xf32>
    %Relu.47 = stablehlo.maximum %Add.45, %Relu.46 : tensor<2x4x8xf32>
    %BatchMatMul.48 = stablehlo.dot_general %Relu.47, %state.critics.1.weight, batching_dims = [0] x [0], contracting_dims = [2] x [1], precision = [HIGHEST, HIGHEST] : (tensor<2x4x8xf32>, tensor<2x8x8xf32>) -> tensor<2x4x8xf32>
    %Add.49 = stablehlo.broadcast_in_dim %state.critics.1.bias, dims = [0, 1, 2] : (tensor<2x1x8xf32>) -> tensor<2x4x8xf32>
    %Add.50 = stablehlo.add %BatchMatMul.48, %Add.49 : tensor<2x4x8xf32>
    %Relu.51 = stablehlo.maximum %Add.50, %Relu.46 : tensor<2x4x8xf32>
    %BatchMatMul.52 = stablehlo.dot_general %Relu.51, %state.critics.2.weight, batching_dims = [0] x [0], contracting_dims = [2] x [1], precision = [HIGHEST, HIGHEST] : (tensor<2x4x8xf32>, tensor<2x8x1xf32>) -> tensor<2x4x1xf32>
    %Add.53 = stablehlo.broadcast_in_dim %state.critics.2.bias, dims = [0, 1, 2] : (tensor<2x1x1xf32>) -> tensor<2x4x1xf32>
    %Add.54 = stablehlo.add %BatchMatMul.52, %Add.53 : tensor<2x4x1xf32>
    %Reshape.55 = stablehlo.reshape %Add.54 : (tensor<2x4x1xf32>) -> tensor<2x4xf32>
    %Sub.56 = stablehlo.constant dense<1.0> : tensor<f32>
    %Sub.57 = stablehlo.broadcast_in_dim %Sub.56, dims = [] : (tensor<f32>) -> tensor<4xf32>
    %Sub.58 = stablehlo.subtract %Sub.57, %input.0.terminated : tensor<4xf32>
    %Multiply.59 = stablehlo.constant dense<0.9900000095367432> : tensor<f32>
    %Multiply.60 = stablehlo.broadcast_in_dim %Multiply.59, dims = [] : (tensor<f32>) -> tensor<4xf32>
    %Multiply.61 = stablehlo.multiply %Sub.58, %Multiply.60 : tensor<4xf32>
    %Sub.62 = stablehlo.broadcast_in_dim %state.scaler.mean, dims = [1] : (tensor<3xf32>) -> tensor<4x3xf32>
    %Sub.63 = stablehlo.subtract %input.0.nextObservations, %Sub.62 : tensor<4x3xf32>
    %RealDiv.64 = stablehlo.broadcast_in_dim %state.scaler.standardDeviation, dims = [1] : (tensor<3xf32>) -> tensor<4x3xf32>
    %RealDiv.65 = stablehlo.divide %Sub.63, %RealDiv.64 : tensor<4x3xf32>
    %_FusedMatMul.66 = stablehlo.dot_general %RealDiv.65, %state.targets.actor.0.weight, contracting_dims = [1] x [0], precision = [HIGHEST, HIGHEST] : (tensor<4x3xf32>, tensor<3x8xf32>) -> tensor<4x8xf32>
    %_FusedMatMul.67 = stablehlo.broadcast_in_dim %state.targets.actor.0.bias, dims = [1] : (tensor<8xf32>) -> tensor<4x8xf32>
    %_FusedMatMul.68 = stablehlo.add %_FusedMatMul.66, %_FusedMatMul.67 : tensor<4x8xf32>
    %Relu.69 = stablehlo.maximum %_FusedMatMul.68, %Relu.14 : tensor<4x8xf32>
    %_FusedMatMul.70 = stablehlo.dot_general %Relu.69, %state.targets.actor.1.weight, contracting_dims = [1] x [0], precision = [HIGHEST, HIGHEST] : (tensor<4x8xf32>, tensor<8x8xf32>) -> tensor<4x8xf32>
    %_FusedMatMul.71 = stablehlo.broadcast_in_dim %state.targets.actor.1.bias, dims = [1] : (tensor<8xf32>) -> tensor<4x8xf32>
    %_FusedMatMul.72 = stablehlo.add %_FusedMatMul.70, %_FusedMatMul.71 : tensor<4x8xf32>
    %Relu.73 = stablehlo.maximum %_FusedMatMul.72, %Relu.14 : tensor<4x8xf32>
    %_FusedMatMul.74 = stablehlo.dot_general %Relu.73, %state.targets.actor.2.weight, contracting_dims = [1] x [0], precision = [HIGHEST, HIGHEST] : (tensor<4x8xf32>, tensor<8x2xf32>) -> tensor<4x2xf32>
    %_FusedMatMul.75 = stablehlo.broadcast_in_dim %state.targets.actor.2.bias, dims = [1] : (tensor<2xf32>) -> tensor<4x2xf32>
    %_FusedMatMul.76 = stablehlo.add %_FusedMatMul.74, %_FusedMatMul.75 : tensor<4x2xf32>
    %Tanh.77 = stablehlo.tanh %_FusedMatMul.76 : tensor<4x2xf32>
    %Multiply.78 = stablehlo.constant dense<0.20000000298023224> : tensor<f32>
    %Multiply.79 = stablehlo.broadcast_in_dim %Multiply.78, dims = [] : (tensor<f32>) -> tensor<4x2xf32>
    %Multiply.80 = stablehlo.multiply %noise.0, %Multiply.79 : tensor<4x2xf32>
    %ClipByValue.81 = stablehlo.constant dense<-0.5> : tensor<4x2xf32>
    %ClipByValue.82 = stablehlo.constant dense<0.5> : tensor<4x2xf32>
    %ClipByValue.83 = stablehlo.clamp %ClipByValue.81, %Multiply.80, %ClipByValue.82 : tensor<4x2xf32>
    %Add.84 = stablehlo.add %Tanh.77, %ClipByValue.83 : tensor<4x2xf32>
    %ClipByValue.85 = stablehlo.constant dense<-1.0> : tensor<4x2xf32>
    %ClipByValue.86 = stablehlo.constant dense<1.0> : tensor<4x2xf32>
    %ClipByValue.87 = stablehlo.clamp %ClipByValue.85, %Add.84, %ClipByValue.86 : tensor<4x2xf32>
    %Concat.88 = stablehlo.concatenate %RealDiv.65, %ClipByValue.87, dim = 1 : (tensor<4x3xf32>, tensor<4x2xf32>) -> tensor<4x5xf32>
    %BatchMatMul.89 = stablehlo.broadcast_in_dim %Concat.88, dims = [1, 2] : (tensor<4x5xf32>) -> tensor<2x4x5xf32>
    %BatchMatMul.90 = stablehlo.dot_general %BatchMatMul.89, %state.targets.critics.0.weight, batching_dims = [0] x [0], contracting_dims = [2] x [1], precision = [HIGHEST, HIGHEST] : (tensor<2x4x5xf32>, tensor<2x5x8xf32>) -> tensor<2x4x8xf32>
    %Add.91 = stablehlo.broadcast_in_dim %state.targets.critics.0.bias, dims = [0, 1, 2] : (tensor<2x1x8xf32>) -> tensor<2x4x8xf32>
    %Add.92 = stablehlo.add %BatchMatMul.90, %Add.91 : tensor<2x4x8xf32>
    %Relu.93 = stablehlo.maximum %Add.92, %Relu.46 : tensor<2x4x8xf32>
    %BatchMatMul.94 = stablehlo.dot_general %Relu.93, %state.targets.critics.1.weight, batching_dims = [0] x [0], contracting_dims = [2] x [1], precision = [HIGHEST, HIGHEST] : (tensor<2x4x8xf32>, tensor<2x8x8xf32>) -> tensor<2x4x8xf32>
    %Add.95 = stablehlo.broadcast_in_dim %state.targets.critics.1.bias, dims = [0, 1, 2] : (tensor<2x1x8xf32>) -> tensor<2x4x8xf32>
    %Add.96 = stablehlo.add %BatchMatMul.94, %Add.95 : tensor<2x4x8xf32>
    %Relu.97 = stablehlo.maximum %Add.96, %Relu.46 : tensor<2x4x8xf32>
    %BatchMatMul.98 = stablehlo.dot_general %Relu.97, %state.targets.critics.2.weight, batching_dims = [0] x [0], contracting_dims = [2] x [1], precision = [HIGHEST, HIGHEST] : (tensor<2x4x8xf32>, tensor<2x8x1xf32>) -> tensor<2x4x1xf32>
    %Add.99 = stablehlo.broadcast_in_dim %state.targets.critics.2.bias, dims = [0, 1, 2] : (tensor<2x1x1xf32>) -> tensor<2x4x1xf32>
    %Add.100 = stablehlo.add %BatchMatMul.98, %Add.99 : tensor<2x4x1xf32>
    %Reshape.101 = stablehlo.reshape %Add.100 : (tensor<2x4x1xf32>) -> tensor<2x4xf32>
    %Min.102 = stablehlo.constant dense<0x7F800000> : tensor<f32>
    %Min.103 = stablehlo.reduce(%Reshape.101 init: %Min.102) applies stablehlo.minimum across dimensions = [0] : (tensor<2x4xf32>, tensor<f32>) -> tensor<4xf32>
    %Multiply.104 = stablehlo.multiply %Multiply.61, %Min.103 : tensor<4xf32>
    %Add.105 = stablehlo.add %input.0.rewards, %Multiply.104 : tensor<4xf32>
    %Sub.106 = stablehlo.broadcast_in_dim %Add.105, dims = [1] : (tensor<4xf32>) -> tensor<2x4xf32>
    %Sub.107 = stablehlo.subtract %Reshape.55, %Sub.106 : tensor<2x4xf32>
    %Multiply.108 = stablehlo.broadcast_in_dim %Multiply.25, dims = [] : (tensor<f32>) -> tensor<2x4xf32>
    %Multiply.109 = stablehlo.multiply %Sub.107, %Multiply.108 : tensor<2x4xf32>
    %Multiply.110 = stablehlo.constant dense<0.25> : tensor<f32>
    %Multiply.111 = stablehlo.broadcast_in_dim %Multiply.110, dims = [] : (tensor<f32>) -> tensor<2x4xf32>
    %Multiply.112 = stablehlo.multiply %Multiply.111, %Multiply.109 : tensor<2x4xf32>
    %Reshape.113 = stablehlo.reshape %Multiply.112 : (tensor<2x4xf32>) -> tensor<2x4x1xf32>
    %BatchMatMul.114 = stablehlo.dot_general %Reshape.113, %state.critics.2.weight, batching_dims = [0] x [0], contracting_dims = [2] x [2], precision = [HIGHEST, HIGHEST] : (tensor<2x4x1xf32>, tensor<2x8x1xf32>) -> tensor<2x4x8xf32>
    %$unitStep.115 = stablehlo.compare GT, %Relu.51, %Relu.46 : (tensor<2x4x8xf32>, tensor<2x4x8xf32>) -> tensor<2x4x8xi1>
    %$unitStep.116 = stablehlo.convert %$unitStep.115 : (tensor<2x4x8xi1>) -> tensor<2x4x8xf32>
    %Multiply.117 = stablehlo.multiply %BatchMatMul.114, %$unitStep.116 : tensor<2x4x8xf32>
    %BatchMatMul.118 = stablehlo.dot_general %Multiply.117, %state.critics.1.weight, batching_dims = [0] x [0], contracting_dims = [2] x [2], precision = [HIGHEST, HIGHEST] : (tensor<2x4x8xf32>, tensor<2x8x8xf32>) -> tensor<2x4x8xf32>
    %$unitStep.119 = stablehlo.compare GT, %Relu.47, %Relu.46 : (tensor<2x4x8xf32>, tensor<2x4x8xf32>) -> tensor<2x4x8xi1>
    %$unitStep.120 = stablehlo.convert %$unitStep.119 : (tensor<2x4x8xi1>) -> tensor<2x4x8xf32>
    %Multiply.121 = stablehlo.multiply %BatchMatMul.118, %$unitStep.120 : tensor<2x4x8xf32>
    %BatchMatMul.122 = stablehlo.broadcast_in_dim %Concat.41, dims = [1, 2] : (tensor<4x5xf32>) -> tensor<2x4x5xf32>
    %BatchMatMul.123 = stablehlo.dot_general %BatchMatMul.122, %Multiply.121, batching_dims = [0] x [0], contracting_dims = [1] x [1], precision = [HIGHEST, HIGHEST] : (tensor<2x4x5xf32>, tensor<2x4x8xf32>) -> tensor<2x5x8xf32>
    %Reshape.124 = stablehlo.reshape %BatchMatMul.123 : (tensor<2x5x8xf32>) -> tensor<80xf32>
    %Sum.125 = stablehlo.constant dense<0.0> : tensor<f32>
    %Sum.126 = stablehlo.reduce(%Multiply.121 init: %Sum.125) applies stablehlo.add across dimensions = [1] : (tensor<2x4x8xf32>, tensor<f32>) -> tensor<2x8xf32>
    %Sum.127 = stablehlo.reshape %Sum.126 : (tensor<2x8xf32>) -> tensor<2x1x8xf32>
    %Reshape.128 = stablehlo.reshape %Sum.127 : (tensor<2x1x8xf32>) -> tensor<16xf32>
    %BatchMatMul.129 = stablehlo.dot_general %Relu.47, %Multiply.117, batching_dims = [0] x [0], contracting_dims = [1] x [1], precision = [HIGHEST, HIGHEST] : (tensor<2x4x8xf32>, tensor<2x4x8xf32>) -> tensor<2x8x8xf32>
    %Reshape.130 = stablehlo.reshape %BatchMatMul.129 : (tensor<2x8x8xf32>) -> tensor<128xf32>
    %Sum.131 = stablehlo.reduce(%Multiply.117 init: %Sum.125) applies stablehlo.add across dimensions = [1] : (tensor<2x4x8xf32>, tensor<f32>) -> tensor<2x8xf32>
    %Sum.132 = stablehlo.reshape %Sum.131 : (tensor<2x8xf32>) -> tensor<2x1x8xf32>
    %Reshape.133 = stablehlo.reshape %Sum.132 : (tensor<2x1x8xf32>) -> tensor<16xf32>
    %BatchMatMul.134 = stablehlo.dot_general %Relu.51, %Reshape.113, batching_dims = [0] x [0], contracting_dims = [1] x [1], precision = [HIGHEST, HIGHEST] : (tensor<2x4x8xf32>, tensor<2x4x1xf32>) -> tensor<2x8x1xf32>
    %Reshape.135 = stablehlo.reshape %BatchMatMul.134 : (tensor<2x8x1xf32>) -> tensor<16xf32>
    %Sum.136 = stablehlo.reduce(%Reshape.113 init: %Sum.125) applies stablehlo.add across dimensions = [1] : (tensor<2x4x1xf32>, tensor<f32>) -> tensor<2x1xf32>
    %Sum.137 = stablehlo.reshape %Sum.136 : (tensor<2x1xf32>) -> tensor<2x1x1xf32>
    %Reshape.138 = stablehlo.reshape %Sum.137 : (tensor<2x1x1xf32>) -> tensor<2xf32>
    %Concat.139 = stablehlo.concatenate %Reshape.124, %Reshape.128, %Reshape.130, %Reshape.133, %Reshape.135, %Reshape.138, dim = 0 : (tensor<80xf32>, tensor<16xf32>, tensor<128xf32>, tensor<16xf32>, tensor<16xf32>, tensor<2xf32>) -> tensor<258xf32>
    %Add.140 = stablehlo.add %Multiply.40, %Concat.139 : tensor<258xf32>
    %Multiply.141 = stablehlo.constant dense<0.9990000128746033> : tensor<f32>
    %Multiply.142 = stablehlo.broadcast_in_dim %Multiply.141, dims = [] : (tensor<f32>) -> tensor<258xf32>
    %Multiply.143 = stablehlo.multiply %state.criticOptimizer.second, %Multiply.142 : tensor<258xf32>
    %Square.144 = stablehlo.multiply %Concat.139, %Concat.139 : tensor<258xf32>
    %Add.145 = stablehlo.add %Multiply.143, %Square.144 : tensor<258xf32>
    %Sqrt.146 = stablehlo.sqrt %Add.145 : tensor<258xf32>
    %Multiply.147 = stablehlo.multiply %state.criticOptimizer.secondWeight, %Multiply.141 : tensor<f32>
    %Add.148 = stablehlo.add %Multiply.147, %Sub.56 : tensor<f32>
    %Sqrt.149 = stablehlo.sqrt %Add.148 : tensor<f32>
    %Multiply.150 = stablehlo.constant dense<9.99999993922529e-9> : tensor<f32>
    %Multiply.151 = stablehlo.multiply %Sqrt.149, %Multiply.150 : tensor<f32>
    %Add.152 = stablehlo.broadcast_in_dim %Multiply.151, dims = [] : (tensor<f32>) -> tensor<258xf32>
    %Add.153 = stablehlo.add %Sqrt.146, %Add.152 : tensor<258xf32>
    %RealDiv.154 = stablehlo.divide %Add.140, %Add.153 : tensor<258xf32>
    %Multiply.155 = stablehlo.multiply %state.criticOptimizer.firstWeight, %Multiply.4 : tensor<f32>
    %Add.156 = stablehlo.add %Multiply.155, %Sub.56 : tensor<f32>
    %RealDiv.157 = stablehlo.divide %Sqrt.149, %Add.156 : tensor<f32>
    %Multiply.158 = stablehlo.constant dense<0.0003000000142492354> : tensor<f32>
    %Multiply.159 = stablehlo.multiply %Multiply.158, %RealDiv.157 : tensor<f32>
    %Multiply.160 = stablehlo.broadcast_in_dim %Multiply.159, dims = [] : (tensor<f32>) -> tensor<258xf32>
    %Multiply.161 = stablehlo.multiply %RealDiv.154, %Multiply.160 : tensor<258xf32>
    %Sub.162 = stablehlo.subtract %Concat.38, %Multiply.161 : tensor<258xf32>
    %SplitV.163 = stablehlo.slice %Sub.162 [0:80] : (tensor<258xf32>) -> tensor<80xf32>
    %SplitV.164 = stablehlo.slice %Sub.162 [80:96] : (tensor<258xf32>) -> tensor<16xf32>
    %SplitV.165 = stablehlo.slice %Sub.162 [96:224] : (tensor<258xf32>) -> tensor<128xf32>
    %SplitV.166 = stablehlo.slice %Sub.162 [224:240] : (tensor<258xf32>) -> tensor<16xf32>
    %SplitV.167 = stablehlo.slice %Sub.162 [240:256] : (tensor<258xf32>) -> tensor<16xf32>
    %SplitV.168 = stablehlo.slice %Sub.162 [256:258] : (tensor<258xf32>) -> tensor<2xf32>
    %Reshape.169 = stablehlo.reshape %SplitV.163 : (tensor<80xf32>) -> tensor<2x5x8xf32>
    %Slice.170 = stablehlo.slice %Reshape.169 [0:1, 0:5, 0:8] : (tensor<2x5x8xf32>) -> tensor<1x5x8xf32>
    %Reshape.171 = stablehlo.reshape %Slice.170 : (tensor<1x5x8xf32>) -> tensor<5x8xf32>
    %BatchMatMul.172 = stablehlo.dot_general %Concat.31, %Reshape.171, contracting_dims = [1] x [0], precision = [HIGHEST, HIGHEST] : (tensor<4x5xf32>, tensor<5x8xf32>) -> tensor<4x8xf32>
    %Reshape.173 = stablehlo.reshape %BatchMatMul.172 : (tensor<4x8xf32>) -> tensor<1x4x8xf32>
    %Reshape.174 = stablehlo.reshape %SplitV.164 : (tensor<16xf32>) -> tensor<2x1x8xf32>
    %Slice.175 = stablehlo.slice %Reshape.174 [0:1, 0:1, 0:8] : (tensor<2x1x8xf32>) -> tensor<1x1x8xf32>
    %Add.176 = stablehlo.broadcast_in_dim %Slice.175, dims = [0, 1, 2] : (tensor<1x1x8xf32>) -> tensor<1x4x8xf32>
    %Add.177 = stablehlo.add %Reshape.173, %Add.176 : tensor<1x4x8xf32>
    %Relu.178 = stablehlo.constant dense<0.0> : tensor<1x4x8xf32>
    %Relu.179 = stablehlo.maximum %Add.177, %Relu.178 : tensor<1x4x8xf32>
    %Reshape.180 = stablehlo.reshape %Relu.179 : (tensor<1x4x8xf32>) -> tensor<4x8xf32>
    %Reshape.181 = stablehlo.reshape %SplitV.165 : (tensor<128xf32>) -> tensor<2x8x8xf32>
    %Slice.182 = stablehlo.slice %Reshape.181 [0:1, 0:8, 0:8] : (tensor<2x8x8xf32>) -> tensor<1x8x8xf32>
    %Reshape.183 = stablehlo.reshape %Slice.182 : (tensor<1x8x8xf32>) -> tensor<8x8xf32>
    %BatchMatMul.184 = stablehlo.dot_general %Reshape.180, %Reshape.183, contracting_dims = [1] x [0], precision = [HIGHEST, HIGHEST] : (tensor<4x8xf32>, tensor<8x8xf32>) -> tensor<4x8xf32>
    %Reshape.185 = stablehlo.reshape %BatchMatMul.184 : (tensor<4x8xf32>) -> tensor<1x4x8xf32>
    %Reshape.186 = stablehlo.reshape %SplitV.166 : (tensor<16xf32>) -> tensor<2x1x8xf32>
    %Slice.187 = stablehlo.slice %Reshape.186 [0:1, 0:1, 0:8] : (tensor<2x1x8xf32>) -> tensor<1x1x8xf32>
    %Add.188 = stablehlo.broadcast_in_dim %Slice.187, dims = [0, 1, 2] : (tensor<1x1x8xf32>) -> tensor<1x4x8xf32>
    %Add.189 = stablehlo.add %Reshape.185, %Add.188 : tensor<1x4x8xf32>
    %Relu.190 = stablehlo.maximum %Add.189, %Relu.178 : tensor<1x4x8xf32>
    %Reshape.191 = stablehlo.reshape %Relu.190 : (tensor<1x4x8xf32>) -> tensor<4x8xf32>
    %Reshape.192 = stablehlo.reshape %SplitV.167 : (tensor<16xf32>) -> tensor<2x8x1xf32>
    %Slice.193 = stablehlo.slice %Reshape.192 [0:1, 0:8, 0:1] : (tensor<2x8x1xf32>) -> tensor<1x8x1xf32>
    %Reshape.194 = stablehlo.reshape %Slice.193 : (tensor<1x8x1xf32>) -> tensor<8x1xf32>
    %BatchMatMul.195 = stablehlo.dot_general %Reshape.191, %Reshape.194, contracting_dims = [1] x [0], precision = [HIGHEST, HIGHEST] : (tensor<4x8xf32>, tensor<8x1xf32>) -> tensor<4x1xf32>
    %Reshape.196 = stablehlo.reshape %BatchMatMul.195 : (tensor<4x1xf32>) -> tensor<1x4x1xf32>
    %Reshape.197 = stablehlo.reshape %SplitV.168 : (tensor<2xf32>) -> tensor<2x1x1xf32>
    %Slice.198 = stablehlo.slice %Reshape.197 [0:1, 0:1, 0:1] : (tensor<2x1x1xf32>) -> tensor<1x1x1xf32>
    %Add.199 = stablehlo.broadcast_in_dim %Slice.198, dims = [0, 1, 2] : (tensor<1x1x1xf32>) -> tensor<1x4x1xf32>
    %Add.200 = stablehlo.add %Reshape.196, %Add.199 : tensor<1x4x1xf32>
    %Reshape.201 = stablehlo.reshape %Add.200 : (tensor<1x4x1xf32>) -> tensor<1x4xf32>
    %Abs.202 = stablehlo.abs %Reshape.201 : tensor<1x4xf32>
    %Mean.203 = stablehlo.reduce(%Abs.202 init: %Sum.125) applies stablehlo.add across dimensions = [0, 1] : (tensor<1x4xf32>, tensor<f32>) -> tensor<f32>
    %Mean.204 = stablehlo.constant dense<4.0> : tensor<f32>
    %Mean.205 = stablehlo.divide %Mean.203, %Mean.204 : tensor<f32>
    %RealDiv.206 = stablehlo.constant dense<2.5> : tensor<f32>
    %RealDiv.207 = stablehlo.divide %RealDiv.206, %Mean.205 : tensor<f32>
    %Multiply.208 = stablehlo.constant dense<-1.0> : tensor<f32>
    %Multiply.209 = stablehlo.multiply %Multiply.208, %RealDiv.207 : tensor<f32>
    %RealDiv.210 = stablehlo.divide %Multiply.209, %Mean.204 : tensor<f32>
    %BroadcastTo.211 = stablehlo.broadcast_in_dim %RealDiv.210, dims = [] : (tensor<f32>) -> tensor<4x1xf32>
    %BatchMatMul.212 = stablehlo.dot_general %BroadcastTo.211, %Reshape.194, contracting_dims = [1] x [1], precision = [HIGHEST, HIGHEST] : (tensor<4x1xf32>, tensor<8x1xf32>) -> tensor<4x8xf32>
    %Reshape.213 = stablehlo.reshape %BatchMatMul.212 : (tensor<4x8xf32>) -> tensor<1x4x8xf32>
    %$unitStep.214 = stablehlo.compare GT, %Relu.190, %Relu.178 : (tensor<1x4x8xf32>, tensor<1x4x8xf32>) -> tensor<1x4x8xi1>
    %$unitStep.215 = stablehlo.convert %$unitStep.214 : (tensor<1x4x8xi1>) -> tensor<1x4x8xf32>
    %Multiply.216 = stablehlo.multiply %Reshape.213, %$unitStep.215 : tensor<1x4x8xf32>
    %Reshape.217 = stablehlo.reshape %Multiply.216 : (tensor<1x4x8xf32>) -> tensor<4x8xf32>
    %BatchMatMul.218 = stablehlo.dot_general %Reshape.217, %Reshape.183, contracting_dims = [1] x [1], precision = [HIGHEST, HIGHEST] : (tensor<4x8xf32>, tensor<8x8xf32>) -> tensor<4x8xf32>
    %Reshape.219 = stablehlo.reshape %BatchMatMul.218 : (tensor<4x8xf32>) -> tensor<1x4x8xf32>
    %$unitStep.220 = stablehlo.compare GT, %Relu.179, %Relu.178 : (tensor<1x4x8xf32>, tensor<1x4x8xf32>) -> tensor<1x4x8xi1>
    %$unitStep.221 = stablehlo.convert %$unitStep.220 : (tensor<1x4x8xi1>) -> tensor<1x4x8xf32>
    %Multiply.222 = stablehlo.multiply %Reshape.219, %$unitStep.221 : tensor<1x4x8xf32>
    %Reshape.223 = stablehlo.reshape %Multiply.222 : (tensor<1x4x8xf32>) -> tensor<4x8xf32>
    %BatchMatMul.224 = stablehlo.dot_general %Reshape.223, %Reshape.171, contracting_dims = [1] x [1], precision = [HIGHEST, HIGHEST] : (tensor<4x8xf32>, tensor<5x8xf32>) -> tensor<4x5xf32>
    %SplitV.225 = stablehlo.slice %BatchMatMul.224 [0:4, 0:3] : (tensor<4x5xf32>) -> tensor<4x3xf32>
    %SplitV.226 = stablehlo.slice %BatchMatMul.224 [0:4, 3:5] : (tensor<4x5xf32>) -> tensor<4x2xf32>
    %Add.227 = stablehlo.add %Multiply.30, %SplitV.226 : tensor<4x2xf32>
    %Square.228 = stablehlo.multiply %Tanh.23, %Tanh.23 : tensor<4x2xf32>
    %Sub.229 = stablehlo.broadcast_in_dim %Sub.56, dims = [] : (tensor<f32>) -> tensor<4x2xf32>
    %Sub.230 = stablehlo.subtract %Sub.229, %Square.228 : tensor<4x2xf32>
    %Multiply.231 = stablehlo.multiply %Add.227, %Sub.230 : tensor<4x2xf32>
    %BatchMatMul.232 = stablehlo.dot_general %Multiply.231, %state.actor.2.weight, contracting_dims = [1] x [1], precision = [HIGHEST, HIGHEST] : (tensor<4x2xf32>, tensor<8x2xf32>) -> tensor<4x8xf32>
    %$unitStep.233 = stablehlo.compare GT, %Relu.19, %Relu.14 : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xi1>
    %$unitStep.234 = stablehlo.convert %$unitStep.233 : (tensor<4x8xi1>) -> tensor<4x8xf32>
    %Multiply.235 = stablehlo.multiply %BatchMatMul.232, %$unitStep.234 : tensor<4x8xf32>
    %BatchMatMul.236 = stablehlo.dot_general %Multiply.235, %state.actor.1.weight, contracting_dims = [1] x [1], precision = [HIGHEST, HIGHEST] : (tensor<4x8xf32>, tensor<8x8xf32>) -> tensor<4x8xf32>
    %$unitStep.237 = stablehlo.compare GT, %Relu.15, %Relu.14 : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<4x8xi1>
    %$unitStep.238 = stablehlo.convert %$unitStep.237 : (tensor<4x8xi1>) -> tensor<4x8xf32>
    %Multiply.239 = stablehlo.multiply %BatchMatMul.236, %$unitStep.238 : tensor<4x8xf32>
    %BatchMatMul.240 = stablehlo.dot_general %RealDiv.10, %Multiply.239, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<4x3xf32>, tensor<4x8xf32>) -> tensor<3x8xf32>
    %Reshape.241 = stablehlo.reshape %BatchMatMul.240 : (tensor<3x8xf32>) -> tensor<24xf32>
    %Sum.242 = stablehlo.reduce(%Multiply.239 init: %Sum.125) applies stablehlo.add across dimensions = [0] : (tensor<4x8xf32>, tensor<f32>) -> tensor<8xf32>
    %BatchMatMul.243 = stablehlo.dot_general %Relu.15, %Multiply.235, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<4x8xf32>, tensor<4x8xf32>) -> tensor<8x8xf32>
    %Reshape.244 = stablehlo.reshape %BatchMatMul.243 : (tensor<8x8xf32>) -> tensor<64xf32>
    %Sum.245 = stablehlo.reduce(%Multiply.235 init: %Sum.125) applies stablehlo.add across dimensions = [0] : (tensor<4x8xf32>, tensor<f32>) -> tensor<8xf32>
    %BatchMatMul.246 = stablehlo.dot_general %Relu.19, %Multiply.231, contracting_dims = [0] x [0], precision = [HIGHEST, HIGHEST] : (tensor<4x8xf32>, tensor<4x2xf32>) -> tensor<8x2xf32>
    %Reshape.247 = stablehlo.reshape %BatchMatMul.246 : (tensor<8x2xf32>) -> tensor<16xf32>
    %Sum.248 = stablehlo.reduce(%Multiply.231 init: %Sum.125) applies stablehlo.add across dimensions = [0] : (tensor<4x2xf32>, tensor<f32>) -> tensor<2xf32>
    %Concat.249 = stablehlo.concatenate %Reshape.241, %Sum.242, %Reshape.244, %Sum.245, %Reshape.247, %Sum.248, dim = 0 : (tensor<24xf32>, tensor<8xf32>, tensor<64xf32>, tensor<8xf32>, tensor<16xf32>, tensor<2xf32>) -> tensor<122xf32>
    %Add.250 = stablehlo.add %Multiply.6, %Concat.249 : tensor<122xf32>
    %Multiply.251 = stablehlo.broadcast_in_dim %Multiply.141, dims = [] : (tensor<f32>) -> tensor<122xf32>
    %Multiply.252 = stablehlo.multiply %state.actorOptimizer.second, %Multiply.251 : tensor<122xf32>
    %Square.253 = stablehlo.multiply %Concat.249, %Concat.249 : tensor<122xf32>
    %Add.254 = stablehlo.add %Multiply.252, %Square.253 : tensor<122xf32>
    %Sqrt.255 = stablehlo.sqrt %Add.254 : tensor<122xf32>
    %Multiply.256 = stablehlo.multiply %state.actorOptimizer.secondWeight, %Multiply.141 : tensor<f32>
    %Add.257 = stablehlo.add %Multiply.256, %Sub.56 : tensor<f32>
    %Sqrt.258 = stablehlo.sqrt %Add.257 : tensor<f32>
    %Multiply.259 = stablehlo.multiply %Sqrt.258, %Multiply.150 : tensor<f32>
    %Add.260 = stablehlo.broadcast_in_dim %Multiply.259, dims = [] : (tensor<f32>) -> tensor<122xf32>
    %Add.261 = stablehlo.add %Sqrt.255, %Add.260 : tensor<122xf32>
    %RealDiv.262 = stablehlo.divide %Add.250, %Add.261 : tensor<122xf32>
    %Multiply.263 = stablehlo.multiply %state.actorOptimizer.firstWeight, %Multiply.4 : tensor<f32>
    %Add.264 = stablehlo.add %Multiply.263, %Sub.56 : tensor<f32>
    %RealDiv.265 = stablehlo.divide %Sqrt.258, %Add.264 : tensor<f32>
    %Multiply.266 = stablehlo.multiply %Multiply.158, %RealDiv.265 : tensor<f32>
    %Multiply.267 = stablehlo.broadcast_in_dim %Multiply.266, dims = [] : (tensor<f32>) -> tensor<122xf32>
    %Multiply.268 = stablehlo.multiply %RealDiv.262, %Multiply.267 : tensor<122xf32>
    %Sub.269 = stablehlo.subtract %Concat.3, %Multiply.268 : tensor<122xf32>
    %SplitV.270 = stablehlo.slice %Sub.269 [0:24] : (tensor<122xf32>) -> tensor<24xf32>
    %SplitV.271 = stablehlo.slice %Sub.269 [24:32] : (tensor<122xf32>) -> tensor<8xf32>
    %SplitV.272 = stablehlo.slice %Sub.269 [32:96] : (tensor<122xf32>) -> tensor<64xf32>
    %SplitV.273 = stablehlo.slice %Sub.269 [96:104] : (tensor<122xf32>) -> tensor<8xf32>
    %SplitV.274 = stablehlo.slice %Sub.269 [104:120] : (tensor<122xf32>) -> tensor<16xf32>
    %SplitV.275 = stablehlo.slice %Sub.269 [120:122] : (tensor<122xf32>) -> tensor<2xf32>
    %Reshape.276 = stablehlo.reshape %SplitV.270 : (tensor<24xf32>) -> tensor<3x8xf32>
    %Reshape.277 = stablehlo.reshape %SplitV.272 : (tensor<64xf32>) -> tensor<8x8xf32>
    %Reshape.278 = stablehlo.reshape %SplitV.274 : (tensor<16xf32>) -> tensor<8x2xf32>
    %Reshape.279 = stablehlo.reshape %state.targets.actor.0.weight : (tensor<3x8xf32>) -> tensor<24xf32>
    %Reshape.280 = stablehlo.reshape %state.targets.actor.1.weight : (tensor<8x8xf32>) -> tensor<64xf32>
    %Reshape.281 = stablehlo.reshape %state.targets.actor.2.weight : (tensor<8x2xf32>) -> tensor<16xf32>
    %Reshape.282 = stablehlo.reshape %state.targets.critics.0.weight : (tensor<2x5x8xf32>) -> tensor<80xf32>
    %Reshape.283 = stablehlo.reshape %state.targets.critics.0.bias : (tensor<2x1x8xf32>) -> tensor<16xf32>
    %Reshape.284 = stablehlo.reshape %state.targets.critics.1.weight : (tensor<2x8x8xf32>) -> tensor<128xf32>
    %Reshape.285 = stablehlo.reshape %state.targets.critics.1.bias : (tensor<2x1x8xf32>) -> tensor<16xf32>
    %Reshape.286 = stablehlo.reshape %state.targets.critics.2.weight : (tensor<2x8x1xf32>) -> tensor<16xf32>
    %Reshape.287 = stablehlo.reshape %state.targets.critics.2.bias : (tensor<2x1x1xf32>) -> tensor<2xf32>
    %Concat.288 = stablehlo.concatenate %Reshape.279, %state.targets.actor.0.bias, %Reshape.280, %state.targets.actor.1.bias, %Reshape.281, %state.targets.actor.2.bias, %Reshape.282, %Reshape.283, %Reshape.284, %Reshape.285, %Reshape.286, %Reshape.287, dim = 0 : (tensor<24xf32>, tensor<8xf32>, tensor<64xf32>, tensor<8xf32>, tensor<16xf32>, tensor<2xf32>, tensor<80xf32>, tensor<16xf32>, tensor<128xf32>, tensor<16xf32>, tensor<16xf32>, tensor<2xf32>) -> tensor<380xf32>
    %Concat.289 = stablehlo.concatenate %SplitV.270, %SplitV.271, %SplitV.272, %SplitV.273, %SplitV.274, %SplitV.275, %SplitV.163, %SplitV.164, %SplitV.165, %SplitV.166, %SplitV.167, %SplitV.168, dim = 0 : (tensor<24xf32>, tensor<8xf32>, tensor<64xf32>, tensor<8xf32>, tensor<16xf32>, tensor<2xf32>, tensor<80xf32>, tensor<16xf32>, tensor<128xf32>, tensor<16xf32>, tensor<16xf32>, tensor<2xf32>) -> tensor<380xf32>
    %Sub.290 = stablehlo.subtract %Concat.289, %Concat.288 : tensor<380xf32>
    %Multiply.291 = stablehlo.constant dense<0.004999999888241291> : tensor<f32>
    %Multiply.292 = stablehlo.broadcast_in_dim %Multiply.291, dims = [] : (tensor<f32>) -> tensor<380xf32>
    %Multiply.293 = stablehlo.multiply %Sub.290, %Multiply.292 : tensor<380xf32>
    %Add.294 = stablehlo.add %Concat.288, %Multiply.293 : tensor<380xf32>
    %SplitV.295 = stablehlo.slice %Add.294 [0:24] : (tensor<380xf32>) -> tensor<24xf32>
    %SplitV.296 = stablehlo.slice %Add.294 [24:32] : (tensor<380xf32>) -> tensor<8xf32>
    %SplitV.297 = stablehlo.slice %Add.294 [32:96] : (tensor<380xf32>) -> tensor<64xf32>
    %SplitV.298 = stablehlo.slice %Add.294 [96:104] : (tensor<380xf32>) -> tensor<8xf32>
    %SplitV.299 = stablehlo.slice %Add.294 [104:120] : (tensor<380xf32>) -> tensor<16xf32>
    %SplitV.300 = stablehlo.slice %Add.294 [120:122] : (tensor<380xf32>) -> tensor<2xf32>
    %SplitV.301 = stablehlo.slice %Add.294 [122:202] : (tensor<380xf32>) -> tensor<80xf32>
    %SplitV.302 = stablehlo.slice %Add.294 [202:218] : (tensor<380xf32>) -> tensor<16xf32>
    %SplitV.303 = stablehlo.slice %Add.294 [218:346] : (tensor<380xf32>) -> tensor<128xf32>
    %SplitV.304 = stablehlo.slice %Add.294 [346:362] : (tensor<380xf32>) -> tensor<16xf32>
    %SplitV.305 = stablehlo.slice %Add.294 [362:378] : (tensor<380xf32>) -> tensor<16xf32>
    %SplitV.306 = stablehlo.slice %Add.294 [378:380] : (tensor<380xf32>) -> tensor<2xf32>
    %Reshape.307 = stablehlo.reshape %SplitV.295 : (tensor<24xf32>) -> tensor<3x8xf32>
    %Reshape.308 = stablehlo.reshape %SplitV.297 : (tensor<64xf32>) -> tensor<8x8xf32>
    %Reshape.309 = stablehlo.reshape %SplitV.299 : (tensor<16xf32>) -> tensor<8x2xf32>
    %Reshape.310 = stablehlo.reshape %SplitV.301 : (tensor<80xf32>) -> tensor<2x5x8xf32>
    %Reshape.311 = stablehlo.reshape %SplitV.302 : (tensor<16xf32>) -> tensor<2x1x8xf32>
    %Reshape.312 = stablehlo.reshape %SplitV.303 : (tensor<128xf32>) -> tensor<2x8x8xf32>
    %Reshape.313 = stablehlo.reshape %SplitV.304 : (tensor<16xf32>) -> tensor<2x1x8xf32>
    %Reshape.314 = stablehlo.reshape %SplitV.305 : (tensor<16xf32>) -> tensor<2x8x1xf32>
    %Reshape.315 = stablehlo.reshape %SplitV.306 : (tensor<2xf32>) -> tensor<2x1x1xf32>
    %Add.316 = stablehlo.add %state.actorOptimizer.count, %Sub.56 : tensor<f32>
    %Add.317 = stablehlo.add %state.criticOptimizer.count, %Sub.56 : tensor<f32>
    %Square.318 = stablehlo.multiply %Sub.107, %Sub.107 : tensor<2x4xf32>
    %Mean.319 = stablehlo.reduce(%Square.318 init: %Sum.125) applies stablehlo.add across dimensions = [0, 1] : (tensor<2x4xf32>, tensor<f32>) -> tensor<f32>
    %Mean.320 = stablehlo.constant dense<8.0> : tensor<f32>
    %Mean.321 = stablehlo.divide %Mean.319, %Mean.320 : tensor<f32>
    %Multiply.322 = stablehlo.multiply %Mean.321, %Multiply.25 : tensor<f32>
    %Square.323 = stablehlo.multiply %Sub.24, %Sub.24 : tensor<4x2xf32>
    %Mean.324 = stablehlo.reduce(%Square.323 init: %Sum.125) applies stablehlo.add across dimensions = [0, 1] : (tensor<4x2xf32>, tensor<f32>) -> tensor<f32>
    %Mean.325 = stablehlo.divide %Mean.324, %Mean.320 : tensor<f32>
    %Mean.326 = stablehlo.reduce(%Reshape.201 init: %Sum.125) applies stablehlo.add across dimensions = [0, 1] : (tensor<1x4xf32>, tensor<f32>) -> tensor<f32>
    %Mean.327 = stablehlo.divide %Mean.326, %Mean.204 : tensor<f32>
    %Multiply.328 = stablehlo.multiply %RealDiv.207, %Mean.327 : tensor<f32>
    %Sub.329 = stablehlo.subtract %Mean.325, %Multiply.328 : tensor<f32>
    return %Reshape.276, %SplitV.271, %Reshape.277, %SplitV.273, %Reshape.278, %SplitV.275, %Reshape.169, %Reshape.174, %Reshape.181, %Reshape.186, %Reshape.192, %Reshape.197, %Reshape.307, %SplitV.296, %Reshape.308, %SplitV.298, %Reshape.309, %SplitV.300, %Reshape.310, %Reshape.311, %Reshape.312, %Reshape.313, %Reshape.314, %Reshape.315, %Add.250, %Add.254, %Add.264, %Add.257, %Add.316, %Add.140, %Add.145, %Add.156, %Add.148, %Add.317, %Multiply.322, %Sub.329, %Mean.325, %Mean.327 : tensor<3x8xf32>, tensor<8xf32>, tensor<8x8xf32>, tensor<8xf32>, tensor<8x2xf32>, tensor<2xf32>, tensor<2x5x8xf32>, tensor<2x1x8xf32>, tensor<2x8x8xf32>, tensor<2x1x8xf32>, tensor<2x8x1xf32>, tensor<2x1x1xf32>, tensor<3x8xf32>, tensor<8xf32>, tensor<8x8xf32>, tensor<8xf32>, tensor<8x2xf32>, tensor<2xf32>, tensor<2x5x8xf32>, tensor<2x1x8xf32>, tensor<2x8x8xf32>, tensor<2x1x8xf32>, tensor<2x8x1xf32>, tensor<2x1x1xf32>, tensor<122xf32>, tensor<122xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<258xf32>, tensor<258xf32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>
  }
}
