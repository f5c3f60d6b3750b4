package dev.norn.examples;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Lists of numbers as options. */
final class Numbers {

    private Numbers() {}

    /**
     * How wide the hidden layers are.
     *
     * @param units one number for each; none for a model without hidden layers
     */
    record Widths(List<Integer> units) {

        @Override
        public String toString() {
            return units.isEmpty() ? "none" : String.join(",", units.stream().map(Object::toString).toList());
        }
    }

    /** {@code 128,64}, or {@code none}. */
    static final class WidthsConverter implements ITypeConverter<Widths> {
        @Override
        public Widths convert(String text) {
            if (text.equals("none")) {
                return new Widths(List.of());
            }
            List<Integer> units = new ArrayList<>();
            for (String part : text.split(",", -1)) {
                try {
                    units.add(Integer.valueOf(part.strip()));
                } catch (NumberFormatException e) {
                    throw malformed(text);
                }
                if (units.get(units.size() - 1) < 1) {
                    throw malformed(text);
                }
            }
            return new Widths(List.copyOf(units));
        }

        private static TypeConversionException malformed(String text) {
            return new TypeConversionException(
                    "'" + text + "' must be positive whole numbers with commas between, as in 128,64, or none");
        }
    }

    /** From one number to a greater one. */
    record Range(double from, double to) {

        @Override
        public String toString() {
            return from + "," + to;
        }
    }

    /** {@code -1,1}. */
    static final class RangeConverter implements ITypeConverter<Range> {
        @Override
        public Range convert(String text) {
            String[] parts = text.split(",", -1);
            if (parts.length == 2) {
                try {
                    Range range = new Range(Double.parseDouble(parts[0]), Double.parseDouble(parts[1]));
                    if (range.from < range.to && Double.isFinite(range.to - range.from)) {
                        return range;
                    }
                } catch (NumberFormatException e) {
                    // as below
                }
            }
            throw new TypeConversionException(
                    "'" + text + "' must be two numbers, the lesser first, with a comma between, as in -1,1");
        }
    }
}
