package dev.norn.conformance;

import dev.norn.graph.Binary;
import dev.norn.graph.Reduction;
import dev.norn.graph.Tensor;
import dev.norn.graph.Unary;

/** The elementwise operations and folds as the fluent API has them, by their enums: a new one has to be added here. */
final class Ops {

    private Ops() {}

    static Tensor apply(Unary fn, Tensor x) {
        return switch (fn) {
            case NEG -> x.neg();
            case ABS -> x.abs();
            case SIGN -> x.sign();
            case FLOOR -> x.floor();
            case SQRT -> x.sqrt();
            case EXP -> x.exp();
            case EXPM1 -> x.expm1();
            case LOG -> x.log();
            case LOG1P -> x.log1p();
            case SIN -> x.sin();
            case COS -> x.cos();
            case TANH -> x.tanh();
            case SIGMOID -> x.sigmoid();
            case RELU -> x.relu();
            case ERF -> x.erf();
        };
    }

    static Tensor apply(Binary fn, Tensor a, Tensor b) {
        return switch (fn) {
            case ADD -> a.add(b);
            case SUB -> a.sub(b);
            case MUL -> a.mul(b);
            case DIV -> a.div(b);
            case POW -> a.pow(b);
            case MAX -> a.maximum(b);
            case MIN -> a.minimum(b);
            case LESS -> a.less(b);
            case LESS_OR_EQUAL -> a.lessOrEqual(b);
            case EQUAL -> a.equal(b);
        };
    }

    static Tensor apply(Reduction fold, Tensor x, int... axes) {
        return switch (fold) {
            case SUM -> x.sum(axes);
            case MAX -> x.max(axes);
            case MIN -> x.min(axes);
        };
    }
}
