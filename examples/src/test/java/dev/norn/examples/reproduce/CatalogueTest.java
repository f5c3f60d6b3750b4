package dev.norn.examples.reproduce;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.norn.sweep.Point;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogueTest {

    private static final List<String> IDS = List.of("a-fig2", "a-fig4", "a-fig5", "a-table1", "a-fig6", "a-fig7", "a-fig8", "a-fig9",
            "a-fig10", "b-fig2", "b-table1", "b-fig3", "b-table2", "b-table3", "b-fig4", "b-fig5", "b-fig6-13", "b-table8", "b-table4",
            "b-fig14-16", "b-fig25", "b-table5", "b-fig17-19", "b-table6", "b-fig20-22", "b-fig23", "b-fig24", "b-table7");

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void isComplete(boolean quick) {
        Catalogue catalogue = new Catalogue(new Size(quick));
        for (String id : IDS) {
            assertEquals(1, catalogue.named(List.of(id)).size(), id);
        }
        Set<String> ids = new HashSet<>();
        for (Experiment experiment : catalogue.all()) {
            experiment.ids().forEach(id -> assertTrue(ids.add(id), id + " twice"));
            assertFalse(experiment.claim().isBlank(), experiment.id());
            assertFalse(experiment.rows().isEmpty(), experiment.id());
            for (Experiment.Row row : experiment.rows()) {
                assertFalse(row.text().isBlank(), experiment.id() + ": " + row.what());
                assertFalse(row.rule().text().isBlank(), experiment.id() + ": " + row.what());
                boolean statement = Double.isNaN(row.published());
                assertEquals(statement, row.rule() instanceof Rule.Holds || row.rule() instanceof Rule.Between,
                        experiment.id() + ": " + row.what());
            }
        }
    }

    @Test
    void gridsAreAsLargeAsTheStudys() {
        Map<String, Integer> runs = new HashMap<>();
        for (Task task : Runner.tasks(new Catalogue(new Size(false)).all())) {
            if (task instanceof Task.Trainings trainings) {
                runs.put(task.name(), trainings.runs());
            }
        }
        assertEquals(147, runs.get("b-table4"));
        assertEquals(336, runs.get("b-table5"));
        assertEquals(150, runs.get("a-table1"));
        assertEquals(2 + 14, runs.get("b-gd"));
    }

    /** What several experiments share is the same for all of them, and every point is one that can be trained. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void tasks(boolean quick) {
        Map<String, List<Point>> points = new HashMap<>();
        for (Experiment experiment : new Catalogue(new Size(quick)).all()) {
            for (Task task : experiment.tasks()) {
                if (task instanceof Task.Trainings trainings) {
                    List<Point> before = points.put(task.name(), trainings.points());
                    assertTrue(before == null || before.equals(trainings.points()), task.name());
                    assertEquals(trainings.points().size(), new HashSet<>(trainings.points()).size(), task.name());
                    if (before == null && quick) {
                        trainings.points().forEach(point ->
                                new Networks(trainings.dtype()).training(point, 1, trainings.samples().scaled()));
                    }
                    assertTrue(Work.seconds(task) > 0, task.name());
                }
            }
        }
    }

    @Test
    void unknownName() {
        Catalogue catalogue = new Catalogue(new Size(false));
        String message = assertThrows(IllegalArgumentException.class, () -> catalogue.named(List.of("b-table4", "b-table9")))
                .getMessage();
        assertTrue(message.startsWith("there is no experiment 'b-table9'; there are a-fig2, a-fig4, "), message);
    }

    @Test
    void namesInAnyOrderAndTwice() {
        Catalogue catalogue = new Catalogue(new Size(false));
        assertEquals(List.of("a-fig2", "b-table4"), catalogue.named(List.of("b-fig25", "a-fig2", "b-table4")).stream()
                .map(Experiment::id).toList());
        assertEquals(catalogue.all(), catalogue.named(List.of()));
    }
}
