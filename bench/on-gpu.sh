#!/usr/bin/env bash
# Checks Norn on a machine that has an NVIDIA GPU and little else, and prints one table. Needs a Java runtime ($JAVA, or java on
# the path), examples.jar and bench.jar beside this script, and a GPU that nobody else uses. Where $PYTHON (or python3) has
# PyTorch with CUDA, that does the same work in the same run, and Norn has to keep up. Ends with 1 if anything failed.
#
#     EPOCHS=30 SIZE=8192 LONG=4000 bash on-gpu.sh
set -uo pipefail
export LC_ALL=C
cd "$(dirname "$0")"
java=${JAVA:-java}
python=${PYTHON:-python3}
epochs=${EPOCHS:-30}
size=${SIZE:-8192} # rows and columns of the large products
long=${LONG:-4000} # epochs of 60 steps, in which memory is watched
out=$(mktemp -d)
trap 'kill $(jobs -p) 2> /dev/null; rm -rf "$out"' EXIT
table=()
failed=0
declare -A step eager graph

# One line of the table: row NAME ok|FAILED|- FIGURES; - is what could not be judged here
row() {
    table+=("$(printf '%-42s %-7s %s' "$1" "$2" "$3")")
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

# The median of numbers, a line each.
median() {
    sort -g | awk '{ s[NR] = $1 } END { if (NR) print s[int((NR + 1) / 2)] }'
}

# Microseconds a step: the median epoch but the first two, which compile and capture: micros FILE STEPS
micros() {
    grep -oE '"seconds" *: *[0-9.eE+-]+' "$1" | sed 's/.*: *//' | tail -n +3 | median | awk -v steps="$2" '{ printf "%.1f", $1 / steps * 1e6 }'
}

# Whether an awk expression holds.
holds() {
    awk "BEGIN { exit !($1) }"
}

# The same in PyTorch: peer.py steps prints "NAME|eager|graph" in microseconds a step, peer.py products SIZE "PRECISION|microseconds"
cat > "$out/peer.py" <<'PY'
import statistics, sys, time, warnings, torch
from torch import nn
warnings.simplefilter("ignore")
dev = "cuda"

def steps(name, sizes, act, batch, lr, betas):
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
    print(f"{name}|{eager:.1f}|{measure(g.replay):.1f}")

def product(precision, n):
    torch.backends.cuda.matmul.allow_tf32 = precision == "TF32"
    dtype = torch.float64 if precision == "F64" else torch.float32
    a, b, c = (torch.randn(n, n, device=dev, dtype=dtype) for _ in range(3))
    times, begun = [], time.perf_counter()
    while len(times) < 10 or time.perf_counter() - begun < 10:
        torch.cuda.synchronize(); t = time.perf_counter()
        torch.matmul(a, b, out=c)
        torch.cuda.synchronize(); times.append((time.perf_counter() - t) * 1e6)
    print(f"{precision}|{statistics.median(times[len(times) // 2:]):.1f}", flush=True)

if sys.argv[1] == "steps":
    steps("784-128-10, batch 1000", [784, 128, 10], nn.Sigmoid, 1000, 0.01, (0.9, 0.99))
    steps("784-128-64-10, batch 128", [784, 128, 64, 10], lambda: nn.LeakyReLU(0.01), 128, 0.001, (0.9, 0.999))
else:
    for precision in ("F32", "TF32", "F64"):
        product(precision, int(sys.argv[2]))
PY

# ---- What there is

nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader 2> /dev/null || echo "no nvidia-smi"
norn devices | tee "$out/devices"
found=$(sed -n 's/^cuda *//p' "$out/devices")
case $found in
    '' | 'not available'* | *'test double'*) row devices FAILED "${found:-no answer}" ;;
    *) row devices ok "$found" ;;
esac
torch=$("$python" -c 'import torch; print(torch.__version__ if torch.cuda.is_available() else "")' 2> /dev/null)
row PyTorch - "${torch:-there is none with CUDA to compare with}"

# ---- Right

for precision in f32 f64; do
    norn verify --backend cuda --precision $precision > "$out/verify" 2>&1 && status=ok || status=FAILED
    cat "$out/verify"
    if [[ $status == ok ]]; then
        row "verify $precision" ok "$(awk '/ checks .* ok$/ { n++; gsub(",", ""); c += $3 } END { print n " groups, " c " checks" }' "$out/verify")"
    else
        row "verify $precision" FAILED "$(grep -m 1 -E 'FAILED|verify:' "$out/verify")"
    fi
done

# train NAME STEPS LIMIT OPTION... : on the GPU and on the CPU; accuracies within 0.2 points, a step at most LIMIT microseconds
train() {
    local name=$1 steps=$2 limit=$3 gpu cpu status=ok
    shift 3
    if ! norn mnist --backend cuda --quiet --json "$out/gpu.json" "$@" || ! norn mnist --backend cpu --quiet --json "$out/cpu.json" "$@"; then
        row "$name" FAILED "see above"
        return
    fi
    gpu=$(number test_accuracy "$out/gpu.json")
    cpu=$(number test_accuracy "$out/cpu.json")
    step[$name]=$(micros "$out/gpu.json" "$steps")
    holds "$gpu - $cpu <= 0.002 && $cpu - $gpu <= 0.002" || status=FAILED
    row "$name: accuracy" $status "$gpu (cpu $cpu)"
    [[ -n ${step[$name]} ]] && holds "${step[$name]} <= $limit" && status=ok || status=FAILED
    row "$name: time" $status "${step[$name]} us/step (limit $limit)"
}

