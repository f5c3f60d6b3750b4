package dev.norn.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.conformance.Conformance;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerifyCommandTest {

    @Test
    void oneGroup() {
        passes(Conformance.groups().get(0).name());
    }

    @Test
    void aTraining() {
        passes("training-runge");
    }

    private static void passes(String group) {
        List<String> lines = Cli.run("verify --backend cpu --precision f32 --filter " + group)
                .succeeded().out().lines().toList();
        assertEquals(2, lines.size(), lines.toString());
        assertTrue(lines.get(0).startsWith("cpu: "), lines.get(0));
        assertTrue(lines.get(1).matches("f32  " + group + " +[\\d,]+ checks +[\\d.]+ s  ok"), lines.get(1));
    }
}
