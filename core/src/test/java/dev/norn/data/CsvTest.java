package dev.norn.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.random.RandomStream;
import dev.norn.tensor.DType;
import dev.norn.tensor.NdArray;
import dev.norn.tensor.Shape;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTest {

    private static CsvTable read(String text, Csv.Format format) {
        return Csv.read("t.csv", new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), format);
    }

    private static CsvTable read(String text) {
        return read(text, Csv.DEFAULT);
    }

    private static String rejected(String text, Csv.Format format) {
        String message = assertThrows(DataException.class, () -> read(text, format)).getMessage();
        assertTrue(message.startsWith("t.csv"), message);
        assertFalse(message.contains("\n") || message.contains("\r"), message);
        return message;
    }

    private static void assertTable(CsvTable table, int rows, int columns, double... values) {
        assertEquals(NdArray.of(Shape.of(rows, columns), values), table.values());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1,2\n3,4\n", "1,2\n3,4", "1,2\r\n3,4\r\n", "1,2\r3,4\r", "1,2\n\n\n3,4\n\n",
        "\n\r\n1,2\r\n3,4", "\"1\",\"2\"\n\"3\",4", " 1 ,2\t\n3,  4", "\uFEFF1,2\n3,4", "\uFEFF\"1\",2\n3,4",
        "1.0,+2\n3e0,.4e1", "1.,02\n3,4E+0"})
    void readsNumbersWithoutAHeader(String text) {
        CsvTable table = read(text);
        assertTable(table, 2, 2, 1, 2, 3, 4);
        assertEquals(List.of(), table.columns());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a,b c\n1,2\n", "\"a\",\"b c\"\n1,2\n", " a , b c \r\n1,2", "\uFEFF\"a\",b c\n1,2"})
    void detectsAHeader(String text) {
        CsvTable table = read(text);
        assertEquals(List.of("a", "b c"), table.columns());
        assertTable(table, 1, 2, 1, 2);
    }

    @Test
    void headersMayHoldDelimitersQuotesAndLines() {
        CsvTable table = read("\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",\"\"\n1,2,3,x\n".replace("x", "4"));
        assertEquals(List.of("a,b", "say \"hi\"", "two\nlines", ""), table.columns());
        assertTable(table, 1, 4, 1, 2, 3, 4);
    }

    @Test
    void headersMayBeNumbersOnRequest() {
        CsvTable table = read("2019,2020\n1,2\n", new Csv.Format(',', Csv.Header.PRESENT));
        assertEquals(List.of("2019", "2020"), table.columns());
        assertTable(table, 1, 2, 1, 2);
        assertTable(read("2019,2020\n1,2\n"), 2, 2, 2019, 2020, 1, 2);
        assertTrue(rejected("a,b\n1,2\n", new Csv.Format(',', Csv.Header.ABSENT)).contains("line 1, column 1: \"a\""));
    }

    @ParameterizedTest
    @ValueSource(strings = {";", "\t", "|", " "})
    void otherDelimiters(String delimiter) {
        Csv.Format format = new Csv.Format(delimiter.charAt(0), Csv.Header.DETECT);
        assertTable(read("a,b\n1,2\n".replace(",", delimiter), format), 1, 2, 1, 2);
    }

    @ParameterizedTest
    @ValueSource(chars = {'"', '\n', '\r', '.', '-', '+', 'e', 'E', '0', '9'})
    void delimitersMustNotBePartOfANumber(char delimiter) {
        assertThrows(IllegalArgumentException.class, () -> new Csv.Format(delimiter, Csv.Header.DETECT));
    }

    static Stream<Arguments> malformed() {
        return Stream.of(
                Arguments.of("", " is empty"),
                Arguments.of("\n\r\n\n", " is empty"),
                Arguments.of("\uFEFF", " is empty"),
                Arguments.of("a,b\n", " has a header but no rows"),
                Arguments.of("a,b\n1,2\n3\n", " line 3: 1 fields, but line 1 has 2"),
                Arguments.of("a,b\n1,2,\n", " line 2: 3 fields, but line 1 has 2"),
                Arguments.of("\n1,2\n\n1,2,3\n", " line 4: 3 fields, but line 2 has 2"),
                Arguments.of("a,b\n1,2\n3,x\n", " line 3, column 2 (b): \"x\" is not a finite number"),
                Arguments.of("\"a\nc\",b\n\n1,2\n3,x\n", " line 5, column 2 (b): \"x\" is not a finite number"),
                Arguments.of("\"a\nb\"\nx\n", " line 3, column 1 (a?b): \"x\" is not a finite number"),
                Arguments.of("\"a\rb\r\nc\",d\n1,x\n", " line 4, column 2 (d): \"x\" is not a finite number"),
                Arguments.of("1,2\n3,\n", " line 2, column 2: the field is empty; a number is needed"),
                Arguments.of("1,2\n \n", " line 2: 1 fields"),
                Arguments.of("1,x\n", " line 1, column 2: \"x\" is not a finite number"),
                Arguments.of("1\nNaN\n", " line 2, column 1: \"NaN\" is not a finite number"),
                Arguments.of("1\nInfinity\n", " line 2, column 1: \"Infinity\" is not"),
                Arguments.of("1\n0x1p3\n", " line 2, column 1: \"0x1p3\" is not"),
                Arguments.of("1\n1f\n", " line 2, column 1: \"1f\" is not"),
                Arguments.of("1\n1d\n", " line 2, column 1: \"1d\" is not"),
                Arguments.of("1\n1_000\n", " line 2, column 1: \"1_000\" is not"),
                Arguments.of("1\n1e999\n", " line 2, column 1: \"1e999\" is beyond the range of F64"),
                Arguments.of("1\n--1\n", " line 2, column 1: \"--1\" is not"),
                Arguments.of("1\n.\n", " line 2, column 1: \".\" is not"),
                Arguments.of("1\n\u0661\n", " line 2, column 1: \"\u0661\" is not"),
                Arguments.of("1\n\"2\n3\"\n", " line 2, column 1: \"2?3\" is not"),
                Arguments.of("1\n" + "7x".repeat(50) + "\n", " line 2, column 1: \"" + "7x".repeat(20) + "…\" is not"),
                Arguments.of("a,b,a\n1,2,3\n", " line 1, column 3: a second column is called \"a\""),
                Arguments.of("1,2\n3,\"4\n5,6\n", " line 2, column 2: a quote that never closes"),
                Arguments.of("1,2\n3,\"4\"5\n", " line 2, column 2: text after the closing quote"),
                Arguments.of("1,2\n3, \"4\"\n", " line 2, column 2: a quote inside a field"),
                Arguments.of("1,2\n3,4\"\n", " line 2, column 2: a quote inside a field"),
                Arguments.of("1\n\"" + "1".repeat(70_000), " line 2, column 1: a field of more than 65536 characters"),
                Arguments.of("1\n" + "1".repeat(70_000), " line 2, column 1: a field of more than 65536 characters"));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void malformedTextIsPlacedByLineAndColumn(String text, String expected) {
        String message = rejected(text, Csv.DEFAULT);
        assertTrue(message.startsWith("t.csv" + expected), message);
    }

    @Test
    void textMustBeUtf8() {
        byte[] latin1 = "größe\n1\n".getBytes(StandardCharsets.ISO_8859_1);
        var e = assertThrows(DataException.class,
                () -> Csv.read("t.csv", new ByteArrayInputStream(latin1), Csv.DEFAULT));
        assertEquals("cannot read t.csv: it is not text in UTF-8", e.getMessage());
        assertEquals(List.of("größe"), read("größe\n1\n").columns());
    }

    @Test
    void targetsByNameOrNumber() {
        CsvTable table = read("a,b,c,d\n1,2,3,4\n5,6,7,8\n");
        Dataset byName = table.dataset("d", "b");
        assertEquals(NdArray.of(Shape.of(2, 2), 1.0, 3, 5, 7), byName.inputs());
        assertEquals(NdArray.of(Shape.of(2, 2), 4.0, 2, 8, 6), byName.targets());
        Dataset byNumber = table.dataset(3, 1);
        assertEquals(byName.inputs(), byNumber.inputs());
        assertEquals(byName.targets(), byNumber.targets());
        Dataset labelled = table.labelled("c");
        assertEquals(NdArray.of(Shape.of(2, 3), 1.0, 2, 4, 5, 6, 8), labelled.inputs());
        assertEquals(NdArray.of(Shape.of(2), 3, 7), labelled.targets());
        assertEquals(labelled.targets(), table.labelled(2).targets());
        assertEquals(DType.F64, labelled.inputs().dtype());
        assertEquals("t.csv[2 rows, columns a, b, c, d]", table.toString());
    }

    @Test
    void targetsThatAreNotThere() {
        CsvTable table = read("a,b\n1,2\n");
        CsvTable plain = read("1,2\n");
        List<Runnable> wrong = List.of(() -> table.dataset("x"), () -> table.dataset("a", "b"),
                () -> table.dataset(0, 0), () -> table.dataset(2), () -> table.dataset(-1), () -> table.dataset(new int[0]),
                () -> plain.dataset("a"), () -> plain.labelled(7), () -> read("1\n").dataset(0));
        List<String> expected = List.of("there is no column x; the columns are a, b", "2 of its 2 columns are targets",
                "column number 0 is given twice", "no column number 2 (valid: 0 to 1)", "no column number -1",
                "0 of its 2 columns are targets", "there is no column a; without a header, use numbers",
                "no column number 7", "1 of its 1 columns are targets");
        for (int i = 0; i < wrong.size(); i++) {
            var e = assertThrows(DataException.class, wrong.get(i)::run);
            assertTrue(e.getMessage().startsWith("t.csv: "), e.getMessage());
            assertTrue(e.getMessage().contains(expected.get(i)), e.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.5", "-1", "2147483647", "1e10", "-0.0001"})
    void labelsMustBeWholeNumbersFromZero(String label) {
        CsvTable table = read("x,y\n\n1,2\n3," + label + "\n");
        var e = assertThrows(DataException.class, () -> table.labelled("y"));
        assertTrue(e.getMessage().startsWith("t.csv line 4, column 2: "), e.getMessage());
        assertTrue(e.getMessage().contains("is not a class label"), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 15, 16, 17, 997, 20_000})
    void whatIsWrittenIsReadBackExactly(int rows, @TempDir Path folder) {
        RandomStream random = new RandomStream(rows, 0);
        List<List<Double>> table = new ArrayList<>();
        double[] flat = new double[rows * 3];
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < 3; c++) {
                double x = Double.longBitsToDouble((long) (random.nextDouble() * 0x1p53) * 2049);
                flat[3 * r + c] = Double.isFinite(x) ? x : r;
            }
            table.add(List.of(flat[3 * r], flat[3 * r + 1], flat[3 * r + 2]));
        }
        Path file = folder.resolve("t.csv");
        Csv.write(file, List.of("x", "y", "z"), table);
        assertTable(Csv.read(file), rows, 3, flat);
        Csv.write(file, List.of(), table);
        assertTable(Csv.read(file), rows, 3, flat);
    }

    /** Any text at all, written and split again. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void fieldsOfAnyTextComeBack(long seed, @TempDir Path folder) throws IOException {
        RandomStream random = new RandomStream(seed, 0);
        String alphabet = "ab1,,\"\"\n\r é;\u2028😀";
        for (int trial = 0; trial < 200; trial++) {
            int width = 1 + random.nextInt(4);
            List<List<String>> rows = new ArrayList<>();
            for (int r = random.nextInt(5); r >= 0; r--) {
                List<String> row = new ArrayList<>();
                for (int c = 0; c < width; c++) {
                    StringBuilder field = new StringBuilder();
                    for (int i = random.nextInt(6); i > 0; i--) {
                        field.append(alphabet.charAt(random.nextInt(alphabet.length() - 2)));
                    }
                    row.add(field.append(random.nextInt(2) == 0 ? "" : "😀").toString());
                }
                rows.add(row);
            }
            Path file = folder.resolve("t.csv");
            Csv.write(file, List.of(), rows);
            CsvRecords records = new CsvRecords("t.csv", new StringReader(Files.readString(file)), ',');
            for (List<String> row : rows) {
                assertEquals(row, records.next());
            }
            assertEquals(null, records.next());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void anyTextIsReadOrReported(long seed) {
        RandomStream random = new RandomStream(seed, 0);
        String alphabet = "0123456789.,,,;\"\n\n\r -eEx\uFEFF\0";
        for (int trial = 0; trial < 20_000; trial++) {
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(20); i > 0; i--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                CsvTable table = read(text.toString());
                assertEquals(2, table.values().shape().rank());
            } catch (DataException e) {
                assertTrue(e.getMessage().startsWith("t.csv"), e.getMessage());
                assertFalse(e.getMessage().contains("\n"), e.getMessage());
            }
        }
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void writingReplacesTheFileAndLeavesNothingElse(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("t.csv");
        Files.writeString(file, "old, and longer than what replaces it");
        Csv.write(file, List.of("device", "seconds"), List.of(List.of("CPU, 2 cores", 0.5), Arrays.asList(null, 7)));
        assertEquals("device,seconds\n\"CPU, 2 cores\",0.5\n,7\n", Files.readString(file));
        assertEquals(List.of("t.csv"), names(folder));
        Csv.write(file, List.of("only"), List.of());
        assertEquals("only\n", Files.readString(file));
    }

    @Test
    void writingThatFailsLeavesNothing(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("t.csv");
        var wrong = assertThrows(IllegalArgumentException.class,
                () -> Csv.write(file, List.of("a", "b"), List.of(List.of(1, 2), List.of(3))));
        assertEquals("row 1 has 1 fields, 2 are needed", wrong.getMessage());
        assertThrows(IllegalArgumentException.class,
                () -> Csv.write(file, List.of(), List.of(List.of(1, 2), List.of(3))));
        Path nowhere = folder.resolve("nowhere").resolve("t.csv");
        var e = assertThrows(DataException.class, () -> Csv.write(nowhere, List.of("a"), List.of()));
        assertEquals("cannot write " + nowhere + ": no such directory", e.getMessage());
        assertEquals(List.of(), names(folder));
        Path directory = Files.createDirectory(folder.resolve("d"));
        Files.createFile(directory.resolve("x"));
        e = assertThrows(DataException.class, () -> Csv.write(directory, List.of("a"), List.of()));
        assertTrue(e.getMessage().startsWith("cannot write " + directory), e.getMessage());
        assertEquals(List.of("d"), names(folder));
    }

    @Test
    void filesThatAreMissing(@TempDir Path folder) {
        Path file = folder.resolve("t.csv");
        var e = assertThrows(DataException.class, () -> Csv.read(file));
        assertEquals("cannot read " + file + ": no such file", e.getMessage());
    }

    @Test
    void valuesAreAllOfTheTable() {
        assertArrayEquals(new double[] {1, 2, 3}, read("1\n2\n3\n").values().doubles());
    }
}
