// The entry point, errors and events of a PJRT plug-in for the processor: XLA's CPU client, as TensorFlow's library exports
// it in C++, behind PJRT's C interface.
#include <cstddef>
#include <cstring>
#include <utility>

#include "handles.h"

namespace cpu_plugin {
namespace {

void DestroyError(PJRT_Error_Destroy_Args* args) { delete args->error; }

void ErrorMessage(PJRT_Error_Message_Args* args) {
  absl::string_view message = args->error->status.message();
  args->message = message.data();
  args->message_size = message.size();
}

absl::Status ErrorCode(PJRT_Error_GetCode_Args* args) {
  // PJRT_Error_Code has absl's numbers.
  args->code = static_cast<PJRT_Error_Code>(args->error->status.code());
  return absl::OkStatus();
}

absl::Status Initialize(PJRT_Plugin_Initialize_Args*) { return absl::OkStatus(); }

absl::Status PluginAttributes(PJRT_Plugin_Attributes_Args* args) {
  args->attributes = nullptr;
  args->num_attributes = 0;
  return absl::OkStatus();
}

absl::Status DestroyEvent(PJRT_Event_Destroy_Args* args) {
  delete args->event;
  return absl::OkStatus();
}

absl::Status EventIsReady(PJRT_Event_IsReady_Args* args) {
  args->is_ready = args->event->future.IsReady();
  return absl::OkStatus();
}

// The error of what the event stands for; the interface asks for it only once the event is ready.
absl::Status EventError(PJRT_Event_Error_Args* args) {
  if (!args->event->future.IsReady()) {
    return absl::FailedPreconditionError("PJRT_Event_Error must be called on an event that is ready: await it first");
  }
  return args->event->future.Await();
}

absl::Status AwaitEvent(PJRT_Event_Await_Args* args) { return args->event->future.Await(); }

absl::Status OnEventReady(PJRT_Event_OnReady_Args* args) {
  // The callback owns the error that it is given.
  args->event->future.OnReady([callback = args->callback, user = args->user_arg](const absl::Status& status) {
    callback(ToError(status), user);
  });
  return absl::OkStatus();
}

// What every function that this plug-in leaves out answers, whatever its argument.
PJRT_Error* Missing(void*) {
  return ToError(absl::UnimplementedError(
      "This plug-in, a test peer on XLA's CPU compiler, does not implement the function of PJRT_Api that was called"));
}

PJRT_Api MakeApi() {
  PJRT_Api api = {};
  // The table is function pointers from Error_Destroy to its end; an empty slot would end the caller's process.
  PJRT_Error* (*const missing)(void*) = Missing;
  for (size_t at = offsetof(PJRT_Api, PJRT_Error_Destroy); at < PJRT_Api_STRUCT_SIZE; at += sizeof missing) {
    std::memcpy(reinterpret_cast<char*>(&api) + at, &missing, sizeof missing);
  }

  api.struct_size = PJRT_Api_STRUCT_SIZE;
  api.pjrt_api_version.struct_size = PJRT_Api_Version_STRUCT_SIZE;
  api.pjrt_api_version.major_version = PJRT_API_MAJOR;
  api.pjrt_api_version.minor_version = PJRT_API_MINOR;
  api.PJRT_Error_Destroy = DestroyError;
  api.PJRT_Error_Message = ErrorMessage;
  CPU_PLUGIN_SET(api, Error_GetCode, ErrorCode);
  CPU_PLUGIN_SET(api, Plugin_Initialize, Initialize);
  CPU_PLUGIN_SET(api, Plugin_Attributes, PluginAttributes);
  CPU_PLUGIN_SET(api, Event_Destroy, DestroyEvent);
  CPU_PLUGIN_SET(api, Event_IsReady, EventIsReady);
  CPU_PLUGIN_SET(api, Event_Error, EventError);
  CPU_PLUGIN_SET(api, Event_Await, AwaitEvent);
  CPU_PLUGIN_SET(api, Event_OnReady, OnEventReady);
  AddClientFunctions(api);
  AddProgramFunctions(api);
  AddBufferFunctions(api);
  return api;
}

}  // namespace
}  // namespace cpu_plugin

extern "C" __attribute__((visibility("default"))) const PJRT_Api* GetPjrtApi() {
  static const PJRT_Api api = cpu_plugin::MakeApi();
  return &api;
}
