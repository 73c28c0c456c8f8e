import { expect, it } from 'vitest';
import { apiHead, type FunctionName, functions, slotOf, structs } from './interface';

// Offsets in bytes as compilers of C computed them from the headers of versions 0.90, 0.104 and 0.114.
it.each<[FunctionName, number]>([
  ['Error_Destroy', 40],
  ['Error_Message', 48],
  ['Error_GetCode', 56],
  ['Plugin_Initialize', 64],
  ['Event_Destroy', 80],
  ['Event_IsReady', 88],
  ['Event_Error', 96],
  ['Event_Await', 104],
  ['Client_Create', 120],
  ['Client_Destroy', 128],
  ['Client_PlatformName', 136],
  ['Client_PlatformVersion', 152],
  ['Client_AddressableDevices', 168],
  ['Client_Compile', 200],
  ['Client_BufferFromHostBuffer', 216],
  ['Device_MemoryStats', 312],
  ['Executable_NumOutputs', 392],
  ['Executable_Serialize', 432],
  ['LoadedExecutable_Destroy', 440],
  ['LoadedExecutable_GetExecutable', 448],
  ['LoadedExecutable_Execute', 480],
  ['Executable_DeserializeAndLoad', 488],
  ['Buffer_Destroy', 504],
  ['Buffer_ToHostBuffer', 600],
])('has %s at byte %i of the table of functions', (name, offset) => {
  expect(slotOf(name)).toBe(offset);
});

it.each([
  [apiHead, { majorVersion: 32, minorVersion: 36 }],
  [functions.Client_Create, { createOptions: 16, numOptions: 24, client: 64 }],
  [structs.NamedValue, { name: 16, nameSize: 24, type: 32, value: 40, valueSize: 48 }],
  [functions.Client_AddressableDevices, { client: 16, addressableDevices: 24, numAddressableDevices: 32 }],
  [structs.Program, { code: 16, codeSize: 24, format: 32, formatSize: 40 }],
  [functions.Client_Compile, { compileOptions: 32, compileOptionsSize: 40, executable: 48 }],
  [
    functions.Client_BufferFromHostBuffer,
    { data: 24, type: 32, dims: 40, numDims: 48, byteStrides: 56, hostBufferSemantics: 72, device: 80 },
  ],
  [functions.Client_BufferFromHostBuffer, { deviceLayout: 96, doneWithHostBuffer: 104, buffer: 112 }],
  [structs.ExecuteOptions, { launchId: 48, nonDonatableInputIndices: 56, context: 72 }],
  [
    functions.LoadedExecutable_Execute,
    { executable: 16, options: 24, argumentLists: 32, numDevices: 40, numArgs: 48, outputLists: 56 },
  ],
  [functions.LoadedExecutable_Execute, { deviceCompleteEvents: 64, executeDevice: 72 }],
  [functions.Buffer_ToHostBuffer, { src: 16, hostLayout: 24, dst: 32, dstSize: 40, event: 48 }],
  [functions.Error_Message, { error: 16, message: 24, messageSize: 32 }],
])('lays a struct out as C does: %#', (layout, offsets) => {
  const fields = layout.fields as Readonly<Record<string, { readonly offset: number }>>;
  const found = Object.keys(offsets).map((name) => [name, fields[name]?.offset]);
  expect(Object.fromEntries(found)).toEqual(offsets);
});

it('pads structs in arrays as C does', () => {
  expect(structs.NamedValue.size).toBe(56);
  expect(functions.Event_IsReady.size).toBe(32);
});
