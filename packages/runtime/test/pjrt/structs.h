// The argument structs of PJRT's C interface as far as lamo uses them, by C types: the compiler computes where each field
// lies, independently of what packages/runtime/src/pjrt/interface.ts computes. Written from OpenXLA's pjrt_c_api.h.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef void *handle;
typedef const char *text;

#define FIELDS_NamedValue(F) F(text, name) F(size_t, name_size) F(int, type) F(union value, value) F(size_t, value_size)
#define FIELDS_Program(F) F(text, code) F(size_t, code_size) F(text, format) F(size_t, format_size)
#define FIELDS_ExecuteOptions(F)                                                                                  \
  F(handle, send_callbacks) F(handle, recv_callbacks) F(size_t, num_send_ops) F(size_t, num_recv_ops)             \
  F(int, launch_id) F(const int64_t *, non_donatable_input_indices) F(size_t, num_non_donatable_input_indices)    \
  F(handle, context) F(text, call_location) F(size_t, num_tasks) F(int *, task_ids) F(int64_t *, incarnation_ids)

#define FIELDS_Error_Destroy(F) F(handle, error)
#define FIELDS_Error_Message(F) F(handle, error) F(text, message) F(size_t, message_size)
#define FIELDS_Error_GetCode(F) F(handle, error) F(int, code)
#define FIELDS_Plugin_Initialize(F)
#define FIELDS_Event_Destroy(F) F(handle, event)
#define FIELDS_Event_IsReady(F) F(handle, event) F(bool, is_ready)
#define FIELDS_Event_Error(F) F(handle, event)
#define FIELDS_Event_Await(F) F(handle, event)
#define FIELDS_Client_Create(F)                                                                                   \
  F(const struct NamedValue *, create_options) F(size_t, num_options) F(handle, kv_get_callback)                  \
  F(handle, kv_get_user_arg) F(handle, kv_put_callback) F(handle, kv_put_user_arg) F(handle, client)              \
  F(handle, kv_try_get_callback) F(handle, kv_try_get_user_arg)
#define FIELDS_Client_Destroy(F) F(handle, client)
#define FIELDS_Client_PlatformName(F) F(handle, client) F(text, platform_name) F(size_t, platform_name_size)
#define FIELDS_Client_PlatformVersion(F) F(handle, client) F(text, platform_version) F(size_t, platform_version_size)
#define FIELDS_Client_AddressableDevices(F)                                                                       \
  F(handle, client) F(handle *, addressable_devices) F(size_t, num_addressable_devices)
#define FIELDS_Client_Compile(F)                                                                                  \
  F(handle, client) F(const struct Program *, program) F(text, compile_options) F(size_t, compile_options_size)   \
  F(handle, executable)
#define FIELDS_Client_BufferFromHostBuffer(F)                                                                     \
  F(handle, client) F(const void *, data) F(int, type) F(const int64_t *, dims) F(size_t, num_dims)               \
  F(const int64_t *, byte_strides) F(size_t, num_byte_strides) F(int, host_buffer_semantics) F(handle, device)    \
  F(handle, memory) F(handle, device_layout) F(handle, done_with_host_buffer) F(handle, buffer)
#define FIELDS_DeviceDescription_Id(F) F(handle, device_description) F(int, id)
#define FIELDS_DeviceDescription_Kind(F) F(handle, device_description) F(text, device_kind) F(size_t, device_kind_size)
#define FIELDS_DeviceDescription_ToString(F) F(handle, device_description) F(text, string) F(size_t, string_size)
#define FIELDS_Device_GetDescription(F) F(handle, device) F(handle, device_description)
#define FIELDS_Device_MemoryStats(F)                                                                              \
  F(handle, device) F(int64_t, bytes_in_use)                                                                      \
  F(int64_t, peak_bytes_in_use) F(bool, peak_bytes_in_use_is_set) F(int64_t, num_allocs) F(bool, num_allocs_is_set) \
  F(int64_t, largest_alloc_size) F(bool, largest_alloc_size_is_set) F(int64_t, bytes_limit) F(bool, bytes_limit_is_set) \
  F(int64_t, bytes_reserved) F(bool, bytes_reserved_is_set)                                                       \
  F(int64_t, peak_bytes_reserved) F(bool, peak_bytes_reserved_is_set)                                             \
  F(int64_t, bytes_reservable_limit) F(bool, bytes_reservable_limit_is_set)                                       \
  F(int64_t, largest_free_block_bytes) F(bool, largest_free_block_bytes_is_set)                                   \
  F(int64_t, pool_bytes) F(bool, pool_bytes_is_set) F(int64_t, peak_pool_bytes) F(bool, peak_pool_bytes_is_set)
#define FIELDS_Executable_Destroy(F) F(handle, executable)
#define FIELDS_Executable_NumOutputs(F) F(handle, executable) F(size_t, num_outputs)
#define FIELDS_Executable_Serialize(F)                                                                            \
  F(handle, executable) F(text, serialized_bytes) F(size_t, serialized_bytes_size)                                \
  F(handle, serialized_executable) F(deleter, serialized_executable_deleter)