w1=(--hidden 128 --activation sigmoid --optimizer adam --learning-rate 0.01 --beta2 0.99 --batch-size 1000 --schedule constant
    --dropout 0)
train "784-128-10, batch 1000" 60 60 "${w1[@]}" --epochs "$epochs"
train "784-128-64-10, batch 128" 469 40 --hidden 128,64 --activation leaky-relu --optimizer adam --learning-rate 0.001 \
    --batch-size 128 --schedule constant --dropout 0 --epochs "$((epochs / 3 > 3 ? epochs / 3 : 3))"

# Every epoch's loss and accuracy, and the test's.
figures() {
    grep -oE '"(loss|accuracy|test_loss|test_accuracy)" *: *[0-9.eE+-]+' "$1"
}
norn mnist --backend cuda --quiet --json "$out/graph.json" "${w1[@]}" --epochs "$epochs" > /dev/null
norn mnist --backend cuda --quiet --no-graph --json "$out/plain.json" "${w1[@]}" --epochs "$epochs" > /dev/null
if [[ -s $out/plain.json && $(figures "$out/graph.json") == "$(figures "$out/plain.json")" ]]; then
    row "graph and no graph" ok "every loss the same to the last digit; $(micros "$out/graph.json" 60) and $(micros "$out/plain.json" 60) us/step"
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

# ---- Memory, from the third epoch to the last

steps=$((long * 60))
"$java" -jar examples.jar mnist --backend cuda --hidden 128 --batch-size 1000 --learning-rate 0.0001 --schedule constant \
    --epochs "$long" > "$out/long" 2> "$out/progress" &
pid=$!
while kill -0 $pid 2> /dev/null && ! grep -q "^epoch $long/" "$out/progress"; do
    used=$(nvidia-smi --query-gpu=memory.used --format=csv,noheader,nounits 2> /dev/null | awk '{ sum += $1 } END { if (NR) print sum }')
    # What was asked in time counts.
    if grep -q '^epoch 3/' "$out/progress" && ! grep -q "^epoch $long/" "$out/progress"; then
        echo "$used"
    fi
    sleep 0.2
done > "$out/memory"
if ! wait $pid; then
    row "memory in $steps steps" FAILED "$(tail -n 1 "$out/progress")"
else
    read -r samples least most <<< "$(sort -g "$out/memory" | awk 'NF { if (!n++) a = $1; b = $1 } END { print n + 0, a, b }')"
    if ((samples < 5)); then
        row "memory in $steps steps" FAILED "seen $samples times, which is too little; is nvidia-smi there?"
    elif ((most - least <= 2)); then
        row "memory in $steps steps" ok "$least to $most MiB of the GPU in use, seen $samples times"
    else
        row "memory in $steps steps" FAILED "$least to $most MiB of the GPU in use, seen $samples times"
    fi
fi

# ---- Fast: products and steps, beside PyTorch's

if [[ -n $torch ]]; then
    "$python" "$out/peer.py" steps | tee "$out/steps"
    while IFS='|' read -r name a b; do
        eager[$name]=$a
        graph[$name]=$b
    done < "$out/steps"
    for name in "784-128-10, batch 1000" "784-128-64-10, batch 128"; do
        ours=${step[$name]:-} a=${eager[$name]:-} b=${graph[$name]:-}
        [[ -n $ours && -n $a ]] && holds "5 * $ours <= $a" && status=ok || status=FAILED
        row "$name: PyTorch" $status "$ours us/step, eager $a (at least 5 times ours)"
        [[ -n $ours && -n $b ]] && holds "$ours <= $b" && status=ok || status=FAILED
        row "$name: PyTorch's graph" $status "$ours us/step, as a CUDA graph $b (at least ours)"
    done
    "$python" "$out/peer.py" products "$size" | tee "$out/peers"
fi

# Thousands of thousands of millions of operations a second: rate MICROSECONDS
rate() {
    awk -v n="$size" -v us="$1" 'BEGIN { printf "%.2f", 2 * n ^ 3 / us * 1e-6 }'
}
for precision in F32 TF32 F64; do
    ours=
    if "$java" -jar bench.jar ProductBenchmark -bm sample -tu us -foe true -rf csv -rff "$out/product.csv" -jvmArgsAppend -Xmx8g \
        -p backend=cuda -p threads=1 -p shape="${size}x${size}x${size}" -p precision=$precision > "$out/product" 2>&1; then
        ours=$(awk -F, '$1 ~ /:p0\.50"$/ { print $5 }' "$out/product.csv")
    fi
    peer=$(sed -n "s/^$precision|//p" "$out/peers" 2> /dev/null)
    if [[ -z $ours ]]; then
        row "product $size^3 $precision" FAILED "$(grep -m 1 -E 'Exception|Error' "$out/product")"
    elif [[ -n $peer ]]; then
        holds "0.95 * $ours <= $peer" && status=ok || status=FAILED
        row "product $size^3 $precision" $status "$(rate "$ours") TFLOP/s, PyTorch $(rate "$peer") (at least 95 % of it)"
    else
        [[ -z $torch ]] && status=- || status=FAILED
        row "product $size^3 $precision" $status "$(rate "$ours") TFLOP/s, none of PyTorch's to compare with"
    fi
done

echo
printf '%s\n' "${table[@]}"
exit $failed
