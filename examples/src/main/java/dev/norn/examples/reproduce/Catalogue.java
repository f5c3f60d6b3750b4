package dev.norn.examples.reproduce;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Every experiment, in the order of the report. */
final class Catalogue {

    private final List<Experiment> all = new ArrayList<>();

    Catalogue(Size size) {
        all.addAll(StudyA.experiments(size));
        all.addAll(StudyBRunge.experiments(size));
        all.addAll(StudyBGrids.experiments(size));
        all.addAll(StudyBDigits.experiments(size));
    }

    List<Experiment> all() {
        return List.copyOf(all);
    }

    /**
     * Those that the names stand for, in the order of the report; all if there is no name.
     *
     * @throws IllegalArgumentException if there is none of a name
     */
    List<Experiment> named(List<String> names) {
        if (names.isEmpty()) {
            return all();
        }
        Set<Experiment> wanted = new LinkedHashSet<>();
        for (String name : names) {
            wanted.add(all.stream().filter(experiment -> experiment.ids().contains(name)).findFirst().orElseThrow(() ->
                    new IllegalArgumentException("there is no experiment '" + name + "'; there are "
                            + String.join(", ", all.stream().map(Experiment::id).toList()))));
        }
        return all.stream().filter(wanted::contains).toList();
    }
}
