// Buffers on the device, and their way from and to the host.
#include <optional>
#include <utility>

#include "absl/types/span.h"
#include "handles.h"
#include "xla/literal.h"
#include "xla/shape_util.h"
#include "xla/xla_data.pb.h"

namespace cpu_plugin {
namespace {

// The types that have a place in both numberings. The two agree up to F64 and part after it.
constexpr std::pair<PJRT_Buffer_Type, xla::PrimitiveType> kTypes[] = {
    {PJRT_Buffer_Type_PRED, xla::PRED}, {PJRT_Buffer_Type_S8, xla::S8},     {PJRT_Buffer_Type_S16, xla::S16},
    {PJRT_Buffer_Type_S32, xla::S32},   {PJRT_Buffer_Type_S64, xla::S64},   {PJRT_Buffer_Type_U8, xla::U8},
    {PJRT_Buffer_Type_U16, xla::U16},   {PJRT_Buffer_Type_U32, xla::U32},   {PJRT_Buffer_Type_U64, xla::U64},
    {PJRT_Buffer_Type_F16, xla::F16},   {PJRT_Buffer_Type_F32, xla::F32},   {PJRT_Buffer_Type_F64, xla::F64},
    {PJRT_Buffer_Type_BF16, xla::BF16}, {PJRT_Buffer_Type_C64, xla::C64},   {PJRT_Buffer_Type_C128, xla::C128},
};

absl::Status BufferFromHost(PJRT_Client_BufferFromHostBuffer_Args* args) {
  if (args->memory != nullptr || args->device_layout != nullptr) {
    return absl::UnimplementedError(
        "This plug-in puts buffers in the device's default memory and layout: memory and device_layout must be null");
  }
  if (args->device == nullptr) return absl::InvalidArgumentError("device must be given, received null");
  xla::PrimitiveType type = xla::PRIMITIVE_TYPE_INVALID;
  for (const auto& [c_type, xla_type] : kTypes) {
    if (c_type == args->type) type = xla_type;
  }
  if (type == xla::PRIMITIVE_TYPE_INVALID) {
    return absl::UnimplementedError(
        absl::StrCat("This plug-in has no buffers of PJRT_Buffer_Type ", static_cast<int>(args->type)));
  }
  std::optional<absl::Span<const int64_t>> strides;
  if (args->byte_strides != nullptr) strides.emplace(args->byte_strides, args->num_byte_strides);
  absl::StatusOr<xla::PjRtMemorySpace*> memory = args->device->device->default_memory_space();
  CPU_PLUGIN_RETURN_IF_ERROR(memory.status());

  auto [promise, future] = xla::MakePromise<>();
  absl::StatusOr<std::unique_ptr<xla::PjRtBuffer>> buffer = args->client->client->BufferFromHostBuffer(
      args->data, type, absl::Span<const int64_t>(args->dims, args->num_dims), strides,
      // The two enumerations list the same semantics in the same order.
      static_cast<xla::PjRtClient::HostBufferSemantics>(args->host_buffer_semantics),
      [done = std::move(promise)]() mutable { done.Set(absl::OkStatus()); }, *memory, /*device_layout=*/nullptr);
  CPU_PLUGIN_RETURN_IF_ERROR(buffer.status());
  args->buffer = new PJRT_Buffer{*std::move(buffer)};
  args->done_with_host_buffer = new PJRT_Event{std::move(future)};
  return absl::OkStatus();
}

absl::Status ToHost(PJRT_Buffer_ToHostBuffer_Args* args) {
  if (args->host_layout != nullptr) {
    return absl::UnimplementedError("This plug-in reads buffers in their own layout: host_layout must be null");
  }
  xla::PjRtBuffer* buffer = args->src->buffer.get();
  if (buffer->IsDeleted()) {
    return absl::InvalidArgumentError("src must be alive, but it has been deleted or donated to a run");
  }
  xla::Shape shape = xla::ShapeUtil::DeviceShapeToHostShape(buffer->on_device_shape());
  size_t size = xla::ShapeUtil::ByteSizeOfElements(shape);
  if (args->dst == nullptr) {  // A question for the size.
    args->dst_size = size;
    args->event = nullptr;
    return absl::OkStatus();
  }
  if (args->dst_size < size) {
    return absl::InvalidArgumentError(
        absl::StrCat("dst_size must be at least ", size, " bytes, received ", args->dst_size));
  }
  // The literal, a shape over the caller's memory, has to live until the copy is done.
  auto literal = std::make_unique<xla::MutableBorrowingLiteral>(static_cast<const char*>(args->dst), shape);
  xla::Future<> copied = buffer->ToLiteral(literal.get());
  copied.OnReady([literal = std::move(literal)](const absl::Status&) {});
  args->event = new PJRT_Event{std::move(copied)};
  return absl::OkStatus();
}

absl::Status DestroyBuffer(PJRT_Buffer_Destroy_Args* args) {
  delete args->buffer;
  return absl::OkStatus();
}

absl::Status ElementType(PJRT_Buffer_ElementType_Args* args) {
  for (const auto& [c_type, xla_type] : kTypes) {
    if (xla_type == args->buffer->buffer->element_type()) {
      args->type = c_type;
      return absl::OkStatus();
    }
  }
  return absl::UnimplementedError(absl::StrCat("This plug-in has no PJRT_Buffer_Type for XLA's type ",
                                               xla::PrimitiveType_Name(args->buffer->buffer->element_type())));
}

absl::Status Dimensions(PJRT_Buffer_Dimensions_Args* args) {
  absl::Span<const int64_t> dimensions = args->buffer->buffer->dimensions();
  args->dims = dimensions.data();
  args->num_dims = dimensions.size();
  return absl::OkStatus();
}

absl::Status OnDeviceSize(PJRT_Buffer_OnDeviceSizeInBytes_Args* args) {
  absl::StatusOr<size_t> size = args->buffer->buffer->GetOnDeviceSizeInBytes();
  CPU_PLUGIN_RETURN_IF_ERROR(size.status());
  args->on_device_size_in_bytes = *size;
  return absl::OkStatus();
}

absl::Status DeleteBuffer(PJRT_Buffer_Delete_Args* args) {
  args->buffer->buffer->Delete();
  return absl::OkStatus();
}

absl::Status IsDeleted(PJRT_Buffer_IsDeleted_Args* args) {
  args->is_deleted = args->buffer->buffer->IsDeleted();
  return absl::OkStatus();
}

// Ready once the buffer holds its numbers, or the run that should have written them has failed.
absl::Status ReadyEvent(PJRT_Buffer_ReadyEvent_Args* args) {
  args->event = new PJRT_Event{args->buffer->buffer->GetReadyFuture()};
  return absl::OkStatus();
}

}  // namespace

void AddBufferFunctions(PJRT_Api& api) {
  CPU_PLUGIN_SET(api, Client_BufferFromHostBuffer, BufferFromHost);
  CPU_PLUGIN_SET(api, Buffer_ToHostBuffer, ToHost);
  CPU_PLUGIN_SET(api, Buffer_Destroy, DestroyBuffer);
  CPU_PLUGIN_SET(api, Buffer_ElementType, ElementType);
  CPU_PLUGIN_SET(api, Buffer_Dimensions, Dimensions);
  CPU_PLUGIN_SET(api, Buffer_OnDeviceSizeInBytes, OnDeviceSize);
  CPU_PLUGIN_SET(api, Buffer_Delete, DeleteBuffer);
  CPU_PLUGIN_SET(api, Buffer_IsDeleted, IsDeleted);
  CPU_PLUGIN_SET(api, Buffer_ReadyEvent, ReadyEvent);
}

}  // namespace cpu_plugin
