import sys, time, importlib, torch
torch.set_num_threads(int(sys.argv[4]) if len(sys.argv) > 4 else 1)
step = importlib.import_module(sys.argv[1]).make_step()
n, slices = int(sys.argv[2]), int(sys.argv[3])
for _ in range(5): step()
cpu, wall = [], []
for _ in range(slices):
    t, w = time.process_time(), time.perf_counter()
    for _ in range(n): step()
    cpu.append((time.process_time() - t) * 1000 / n)
    wall.append((time.perf_counter() - w) * 1000 / n)
cpu.sort(); wall.sort()
print(sys.argv[1], 'cpu ms/step min %.2f quartile %.2f median %.2f wall min %.2f' % (cpu[0], cpu[slices // 4], cpu[slices // 2], wall[0]))
