import { type CFields, type CLayout, layOut } from './c-layout';

/** What every argument struct begins with. */
const HEAD = { structSize: 'size', extensionStart: 'pointer' } as const;

/** Declares the struct of a function's arguments by the fields after its head. */
function args<const Fields extends CFields>(fields: Fields): CLayout<typeof HEAD & Fields> {
  return layOut({ ...HEAD, ...fields });
}

/** A function that is never called from here: it only takes its place. */
const uncalled = undefined;

/**
 * The functions of PJRT's C interface with the structs of their arguments, in the order in which they stand in
 * `PJRT_Api` (source: OpenXLA, xla/pjrt/c/pjrt_c_api.h, versions 0.90 to 0.114). All that is known about offsets follows from this.
 */
export const functions = {
  Error_Destroy: args({ error: 'pointer' }),
  Error_Message: args({ error: 'pointer', message: 'pointer', messageSize: 'size' }),
  Error_GetCode: args({ error: 'pointer', code: 'int32' }),
  Plugin_Initialize: args({}),
  Plugin_Attributes: uncalled,
  Event_Destroy: args({ event: 'pointer' }),
  Event_IsReady: args({ event: 'pointer', isReady: 'bool' }),
  Event_Error: args({ event: 'pointer' }),
  Event_Await: args({ event: 'pointer' }),
  Event_OnReady: uncalled,
  Client_Create: args({
    createOptions: 'pointer',
    numOptions: 'size',
    kvGetCallback: 'pointer',
    kvGetUserArg: 'pointer',
    kvPutCallback: 'pointer',
    kvPutUserArg: 'pointer',
    client: 'pointer',
    kvTryGetCallback: 'pointer',
    kvTryGetUserArg: 'pointer',
  }),
  Client_Destroy: args({ client: 'pointer' }),
  Client_PlatformName: args({ client: 'pointer', platformName: 'pointer', platformNameSize: 'size' }),
  Client_ProcessIndex: uncalled,
  Client_PlatformVersion: args({
    client: 'pointer',
    platformVersion: 'pointer',
    platformVersionSize: 'size',
  }),
  Client_Devices: uncalled,
  Client_AddressableDevices: args({
    client: 'pointer',
    addressableDevices: 'pointer',
    numAddressableDevices: 'size',
  }),
  Client_LookupDevice: uncalled,
  Client_LookupAddressableDevice: uncalled,
  Client_AddressableMemories: uncalled,
  Client_Compile: args({
    client: 'pointer',
    program: 'pointer',
    compileOptions: 'pointer',
    compileOptionsSize: 'size',
    executable: 'pointer',
  }),
  Client_DefaultDeviceAssignment: uncalled,
  Client_BufferFromHostBuffer: args({
    client: 'pointer',
    data: 'pointer',
    type: 'int32',
    dims: 'pointer',
    numDims: 'size',
    byteStrides: 'pointer',
    numByteStrides: 'size',
    hostBufferSemantics: 'int32',
    device: 'pointer',
    memory: 'pointer',
    deviceLayout: 'pointer',
    doneWithHostBuffer: 'pointer',
    buffer: 'pointer',
  }),
  DeviceDescription_Id: args({ deviceDescription: 'pointer', id: 'int32' }),
  DeviceDescription_ProcessIndex: uncalled,
  DeviceDescription_Attributes: uncalled,
  DeviceDescription_Kind: args({
    deviceDescription: 'pointer',
    deviceKind: 'pointer',
    deviceKindSize: 'size',
  }),
  DeviceDescription_DebugString: uncalled,
  DeviceDescription_ToString: args({
    deviceDescription: 'pointer',
    string: 'pointer',
    stringSize: 'size',
  }),
  Device_GetDescription: args({ device: 'pointer', deviceDescription: 'pointer' }),
  Device_IsAddressable: uncalled,
  Device_LocalHardwareId: uncalled,
  Device_AddressableMemories: uncalled,
  Device_DefaultMemory: uncalled,
  Device_MemoryStats: args({
    device: 'pointer',
    bytesInUse: 'int64',
    peakBytesInUse: 'int64',
    peakBytesInUseIsSet: 'bool',
    numAllocs: 'int64',
    numAllocsIsSet: 'bool',
    largestAllocSize: 'int64',
    largestAllocSizeIsSet: 'bool',
    bytesLimit: 'int64',
    bytesLimitIsSet: 'bool',
    bytesReserved: 'int64',
    bytesReservedIsSet: 'bool',
    peakBytesReserved: 'int64',
    peakBytesReservedIsSet: 'bool',
    bytesReservableLimit: 'int64',
    bytesReservableLimitIsSet: 'bool',
    largestFreeBlockBytes: 'int64',
    largestFreeBlockBytesIsSet: 'bool',
    poolBytes: 'int64',
    poolBytesIsSet: 'bool',
    peakPoolBytes: 'int64',
    peakPoolBytesIsSet: 'bool',
  }),
  Memory_Id: uncalled,
  Memory_Kind: uncalled,
  Memory_DebugString: uncalled,
  Memory_ToString: uncalled,
  Memory_AddressableByDevices: uncalled,
  Executable_Destroy: args({ executable: 'pointer' }),
  Executable_Name: uncalled,
  Executable_NumReplicas: uncalled,
  Executable_NumPartitions: uncalled,
  Executable_NumOutputs: args({ executable: 'pointer', numOutputs: 'size' }),
  Executable_SizeOfGeneratedCodeInBytes: uncalled,
  Executable_GetCostAnalysis: uncalled,
  Executable_OutputMemoryKinds: uncalled,
  Executable_OptimizedProgram: uncalled,
  Executable_Serialize: args({
    executable: 'pointer',
    serializedBytes: 'pointer',
    serializedBytesSize: 'size',
    serializedExecutable: 'pointer',
    serializedExecutableDeleter: 'pointer',
  }),
  LoadedExecutable_Destroy: args({ executable: 'pointer' }),
  LoadedExecutable_GetExecutable: args({ loadedExecutable: 'pointer', executable: 'pointer' }),
  LoadedExecutable_AddressableDevices: uncalled,
  LoadedExecutable_Delete: uncalled,
  LoadedExecutable_IsDeleted: uncalled,
  LoadedExecutable_Execute: args({
    executable: 'pointer',
    options: 'pointer',
    argumentLists: 'pointer',
    numDevices: 'size',
    numArgs: 'size',
    outputLists: 'pointer',
    deviceCompleteEvents: 'pointer',
    executeDevice: 'pointer',
  }),
  Executable_DeserializeAndLoad: args({
    client: 'pointer',
    serializedExecutable: 'pointer',
    serializedExecutableSize: 'size',
    loadedExecutable: 'pointer',
    overriddenSerializedCompileOptions: 'pointer',
    overriddenSerializedCompileOptionsSize: 'size',
  }),
  LoadedExecutable_Fingerprint: uncalled,
  Buffer_Destroy: args({ buffer: 'pointer' }),
  Buffer_ElementType: args({ buffer: 'pointer', type: 'int32' }),
  Buffer_Dimensions: args({ buffer: 'pointer', dims: 'pointer', numDims: 'size' }),
  Buffer_UnpaddedDimensions: uncalled,
  Buffer_DynamicDimensionIndices: uncalled,
  Buffer_GetMemoryLayout: uncalled,
  Buffer_OnDeviceSizeInBytes: uncalled,
  Buffer_Device: uncalled,
  Buffer_Memory: uncalled,
  Buffer_Delete: uncalled,
  Buffer_IsDeleted: args({ buffer: 'pointer', isDeleted: 'bool' }),
  Buffer_CopyToDevice: uncalled,
  Buffer_ToHostBuffer: args({
    src: 'pointer',
    hostLayout: 'pointer',
    dst: 'pointer',
    dstSize: 'size',
    event: 'pointer',
  }),
  Buffer_IsOnCpu: uncalled,
  Buffer_ReadyEvent: args({ buffer: 'pointer', event: 'pointer' }),
} as const;

