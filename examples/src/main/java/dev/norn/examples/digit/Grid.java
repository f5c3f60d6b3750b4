package dev.norn.examples.digit;

/** Numbers in rows and columns. */
record Grid(int width, int height, float[] values) {

    float at(int x, int y) {
        return values[y * width + x];
    }

    /** A copy of a part. */
    Grid part(int left, int top, int partWidth, int partHeight) {
        float[] part = new float[partWidth * partHeight];
        for (int y = 0; y < partHeight; y++) {
            System.arraycopy(values, (top + y) * width + left, part, y * partWidth, partWidth);
        }
        return new Grid(partWidth, partHeight, part);
    }

    /** In another size: what becomes smaller is averaged, area by area, what becomes larger is interpolated linearly. */
    Grid resized(int newWidth, int newHeight) {
        return narrowed(newWidth).transposed().narrowed(newHeight).transposed();
    }

    /** With another width. */
    private Grid narrowed(int newWidth) {
        float[] result = new float[newWidth * height];
        double scale = (double) width / newWidth;
        double reach = Math.max(1, scale) / 2; // half of what a new pixel covers; a whole old one, at least
        for (int x = 0; x < newWidth; x++) {
            double from = (x + 0.5) * scale - reach;
            double to = (x + 0.5) * scale + reach;
            for (int y = 0; y < height; y++) {
                double sum = 0;
                for (int i = (int) Math.floor(from); i < to; i++) {
                    double covered = Math.min(to, i + 1) - Math.max(from, i);
                    sum += covered * at(Math.max(0, Math.min(width - 1, i)), y);
                }
                result[y * newWidth + x] = (float) (sum / (to - from));
            }
        }
        return new Grid(newWidth, height, result);
    }

    private Grid transposed() {
        float[] result = new float[values.length];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                result[x * height + y] = at(x, y);
            }
        }
        return new Grid(height, width, result);
    }
}
