package dev.norn.examples.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** One page of HTML that needs no other file and no network; it follows the reader's choice of light or dark. */
public final class Page {

    private final String title;
    private final Markup body = new Markup();

    /** An empty page. */
    public Page(String title) {
        this.title = title;
    }

    /** What is between the head and the end, to be written to. */
    public Markup body() {
        return body;
    }

    /** A figure with its caption, on any page. */
    public static void figure(Markup out, Figure figure) {
        out.open("figure").element("figcaption", figure.caption()).open("div", "class", "scroll");
        figure.draw(out);
        out.close().close();
    }

    /** The whole text. */
    public String html() {
        Markup page = new Markup();
        page.open("html", "xmlns", "http://www.w3.org/1999/xhtml", "lang", "en").open("head");
        page.empty("meta", "charset", "utf-8");
        page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        page.empty("meta", "name", "color-scheme", "content", "light dark");
        page.element("title", title).element("style", style()).close();
        page.open("body").open("main").raw(body.toString()).close().close().close();
        return "<!DOCTYPE html>\n" + page + "\n";
    }

    private static String style() {
        try (InputStream in = Page.class.getResourceAsStream("/report/page.css")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // the jar is broken
        }
    }
}
