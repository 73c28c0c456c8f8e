// Checks a PJRT plug-in for the processor: check PLUGIN.so. Ends with 1 at the first answer that is not as expected.
#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "xla/pjrt/c/pjrt_c_api.h"

// state and sum of squares: the state is donated to the first result.
static const char kStep[] =
    "func.func public @main(%s: tensor<2x3xf32> {tf.aliasing_output = 0 : i32}, %x: tensor<2x3xf32>)\n"
    "    -> (tensor<2x3xf32>, tensor<f32>) {\n"
    "  %0 = stablehlo.add %s, %x : tensor<2x3xf32>\n"
    "  %1 = stablehlo.multiply %0, %0 : tensor<2x3xf32>\n"
    "  %2 = stablehlo.constant dense<0.0> : tensor<f32>\n"
    "  %3 = stablehlo.reduce(%1 init: %2) applies stablehlo.add across dimensions = [0, 1]\n"
    "      : (tensor<2x3xf32>, tensor<f32>) -> tensor<f32>\n"
    "  return %0, %3 : tensor<2x3xf32>, tensor<f32>\n"
    "}\n";

// v = 4 times v x rows[i], i counting up: a loop that slices by its counter and multiplies matrices.
static const char kLoop[] =
    "func.func public @main(%v: tensor<1x2xf32>, %rows: tensor<4x2x2xf32>) -> tensor<1x2xf32> {\n"
    "  %zero = stablehlo.constant dense<0> : tensor<i32>\n"
    "  %one = stablehlo.constant dense<1> : tensor<i32>\n"
    "  %four = stablehlo.constant dense<4> : tensor<i32>\n"
    "  %r:2 = stablehlo.while(%i = %zero, %w = %v) : tensor<i32>, tensor<1x2xf32>\n"
    "    cond {\n"
    "      %c = stablehlo.compare LT, %i, %four, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>\n"
    "      stablehlo.return %c : tensor<i1>\n"
    "    } do {\n"
    "      %s = stablehlo.dynamic_slice %rows, %i, %zero, %zero, sizes = [1, 2, 2]\n"
    "          : (tensor<4x2x2xf32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<1x2x2xf32>\n"
    "      %m = stablehlo.reshape %s : (tensor<1x2x2xf32>) -> tensor<2x2xf32>\n"
    "      %n = stablehlo.dot_general %w, %m, contracting_dims = [1] x [0]\n"
    "          : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32>\n"
    "      %j = stablehlo.add %i, %one : tensor<i32>\n"
    "      stablehlo.return %j, %n : tensor<i32>, tensor<1x2xf32>\n"
    "    }\n"
    "  return %r#1 : tensor<1x2xf32>\n"
    "}\n";

// num_replicas = 1, num_partitions = 1 in a CompileOptionsProto.
static const char kOptions[] = {0x1a, 4, 0x20, 1, 0x28, 1};

static const PJRT_Api* api;
static PJRT_Client* client;
static PJRT_Device* device;

static void Fail(const char* what) {
  fprintf(stderr, "check: %s\n", what);
  exit(1);
}

static void Expect(int truth, const char* what) {
  if (!truth) Fail(what);
}

// The message of an error, which is destroyed; empty without one.
static const char* Message(PJRT_Error* error) {
  static char text[4096];
  text[0] = 0;
  if (error == NULL) return text;
  PJRT_Error_Message_Args message = {sizeof message, NULL, error};
  api->PJRT_Error_Message(&message);
  snprintf(text, sizeof text, "%.*s", (int)message.message_size, message.message);
  PJRT_Error_Destroy_Args destroy = {sizeof destroy, NULL, error};
  api->PJRT_Error_Destroy(&destroy);
  return text;
}

static void Ok(PJRT_Error* error) {
  if (error != NULL) Fail(Message(error));
}

static void Await(PJRT_Event* event) {
  PJRT_Event_Await_Args await = {sizeof await, NULL, event};
  Ok(api->PJRT_Event_Await(&await));
  PJRT_Event_Destroy_Args destroy = {sizeof destroy, NULL, event};
  Ok(api->PJRT_Event_Destroy(&destroy));
}

