// Stands in for MLIR's header of the same name. XLA's pjrt_client.h includes it, and the wheel ships MLIR's headers without
// the LLVM headers that they include in turn. The plug-in hands programs over as text and holds no module itself, so all it
// needs is a type with the right name for the declarations: one pointer, as in MLIR.
#ifndef MLIR_IR_BUILTINOPS_H_
#define MLIR_IR_BUILTINOPS_H_

namespace mlir {

class ModuleOp {
  void* operation = nullptr;
};

}  // namespace mlir

#endif  // MLIR_IR_BUILTINOPS_H_
