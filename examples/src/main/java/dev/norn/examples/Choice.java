package dev.norn.examples;

import dev.norn.backend.BackendProvider;
import dev.norn.backend.Backends;
import dev.norn.conformance.Conformance;
import dev.norn.conformance.Group;
import dev.norn.nn.Activation;
import dev.norn.tensor.DType;
import dev.norn.train.Sampling;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What an option can be, by name: converts a name, and lists all in the help and where a name is wrong. */
abstract class Choice<T> implements ITypeConverter<T>, Iterable<String> {

    private final Map<String, T> values = new LinkedHashMap<>();

    private Choice(List<T> values, Function<T, String> name) {
        values.forEach(value -> this.values.put(name.apply(value), value));
    }

    @Override
    public final T convert(String name) {
        T value = values.get(name);
        if (value == null) {
            throw new TypeConversionException("there is no '" + name + "'; valid are " + String.join(", ", this));
        }
        return value;
    }

    @Override
    public final Iterator<String> iterator() {
        return values.keySet().iterator();
    }

    /** How an enum's constant is spelt here: WARM_UP is warm-up. */
    static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static final class OfBackend extends Choice<String> {
        OfBackend() {
            super(names(), name -> name);
        }

        static List<String> names() {
            List<String> names = new ArrayList<>(List.of(Backends.AUTO));
            names.addAll(Backends.providers().stream().map(BackendProvider::name).toList());
            return names;
        }
    }

    /** For commands that can go through several. */
    static final class OfBackends extends Choice<String> {
        OfBackends() {
            super(Stream.concat(OfBackend.names().stream(), Stream.of(BackendSelection.ALL)).toList(), name -> name);
        }
    }

    static final class OfPrecision extends Choice<Precision> {
        OfPrecision() {
            super(List.of(Precision.values()), Choice::name);
        }
    }

    static final class OfActivation extends Choice<Activation> {
        OfActivation() {
            super(Activation.all(), Activation::name);
        }
    }

    static final class OfInitializer extends Choice<InitializerKind> {
        OfInitializer() {
            super(List.of(InitializerKind.values()), Choice::name);
        }
    }

    static final class OfOptimizer extends Choice<OptimizerKind> {
        OfOptimizer() {
            super(List.of(OptimizerKind.values()), Choice::name);
        }
    }

    static final class OfSchedule extends Choice<ScheduleKind> {
        OfSchedule() {
            super(List.of(ScheduleKind.values()), Choice::name);
        }
    }

    static final class OfSampling extends Choice<Sampling> {
        OfSampling() {
            super(List.of(Sampling.values()), Choice::name);
        }
    }

    static final class OfScale extends Choice<RungeData.Scale> {
        OfScale() {
            super(List.of(RungeData.Scale.values()), Choice::name);
        }
    }

    /** For commands that can go through several. */
    static final class OfPrecisions extends Choice<List<DType>> {
        OfPrecisions() {
            super(List.of(List.of(DType.F32), List.of(DType.F64), List.of(DType.F32, DType.F64)),
                    types -> types.size() == 1 ? name(types.get(0)) : "both");
        }
    }

    static final class OfGroup extends Choice<Group> {
        OfGroup() {
            super(all(), Group::name);
        }

        /** The conformance suite and, since they need the digits, what is checked here. */
        static List<Group> all() {
            List<Group> groups = new ArrayList<>(Conformance.groups());
            groups.addAll(TrainingCheck.all());
            return groups;
        }
    }
}