#define FIELDS_LoadedExecutable_Destroy(F) F(handle, executable)
#define FIELDS_LoadedExecutable_GetExecutable(F) F(handle, loaded_executable) F(handle, executable)
#define FIELDS_LoadedExecutable_Execute(F)                                                                        \
  F(handle, executable) F(const struct ExecuteOptions *, options) F(handle **, argument_lists)                    \
  F(size_t, num_devices) F(size_t, num_args) F(handle **, output_lists) F(handle *, device_complete_events)       \
  F(handle, execute_device)
#define FIELDS_Executable_DeserializeAndLoad(F)                                                                   \
  F(handle, client) F(text, serialized_executable) F(size_t, serialized_executable_size)                          \
  F(handle, loaded_executable) F(text, overridden_serialized_compile_options)                                     \
  F(size_t, overridden_serialized_compile_options_size)
#define FIELDS_Buffer_Destroy(F) F(handle, buffer)
#define FIELDS_Buffer_ElementType(F) F(handle, buffer) F(int, type)
#define FIELDS_Buffer_Dimensions(F) F(handle, buffer) F(const int64_t *, dims) F(size_t, num_dims)
#define FIELDS_Buffer_IsDeleted(F) F(handle, buffer) F(bool, is_deleted)
#define FIELDS_Buffer_ToHostBuffer(F)                                                                             \
  F(handle, src) F(handle, host_layout) F(void *, dst) F(size_t, dst_size) F(handle, event)
#define FIELDS_Buffer_ReadyEvent(F) F(handle, buffer) F(handle, event)

// The functions in the order of PJRT_Api: C is called by lamo, and has a struct above; N is not.
#define FUNCTIONS(C, N)                                                                                           \
  C(Error_Destroy) C(Error_Message) C(Error_GetCode) C(Plugin_Initialize) N(Plugin_Attributes) C(Event_Destroy)   \
  C(Event_IsReady) C(Event_Error) C(Event_Await) N(Event_OnReady) C(Client_Create) C(Client_Destroy)              \
  C(Client_PlatformName) N(Client_ProcessIndex) C(Client_PlatformVersion) N(Client_Devices)                       \
  C(Client_AddressableDevices) N(Client_LookupDevice) N(Client_LookupAddressableDevice)                           \
  N(Client_AddressableMemories) C(Client_Compile) N(Client_DefaultDeviceAssignment)                               \
  C(Client_BufferFromHostBuffer) C(DeviceDescription_Id) N(DeviceDescription_ProcessIndex)                        \
  N(DeviceDescription_Attributes) C(DeviceDescription_Kind) N(DeviceDescription_DebugString)                      \
  C(DeviceDescription_ToString) C(Device_GetDescription) N(Device_IsAddressable) N(Device_LocalHardwareId)        \
  N(Device_AddressableMemories) N(Device_DefaultMemory) C(Device_MemoryStats) N(Memory_Id) N(Memory_Kind)         \
  N(Memory_DebugString) N(Memory_ToString) N(Memory_AddressableByDevices) C(Executable_Destroy)                   \
  N(Executable_Name) N(Executable_NumReplicas) N(Executable_NumPartitions) C(Executable_NumOutputs)               \
  N(Executable_SizeOfGeneratedCodeInBytes) N(Executable_GetCostAnalysis) N(Executable_OutputMemoryKinds)          \
  N(Executable_OptimizedProgram) C(Executable_Serialize) C(LoadedExecutable_Destroy)                              \
  C(LoadedExecutable_GetExecutable) N(LoadedExecutable_AddressableDevices) N(LoadedExecutable_Delete)             \
  N(LoadedExecutable_IsDeleted) C(LoadedExecutable_Execute) C(Executable_DeserializeAndLoad)                      \
  N(LoadedExecutable_Fingerprint) C(Buffer_Destroy) C(Buffer_ElementType) C(Buffer_Dimensions)                    \
  N(Buffer_UnpaddedDimensions) N(Buffer_DynamicDimensionIndices) N(Buffer_GetMemoryLayout)                        \
  N(Buffer_OnDeviceSizeInBytes) N(Buffer_Device) N(Buffer_Memory) N(Buffer_Delete) C(Buffer_IsDeleted)            \
  N(Buffer_CopyToDevice) C(Buffer_ToHostBuffer) N(Buffer_IsOnCpu) C(Buffer_ReadyEvent)

typedef void (*deleter)(handle);
union value { text string_value; int64_t int64_value; const int64_t *int64_array_value; float float_value; bool bool_value; };

#define FIELD(type, name) type name;
#define STRUCT(name) struct name { size_t struct_size; void *extension_start; FIELDS_##name(FIELD) };
#define NOTHING(name)
STRUCT(NamedValue) STRUCT(Program) STRUCT(ExecuteOptions) FUNCTIONS(STRUCT, NOTHING)

#define SLOT(name) handle (*name)(struct name *);
#define EMPTY_SLOT(name) void *name;
struct Api {
  size_t struct_size; void *extension_start;
  struct { size_t struct_size; void *extension_start; int major_version, minor_version; } version;
  FUNCTIONS(SLOT, EMPTY_SLOT)
};
