import sys, time, importlib, torch
torch.set_num_threads(1)
step = importlib.import_module(sys.argv[1]).make_step()
n = int(sys.argv[2])
for _ in range(5): step()
for _ in range(3):
    t = time.process_time()
    for _ in range(n): step()
    print(sys.argv[1], 'cpu ms/step', (time.process_time() - t) * 1000 / n)
