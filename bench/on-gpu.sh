#!/usr/bin/env bash
# Checks Norn on a machine that has an NVIDIA GPU and little else, and prints one table. Needs a Java runtime ($JAVA, or java on
# the path) and examples.jar beside this script; times PyTorch too where python3 has it. Ends with 1 if anything failed.
#
#     EPOCHS=30 THREADS=0 bash on-gpu.sh
set -uo pipefail
export LC_ALL=C
cd "$(dirname "$0")"
java=${JAVA:-java}
epochs=${EPOCHS:-30}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
table=()
failed=0

# One line of the table: row NAME ok|FAILED FIGURES
row() {
    table+=("$(printf '%-34s %-7s %s' "$1" "$2" "$3")")
    echo "== $1: $2 $3"
    [[ $2 == ok || $2 == - ]] || failed=1
}

norn() {
    "$java" -jar examples.jar "$@"
}

# The value of a number in a report, the last of that name: number NAME FILE
number() {
    grep -oE "\"$1\" *: *-?[0-9.eE+-]+" "$2" | tail -n 1 | sed 's/.*: *//'
}

# Microseconds a step: the median epoch but the first two, which compile and capture: micros FILE STEPS
micros() {
    grep -oE '"seconds" *: *[0-9.eE+-]+' "$1" | sed 's/.*: *//' | tail -n +3 | sort -g \
        | awk -v steps="$2" '{ s[NR] = $1 } END { if (NR) printf "%.1f", s[int((NR + 1) / 2)] / steps * 1e6 }'
}

# Whether an awk expression holds.
holds() {
    awk "BEGIN { exit !($1) }"
}

nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader 2> /dev/null || echo "no nvidia-smi"
norn devices | tee "$out/devices"
if grep -q '^cuda  *not available' "$out/devices"; then
    row devices FAILED "$(grep '^cuda' "$out/devices")"
else
    row devices ok "$(grep '^cuda' "$out/devices" | sed 's/^cuda *//')"
fi

for precision in f32 f64; do
    if norn verify --backend cuda --precision $precision > "$out/verify" 2>&1; then
        row "verify $precision" ok "$(grep -c ' ok$' "$out/verify") groups"
    else
        row "verify $precision" FAILED "$(grep -m 1 -E 'FAILED|error|cuda' "$out/verify")"
    fi
    cat "$out/verify"
done

# train NAME STEPS LIMIT OPTION... : on the GPU and on the CPU; accuracies within 0.2 points, a step at most LIMIT microseconds
train() {
    local name=$1 steps=$2 limit=$3 gpu cpu step status=ok
    shift 3
    if ! norn mnist --backend cuda --quiet --json "$out/gpu.json" "$@" || ! norn mnist --backend cpu --quiet --json "$out/cpu.json" "$@"; then
        row "$name" FAILED "see above"
        return
    fi
    gpu=$(number test_accuracy "$out/gpu.json")
    cpu=$(number test_accuracy "$out/cpu.json")
    step=$(micros "$out/gpu.json" "$steps")
    holds "$gpu - $cpu <= 0.002 && $cpu - $gpu <= 0.002" || status=FAILED
    [[ -n $step ]] && holds "$step <= $limit" || status=FAILED
    row "$name" $status "accuracy $gpu (cpu $cpu), $step us/step (limit $limit)"
}

w1=(--hidden 128 --activation sigmoid --optimizer adam --learning-rate 0.01 --beta2 0.99 --batch-size 1000 --schedule constant
    --dropout 0 --epochs "$epochs")
train "784-128-10, batch 1000" 60 60 "${w1[@]}"
train "784-128-64-10, batch 128" 469 40 --hidden 128,64 --activation leaky-relu --optimizer adam --learning-rate 0.001 \
    --batch-size 128 --schedule constant --dropout 0 --epochs "$((epochs / 3 > 3 ? epochs / 3 : 3))"

norn mnist --backend cuda --quiet --json "$out/graph.json" "${w1[@]}" > /dev/null \
    && norn mnist --backend cuda --quiet --no-graph --json "$out/plain.json" "${w1[@]}" > /dev/null
