// What PJRT's opaque handles hold in this plug-in, and how a function that returns absl::Status becomes an entry of PJRT_Api.
#ifndef CPU_PLUGIN_HANDLES_H_
#define CPU_PLUGIN_HANDLES_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "xla/future.h"
#include "xla/pjrt/c/pjrt_c_api.h"
#include "xla/pjrt/pjrt_client.h"
#include "xla/pjrt/pjrt_executable.h"

struct PJRT_Error {
  absl::Status status;
};

struct PJRT_Event {
  xla::Future<> future;
};

// Owned by the device.
struct PJRT_DeviceDescription {
  const xla::PjRtDeviceDescription* description;
};

// Owned by the client.
struct PJRT_Device {
  xla::PjRtDevice* device;
  PJRT_DeviceDescription description;
};

struct PJRT_Client {
  std::unique_ptr<xla::PjRtClient> client;
  std::vector<PJRT_Device> devices;
  std::vector<PJRT_Device*> device_pointers;  // What the interface lists: the addresses of `devices`.
};

// Both kinds of handle share the compiled program, so that they may be destroyed in either order.
struct PJRT_LoadedExecutable {
  std::shared_ptr<xla::PjRtLoadedExecutable> loaded;
};

struct PJRT_Executable {
  std::shared_ptr<xla::PjRtLoadedExecutable> loaded;
};

struct PJRT_SerializedExecutable {
  std::string bytes;
};

struct PJRT_Buffer {
  std::unique_ptr<xla::PjRtBuffer> buffer;
};

namespace cpu_plugin {

inline PJRT_Error* ToError(absl::Status status) { return status.ok() ? nullptr : new PJRT_Error{std::move(status)}; }

// Refuses an argument struct of an older caller that lacks fields which this plug-in reads.
template <typename Args>
absl::Status CheckSize(const Args* args, size_t expected, const char* name) {
  if (args->struct_size >= expected) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(name, ".struct_size must be at least ", expected, ", received ", args->struct_size));
}

// The entry of PJRT_Api for `body`, which takes the argument struct and returns a status.
template <typename Args, size_t expected, absl::Status (*body)(Args*)>
PJRT_Error* Entry(Args* args) {
  if (absl::Status size = CheckSize(args, expected, "The argument"); !size.ok()) return ToError(std::move(size));
  return ToError(body(args));
}

// Each adds its functions to the table.
void AddClientFunctions(PJRT_Api& api);
void AddProgramFunctions(PJRT_Api& api);
void AddBufferFunctions(PJRT_Api& api);

}  // namespace cpu_plugin

// Sets api.PJRT_NAME to `body`, wrapped; the struct and its size are named after the function.
#define CPU_PLUGIN_SET(api, NAME, body) \
  (api).PJRT_##NAME = cpu_plugin::Entry<PJRT_##NAME##_Args, PJRT_##NAME##_Args_STRUCT_SIZE, body>

// Returns from the function that it stands in when `expression`, a status, is not ok.
#define CPU_PLUGIN_RETURN_IF_ERROR(expression) \
  if (absl::Status status = (expression); !status.ok()) return status

#endif  // CPU_PLUGIN_HANDLES_H_