/** The head of `PJRT_Api`: its own, then the version's with a size and extensions of its own. The functions follow. */
export const apiHead = layOut({
  ...HEAD,
  versionStructSize: 'size',
  versionExtensionStart: 'pointer',
  majorVersion: 'int32',
  minorVersion: 'int32',
});

/** Structs that arguments point to. */
export const structs = {
  /** An option by name. `value` stands for a union of 8 bytes: an address, or a number of one of three types. */
  NamedValue: args({ name: 'pointer', nameSize: 'size', type: 'int32', value: 'pointer', valueSize: 'size' }),
  Program: args({ code: 'pointer', codeSize: 'size', format: 'pointer', formatSize: 'size' }),
  ExecuteOptions: args({
    sendCallbacks: 'pointer',
    recvCallbacks: 'pointer',
    numSendOps: 'size',
    numRecvOps: 'size',
    launchId: 'int32',
    nonDonatableInputIndices: 'pointer',
    numNonDonatableInputIndices: 'size',
    context: 'pointer',
    callLocation: 'pointer',
    numTasks: 'size',
    taskIds: 'pointer',
    incarnationIds: 'pointer',
  }),
} as const;

/** Functions of the interface. */
type Functions = typeof functions;

/** Name of a function that can be called. */
export type FunctionName = {
  [Name in keyof Functions]: Functions[Name] extends CLayout ? Name : never;
}[keyof Functions];

/** Fields of the struct of a function's arguments. */
export type FieldsOf<Name extends FunctionName> =
  Functions[Name] extends CLayout<infer Fields> ? Fields : never;

/** Fields of a struct that arguments point to. */
export type StructFields<Name extends keyof typeof structs> =
  (typeof structs)[Name] extends CLayout<infer Fields> ? Fields : never;

/** Byte in `PJRT_Api` at which the address of a function stands. */
export function slotOf(name: FunctionName): number {
  return apiHead.size + 8 * Object.keys(functions).indexOf(name);
}

/** Oldest minor version that is accepted: the layouts of older ones were not compared with these. */
export const OLDEST_MINOR = 90;
