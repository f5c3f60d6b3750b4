package dev.norn.examples.reproduce;

import dev.norn.sweep.Point;

/** About how long a task takes, in seconds of one core: enough to tell how much of all is left. */
final class Work {

    private static final double STEP = 5e-6;
    private static final double LAYER = 2e-6;
    private static final double FLOPS = 2.5e10;
    private static final double UPDATE = 1e-9; // for each parameter
    private static final double CALCULATION = 0.5;

    private Work() {}

    static double seconds(Task task) {
        if (task instanceof Task.Trainings trainings) {
            double sum = 0;
            for (Point point : trainings.points()) {
                sum += seconds(point, trainings.samples());
            }
            return sum * trainings.seeds().length * Math.max(1, trainings.folds());
        }
        if (task instanceof Task.Peer peer) {
            return 10 * seconds(peer.point(), peer.samples());
        }
        return CALCULATION;
    }

    /** One training. */
    static double seconds(Point point, Samples samples) {
        int n = samples.raw().train().size();
        int inputs = samples.raw().train().features();
        int batch = point.integer("batch") == 0 ? n : Math.min(n, point.integer("batch"));
        double parameters = point.values().containsKey("degree") ? point.integer("degree") : 0;
        int layers = 1;
        if (parameters == 0) {
            int[] widths = Networks.widths(point);
            layers += widths.length;
            for (int width : widths) {
                parameters += (double) inputs * width;
                inputs = width;
            }
        }
        double steps = Math.ceil((double) n / batch) * point.integer("epochs");
        return steps * (STEP + LAYER * layers + 6 * parameters * batch / FLOPS + UPDATE * parameters);
    }
}
