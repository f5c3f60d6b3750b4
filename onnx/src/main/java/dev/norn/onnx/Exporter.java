package dev.norn.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.norn.graph.Binary;
import dev.norn.graph.Graphs;
import dev.norn.graph.Op;
import dev.norn.graph.Tensor;
import dev.norn.graph.Unary;
import dev.norn.graph.Variable;
import dev.norn.nn.Loss;
import dev.norn.nn.Model;
import dev.norn.nn.Pass;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Translates the graph of a model's predictions, operation by operation.
 *
 * <p>A Norn graph is of one batch size, an ONNX graph of any. So the graph is made for two sizes: what is the same in both
 * is written as it is, extents that differ follow the batch, and a model that computes something else is refused.
 *
 * <p>ONNX broadcasts by itself. So a broadcast is no node, but a value that stands for a larger one, until an operation
 * comes that takes its operands as they are.
 */
final class Exporter {

    static final String INPUT = "input";
    static final String OUTPUT = "output";

    /**
     * What an operation became.
     *
     * @param name of the ONNX value
     * @param shape its shape, which broadcasts to the operation's own
     * @param truth where the value is 0 or 1, the name of the same as a boolean; else null
     */
    private record Value(String name, BatchShape shape, String truth) {
        Value(String name, BatchShape shape) {
            this(name, shape, null);
        }
    }

    /** An operation in both graphs. */
    private record Node(Tensor small, Tensor large) {
        BatchShape shape() {
            return new BatchShape(small.shape(), large.shape());
        }

        DType dtype() {
            return small.dtype();
        }

        Op op() {
            return small.op();
        }

        Node input(int i) {
            return new Node(small.inputs().get(i), large.inputs().get(i));
        }

        /** The operation's name. */
        String name() {
            return op() instanceof Enum<?> e ? e.name() : op().getClass().getSimpleName();
        }

        /** For instance {@code ADD F32[batch, 10]}. */
        @Override
        public String toString() {
            return name() + " " + dtype() + shape();
        }
    }

    private final Model model;
    private final GraphBuilder graph = new GraphBuilder();
    private final Map<Tensor, Value> values = new IdentityHashMap<>(); // of the small graph

    private Exporter(Model model) {
        this.model = model;
    }

    /**
     * The graph.
     *
     * @param loss whose link function is the graph's last part; null for raw outputs
     * @throws IllegalArgumentException if there is no such graph in ONNX; the message names the operation
     */
    static GraphProto.Builder export(Model model, Loss loss) {
        Exporter exporter = new Exporter(model);
        List<Node> nodes = bothGraphs(model, loss);
        for (Node node : nodes) {
            exporter.values.put(node.small, exporter.value(node));
        }
        Node root = nodes.get(nodes.size() - 1);
        return exporter.graph.build(exporter.whole(root), OUTPUT)
                .addInput(Protos.batchOf(INPUT, model.dtype(), model.inputs()))
                .addOutput(Protos.batchOf(OUTPUT, model.dtype(), model.outputs()));
    }

    // ---- two graphs as one

