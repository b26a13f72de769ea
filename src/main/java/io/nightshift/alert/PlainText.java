package io.nightshift.alert;

/** Text from elsewhere, made harmless for logs, mail heads and databases. */
final class PlainText {

    private static final String CUT = "...";

    private PlainText() {}

    /** On one line. */
    static String line(String text, int longest) {
        return cut(text.replaceAll("[\\p{Cc}\\p{Cs}\\u2028\\u2029]+", " ").strip(), longest);
    }

    /** On as many lines as it has. */
    static String lines(String text, int longest) {
        return cut(
                text.replaceAll("\\R", "\n")
                        .replaceAll("[\\p{Cc}\\p{Cs}&&[^\n]]+", " ")
                        .strip(),
                longest);
    }

    private static String cut(String text, int longest) {
        if (text.length() <= longest) {
            return text;
        }
        int end = longest - CUT.length();
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + CUT;
    }
}
