package dev.norn.examples.reproduce;

/** How a measured number stands to a published one. */
enum Verdict {
    AGREE("agree"),
    BETTER("better"),
    DIFFERS("differs"),
    /** There is nothing to judge: what it takes is not on this machine, or a run has no result. */
    NOT_MEASURED("not measured");

    private final String text;

    Verdict(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}