if [[ $(number test_loss "$out/graph.json") == "$(number test_loss "$out/plain.json")" && -s $out/plain.json ]]; then
    row "graph and no graph" ok "the same loss to the last digit; $(micros "$out/graph.json" 60) and $(micros "$out/plain.json" 60) us/step"
else
    row "graph and no graph" FAILED "losses $(number test_loss "$out/graph.json") and $(number test_loss "$out/plain.json")"
fi

norn runge --backend cuda --quiet --json "$out/gpu.json" && norn runge --backend cpu --quiet --json "$out/cpu.json"
gpu=$(number test_mse "$out/gpu.json")
cpu=$(number test_mse "$out/cpu.json")
if [[ -n $gpu && -n $cpu ]] && holds "$gpu <= 1.1 * $cpu && $cpu <= 1.1 * $gpu"; then
    row runge ok "test MSE $gpu (cpu $cpu)"
else
    row runge FAILED "test MSE $gpu (cpu $cpu)"
fi

# Device memory while 10,000 steps and more run.
if command -v nvidia-smi > /dev/null; then
    norn mnist --backend cuda --quiet "${w1[@]}" --epochs 400 > /dev/null &
    pid=$!
    sleep 8
    while kill -0 $pid 2> /dev/null; do
        nvidia-smi --query-compute-apps=used_memory --format=csv,noheader,nounits 2> /dev/null | sort -g | tail -n 1
        sleep 0.5
    done > "$out/memory"
    wait $pid
    read -r least most <<< "$(sort -g "$out/memory" | awk 'NF { if (!n++) a = $1; b = $1 } END { print a, b }')"
    [[ -n $least && $least == "$most" ]] && row "memory in 24,000 steps" ok "$least MiB throughout" \
        || row "memory in 24,000 steps" "$([[ -n $least ]] && echo FAILED || echo -)" "from $least to $most MiB"
fi

# The same steps in PyTorch: eager, and as a CUDA graph.
if python3 -c 'import torch, sys; sys.exit(not torch.cuda.is_available())' 2> /dev/null; then
    cat > "$out/peer.py" <<'PY'
import statistics, time, torch
from torch import nn
dev = "cuda"
def bench(name, sizes, act, batch, lr, betas):
    x = torch.rand(60000, 784, device=dev); y = torch.randint(10, (60000,), device=dev)
    layers = []
    for i, (a, b) in enumerate(zip(sizes, sizes[1:])):
        layers += [nn.Linear(a, b)] + ([act()] if i + 2 < len(sizes) else [])
    net = nn.Sequential(*layers).to(dev)
    opt = torch.optim.Adam(net.parameters(), lr=lr, betas=betas, fused=True, capturable=True)
    loss_fn = nn.CrossEntropyLoss()
    index = torch.zeros(batch, dtype=torch.long, device=dev)
    def step():
        opt.zero_grad(set_to_none=True)
        loss = loss_fn(net(x[index]), y[index])
        loss.backward(); opt.step()
    order = torch.randperm(60000, device=dev)
    def measure(run):
        times = []
        for rep in range(12):
            torch.cuda.synchronize(); t = time.perf_counter()
            for i in range(60):
                index.copy_(order[i * batch % 59000:][:batch]); run()
            torch.cuda.synchronize(); times.append((time.perf_counter() - t) / 60 * 1e6)
        return statistics.median(times[2:])
    s = torch.cuda.Stream(); s.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(s):
        for _ in range(5): step()
    torch.cuda.current_stream().wait_stream(s)
    eager = measure(step)
    g = torch.cuda.CUDAGraph()
    with torch.cuda.graph(g): step()
    print(f"PyTorch {torch.__version__}, {name}|eager {eager:.1f} us/step, as a graph {measure(g.replay):.1f} us/step")
bench("784-128-10, batch 1000", [784, 128, 10], nn.Sigmoid, 1000, 0.01, (0.9, 0.99))
bench("784-128-64-10, batch 128", [784, 128, 64, 10], lambda: nn.LeakyReLU(0.01), 128, 0.001, (0.9, 0.999))
PY
    while IFS='|' read -r name figure; do
        row "$name" - "$figure"
    done < <(python3 "$out/peer.py")
fi

echo
printf '%s\n' "${table[@]}"
exit $failed
