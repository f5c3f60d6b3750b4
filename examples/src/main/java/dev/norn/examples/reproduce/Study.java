package dev.norn.examples.reproduce;

/** What is repeated. */
enum Study {
    A("P. Perrone, \u201cBuilding a Neural Network code\u201d, FYS-STK4155 project 2, University of Oslo, November 2025"),
    B("J. Guldvog, I. O. Bjerkelund, S. Johansen and K. Stangeland, \u201cDeveloping a Feed-Forward Neural Network from Scratch for"
            + " Regression and Classification Analysis\u201d, FYS-STK4155 project 2, University of Oslo, November 2025");

    private final String citation;

    Study(String citation) {
        this.citation = citation;
    }

    String citation() {
        return citation;
    }
}
