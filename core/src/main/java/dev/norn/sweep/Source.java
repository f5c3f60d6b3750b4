package dev.norn.sweep;

import dev.norn.data.Dataset;
import dev.norn.data.Split;
import dev.norn.io.Fingerprint;

/** Where a sweep's data come from: one division for all runs, one for each seed, or folds. */
sealed interface Source {

    /** What a run trains and tests with. */
    Split split(long seed, int fold);

    /** How many folds there are; 1 if none. */
    int folds();

    /** Adds the data, and how they are divided. */
    void addTo(Fingerprint fingerprint);

    record Fixed(Split split) implements Source {
        @Override
        public Split split(long seed, int fold) {
            return split;
        }

        @Override
        public int folds() {
            return 1;
        }

        @Override
        public void addTo(Fingerprint fingerprint) {
            fingerprint.add("fixed").add(split.train()).add(split.test());
        }
    }

    record Divided(Dataset all, double testFraction) implements Source {
        @Override
        public Split split(long seed, int fold) {
            return all.split(testFraction, seed);
        }

        @Override
        public int folds() {
            return 1;
        }

        @Override
        public void addTo(Fingerprint fingerprint) {
            fingerprint.add("divided " + testFraction).add(all);
        }
    }

    record Folded(Dataset all, int folds) implements Source {
        @Override
        public Split split(long seed, int fold) {
            return all.fold(folds, fold, seed);
        }

        @Override
        public void addTo(Fingerprint fingerprint) {
            fingerprint.add("folds " + folds).add(all);
        }
    }
}