static PJRT_Error* Compile(const char* text, PJRT_LoadedExecutable** executable) {
  PJRT_Program program = {sizeof program, NULL, (char*)text, strlen(text), "mlir", 4};
  PJRT_Client_Compile_Args args = {sizeof args, NULL, client, &program, kOptions, sizeof kOptions};
  PJRT_Error* error = api->PJRT_Client_Compile(&args);
  *executable = args.executable;
  return error;
}

static PJRT_Buffer* Upload(const float* data, const int64_t* dims, size_t rank) {
  PJRT_Client_BufferFromHostBuffer_Args args = {
      sizeof args, NULL, client, data, PJRT_Buffer_Type_F32, dims, rank,
      NULL, 0, PJRT_HostBufferSemantics_kImmutableOnlyDuringCall, device};
  Ok(api->PJRT_Client_BufferFromHostBuffer(&args));
  Await(args.done_with_host_buffer);
  return args.buffer;
}

static void Download(PJRT_Buffer* buffer, float* to, size_t count) {
  PJRT_Buffer_ToHostBuffer_Args args = {sizeof args, NULL, buffer, NULL, to, count * sizeof *to};
  Ok(api->PJRT_Buffer_ToHostBuffer(&args));
  Await(args.event);
}

static void Destroy(PJRT_Buffer* buffer) {
  PJRT_Buffer_Destroy_Args args = {sizeof args, NULL, buffer};
  Ok(api->PJRT_Buffer_Destroy(&args));
}

static int IsDeleted(PJRT_Buffer* buffer) {
  PJRT_Buffer_IsDeleted_Args args = {sizeof args, NULL, buffer};
  Ok(api->PJRT_Buffer_IsDeleted(&args));
  return args.is_deleted;
}

static PJRT_Error* Run(PJRT_LoadedExecutable* executable, PJRT_Buffer* const* inputs, size_t count,
                       PJRT_Buffer** outputs) {
  PJRT_ExecuteOptions options = {sizeof options};
  PJRT_Event* done = NULL;
  PJRT_LoadedExecutable_Execute_Args args = {sizeof args, NULL, executable, &options, &inputs, 1, count, &outputs, &done};
  PJRT_Error* error = api->PJRT_LoadedExecutable_Execute(&args);
  if (error == NULL) Await(done);
  return error;
}