    private static List<Node> bothGraphs(Model model, Loss loss) {
        List<Tensor> small = graph(model, loss, BatchShape.SMALL);
        List<Tensor> large = graph(model, loss, BatchShape.LARGE);
        if (small.size() != large.size()) {
            throw new IllegalArgumentException("cannot export: the model's graph depends on the batch's size");
        }
        Map<Tensor, Tensor> counterparts = new IdentityHashMap<>();
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < small.size(); i++) {
            Node node = new Node(small.get(i), large.get(i));
            List<Tensor> expected = node.small.inputs().stream().map(counterparts::get).toList();
            if (!sameOperation(node) || !expected.equals(node.large.inputs())) {
                throw refusal(node, "it depends on the batch's size");
            }
            counterparts.put(node.small, node.large);
            nodes.add(node);
        }
        return nodes;
    }

    private static List<Tensor> graph(Model model, Loss loss, int batch) {
        Tensor x = Tensor.input(INPUT, model.dtype(), Shape.of(batch, model.inputs()));
        Tensor z = model.apply(x, model.tensors(), Pass.INFERENCE);
        return Graphs.topological(List.of(loss == null ? z : loss.predict(z)));
    }

    private static boolean sameOperation(Node node) {
        boolean views = node.small.op() instanceof Op.View && node.large.op() instanceof Op.View;
        return (views || node.small.op().equals(node.large.op()))
                && node.small.dtype() == node.large.dtype()
                && node.small.shape().rank() == node.large.shape().rank();
    }

    private static IllegalArgumentException refusal(Node node, String reason) {
        return new IllegalArgumentException("cannot export " + node + " to ONNX: " + reason);
    }

    // ---- operations

    private Value value(Node node) {
        Op op = node.op();
        if (op instanceof Op.Constant constant) {
            return new Value(scalar(node.dtype(), constant.value()), BatchShape.fixed(Shape.SCALAR));
        } else if (op instanceof Op.Literal literal) {
            return new Value(graph.constant(Protos.tensor(literal.value())), node.shape());
        } else if (op instanceof Op.Input input) {
            return input(node, input);
        } else if (op instanceof Op.Read read) {
            return new Value(graph.named("variable_" + values.size(), initial(read.variable())), node.shape());
        } else if (op instanceof Op.Iota iota) {
            return iota(node, iota.axis());
        } else if (op instanceof Op.Uniform) {
            throw refusal(node, "ONNX has no counterpart of Norn's random numbers");
        } else if (op instanceof Unary fn) {
            Value x = operand(node, 0);
            return new Value(unary(fn, x.name, node.dtype()), x.shape);
        } else if (op instanceof Binary fn) {
            return binary(node, fn);
        } else if (op instanceof Op.Where) {
            Value condition = operand(node, 0);
            Value a = operand(node, 1);
            Value b = operand(node, 2);
            String truth = condition.truth != null ? condition.truth : cast(condition.name, TensorProto.DataType.BOOL);
            return new Value(graph.node("Where", truth, a.name, b.name),
                    BatchShape.broadcast(condition.shape, BatchShape.broadcast(a.shape, b.shape)));
        } else if (op instanceof Op.Cast to) {
            Value x = operand(node, 0);
            return to.dtype() == node.input(0).dtype() ? x : new Value(cast(x.name, Protos.type(to.dtype())), x.shape);
        } else if (op instanceof Op.Detach || op instanceof Op.Broadcast) {
            return operand(node, 0);
        } else if (op instanceof Op.Transpose) {
            return new Value(graph.node("Transpose", List.of(whole(node.input(0))),
                    Protos.attribute("perm", innermostExchanged(node.shape().rank()))), node.shape());
        } else if (op instanceof Op.View) {
            return view(node);
        } else if (op instanceof Op.Concat) {
            List<String> parts = IntStream.range(0, node.small.inputs().size())
                    .mapToObj(i -> reshape(whole(node.input(i)), -1)).toList();
            return new Value(graph.node("Concat", parts, Protos.attribute("axis", 0)), node.shape());
        } else if (op instanceof Op.Fold fold) {
            return fold(node, fold);
        } else if (op instanceof Op.MatMul mul) {
            return new Value(graph.node("MatMul", matrix(node.input(0), mul.transposeA()),
                    matrix(node.input(1), mul.transposeB())), node.shape());
        } else if (op instanceof Op.Gather) {
            return gather(node);
        }
        throw new AssertionError(op);
    }

    private String unary(Unary fn, String x, DType dtype) {
        return switch (fn) {
            case NEG -> graph.node("Neg", x);
            case ABS -> graph.node("Abs", x);
            case SIGN -> graph.node("Sign", x);
            case FLOOR -> graph.node("Floor", x);
            case SQRT -> graph.node("Sqrt", x);
            case EXP -> graph.node("Exp", x);
            case EXPM1 -> expm1(x, dtype);
            case LOG -> graph.node("Log", x);
            case LOG1P -> log1p(x, dtype);
            case SIN -> graph.node("Sin", x);
            case COS -> graph.node("Cos", x);
            case TANH -> graph.node("Tanh", x);
            case SIGMOID -> dtype == DType.F32 ? graph.node("Sigmoid", x) : sigmoid(x, dtype);
            case RELU -> graph.node("Relu", x);
            case ERF -> graph.node("Erf", x);
        };
    }

    private Value binary(Node node, Binary fn) {
        if (Softmax.is(node.small)) {
            String x = whole(node.input(0).input(0).input(0));
            return new Value(graph.node("Softmax", List.of(x), Protos.attribute("axis", -1)), node.shape());
        }
        Value a = operand(node, 0);
        Value b = operand(node, 1);
        BatchShape shape = BatchShape.broadcast(a.shape, b.shape);
        String result = graph.node(switch (fn) {
            case ADD -> "Add";
            case SUB -> "Sub";
            case MUL -> "Mul";
            case DIV -> "Div";
            case POW -> "Pow";
            case MAX -> "Max";
            case MIN -> "Min";
            case LESS -> "Less";
            case LESS_OR_EQUAL -> "LessOrEqual";
            case EQUAL -> "Equal";
        }, a.name, b.name);
        return switch (fn) {
            case LESS, LESS_OR_EQUAL, EQUAL -> new Value(cast(result, Protos.type(node.dtype())), shape, result);
            default -> new Value(result, shape);
        };
    }

    /**
     * exp(x) - 1, which ONNX has not. Where |x| < 1, with t = tanh(x/2), it is 2t / (1 - t), and nothing cancels; elsewhere
     * the difference loses a bit at most.
     */
    private String expm1(String x, DType dtype) {
        String one = scalar(dtype, 1);
        String t = graph.node("Tanh", graph.node("Mul", x, scalar(dtype, 0.5)));
        String near = graph.node("Div", graph.node("Add", t, t), graph.node("Sub", one, t));
        String far = graph.node("Sub", graph.node("Exp", x), one);
        return graph.node("Where", graph.node("Less", graph.node("Abs", x), one), near, far);
    }

    /**
     * log(1 + x), which ONNX has not. Where |x| < 1, with u = 1 + x as it is rounded, it is x log(u) / (u - 1), or x where
     * u is 1 (Goldberg, "What every computer scientist should know about floating-point arithmetic", ACM Computing
     * Surveys 23 (1991), theorem 4).
     */
    private String log1p(String x, DType dtype) {
        String one = scalar(dtype, 1);
        String u = graph.node("Add", one, x);
        String far = graph.node("Log", u);
        String near = graph.node("Where", graph.node("Equal", u, one), x,
                graph.node("Mul", x, graph.node("Div", far, graph.node("Sub", u, one))));
        return graph.node("Where", graph.node("Less", graph.node("Abs", x), one), near, far);
    }

    /** 1 / (1 + exp(-x)), for F64: ONNX Runtime has x Sigmoid(x) as one operation (QuickGelu), but only in F32, and fails. */
    private String sigmoid(String x, DType dtype) {
        String one = scalar(dtype, 1);
        return graph.node("Div", one, graph.node("Add", one, graph.node("Exp", graph.node("Neg", x))));
    }

    private Value input(Node node, Op.Input input) {
        if (!input.name().equals(INPUT) || !node.shape().equals(new BatchShape(
                Shape.of(BatchShape.SMALL, model.inputs()), Shape.of(BatchShape.LARGE, model.inputs())))) {
            throw refusal(node, "the model has one input, and this is another, \"" + input.name() + "\"");
        }
        return new Value(INPUT, node.shape());
    }

    /** Along one axis only: the others are for broadcasting. */
    private Value iota(Node node, int axis) {
        if (!node.shape().isFixed(axis)) {
            throw refusal(node, "it numbers the samples of a batch");
        }
        int[] dims = IntStream.range(0, node.shape().rank())
                .map(a -> a == axis ? node.shape().small().dim(axis) : 1).toArray();
        Shape shape = Shape.of(dims);
        NdArray numbers = NdArray.of(shape, IntStream.range(0, shape.size()).toArray());
        return new Value(graph.constant(Protos.tensor(numbers)), BatchShape.fixed(shape));
    }

    /** A parameter, other elements under another shape, or a part that does not depend on the batch. */
    private Value view(Node node) {
        Node operand = node.input(0);
        int offset = ((Op.View) node.small.op()).offset();
        if (offset != ((Op.View) node.large.op()).offset()) {
            throw refusal(node, "it is a part of the batch");
        }
        if (operand.op() instanceof Op.Read read && read.variable() == model.variable()) {
            for (Model.Placed placed : model.parameters()) {
                if (placed.offset() == offset && BatchShape.fixed(placed.parameter().shape()).equals(node.shape())) {
                    return new Value(graph.named(placed.name(), model.value(placed.name())), node.shape());
                }
            }
        }
        if (node.shape().isPadded(operand.shape())) {
            return operand(node, 0); // as broadcasting does
        }
        String all = whole(operand);
        if (node.shape().hasSizeOf(operand.shape())) {
            return new Value(reshape(all, extents(node)), node.shape());
        }
        if (!node.shape().isFixed()) {
            throw refusal(node, "it is a part of the batch");
        }
        String part = graph.node("Slice", reshape(all, -1),
                vector(offset), vector(offset + (long) node.shape().small().size()));
        return new Value(reshape(part, extents(node)), node.shape());
    }

    /** The extents as ONNX's Reshape takes them: -1 for the one that follows the batch. */
    private static long[] extents(Node node) {
        BatchShape shape = node.shape();
        long[] extents = IntStream.range(0, shape.rank())
                .mapToLong(axis -> shape.isFixed(axis) ? shape.small().dim(axis) : -1).toArray();
        if (LongStream.of(extents).filter(e -> e == -1).count() > 1) {
            throw refusal(node, "more than one extent follows the batch's size");
        }
        return extents;
    }

    private Value fold(Node node, Op.Fold fold) {
        String x = whole(node.input(0));
        List<Long> axes = fold.axes().stream().map(Integer::longValue).toList();
        AttributeProto attribute = Protos.attribute("axes", axes);
        return new Value(switch (fold.reduction()) {
            // Of these, opset 13 takes the axes of sums alone as an operand.
            case SUM -> graph.node("ReduceSum", x, vector(axes.stream().mapToLong(a -> a).toArray()));
            case MAX -> graph.node("ReduceMax", List.of(x), attribute);
            case MIN -> graph.node("ReduceMin", List.of(x), attribute);
        }, node.shape());
    }

    private String matrix(Node node, boolean transposed) {
        String matrix = whole(node);
        return transposed
                ? graph.node("Transpose", List.of(matrix), Protos.attribute("perm", List.of(1L, 0L)))
                : matrix;
    }

    /** In ONNX an index outside the table is an error; in Norn it is the nearest inside. */
    private Value gather(Node node) {
        Node table = node.input(0);
        if (!table.shape().isFixed(0)) {
            throw refusal(node, "it picks among the samples of a batch");
        }
        String last = scalar(DType.I32, table.shape().small().dim(0) - 1);
        String index = graph.node("Max", graph.node("Min", whole(node.input(1)), last), scalar(DType.I32, 0));
        return new Value(graph.node("Gather", whole(table), index), node.shape());
    }

    // ---- operands

    private Value operand(Node node, int i) {
        return values.get(node.small.inputs().get(i));
    }

    /** The name of a value that has all elements of its operation. */
    private String whole(Node node) {
        Value value = values.get(node.small);
        return value.shape.equals(node.shape()) ? value.name
                : graph.node("Expand", value.name, expansion(node, value.shape));
    }

    /** The shape that Expand takes to make {@code from} the node's; it leaves extents as they are for which it says 1. */
    private String expansion(Node node, BatchShape from) {
        BatchShape to = node.shape();
        long[] fixed = new long[to.rank()];
        List<String> extents = new ArrayList<>();
        boolean batch = false;
        for (int axis = 0; axis < to.rank(); axis++) {
            int own = axis - to.rank() + from.rank();
            boolean there = own >= 0 && !from.isFixed(own);
            fixed[axis] = there ? 1 : to.small().dim(axis);
            if (there || to.isFixed(axis)) {
                extents.add(vector(fixed[axis]));
            } else {
                int times = to.timesBatch(axis);
                if (times == 0) {
                    throw refusal(node, "an extent is no multiple of the batch's size");
                }
                batch = true;
                extents.add(graph.node("Mul", batchSize(), vector(times)));
            }
        }
        return batch ? graph.node("Concat", extents, Protos.attribute("axis", 0)) : vector(fixed);
    }

    /** How many samples there are, as a vector of one number. */
    private String batchSize() {
        return graph.node("Gather", graph.node("Shape", INPUT), vector(0));
    }

    private String reshape(String x, long... extents) {
        return graph.node("Reshape", x, vector(extents));
    }

    private String cast(String x, TensorProto.DataType type) {
        return graph.node("Cast", List.of(x), Protos.attribute("to", type.getNumber()));
    }

    private String scalar(DType dtype, double value) {
        NdArray number = NdArray.zeros(dtype, Shape.SCALAR);
        number.set(0, value);
        return graph.constant(Protos.tensor(number));
    }

    private String vector(long... values) {
        return graph.constant(Protos.vector(values));
    }

    private static List<Long> innermostExchanged(int rank) {
        List<Long> axes = new ArrayList<>(LongStream.range(0, rank).boxed().toList());
        Collections.swap(axes, rank - 1, rank - 2);
        return axes;
    }

    private static NdArray initial(Variable variable) {
        return Objects.requireNonNullElseGet(variable.initial(), () -> NdArray.zeros(variable.dtype(), variable.shape()));
    }
}
