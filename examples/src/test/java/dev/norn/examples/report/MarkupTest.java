package dev.norn.examples.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MarkupTest {

    @Test
    void textAndAttributesAreEscaped() {
        String text = "a < b && c > \"d\" \u0001";
        Markup out = new Markup().open("p", "title", text, "lang", null).text(text).close();
        assertEquals(text.replace('\u0001', '\ufffd'), Xml.parse(out.toString()).getDocumentElement().getTextContent());
        assertEquals(text.replace('\u0001', '\ufffd'), Xml.parse(out.toString()).getDocumentElement().getAttribute("title"));
    }

    @Test
    void whatIsOpenIsNoDocument() {
        assertThrows(IllegalStateException.class, () -> new Markup().open("p").toString());
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "-0.001, 0", "1, 1", "100, 100", "1.5, 1.5", "-2.346, -2.35", "10.004, 10"})
    void coordinates(double value, String text) {
        assertEquals(text, Markup.coordinate(value));
    }
}