static long ResidentKiB(void) {
  long pages = 0, resident = 0;
  FILE* file = fopen("/proc/self/statm", "r");
  if (file == NULL || fscanf(file, "%ld %ld", &pages, &resident) != 2) Fail("/proc/self/statm cannot be read");
  fclose(file);
  return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

static void CheckDonation(PJRT_LoadedExecutable* step) {
  const float zeros[6] = {0}, ones[6] = {1, 1, 1, 1, 1, 1};
  const int64_t dims[] = {2, 3};
  float state[6], sum;
  PJRT_Buffer* inputs[] = {Upload(zeros, dims, 2), Upload(ones, dims, 2)};
  long before = 0;
  for (int run = 1; run <= 2000; ++run) {
    PJRT_Buffer* outputs[2];
    Ok(Run(step, inputs, 2, outputs));
    Expect(IsDeleted(inputs[0]), "a donated state must be dead after the run");
    Expect(!IsDeleted(inputs[1]), "an argument that is not donated must live on");
    PJRT_Buffer* again[2];
    if (run == 1) Expect(Message(Run(step, inputs, 2, again))[0] != 0, "a dead state must not be taken a second time");
    Download(outputs[0], state, 6);
    Download(outputs[1], &sum, 1);
    Expect(state[0] == run && state[5] == run, "the state must have grown by one in each element");
    Expect(sum == 6.0f * run * run, "the second result must be the sum of squares");
    Destroy(inputs[0]);
    Destroy(outputs[1]);
    inputs[0] = outputs[0];
    if (run == 1000) before = ResidentKiB();
  }
  // Ten bytes a run are noise of the allocator; a leaked handle or buffer is hundreds.
  Expect(ResidentKiB() - before < 100, "a thousand runs must not take more memory");
  Destroy(inputs[0]);
  Destroy(inputs[1]);
}

static void CheckLoop(PJRT_LoadedExecutable* loop) {
  const float v[2] = {1, 2};
  const float rows[16] = {1, 1, 0, 1, 2, 0, 0, 1, 0, 1, 1, 0, 1, 0, 3, 1};
  const int64_t v_dims[] = {1, 2}, row_dims[] = {4, 2, 2};
  PJRT_Buffer* inputs[] = {Upload(v, v_dims, 2), Upload(rows, row_dims, 3)};
  PJRT_Buffer* output;
  float result[2];
  Ok(Run(loop, inputs, 2, &output));
  Download(output, result, 2);
  // [1 2] -> [1 3] -> [2 3] -> [3 2] -> [9 2], by hand.
  Expect(result[0] == 9 && result[1] == 2, "the loop must give [9 2]");
  Destroy(output);
  Destroy(inputs[0]);
  Destroy(inputs[1]);
}

static void CheckStored(PJRT_LoadedExecutable* loop) {
  PJRT_LoadedExecutable_GetExecutable_Args get = {sizeof get, NULL, loop};
  Ok(api->PJRT_LoadedExecutable_GetExecutable(&get));
  PJRT_Executable_Serialize_Args store = {sizeof store, NULL, get.executable};
  Ok(api->PJRT_Executable_Serialize(&store));
  PJRT_Executable_DeserializeAndLoad_Args load = {sizeof load, NULL, client, store.serialized_bytes,
                                                  store.serialized_bytes_size};
  Ok(api->PJRT_Executable_DeserializeAndLoad(&load));
  store.serialized_executable_deleter(store.serialized_executable);
  PJRT_Executable_Destroy_Args destroy = {sizeof destroy, NULL, get.executable};
  Ok(api->PJRT_Executable_Destroy(&destroy));
  CheckLoop(load.loaded_executable);
  PJRT_LoadedExecutable_Destroy_Args unload = {sizeof unload, NULL, load.loaded_executable};
  Ok(api->PJRT_LoadedExecutable_Destroy(&unload));
}

int main(int argc, char** argv) {
  if (argc != 2) Fail("usage: check PLUGIN.so");
  void* library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) Fail(dlerror());
  const PJRT_Api* (*get)(void) = (const PJRT_Api* (*)(void))dlsym(library, "GetPjrtApi");
  if (get == NULL) Fail(dlerror());
  api = get();
  PJRT_Plugin_Initialize_Args initialize = {sizeof initialize};
  Ok(api->PJRT_Plugin_Initialize(&initialize));
  PJRT_Client_Create_Args create = {sizeof create};
  Ok(api->PJRT_Client_Create(&create));
  client = create.client;
  PJRT_Client_AddressableDevices_Args devices = {sizeof devices, NULL, client};
  Ok(api->PJRT_Client_AddressableDevices(&devices));
  Expect(devices.num_addressable_devices == 1, "there must be one device");
  device = devices.addressable_devices[0];

  PJRT_LoadedExecutable *step, *loop, *none;
  const char* message = Message(Compile("func.func public @main() -> tensor<f32> { nonsense }", &none));
  Expect(strstr(message, "nonsense") != NULL, "a text that does not parse must be refused with the word that is wrong");
  Ok(Compile(kStep, &step));
  Ok(Compile(kLoop, &loop));
  CheckDonation(step);
  CheckLoop(loop);
  CheckStored(loop);
  PJRT_LoadedExecutable_Destroy_Args destroy = {sizeof destroy, NULL, step};
  Ok(api->PJRT_LoadedExecutable_Destroy(&destroy));
  destroy.executable = loop;
  Ok(api->PJRT_LoadedExecutable_Destroy(&destroy));
  PJRT_Client_Destroy_Args end = {sizeof end, NULL, client};
  Ok(api->PJRT_Client_Destroy(&end));
  puts("check: programs, loops, donation, errors and stored programs are as expected");
  return 0;
}
