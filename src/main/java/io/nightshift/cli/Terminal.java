package io.nightshift.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The one place that writes to the standard streams: results to the output, everything else to the error stream. UTF-8
 * whatever the locale says. Thread-safe.
 */
final class Terminal {

    /** Set by the launcher script, which knows better than the JVM whether a person is looking. */
    private static final String INTERACTIVE_PROPERTY = "nightshift.interactive";

    private final PrintStream out;
    private final PrintStream err;
    private final boolean interactive;
    private int statusLength;

    Terminal(OutputStream out, OutputStream err, boolean interactive) {
        this.out = new PrintStream(out, true, StandardCharsets.UTF_8);
        this.err = new PrintStream(err, true, StandardCharsets.UTF_8);
        this.interactive = interactive;
    }

    static Terminal ofProcess() {
        String told = System.getProperty(INTERACTIVE_PROPERTY);
        return new Terminal(
                new FileOutputStream(FileDescriptor.out),
                new FileOutputStream(FileDescriptor.err),
                told == null ? System.console() != null : Boolean.parseBoolean(told));
    }

    /** Whether a person sees the error stream as it is written. */
    boolean interactive() {
        return interactive;
    }

    PrintStream out() {
        return out;
    }

    PrintStream err() {
        return err;
    }

    synchronized void print(String text) {
        clearStatus();
        out.println(text);
    }

    /** Prints a result as one JSON document, indented. */
    void printJson(Object document) {
        print(json(document));
    }

    synchronized void warn(String text) {
        clearStatus();
        err.println(text);
    }

    void warnJson(Object document) {
        warn(json(document));
    }

    /** Replaces the status line of an interactive terminal; the next print removes it. */
    synchronized void status(String text) {
        String padding = " ".repeat(Math.max(0, statusLength - text.length()));
        err.print("\r" + text + padding);
        err.flush();
        statusLength = text.length();
    }

    synchronized void clearStatus() {
        if (statusLength > 0) {
            err.print("\r" + " ".repeat(statusLength) + "\r");
            err.flush();
            statusLength = 0;
        }
    }

    private static String json(Object document) {
        return JsonMapper.shared().writer(SerializationFeature.INDENT_OUTPUT).writeValueAsString(document);
    }
}
