// A plug-in that computes nothing: an execution returns its arguments. It checks what it is called with, remembers every
// handle that it has given away, and never frees one, so that a use after the end is noticed. Its own exports, test_…,
// tell what it noticed, and make functions fail or events wait.
#include "structs.h"
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef MAJOR
#define MAJOR 0
#endif
#ifndef MINOR
#define MINOR 104
#endif
#ifndef DEVICES
#define DEVICES 2
#endif
#ifndef INITIALISATION_FAILS  // how often
#define INITIALISATION_FAILS 0
#endif
#define EXPORT __attribute__((visibility("default")))

enum kind { CLIENT, DEVICE, DESCRIPTION, EVENT, ERROR, EXECUTABLE, LOADED, BUFFER, BYTES, KINDS };
static const char *kind_names[] = {"client", "device", "description", "event", "error", "executable", "loaded", "buffer", "bytes"};

struct object {
  enum kind kind;
  bool alive, deleted, ready, is_scheduled;
  int code;               // of an error, or of the error of an event or buffer
  char *text;             // message, program
  size_t size;            // of data in bytes
  int type; int64_t dims[8]; size_t num_dims; char *data;  // buffer
  char *target; const struct object *source;               // event that copies
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t released = PTHREAD_COND_INITIALIZER;
static struct object *objects[1 << 16];
static int count, alive[KINDS];
static char violations[1 << 14], received[1 << 14];
static bool holding, initialised;
static struct { char function[64]; int code; char message[256]; } failures[4];
static int event_code;
static int64_t memory_limit = 2000000000;

static void append(char *log, size_t size, const char *format, va_list values) {
  size_t used = strlen(log);
  if (used + 2 < size) vsnprintf(log + used, size - used - 1, format, values), strcat(log, "\n");
}
static void violate(const char *format, ...) { va_list v; va_start(v, format); append(violations, sizeof violations, format, v); va_end(v); }
static void note(const char *format, ...) { va_list v; va_start(v, format); append(received, sizeof received, format, v); va_end(v); }

static struct object *make(enum kind kind) {
  struct object *made = calloc(1, sizeof *made);
  made->kind = kind, made->alive = true, alive[kind]++;
  return objects[count++] = made;
}
static struct object *use(const char *function, handle address, enum kind kind) {
  for (int i = count - 1; i >= 0; i--) {
    if (objects[i] != address) continue;
    if (objects[i]->kind != kind) violate("%s: expected a %s, received a %s", function, kind_names[kind], kind_names[objects[i]->kind]);
    else if (!objects[i]->alive) violate("%s: this %s was destroyed", function, kind_names[kind]);
    return objects[i];
  }
  violate("%s: unknown address of a %s", function, kind_names[kind]);
  abort();
}
static void destroy(const char *function, handle address, enum kind kind) {
  struct object *object = use(function, address, kind);
  if (object->alive) alive[kind]--;
  object->alive = false;
}
static handle fail(int code, const char *message) {
  struct object *error = make(ERROR);
  error->code = code, error->text = strdup(message);
  return error;
}
static struct object *make_event(int code) {
  struct object *event = make(EVENT);
  event->ready = !holding, event->code = code;
  return event;
}
static handle error_of(const struct object *event) { return event->code ? fail(event->code, "it failed later") : NULL; }

static handle told_to_fail(const char *function) {
  for (int i = 0; i < 4; i++) {
    if (strcmp(failures[i].function, function)) continue;
    failures[i].function[0] = 0;
    return fail(failures[i].code, failures[i].message);
  }
  return NULL;
}

// Every function: checks the head of its struct, and fails if it was told to.
#define FUNCTION(name)                                                                                            \
  static handle do_##name(struct name *args);                                                                     \
  static handle name(struct name *args) {                                                                         \
    pthread_mutex_lock(&lock);                                                                                    \
    if (args->struct_size < sizeof *args) violate(#name ": struct_size %zu of %zu", args->struct_size, sizeof *args); \
    if (args->extension_start) violate(#name ": extension_start is not null");                                    \
    if (!initialised && strcmp(#name, "Plugin_Initialize") && strncmp(#name, "Error", 5)) violate(#name ": before Plugin_Initialize"); \
    handle error = told_to_fail(#name);                                                                           \
    if (!error) error = do_##name(args);                                                                          \
    pthread_mutex_unlock(&lock);                                                                                  \
    return error;                                                                                                 \
  }                                                                                                               \
  static handle do_##name(struct name *args)

// What returns nothing in C leaves any number in the register that others return an error in.
#define JUNK ((handle)0xbad)
FUNCTION(Error_Destroy) { destroy("Error_Destroy", args->error, ERROR); return JUNK; }
FUNCTION(Error_Message) {
  struct object *error = use("Error_Message", args->error, ERROR);
  args->message = error->text, args->message_size = strlen(error->text);
  return JUNK;
}
FUNCTION(Error_GetCode) { args->code = use("Error_GetCode", args->error, ERROR)->code; return NULL; }
FUNCTION(Plugin_Initialize) {
  static int failed;
  if (initialised) violate("Plugin_Initialize: twice");
  if (failed++ < INITIALISATION_FAILS) return fail(13, "not yet");
  initialised = true;
  return NULL;
}

FUNCTION(Event_Destroy) { destroy("Event_Destroy", args->event, EVENT); return NULL; }
FUNCTION(Event_IsReady) { args->is_ready = use("Event_IsReady", args->event, EVENT)->ready; return NULL; }
FUNCTION(Event_Error) {
  struct object *event = use("Event_Error", args->event, EVENT);
  if (!event->ready) violate("Event_Error: the event is not ready");
  return error_of(event);
}
FUNCTION(Event_Await) {
  struct object *event = use("Event_Await", args->event, EVENT);
  while (!event->ready) pthread_cond_wait(&released, &lock);
  if (!event->alive) violate("Event_Await: destroyed while waiting");
  return error_of(event);
}

FUNCTION(Client_Create) {
  if (alive[CLIENT]) violate("Client_Create: there is a client already");
  note("Client_Create %zu options", args->num_options);
  for (size_t i = 0; i < args->num_options; i++) {
    const struct NamedValue *option = &args->create_options[i];
    if (option->struct_size != sizeof *option) violate("NamedValue: struct_size %zu", option->struct_size);
    char value[64] = "?";
    if (option->type == 2) for (size_t j = 0, n = 0; j < option->value_size; j++) n += snprintf(value + n, sizeof value - n, "%s%ld", j ? "," : "", (long)option->value.int64_array_value[j]);
    if (option->type == 3) snprintf(value, sizeof value, "%g", option->value.float_value);
    if (option->type == 4) strcpy(value, option->value.bool_value ? "true" : "false");
    note("%.*s type %d = %s size %zu", (int)option->name_size, option->name, option->type, value, option->value_size);
  }
  args->client = make(CLIENT);
  return NULL;
}
FUNCTION(Client_Destroy) {
  destroy("Client_Destroy", args->client, CLIENT);
  for (int kind = EVENT; kind < KINDS; kind++) if (alive[kind]) violate("Client_Destroy: %d %s left", alive[kind], kind_names[kind]);
  return NULL;
}
FUNCTION(Client_PlatformName) {
  use("Client_PlatformName", args->client, CLIENT);
  args->platform_name = "nothing!", args->platform_name_size = 7;
  return NULL;
}
FUNCTION(Client_PlatformVersion) {
  use("Client_PlatformVersion", args->client, CLIENT);
  args->platform_version = "1.2.3", args->platform_version_size = 5;
  return NULL;
}
static handle devices[2], descriptions[2];
FUNCTION(Client_AddressableDevices) {
  use("Client_AddressableDevices", args->client, CLIENT);
  for (int i = 0; i < 2; i++) if (!devices[i]) devices[i] = make(DEVICE), descriptions[i] = make(DESCRIPTION);
  args->addressable_devices = devices, args->num_addressable_devices = DEVICES;
  return NULL;
}
FUNCTION(Device_GetDescription) {
  args->device_description = descriptions[use("Device_GetDescription", args->device, DEVICE) == devices[1]];
  return NULL;
}
FUNCTION(DeviceDescription_Id) {
  args->id = 40 + (use("DeviceDescription_Id", args->device_description, DESCRIPTION) == descriptions[1]);
  return NULL;
}
FUNCTION(DeviceDescription_Kind) {
  use("DeviceDescription_Kind", args->device_description, DESCRIPTION);
  args->device_kind = "Idler 3000", args->device_kind_size = 10;
  return NULL;
}
FUNCTION(DeviceDescription_ToString) {
  bool second = use("DeviceDescription_ToString", args->device_description, DESCRIPTION) == descriptions[1];
  args->string = second ? "Idler(id=41)" : "Idler(id=40)", args->string_size = 12;
  return NULL;
}
FUNCTION(Device_MemoryStats) {
  use("Device_MemoryStats", args->device, DEVICE);
  args->bytes_in_use = 1500000000, args->peak_bytes_in_use = 1600000000, args->peak_bytes_in_use_is_set = true;
  args->bytes_limit = memory_limit, args->bytes_limit_is_set = memory_limit > 0;
  return NULL;
}

FUNCTION(Client_Compile) {
  use("Client_Compile", args->client, CLIENT);
  if (args->program->struct_size < sizeof(struct Program)) violate("Program: struct_size %zu", args->program->struct_size);
  char options[64] = "";
  for (size_t i = 0; i < args->compile_options_size && i < 20; i++) sprintf(options + 3 * i, "%02x ", (unsigned char)args->compile_options[i]);
  note("Client_Compile %.*s, %zu bytes, options %s", (int)args->program->format_size, args->program->format, args->program->code_size, options);
  struct object *loaded = make(LOADED);
  loaded->text = strndup(args->program->code, args->program->code_size);
  if (strstr(loaded->text, "wait")) while (holding) pthread_cond_wait(&released, &lock);
  args->executable = loaded;
  return NULL;
}
FUNCTION(LoadedExecutable_Destroy) { destroy("LoadedExecutable_Destroy", args->executable, LOADED); return NULL; }
FUNCTION(LoadedExecutable_GetExecutable) {
  struct object *executable = make(EXECUTABLE);
  executable->text = use("LoadedExecutable_GetExecutable", args->loaded_executable, LOADED)->text;
  args->executable = executable;
  return NULL;
}
FUNCTION(Executable_Destroy) { destroy("Executable_Destroy", args->executable, EXECUTABLE); return NULL; }
static int outputs_of(const struct object *program) { return atoi(program->text + strlen("outputs ")); }
FUNCTION(Executable_NumOutputs) {
  args->num_outputs = outputs_of(use("Executable_NumOutputs", args->executable, EXECUTABLE));
  return NULL;
}
static void free_bytes(handle bytes) { pthread_mutex_lock(&lock); destroy("deleter", bytes, BYTES); pthread_mutex_unlock(&lock); }
FUNCTION(Executable_Serialize) {
  struct object *bytes = make(BYTES);
  bytes->text = use("Executable_Serialize", args->executable, EXECUTABLE)->text;
  args->serialized_executable = bytes, args->serialized_bytes = bytes->text, args->serialized_bytes_size = strlen(bytes->text);
  args->serialized_executable_deleter = free_bytes;
  return NULL;
}
FUNCTION(Executable_DeserializeAndLoad) {
  use("Executable_DeserializeAndLoad", args->client, CLIENT);
  if (args->overridden_serialized_compile_options || args->overridden_serialized_compile_options_size) violate("DeserializeAndLoad: options");
  char *program = strndup(args->serialized_executable, args->serialized_executable_size);
  if (strncmp(program, "outputs ", 8)) return fail(15, "these bytes are damaged");
  struct object *loaded = make(LOADED);
  loaded->text = program;
  args->loaded_executable = loaded;
  return NULL;
}

static const int sizes[] = {0, 1, 1, 2, 4, 8, 1, 2, 4, 8, 2, 4, 8};
FUNCTION(Client_BufferFromHostBuffer) {
  use("Client_BufferFromHostBuffer", args->client, CLIENT);
  if (args->byte_strides || args->num_byte_strides || args->memory || args->device_layout) violate("BufferFromHostBuffer: strides, memory or layout");
  struct object *buffer = make(BUFFER);
  char shape[64] = "";
  size_t bytes = sizes[args->type];
  for (size_t i = 0, n = 0; i < args->num_dims; i++) {
    bytes *= buffer->dims[i] = args->dims[i];
    n += snprintf(shape + n, sizeof shape - n, "%s%ld", i ? "," : "", (long)args->dims[i]);
  }
  int device = use("Client_BufferFromHostBuffer", args->device, DEVICE) == devices[1];
  note("BufferFromHostBuffer type %d [%s] semantics %d device %d", args->type, shape, args->host_buffer_semantics, device);
  buffer->type = args->type, buffer->num_dims = args->num_dims, buffer->size = bytes;
  buffer->data = memcpy(malloc(bytes + 1), args->data, bytes);
  args->buffer = buffer, args->done_with_host_buffer = make_event(0);
  return NULL;
}
FUNCTION(Buffer_Destroy) { destroy("Buffer_Destroy", args->buffer, BUFFER); return NULL; }
static struct object *use_buffer(const char *function, handle address) {
  struct object *buffer = use(function, address, BUFFER);
  if (buffer->deleted) violate("%s: this buffer was donated", function);
  return buffer;
}
FUNCTION(Buffer_ElementType) { args->type = use_buffer("Buffer_ElementType", args->buffer)->type; return NULL; }
FUNCTION(Buffer_Dimensions) {
  struct object *buffer = use_buffer("Buffer_Dimensions", args->buffer);
  args->dims = buffer->dims, args->num_dims = buffer->num_dims;
  return NULL;
}
FUNCTION(Buffer_IsDeleted) { args->is_deleted = use("Buffer_IsDeleted", args->buffer, BUFFER)->deleted; return NULL; }
FUNCTION(Buffer_ReadyEvent) { args->event = make_event(use_buffer("Buffer_ReadyEvent", args->buffer)->code); return NULL; }
FUNCTION(Buffer_ToHostBuffer) {
  struct object *buffer = use_buffer("Buffer_ToHostBuffer", args->src), *event = make_event(buffer->code);
  if (args->host_layout) violate("Buffer_ToHostBuffer: layout");
  if (args->dst_size < buffer->size) violate("Buffer_ToHostBuffer: %zu bytes for %zu", args->dst_size, buffer->size);
  note("Buffer_ToHostBuffer %zu bytes", args->dst_size);
  event->target = args->dst, event->source = buffer, event->is_scheduled = true;
  if (event->ready && !event->code) memcpy(args->dst, buffer->data, buffer->size);
  args->event = event;
  return NULL;
}

FUNCTION(LoadedExecutable_Execute) {
  struct object *program = use("LoadedExecutable_Execute", args->executable, LOADED);
  const struct ExecuteOptions *options = args->options;
  if (options->struct_size < sizeof *options) violate("ExecuteOptions: struct_size %zu", options->struct_size);
  if (options->extension_start || options->send_callbacks || options->recv_callbacks || options->num_send_ops ||
      options->num_recv_ops || options->launch_id || options->context || options->call_location || options->num_tasks ||
      options->task_ids || options->incarnation_ids) violate("ExecuteOptions: something that was not meant");
  if (args->device_complete_events || args->execute_device) violate("Execute: events or a device");
  char kept[64] = "";
  for (size_t i = 0, n = 0; i < options->num_non_donatable_input_indices; i++) n += snprintf(kept + n, sizeof kept - n, "%s%ld", i ? "," : "", (long)options->non_donatable_input_indices[i]);
  note("Execute %zu devices, %zu arguments, kept [%s]", args->num_devices, args->num_args, kept);
  handle *arguments = args->argument_lists[0];
  for (size_t i = 0; i < args->num_args; i++) use_buffer("Execute", arguments[i]);
  for (int i = 0; i < outputs_of(program); i++) {
    struct object *output = make(BUFFER), *input = arguments[i];
    int donated; const char *alias = strstr(program->text, "alias ");
    *output = *input, output->code = event_code;
    args->output_lists[0][i] = output;
    if (alias && sscanf(alias, "alias %d", &donated) && donated == i && !strchr(kept, '0' + i)) input->deleted = true;
  }
  if (strstr(program->text, "fail after donation")) {
    for (int i = 0; i < outputs_of(program); i++) destroy("Execute", args->output_lists[0][i], BUFFER);
    return fail(13, "failed after donation");
  }
  return NULL;
}

static struct Api api = {
    .struct_size = sizeof api, .version = {sizeof api.version, NULL, MAJOR, MINOR},
#define SET(name) .name = name,
    FUNCTIONS(SET, NOTHING)};
EXPORT const struct Api *GetPjrtApi(void) { return &api; }

// What tests ask.
EXPORT const char *test_violations(void) { return violations; }
EXPORT const char *test_received(void) { static char copy[sizeof received]; strcpy(copy, received), received[0] = 0; return copy; }
EXPORT int test_alive(const char *kind) {
  for (int i = 0; i < KINDS; i++) if (!strcmp(kind, kind_names[i])) return alive[i];
  return -1;
}
EXPORT void test_fail(const char *function, int code, const char *message) {
  int i = 0;
  while (failures[i].function[0] && i < 3) i++;
  snprintf(failures[i].function, sizeof failures[i].function, "%s", function), failures[i].code = code;
  snprintf(failures[i].message, sizeof failures[i].message, "%s", message);
}
EXPORT void test_fail_later(int code) { event_code = code; }
EXPORT void test_memory_limit(double bytes) { memory_limit = (int64_t)bytes; }
EXPORT void test_hold(bool hold) {
  pthread_mutex_lock(&lock);
  holding = hold;
  for (int i = 0; i < count && !hold; i++) {
    struct object *event = objects[i];
    if (event->kind != EVENT || event->ready) continue;
    if (event->is_scheduled && !event->code) memcpy(event->target, event->source->data, event->source->size);
    event->ready = true;
  }
  pthread_cond_broadcast(&released);
  pthread_mutex_unlock(&lock);
}
// Fields of all structs, and slots of all functions, one a line: struct, field, offset, size.
EXPORT const char *test_layout(void) {
  static char lines[1 << 14];
  char *end = lines;
#define LINE(type, field) end += sprintf(end, "%s %s %zu %zu\n", name, #field, offsetof(S, field), sizeof(((S *)0)->field));
#define LINES(struct_name) { typedef struct struct_name S; const char *name = #struct_name; LINE(, struct_size) LINE(, extension_start) FIELDS_##struct_name(LINE) }
  LINES(NamedValue) LINES(Program) LINES(ExecuteOptions) FUNCTIONS(LINES, NOTHING)
  typedef struct Api S;
  const char *name = "Api";
#define SLOT_LINE(field) LINE(, field)
  LINE(, version.major_version) LINE(, version.minor_version) FUNCTIONS(SLOT_LINE, NOTHING)
  return lines;
}
