// Compiling, running and storing programs.
#include <optional>
#include <utility>

#include "handles.h"
#include "xla/hlo/builder/xla_computation.h"
#include "xla/pjrt/proto/compile_options.pb.h"
#include "xla/shape.h"

namespace xla {

// Declared in xla/pjrt/mlir_to_hlo.h, which cannot be included without LLVM's headers. Takes MLIR as text or bytecode, turns
// `tf.aliasing_output` into aliases of inputs and outputs, and answers with the parser's own message where the text is wrong.
absl::Status ParseMlirModuleStringAndConvertToXlaComputation(absl::string_view mlir_module_str,
                                                             XlaComputation& xla_computation, bool use_tuple_args,
                                                             bool return_tuple);

}  // namespace xla

namespace cpu_plugin {
namespace {

absl::StatusOr<xla::CompileOptions> ParseOptions(const char* bytes, size_t size) {
  xla::CompileOptionsProto proto;
  if (!proto.ParseFromArray(bytes, static_cast<int>(size))) {
    return absl::InvalidArgumentError(absl::StrCat(
        "compile_options must be a serialized CompileOptionsProto, received ", size, " bytes that do not parse as one"));
  }
  return xla::CompileOptions::FromProto(proto);
}

absl::Status Compile(PJRT_Client_Compile_Args* args) {
  CPU_PLUGIN_RETURN_IF_ERROR(CheckSize(args->program, PJRT_Program_STRUCT_SIZE, "program"));
  absl::string_view format(args->program->format, args->program->format_size);
  if (format != "mlir") {
    return absl::InvalidArgumentError(absl::StrCat("program.format must be \"mlir\", received \"", format, "\""));
  }
  absl::StatusOr<xla::CompileOptions> options = ParseOptions(args->compile_options, args->compile_options_size);
  CPU_PLUGIN_RETURN_IF_ERROR(options.status());

  // MLIR's lexer reads up to a zero byte, which the caller's text need not have: std::string appends one.
  std::string code(args->program->code, args->program->code_size);
  xla::XlaComputation computation;
  CPU_PLUGIN_RETURN_IF_ERROR(xla::ParseMlirModuleStringAndConvertToXlaComputation(
      code, computation, options->parameter_is_tupled_arguments, /*return_tuple=*/false));
  absl::StatusOr<std::unique_ptr<xla::PjRtLoadedExecutable>> loaded =
      args->client->client->CompileAndLoad(computation, *std::move(options));
  CPU_PLUGIN_RETURN_IF_ERROR(loaded.status());
  args->executable = new PJRT_LoadedExecutable{*std::move(loaded)};
  return absl::OkStatus();
}

// Runs on one device. Arguments that the program aliases with an output are donated: their buffers are dead afterwards.
absl::Status Execute(PJRT_LoadedExecutable_Execute_Args* args) {
  CPU_PLUGIN_RETURN_IF_ERROR(CheckSize(args->options, PJRT_ExecuteOptions_STRUCT_SIZE, "options"));
  if (args->num_devices != 1) {
    return absl::UnimplementedError(
        absl::StrCat("This plug-in runs programs on one device, received num_devices ", args->num_devices));
  }
  if (args->options->num_send_ops > 0 || args->options->num_recv_ops > 0) {
    return absl::UnimplementedError("This plug-in runs no programs that send to or receive from the host");
  }
  xla::ExecuteOptions options;
  options.launch_id = args->options->launch_id;
  for (size_t i = 0; i < args->options->num_non_donatable_input_indices; ++i) {
    options.non_donatable_input_indices.insert(static_cast<int>(args->options->non_donatable_input_indices[i]));
  }
  std::vector<std::vector<xla::PjRtBuffer*>> arguments(1);
  arguments[0].reserve(args->num_args);
  for (size_t i = 0; i < args->num_args; ++i) arguments[0].push_back(args->argument_lists[0][i]->buffer.get());

  std::optional<std::vector<xla::Future<>>> done;
  if (args->device_complete_events != nullptr) done.emplace();
  absl::StatusOr<std::vector<std::vector<std::unique_ptr<xla::PjRtBuffer>>>> outputs =
      args->executable->loaded->Execute(arguments, options, done);
  CPU_PLUGIN_RETURN_IF_ERROR(outputs.status());
  for (size_t i = 0; i < (*outputs)[0].size(); ++i) {
    args->output_lists[0][i] = new PJRT_Buffer{std::move((*outputs)[0][i])};
  }
  if (done.has_value()) args->device_complete_events[0] = new PJRT_Event{std::move((*done)[0])};
  return absl::OkStatus();
}

absl::Status GetExecutable(PJRT_LoadedExecutable_GetExecutable_Args* args) {
  args->executable = new PJRT_Executable{args->loaded_executable->loaded};
  return absl::OkStatus();
}

absl::Status DeleteLoaded(PJRT_LoadedExecutable_Delete_Args* args) {
  args->executable->loaded->Delete();
  return absl::OkStatus();
}

absl::Status LoadedIsDeleted(PJRT_LoadedExecutable_IsDeleted_Args* args) {
  args->is_deleted = args->executable->loaded->IsDeleted();
  return absl::OkStatus();
}

absl::Status DestroyLoaded(PJRT_LoadedExecutable_Destroy_Args* args) {
  delete args->executable;
  return absl::OkStatus();
}

absl::Status DestroyExecutable(PJRT_Executable_Destroy_Args* args) {
  delete args->executable;
  return absl::OkStatus();
}

absl::Status NumOutputs(PJRT_Executable_NumOutputs_Args* args) {
  absl::StatusOr<std::vector<xla::Shape>> shapes = args->executable->loaded->GetExecutable()->GetOutputShapes();
  CPU_PLUGIN_RETURN_IF_ERROR(shapes.status());
  // One shape per program; a program with several results, or none, has a tuple of them.
  const xla::Shape& shape = shapes->front();
  args->num_outputs = shape.IsTuple() ? shape.tuple_shapes().size() : 1;
  return absl::OkStatus();
}

absl::Status Serialize(PJRT_Executable_Serialize_Args* args) {
  absl::StatusOr<std::string> bytes = args->executable->loaded->GetExecutable()->SerializeExecutable();
  CPU_PLUGIN_RETURN_IF_ERROR(bytes.status());
  args->serialized_executable = new PJRT_SerializedExecutable{*std::move(bytes)};
  args->serialized_executable_deleter = [](PJRT_SerializedExecutable* serialized) { delete serialized; };
  args->serialized_bytes = args->serialized_executable->bytes.data();
  args->serialized_bytes_size = args->serialized_executable->bytes.size();
  return absl::OkStatus();
}

absl::Status DeserializeAndLoad(PJRT_Executable_DeserializeAndLoad_Args* args) {
  std::optional<xla::CompileOptions> options;  // Without overriding ones, those that the program was compiled with.
  if (args->overridden_serialized_compile_options != nullptr) {
    absl::StatusOr<xla::CompileOptions> parsed = ParseOptions(args->overridden_serialized_compile_options,
                                                              args->overridden_serialized_compile_options_size);
    CPU_PLUGIN_RETURN_IF_ERROR(parsed.status());
    options = *std::move(parsed);
  }
  absl::StatusOr<std::unique_ptr<xla::PjRtLoadedExecutable>> loaded = args->client->client->LoadSerializedExecutable(
      absl::string_view(args->serialized_executable, args->serialized_executable_size), std::move(options),
      xla::LoadOptions());
  CPU_PLUGIN_RETURN_IF_ERROR(loaded.status());
  args->loaded_executable = new PJRT_LoadedExecutable{*std::move(loaded)};
  return absl::OkStatus();
}

}  // namespace

void AddProgramFunctions(PJRT_Api& api) {
  CPU_PLUGIN_SET(api, Client_Compile, Compile);
  CPU_PLUGIN_SET(api, LoadedExecutable_Execute, Execute);
  CPU_PLUGIN_SET(api, LoadedExecutable_GetExecutable, GetExecutable);
  CPU_PLUGIN_SET(api, LoadedExecutable_Delete, DeleteLoaded);
  CPU_PLUGIN_SET(api, LoadedExecutable_IsDeleted, LoadedIsDeleted);
  CPU_PLUGIN_SET(api, LoadedExecutable_Destroy, DestroyLoaded);
  CPU_PLUGIN_SET(api, Executable_Destroy, DestroyExecutable);
  CPU_PLUGIN_SET(api, Executable_NumOutputs, NumOutputs);
  CPU_PLUGIN_SET(api, Executable_Serialize, Serialize);
  CPU_PLUGIN_SET(api, Executable_DeserializeAndLoad, DeserializeAndLoad);
}

}  // namespace cpu_plugin
