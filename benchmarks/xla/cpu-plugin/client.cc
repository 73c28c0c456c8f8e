// The client and its devices.
#include <utility>

#include "handles.h"
#include "xla/pjrt/plugin/xla_cpu/cpu_client_options.h"
#include "xla/pjrt/plugin/xla_cpu/xla_cpu_pjrt_client.h"

namespace cpu_plugin {
namespace {

// No client option is read: those in use speak of accelerators (memory to reserve, devices to see). Threads: as many as cores,
// XLA's default.
absl::Status CreateClient(PJRT_Client_Create_Args* args) {
  absl::StatusOr<std::unique_ptr<xla::PjRtClient>> client = xla::GetXlaPjrtCpuClient(xla::CpuClientOptions());
  CPU_PLUGIN_RETURN_IF_ERROR(client.status());
  auto handle = std::make_unique<PJRT_Client>();
  handle->client = *std::move(client);
  for (xla::PjRtDevice* device : handle->client->devices()) {
    handle->devices.push_back({device, {&device->description()}});
  }
  for (PJRT_Device& device : handle->devices) handle->device_pointers.push_back(&device);
  args->client = handle.release();
  return absl::OkStatus();
}

absl::Status DestroyClient(PJRT_Client_Destroy_Args* args) {
  delete args->client;
  return absl::OkStatus();
}

absl::Status PlatformName(PJRT_Client_PlatformName_Args* args) {
  absl::string_view name = args->client->client->platform_name();
  args->platform_name = name.data();
  args->platform_name_size = name.size();
  return absl::OkStatus();
}

absl::Status PlatformVersion(PJRT_Client_PlatformVersion_Args* args) {
  absl::string_view version = args->client->client->platform_version();
  args->platform_version = version.data();
  args->platform_version_size = version.size();
  return absl::OkStatus();
}

absl::Status Devices(PJRT_Client_Devices_Args* args) {
  args->devices = args->client->device_pointers.data();
  args->num_devices = args->client->device_pointers.size();
  return absl::OkStatus();
}

// One process, so every device is addressable.
absl::Status AddressableDevices(PJRT_Client_AddressableDevices_Args* args) {
  args->addressable_devices = args->client->device_pointers.data();
  args->num_addressable_devices = args->client->device_pointers.size();
  return absl::OkStatus();
}

absl::Status DeviceDescription(PJRT_Device_GetDescription_Args* args) {
  args->device_description = &args->device->description;
  return absl::OkStatus();
}

absl::Status DeviceIsAddressable(PJRT_Device_IsAddressable_Args* args) {
  args->is_addressable = true;
  return absl::OkStatus();
}

absl::Status MemoryStats(PJRT_Device_MemoryStats_Args*) {
  return absl::UnimplementedError("XLA keeps no statistics of the processor's memory");
}

absl::Status DescriptionId(PJRT_DeviceDescription_Id_Args* args) {
  args->id = args->device_description->description->id();
  return absl::OkStatus();
}

absl::Status DescriptionKind(PJRT_DeviceDescription_Kind_Args* args) {
  absl::string_view kind = args->device_description->description->device_kind();
  args->device_kind = kind.data();
  args->device_kind_size = kind.size();
  return absl::OkStatus();
}

absl::Status DescriptionDebugString(PJRT_DeviceDescription_DebugString_Args* args) {
  absl::string_view text = args->device_description->description->DebugString();
  args->debug_string = text.data();
  args->debug_string_size = text.size();
  return absl::OkStatus();
}

absl::Status DescriptionToString(PJRT_DeviceDescription_ToString_Args* args) {
  absl::string_view text = args->device_description->description->ToString();
  args->to_string = text.data();
  args->to_string_size = text.size();
  return absl::OkStatus();
}

}  // namespace

void AddClientFunctions(PJRT_Api& api) {
  CPU_PLUGIN_SET(api, Client_Create, CreateClient);
  CPU_PLUGIN_SET(api, Client_Destroy, DestroyClient);
  CPU_PLUGIN_SET(api, Client_PlatformName, PlatformName);
  CPU_PLUGIN_SET(api, Client_PlatformVersion, PlatformVersion);
  CPU_PLUGIN_SET(api, Client_Devices, Devices);
  CPU_PLUGIN_SET(api, Client_AddressableDevices, AddressableDevices);
  CPU_PLUGIN_SET(api, Device_GetDescription, DeviceDescription);
  CPU_PLUGIN_SET(api, Device_IsAddressable, DeviceIsAddressable);
  CPU_PLUGIN_SET(api, Device_MemoryStats, MemoryStats);
  CPU_PLUGIN_SET(api, DeviceDescription_Id, DescriptionId);
  CPU_PLUGIN_SET(api, DeviceDescription_Kind, DescriptionKind);
  CPU_PLUGIN_SET(api, DeviceDescription_DebugString, DescriptionDebugString);
  CPU_PLUGIN_SET(api, DeviceDescription_ToString, DescriptionToString);
}

}  // namespace cpu_plugin
